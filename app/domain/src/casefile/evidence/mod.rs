//! Evidence: bytes that do not change, and what they can prove.

mod coverage;
mod logging;
mod twin;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::{Permit, refuse_agent};
use crate::casefile::{CaseItem, Definition, Dossier, Draft, Entry, Fields, labels};
use crate::draft::{LINE_CHARS_MAX, TEXT_CHARS_MAX, optional_line, required};
use crate::finding::Finding;
use crate::history::ChangeContext;
use crate::reader::log::LoggingChange;
use crate::spelling::shown_line;
use crate::vocabulary::{Confidence, EvidenceStatus, Facet, FindingClass, FindingRole};
use crate::words::words;
use crate::{Id, Instant, Refusal, Ruled, Stamp};

pub use coverage::{Coverage, CoverageDraft, Hole, HoleDraft, Proposed, read_bound, read_bound_at};
pub(crate) use coverage::{read_evidence, read_gaps};
pub(crate) use logging::undoes;
pub use logging::{Break, breaks, breaks_of, is_effective};

words! {
    /// What was done to an evidence item.
    CustodyAct is "an act of custody" {
        Collected "collected" "collected", Uploaded "uploaded" "uploaded again", Verified "verified" "hash verified",
        Tainted "tainted" "found tainted", Withdrawn "withdrawn" "withdrawn", Restored "restored" "restored",
        Missing "missing" "reported missing", Described "described" "described", Read "read" "read",
        Unread "unread" "reading undone", Unreadable "unreadable" "could not be read as a log",
    }
}

/// One line of the custody log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Custody {
    /// Who and when.
    pub stamp: Stamp,
    /// What.
    pub act: CustodyAct,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// An evidence item: immutable bytes under a digest, and what is known of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Its id.
    pub id: Id,
    /// The file's name.
    pub name: String,
    /// SHA-256 of the bytes, in hex; also their address in the blob store.
    pub sha256: String,
    /// How many bytes.
    pub bytes: u64,
    /// The format, detected or named.
    pub format: String,
    /// How many lines, where the bytes are text.
    #[serde(default)]
    pub lines: Option<u64>,
    /// How many records were read; `None` until the file is read.
    #[serde(default)]
    pub records: Option<u64>,
    /// How many lines could not be read.
    #[serde(default)]
    pub unreadable: u64,
    /// SHA-256 over all that was read, as it is kept: so that nobody alters it unseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_sha256: Option<String>,
    /// The first record's time.
    #[serde(default)]
    pub first_at: Option<Instant>,
    /// The last record's time.
    #[serde(default)]
    pub last_at: Option<Instant>,
    /// The system it comes from.
    #[serde(default)]
    pub source: String,
    /// Who collected it.
    #[serde(default)]
    pub collector: String,
    /// When it was collected.
    pub collected_at: Instant,
    /// Whether it can be relied on.
    pub status: EvidenceStatus,
    /// Whether the exposed principals or the agent could write to the source.
    #[serde(default)]
    pub writable_by_exposed: bool,
    /// Whether logging was effectively changed in the window.
    #[serde(default)]
    pub logging_changed_in_window: bool,
    /// Acts in it that changed what its source logs, as far as they are listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logging_changes: Vec<LoggingChange>,
    /// Who did what to it.
    #[serde(default)]
    pub custody: Vec<Custody>,
    /// A tamper that was seen once stays on the record, also after the bytes are whole again.
    #[serde(default)]
    pub taint: Option<Custody>,
}

impl Evidence {
    /// Whether it was to be read as a log and was not: nobody can say what it tells.
    pub fn is_unread_log(&self) -> bool {
        let told = self.custody.iter().rev().map(|custody| custody.act);
        let mut told = told.filter(|act| matches!(act, CustodyAct::Read | CustodyAct::Unread | CustodyAct::Unreadable));
        told.next().is_some_and(|act| act != CustodyAct::Read)
    }
}

/// What the blob store found out about uploaded bytes.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The id kept free for the item, where its records are being read already.
    pub id: Option<Id>,
    /// The file's name.
    pub name: String,
    /// SHA-256 in hex.
    pub sha256: String,
    /// How many bytes.
    pub bytes: u64,
    /// The format.
    pub format: String,
    /// Lines, where it is text.
    pub lines: Option<u64>,
    /// Where it comes from.
    pub source: Option<String>,
    /// Who collected it.
    pub collector: Option<String>,
}

