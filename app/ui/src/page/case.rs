//! What every page of one incident shows: its head, its contents, and the
//! rail of what is missing.

use std::sync::Arc;

use domain::access::Permit;
use domain::incident::Incident;
use domain::record::Dossier;
use domain::verdict::{Evaluation, Verdict};
use domain::{Id, Key};

use crate::frame::Frame;

/// One incident as its pages see it.
#[derive(Clone)]
pub struct Case {
    /// The case file.
    pub dossier: Arc<Dossier>,
    /// What severity and verdict come to.
    pub evaluation: Arc<Evaluation>,
}

impl Case {
    /// Evaluates the case file once for the whole page.
    pub fn new(dossier: Arc<Dossier>) -> Self {
        let evaluation = Arc::new(dossier.evaluation());
        Self { dossier, evaluation }
    }

    /// The key, `INC-12`.
    pub fn key(&self) -> Key {
        self.dossier.key()
    }

    /// The path of one of the incident's pages, or of a command: `url("timeline")`.
    pub fn url(&self, below: &str) -> String {
        if below.is_empty() { format!("/incidents/{}", self.key()) } else { format!("/incidents/{}/{below}", self.key()) }
    }

    /// The incident's head; the store never serves a case without one.
    pub fn incident(&self) -> Option<&Incident> {
        self.dossier.incident().ok()
    }

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        self.evaluation.verdict.verdict
    }

    /// Whether the reader may work on incidents.
    pub fn may_edit(&self) -> bool {
        Frame::current().may(Permit::Edit)
    }

    /// Whether the reader may attest, sign and approve.
    pub fn may_review(&self) -> bool {
        Frame::current().may(Permit::Review)
    }

    /// A principal's name.
    pub fn name_of(&self, id: &Id) -> String {
        self.dossier.name_of(id).to_string()
    }
}
