//! One adapter per format: it alone knows both the source's words and ours.

use super::record::{LogRecord, MissingRecords, Raw};
use super::split::Header;
use super::trail_digest::TrailDigest;

pub(super) mod anthropic_audit;
mod audit_line;
pub(super) mod auditd;
pub(super) mod auth0;
pub(super) mod azure;
mod bedrock;
mod bucket;
mod calls;
mod chat;
pub(super) mod claude_code;
pub(super) mod cloudflare;
pub(super) mod cloudtrail;
pub(super) mod cloudtrail_digest;
pub(super) mod codex;
pub(super) mod csv;
pub(super) mod databricks;
mod events;
mod fields;
mod gate;
pub(super) mod gcp_audit;
mod generic;
pub(super) mod github_audit;
pub(super) mod gitlab;
pub(super) mod google_workspace;
pub(super) mod guardduty;
pub(super) mod journald;
pub(super) mod jsonl;
pub(super) mod k8s_audit;
pub(super) mod l2tcsv;
pub(super) mod m365;
pub(super) mod ocsf;
pub(super) mod okta;
pub(super) mod onepassword;
pub(super) mod openai_audit;
pub(super) mod openai_chat;
mod openai_compliance;
pub(super) mod otlp;
mod patch;
pub(super) mod postgres;
mod program;
mod row;
pub(super) mod salesforce;
mod serials;
pub(super) mod slack_audit;
pub(super) mod slack_export;
pub(super) mod snowflake;
mod sql;
mod syscall;
mod table;
pub(super) mod teleport;
pub(super) mod text;
pub(super) mod timesketch;
mod tools;
pub(super) mod vault_audit;
pub(super) mod vpc_flow;
pub(super) mod web;
pub(super) mod windows_event;
mod windows_xml;
pub(super) mod zoom;

pub(super) use generic::Generic;

/// One line, row or element.
pub(super) struct Piece<'a> {
    /// Its bytes, without blanks around them.
    pub bytes: &'a [u8],
    /// Where it stands.
    pub raw: Raw,
    /// The header, where it is a row of CSV.
    pub header: Option<&'a Header>,
}

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is in one record or several, now or later.
    Read,
    /// It became part of the record of an earlier piece.
    Merged,
    /// It is of a kind that says nothing about what happened.
    Skipped,
}

/// Why a piece was not taken.
#[derive(Debug)]
pub(super) enum Wrong {
    /// It cannot be read; the sentence says why.
    Unreadable(String),
    /// It is whole JSON and has nothing of this format.
    Foreign,
}

impl From<String> for Wrong {
    fn from(sentence: String) -> Self {
        Self::Unreadable(sentence)
    }
}

/// Where an adapter puts what it finds.
pub(super) trait Out {
    /// A record.
    fn record(&mut self, record: LogRecord);
    /// A word about the file as a whole, out of [`mark`](crate::reader::log::mark).
    fn mark(&mut self, mark: &str);
    /// A type of record, or of a part of one, that is not understood.
    fn stranger(&mut self, kind: &str);
    /// A gap.
    fn gap(&mut self, gap: MissingRecords);
    /// A digest of CloudTrail, which proves something of other files.
    fn digest(&mut self, _digest: TrailDigest) {}
    /// A parse error about a place, found out later.
    fn parse_error(&mut self, raw: Raw, reason: &str, text: &str);
}

/// Reads the pieces of one file. Whatever it holds back, it holds in bounded memory.
pub(super) trait Adapter {
    /// Reads one piece. A piece that is refused leaves no trace.
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong>;

    /// Gives out what was held back, and keeps what it knows of a stream that may go on in another file of an archive.
    fn pause(&mut self, out: &mut dyn Out) {
        self.finish(out);
    }

    /// Whether it knows something of a stream that may go on in another file.
    fn goes_on(&self) -> bool {
        false
    }

    /// Gives out what was held back.
    fn finish(&mut self, _out: &mut dyn Out) {}
}
