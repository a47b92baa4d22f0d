//! Judging what came: what was read and how far is written with what follows from it, so that nothing is judged twice.

use domain::watch::{Intake, Source};
use domain::{Id, Instant};
use sqlx::Row;

use super::batch::unpacked;
use super::reading::{Opened, ToRead, read};
use super::source::{COLUMNS, read as read_source};
use crate::{Error, Result, Store};

/// What is read at once, in bytes, unless a single batch is larger.
const ROUND_BYTES_MAX: i64 = 4 << 20;
/// The same in records: what is read takes several times the memory of its bytes.
const ROUND_RECORDS_MAX: i64 = 12_000;
/// How many batches are read at once.
const ROUND_BATCHES_MAX: i64 = 256;
/// So much of what came before is read with it, so that what was begun there is known.
pub(super) const CONTEXT_BYTES: i64 = 128 << 10;
/// The same where this node remembers nothing of the source: bursts and outputs that began there go on.
const PRIMED_BYTES: i64 = 1 << 20;
/// What waits for its rest is read again once it waited for so long.
const PATIENCE_MICROS: i64 = 1_000_000;

/// How far a source is.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) last_seq: i64,
    pub(super) read_seq: i64,
    pub(super) judged_seq: i64,
    pub(super) sealing_seq: Option<i64>,
    /// The batch with which it is sealed at once.
    pub(super) seal_asked: i64,
    pub(super) last_segment: i64,
    pub(super) head: String,
    /// When the first batch came that is not judged.
    unjudged_at: Option<i64>,
    /// When the first one came that is in no segment.
    pub(super) unsealed_at: Option<i64>,
}

/// What is to be judged.
struct Loaded {
    batches: Vec<Opened>,
    context: Vec<u8>,
    /// Whether this node remembers nothing of the source.
    primes: bool,
}

impl Store {
    /// Judges and seals what is there, of the sources that this node holds. Answers whether there is more to do at once.
    pub async fn watch_sources(&self) -> Result<bool> {
        let mut is_more = false;
        for (source, state) in self.busy_sources().await? {
            match self.watch_source(&source, state).await {
                Ok(more) => is_more |= more,
                // One source that cannot be judged does not keep the others waiting.
                Err(error) => {
                    self.forget_watcher(&source.id);
                    tracing::warn!(source = %source.id, %error, "a source could not be judged; trying again soon");
                }
            }
        }
        Ok(is_more)
    }

    async fn watch_source(&self, source: &Source, state: State) -> Result<bool> {
        if !self.holds_source(&source.id).await? {
            return Ok(false);
        }
        let now = self.now();
        let waited = state.unjudged_at.is_some_and(|at| at <= now.micros() - PATIENCE_MICROS);
        let is_due = state.last_seq > state.read_seq || (state.last_seq > state.judged_seq && waited);
        let loaded = if is_due { self.load(source, &state).await? } else { None };
        // What was judged before is sealed meanwhile.
        let judging = self.judge_source(source, &state, loaded, now);
        let (judged, sealed) = tokio::join!(judging, self.seal_source(source, &state, now));
        Ok(judged? | sealed?)
    }

    /// The sources of which something waits to be judged or sealed.
    async fn busy_sources(&self) -> Result<Vec<(Source, State)>> {
        let statement = format!(
            "select {COLUMNS}, t.last_seq, t.read_seq, t.judged_seq, t.sealing_seq, t.seal_asked, t.last_segment, t.head,
                 (select min(b.received_at) from source_batches b where b.source_id = s.id and b.seq > t.judged_seq) as unjudged_at,
                 (select min(b.received_at) from source_batches b where b.source_id = s.id) as unsealed_at
             from sources s join source_states t on t.source_id = s.id
             where exists (select 1 from source_batches b where b.source_id = s.id) order by s.id"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement)).fetch_all(self.reader()).await?;
        let state = |row: &sqlx::any::AnyRow| {
            Ok::<_, Error>(State {
                last_seq: row.try_get("last_seq")?,
                read_seq: row.try_get("read_seq")?,
                judged_seq: row.try_get("judged_seq")?,
                sealing_seq: row.try_get("sealing_seq")?,
                seal_asked: row.try_get("seal_asked")?,
                last_segment: row.try_get("last_segment")?,
                head: row.try_get("head")?,
                unjudged_at: row.try_get("unjudged_at")?,
                unsealed_at: row.try_get("unsealed_at")?,
            })
        };
        rows.iter().map(|row| Ok((read_source(row)?, state(row)?))).collect()
    }

    /// What is not judged, and some of what came before it.
    async fn load(&self, source: &Source, state: &State) -> Result<Option<Loaded>> {
        let batches = self.batches(&source.id, state.judged_seq, state.last_seq).await?;
        if batches.is_empty() {
            return Ok(None);
        }
        let primes = !self.ground().remembers(&source.id);
        let context = self.context(&source.id, state, if primes { PRIMED_BYTES } else { CONTEXT_BYTES }).await?;
        Ok(Some(Loaded { batches, context, primes }))
    }

    /// Reads what is not judged, judges it, and says how far it is, in one transaction.
    async fn judge_source(&self, source: &Source, state: &State, loaded: Option<Loaded>, now: Instant) -> Result<bool> {
        let Some(Loaded { batches, context, primes }) = loaded else { return Ok(false) };
        let (Some(first), Some(last)) = (batches.first(), batches.last()) else { return Ok(false) };
        let (oldest, last) = (first.at, last.seq);
        let fresh = batches.iter().find(|batch| batch.seq > state.read_seq).map(|batch| batch.at);
        let (of, read_seq) = (source.clone(), state.read_seq);
        let sizes: Vec<(i64, usize)> = batches.iter().map(|batch| (batch.seq, batch.bytes.len())).collect();
        let work = move || read(&ToRead { source: &of, context: &context, batches: &batches, read_seq, primes }, now);
        let found = tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(Box::new(error)))?;
        // Before others wait for this transaction: the first time it reads every file of the registry.
        self.roster_now().await?;
        let mut tx = self.db().begin().await?;
        if !self.fence(&mut tx, &source.id).await? {
            return Ok(false);
        }
        if !found.acts.is_empty() {
            let intake = Intake { source: &source.id, agents: &source.agents, agents_only: source.agents_only };
            self.prime(&mut tx, &intake, &found.before, now).await?;
            self.judge(&mut tx, &intake, &found.acts, now).await?;
        }
        // Where nothing waits, all bytes are judged: also those that a node of an older version judged without counting.
        let judged =
            sizes.iter().take_while(|(seq, _)| *seq <= found.judged_seq).map(|(_, bytes)| bytes).sum::<usize>();
        let lag = self.now().micros() - fresh.unwrap_or(oldest).micros();
        sqlx::query(
            "update source_states set read_seq = $2, judged_seq = $3, judged = judged + $4, lag = $5, read_at = $6,
                 judged_bytes = case when last_seq = $3 then bytes else judged_bytes + $7 end
             where source_id = $1",
        )
        .bind(source.id.as_str())
        .bind(last.max(state.read_seq))
        .bind(found.judged_seq.max(state.judged_seq))
        .bind(i64::try_from(found.acts.len()).unwrap_or(i64::MAX))
        .bind(lag)
        .bind(now.micros())
        .bind(i64::try_from(judged).unwrap_or(i64::MAX))
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
        if !found.acts.is_empty() {
            self.respond().await?;
        }
        Ok(last < state.last_seq)
    }

