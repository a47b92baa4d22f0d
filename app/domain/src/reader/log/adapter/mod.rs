//! One adapter per format: it alone knows both the source's words and ours.

pub use chat::is_trace;

use super::Options;
use super::format::Format;
use super::record::{Gap, LogRecord, Raw};
use super::split::Header;
use super::trail_digest::TrailDigest;

mod anthropic_audit;
mod audit_line;
mod auditd;
mod auth0;
mod azure;
mod bedrock;
mod bucket;
mod calls;
mod chat;
mod claude_code;
mod cloudflare;
mod cloudtrail;
mod cloudtrail_digest;
mod codex;
mod databricks;
mod events;
mod fields;
mod gate;
mod gcp_audit;
mod generic;
mod github_audit;
mod gitlab;
mod google_workspace;
mod guardduty;
mod journald;
mod k8s_audit;
mod l2tcsv;
mod m365;
mod ocsf;
mod okta;
mod onepassword;
mod openai_audit;
mod openai_chat;
mod openai_compliance;
mod otlp;
mod patch;
mod postgres;
mod program;
mod row;
mod salesforce;
mod serials;
mod slack_audit;
mod slack_export;
mod snowflake;
mod sql;
mod syscall;
mod table;
mod teleport;
mod text;
mod timesketch;
mod tools;
mod vault_audit;
mod vpc_flow;
mod web;
mod windows_event;
mod windows_xml;
mod zoom;

pub(super) use chat::is_table as is_table_of_traces;
pub(super) use generic::Generic;
pub(super) use journald::is_name as is_journal_name;
pub(super) use postgres::{is_csv as is_postgres_csv, looks_like as is_postgres};
pub(super) use vpc_flow::looks_like as is_flow;
pub(super) use web::looks_like as is_access;

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
    fn gap(&mut self, gap: Gap);
    /// A digest of CloudTrail, which proves something of other files.
    fn digest(&mut self, _digest: TrailDigest) {}
    /// A parse_error about a place, found out later.
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

/// The adapter of a format.
pub(super) fn adapter(format: Format, options: &Options) -> Box<dyn Adapter + Send> {
    match format {
        Format::Cloudtrail => Box::new(cloudtrail::Cloudtrail::default()),
        Format::CloudtrailDigest => Box::new(cloudtrail_digest::CloudtrailDigest),
        Format::K8sAudit => Box::new(k8s_audit::K8sAudit::default()),
        Format::GithubAudit => Box::new(github_audit::GithubAudit::default()),
        Format::GcpAudit => Box::new(gcp_audit::GcpAudit::default()),
        Format::GoogleWorkspace => Box::new(google_workspace::GoogleWorkspace::default()),
        Format::Entra => Box::new(azure::Azure::entra()),
        Format::AzureActivity => Box::new(azure::Azure::activity()),
        Format::M365 => Box::new(m365::M365::default()),
        Format::Okta => Box::new(okta::Okta::default()),
        Format::SlackAudit => Box::new(slack_audit::SlackAudit::default()),
        Format::AnthropicAudit => Box::new(anthropic_audit::AnthropicAudit::default()),
        Format::OpenaiAudit => Box::new(openai_audit::OpenaiAudit::default()),
        Format::SlackExport => Box::new(slack_export::SlackExport),
        Format::Auditd => Box::new(auditd::Auditd::default()),
        Format::Otlp => Box::new(otlp::Otlp::default()),
        Format::ClaudeCode => Box::new(claude_code::ClaudeCode::default()),
        Format::Codex => Box::new(codex::Codex::default()),
        Format::OpenaiChat => Box::new(openai_chat::OpenaiChat::default()),
        Format::Timesketch => Box::new(timesketch::Timesketch::default()),
        Format::Ocsf => Box::new(events::Events::new(&ocsf::SPEC)),
        Format::WebAccess => Box::new(web::WebAccess::default()),
        Format::VpcFlow => Box::new(vpc_flow::VpcFlow::default()),
        Format::Postgres => Box::new(postgres::Postgres::default()),
        Format::Journald => Box::new(journald::Journald),
        Format::WindowsEvent => Box::new(windows_event::WindowsEvent),
        Format::VaultAudit => Box::new(vault_audit::VaultAudit::default()),
        Format::Guardduty => Box::new(events::Events::new(&guardduty::SPEC)),
        Format::Auth0 => Box::new(events::Events::new(&auth0::SPEC)),
        Format::Onepassword => Box::new(events::Events::new(&onepassword::SPEC)),
        Format::Snowflake => Box::new(events::Events::new(&snowflake::SPEC)),
        Format::Salesforce => Box::new(events::Events::new(&salesforce::SPEC)),
        Format::Gitlab => Box::new(events::Events::new(&gitlab::SPEC)),
        Format::Zoom => Box::new(events::Events::new(&zoom::SPEC)),
        Format::Teleport => Box::new(events::Events::new(&teleport::SPEC)),
        Format::Databricks => Box::new(events::Events::new(&databricks::SPEC)),
        Format::Cloudflare => Box::new(events::Events::new(&cloudflare::SPEC)),
        Format::L2tcsv => Box::new(l2tcsv::L2tcsv),
        Format::Csv | Format::Jsonl => Box::new(Generic::new(options)),
        Format::Text => Box::new(text::Text::new(options)),
    }
}
