//! Writing down what an import gives, a batch in a transaction.

use domain::{Id, Instant};

use super::work::{Batch, Written, first_record};
use crate::engine::Tx;
use crate::log::{BLOCK_RECORDS, SEGMENT_RECORDS};
use crate::{Error, Result, Store};

/// Which reading, and by which process.
pub(super) struct Holder<'a> {
    pub(super) incident: &'a str,
    pub(super) evidence: &'a Id,
    pub(super) node: &'a str,
}

impl Store {
    /// Keeps a batch. `false`: the import was stopped, or another process took it over.
    pub(super) async fn keep_batch(&self, holder: &Holder<'_>, batch: Batch) -> Result<bool> {
        let mut tx = self.db().begin().await?;
        if !tell_progress(&mut tx, holder, &batch, self.now()).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        for (number, segment) in batch.segments {
            sqlx::query(
                "insert into log_segments (incident_id, evidence_id, number, records, first_record, first_at, last_at, codes, names, texts)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            )
            .bind(holder.incident)
            .bind(holder.evidence.as_str())
            .bind(signed(number)?)
            .bind(signed(segment.records as u64)?)
            .bind(signed(first_record(number))?)
            .bind(segment.first_at)
            .bind(segment.last_at)
            .bind(segment.codes)
            .bind(segment.names)
            .bind(segment.texts)
            .execute(&mut tx)
            .await?;
        }
        for (number, body) in batch.blocks {
            sqlx::query("insert into log_blocks (incident_id, evidence_id, number, body) values ($1, $2, $3, $4)")
                .bind(holder.incident)
                .bind(holder.evidence.as_str())
                .bind(signed(number)?)
                .bind(body)
                .execute(&mut tx)
                .await?;
        }
        for (number, raw) in batch.raws {
            sqlx::query(
                "insert into log_raws (incident_id, evidence_id, number, first_record, records, whole, words, places)
                 values ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(holder.incident)
            .bind(holder.evidence.as_str())
            .bind(signed(number)?)
            .bind(signed(raw.first_record)?)
            .bind(signed(raw.records as u64)?)
            .bind(signed(raw.whole as u64)?)
            .bind(raw.words)
            .bind(raw.places)
            .execute(&mut tx)
            .await?;
        }
        for (number, body) in batch.parse_errors {
            sqlx::query("insert into log_complaints (incident_id, evidence_id, number, body) values ($1, $2, $3, $4)")
                .bind(holder.incident)
                .bind(holder.evidence.as_str())
                .bind(signed(number)?)
                .bind(body)
                .execute(&mut tx)
                .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// How much of an import is kept already.
    pub(super) async fn written(&self, incident: &str, evidence: &Id) -> Result<Written> {
        let count = async |statement: &'static str| -> Result<u64> {
            let count: Option<i64> =
                sqlx::query_scalar(statement).bind(incident).bind(evidence.as_str()).fetch_one(self.writer()).await?;
            crate::dossier::unsigned(count.unwrap_or(0))
        };
        // Only the last of each can be short, and those are written together with the end of the file.
        let segments =
            count("select max(number) + 1 from log_segments where incident_id = $1 and evidence_id = $2").await?;
        let blocks =
            count("select max(number) + 1 from log_blocks where incident_id = $1 and evidence_id = $2").await?;
        let parse_errors =
            count("select max(number) + 1 from log_complaints where incident_id = $1 and evidence_id = $2").await?;
        let raws = count("select max(number) + 1 from log_raws where incident_id = $1 and evidence_id = $2").await?;
        Ok(Written { segments, blocks, parse_errors, raws })
    }
}

const _: () = assert!(SEGMENT_RECORDS.is_multiple_of(BLOCK_RECORDS), "a segment is a whole number of blocks");

/// Notes how far the import is; answers whether it is still this process's to do.
async fn tell_progress(tx: &mut Tx, holder: &Holder<'_>, batch: &Batch, now: Instant) -> Result<bool> {
    let summary = batch.summary.as_ref();
    let told = sqlx::query(
        "update readings set bytes_read = $4, records = $5, unreadable = $6, format = $7, summary = $8, updated_at = $9
         where incident_id = $1 and evidence_id = $2 and node = $3 and state in ('receiving', 'reading')",
    )
    .bind(holder.incident)
    .bind(holder.evidence.as_str())
    .bind(holder.node)
    .bind(signed(batch.bytes_read)?)
    .bind(signed(summary.map_or(0, |summary| summary.records))?)
    .bind(signed(summary.map_or(0, |summary| summary.unreadable))?)
    .bind(summary.map(|summary| summary.format.word()))
    .bind(summary.map(serde_json::to_string).transpose()?.map(|text| crate::digest::storable(&text)))
    .bind(now.micros())
    .execute(&mut *tx)
    .await?;
    Ok(told.rows_affected() == 1)
}

fn signed(count: u64) -> Result<i64> {
    i64::try_from(count).map_err(Error::internal)
}
