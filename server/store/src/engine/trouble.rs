//! What an error of the database means: the codes of both, in one place.

use sqlx::sqlite::SqliteError;

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The database is away, or its disk fails for a moment.
    Away,
    /// Its disk is full.
    Full,
    /// Its file is not what a database wrote.
    Damaged,
    /// Somebody else holds what this waited for.
    Locked,
    /// A defect.
    Other,
}

impl Trouble {
    pub(crate) fn of(error: &sqlx::Error) -> Self {
        use sqlx::Error::{Database, Io, Migrate, PoolClosed, PoolTimedOut, Protocol, WorkerCrashed};
        use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
        match error {
            Io(error) if error.kind() == std::io::ErrorKind::StorageFull => Self::Full,
            Io(_) | PoolTimedOut | PoolClosed | Protocol(_) | WorkerCrashed => Self::Away,
            Migrate(error) => match &**error {
                Execute(error) | ExecuteMigration(error, _) => Self::of(error),
                _ => Self::Other,
            },
            Database(error) => {
                let code = error.code().unwrap_or_default();
                match error.try_downcast_ref::<SqliteError>() {
                    Some(_) => Self::of_sqlite(code.parse().unwrap_or_default()),
                    None => Self::of_postgres(&code),
                }
            }
            _ => Self::Other,
        }
    }

    /// SQLite's result codes; the lowest byte is the kind, the rest says which.
    fn of_sqlite(code: u32) -> Self {
        match code & 0xff {
            // FULL
            13 => Self::Full,
            // CORRUPT, NOTADB
            11 | 26 => Self::Damaged,
            // BUSY, LOCKED
            5 | 6 => Self::Locked,
            // PERM, NOMEM, READONLY, INTERRUPT, IOERR, CANTOPEN, PROTOCOL
            3 | 7 | 8 | 9 | 10 | 14 | 15 => Self::Away,
            _ => Self::Other,
        }
    }

    fn of_postgres(code: &str) -> Self {
        match code {
            "53100" => Self::Full,
            // Data or an index is corrupted.
            "XX001" | "XX002" => Self::Damaged,
            // A lock or a statement took too long; a deadlock or a moment that both saw was resolved against this one.
            "55P03" | "57014" | "40P01" | "40001" => Self::Locked,
            // Out of memory or of connections, a disk that fails, a server that stops, starts or breaks off.
            _ if ["53", "57P", "58", "08"].iter().any(|class| code.starts_with(class)) => Self::Away,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_codes_are_of_their_kind() {
        assert_eq!(Trouble::of_sqlite(13), Trouble::Full);
        assert_eq!(Trouble::of_sqlite(10 | (3 << 8)), Trouble::Away, "IOERR_WRITE");
        assert_eq!(Trouble::of_sqlite(11 | (1 << 8)), Trouble::Damaged, "CORRUPT_VTAB");
        assert_eq!(Trouble::of_sqlite(19 | (8 << 8)), Trouble::Other, "a unique name");
        assert_eq!(Trouble::of_postgres("57P01"), Trouble::Away);
        assert_eq!(Trouble::of_postgres("57014"), Trouble::Locked);
        assert_eq!(Trouble::of_postgres("23505"), Trouble::Other);
    }
}
