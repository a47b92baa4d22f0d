//! Sealing: batches become a segment in the evidence store, linked to the one before. A kill in between leaves the
//! batches or the segment; which batches are sealed is written down before their bytes are, so that a second try writes
//! the same bytes.

use domain::watch::{Source, link_hash};
use domain::{Id, Instant};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};

use super::batch::unpacked;
use super::evaluate::State;
use crate::digest::hex;
use crate::{Error, Result, Store};

/// A segment is sealed once it has so many bytes.
pub(super) const SEGMENT_BYTES: i64 = 8 << 20;

/// What the batches of a segment come to.
#[derive(Default)]
struct Sum {
    first: Option<(i64, i64)>,
    last: (i64, i64),
    records: i64,
    bytes: i64,
}

impl Store {
    /// Seals what is judged, if it is enough or waited long enough. Answers whether there is more to seal at once.
    pub(super) async fn seal_source(&self, source: &Source, state: &State, now: Instant) -> Result<bool> {
        let Some(to) = self.sealed_to(source, state, now).await? else { return Ok(false) };
        if state.sealing_seq.is_none() {
            let mut tx = self.db().begin().await?;
            if !self.fence(&mut tx, &source.id).await? {
                return Ok(false);
            }
            sqlx::query("update source_states set sealing_seq = $2 where source_id = $1 and sealing_seq is null")
                .bind(source.id.as_str())
                .bind(to)
                .execute(&mut tx)
                .await?;
            tx.commit().await?;
        }
        let (sum, sha256, hash) = self.join(&source.id, &state.head, to).await?;
        let Some(first) = sum.first else {
            return Err(Error::internal("batches that were to be sealed are gone"));
        };
        let mut tx = self.db().begin().await?;
        if !self.fence(&mut tx, &source.id).await? {
            return Ok(false);
        }
        sqlx::query(
            "insert into source_segments (source_id, number, previous, hash, sha256, bytes, records, first_seq, last_seq,
                 first_at, last_at, sealed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(source.id.as_str())
        .bind(state.last_segment + 1)
        .bind(&state.head)
        .bind(&hash)
        .bind(&sha256)
        .bind(sum.bytes)
        .bind(sum.records)
        .bind(first.0)
        .bind(sum.last.0)
        .bind(first.1)
        .bind(sum.last.1)
        .bind(now.micros())
        .execute(&mut tx)
        .await?;
        sqlx::query("delete from source_batches where source_id = $1 and seq <= $2")
            .bind(source.id.as_str())
            .bind(to)
            .execute(&mut tx)
            .await?;
        sqlx::query(
            "update source_states set last_segment = last_segment + 1, head = $2, sealing_seq = null where source_id = $1",
        )
        .bind(source.id.as_str())
        .bind(&hash)
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(sum.bytes >= SEGMENT_BYTES)
    }

    /// Up to which batch is sealed now.
    async fn sealed_to(&self, source: &Source, state: &State, now: Instant) -> Result<Option<i64>> {
        if state.sealing_seq.is_some() {
            return Ok(state.sealing_seq);
        }
        let Some(oldest) = state.unsealed_at else { return Ok(None) };
        let sizes: Vec<(i64, i64)> = sqlx::query_as(
            "select seq, bytes from source_batches where source_id = $1 and seq <= $2 order by seq limit 4096",
        )
        .bind(source.id.as_str())
        .bind(state.judged_seq)
        .fetch_all(self.reader())
        .await?;
        let mut sum = 0;
        for (seq, bytes) in &sizes {
            sum += bytes;
            if sum >= SEGMENT_BYTES {
                return Ok(Some(*seq));
            }
        }
        let is_old = oldest <= now.micros() - source.seal_seconds.saturating_mul(1_000_000);
        // Somebody waits for what was judged, and all of it is here.
        let is_asked = sizes.first().is_some_and(|(seq, _)| *seq <= state.seal_asked)
            && sizes.last().is_some_and(|(seq, _)| *seq >= state.seal_asked);
        let is_due = is_old || is_asked || source.closed_at.is_some() || sizes.len() == 4096;
        Ok(sizes.last().filter(|_| is_due).map(|(seq, _)| *seq))
    }

    /// Joins the batches up to one under their digest.
    async fn join(&self, source: &Id, head: &str, to: i64) -> Result<(Sum, String, String)> {
        let mut upload = self.begin_upload().await?;
        let mut link = Sha256::new();
        link.update(head.as_bytes());
        let mut sum = Sum::default();
        let mut rows = sqlx::query_as::<_, (i64, i64, i64, i64, String, Vec<u8>)>(
            "select seq, received_at, records, bytes, bytes_sha256, body from source_batches
             where source_id = $1 and seq <= $2 order by seq",
        )
        .bind(source.as_str())
        .bind(to)
        .fetch(self.reader());
        while let Some((seq, at, records, size, sha256, body)) = rows.try_next().await? {
            let bytes = unpacked(&body, size)?;
            if link_hash("", [bytes.as_slice()]) != sha256 {
                tracing::error!(%source, seq, "a batch is not what came: it was altered before it was sealed");
            }
            upload.write(&bytes).await?;
            link.update(&bytes);
            sum.first.get_or_insert((seq, at));
            sum.last = (seq, at.max(sum.last.1));
            sum.records = sum.records.saturating_add(records);
            sum.bytes += i64::try_from(bytes.len()).map_err(Error::internal)?;
        }
        drop(rows);
        let received = upload.finish().await?;
        Ok((sum, received.sha256, hex(&link.finalize())))
    }
}