/// An edit of what is known of an evidence item; its bytes never change.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct EvidenceDraft {
    name: String,
    source: Option<String>,
    collector: Option<String>,
    #[serde(default)]
    writable_by_exposed: bool,
    #[serde(default)]
    logging_changed_in_window: bool,
}

impl Draft for EvidenceDraft {
    type Document = Evidence;

    fn apply(self, _id: Id, old: Option<&Evidence>, entry: &mut Entry) -> Ruled<Evidence> {
        let old = old.cloned().ok_or_else(|| Refusal::rule("Evidence is added by uploading a file."))?;
        // Both flags stand in the way of a verified verdict: taking one away is a judgement.
        let says_more_good = (old.writable_by_exposed && !self.writable_by_exposed)
            || (old.logging_changed_in_window && !self.logging_changed_in_window);
        if says_more_good {
            refuse_agent(entry.by(), "declare a source sound")?;
        }
        Ok(Evidence {
            name: edited("name", self.name, &old.name)?
                .ok_or_else(|| Refusal::field("name", "Give the file a name."))?,
            source: edited("source", self.source.unwrap_or_default(), &old.source)?.unwrap_or_default(),
            collector: edited("collector", self.collector.unwrap_or_default(), &old.collector)?.unwrap_or_default(),
            writable_by_exposed: self.writable_by_exposed,
            logging_changed_in_window: self.logging_changed_in_window,
            ..old
        })
    }
}

/// A line of an item as it was edited: one that nobody touched stays, also one from before there was a rule for it.
fn edited(field: &str, text: String, old: &str) -> Ruled<Option<String>> {
    if !old.is_empty() && text == old {
        return Ok(Some(text));
    }
    optional_line(field, Some(text), LINE_CHARS_MAX)
}

/// A change of an evidence item's standing.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct StatusDraft {
    /// The new standing.
    pub status: EvidenceStatus,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

impl Entry {
    /// Registers uploaded bytes. The same bytes of the same name twice are one item with two lines of custody; of
    /// another name or from another system they are another item, whose bytes are kept once.
    pub fn add_evidence(&mut self, upload: Upload) -> Ruled<Id> {
        let name = shown_line(&upload.name, LINE_CHARS_MAX);
        if name.is_empty() {
            return Err(Refusal::field("name", "Give the file a name."));
        }
        let source = shown_line(&upload.source.unwrap_or_default(), LINE_CHARS_MAX);
        let is_same = |item: &&CaseItem<Evidence>| {
            item.sha256 == upload.sha256
                && shown_line(&item.name, LINE_CHARS_MAX) == name
                && (source.is_empty() || item.source == source)
        };
        let known = self.dossier().evidence.iter().find(is_same).cloned();
        if let Some(known) = known {
            let mut item = known.record;
            if item.status == EvidenceStatus::Withdrawn {
                let why = item.custody.iter().rfind(|custody| custody.act == CustodyAct::Withdrawn);
                let why = why.map(|custody| format!(" ({})", custody.note)).unwrap_or_default();
                return Err(Refusal::state(format!(
                    "“{name}” with these bytes was withdrawn here{why}: set it to intact in the register if it counts after all."
                )));
            }
            item.custody.push(Custody { stamp: self.stamp(), act: CustodyAct::Uploaded, note: format!("as {name}") });
            let id = item.id.clone();
            self.put(item);
            return Ok(id);
        }
        let id = upload.id.unwrap_or_else(|| self.new_id());
        let collector =
            upload.collector.map(|collector| shown_line(&collector, LINE_CHARS_MAX)).filter(|name| !name.is_empty());
        let mut item = Evidence {
            id: id.clone(),
            name,
            sha256: upload.sha256,
            bytes: upload.bytes,
            format: upload.format,
            lines: upload.lines,
            records: None,
            unreadable: 0,
            read_sha256: None,
            first_at: None,
            last_at: None,
            source,
            collector: collector.unwrap_or_else(|| self.by().name.clone()),
            collected_at: self.now(),
            status: EvidenceStatus::Intact,
            writable_by_exposed: false,
            logging_changed_in_window: false,
            logging_changes: Vec::new(),
            custody: vec![Custody { stamp: self.stamp(), act: CustodyAct::Collected, note: String::new() }],
            taint: None,
        };
        self.doubt_new(&mut item);
        self.put(item);
        Ok(id)
    }

