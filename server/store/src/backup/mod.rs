//! Backups: the whole instance at one moment, as one file that either database can be restored from.
//!
//! A backup is a zstd stream. In it are lines of JSON, and the bytes of evidence behind the line that names them; its
//! last line has the SHA-256 of all before it, so that a file that broke off is known as such. Evidence comes first: a
//! database is written once every file that it names is there.

mod read;
mod rows;
mod write;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use read::{Restored, restore};
pub use write::BackedUp;

/// The form of the file.
const FORM: &str = "inquest-backup/1";

/// What passes by itself, and is no part of an instance: who is signed in, who looks at what, uploads under way, posts
/// that may come again, and which node judges what.
const PASSING: [&str; 7] =
    ["sessions", "rate_limits", "presence", "partial_uploads", "partial_pieces", "source_leases", "source_posts"];

/// What a database that was just made has rows in.
const MADE_WITH: [&str; 3] = ["counters", "settings", "subjects"];

/// Tables that others refer to, in the order in which they are filled.
const FIRST: [&str; 8] =
    ["subjects", "incidents", "users", "signing_keys", "agents", "sources", "source_segments", "alerts"];

/// A line of a backup.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    /// The beginning.
    Backup {
        form: String,
        /// The newest migration of the database.
        schema: i64,
    },
    /// The secret that the instance signs with, as its file has it.
    Key(String),
    /// Evidence whose bytes follow this line.
    Evidence { sha256: String, bytes: u64 },
    /// Evidence whose bytes are in an earlier backup.
    Kept { sha256: String, bytes: u64 },
    /// A table whose rows follow.
    Table { name: String, columns: Vec<String> },
    /// A row: numbers and texts as they are, bytes as an object with their base64.
    Row(Vec<Value>),
    /// The end: what every table comes to, and the digest of everything before this line.
    End { tables: BTreeMap<String, Sum>, sha256: String },
}

/// What the rows of a table come to, in whatever order they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// How many there are.
    pub rows: u64,
    /// The sum of the first halves of their SHA-256, in hex.
    pub digest: String,
}
