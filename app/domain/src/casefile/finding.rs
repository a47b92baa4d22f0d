//! Findings: what the evidence shows, for better or worse.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Permit;
use crate::casefile::{Change, Definition, Dossier, Draft, Entry, Fields, evidence_links, labels};
use crate::draft::{TEXT_CHARS_MAX, elsewhere, required};
use crate::history::ChangeContext;
use crate::review::{Reason, Revocation};
use crate::vocabulary::{Confidence, Facet, FindingClass, FindingRole};
use crate::{Id, Ruled, Stamp};

/// A finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Its id.
    pub id: Id,
    /// What was found, in a sentence.
    pub summary: String,
    /// Which question it bears on.
    pub facet: Facet,
    /// What it is.
    pub class: FindingClass,
    /// How sure.
    pub confidence: Confidence,
    /// Whether it caused the exposure or was caused by it.
    pub role: FindingRole,
    /// What shows it.
    #[serde(default)]
    pub evidence: Vec<Id>,
    /// The event it is about.
    #[serde(default)]
    pub event: Option<Id>,
    /// Who found it and when.
    pub found: Stamp,
    /// Who resolved it, when and how.
    #[serde(default)]
    pub resolved: Option<Revocation>,
}

/// A finding as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct FindingDraft {
    #[serde(default)]
    summary: String,
    facet: Facet,
    class: FindingClass,
    confidence: Confidence,
    role: FindingRole,
    #[serde(default)]
    evidence: Vec<Id>,
    event: Option<Id>,
}

impl Draft for FindingDraft {
    type Document = Finding;

    fn apply(self, id: Id, old: Option<&Finding>, entry: &mut Entry) -> Ruled<Finding> {
        let evidence = evidence_links("evidence", self.evidence, entry)?;
        Ok(Finding {
            id,
            summary: required("summary", self.summary, TEXT_CHARS_MAX, "Say in a sentence what was found.")?,
            facet: self.facet,
            class: self.class,
            confidence: self.confidence,
            role: self.role,
            evidence,
            event: elsewhere("event", self.event)?,
            found: old.map_or_else(|| entry.stamp(), |old| old.found.clone()),
            resolved: old.and_then(|old| old.resolved.clone()),
        })
    }
}

impl Entry {
    /// Resolves a finding, with how it was resolved.
    pub fn resolve_finding(&mut self, id: &Id, reason: Reason) -> Ruled<()> {
        crate::access::refuse_agent(self.by(), "resolve a finding")?;
        let mut finding = self.get::<Finding>(id)?.record;
        let reason = required("reason", reason.reason, TEXT_CHARS_MAX, "Say how the finding was resolved.")?;
        finding.resolved = Some(Revocation { stamp: self.stamp(), reason });
        self.put(finding);
        Ok(())
    }

    /// Opens a resolved finding again.
    pub fn reopen_finding(&mut self, id: &Id) -> Ruled<()> {
        let mut finding = self.get::<Finding>(id)?.record;
        finding.resolved = None;
        self.put(finding);
        Ok(())
    }
}

impl Finding {
    /// Something that may have been done without permission, and that nobody has looked into yet.
    pub(crate) fn suspected(id: Id, summary: String, evidence: Id, found: Stamp) -> Self {
        Self {
            id,
            summary,
            facet: Facet::Access,
            class: FindingClass::Unknown,
            confidence: Confidence::Suspected,
            role: FindingRole::Effect,
            evidence: vec![evidence],
            event: None,
            found,
            resolved: None,
        }
    }
}

impl Definition for Finding {
    const PAGE: &'static str = "verdict";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Review);
    const FIELDS: Fields = Fields {
        words: labels! { "class" => FindingClass, "confidence" => Confidence, "facet" => Facet, "role" => FindingRole },
        texts: &["resolved.reason", "summary"],
        references: &["event", "evidence"],
        ..Fields::NONE
    };
    const IS_IN_SENTENCES: bool = true;

    fn name(&self, _dossier: &Dossier) -> Option<String> {
        Some(crate::timeline::first_line(&self.summary))
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("recorded {}", Self::subject(told)))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        told.toggled("resolved", "resolved", "opened")
    }

    fn refuse_undo(change: &Change) -> Option<&'static str> {
        let resolved = change.is_edit() && change.altered("resolved");
        resolved.then_some(
            "Resolving a finding bears a name and a reason: reopen it, or resolve it again, with its button.",
        )
    }

    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        entry.apply_again::<FindingDraft>(id, document)
    }

    fn searched(&self) -> Vec<&str> {
        vec![&self.summary]
    }

    fn imported(self, _entry: &mut Entry) -> Option<Self> {
        Some(Self { resolved: None, ..self })
    }
}
