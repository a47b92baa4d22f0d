//! What can go wrong: a refusal is for the person who asked, an accident for the log.

use domain::record::Noun;
use domain::{Id, Refusal};
use serde_json::Value;

/// What the store answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

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
    /// Something broke. The cause belongs in the log, a reference number on the page.
    Accident(Box<dyn std::error::Error + Send + Sync>),
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
    /// The record's version now: what a second try has to name.
    pub current_version: u64,
}

impl Error {
    /// Whether the database went away, so that the same may well succeed later.
    pub(crate) fn is_lost_database(&self) -> bool {
        let Self::Accident(cause) = self else { return false };
        match cause.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => true,
            Some(sqlx::Error::WorkerCrashed | sqlx::Error::Protocol(_)) => true,
            // PostgreSQL's class 57P: it is being shut down, or starts.
            Some(sqlx::Error::Database(error)) => error.code().is_some_and(|code| code.starts_with("57P")),
            _ => false,
        }
    }

    /// An accident with a cause in words.
    pub(crate) fn accident(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
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
            Self::Accident(cause) => cause.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Accident(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
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

accidents!(
    sqlx::Error,
    sqlx::migrate::MigrateError,
    object_store::Error,
    serde_json::Error,
    std::io::Error,
    tokio::task::JoinError
);
