//! The log formats: the list of them, and what is asked of each.
//!
//! A format is a file in `adapter/`: what reads its records, and beside it `impl LogFormat`, which says all that is
//! special about it (`definition.rs` lists what that can be). To add one: that file, its line here, and a fixture of its
//! name in `fixtures/`. Nothing else asks which format it is.

use super::adapter::*;
use super::definition::{Digests, LogFormat, Tells, Watched};
use super::logging::{Family, LoggingAct};
use super::mode::Mode;
use super::reader::Options;
use super::seen::Shown;
use super::sign::Sign;
use super::source::SourceKind;
use super::split::Splitter;
use super::summary::Summary;
use crate::vocabulary::{Channel, Completeness, CoverageMode};
use crate::words::words;

macro_rules! formats {
    ($($format:ident $word:literal $label:literal = $definition:path;)*) => {
        words! {
            /// A log format that can be read.
            Format is "a log format" { $($format $word $label),* }
        }

        /// What a format says of itself: the one place where formats are told apart.
        macro_rules! ask {
            ($asked:expr, $what:ident) => {
                match $asked { $(Format::$format => <$definition as LogFormat>::$what),* }
            };
        }
    };
}

formats! {
    Cloudtrail "cloudtrail" "AWS CloudTrail" = cloudtrail::Cloudtrail;
    CloudtrailDigest "cloudtrail_digest" "AWS CloudTrail digest" = cloudtrail_digest::CloudtrailDigest;
    K8sAudit "k8s_audit" "Kubernetes audit" = k8s_audit::K8sAudit;
    GithubAudit "github_audit" "GitHub audit log" = github_audit::GithubAudit;
    GcpAudit "gcp_audit" "Google Cloud audit logs" = gcp_audit::GcpAudit;
    GoogleWorkspace "google_workspace" "Google Workspace activity" = google_workspace::GoogleWorkspace;
    Entra "entra" "Microsoft Entra" = azure::Entra;
    AzureActivity "azure_activity" "Azure activity log" = azure::AzureActivity;
    M365 "m365" "Microsoft 365 audit" = m365::M365;
    Okta "okta" "Okta system log" = okta::Okta;
    SlackAudit "slack_audit" "Slack audit log" = slack_audit::SlackAudit;
    AnthropicAudit "anthropic_audit" "Anthropic activity log" = anthropic_audit::AnthropicAudit;
    OpenaiAudit "openai_audit" "OpenAI audit log" = openai_audit::OpenaiAudit;
    SlackExport "slack_export" "Slack export" = slack_export::SlackExport;
    Auditd "auditd" "Linux audit" = auditd::Auditd;
    Otlp "otlp" "OpenTelemetry" = otlp::Otlp;
    ClaudeCode "claude_code" "Claude Code transcript" = claude_code::ClaudeCode;
    Codex "codex" "Codex transcript" = codex::Codex;
    OpenaiChat "openai_chat" "Chat transcript" = openai_chat::OpenaiChat;
    Ocsf "ocsf" "OCSF events" = ocsf::Ocsf;
    WebAccess "web_access" "Web access log" = web::WebAccess;
    VpcFlow "vpc_flow" "AWS VPC flow log" = vpc_flow::VpcFlow;
    Postgres "postgres" "PostgreSQL log" = postgres::Postgres;
    Journald "journald" "systemd journal" = journald::Journald;
    WindowsEvent "windows_event" "Windows event log" = windows_event::WindowsEvent;
    VaultAudit "vault_audit" "HashiCorp Vault audit" = vault_audit::VaultAudit;
    Guardduty "guardduty" "AWS GuardDuty findings" = guardduty::Guardduty;
    Auth0 "auth0" "Auth0 log" = auth0::Auth0;
    Onepassword "onepassword" "1Password events" = onepassword::Onepassword;
    Snowflake "snowflake" "Snowflake history" = snowflake::Snowflake;
    Salesforce "salesforce" "Salesforce event log" = salesforce::Salesforce;
    Gitlab "gitlab" "GitLab audit" = gitlab::Gitlab;
    Zoom "zoom" "Zoom operation log" = zoom::Zoom;
    Teleport "teleport" "Teleport audit" = teleport::Teleport;
    Databricks "databricks" "Databricks audit" = databricks::Databricks;
    Cloudflare "cloudflare" "Cloudflare audit and requests" = cloudflare::Cloudflare;
    Timesketch "timesketch" "Timesketch" = timesketch::Timesketch;
    L2tcsv "l2tcsv" "log2timeline CSV" = l2tcsv::L2tcsv;
    Csv "csv" "CSV" = csv::Csv;
    Jsonl "jsonl" "JSON lines" = jsonl::Jsonl;
    Text "text" "Text" = text::Text;
}

