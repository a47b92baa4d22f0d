//! Taking back one's own last act: at the head of the history, and for a minute where something was deleted.

use domain::casefile::{Change, Noun};
use domain::history::{Undo, act};
use leptos::prelude::*;

use crate::case::Case;
use crate::component::ActButton;
use crate::component::past::history_url;
use crate::frame::Frame;

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
    let told = told(case, changes);
    let title = format!("Undo this: {told}");
    view! {
        <div class="spread">
            <p class="muted">"You last "{told}"."</p>
            <ActButton action=case.url("undo") label="Undo this" title=title/>
        </div>
    }
    .into_any()
}

/// What the act was, in words.
fn told(case: &Case, changes: &[Change]) -> String {
    let acts: Vec<String> = changes
        .iter()
        .filter(|change| change.noun != Noun::VerdictEntry)
        .map(|change| act(change, &case.dossier))
        .collect();
    // The record an entry is about comes last: what it needed was made before it.
    let told = acts.last().cloned().unwrap_or_default();
    match acts.len().saturating_sub(1) {
        0 => told,
        1 => format!("{told} and changed 1 more record with it"),
        more => format!("{told} and changed {more} more records with it"),
    }
}

/// How long a delete can be undone where it happened; after that in the history.
const JUST_NOW_MICROS: i64 = 60_000_000;

/// The form of the offer.
const JUST_NOW: &str = "undo-just-now";

/// The offer to undo what was deleted just now.
pub(in crate::page) fn just_now(case: &Case) -> Option<AnyView> {
    let frame = Frame::current();
    // Refused, the offer is not there any more: the sentence stands in its place.
    if let Some(sentence) = frame.typed.detail.clone().filter(|_| frame.typed.form == JUST_NOW) {
        return Some(view! { <p class="notice stop" role="alert">{sentence}</p> }.into_any());
    }
    let Undo::Ready(changes) = &case.undo else { return None };
    let last = changes.last()?;
    if frame.now.micros() - last.at.micros() > JUST_NOW_MICROS || !case.may_review() {
        return None;
    }
    let told = told(case, changes);
    let fields = vec![("version:n", last.version.to_string()), ("then", frame.at.clone())];
    let title = format!("Undo this: {told}");
    Some(
        view! {
            <div class="notice info undo" role="status">
                <p>"You "{told}"."</p>
                <ActButton action=case.url("undo") label="Undo" title=title fields=fields id=JUST_NOW class="btn small"/>
            </div>
        }
        .into_any(),
    )
}
