//! Taking in: what comes is in the database before anybody is told that it was accepted. Those who come while a commit
//! is under way share the next one, so that many small posts cost few of them.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use domain::{Id, Instant};
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, oneshot};

use super::backlog::Backlog;
use super::source::absent;
use crate::digest::{hex, sha256};
use crate::engine::Tx;
use crate::{Error, Result, Store};

/// What one commit takes in at most, in bytes, unless a single post is larger: what comes of one source is read at once.
const COMMIT_BYTES_MAX: usize = 2 << 20;
/// What may wait for a commit, in bytes.
const WAITING_BYTES_MAX: usize = 48 << 20;
/// The fastest level: records shrink to an eighth even so.
const LEVEL: i32 = 1;
/// Below so many bytes packing takes less time than handing it to another thread.
const SMALL_BYTES: usize = 32 << 10;

/// Where posts wait for the next commit.
#[derive(Default)]
pub(crate) struct Intake {
    line: Mutex<Line>,
    backlog: Backlog,
    /// Told whenever something came in.
    pub(crate) arrived: Notify,
}

#[derive(Default)]
struct Line {
    posts: VecDeque<Post>,
    bytes: usize,
    /// Whether somebody commits.
    is_open: bool,
}

/// A post that waits.
struct Post {
    source: Id,
    at: Instant,
    records: i64,
    bytes: Bytes,
    /// Under which the sender sends it again where it heard no answer.
    key: Option<String>,
    done: oneshot::Sender<Result<()>>,
}

/// What one source sent, in the order in which it came.
type Parts = Vec<(Instant, i64, Bytes)>;

/// What becomes one row: all that one source sent in this commit, or what it sent under one key.
struct Batch {
    source: Id,
    key: Option<String>,
    at: Instant,
    records: i64,
    bytes: i64,
    sha256: String,
    body: Vec<u8>,
}

impl Store {
    /// Keeps what a source sent. When this answers, it is on the disk. The bytes end with a line, or get its end here.
    pub async fn accept(&self, source: &Id, records: u64, bytes: Bytes) -> Result<()> {
        self.accept_once(source, records, bytes, None).await
    }

