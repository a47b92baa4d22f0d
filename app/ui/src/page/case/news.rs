//! What has just changed on an open page, and by whom: a sentence at its edge, and the names of the rows.

use domain::casefile::Change;
use domain::history::sentence;
use leptos::prelude::*;

use super::Case;
use crate::component::news::news as told;
use crate::frame::Frame;

/// What others changed, newest last. What the reader did themselves is no news; nothing is said when that is all.
pub fn news(case: &Case, changes: &[Change]) -> AnyView {
    let reader = Frame::current().reader.as_ref().map(|reader| reader.id.clone());
    let own = |change: &&Change| change.actor.agent.is_none() && Some(&change.actor.id) == reader.as_ref();
    let others: Vec<&Change> = changes.iter().filter(|change| !own(change)).collect();
    let rows: Vec<String> = others.iter().map(|change| format!("{}-{}", change.noun.word(), change.id)).collect();
    let last = others.last();
    let href = last.map(|change| case.url(&format!("history#change-{}", change.version))).unwrap_or_default();
    let words = last.map(|change| sentence(change, &case.dossier)).unwrap_or_default();
    told(&rows, others.len(), words, href)
}