/// Makes the questions that others may ask of a format.
macro_rules! questions {
    ($($(#[$meta:meta])* $visible:vis $name:ident: $type:ty = $what:ident;)*) => {
        impl Format {
            $($(#[$meta])* $visible const fn $name(self) -> $type { ask!(self, $what) })*
        }
    };
}

questions! {
    /// By what it is told from others.
    pub(super) signs: &'static [Sign] = SIGNS;
    /// The keys under which a document of this format holds its list of records.
    pub(super) lists: &'static [&'static str] = LISTS;
    /// Whether it comes as JSON alone.
    pub is_json: bool = IS_JSON;
    /// Whether it is what a file is taken for that says nothing of itself.
    pub is_guessed: bool = IS_GUESSED;
    /// Whether a person or the names of its fields say what they mean.
    pub is_mapped: bool = IS_MAPPED;
    /// Whether the format says which system wrote it, so that its records show what such a source records. Of a plain
    /// table, list or text only a person can know that.
    pub names_its_source: bool = NAMES_ITS_SOURCE;
    /// Whether exporters of OpenTelemetry send it.
    pub comes_over_otlp: bool = COMES_OVER_OTLP;
    /// Whether its records can be read from the middle on.
    pub comes_in_pieces: bool = COMES_IN_PIECES;
    /// The longest piece of this format that is read; a longer one becomes a parse error.
    pub piece_bytes_max: usize = PIECE_BYTES_MAX;
    /// Whether the first line, once it is whole, says how the others are split.
    pub(super) is_told_by_first_line: bool = IS_TOLD_BY_FIRST_LINE;
    /// Whether it puts bytes that are no text beside the text.
    pub(super) holds_bytes: bool = HOLDS_BYTES;
    /// What kind of source writes it.
    pub(crate) source: SourceKind = SOURCE;
    /// What it records where nothing shows that acts of the kind in question are.
    pub(crate) unshown: CoverageMode = UNSHOWN;
    /// What can prove that nothing is missing from it.
    pub(crate) proof: Completeness = PROOF;
    /// What is said where nothing does.
    pub(crate) unproven: &'static str = UNPROVEN;
    /// Whether digests list its files, or it is such digests.
    pub(crate) digests: Digests = DIGESTS;
    /// Whether its source promises an order of its records.
    pub(crate) is_in_order: bool = IS_IN_ORDER;
    /// Whether whoever lists or watches gets what is in each thing, in a record that does not name the thing.
    pub(crate) lists_unnamed: bool = LISTS_UNNAMED;
    /// Whose log it is with others.
    pub(super) family: Option<Family> = FAMILY;
    /// Whether clouds keep such logs in the same stores as others.
    pub(super) is_stored: bool = IS_STORED;
    /// The acts on logging that it may tell of.
    pub(super) logging: &'static [LoggingAct] = LOGGING;
    /// Whether the name of such an act alone says which it is.
    pub(super) names_logging: bool = NAMES_LOGGING;
    /// How its pieces are looked at for commands on logging.
    pub(super) watched: Watched = WATCHED;
    /// In whose words it may tell what became of logging.
    pub(super) tells: Tells = TELLS;
}

impl Format {
    /// Whether a file of this format says of itself which it is; what does not is read by guessing.
    pub const fn is_own(self) -> bool {
        !self.is_guessed()
    }

    /// Whether it lists the files of another format with their digests, and holds no acts.
    pub const fn is_digest(self) -> bool {
        matches!(self.digests(), Digests::Are)
    }

    /// Reads its records.
    pub(super) fn adapter(self, options: &Options) -> Box<dyn Adapter + Send> {
        ask!(self, adapter)(options)
    }

    /// Finds its pieces, by the beginning of the file.
    pub(super) fn split(self, first: &[u8], limit: usize) -> Splitter {
        ask!(self, split)(first, limit)
    }

    /// What of the acts a log records, as the numbers of what was read say.
    pub(crate) fn mode(self, summary: &Summary) -> Mode {
        ask!(self, mode)(summary)
    }

    /// Why what was read cannot be whole, whatever else proves that it is.
    pub(crate) fn objection(self, summary: &Summary) -> Option<String> {
        ask!(self, objection)(summary)
    }

    /// Whether an act on something shows that those through a channel are recorded.
    pub(crate) fn shows(self, channel: Channel, action: &str) -> bool {
        ask!(self, shows)(channel, action)
    }

    /// Whether a place is that of a name, or lies inside of it.
    pub(super) fn is_of(self, place: &Shown, name: &str) -> bool {
        ask!(self, is_of)(place, name)
    }

    /// The format of a file whose records look like this one's.
    pub(super) fn whole(self, bytes: &[u8]) -> Self {
        ask!(self, whole)(self, bytes)
    }
}
