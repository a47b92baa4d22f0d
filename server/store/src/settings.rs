//! Where a store keeps its things.

use std::path::PathBuf;

use domain::watch::stop::Hosts;

use crate::Clock;

/// What a store needs to know to open.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `postgres://…` for several nodes; `None` for SQLite in the data directory.
    pub database_url: Option<String>,
    /// The directory for the database and the evidence; made if it is not there.
    pub data_dir: PathBuf,
    /// Where evidence is kept, as a `file://` or `s3://` URL; `None` for `evidence` in the data directory.
    pub evidence_url: Option<String>,
    /// The public address for links in letters, without a slash at its end; `None` when no mail is sent.
    pub mail_url: Option<String>,
    /// What may be done to stop agents.
    pub stopping: Stopping,
    /// Where time and chance come from.
    pub clock: Clock,
}

/// What may be done to stop agents: whoever runs the instance says so, and nobody who works with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopping {
    /// Requests go to these hosts and to no other.
    pub hosts: Hosts,
    /// Nothing is sent: it is noted what would have been.
    pub is_dry_run: bool,
    /// Rules suspend so many agents within an hour.
    pub per_hour: u32,
}

/// Rules suspend so many agents within an hour, unless somebody says otherwise.
const SUSPENSIONS_PER_HOUR: u32 = 10;

impl Default for Stopping {
    fn default() -> Self {
        Self { hosts: Hosts::default(), is_dry_run: false, per_hour: SUSPENSIONS_PER_HOUR }
    }
}

impl Settings {
    /// SQLite and evidence in one directory, by the system's clock.
    pub fn in_dir(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            database_url: None,
            data_dir: data_dir.into(),
            evidence_url: None,
            mail_url: None,
            stopping: Stopping::default(),
            clock: Clock::system(),
        }
    }
}
