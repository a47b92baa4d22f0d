//! The log of changes, and the chain of hashes that holds it together.
//!
//! A change's hash is `sha256(hash before it ‖ the change as canonical JSON)`
//! in hex; the first change's hash before it is the empty text. Canonical means:
//! the fields `actor, after, at, before, id, kind, noun, version`, every
//! object's keys sorted by their bytes, no white space, `at` as RFC 3339 in UTC.

pub(crate) use domain::canonical::canonical;
use domain::casefile::{Change, Noun};
use domain::{Id, Instant, Person};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::digest::sha256;
use crate::engine::{Engine, Tx};
use crate::{Error, OpenIncident, Result};

/// The most changes one answer lists.
pub(crate) const CHANGES_MAX: i64 = 1000;

/// One line of a log: of an incident, an agent, or the instance.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "StoredChange", bound = "")]
pub struct StoredChange<N = Noun> {
    /// The version that this change made.
    pub version: u64,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: Person,
    /// What happened to the record: added, edited, deleted, restored.
    pub kind: String,
    /// Which noun was changed.
    #[serde(skip)]
    pub noun: N,
    /// Which record.
    #[serde(skip)]
    pub id: Id,
    /// Both in one: `event/<id>`.
    pub subject: String,
    /// The record before; `null` when it was new.
    pub before: Value,
    /// The record after; `null` when it was deleted.
    pub after: Value,
    /// The link in the chain.
    pub hash: String,
}

impl StoredChange {
    /// The change without its link in the chain.
    pub fn into_change(self) -> Change {
        let Self { version, at, actor, kind, noun, id, before, after, .. } = self;
        Change { version, at, actor, kind, noun, id, before, after }
    }
}

impl OpenIncident {
    /// Its log after a version, oldest first.
    pub async fn changes(&self, since: u64, limit: u32) -> Result<Vec<StoredChange>> {
        let rows = sqlx::query(
            "select version, at, actor, kind, noun, record_id, before, after, hash
             from changes where incident_id = $1 and version > $2 order by version limit $3",
        )
        .bind(&self.head.id)
        .bind(i64::try_from(since).unwrap_or(i64::MAX))
        .bind(i64::from(limit).clamp(1, CHANGES_MAX))
        .fetch_all(self.store.reader())
        .await?;
        rows.iter().map(|row| Line::read(row)?.open()).collect()
    }
}

/// Appends changes to the log; answers the new head of the chain.
pub(crate) async fn append(
    tx: &mut Tx,
    engine: Engine,
    incident: &str,
    head: String,
    changes: &[Change],
) -> Result<String> {
    let mut head = head;
    let mut lines = Vec::with_capacity(changes.len());
    for change in changes {
        let line = Line::of(change, &head)?;
        head = line.hash.clone();
        lines.push(json!({
            "version": line.version, "at": line.at, "actor": line.actor, "kind": line.kind, "noun": line.noun,
            "id": line.id, "before": line.before, "after": line.after, "hash": line.hash,
        }));
    }
    sqlx::query(engine.insert_changes()).bind(incident).bind(Value::Array(lines).to_string()).execute(&mut *tx).await?;
    Ok(head)
}

/// A line as it is kept: JSON as canonical text, so that it can be hashed as it stands.
pub(crate) struct Line {
    pub(crate) version: i64,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) kind: String,
    pub(crate) noun: String,
    pub(crate) id: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) hash: String,
}

impl Line {
    fn of(change: &Change, previous: &str) -> Result<Self> {
        let document = |value: &Value| (!value.is_null()).then(|| canonical(value));
        let mut line = Self {
            version: i64::try_from(change.version).map_err(Error::internal)?,
            at: change.at.micros(),
            actor: canonical(&serde_json::to_value(&change.actor)?),
            kind: change.kind.clone(),
            noun: change.noun.word().to_string(),
            id: change.id.to_string(),
            before: document(&change.before),
            after: document(&change.after),
            hash: String::new(),
        };
        line.hash = line.hash_after(previous);
        Ok(line)
    }

    pub(crate) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            version: row.try_get("version")?,
            at: row.try_get("at")?,
            actor: row.try_get("actor")?,
            kind: row.try_get("kind")?,
            noun: row.try_get("noun")?,
            id: row.try_get("record_id")?,
            before: row.try_get("before")?,
            after: row.try_get("after")?,
            hash: row.try_get("hash")?,
        })
    }

    /// The hash this line must carry when it follows `previous`.
    pub(crate) fn hash_after(&self, previous: &str) -> String {
        sha256(&format!("{previous}{}", self.text()))
    }

    /// The change as canonical JSON: what is hashed.
    pub(crate) fn text(&self) -> String {
        let document = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".into());
        let text = |text: &str| Value::from(text).to_string();
        let at = text(&Instant::from_micros(self.at).rfc3339());
        format!(
            r#"{{"actor":{},"after":{},"at":{at},"before":{},"id":{},"kind":{},"noun":{},"version":{}}}"#,
            self.actor,
            document(&self.after),
            document(&self.before),
            text(&self.id),
            text(&self.kind),
            text(&self.noun),
            self.version,
        )
    }

    /// Writes the line into the log of a subject.
    pub(crate) async fn insert(&self, tx: &mut Tx, subject: &str) -> Result<()> {
        sqlx::query(
            "insert into subject_changes (subject_id, version, at, actor, kind, noun, record_id, before, after, hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(subject)
        .bind(self.version)
        .bind(self.at)
        .bind(&self.actor)
        .bind(&self.kind)
        .bind(&self.noun)
        .bind(&self.id)
        .bind(self.before.as_deref())
        .bind(self.after.as_deref())
        .bind(&self.hash)
        .execute(&mut *tx)
        .await?;
        Ok(())
    }

    /// The line of an incident's log.
    pub(crate) fn open(self) -> Result<StoredChange> {
        self.open_as(Noun::parse)
    }

    /// The line, with what its noun stands for in the log it is of.
    pub(crate) fn open_as<N>(self, noun: fn(&str) -> std::result::Result<N, String>) -> Result<StoredChange<N>> {
        let document = |text: Option<String>| text.map_or(Ok(Value::Null), |text| serde_json::from_str(&text));
        Ok(StoredChange {
            version: u64::try_from(self.version).map_err(Error::internal)?,
            at: Instant::from_micros(self.at),
            actor: serde_json::from_str(&self.actor)?,
            kind: self.kind,
            noun: noun(&self.noun).map_err(Error::internal)?,
            subject: format!("{}/{}", self.noun, self.id),
            id: Id::new(self.id),
            before: document(self.before)?,
            after: document(self.after)?,
            hash: self.hash,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_that_of_the_canonical_change() {
        let actor = r#"{"id":"u","name":"Ada"}"#.to_string();
        let (kind, noun) = ("added".to_string(), "event".to_string());
        let after = Some(r#"{"a":1}"#.to_string());
        let line =
            Line { version: 3, at: 0, actor, kind, noun, id: "e".into(), before: None, after, hash: String::new() };
        let whole = json!({"version": 3, "at": "1970-01-01T00:00:00Z", "actor": {"name": "Ada", "id": "u"}, "kind": "added",
            "noun": "event", "id": "e", "before": null, "after": {"a": 1}});
        assert_eq!(line.hash_after("abc"), sha256(&format!("abc{}", canonical(&whole))));
    }
}
