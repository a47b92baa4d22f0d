//! PostgreSQL: connections, statements over JSON, and word from other nodes.

use std::str::FromStr;
use std::time::Duration;

use sqlx::Connection;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::postgres::{PgListener, PgPoolOptions};

use super::{Db, Engine};
use crate::Result;

/// Connections of one node that read, and that write: with the one that listens, five nodes stay under PostgreSQL's
/// default of 100. Writers that wait for each other's locks leave those who read alone.
const READERS: u32 = 9;
const WRITERS: u32 = 8;

/// How long a request waits for a connection: a database that is being restarted is mostly back by then.
const ACQUIRE_MAX: Duration = Duration::from_secs(8);

/// A connection that was used a moment ago is not asked whether it still works.
const TRUSTED: Duration = Duration::from_secs(1);

/// How long one try of the listener to connect may take; it tries again after that.
const LISTEN_MAX: Duration = Duration::from_secs(2);

pub(super) async fn open(url: &str) -> Result<Db> {
    let options = AnyConnectOptions::from_str(url)?;
    let pool = |connections: u32| {
        AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_MAX)
            .test_before_acquire(false)
            .before_acquire(|connection, metadata| {
                Box::pin(async move {
                    if metadata.idle_for > TRUSTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
    };
    let writer = pool(WRITERS).connect_with(options.clone()).await?;
    sqlx::migrate!("../../migrations/postgres").run(&writer).await?;
    let reader = pool(READERS).connect_with(options).await?;
    Ok(Db::new(Engine::Postgres, reader, writer))
}

/// Begins a write. It waits 5 seconds for a lock, its longest statement takes 30, and one whose node hangs in its
/// middle holds its locks for no longer than that. Said with every write: a connection may lead through a pooler.
pub(super) const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '30s';
    SET LOCAL idle_in_transaction_session_timeout = '30s'";

pub(super) const UNHURRIED: &str = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";

pub(super) const UPSERT_RECORDS: &str = "
    insert into records (incident_id, noun, id, version, deleted, body, status, kind, name, owner, due_at)
    select $1, r.noun, r.id, r.version, r.deleted, r.body, r.status, r.kind, r.name, r.owner, r.due_at
    from json_to_recordset($2::json) as r (noun text, id text, version bigint, deleted text, body text,
                                           status text, kind text, name text, owner text, due_at bigint)
    on conflict (incident_id, noun, id) do update set
        version = excluded.version, deleted = excluded.deleted, body = excluded.body,
        status = excluded.status, kind = excluded.kind, name = excluded.name, owner = excluded.owner,
        due_at = excluded.due_at";

pub(super) const INSERT_INBOX: &str = "
    insert into inbox (incident_id, ask, noun, record_id, person_id, body)
    select $1, r.ask, r.noun, r.id, r.person, r.body
    from json_to_recordset($2::json) as r (ask text, noun text, id text, person text, body text)";

pub(super) const INSERT_CHANGES: &str = "
    insert into changes (incident_id, version, at, actor, kind, noun, record_id, before, after, hash)
    select $1, r.version, r.at, r.actor, r.kind, r.noun, r.id, r.before, r.after, r.hash
    from json_to_recordset($2::json) as r (version bigint, at bigint, actor text, kind text, noun text, id text,
                                           before text, after text, hash text)";

pub(super) const ALL_COLUMNS: &str = "
    select cast(table_name as text), cast(column_name as text), cast(data_type as text)
    from information_schema.columns
    where table_schema = current_schema() and substr(table_name, 1, 1) <> '_'
    order by table_name, ordinal_position";

/// The channel on which nodes tell each other of changes.
const CHANNEL: &str = "inquest_changes";

/// Hears of changes that other nodes make.
pub(crate) struct Listener(PgListener);

impl Listener {
    /// Sends a notice with the transaction: it arrives if and when that commits.
    pub(crate) const NOTIFY: &str = "select pg_notify('inquest_changes', $1)";

    pub(crate) async fn connect(url: &str) -> Result<Self> {
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(LISTEN_MAX).connect(url).await?;
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Self(listener))
    }

    /// The next notice; `None` when the connection was lost and notices may be missing.
    pub(crate) async fn next(&mut self) -> Result<Option<String>> {
        Ok(self.0.try_recv().await?.map(|notice| notice.payload().to_string()))
    }
}
