//! One incident as its pages and their parts see it.

use std::sync::Arc;

use domain::access::Permit;
use domain::casefile::Dossier;
use domain::history::Undo;
use domain::incident::Incident;
use domain::names::spell_out;
use domain::time::{Zone, show_clock};
use domain::timeline::Event;
use domain::verdict::{Evaluation, Verdict};
use domain::{Id, Key};
use leptos::prelude::AnyView;

use crate::frame::Frame;
use crate::version_html::VersionHtml;

/// So many events are on one page of the timeline.
pub const EVENTS_ON_PAGE_MAX: usize = 200;

/// One incident as its pages see it.
#[derive(Clone)]
pub struct Case {
    /// The case file.
    pub dossier: Arc<Dossier>,
    /// What severity and verdict come to.
    pub evaluation: Arc<Evaluation>,
    /// Parts of its pages that were written for a reader of this version, and are the same for the next.
    pub html: Arc<VersionHtml>,
    /// The reader's last act, on the page they are led to after they deleted something.
    pub undo: Undo,
}

impl Case {
    /// The case file, and what its facts come to.
    pub fn new(dossier: Arc<Dossier>, evaluation: Arc<Evaluation>) -> Self {
        Self { dossier, evaluation, html: Arc::default(), undo: Undo::Nothing }
    }

    /// A part of its pages that all its readers see alike.
    pub fn common(&self, name: &'static str, write: impl FnOnce(&Self) -> AnyView) -> AnyView {
        self.html.part(name, || write(self))
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
        self.dossier.events.len() > EVENTS_ON_PAGE_MAX
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

    /// An event in a line: `17:00 forum-agent posts an answer`.
    pub fn event_line(&self, event: &Event, zone: &Zone) -> String {
        format!("{} {}", show_clock(&event.time, zone), event.line(&self.dossier))
    }
}
