//! What reading a log says of the evidence it came from.

use schemars::JsonSchema;
use serde::Serialize;

use crate::casefile::Entry;
use crate::evidence::{Custody, CustodyAct, Evidence, is_effective};
use crate::finding::Finding;
use crate::reader::ParseError;
use crate::reader::log::{Format, LogRecord, LoggingChange, Mapping, Summary, Terms, is_picture};
use crate::timeline::Outcome;
use crate::vocabulary::{Confidence, Facet, FindingClass, FindingRole};
use crate::words::words;
use crate::{Id, Instant, Refusal, Ruled};

/// So many pieces of an item that could not be read are kept, each with its line and its reason: some 3 MB. The others
/// are counted, and so are the times in which they may belong.
pub const PARSE_ERRORS_KEPT_MAX: u64 = 10_000;

/// So many acts that changed logging are kept with the item.
const LOGGING_CHANGES_MAX: usize = 100;

/// So many acts are named in a finding.
const NAMED_MAX: usize = 3;

/// What is noted of a file of which as good as nothing was read.
const HARDLY_READ: &str = "more of it could not be read than was";

impl Entry {
    /// Notes what was read of an item, and the digest of it as it is kept. Import it again the same way changes nothing.
    pub fn set_import(&mut self, id: &Id, summary: &Summary, sha256: &str) -> Ruled<()> {
        let mut item = self.get::<Evidence>(id)?.record;
        let unreadable = summary.unreadable;
        item.format = summary.format.word().into();
        (item.records, item.unreadable) = (Some(summary.records), unreadable);
        item.read_sha256 = Some(sha256.to_string());
        (item.first_at, item.last_at) = (summary.first_at, summary.last_at);
        item.logging_changes = effective_changes(summary);
        if item == self.get::<Evidence>(id)?.record {
            return Ok(());
        }
        let counted = |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let mut note = format!("{} as {}", counted(summary.records, "record", "records"), summary.format.label());
        if unreadable > 0 {
            note += &format!(", {} could not be read", counted(unreadable, "piece", "pieces"));
        }
        item.custody.push(Custody { stamp: self.stamp(), act: CustodyAct::Read, note });
        if summary.is_unread() && !is_picture(&item.name) {
            item.custody.push(Custody { stamp: self.stamp(), act: CustodyAct::Unreadable, note: HARDLY_READ.into() });
        }
        let name = item.name.clone();
        self.put(item);
        self.put_failed_logging_changes(id, &name, summary);
        Ok(())
    }

    /// Notes that an item was to be read as a log, and could not be. Said once, it is not said again.
    pub fn set_unreadable(&mut self, id: &Id, note: &str) -> Ruled<()> {
        let mut item = self.get::<Evidence>(id)?.record;
        if item.is_unread_log() || item.records.is_some() {
            return Ok(());
        }
        item.custody.push(Custody { stamp: self.stamp(), act: CustodyAct::Unreadable, note: note.into() });
        self.put(item);
        Ok(())
    }

    /// Takes the import of an item back: its bytes stay, its records go.
    pub fn undo_reading(&mut self, id: &Id, reason: String) -> Ruled<()> {
        let mut item = self.get::<Evidence>(id)?.record;
        let rests = |kept: &&crate::casefile::CaseItem<crate::review::Review>| {
            kept.evidence == *id && kept.revoked.is_none() && kept.records.is_some()
        };
        if let Some(review) = self.dossier().reviews.iter().find(rests) {
            return Err(Refusal::state(format!(
                "{} attested to a review of these records: have that review revoked first.",
                review.attested.by.name
            )));
        }
        (item.records, item.unreadable, item.first_at, item.last_at) = (None, 0, None, None);
        item.read_sha256 = None;
        item.logging_changes.clear();
        item.custody.push(Custody { stamp: self.stamp(), act: CustodyAct::Unread, note: reason });
        self.put(item);
        Ok(())
    }

