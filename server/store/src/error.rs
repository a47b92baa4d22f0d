//! What can go wrong: a refusal is for the person who asked, an accident for the log.

use domain::record::Noun;
use domain::{Id, Refusal};
use serde_json::Value;

/// What the store answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What lies behind an error.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why the store did not do what it was asked.
#[derive(Debug)]
pub enum Error {
    /// A rule said no, in a sentence for the person who asked.
    Refused(Refusal),
    /// Somebody else changed the same fields first. Nothing was written.
    Conflict(Box<Conflict>),
    /// Nobody known asked: no account, no valid token.
    Unauthorised,
    /// Too many attempts. The sentence says how long to wait.
    TooMany {
        /// One plain sentence.
        sentence: String,
        /// When it is worth trying again.
        retry_after_seconds: u64,
    },
    /// The database does not answer, and nothing was stored. The same may well succeed in a moment.
    Unavailable(Cause),
    /// The database went away while it was storing, and did not come back in time to say whether it has.
    Unsettled(Cause),
    /// Something broke. The cause belongs in the log, a reference number on the page.
    Accident(Cause),
}

/// Two edits of one record that cannot both stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Which noun.
    pub noun: Noun,
    /// Which record.
    pub id: Id,
    /// The record as the person saw it.
    pub base: Value,
    /// The record as it is now.
    pub theirs: Value,
    /// The record as the person wants it.
    pub mine: Value,
    /// The fields both changed, and differently.
    pub fields: Vec<String>,
    /// Whether the next try has to send all fields, because they replace what stands there.
    pub whole: bool,
    /// The record's version now: what a second try has to name.
    pub current_version: u64,
}

impl Error {
    /// Whether the database went away, so that the same may well succeed later.
    pub(crate) fn is_lost_database(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Unsettled(_))
    }

    /// An accident with a cause in words.
    pub(crate) fn accident(cause: impl Into<Cause>) -> Self {
        Self::Accident(cause.into())
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Conflict(conflict) => {
                write!(
                    f,
                    "Somebody else changed this {} while you edited it: {}.",
                    conflict.noun,
                    conflict.fields.join(", ")
                )
            }
            Self::Unauthorised => f.write_str("Sign in first, or send a valid token."),
            Self::TooMany { sentence, .. } => f.write_str(sentence),
            Self::Unavailable(cause) => write!(f, "The database does not answer: {cause}"),
            Self::Unsettled(cause) => write!(f, "The database went away while it was storing: {cause}"),
            Self::Accident(cause) => cause.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable(cause) | Self::Unsettled(cause) | Self::Accident(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<sqlx::Error> for Error {
    fn from(cause: sqlx::Error) -> Self {
        use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Protocol, WorkerCrashed};
        let is_lost = match &cause {
            Io(_) | PoolTimedOut | PoolClosed | Protocol(_) | WorkerCrashed => true,
            // PostgreSQL is shut down or starts, loses its connections, or has no more of them.
            Database(error) => {
                error.code().is_some_and(|code| code.starts_with("57P") || code.starts_with("08") || code == "53300")
            }
            _ => false,
        };
        if is_lost { Self::Unavailable(Box::new(cause)) } else { Self::Accident(Box::new(cause)) }
    }
}

macro_rules! accidents {
    ($($cause:ty),* $(,)?) => {
        $(impl From<$cause> for Error {
            fn from(cause: $cause) -> Self {
                Self::Accident(Box::new(cause))
            }
        })*
    };
}

accidents!(sqlx::migrate::MigrateError, object_store::Error, serde_json::Error, std::io::Error, tokio::task::JoinError);
