//! The kinds of sources that write logs, by what acts leave in them.

use crate::vocabulary::Channel;

/// What kind of source writes a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SourceKind {
    /// A cloud.
    Cloud,
    /// A cluster.
    Cluster,
    /// A machine.
    Machine,
    /// A database.
    Database,
    /// A server that is asked over HTTP.
    Requests,
    /// A forge of software.
    Forge,
    /// A service that people and programs use.
    Service,
    /// An agent, or what runs it.
    Agent,
    /// Nothing says what it is.
    Other,
}

impl SourceKind {
    /// Through which channels the acts come that such a log plausibly records.
    pub(crate) const fn channels(self) -> &'static [Channel] {
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

    /// Why these.
    pub(crate) const fn reason(self) -> &'static str {
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