    /// Withdraws an evidence item, or sets another standing, with the reason.
    pub fn set_evidence_status(&mut self, id: &Id, draft: StatusDraft) -> Ruled<()> {
        let mut item = self.get::<Evidence>(id)?.record;
        let note = required("reason", draft.reason, TEXT_CHARS_MAX, "Say why: the reason stays in the custody log.")?;
        if item.taint.is_some() && draft.status == EvidenceStatus::Intact {
            return Err(Refusal::field(
                "status",
                "These bytes once failed their hash: a taint stays. Upload the file again from its source.",
            ));
        }
        let act = match draft.status {
            EvidenceStatus::Intact => CustodyAct::Restored,
            EvidenceStatus::Tainted => CustodyAct::Tainted,
            EvidenceStatus::Withdrawn => CustodyAct::Withdrawn,
            EvidenceStatus::Missing => CustodyAct::Missing,
        };
        let custody = Custody { stamp: self.stamp(), act, note };
        if act == CustodyAct::Tainted && item.taint.is_none() {
            item.taint = Some(custody.clone());
            self.put_taint_finding(&item);
        }
        item.custody.push(custody);
        item.status = draft.status;
        self.put(item.clone());
        if matches!(act, CustodyAct::Withdrawn | CustodyAct::Tainted) {
            self.tell_twins(&item);
        }
        Ok(())
    }

    /// A taint outlives the item: withdrawing tampered evidence must not make the verdict better.
    fn put_taint_finding(&mut self, item: &Evidence) {
        let id = self.new_id();
        let found = self.stamp();
        self.put(Finding {
            id,
            summary: format!(
                "The bytes of “{}” were not what was collected: somebody or something changed them.",
                item.name
            ),
            facet: Facet::Access,
            class: FindingClass::Unknown,
            confidence: Confidence::Suspected,
            role: FindingRole::Effect,
            evidence: vec![item.id.clone()],
            event: None,
            found,
            resolved: None,
        });
    }
}

impl Definition for Evidence {
    const PAGE: &'static str = "evidence";
    const PUT_BACK: Result<Permit, &'static str> =
        Err("Evidence and its custody stay as they are recorded: withdraw the item, or set its status, with a reason.");
    const IS_DISCUSSED: bool = true;
    const FIELDS: Fields = Fields {
        words: labels! { "custody.act" => CustodyAct, "logging_changes.outcome" => crate::timeline::Outcome, "status" => EvidenceStatus, "taint.act" => CustodyAct },
        texts: &[
            "custody.note",
            "logging_changes.action",
            "logging_changes.command",
            "logging_changes.place",
            "taint.note",
        ],
        people: &["collector"],
        names: &["logging_changes.actor", "name", "source"],
        things: &["logging_changes.resource"],
        instants: &["collected_at", "first_at", "last_at", "logging_changes.at"],
        codes: &["format", "read_sha256", "sha256"],
        internal: &["custody", "taint.note"],
        ..Fields::NONE
    };
    const IS_IN_SENTENCES: bool = true;

    fn name(&self, _dossier: &Dossier) -> Option<String> {
        Some(self.name.clone())
    }

    fn subject(told: &ChangeContext) -> String {
        format!("evidence item {}", told.text("name"))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        let item = Self::subject(told);
        if let Some((_, is)) = told.turned("status") {
            return Some(match is {
                "withdrawn" => format!("withdrew {item}"),
                "tainted" => format!("found {item} tainted: its bytes no longer have their hash"),
                "missing" => format!("reported {item} missing"),
                _ => format!("restored {item}"),
            });
        }
        if told.began("records") {
            let records = told.record.get("records").and_then(Value::as_u64).unwrap_or(0);
            return Some(format!("read {item}: {records} records"));
        }
        let log = |record: &Value| record.get("custody").and_then(Value::as_array).cloned().unwrap_or_default();
        let (was, is) = (log(&told.change.before), log(&told.change.after));
        let last = is.last().filter(|_| is.len() > was.len())?.get("act")?.as_str()?.to_string();
        match last.as_str() {
            "verified" => Some(format!("verified the hash of {item}")),
            "uploaded" => Some(format!("uploaded {item} again")),
            _ => None,
        }
    }

    fn searched(&self) -> Vec<&str> {
        vec![&self.name, &self.source, &self.sha256]
    }

    fn imported(mut self, entry: &mut Entry) -> Option<Self> {
        (self.records, self.unreadable, self.read_sha256) = (None, 0, None);
        (self.first_at, self.last_at) = (None, None);
        let note = "imported with its case".to_string();
        self.custody.push(Custody { stamp: entry.stamp(), act: CustodyAct::Uploaded, note });
        Some(self)
    }
}
