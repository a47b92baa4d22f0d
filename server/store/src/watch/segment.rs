//! Segments: what came, joined and sealed under its SHA-256, each one linked to the one before.

use domain::access::Permit;
use domain::watch::Segment;
use domain::{Id, Instant};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::source::absent;
use crate::digest::storable;
use crate::{Actor, Result, Store};

pub(super) const COLUMNS: &str =
    "source_id, number, previous, hash, sha256, bytes, records, first_seq, last_seq, first_at, last_at, sealed_at,
    removed_at";

impl Store {
    /// The segments of a source, the newest first; `before` is the number of the last one of the page before.
    pub async fn segments(&self, actor: &Actor, source: &Id, before: Option<i64>, limit: u32) -> Result<Vec<Segment>> {
        actor.permit(Permit::Read)?;
        let known: Option<String> = sqlx::query_scalar("select id from sources where id = $1")
            .bind(storable(source.as_str()))
            .fetch_optional(self.reader())
            .await?;
        known.ok_or_else(absent)?;
        let statement = format!(
            "select {COLUMNS} from source_segments where source_id = $1 and number < $2 order by number desc limit $3"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(storable(source.as_str()))
            .bind(before.unwrap_or(i64::MAX))
            .bind(i64::from(limit))
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(read).collect()
    }
}

pub(super) fn read(row: &AnyRow) -> Result<Segment> {
    let at = |column: &str| Ok::<_, sqlx::Error>(Instant::from_micros(row.try_get(column)?));
    Ok(Segment {
        source: Id::new(row.try_get::<String, _>("source_id")?),
        number: row.try_get("number")?,
        previous: row.try_get("previous")?,
        hash: row.try_get("hash")?,
        sha256: row.try_get("sha256")?,
        bytes: row.try_get("bytes")?,
        records: row.try_get("records")?,
        first_seq: row.try_get("first_seq")?,
        last_seq: row.try_get("last_seq")?,
        first_at: at("first_at")?,
        last_at: at("last_at")?,
        sealed_at: at("sealed_at")?,
        removed_at: row.try_get::<Option<i64>, _>("removed_at")?.map(Instant::from_micros),
    })
}
