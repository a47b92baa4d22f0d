//! What every page of one incident shows: its head, its contents, and the
//! rail of what is missing.

use std::sync::Arc;

use domain::access::Permit;
use domain::casefile::Dossier;
use domain::history::Undo;
use domain::incident::Incident;
use domain::names::spell_out;
use domain::verdict::{Evaluation, Verdict};
use domain::{Id, Key};

use leptos::prelude::*;

use crate::frame::Frame;

mod head;
pub mod here;
pub mod news;
mod side;

pub use side::gate_page;

/// One incident as its pages see it.
#[derive(Clone)]
pub struct Case {
    /// The case file.
    pub dossier: Arc<Dossier>,
    /// What severity and verdict come to.
    pub evaluation: Arc<Evaluation>,
    /// The reader's last act, on the page they are led to after they deleted something.
    pub undo: Undo,
}

impl Case {
    /// The case file, and what its facts come to.
    pub fn new(dossier: Arc<Dossier>, evaluation: Arc<Evaluation>) -> Self {
        Self { dossier, evaluation, undo: Undo::Nothing }
    }

    /// The key, `INC-12`.
    pub fn key(&self) -> Key {
        self.dossier.key()
    }

    /// The path of one of the incident's pages, or of a command: `url("timeline")`.
    pub fn url(&self, below: &str) -> String {
        if below.is_empty() {
            format!("/incidents/{}", self.key())
        } else {
            format!("/incidents/{}/{below}", self.key())
        }
    }

    /// The incident's head; the store never serves a case without one.
    pub fn incident(&self) -> Option<&Incident> {
        self.dossier.incident().ok()
    }

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        self.evaluation.verdict.verdict
    }

    /// Whether the reader may work on the incident. What was merged is read-only.
    pub fn may_edit(&self) -> bool {
        self.dossier.merged_into().is_none() && Frame::current().may(Permit::Edit)
    }

    /// Whether the reader may attest, sign and approve here.
    pub fn may_review(&self) -> bool {
        self.dossier.merged_into().is_none() && Frame::current().may(Permit::Review)
    }

    /// Whether only the head is known: no events, nothing exposed, nothing rated.
    pub fn is_new(&self) -> bool {
        let dossier = &self.dossier;
        dossier.events.is_empty() && dossier.ratings.is_empty() && self.evaluation.verdict.cells.is_empty()
    }

    /// Whether the timeline has several pages.
    pub fn has_long_timeline(&self) -> bool {
        self.dossier.events.len() > super::timeline::EVENTS_ON_PAGE_MAX
    }

    /// Where an event stands; on a long timeline the page that holds it.
    pub fn event_url(&self, id: &Id) -> String {
        let page = if self.has_long_timeline() { format!("timeline?event={id}") } else { "timeline".into() };
        format!("{}#event-{id}", self.url(&page))
    }

    /// A sentence of the engine with the names of things instead of their ids.
    pub fn say(&self, sentence: &str) -> String {
        spell_out(sentence, &self.dossier)
    }

    /// A principal's name.
    pub fn name_of(&self, id: &Id) -> String {
        self.dossier.name_of(id).to_string()
    }
}

/// The frame of every page of an incident: contents on the left, what is missing on the right.
///
/// `tab` is the last part of the page's path, such as `timeline`; the overview is `overview`.
/// The frame writes the page's only `h1`.
pub fn case_page(case: &Case, tab: &'static str, body: AnyView) -> AnyView {
    view! {
        <div class="page">
            {head::contents(case, tab)}
            <main id="main" tabindex="-1">
                {head::head(case, tab)}
                {super::merging::banner(case)}
                {super::drafted::banner(case)}
                {super::origin::banner(case)}
                {super::history::undo::just_now(case)}
                {crate::component::unsaved::elsewhere(&format!("/incidents/{}", case.key()))}
                {body}
            </main>
            {side::side(case)}
        </div>
    }
    .into_any()
}
