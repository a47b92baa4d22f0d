//! Readings as they run: begun by an upload, by a person, or by a process that takes over from one that died.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use domain::access::Permit;
use domain::import::ImportState;
use domain::reader::log::{Format, Mapping, Options, Summary, Terms};
use domain::{Id, Instant, Key, TimeRange};
use futures::StreamExt;
use sqlx::{Any, Executor, Row};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::keep::Holder;
use super::row::{being_read, discard};
use super::source::{Piece, Source, pipe};
use super::tally::{TOLD, Tally, told};
use super::turn::Turn;
use super::work::{self, End, Work, Written};
use crate::engine::Engine;
use crate::{Actor, Error, Result, Store};

/// Batches under way between the thread that reads and the task that writes.
const BATCHES_MAX: usize = 2;

/// A small file is read when whoever asked for it is answered; of a large one only the beginning.
pub(super) const WAIT: Duration = Duration::from_secs(3);

/// A process that has not told of an import for so long has died.
const SILENT_MICROS_MAX: i64 = 20_000_000;

/// How often a process tells that it still reads, or waits for an upload that is slow.
const BEAT: Duration = Duration::from_secs(5);

/// One reading.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) incident: String,
    pub(super) key: Key,
    pub(super) evidence: Id,
    pub(super) work: Work,
}

/// An import that runs. It ends by itself; dropping this does not stop it.
pub(super) struct Running {
    pub(super) pieces: mpsc::Sender<Piece>,
    /// Told whether the evidence item was registered; dropped, it was not.
    pub(super) registered: oneshot::Sender<bool>,
    /// Told when there is a thread for it: kept bytes are not fetched before.
    pub(super) begun: oneshot::Receiver<()>,
    pub(super) task: JoinHandle<()>,
}

impl Store {
    /// Reads an item's records from its bytes, in a format that is named or detected.
    pub async fn read_evidence(
        &self,
        actor: &Actor,
        key: Key,
        evidence: &Id,
        format: Option<Format>,
        mapping: Option<Mapping>,
        terms: Terms,
    ) -> Result<()> {
        actor.permit(Permit::Edit)?;
        self.head(actor, key).await?.refuse_merged(key)?;
        let item = self.incident(actor, key).await?.unread_item(evidence).await?;
        if item.records.is_some() {
            self.undo_reading(actor, key, evidence, "to be read again".into()).await?;
        }
        let incident = self.head(actor, key).await?.id;
        let terms = self.dated(&incident, terms).await?;
        let options = Options { collected_at: Some(item.collected_at), mapping, terms, ..Options::default() };
        let work = Work { format, name: item.name.clone(), options, written: Written::default() };
        let job = Job { incident, key, evidence: evidence.clone(), work };
        self.note_import(&job, ImportState::Reading, item.collected_at).await?;
        let running = self.run(job, Turn::Waits);
        let _ = running.registered.send(true);
        self.feed(item.sha256, 0, running.pieces, running.begun);
        let _ = tokio::time::timeout(WAIT, running.task).await;
        Ok(())
    }

    /// Goes on with readings whose process died. On SQLite there is no other process; call it at the start, and on
    /// PostgreSQL every now and then. Answers how many were taken over.
    pub async fn resume_readings(&self) -> Result<usize> {
        let now = self.now().micros();
        let alone = self.db().engine == Engine::Sqlite;
        let silent_since = if alone { i64::MAX } else { now - SILENT_MICROS_MAX };
        let rows = sqlx::query(
            "update readings set node = $1, updated_at = $2
             where state in ('receiving', 'reading') and updated_at < $3
               and (node <> $1 or state = 'reading' and updated_at < $4)
             returning incident_id, evidence_id, format, mapping, terms, collected_at",
        )
        .bind(self.node())
        .bind(now)
        .bind(silent_since)
        .bind(now - SILENT_MICROS_MAX)
        .fetch_all(self.writer())
        .await?;
        let mut resumed = 0;
        for row in rows {
            let incident: String = row.try_get("incident_id")?;
            let evidence = Id::new(row.try_get::<String, _>("evidence_id")?);
            if self.running().lock().unwrap_or_else(PoisonError::into_inner).contains(&evidence) {
                continue;
            }
            let format: Option<String> = row.try_get("format")?;
            let mapping: Option<String> = row.try_get("mapping")?;
            let terms: Option<String> = row.try_get("terms")?;
            let options = Options {
                collected_at: Some(Instant::from_micros(row.try_get("collected_at")?)),
                mapping: mapping.map(|text| serde_json::from_str(&text)).transpose()?,
                terms: terms.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default(),
                ..Options::default()
            };
            resumed += usize::from(self.resume(incident, evidence, format, options).await?);
        }
        Ok(resumed)
    }

