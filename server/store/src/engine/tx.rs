//! Transactions: the one place in which the database is written.
//!
//! They are begun and ended in SQL, so that the database itself says where it stands; the driver's own count is wrong
//! after an error by which SQLite rolls back. A write takes the lock when it begins, and a transaction inside of
//! another is refused by the database. After any error inside of one its connection is closed, never used again.
//! The next commit leaves a mark that another connection must see before anybody is told that it is stored.

use std::future::ready;
use std::sync::atomic::Ordering;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt, TryStreamExt};
use sqlx::any::{AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Describe, Either, Execute, Executor, SqlStr};

use super::{Db, Engine};
use crate::Error;

/// What comes out of a statement.
type Step = Either<AnyQueryResult, AnyRow>;

/// A transaction. Dropped before it is committed, it is rolled back.
pub(crate) struct Tx {
    db: Db,
    /// Gone once it has ended.
    connection: Option<PoolConnection<Any>>,
    /// Whether the connection must not be used again: where it stands is not known for certain.
    is_broken: bool,
}

impl Db {
    /// Begins a write.
    pub(crate) async fn begin(&self) -> sqlx::Result<Tx> {
        self.open_tx(&self.writer, self.engine.begin()).await
    }

    /// Begins a write that may take as long as it takes: nobody else works on this database yet.
    pub(crate) async fn begin_unhurried(&self) -> sqlx::Result<Tx> {
        let mut tx = self.begin().await?;
        if let Some(statement) = self.engine.unhurried() {
            run(tx.connection()?, statement).await?;
        }
        Ok(tx)
    }

    /// Begins a transaction whose reads all see one moment.
    pub(crate) async fn snapshot(&self) -> sqlx::Result<Tx> {
        self.open_tx(&self.reader, self.engine.snapshot()).await
    }

    /// Executes single statements, each in a transaction of its own.
    pub(crate) fn writer(&self) -> Writer<'_> {
        Writer(self)
    }

    async fn open_tx(&self, pool: &AnyPool, begin: &'static str) -> sqlx::Result<Tx> {
        let connection = pool.acquire().await?;
        // Broken until it has begun: this may be given up in between.
        let mut tx = Tx { db: self.clone(), connection: Some(connection), is_broken: true };
        run(tx.connection()?, begin).await?;
        tx.is_broken = false;
        Ok(tx)
    }

    /// Whether another connection sees a commit that left this mark.
    async fn sees(&self, mark: i64) -> sqlx::Result<bool> {
        let seen: Option<i64> = sqlx::query_scalar("select value from counters where name = 'commits'")
            .fetch_optional(&self.reader)
            .await?;
        Ok(seen.is_some_and(|seen| seen >= mark))
    }
}

impl Tx {
    /// Makes everything lasting. That there was no error means that it is stored; an error says what is known.
    pub(crate) async fn commit(mut self) -> crate::Result<()> {
        if self.is_broken {
            return Err(Error::internal("a transaction in which a statement had failed was to be committed"));
        }
        let mark = if self.db.is_in_doubt.load(Ordering::SeqCst) { Some(self.leave_mark().await?) } else { None };
        self.is_broken = true;
        if let Err(error) = run(self.connection()?, "COMMIT").await {
            return Err(Error::of_commit(error));
        }
        if let Some(mark) = mark {
            match self.db.sees(mark).await {
                Ok(true) => self.db.is_in_doubt.store(false, Ordering::SeqCst),
                Ok(false) => return Err(Error::Unavailable("a commit was answered, but is not on the disk".into())),
                Err(error) => return Err(Error::CommitUnknown(error.into())),
            }
        }
        self.is_broken = false;
        self.connection = None;
        Ok(())
    }

    /// Undoes everything, and waits for it.
    pub(crate) async fn rollback(mut self) -> sqlx::Result<()> {
        if !self.is_broken {
            self.is_broken = true;
            run(self.connection()?, "ROLLBACK").await?;
            self.is_broken = false;
            self.connection = None;
        }
        Ok(())
    }

