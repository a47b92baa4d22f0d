//! Where a store keeps its things.

use std::path::PathBuf;

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
    /// Where time and chance come from.
    pub clock: Clock,
}

impl Settings {
    /// SQLite and evidence in one directory, by the system's clock.
    pub fn in_dir(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            database_url: None,
            data_dir: data_dir.into(),
            evidence_url: None,
            mail_url: None,
            clock: Clock::system(),
        }
    }
}
