//! The store: a database, a directory of evidence, and a clock.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use domain::{Id, Instant};
use sqlx::AnyPool;
use tokio::sync::Semaphore;

use crate::blob::Blobs;
use crate::cache::Cache;
use crate::engine::{Db, Writer};
use crate::import::Turns;
use crate::inbox::InboxCache;
use crate::live::Live;
use crate::password::Passwords;
use crate::queue::Queues;
use crate::watch::{Ground, Intake, Leases};
use crate::{Clock, Result, Settings, Stopping};

/// Everything that is kept. Cheap to clone; clones share one state.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    db: Db,
    blobs: Blobs,
    cache: Cache,
    clock: Clock,
    live: Live,
    inbox_cache: InboxCache,
    passwords: Passwords,
    turns: Turns,
    mail_url: Option<String>,
    stopping: Stopping,
    /// Where the database and the key of this node are.
    data_dir: PathBuf,
    /// The name of this process among those that share the database.
    node: String,
    /// The evidence items that this process reads.
    running: Mutex<HashSet<Id>>,
    /// The Idempotency-Keys that this process holds, by account and key.
    held_keys: Mutex<HashMap<(String, String), (String, i64)>>,
    /// Whose turn it is to write to an incident.
    queues: Queues,
    /// Taken while the last use of a token is noted.
    noting: Arc<Semaphore>,
    /// Where what sources send waits to be kept.
    intake: Intake,
    /// The sources that this node judges.
    leases: Leases,
    /// What acts are judged by.
    ground: Ground,
    /// Since when this process looks for sources that are silent.
    awake: OnceLock<Instant>,
}

impl Store {
    /// Makes the data directory, brings the database up to date and opens it.
    pub async fn open(settings: &Settings) -> Result<Self> {
        let data_dir = std::path::absolute(&settings.data_dir)?;
        tokio::fs::create_dir_all(&data_dir).await?;
        let db = Db::open(settings.database_url.as_deref(), &data_dir).await?;
        let blobs = Blobs::open(settings.evidence_url.as_deref(), &data_dir).await?;
        let clock = settings.clock.clone();
        let live = Live::open(&db, settings.database_url.as_deref(), clock.clone()).await?;
        let inbox_cache = InboxCache::new(live.subscribe());
        let passwords = Passwords::default();
        let node = clock.new_name();
        let store = Self(Arc::new(Inner {
            db,
            blobs,
            cache: Cache::default(),
            clock,
            live,
            inbox_cache,
            passwords,
            turns: Turns::default(),
            mail_url: settings.mail_url.clone(),
            stopping: settings.stopping.clone(),
            data_dir,
            node,
            running: Mutex::default(),
            queues: Queues::default(),
            held_keys: Mutex::default(),
            noting: Arc::new(Semaphore::new(1)),
            intake: Intake::default(),
            leases: Leases::default(),
            ground: Ground::default(),
            awake: OnceLock::new(),
        }));
        store.begin_log().await?;
        store.begin_decisions().await?;
        store.fill_names().await?;
        Ok(store)
    }

    /// Whether the database answers.
    pub async fn healthy(&self) -> bool {
        sqlx::query("select cast(1 as bigint)").execute(self.reader()).await.is_ok()
    }

    /// The clock that everything kept here is stamped by.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Deletes what has expired: sessions, attempts, answers, what was typed and never saved, what broken uploads left.
    /// Worth calling once an hour.
    pub async fn sweep(&self) -> Result<()> {
        let now = self.now().micros();
        let day = 24 * 3600 * 1_000_000;
        sqlx::query("delete from sessions where expires_at <= $1").bind(now).execute(self.writer()).await?;
        self.sweep_refused().await?;
        sqlx::query("delete from rate_limits where window_start <= $1").bind(now - day).execute(self.writer()).await?;
        sqlx::query("delete from answers where created_at <= $1").bind(now - day).execute(self.writer()).await?;
        self.sweep_presence(self.now()).await?;
        self.sweep_devices().await?;
        let month = now - crate::unsaved::DAYS_MAX * day;
        self.sweep_unsaved(month).await?;
        // Long enough that no day's digest is written twice.
        sqlx::query("delete from outbox where done_at <= $1").bind(now - 7 * day).execute(self.writer()).await?;
        self.sweep_partials().await?;
        self.sweep_segments().await?;
        let left = self.sweep_incoming().await?;
        if left > 0 {
            tracing::info!(files = left, "uploads that broke off left files: they are removed");
        }
        Ok(())
    }

    /// What may be done to stop agents.
    pub fn stopping(&self) -> &Stopping {
        &self.0.stopping
    }

    /// Closes the connections. Call it last; clones of this store stop working.
    pub async fn close(&self) {
        self.0.live.stop();
        self.reader().close().await;
        self.writer().close().await;
    }

    pub(crate) fn now(&self) -> Instant {
        self.0.clock.now()
    }

    pub(crate) fn reader(&self) -> &AnyPool {
        &self.0.db.reader
    }

    /// Executes single statements that write.
    pub(crate) fn writer(&self) -> Writer<'_> {
        self.0.db.writer()
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.0.blobs
    }

    pub(crate) fn cache(&self) -> &Cache {
        &self.0.cache
    }

    pub(crate) fn live(&self) -> &Live {
        &self.0.live
    }

    pub(crate) fn inbox_cache(&self) -> &InboxCache {
        &self.0.inbox_cache
    }

    /// Whether letters are written at all.
    pub fn sends_mail(&self) -> bool {
        self.0.mail_url.is_some()
    }

    pub(crate) fn mail_url(&self) -> Option<&str> {
        self.0.mail_url.as_deref()
    }

    pub(crate) fn data_dir(&self) -> &Path {
        &self.0.data_dir
    }

    pub(crate) fn node(&self) -> &str {
        &self.0.node
    }

    pub(crate) fn running(&self) -> &Mutex<HashSet<Id>> {
        &self.0.running
    }

    pub(crate) fn held_keys(&self) -> MutexGuard<'_, HashMap<(String, String), (String, i64)>> {
        self.0.held_keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn queues(&self) -> &Queues {
        &self.0.queues
    }

    pub(crate) fn noting(&self) -> &Arc<Semaphore> {
        &self.0.noting
    }

    pub(crate) fn leases(&self) -> &Leases {
        &self.0.leases
    }

    pub(crate) fn intake(&self) -> &Intake {
        &self.0.intake
    }

    pub(crate) fn awake(&self) -> &OnceLock<Instant> {
        &self.0.awake
    }

    pub(crate) fn ground(&self) -> &Ground {
        &self.0.ground
    }

    pub(crate) fn turns(&self) -> &Turns {
        &self.0.turns
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.0.db.engine).finish()
    }
}