    async fn resume(&self, incident: String, evidence: Id, format: Option<String>, options: Options) -> Result<bool> {
        let system = Actor::system();
        let key = self.key_of(&incident).await?;
        let dossier = self.dossier(&system, key).await?;
        let Some(item) = dossier.evidence.get(&evidence).map(|kept| kept.record.clone()) else {
            // The upload broke off before it became evidence.
            self.drop_reading(&incident, &evidence).await?;
            return Ok(false);
        };
        tracing::info!(%key, evidence = %item.name, "goes on reading where another process stopped");
        let written = self.written(&incident, &evidence).await?;
        let format = format.and_then(|word| Format::parse(&word).ok());
        let work = Work { format, name: item.name, options, written };
        self.set_import_state(&incident, &evidence, ImportState::Reading, None).await?;
        let running = self.run(Job { incident, key, evidence, work }, Turn::Waits);
        let _ = running.registered.send(true);
        self.feed(item.sha256, 0, running.pieces, running.begun);
        Ok(true)
    }

    /// Starts an import: a thread that computes, once there is one for it, and a task that writes.
    pub(super) fn run(&self, job: Job, turn: Turn) -> Running {
        let (pieces, source, taken) = pipe();
        let (registered, is_registered) = oneshot::channel();
        let (begin, begun) = oneshot::channel();
        let store = self.clone();
        let task = tokio::spawn(async move {
            let (incident, key, evidence) = (job.incident.clone(), job.key, job.evidence.clone());
            store.running().lock().unwrap_or_else(PoisonError::into_inner).insert(evidence.clone());
            if let Err(error) = store.follow(job, source, taken, (turn, begin), is_registered).await {
                tracing::warn!(%key, %evidence, %error, "an import stopped");
                store.give_up(&incident, &evidence, &error).await;
            }
            store.running().lock().unwrap_or_else(PoisonError::into_inner).remove(&evidence);
        });
        Running { pieces, registered, begun, task }
    }

    /// An import that the database refused has failed; one that lost its database is taken up again when it is back.
    async fn give_up(&self, incident: &str, evidence: &Id, error: &Error) {
        if !error.is_passing() {
            let sentence = "It stopped in the middle, and the cause is in the server's log: read it again.";
            let _ = self.set_import_state(incident, evidence, ImportState::Failed, Some(sentence)).await;
        }
    }

    /// Sends kept bytes into an import that has begun, from an offset on.
    pub(super) fn feed(&self, sha256: String, offset: u64, pieces: mpsc::Sender<Piece>, begun: oneshot::Receiver<()>) {
        let store = self.clone();
        tokio::spawn(async move {
            if begun.await.is_err() {
                return;
            }
            let mut bytes = match store.read_blob_from(&sha256, offset).await {
                Ok(bytes) => bytes,
                Err(error) => return tracing::warn!(%sha256, %error, "evidence to be read is not there"),
            };
            while let Some(chunk) = bytes.next().await {
                let sent = match chunk {
                    Ok(chunk) => pieces.send(Piece::Bytes(chunk)).await,
                    Err(error) => return tracing::warn!(%sha256, %error, "evidence could not be read to its end"),
                };
                if sent.is_err() {
                    return;
                }
            }
            let _ = pieces.send(Piece::End).await;
        });
    }

