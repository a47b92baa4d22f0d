//! What can go wrong: a refusal is for the person who asked, an internal error for the log.

use domain::{Id, Refusal};
use serde_json::Value;

use crate::engine::Trouble;

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
    Conflict(Box<EditConflict>),
    /// Nobody known asked: no account, no valid token.
    Unauthorised,
    /// Too many attempts. The sentence says how long to wait.
    TooMany {
        /// One plain sentence.
        sentence: String,
        /// When it is worth trying again.
        retry_after_seconds: u64,
    },
    /// Somebody does the same at this moment, and nothing was stored. The same may well succeed once they are done.
    Held(&'static str),
    /// An edit of a version that never was. Nothing was written.
    NeverWas {
        /// The version that the edit names.
        seen: u64,
        /// The record's version now.
        now: u64,
    },
    /// Evidence whose bytes are not where they are kept, by their digest.
    Missing(String),
    /// The database does not answer, and nothing was stored. The same may well succeed in a moment.
    Unavailable(Cause),
    /// Too much waits for the same thing, and nothing was stored. The same may well succeed in a moment.
    Busy(Cause),
    /// The disk below the database or the evidence is full, and nothing was stored.
    Full(Cause),
    /// The database is not what was written: a file that is damaged, or none of ours.
    Damaged(Cause),
    /// The database went away while it was storing, and did not come back in time to say whether it has.
    CommitUnknown(Cause),
    /// Something broke. The cause belongs in the log, a reference number on the page.
    Internal(Cause),
}

/// Two edits of one record that cannot both stand.
#[derive(Debug, Clone, PartialEq)]
pub struct EditConflict {
    /// Which noun, as sentences name it.
    pub noun: &'static str,
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
    /// Whether this is of the moment, so that the same may well succeed later.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::CommitUnknown(_) | Self::Busy(_) | Self::Full(_))
    }

    /// The version on which an edit was made, where the record moved on since; `now` is the record's version, and `last`
    /// the newest that there is of anything beside it.
    pub(crate) fn moved_on(seen: Option<u64>, now: u64, last: u64) -> Result<Option<u64>> {
        match seen {
            Some(seen) if seen > now.max(last) => Err(Self::NeverWas { seen, now }),
            seen => Ok(seen.filter(|seen| *seen < now)),
        }
    }

    /// An error in answer to a commit. Some say that nothing was stored, the others leave it open.
    pub(crate) fn of_commit(cause: sqlx::Error) -> Self {
        match Trouble::of(&cause) {
            Trouble::Away => Self::CommitUnknown(Box::new(cause)),
            _ => cause.into(),
        }
    }

    /// Carries this through an interface of the driver; coming back, it is the same again.
    pub(crate) fn into_sqlx(self) -> sqlx::Error {
        sqlx::Error::AnyDriverError(Box::new(self))
    }

    /// An internal error with a cause in words.
    pub(crate) fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
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
            Self::Held(sentence) => f.write_str(sentence),
            Self::NeverWas { seen, now } => write!(
                f,
                "There is no version {seen} of this: it is at version {now}. Read it again, and name the version you saw."
            ),
            Self::Missing(sha256) => write!(
                f,
                "The bytes of this item are missing from the evidence store. Its record still names them: bring the file with the SHA-256 {sha256} back from a backup."
            ),
            Self::Unavailable(cause) => write!(f, "The database does not answer: {cause}"),
            Self::Busy(cause) => write!(f, "Too much waits for the same thing: {cause}"),
            Self::Full(cause) => write!(f, "The disk is full: make room on it, nothing else is needed ({cause})"),
            Self::Damaged(cause) => write!(
                f,
                "The database is damaged or none of Inquest's: keep a copy of it, and restore the last backup ({cause})"
            ),
            Self::CommitUnknown(cause) => write!(f, "The database went away while it was storing: {cause}"),
            Self::Internal(cause) => cause.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable(cause)
            | Self::CommitUnknown(cause)
            | Self::Busy(cause)
            | Self::Full(cause)
            | Self::Damaged(cause)
            | Self::Internal(cause) => Some(cause.as_ref()),
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
        let cause = match cause {
            sqlx::Error::AnyDriverError(inner) => match inner.downcast::<Self>() {
                Ok(ours) => return *ours,
                Err(inner) => sqlx::Error::AnyDriverError(inner),
            },
            other => other,
        };
        let is = match Trouble::of(&cause) {
            Trouble::Away => Self::Unavailable,
            Trouble::Full => Self::Full,
            Trouble::Damaged => Self::Damaged,
            Trouble::Locked => Self::Busy,
            Trouble::Other => Self::Internal,
        };
        is(Box::new(cause))
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(cause: sqlx::migrate::MigrateError) -> Self {
        sqlx::Error::Migrate(Box::new(cause)).into()
    }
}

impl From<std::io::Error> for Error {
    fn from(cause: std::io::Error) -> Self {
        if is_full(&cause) { Self::Full(Box::new(cause)) } else { Self::Internal(Box::new(cause)) }
    }
}

impl From<object_store::Error> for Error {
    fn from(cause: object_store::Error) -> Self {
        if is_full(&cause) { Self::Full(Box::new(cause)) } else { Self::Internal(Box::new(cause)) }
    }
}

/// Whether a disk without room lies behind it.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if matches!(kind, Some(std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)) {
            return true;
        }
        next = error.source();
    }
    false
}

macro_rules! accidents {
    ($($cause:ty),* $(,)?) => {
        $(impl From<$cause> for Error {
            fn from(cause: $cause) -> Self {
                Self::Internal(Box::new(cause))
            }
        })*
    };
}

accidents!(serde_json::Error, tokio::task::JoinError);
