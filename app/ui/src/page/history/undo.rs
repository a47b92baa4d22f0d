//! Taking back one's own last act, at the head of the history.

use domain::history::{Undo, act};
use domain::record::{Change, Noun};
use leptos::prelude::*;

use crate::component::ActButton;
use crate::component::past::history_url;
use crate::page::case::Case;

/// The button, or why there is none.
pub(super) fn undo(case: &Case, undo: &Undo) -> Option<AnyView> {
    if !case.may_review() {
        return None;
    }
    match undo {
        Undo::Nothing => None,
        Undo::Ready(changes) => Some(ready(case, changes)),
        Undo::Overtaken { change, sentence } => {
            let href = history_url(case, change.noun, &change.id);
            Some(view! { <p class="muted">{sentence.clone()}" "<a href=href>"Its history"</a></p> }.into_any())
        }
        Undo::Refused { change, sentence } => Some(
            view! { <p class="muted">{format!("You last {}. That is not undone with a button. {sentence}", act(change, &case.dossier))}</p> }
                .into_any(),
        ),
    }
}

fn ready(case: &Case, changes: &[Change]) -> AnyView {
    let acts: Vec<String> = changes
        .iter()
        .filter(|change| change.noun != Noun::VerdictEntry)
        .map(|change| act(change, &case.dossier))
        .collect();
    let more = acts.len().saturating_sub(1);
    // The record an entry is about comes last: what it needed was made before it.
    let told = acts.last().cloned().unwrap_or_default();
    let more = (more > 0)
        .then(|| format!(" and changed {more} more {} with it", if more == 1 { "record" } else { "records" }));
    let title = format!("Undo this: {told}");
    view! {
        <div class="spread">
            <p class="muted">"You last "{told}{more}"."</p>
            <ActButton action=case.url("undo") label="Undo this" title=title/>
        </div>
    }
    .into_any()
}