    async fn follow(
        &self,
        job: Job,
        source: Source,
        taken: Arc<AtomicU64>,
        (turn, begin): (Turn, oneshot::Sender<()>),
        is_registered: oneshot::Receiver<bool>,
    ) -> Result<()> {
        let holder = Holder { incident: &job.incident, evidence: &job.evidence, node: self.node() };
        let mut beat = tokio::time::interval(BEAT);
        let mut waiting = std::pin::pin!(self.turns().come(turn));
        let _turn = loop {
            tokio::select! {
                turn = &mut waiting => break turn?,
                // Whoever waits is alive as well.
                _ = beat.tick() => self.still_reads(&holder).await,
            }
        };
        let _ = begin.send(());
        let (out, mut batches) = mpsc::channel(BATCHES_MAX);
        let work = job.work.clone();
        let thread = tokio::task::spawn_blocking(move || work::read(source, &taken, &work, &out));
        loop {
            let batch = tokio::select! {
                batch = batches.recv() => batch,
                _ = beat.tick() => {
                    self.still_reads(&holder).await;
                    continue;
                }
            };
            let Some(batch) = batch else { break };
            if !self.keep_batch(&holder, batch).await? {
                return Ok(());
            }
        }
        let end = thread.await?;
        // An upload that turned out to be known already, or broke off, leaves nothing.
        if !is_registered.await.unwrap_or(false) {
            return self.drop_reading(&job.incident, &job.evidence).await;
        }
        match end {
            End::Read(summary, tally) => self.conclude(&job, &summary, *tally).await,
            End::NoLog(claims) => {
                if claims {
                    self.note_unreadable(job.key, &job.evidence, "none of the known formats").await?;
                }
                self.drop_reading(&job.incident, &job.evidence).await
            }
            End::Dropped => {
                let sentence =
                    "Its bytes could not be read to their end: check the evidence store, then read it again.";
                self.set_import_state(&job.incident, &job.evidence, ImportState::Failed, Some(sentence)).await
            }
            End::Failed(sentence) => {
                let mut tx = self.db().begin().await?;
                discard(&mut tx, &job.incident, &job.evidence).await?;
                tx.commit().await?;
                self.note_unreadable(job.key, &job.evidence, &sentence).await?;
                self.set_import_state(&job.incident, &job.evidence, ImportState::Failed, Some(&sentence)).await
            }
        }
    }

    /// Tells other nodes that this one is alive. One that cannot be told now is told the next time.
    async fn still_reads(&self, holder: &Holder<'_>) {
        let told = sqlx::query(
            "update readings set updated_at = $4
             where incident_id = $1 and evidence_id = $2 and node = $3 and state in ('receiving', 'reading')",
        )
        .bind(holder.incident)
        .bind(holder.evidence.as_str())
        .bind(holder.node)
        .bind(self.now().micros())
        .execute(self.writer())
        .await;
        if let Err(error) = told {
            tracing::debug!(%error, "other nodes could not be told of an import");
        }
    }

    /// Reads bytes to see what they give; nothing is kept. Nothing is answered where they give no records.
    pub(crate) async fn read_bytes(&self, sha256: String, work: Work) -> Result<Option<(Box<Summary>, Tally)>> {
        let _turn = self.turns().come(Turn::Waits).await?;
        let (pieces, source, taken) = pipe();
        let (out, mut batches) = mpsc::channel(BATCHES_MAX);
        let thread = tokio::task::spawn_blocking(move || work::read(source, &taken, &work, &out));
        let (begin, begun) = oneshot::channel();
        let _ = begin.send(());
        self.feed(sha256, 0, pieces, begun);
        while batches.recv().await.is_some() {}
        match thread.await? {
            End::Read(summary, tally) => Ok(Some((summary, *tally))),
            End::NoLog(_) | End::Dropped | End::Failed(_) => Ok(None),
        }
    }

