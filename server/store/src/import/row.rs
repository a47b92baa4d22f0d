//! How far readings are, as rows.

use domain::access::Permit;
use domain::evidence::Evidence;
use domain::import::{Import, ImportState};
use domain::reader::ParseError;
use domain::reader::log::Format;
use domain::{Id, Instant, Key, Refusal};
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::dossier::unsigned;
use crate::engine::Tx;
use crate::{Actor, Error, OpenIncident, Result, Store, Topic};

const COLUMNS: &str = "evidence_id, state, format, mapping, terms, bytes_read, records, unreadable, summary, started_at, updated_at, trouble";

fn read(row: &AnyRow) -> Result<Import> {
    let json = |name: &str| row.try_get::<Option<String>, _>(name);
    Ok(Import {
        evidence: Id::new(row.try_get::<String, _>("evidence_id")?),
        state: ImportState::parse(&row.try_get::<String, _>("state")?).map_err(Error::internal)?,
        format: row.try_get::<Option<String>, _>("format")?.and_then(|word| Format::parse(&word).ok()),
        mapping: json("mapping")?.map(|text| serde_json::from_str(&text)).transpose()?,
        terms: json("terms")?.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default(),
        bytes_read: unsigned(row.try_get("bytes_read")?)?,
        records: unsigned(row.try_get("records")?)?,
        unreadable: unsigned(row.try_get("unreadable")?)?,
        summary: json("summary")?.map(|text| serde_json::from_str(&text)).transpose()?,
        started_at: Instant::from_micros(row.try_get("started_at")?),
        updated_at: Instant::from_micros(row.try_get("updated_at")?),
        trouble: row.try_get("trouble")?,
    })
}

impl OpenIncident {
    /// The readings of an incident, by evidence item.
    pub async fn readings(&self) -> Result<Vec<Import>> {
        let statement = format!("select {COLUMNS} from readings where incident_id = $1 order by evidence_id");
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(statement)).bind(&self.head.id).fetch_all(self.store.reader()).await?;
        rows.iter().map(read).collect()
    }

    /// The import of one item, if it was ever begun.
    pub async fn reading(&self, evidence: &Id) -> Result<Option<Import>> {
        if self.dossier().await?.evidence.get(evidence).is_none() {
            return Err(Refusal::absent("evidence item").into());
        }
        let statement = format!("select {COLUMNS} from readings where incident_id = $1 and evidence_id = $2");
        let row = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(&self.head.id)
            .bind(evidence.as_str())
            .fetch_optional(self.store.reader())
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// What could not be read of an item, in the order of the file. The cursor is the number of the first row.
    pub async fn parse_errors(&self, evidence: &Id, cursor: i64) -> Result<(Vec<ParseError>, Option<i64>)> {
        if self.dossier().await?.evidence.get(evidence).is_none() {
            return Err(Refusal::absent("evidence item").into());
        }
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "select number, body from log_complaints where incident_id = $1 and evidence_id = $2 and number >= $3
             order by number limit 2",
        )
        .bind(&self.head.id)
        .bind(evidence.as_str())
        .bind(cursor)
        .fetch_all(self.store.reader())
        .await?;
        let first = rows.first().map(|(_, body)| serde_json::from_str(body)).transpose()?;
        Ok((first.unwrap_or_default(), rows.get(1).map(|(number, _)| *number)))
    }

    /// The item whose reading is asked for, refused while it is being read.
    pub(super) async fn unread_item(&self, evidence: &Id) -> Result<Evidence> {
        let known = self.reading(evidence).await?;
        if known.is_some_and(|known| known.is_under_way()) {
            return Err(being_read().into());
        }
        let dossier = self.dossier().await?;
        let item = dossier.evidence.get(evidence).ok_or_else(|| Refusal::absent("evidence item"))?;
        Ok(item.record.clone())
    }
}

impl Store {
    /// Stops an import that is under way. What was read of it goes.
    pub async fn cancel_reading(&self, actor: &Actor, key: Key, evidence: &Id) -> Result<()> {
        actor.permit(Permit::Edit)?;
        let head = self.head(actor, key).await?;
        let mut tx = self.db().begin().await?;
        let stopped = sqlx::query(
            "update readings set state = 'cancelled', records = 0, unreadable = 0, summary = null, updated_at = $3
             where incident_id = $1 and evidence_id = $2 and state = 'reading'",
        )
        .bind(&head.id)
        .bind(evidence.as_str())
        .bind(self.now().micros())
        .execute(&mut tx)
        .await?;
        if stopped.rows_affected() == 0 {
            return Err(Refusal::state("This item is not being read now: there is nothing to stop.").into());
        }
        discard(&mut tx, &head.id, evidence).await?;
        tx.commit().await?;
        let stopped = evidence.clone();
        self.enter(actor, key, Permit::Edit, move |entry| entry.set_unreadable(&stopped, "its import was stopped"))
            .await?;
        self.live().tell(Topic::Incident(key), head.version);
        Ok(())
    }

    /// Tells the case file that an item was to be read as a log, and could not be.
    pub(super) async fn note_unreadable(&self, key: Key, evidence: &Id, note: &str) -> Result<()> {
        let (evidence, note) = (evidence.clone(), note.to_string());
        self.enter(&Actor::system(), key, Permit::Edit, move |entry| entry.set_unreadable(&evidence, &note))
            .await
            .map(drop)
    }

    /// Drops an import with all that was read.
    pub(super) async fn drop_reading(&self, incident: &str, evidence: &Id) -> Result<()> {
        let mut tx = self.db().begin().await?;
        discard(&mut tx, incident, evidence).await?;
        forget(&mut tx, incident, evidence).await?;
        tx.commit().await
    }

    /// Takes a finished reading back: the records go, the bytes stay.
    pub async fn undo_reading(&self, actor: &Actor, key: Key, evidence: &Id, reason: String) -> Result<()> {
        let mut writing = self.begin(actor, key, Permit::Edit).await?;
        writing.entry.undo_reading(evidence, reason)?;
        let incident = writing.incident.clone();
        let tx = writing.lock().await?;
        discard(tx, &incident, evidence).await?;
        forget(tx, &incident, evidence).await?;
        writing.finish(()).await?;
        Ok(())
    }
}

/// What is said to the second of two who have an item read.
pub(super) fn being_read() -> Refusal {
    Refusal::state("This item is being read already: wait for it, or stop it first.")
}

/// Deletes what was read of an item.
pub(crate) async fn discard(tx: &mut Tx, incident: &str, evidence: &Id) -> Result<()> {
    for statement in [
        "delete from log_segments where incident_id = $1 and evidence_id = $2",
        "delete from log_raws where incident_id = $1 and evidence_id = $2",
        "delete from log_blocks where incident_id = $1 and evidence_id = $2",
        "delete from log_complaints where incident_id = $1 and evidence_id = $2",
    ] {
        sqlx::query(statement).bind(incident).bind(evidence.as_str()).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Forgets that an item was ever read.
pub(crate) async fn forget(tx: &mut Tx, incident: &str, evidence: &Id) -> Result<()> {
    sqlx::query("delete from readings where incident_id = $1 and evidence_id = $2")
        .bind(incident)
        .bind(evidence.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(())
}
