//! What has just changed on an open page, and by whom: a sentence at its edge, and the names of the rows.

use domain::history::sentence;
use domain::record::Change;
use leptos::prelude::*;

use super::Case;
use crate::frame::Frame;

/// What others changed, newest last. What the reader did themselves is no news; nothing is said when that is all.
pub fn news(case: &Case, changes: &[Change]) -> AnyView {
    let reader = Frame::current().reader.as_ref().map(|reader| reader.id.clone());
    let own = |change: &&Change| change.actor.agent.is_none() && Some(&change.actor.id) == reader.as_ref();
    let others: Vec<&Change> = changes.iter().filter(|change| !own(change)).collect();
    let rows: Vec<String> = others.iter().map(|change| format!("{}-{}", change.noun.word(), change.id)).collect();
    let said = others.last().map(|change| {
        let href = case.url(&format!("history#change-{}", change.version));
        let more = match others.len() - 1 {
            0 => String::new(),
            1 => ", after another change".into(),
            more => format!(", after {more} other changes"),
        };
        let words = format!("{}{more}", sentence(change, &case.dossier));
        view! { <span>{words}</span>" "<a href=href>"History"</a> }
    });
    view! { <p id="news" data-rows=rows.join(" ")>{said}</p> }.into_any()
}