    /// Tells the case file what was read. Done again after a crash, it changes nothing.
    async fn conclude(&self, job: &Job, summary: &Summary, tally: Tally) -> Result<()> {
        let statement = format!(
            "select {TOLD} from readings where incident_id = $1 and evidence_id = $2 and node = $3 and state in ('receiving', 'reading')"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(&job.incident)
            .bind(job.evidence.as_str())
            .bind(self.node())
            .fetch_optional(self.writer())
            .await?;
        // Stopped in the last moment, or taken over.
        let Some(row) = row else { return Ok(()) };
        let sha256 = tally.close(&told(&row)?);
        let evidence = job.evidence.clone();
        let mut writing = self.begin(&Actor::system(), job.key, Permit::Edit).await?;
        writing.entry.set_import(&evidence, summary, &sha256)?;
        // In one transaction: what the case file says was read is never on its way.
        if !set_state(writing.lock().await?, &job.incident, &evidence, ImportState::Read, None, self.now()).await? {
            return Ok(());
        }
        writing.finish(()).await?;
        self.set_import_state(&job.incident, &job.evidence, ImportState::Read, None).await
    }

    /// The same terms with the time of the incident, which gives times without a date their day.
    pub(super) async fn dated(&self, incident: &str, mut terms: Terms) -> Result<Terms> {
        if terms.occurred.is_none() {
            let row = sqlx::query("select occurred from incidents where id = $1")
                .bind(incident)
                .fetch_one(self.reader())
                .await?;
            let occurred: TimeRange = serde_json::from_str(&row.try_get::<String, _>("occurred")?)?;
            terms.occurred = occurred.sort_key();
        }
        Ok(terms)
    }

    pub(super) async fn note_import(&self, job: &Job, state: ImportState, collected_at: Instant) -> Result<()> {
        let now = self.now().micros();
        let mut tx = self.db().begin().await?;
        // Of two who ask at once, one reads; what an import that failed has left goes first.
        sqlx::query(
            "delete from readings
             where incident_id = $1 and evidence_id = $2 and state not in ('receiving', 'reading')",
        )
        .bind(&job.incident)
        .bind(job.evidence.as_str())
        .execute(&mut tx)
        .await?;
        let noted = sqlx::query(
            "insert into readings (incident_id, evidence_id, state, format, mapping, bytes_read, records, unreadable,
                                   collected_at, started_at, updated_at, node, terms)
             values ($1, $2, $3, $4, $5, 0, 0, 0, $6, $7, $7, $8, $9)
             on conflict (incident_id, evidence_id) do nothing",
        )
        .bind(&job.incident)
        .bind(job.evidence.as_str())
        .bind(state.word())
        .bind(job.work.format.map(Format::word))
        .bind(job.work.options.mapping.as_ref().map(serde_json::to_string).transpose()?)
        .bind(collected_at.micros())
        .bind(now)
        .bind(self.node())
        .bind(Some(&job.work.options.terms).filter(|terms| !terms.is_empty()).map(serde_json::to_string).transpose()?)
        .execute(&mut tx)
        .await?;
        if noted.rows_affected() == 0 {
            return Err(being_read().into());
        }
        discard(&mut tx, &job.incident, &job.evidence).await?;
        tx.commit().await
    }

    pub(super) async fn set_import_state(
        &self,
        incident: &str,
        evidence: &Id,
        state: ImportState,
        trouble: Option<&str>,
    ) -> Result<()> {
        set_state(self.writer(), incident, evidence, state, trouble, self.now()).await.map(drop)
    }
}

/// Moves an import that is under way on; answers whether it was.
async fn set_state<'e, E: Executor<'e, Database = Any>>(
    on: E,
    incident: &str,
    evidence: &Id,
    state: ImportState,
    trouble: Option<&str>,
    now: Instant,
) -> Result<bool> {
    let set = sqlx::query(
        "update readings set state = $3, trouble = $4, updated_at = $5
         where incident_id = $1 and evidence_id = $2 and state in ('receiving', 'reading')",
    )
    .bind(incident)
    .bind(evidence.as_str())
    .bind(state.word())
    .bind(trouble.map(crate::digest::storable))
    .bind(now.micros())
    .execute(on)
    .await?;
    Ok(set.rows_affected() > 0)
}