    /// The batches after one, as many as are read at once.
    pub(super) async fn batches(&self, source: &Id, after: i64, to: i64) -> Result<Vec<Opened>> {
        let sizes: Vec<(i64, i64, i64)> = sqlx::query_as(
            "select seq, bytes, records from source_batches where source_id = $1 and seq > $2 and seq <= $3 order by seq limit $4",
        )
        .bind(source.as_str())
        .bind(after)
        .bind(to)
        .bind(ROUND_BATCHES_MAX)
        .fetch_all(self.reader())
        .await?;
        let mut sum = (0, 0);
        let taken = sizes.iter().take_while(|(_, bytes, records)| {
            let is_first = sum == (0, 0);
            sum = (sum.0 + bytes, sum.1 + records);
            is_first || sum.0 <= ROUND_BYTES_MAX && sum.1 <= ROUND_RECORDS_MAX
        });
        let Some((last, ..)) = taken.last() else { return Ok(Vec::new()) };
        self.opened(source, after, *last).await
    }

    async fn opened(&self, source: &Id, after: i64, to: i64) -> Result<Vec<Opened>> {
        let rows: Vec<(i64, i64, i64, Vec<u8>)> = sqlx::query_as(
            "select seq, received_at, bytes, body from source_batches where source_id = $1 and seq > $2 and seq <= $3 order by seq",
        )
        .bind(source.as_str())
        .bind(after)
        .bind(to)
        .fetch_all(self.reader())
        .await?;
        let open = |(seq, at, bytes, body): (i64, i64, i64, Vec<u8>)| {
            Ok(Opened { seq, at: Instant::from_micros(at), bytes: unpacked(&body, bytes)? })
        };
        rows.into_iter().map(open).collect()
    }

    /// What came before what is not judged, from the beginning of a line on: of the batches that are still there, or of
    /// the last segment.
    async fn context(&self, source: &Id, state: &State, wanted: i64) -> Result<Vec<u8>> {
        let sizes: Vec<(i64, i64)> = sqlx::query_as(
            "select seq, bytes from source_batches where source_id = $1 and seq <= $2 order by seq desc limit 16",
        )
        .bind(source.as_str())
        .bind(state.judged_seq)
        .fetch_all(self.reader())
        .await?;
        let mut sum = 0;
        let taken = sizes.iter().take_while(|(_, bytes)| {
            let is_wanted = sum < wanted;
            sum += bytes;
            is_wanted
        });
        if let Some((first, _)) = taken.last() {
            let opened = self.opened(source, first - 1, state.judged_seq).await?;
            let bytes: Vec<u8> = opened.into_iter().flat_map(|batch| batch.bytes).collect();
            return Ok(tail(bytes, wanted));
        }
        let sealed: Option<(String, i64)> = sqlx::query_as(
            "select sha256, bytes from source_segments where source_id = $1 and number = $2 and removed_at is null",
        )
        .bind(source.as_str())
        .bind(state.last_segment)
        .fetch_optional(self.reader())
        .await?;
        let Some((sha256, bytes)) = sealed else { return Ok(Vec::new()) };
        let bytes = bytes.unsigned_abs();
        let from = bytes.saturating_sub(wanted.unsigned_abs());
        let bytes = self.read_blob_range(&sha256, from..bytes).await?.to_vec();
        Ok(if from == 0 { bytes } else { from_line(bytes) })
    }
}

/// The last bytes, from the beginning of a line on.
pub(super) fn tail(mut bytes: Vec<u8>, most: i64) -> Vec<u8> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if bytes.len() <= most {
        return bytes;
    }
    bytes.drain(..bytes.len() - most);
    from_line(bytes)
}

fn from_line(mut bytes: Vec<u8>) -> Vec<u8> {
    let cut = memchr::memchr(b'\n', &bytes).map_or(bytes.len(), |at| at + 1);
    bytes.drain(..cut);
    bytes
}
