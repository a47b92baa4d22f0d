//! The formats by name.

use crate::words::words;

words! {
    /// A log format that can be read.
    Format is "a log format" {
        Cloudtrail "cloudtrail" "AWS CloudTrail",
        CloudtrailDigest "cloudtrail_digest" "AWS CloudTrail digest", K8sAudit "k8s_audit" "Kubernetes audit", GithubAudit "github_audit" "GitHub audit log",
        GcpAudit "gcp_audit" "Google Cloud audit logs", GoogleWorkspace "google_workspace" "Google Workspace activity",
        Entra "entra" "Microsoft Entra", AzureActivity "azure_activity" "Azure activity log", M365 "m365" "Microsoft 365 audit",
        Okta "okta" "Okta system log", SlackAudit "slack_audit" "Slack audit log",
        AnthropicAudit "anthropic_audit" "Anthropic activity log", OpenaiAudit "openai_audit" "OpenAI audit log",
        SlackExport "slack_export" "Slack export", Auditd "auditd" "Linux audit", Otlp "otlp" "OpenTelemetry",
        ClaudeCode "claude_code" "Claude Code transcript", Codex "codex" "Codex transcript", OpenaiChat "openai_chat" "Chat transcript",
        Ocsf "ocsf" "OCSF events", WebAccess "web_access" "Web access log", VpcFlow "vpc_flow" "AWS VPC flow log",
        Postgres "postgres" "PostgreSQL log", Journald "journald" "systemd journal", WindowsEvent "windows_event" "Windows event log",
        VaultAudit "vault_audit" "HashiCorp Vault audit", Guardduty "guardduty" "AWS GuardDuty findings", Auth0 "auth0" "Auth0 log",
        Onepassword "onepassword" "1Password events", Snowflake "snowflake" "Snowflake history", Salesforce "salesforce" "Salesforce event log",
        Gitlab "gitlab" "GitLab audit", Zoom "zoom" "Zoom operation log", Teleport "teleport" "Teleport audit",
        Databricks "databricks" "Databricks audit", Cloudflare "cloudflare" "Cloudflare audit and requests",
        Timesketch "timesketch" "Timesketch", L2tcsv "l2tcsv" "log2timeline CSV", Csv "csv" "CSV", Jsonl "jsonl" "JSON lines", Text "text" "Text",
    }
}

/// The longest line, row or element that is read.
const PIECE_BYTES_MAX: usize = 1 << 20;

/// The same for formats that put a whole conversation, an image, a batch of spans or an hour's list of files into one element.
const LARGE_PIECE_BYTES_MAX: usize = 16 << 20;

impl Format {
    /// Whether the format says which system wrote it, so that its records show what such a source records. Of a plain
    /// table, list or text only a person can know that.
    pub const fn names_its_source(self) -> bool {
        !matches!(self, Self::Timesketch | Self::L2tcsv | Self::Csv | Self::Jsonl | Self::Text)
    }

    /// The longest piece of this format that is read; a longer one becomes a parse_error.
    pub const fn piece_bytes_max(self) -> usize {
        match self {
            Self::CloudtrailDigest | Self::Otlp | Self::ClaudeCode | Self::Codex | Self::OpenaiChat => {
                LARGE_PIECE_BYTES_MAX
            }
            _ => PIECE_BYTES_MAX,
        }
    }

    /// Whether each file of this format is by itself: its first line says what its others mean.
    pub(super) const fn is_told_by_each_file(self) -> bool {
        matches!(self, Self::Text | Self::Csv | Self::Jsonl)
    }

    /// Whether a file of this format says of itself which it is; what is none of these is read by guessing.
    pub const fn is_own(self) -> bool {
        !matches!(self, Self::Text | Self::Csv | Self::Jsonl)
    }

    /// Whether it comes as JSON alone.
    pub const fn is_json(self) -> bool {
        !matches!(
            self,
            Self::Text
                | Self::Csv
                | Self::L2tcsv
                | Self::Auditd
                | Self::WebAccess
                | Self::VpcFlow
                | Self::Postgres
                | Self::Journald
                | Self::WindowsEvent
        )
    }

    /// The keys under which a document of this format holds its list of records.
    pub(super) const fn lists(self) -> &'static [&'static str] {
        match self {
            Self::Cloudtrail => &["Records", "Events", "logEvents"],
            // The last two are those of CloudWatch, which keeps the audit of clusters.
            Self::K8sAudit => &["items", "events", "logEvents"],
            Self::GoogleWorkspace => &["items"],
            Self::GcpAudit => &["entries", "events", "logEvents"],
            Self::SlackAudit => &["entries"],
            Self::Entra | Self::AzureActivity | Self::M365 => &["value", "records"],
            Self::AnthropicAudit | Self::OpenaiAudit => &["data"],
            Self::SlackExport => &["messages"],
            Self::Otlp => &["resourceSpans", "resourceLogs"],
            Self::Guardduty => &["Findings", "findings"],
            Self::Onepassword => &["items"],
            Self::Zoom => &["operation_logs", "activity_logs"],
            Self::Cloudflare => &["result"],
            Self::Salesforce | Self::WindowsEvent => &["records", "value", "Events"],
            Self::Teleport | Self::Ocsf => &["events"],
            Self::Auth0 => &["logs"],
            Self::Snowflake | Self::Databricks | Self::Gitlab => &["data", "records"],
            Self::OpenaiChat => &[],
            Self::Jsonl => &["records", "items", "events", "entries", "logs", "results", "data", "value"],
            _ => &[],
        }
    }
}