    /// An attempt on logging that failed changed nothing, and somebody tried.
    fn put_failed_logging_changes(&mut self, id: &Id, name: &str, summary: &Summary) {
        // What lies outside of the exposure window is no effect of it.
        let window = self.dossier().window_reach();
        let inside = |change: &&LoggingChange| change.at.is_none_or(|at| (window.0..=window.1).contains(&at.micros()));
        let failed: Vec<&LoggingChange> =
            summary.logging_changes.iter().filter(|change| !is_effective(change)).filter(inside).collect();
        if failed.is_empty() {
            return;
        }
        let acts: Vec<String> = failed.iter().take(NAMED_MAX).map(|change| change.told()).collect();
        let more = failed.len().saturating_sub(NAMED_MAX);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        let text = format!("“{name}” shows attempts to change logging that failed: {}{more}.", acts.join("; "));
        if self.dossier().findings.all().any(|kept| kept.summary == text) {
            return;
        }
        let finding = Finding {
            id: self.new_id(),
            summary: text,
            facet: Facet::Access,
            class: FindingClass::DeniedAttempt,
            // A log tells of an attempt; what it was is for a person to say.
            confidence: Confidence::Suspected,
            role: FindingRole::Effect,
            evidence: vec![id.clone()],
            event: None,
            found: self.stamp(),
            resolved: None,
        };
        self.put(finding);
    }
}

/// The acts that changed what the source logs, or may have. Where there are more than are kept, one more stands for them:
/// it has no time, so that it may be anywhere.
fn effective_changes(summary: &Summary) -> Vec<LoggingChange> {
    let effective = summary.logging_changes.iter().filter(|change| is_effective(change));
    let mut kept: Vec<LoggingChange> = effective.clone().take(LOGGING_CHANGES_MAX).cloned().collect();
    let unlisted = summary.logging_change_count.saturating_sub(summary.logging_changes.len() as u64);
    let beyond = effective.count().saturating_sub(LOGGING_CHANGES_MAX) as u64 + unlisted;
    if beyond > 0 {
        kept.push(LoggingChange {
            at: None,
            action: format!("{beyond} more acts on logging"),
            actor: String::new(),
            resource: String::new(),
            outcome: Outcome::Unknown,
            line: kept.last().map_or(1, |last| last.line),
            command: None,
            place: None,
        });
    }
    kept
}

impl Evidence {
    /// The format its records were read in; `None` where it is no log, or not one that can be read.
    pub fn log_format(&self) -> Option<Format> {
        Format::parse(&self.format).ok()
    }
}

words! {
    /// How far the import of an evidence item is.
    ImportState is "a state of an import" {
        Receiving "receiving" "arriving", Reading "reading" "being read", Read "read" "read", Cancelled "cancelled" "stopped",
        Failed "failed" "could not be read",
    }
}

/// The import of one evidence item.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Import {
    /// The item.
    pub evidence: Id,
    /// How far it is.
    pub state: ImportState,
    /// The format it is read in; `None` until it is detected.
    pub format: Option<Format>,
    /// Which columns mean what, where a person said so.
    pub mapping: Option<Mapping>,
    /// What a person said of the whole log.
    pub terms: Terms,
    /// How many bytes of the file were read.
    pub bytes_read: u64,
    /// How many records were read.
    pub records: u64,
    /// How many pieces could not be read.
    pub unreadable: u64,
    /// What was read so far.
    pub summary: Option<Summary>,
    /// When it began.
    pub started_at: Instant,
    /// When it last got on.
    pub updated_at: Instant,
    /// Why it failed, in a sentence.
    pub trouble: Option<String>,
}

impl Import {
    /// Whether somebody is reading.
    pub fn is_under_way(&self) -> bool {
        matches!(self.state, ImportState::Receiving | ImportState::Reading)
    }
}

/// What a file would be read as, without keeping anything.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ImportPreview {
    /// The format; `None` for a file that is no log.
    pub format: Option<Format>,
    /// The counts.
    pub summary: Option<Summary>,
    /// The first pieces that could not be read.
    pub parse_errors: Vec<ParseError>,
    /// The first records.
    pub records: Vec<LogRecord>,
    /// The columns, for a format without fixed ones.
    pub columns: Vec<String>,
    /// Which columns mean what.
    pub mapping: Option<Mapping>,
    /// Whether only the beginning was read.
    pub partial: bool,
}
