//! The documents of a case file, as rows.

use domain::casefile::{Handles, Noun, Written};
use domain::{Id, Stamp};
use serde_json::{Value, json};

use crate::change::canonical;
use crate::digest::storable;
use crate::engine::{Engine, Tx};
use crate::{Result, Store};

/// Writes documents down. One that was added and deleted in the same entry was never there.
pub(crate) async fn write(tx: &mut Tx, engine: Engine, incident: &str, written: &[Written]) -> Result<()> {
    let rows: Vec<Value> =
        written.iter().filter(|document| !document.body.is_null()).map(row).collect::<Result<_>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(engine.upsert_records()).bind(incident).bind(Value::Array(rows).to_string()).execute(&mut *tx).await?;
    Ok(())
}

fn row(document: &Written) -> Result<Value> {
    let deleted = document.deleted.as_ref().map(stamp).transpose()?;
    let handles = if deleted.is_some() { Handles::default() } else { handles_of(document.noun, &document.body) };
    Ok(json!({
        "noun": document.noun.word(), "id": document.id, "version": document.version, "deleted": deleted,
        "body": canonical(&document.body), "status": handles.status, "kind": handles.kind, "name": handles.name,
        "owner": handles.owner, "due_at": handles.due_at,
    }))
}

/// Writes the handles of records again; the documents stay as they are.
pub(crate) async fn write_handles(tx: &mut Tx, incident: &str, records: &[Written]) -> Result<()> {
    for record in records.iter().filter(|record| record.deleted.is_none()) {
        let handles = handles_of(record.noun, &record.body);
        if handles == Handles::default() {
            continue;
        }
        sqlx::query(
            "update records set status = $4, kind = $5, name = $6, owner = $7, due_at = $8
             where incident_id = $1 and noun = $2 and id = $3",
        )
        .bind(incident)
        .bind(record.noun.word())
        .bind(record.id.as_str())
        .bind(handles.status)
        .bind(handles.kind)
        .bind(handles.name)
        .bind(handles.owner)
        .bind(handles.due_at)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// The mark of a deletion as it is kept.
pub(crate) fn stamp(stamp: &Stamp) -> Result<String> {
    Ok(canonical(&serde_json::to_value(stamp)?))
}

/// Reads the mark of a deletion.
pub(crate) fn read_stamp(text: Option<String>) -> Result<Option<Stamp>> {
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// What lists across incidents find a record by, in a form that both databases keep.
pub(crate) fn handles_of(noun: Noun, body: &Value) -> Handles {
    let Handles { status, kind, name, owner, due_at } = noun.handles(body);
    let kept = |text: Option<String>| text.map(|text| storable(&text));
    Handles { status: kept(status), kind: kept(kind), name: kept(name), owner: kept(owner), due_at }
}

/// What the log last said of a record: the JSON that followed its last change up to a version.
pub(crate) async fn as_of(store: &Store, incident: &str, noun: Noun, id: &Id, version: u64) -> Result<Option<Value>> {
    let after: Option<Option<String>> = sqlx::query_scalar(
        "select after from changes where incident_id = $1 and noun = $2 and record_id = $3 and version <= $4
         order by version desc limit 1",
    )
    .bind(incident)
    .bind(noun.word())
    .bind(id.as_str())
    .bind(i64::try_from(version).unwrap_or(i64::MAX))
    .fetch_optional(store.reader())
    .await?;
    Ok(after.flatten().map(|text| serde_json::from_str(&text)).transpose()?)
}
