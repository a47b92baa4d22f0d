//! Which open paths does such a log plausibly record?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Id;
use crate::exposure::Exposure;
use crate::reader::log::Format;
use crate::vocabulary::Channel;

/// The kinds of logs, by what acts leave in them.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Cloud,
    Cluster,
    Machine,
    Database,
    Requests,
    Forge,
    Service,
    Agent,
    Other,
}

impl Kind {
    const fn of(format: Format) -> Self {
        match format {
            Format::Cloudtrail | Format::GcpAudit | Format::AzureActivity => Self::Cloud,
            Format::K8sAudit => Self::Cluster,
            Format::Auditd | Format::Journald | Format::WindowsEvent => Self::Machine,
            Format::Postgres => Self::Database,
            Format::WebAccess => Self::Requests,
            Format::GithubAudit => Self::Forge,
            Format::GoogleWorkspace
            | Format::Entra
            | Format::M365
            | Format::Okta
            | Format::SlackAudit
            | Format::AnthropicAudit
            | Format::OpenaiAudit
            | Format::VaultAudit
            | Format::Auth0
            | Format::Onepassword
            | Format::Snowflake
            | Format::Salesforce
            | Format::Gitlab
            | Format::Zoom
            | Format::Teleport
            | Format::Databricks
            | Format::Cloudflare => Self::Service,
            Format::Otlp | Format::ClaudeCode | Format::Codex | Format::OpenaiChat => Self::Agent,
            Format::CloudtrailDigest
            | Format::SlackExport
            | Format::Timesketch
            | Format::Ocsf
            | Format::VpcFlow
            | Format::Guardduty
            | Format::L2tcsv
            | Format::Csv
            | Format::Jsonl
            | Format::Text => Self::Other,
        }
    }

    const fn channels(self) -> &'static [Channel] {
        match self {
            Self::Cloud => &[Channel::Api, Channel::Cli, Channel::Ui],
            Self::Cluster => &[Channel::Api, Channel::Cli],
            Self::Machine => &[Channel::Cli, Channel::DirectDb],
            Self::Database => &[Channel::DirectDb],
            Self::Forge => &[Channel::Ui, Channel::Api, Channel::Cli],
            Self::Requests | Self::Service => &[Channel::Ui, Channel::Api],
            Self::Agent => &[Channel::AgentTool],
            Self::Other => &[],
        }
    }

    const fn reason(self) -> &'static str {
        match self {
            Self::Cloud => "A log of a cloud records what is done through its API, command line and console.",
            Self::Cluster => "The audit of a cluster records what is done through its API and command line.",
            Self::Machine => "The audit of a machine records what is done on its command line and to databases on it.",
            Self::Database => "The log of a database records what is asked of it directly.",
            Self::Requests => "An access log records what is asked over HTTP, through pages and API.",
            Self::Forge => {
                "The audit log of a forge records what is done with Git, and changes through its pages and API."
            }
            Self::Service => "The audit log of a service records what is done through its pages and API.",
            Self::Agent => "A transcript or trace of an agent records what its tools do.",
            Self::Other => "Such a file does not say which paths it records: choose them.",
        }
    }
}

/// An open path to a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProposedCell {
    /// The resource.
    pub resource: Id,
    /// The path.
    pub path: Id,
}

/// The open paths through the channels of such a log, and why these.
pub(super) fn cells(format: Format, exposure: &Exposure) -> (Vec<ProposedCell>, String) {
    let kind = Kind::of(format);
    let fits = exposure.cells().filter(|(_, path)| kind.channels().contains(&path.channel));
    let cell = |(resource, path): (&crate::exposure::Resource, &crate::exposure::Path)| ProposedCell {
        resource: resource.id.clone(),
        path: path.id.clone(),
    };
    (fits.map(cell).collect(), kind.reason().into())
}
