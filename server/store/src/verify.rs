//! Verifying: every link of every chain, every record against the log, every byte of evidence.

use std::collections::HashMap;

use domain::record::Dossier;
use domain::{Id, Instant, Key, Stamp};
use futures::TryStreamExt;
use serde::Serialize;
use sqlx::Row;

use crate::change::Line;
use crate::digest::sha256;
use crate::documents::read_stamp;
use crate::dossier::load;
use crate::engine::Tx;
use crate::{Result, Store};

/// What verifying found.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Report {
    /// Incidents looked at.
    pub incidents: u64,
    /// Changes whose hash was computed again.
    pub changes: u64,
    /// Evidence items whose bytes were hashed again.
    pub evidence: u64,
    /// What differs: of each chain its first broken link, and every broken item of evidence.
    pub broken: Vec<Broken>,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Broken {
    /// The incident.
    pub incident: Key,
    /// The evidence item, if it is one.
    pub evidence: Option<Id>,
    /// What differs, in a sentence.
    pub sentence: String,
}

impl Report {
    /// Whether everything is as it was written.
    pub fn is_whole(&self) -> bool {
        self.broken.is_empty()
    }
}

impl Store {
    /// Verifies one incident, or all. Reads only; `check_evidence` marks what failed.
    pub async fn verify(&self, key: Option<Key>) -> Result<Report> {
        let mut report = Report::default();
        let mut after = key.map_or(i64::MIN, |key| key.0 - 1);
        loop {
            let next: Option<i64> =
                sqlx::query_scalar("select number from incidents where number > $1 order by number limit 1")
                    .bind(after)
                    .fetch_optional(self.reader())
                    .await?;
            let Some(number) = next.filter(|next| key.is_none_or(|key| key.0 == *next)) else { break };
            self.verify_incident(Key(number), &mut report).await?;
            after = number;
        }
        if report.incidents == 0 && key.is_some() {
            return Err(crate::dossier::absent().into());
        }
        Ok(report)
    }

    async fn verify_incident(&self, key: Key, report: &mut Report) -> Result<()> {
        report.incidents += 1;
        // One snapshot for log and records: people go on working meanwhile.
        let mut tx = self.db().snapshot().await?;
        let (id, version, head): (String, i64, String) =
            sqlx::query_as("select id, version, head from incidents where number = $1")
                .bind(key.0)
                .fetch_one(&mut tx)
                .await?;
        let incident = Subject { id, key, version, head };
        let difference = match walk(&mut tx, &incident, report).await? {
            Ok(last) => compare(&mut tx, &incident, last).await?,
            Err(sentence) => Some(sentence),
        };
        report.broken.extend(difference.map(|sentence| Broken { incident: key, evidence: None, sentence }));
        let dossier = load(&mut tx, &incident.id, key).await;
        tx.rollback().await?;
        match dossier {
            Ok(dossier) => self.verify_bytes(key, &dossier, report).await,
            // A document that cannot be read was altered, and named above.
            Err(_) if !report.is_whole() => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn verify_bytes(&self, key: Key, dossier: &Dossier, report: &mut Report) -> Result<()> {
        for item in dossier.evidence.iter() {
            report.evidence += 1;
            let sentence = match self.rehash(&item.sha256).await? {
                Some(digest) if digest == item.sha256 => continue,
                Some(_) => {
                    format!("{key}: the bytes of evidence “{}” do not match their SHA-256 {}.", item.name, item.sha256)
                }
                None => format!("{key}: the bytes of evidence “{}” ({}) are missing.", item.name, item.sha256),
            };
            report.broken.push(Broken { incident: key, evidence: Some(item.record.id.clone()), sentence });
        }
        Ok(())
    }
}

/// Walks the chain; answers the last change of each record, or the first broken link.
async fn walk(tx: &mut Tx, incident: &Subject, report: &mut Report) -> Result<Result<Last, String>> {
    let key = incident.key;
    let mut rows = sqlx::query(
        "select version, at, actor, kind, noun, record_id, before, after, hash from changes where incident_id = $1 order by version",
    )
    .bind(&incident.id)
    .fetch(&mut *tx);
    let (mut head, mut version, mut last) = (String::new(), 0, Last::new());
    while let Some(row) = rows.try_next().await? {
        let line = Line::read(&row)?;
        report.changes += 1;
        if line.version != version + 1 {
            return Ok(Err(format!("{key}: change {} is missing from the log.", version + 1)));
        }
        if line.hash != line.hash_after(&head) {
            let Line { version, kind, noun, id, .. } = line;
            return Ok(Err(format!(
                "{key}: change {version} ({kind} {noun} {id}) does not match its hash: it or the one before was altered."
            )));
        }
        (head, version) = (line.hash.clone(), line.version);
        last.insert((line.noun.clone(), line.id.clone()), Trace::of(line)?);
    }
    if version != incident.version || head != incident.head {
        let at = incident.version;
        return Ok(Err(format!(
            "{key}: the log ends at change {version}, but the incident is at version {at}: the end of the log was altered."
        )));
    }
    Ok(Ok(last))
}

/// Compares every record with the last change of it.
async fn compare(tx: &mut Tx, incident: &Subject, mut last: Last) -> Result<Option<String>> {
    let key = incident.key;
    let mut rows =
        sqlx::query("select noun, id, version, deleted, body from records where incident_id = $1 order by noun, id")
            .bind(&incident.id)
            .fetch(&mut *tx);
    while let Some(row) = rows.try_next().await? {
        let (noun, id): (String, String) = (row.try_get("noun")?, row.try_get("id")?);
        let Some(trace) = last.remove(&(noun.clone(), id.clone())) else {
            return Ok(Some(format!("{key}: {noun} {id} is in no change: it was put there behind the log's back.")));
        };
        let body = sha256(&row.try_get::<String, _>("body")?);
        let deleted = read_stamp(row.try_get("deleted")?)?;
        if row.try_get::<i64, _>("version")? != trace.version || body != trace.body || deleted != trace.deleted {
            return Ok(Some(format!(
                "{key}: {noun} {id} is not what change {} made of it: the record was altered.",
                trace.version
            )));
        }
    }
    let lost = last.into_iter().filter(|(_, trace)| !trace.never_kept).min_by_key(|(_, trace)| trace.version);
    Ok(lost.map(|((noun, id), trace)| format!("{key}: {noun} {id} is gone, though change {} wrote it.", trace.version)))
}

struct Subject {
    id: String,
    key: Key,
    version: i64,
    head: String,
}

/// The last change of each record, by noun and id.
type Last = HashMap<(String, String), Trace>;

/// What a record must look like after its last change.
struct Trace {
    version: i64,
    body: String,
    deleted: Option<Stamp>,
    /// Added and deleted in one entry: such a record was never kept.
    never_kept: bool,
}

impl Trace {
    fn of(line: Line) -> Result<Self> {
        let deleted = match &line.after {
            Some(_) => None,
            None => Some(Stamp { at: Instant::from_micros(line.at), by: serde_json::from_str(&line.actor)? }),
        };
        let never_kept = line.after.is_none() && line.before.is_none();
        let body = line.after.or(line.before).unwrap_or_default();
        Ok(Self { version: line.version, body: sha256(&body), deleted, never_kept })
    }
}
