//! SQLite: pragmas, connections, and statements over JSON.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, Connection};

use super::{Db, Engine};
use crate::Result;

/// Connections that read while one writes.
const READERS: u32 = 4;

/// How long a request waits for the one connection that writes.
const ACQUIRE_MAX: Duration = Duration::from_secs(10);

/// `busy_timeout` waits for another process, such as the command line.
const WRITER_PRAGMAS: &str = "
    pragma busy_timeout = 10000;
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma foreign_keys = on;
";

const READER_PRAGMAS: &str = "
    pragma busy_timeout = 10000;
    pragma foreign_keys = on;
    pragma query_only = on;
";

/// The URL of a database file, made if it is not there.
pub(super) fn url_of(path: &Path) -> String {
    let mut url = String::from("sqlite://");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => url.push(char::from(byte)),
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url + "?mode=rwc"
}

pub(super) async fn open(url: &str) -> Result<Db> {
    let options = AnyConnectOptions::from_str(url)?;
    // Outside of the pool, which tries again for a while and then only says that it took too long.
    let mut probe = AnyConnection::connect_with(&options).await?;
    sqlx::raw_sql(WRITER_PRAGMAS).execute(&mut probe).await?;
    probe.close().await?;
    let pool = |connections: u32, pragmas: &'static str| {
        // A connection to a file does not break: it need not be asked before every use.
        let options =
            AnyPoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE_MAX).test_before_acquire(false);
        options.after_connect(move |connection, _| {
            Box::pin(async move { sqlx::raw_sql(pragmas).execute(connection).await.map(drop) })
        })
    };
    let writer = pool(1, WRITER_PRAGMAS).connect_with(options.clone()).await?;
    sqlx::migrate!("../../migrations/sqlite").run(&writer).await?;
    let reader = pool(READERS, READER_PRAGMAS).connect_with(options).await?;
    Ok(Db::new(Engine::Sqlite, reader, writer))
}

// `where true` tells the parser that `on conflict` belongs to the insert.
pub(super) const UPSERT_RECORDS: &str = "
    insert into records (incident_id, noun, id, version, deleted, body, status, kind, name, owner, due_at)
    select $1, value ->> 'noun', value ->> 'id', value ->> 'version', value ->> 'deleted', value ->> 'body',
           value ->> 'status', value ->> 'kind', value ->> 'name', value ->> 'owner', value ->> 'due_at'
    from json_each($2) where true
    on conflict (incident_id, noun, id) do update set
        version = excluded.version, deleted = excluded.deleted, body = excluded.body,
        status = excluded.status, kind = excluded.kind, name = excluded.name, owner = excluded.owner,
        due_at = excluded.due_at";

pub(super) const INSERT_INBOX: &str = "
    insert into inbox (incident_id, ask, noun, record_id, person_id, body)
    select $1, value ->> 'ask', value ->> 'noun', value ->> 'id', value ->> 'person', value ->> 'body'
    from json_each($2)";

pub(super) const INSERT_CHANGES: &str = "
    insert into changes (incident_id, version, at, actor, kind, noun, record_id, before, after, hash)
    select $1, value ->> 'version', value ->> 'at', value ->> 'actor', value ->> 'kind', value ->> 'noun', value ->> 'id',
           value ->> 'before', value ->> 'after', value ->> 'hash'
    from json_each($2)";

// The word index follows from the incidents: triggers write it.
pub(super) const ALL_COLUMNS: &str = "
    select m.name, c.name, lower(c.type) from sqlite_master m join pragma_table_info(m.name) c
    where m.type = 'table' and substr(m.name, 1, 1) <> '_' and substr(m.name, 1, 7) <> 'sqlite_'
      and substr(m.name, 1, 14) <> 'incident_words'
    order by m.name, c.cid";
