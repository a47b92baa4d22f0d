//! Everything in which SQLite and PostgreSQL differ. Outside of this folder
//! one SQL text serves both.

mod postgres;
mod sqlite;
mod terms;
mod trouble;
mod tx;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sqlx::AnyPool;

use crate::{Error, Result};

pub(crate) use postgres::Listener;
pub(crate) use terms::Terms;
pub(crate) use trouble::Trouble;
pub(crate) use tx::{Tx, Writer};

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// An open database. Those who read and those who write have connections of their own: SQLite one that writes and
/// several that read.
#[derive(Clone)]
pub(crate) struct Db {
    pub(crate) engine: Engine,
    pub(crate) reader: AnyPool,
    /// Written to by way of `tx.rs` alone.
    writer: AnyPool,
    /// Whether something failed inside a transaction and no commit has been seen by another connection since.
    is_in_doubt: Arc<AtomicBool>,
}

impl Db {
    /// Connects and brings the schema up to date.
    pub(crate) async fn open(url: Option<&str>, data_dir: &Path) -> Result<Self> {
        sqlx::any::install_default_drivers();
        match url {
            None => sqlite::open(&sqlite::url_of(&data_dir.join("inquest.db"))).await,
            Some(url) if url.starts_with("sqlite:") => sqlite::open(url).await,
            Some(url) if url.starts_with("postgres:") || url.starts_with("postgresql:") => postgres::open(url).await,
            Some(_) => Err(Error::internal(
                "The database URL begins with sqlite: or postgres://; leave it out for SQLite in the data directory.",
            )),
        }
    }

    /// Closes the connections.
    pub(crate) async fn close(&self) {
        self.reader.close().await;
        self.writer().close().await;
    }

    fn new(engine: Engine, reader: AnyPool, writer: AnyPool) -> Self {
        Self { engine, reader, writer, is_in_doubt: Arc::default() }
    }
}

impl Engine {
    /// Upserts records out of one JSON list.
    /// $1 incident, $2 list of {noun, id, version, deleted, body} and the handles of each.
    pub(crate) fn upsert_records(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::UPSERT_RECORDS,
            Self::Postgres => postgres::UPSERT_RECORDS,
        }
    }

    /// Appends to the log out of one JSON list.
    /// $1 incident, $2 list of {version, at, actor, kind, noun, id, before, after, hash}.
    pub(crate) fn insert_changes(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::INSERT_CHANGES,
            Self::Postgres => postgres::INSERT_CHANGES,
        }
    }

    /// Adds what an incident asks of people out of one JSON list.
    /// $1 incident, $2 list of {ask, noun, id, person, body}.
    pub(crate) fn insert_inbox(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::INSERT_INBOX,
            Self::Postgres => postgres::INSERT_INBOX,
        }
    }

    /// Begins a write. SQLite takes its lock at once: one that is taken later may be refused in the middle.
    fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => postgres::BEGIN,
        }
    }

    /// Takes the limits of time back that `begin` sets.
    fn unhurried(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(postgres::UNHURRIED),
        }
    }

    /// Begins a transaction whose reads all see one moment.
    fn snapshot(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        }
    }

    /// Where a search reads from: SQLite walks its word index from the newest
    /// number down, PostgreSQL chooses by itself.
    pub(crate) fn search_source(self) -> &'static str {
        match self {
            Self::Sqlite => "incident_words cross join incidents i on i.number = incident_words.rowid",
            Self::Postgres => "incidents i",
        }
    }

    /// The condition of a search; $1 is what `search_query` makes.
    pub(crate) fn search_condition(self) -> &'static str {
        match self {
            Self::Sqlite => "incident_words match $1",
            Self::Postgres => "to_tsvector('simple', i.words) @@ to_tsquery('simple', $1)",
        }
    }

    /// The number by which a search is ordered and continued.
    pub(crate) fn search_number(self) -> &'static str {
        match self {
            Self::Sqlite => "incident_words.rowid",
            Self::Postgres => "i.number",
        }
    }

    /// Selects document, word and place of everything in the word index, where that is a table of its own.
    pub(crate) fn all_terms(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => Some(terms::ALL),
            Self::Postgres => None,
        }
    }

    /// Lists table, column and type of everything that is kept; what the database keeps for itself is left out.
    pub(crate) fn all_columns(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::ALL_COLUMNS,
            Self::Postgres => postgres::ALL_COLUMNS,
        }
    }

    /// A query in which every word has to occur, as itself or as a beginning.
    /// The words are letters and digits only, so nothing needs escaping.
    pub(crate) fn search_query(self, words: &[String]) -> String {
        let terms = words.iter().map(|word| match self {
            Self::Sqlite => format!("\"{word}\"*"),
            Self::Postgres => format!("'{word}':*"),
        });
        terms.collect::<Vec<_>>().join(match self {
            Self::Sqlite => " ",
            Self::Postgres => " & ",
        })
    }
}
