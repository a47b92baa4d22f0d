//! Segments: what came, joined and sealed under its SHA-256, each one linked to the one before.

use domain::access::Permit;
use domain::evidence::Upload;
use domain::reader::log::{Format, Terms};
use domain::watch::Segment;
use domain::{Id, Instant, Key, Refusal};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::source::absent;
use crate::digest::storable;
use crate::{Actor, Result, Store};

pub(crate) const COLUMNS: &str =
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

    /// Makes a segment evidence of an incident, by its digest: nothing is copied. It is read as any log is.
    pub async fn segment_evidence(&self, actor: &Actor, key: Key, source: &Id, number: i64) -> Result<Id> {
        actor.permit(Permit::Edit)?;
        self.version(actor, key).await?;
        let named = self.source(actor, source).await?.source;
        let statement = format!("select {COLUMNS} from source_segments where source_id = $1 and number = $2");
        let row = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(storable(source.as_str()))
            .bind(number)
            .fetch_optional(self.reader())
            .await?
            .ok_or_else(|| Refusal::absent("such segment of this source"))?;
        let segment = read(&row)?;
        let id = self.clock().new_id();
        // Said before it is evidence, so that its bytes are not removed in between.
        let held = sqlx::query(
            "insert into source_segment_uses (incident_id, source_id, number, evidence_id)
             select i.id, g.source_id, g.number, $4 from incidents i, source_segments g
             where i.number = $1 and g.source_id = $2 and g.number = $3 and g.removed_at is null",
        )
        .bind(key.0)
        .bind(source.as_str())
        .bind(number)
        .bind(id.as_str())
        .execute(self.writer())
        .await?;
        if held.rows_affected() == 0 {
            let days = named.retention_days.unwrap_or_default();
            let sentence = format!("The bytes of this segment were removed: the source keeps them for {days} days.");
            return Err(Refusal::state(sentence).into());
        }
        let upload = Upload {
            id: Some(id.clone()),
            name: segment.name(&named.name),
            sha256: segment.sha256.clone(),
            bytes: segment.bytes.unsigned_abs(),
            format: named.format.map_or("", Format::word).to_string(),
            lines: None,
            source: Some(named.name.clone()),
            collector: None,
        };
        let entered = self.enter(actor, key, Permit::Edit, |entry| entry.add_evidence(upload)).await?;
        if entered.value == id {
            self.read_evidence(actor, key, &id, named.format, None, Terms::default()).await?;
        }
        Ok(entered.value)
    }
}

pub(crate) fn read(row: &AnyRow) -> Result<Segment> {
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