    /// Raises a number that only rises: whoever sees it, or a higher one, sees this transaction.
    async fn leave_mark(&mut self) -> sqlx::Result<i64> {
        sqlx::query_scalar(
            "insert into counters (name, value) values ('commits', 1)
             on conflict (name) do update set value = counters.value + 1 returning value",
        )
        .fetch_one(self)
        .await
    }

    fn connection(&mut self) -> sqlx::Result<&mut AnyConnection> {
        self.connection.as_deref_mut().ok_or(sqlx::Error::WorkerCrashed)
    }
}

async fn run(connection: &mut AnyConnection, statement: &'static str) -> sqlx::Result<()> {
    sqlx::raw_sql(statement).execute(connection).await.map(drop)
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        if self.is_broken {
            // On PostgreSQL the server tells of every commit by itself.
            self.db.is_in_doubt.store(self.db.engine == Engine::Sqlite, Ordering::SeqCst);
            connection.close_on_drop();
            return;
        }
        let db = self.db.clone();
        tokio::spawn(async move {
            if let Err(error) = run(&mut connection, "ROLLBACK").await {
                tracing::warn!(%error, "a transaction could not be rolled back; its connection is closed");
                drop(Self { db, connection: Some(connection), is_broken: true });
            }
        });
    }
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("is_broken", &self.is_broken).finish_non_exhaustive()
    }
}

impl<'c> Executor<'c> for &'c mut Tx {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Step>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let Tx { connection, is_broken, .. } = self;
        match connection.as_deref_mut() {
            Some(connection) if !*is_broken => {
                connection.fetch_many(query).inspect_err(move |_| *is_broken = true).boxed()
            }
            _ => stream::once(ready(Err(sqlx::Error::WorkerCrashed))).boxed(),
        }
    }

    /// To its end, not only to its first row: a statement that writes may fail after that.
    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<AnyRow>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        first(self.fetch_many(query))
    }

    fn prepare_with<'e>(self, sql: SqlStr, types: &'e [AnyTypeInfo]) -> BoxFuture<'e, sqlx::Result<AnyStatement>>
    where
        'c: 'e,
    {
        async move { self.connection()?.prepare_with(sql, types).await }.boxed()
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, sqlx::Result<Describe<Any>>>
    where
        'c: 'e,
    {
        async move { self.connection()?.describe(sql).await }.boxed()
    }
}

/// The first row, once everything has come.
fn first<'e>(mut steps: BoxStream<'e, sqlx::Result<Step>>) -> BoxFuture<'e, sqlx::Result<Option<AnyRow>>> {
    async move {
        let mut first = None;
        while let Some(step) = steps.try_next().await? {
            if let Either::Right(row) = step {
                first.get_or_insert(row);
            }
        }
        Ok(first)
    }
    .boxed()
}

/// Executes single statements that write. Nothing of them comes out before they are stored.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'d>(&'d Db);

impl Writer<'_> {
    /// Closes the connections that write.
    pub(crate) async fn close(self) {
        self.0.writer.close().await;
    }
}

impl std::fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Writer").field(&self.0.engine).finish()
    }
}

impl<'d> Executor<'d> for Writer<'d> {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Step>>
    where
        'd: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let steps = async move {
            if self.0.engine == Engine::Postgres {
                // A statement by itself is a transaction there, and its end is answered after its rows.
                return self.0.writer.fetch_many(query).try_collect::<Vec<Step>>().await;
            }
            let mut tx = self.0.begin().await?;
            let steps = tx.fetch_many(query).try_collect().await?;
            tx.commit().await.map_err(Error::into_sqlx)?;
            Ok(steps)
        };
        stream::once(steps).map_ok(|steps| stream::iter(steps.into_iter().map(Ok))).try_flatten().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<AnyRow>>>
    where
        'd: 'e,
        E: 'q + Execute<'q, Any>,
    {
        first(self.fetch_many(query))
    }

    fn prepare_with<'e>(self, sql: SqlStr, types: &'e [AnyTypeInfo]) -> BoxFuture<'e, sqlx::Result<AnyStatement>>
    where
        'd: 'e,
    {
        self.0.writer.prepare_with(sql, types)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, sqlx::Result<Describe<Any>>>
    where
        'd: 'e,
    {
        self.0.writer.describe(sql)
    }
}
