//! Control gaps: which control should have stopped it.

mod catalogue;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Permit;
use crate::casefile::{Definition, Dossier, Draft, Entry, Fields, Handles, evidence_links, labels};
use crate::draft::{TEXT_CHARS_MAX, links, optional, tidy_list};
use crate::history::ChangeContext;
use crate::nesting;
use crate::remediation::RemediationStatus;
use crate::words::words;
use crate::{Id, Ruled, Stamp};

pub use catalogue::Control;

words! {
    /// How the control stood.
    GapState is "a state of a control" {
        Absent "absent" "absent", PresentNotEnforced "present_not_enforced" "present, not enforced", Bypassed "bypassed" "bypassed",
        Failed "failed" "failed", Worked "worked" "worked", Lucky "lucky" "held by luck",
    }
}

words! {
    /// What kind of control it is: one that cannot be argued with, or one that asks.
    Enforcement is "an enforcement" { Hard "hard" "hard", Soft "soft" "soft" }
}

/// A finding about one control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// Its id.
    pub id: Id,
    /// Which control.
    pub control: Control,
    /// How it stood.
    pub state: GapState,
    /// Hard or soft, where there was one.
    #[serde(default)]
    pub enforcement: Option<Enforcement>,
    /// What was found, or why the control held, in Markdown.
    pub statement: String,
    /// Authorization: the scope that was granted.
    #[serde(default)]
    pub granted_scope: String,
    /// Authorization: the scope the task needed.
    #[serde(default)]
    pub needed_scope: String,
    /// Authorization: what was done.
    #[serde(default)]
    pub done_scope: String,
    /// Human trust: what marked the output as an agent's.
    #[serde(default)]
    pub signal: String,
    /// Human trust: who relied on it.
    #[serde(default)]
    pub relied_by: String,
    /// Human trust: what was verified first.
    #[serde(default)]
    pub verified: String,
    /// The events it shows in.
    #[serde(default)]
    pub events: Vec<Id>,
    /// The evidence for it.
    #[serde(default)]
    pub evidence: Vec<Id>,
    /// Tags of other catalogues: OWASP Agentic Top 10 and MITRE ATLAS.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Who found it and when.
    pub found: Stamp,
}

/// A gap as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct GapDraft {
    control: Control,
    state: GapState,
    enforcement: Option<Enforcement>,
    #[serde(default)]
    statement: String,
    granted_scope: Option<String>,
    needed_scope: Option<String>,
    done_scope: Option<String>,
    signal: Option<String>,
    relied_by: Option<String>,
    verified: Option<String>,
    #[serde(default)]
    events: Vec<Id>,
    #[serde(default)]
    evidence: Vec<Id>,
    tags: Option<Vec<String>>,
}

impl Draft for GapDraft {
    type Document = Gap;

    fn apply(self, id: Id, old: Option<&Gap>, entry: &mut Entry) -> Ruled<Gap> {
        let missing = "One of these events is no longer on the timeline: choose again.";
        let events = links("events", self.events, |id| entry.dossier().events.get(id).is_some(), missing)?;
        let evidence = evidence_links("evidence", self.evidence, entry)?;
        let missing = if self.state == GapState::Worked {
            "Say why the control held: a control that held needs its reason."
        } else {
            "Say what was found about this control."
        };
        let text = |field: &str, text: Option<String>| Ok(optional(field, text, TEXT_CHARS_MAX)?.unwrap_or_default());
        let tags = self.tags.unwrap_or_else(|| {
            old.map_or_else(|| self.control.tags().iter().map(|tag| tag.to_string()).collect(), |old| old.tags.clone())
        });
        Ok(Gap {
            id,
            control: self.control,
            state: self.state,
            enforcement: self.enforcement,
            statement: nesting::required("statement", self.statement, missing)?,
            granted_scope: text("granted_scope", self.granted_scope)?,
            needed_scope: text("needed_scope", self.needed_scope)?,
            done_scope: text("done_scope", self.done_scope)?,
            signal: text("signal", self.signal)?,
            relied_by: text("relied_by", self.relied_by)?,
            verified: text("verified", self.verified)?,
            events,
            evidence,
            tags: tidy_list("tags", tags)?,
            found: old.map_or_else(|| entry.stamp(), |old| old.found.clone()),
        })
    }
}

impl Dossier {
    /// Whether a gap is closed: the control held, or a remediation of it is verified and none is still open.
    pub fn gap_is_closed(&self, gap: &Gap) -> bool {
        if gap.state == GapState::Worked {
            return true;
        }
        let mut verified = false;
        for item in self.remediations.iter().filter(|item| item.gaps.contains(&gap.id)) {
            match item.status {
                RemediationStatus::Verified => verified = true,
                RemediationStatus::WontFix => {}
                _ => return false,
            }
        }
        verified
    }

    /// The mandatory controls about which nothing is recorded yet.
    pub fn missing_mandatory_gaps(&self) -> Vec<Control> {
        let recorded = |control: &Control| self.gaps.iter().any(|gap| gap.control == *control);
        Control::MANDATORY.into_iter().filter(|control| !recorded(control)).collect()
    }
}

impl Definition for Gap {
    const PAGE: &'static str = "gaps";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const IS_DISCUSSED: bool = true;
    const FIELDS: Fields = Fields {
        words: labels! { "control" => crate::gap::Control, "enforcement" => Enforcement, "state" => GapState },
        texts: &["done_scope", "granted_scope", "needed_scope", "signal", "statement", "tags", "verified"],
        things: &["relied_by"],
        references: &["events", "evidence"],
        ..Fields::NONE
    };

    fn name(&self, _dossier: &Dossier) -> Option<String> {
        Some(self.control.label().into())
    }

    fn subject(told: &ChangeContext) -> String {
        format!("the control gap “{}”", told.word("control"))
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("recorded {} as {}", Self::subject(told), told.word("state")))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        told.turned("state").map(|_| format!("set {} to {}", Self::subject(told), told.word("state")))
    }

    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        entry.apply_again::<GapDraft>(id, document)
    }

    fn handles(&self) -> Handles {
        let (kind, status) = (Some(self.control.word().into()), Some(self.state.word().into()));
        Handles { kind, status, ..Handles::default() }
    }

    fn searched(&self) -> Vec<&str> {
        vec![&self.statement]
    }
}
