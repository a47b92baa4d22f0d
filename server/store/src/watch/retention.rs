//! What is kept for how long. What an incident holds is never removed.

use std::collections::HashSet;

use object_store::ObjectStoreExt;
use serde_json::Value;

use crate::blob::address;
use crate::{Result, Store};

/// How many segments are removed at once.
const SEGMENTS_MAX: i64 = 1_000;

/// So long a post is known by its key, in microseconds.
const DAY: i64 = 86_400_000_000;

impl Store {
    /// Removes the bytes of segments that are older than their source keeps them, unless an incident holds them.
    /// The rows stay, so that the chain does.
    pub(crate) async fn sweep_segments(&self) -> Result<()> {
        let now = self.now().micros();
        sqlx::query("delete from source_posts where at < $1").bind(now - DAY).execute(self.writer()).await?;
        let due: Vec<(String, i64, String)> = sqlx::query_as(
            "select g.source_id, g.number, g.sha256 from source_segments g join sources s on s.id = g.source_id
             where g.removed_at is null and s.retention_days is not null
               and g.last_at < $1 - s.retention_days * 86400000000
               and not exists (select 1 from source_segment_uses u where u.source_id = g.source_id and u.number = g.number)
             order by g.source_id, g.number limit $2",
        )
        .bind(now)
        .bind(SEGMENTS_MAX)
        .fetch_all(self.reader())
        .await?;
        if due.is_empty() {
            return Ok(());
        }
        let held = self.evidence_digests().await?;
        for (source, number, sha256) in due.into_iter().filter(|(_, _, sha256)| !held.contains(sha256)) {
            let mut tx = self.db().begin().await?;
            let removed = sqlx::query(
                "update source_segments set removed_at = $3 where source_id = $1 and number = $2 and removed_at is null
                   and not exists (select 1 from source_segment_uses u where u.source_id = $1 and u.number = $2)",
            )
            .bind(&source)
            .bind(number)
            .bind(now)
            .execute(&mut tx)
            .await?;
            let other: Option<String> = sqlx::query_scalar(
                "select source_id from source_segments where sha256 = $1 and removed_at is null limit 1",
            )
            .bind(&sha256)
            .fetch_optional(&mut tx)
            .await?;
            tx.commit().await?;
            if removed.rows_affected() > 0 && other.is_none() {
                match self.blobs().0.delete(&address(&sha256)?).await {
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    /// The digests of everything that an incident holds.
    async fn evidence_digests(&self) -> Result<HashSet<String>> {
        let bodies: Vec<String> =
            sqlx::query_scalar("select body from records where noun = 'evidence'").fetch_all(self.writer()).await?;
        let mut digests = HashSet::new();
        for body in bodies {
            let body: Value = serde_json::from_str(&body)?;
            digests.extend(body["sha256"].as_str().map(str::to_string));
        }
        Ok(digests)
    }
}