    /// The same; what came within a day with the same bytes under the same key is not kept again.
    pub async fn accept_once(&self, source: &Id, records: u64, bytes: Bytes, key: Option<&str>) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.intake().backlog.refuse(source, self.now())?;
        let (done, answer) = oneshot::channel();
        let records = i64::try_from(records).unwrap_or(i64::MAX);
        let post = Post { source: source.clone(), at: self.now(), records, bytes, key: key.map(str::to_string), done };
        let begins = {
            let mut line = self.line();
            if line.bytes + post.bytes.len() > WAITING_BYTES_MAX && !line.posts.is_empty() {
                return Err(Error::Busy("more comes in than the disk takes".into()));
            }
            line.bytes += post.bytes.len();
            line.posts.push_back(post);
            !std::mem::replace(&mut line.is_open, true)
        };
        if begins {
            // Not by whoever asks: a sender that goes away must not take the others with it.
            tokio::spawn(self.clone().commit_posts());
        }
        answer.await.map_err(|_| Error::internal("what was sent was given up while it was kept"))?
    }

    /// Returns once something came in here since the last time.
    pub async fn arrival(&self) {
        self.intake().arrived.notified().await;
    }

    async fn commit_posts(self) {
        loop {
            let posts = self.next_posts();
            if posts.is_empty() {
                return;
            }
            let (batches, waiting) = gathered(posts).await;
            let kept = match batches {
                Ok(batches) => self.keep_batches(&batches).await,
                Err(error) => Err(error),
            };
            if kept.is_ok() {
                self.intake().arrived.notify_one();
            }
            for done in waiting {
                let _ = done.send(kept.as_ref().map_err(same).copied());
            }
        }
    }

    /// The posts of the next commit; none where none waits, and then nobody commits any more.
    fn next_posts(&self) -> Vec<Post> {
        let mut line = self.line();
        let (mut posts, mut bytes) = (Vec::new(), 0);
        while let Some(post) = line.posts.pop_front() {
            bytes += post.bytes.len();
            posts.push(post);
            if line.posts.front().is_some_and(|next| bytes + next.bytes.len() > COMMIT_BYTES_MAX) {
                break;
            }
        }
        line.bytes -= bytes;
        line.is_open = !posts.is_empty();
        posts
    }

    async fn keep_batches(&self, batches: &[Batch]) -> Result<()> {
        let mut tx = self.db().begin().await?;
        let mut waiting = Vec::with_capacity(batches.len());
        for batch in batches {
            if !is_news(&mut tx, batch).await? {
                continue;
            }
            let (seq, unjudged): (i64, i64) = sqlx::query_as(
                "update source_states set last_seq = last_seq + 1, records = records + $2, bytes = bytes + $3,
                     last_at = case when last_at > $4 then last_at else $4 end
                 where source_id = $1 returning last_seq, bytes - judged_bytes",
            )
            .bind(batch.source.as_str())
            .bind(batch.records)
            .bind(batch.bytes)
            .bind(batch.at.micros())
            .fetch_optional(&mut tx)
            .await?
            .ok_or_else(absent)?;
            waiting.push((&batch.source, unjudged));
            sqlx::query(
                "insert into source_batches (source_id, seq, received_at, records, bytes, bytes_sha256, body)
                 values ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(batch.source.as_str())
            .bind(seq)
            .bind(batch.at.micros())
            .bind(batch.records)
            .bind(batch.bytes)
            .bind(&batch.sha256)
            .bind(batch.body.as_slice())
            .execute(&mut tx)
            .await?;
        }
        tx.commit().await?;
        let now = self.now();
        waiting.into_iter().for_each(|(source, bytes)| self.intake().backlog.set(source, bytes, now));
        Ok(())
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.intake().line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Posts by source, always in the same order: two nodes that keep some at once wait for each other and not in a circle.
async fn gathered(posts: Vec<Post>) -> (Result<Vec<Batch>>, Vec<oneshot::Sender<Result<()>>>) {
    let mut waiting = Vec::with_capacity(posts.len());
    let mut by_source: BTreeMap<Id, Vec<(Option<String>, Parts)>> = BTreeMap::new();
    let mut bytes = 0;
    for post in posts {
        bytes += post.bytes.len();
        waiting.push(post.done);
        let part = (post.at, post.records, post.bytes);
        let groups = by_source.entry(post.source).or_default();
        match groups.last_mut() {
            Some((None, parts)) if post.key.is_none() => parts.push(part),
            _ => groups.push((post.key, vec![part])),
        }
    }
    let pack = move || {
        let groups = by_source.iter().flat_map(|(source, groups)| groups.iter().map(move |group| (source, group)));
        groups.map(|(source, (key, parts))| packed(source, key.as_deref(), parts)).collect()
    };
    let batches = if bytes < SMALL_BYTES {
        pack()
    } else {
        tokio::task::spawn_blocking(pack).await.unwrap_or_else(|error| Err(Error::Internal(Box::new(error))))
    };
    (batches, waiting)
}

/// Whether it was not kept before. The row that says so is written with the batch.
async fn is_news(tx: &mut Tx, batch: &Batch) -> Result<bool> {
    let Some(key) = &batch.key else { return Ok(true) };
    let noted = sqlx::query("insert into source_posts (source_id, key, at) values ($1, $2, $3) on conflict do nothing")
        .bind(batch.source.as_str())
        .bind(sha256(&format!("{key}\n{}", batch.sha256)))
        .bind(batch.at.micros())
        .execute(&mut *tx)
        .await?;
    Ok(noted.rows_affected() > 0)
}

fn packed(source: &Id, key: Option<&str>, parts: &[(Instant, i64, Bytes)]) -> Result<Batch> {
    let (mut hasher, mut encoder) = (Sha256::new(), zstd::stream::write::Encoder::new(Vec::new(), LEVEL)?);
    let (mut bytes, mut records) = (0, 0_i64);
    let mut put = |part: &[u8]| {
        hasher.update(part);
        bytes += part.len();
        std::io::Write::write_all(&mut encoder, part)
    };
    for (_, counted, part) in parts {
        put(part)?;
        if part.last() != Some(&b'\n') {
            put(b"\n")?;
        }
        records = records.saturating_add(*counted);
    }
    let body = encoder.finish()?;
    let at = parts.iter().map(|(at, _, _)| *at).min().unwrap_or(Instant::from_micros(0));
    let bytes = i64::try_from(bytes).map_err(Error::internal)?;
    let (source, key) = (source.clone(), key.map(str::to_string));
    Ok(Batch { source, key, at, records, bytes, sha256: hex(&hasher.finalize()), body })
}

/// What a batch holds, which is said to be so many bytes.
pub(crate) fn unpacked(body: &[u8], bytes: i64) -> Result<Vec<u8>> {
    let room = usize::try_from(bytes).unwrap_or_default().min(COMMIT_BYTES_MAX);
    let mut unpacked = Vec::with_capacity(room);
    zstd::stream::copy_decode(body, &mut unpacked)?;
    Ok(unpacked)
}

/// The same error for all who waited for one commit.
fn same(error: &Error) -> Error {
    let cause = || error.to_string().into();
    match error {
        Error::Refused(refusal) => Error::Refused(refusal.clone()),
        Error::Unavailable(_) => Error::Unavailable(cause()),
        Error::Busy(_) => Error::Busy(cause()),
        Error::Full(_) => Error::Full(cause()),
        Error::Damaged(_) => Error::Damaged(cause()),
        Error::CommitUnknown(_) => Error::CommitUnknown(cause()),
        _ => Error::Internal(cause()),
    }
}
