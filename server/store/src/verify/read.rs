//! Evidence, and what was read of it.

use std::collections::BTreeSet;

use domain::casefile::Dossier;
use domain::evidence::Evidence;
use domain::reader::log::{Format, Options};
use domain::{Id, Instant, Key};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::{Broken, Report, Subject};
use crate::engine::Tx;
use crate::import::{TOLD, Tally, Work, Written, told};
use crate::{Result, Store};

/// Tables of what was read, by evidence item.
const TABLES: [&str; 4] = ["log_segments", "log_blocks", "log_complaints", "log_raws"];

/// An import from before there was a digest of it: its bytes are read again to see whether it is theirs.
pub(super) struct Undigested {
    item: Evidence,
    work: Work,
    told: String,
    kept: String,
    /// Whether raw records are kept of it: what was read before they were has none.
    with_raws: bool,
}

/// Compares what was read with the digest that the case file has of it.
pub(super) async fn compare(
    tx: &mut Tx,
    incident: &Subject,
    dossier: &Dossier,
    report: &mut Report,
) -> Result<Vec<Undigested>> {
    let statement =
        format!("select evidence_id, state, {TOLD} from readings where incident_id = $1 order by evidence_id");
    let rows = sqlx::query(AssertSqlSafe(statement)).bind(&incident.id).fetch_all(&mut *tx).await?;
    let mut read: BTreeSet<String> = BTreeSet::new();
    let mut undigested = Vec::new();
    for row in &rows {
        let id: String = row.try_get("evidence_id")?;
        if let Some(old) = compare_one(tx, incident, dossier, row, &Id::new(id.clone()), report).await? {
            undigested.push(old);
        }
        read.insert(id);
    }
    // What was read of evidence that is no longer in the incident goes with it.
    for item in dossier.evidence.iter().filter(|item| item.records.is_some() && !read.contains(item.id.as_str())) {
        blame(report, incident.key, item, "of which records were read, has no reading: it was taken out");
    }
    for table in TABLES {
        let statement = format!("select distinct evidence_id from {table} where incident_id = $1");
        let ids: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(statement)).bind(&incident.id).fetch_all(&mut *tx).await?;
        if let Some(id) = ids.into_iter().find(|id| !read.contains(id)) {
            let key = incident.key;
            report.blame(
                key,
                format!("{key}: {table} has rows of evidence {id}, which was never read: they were put there."),
            );
        }
    }
    Ok(undigested)
}

async fn compare_one(
    tx: &mut Tx,
    incident: &Subject,
    dossier: &Dossier,
    row: &AnyRow,
    id: &Id,
    report: &mut Report,
) -> Result<Option<Undigested>> {
    let state: String = row.try_get("state")?;
    let item = dossier.evidence.find(id).map(|kept| &kept.record);
    let Some(item) = item.filter(|item| item.records.is_some()) else {
        // Under way, or ended without records.
        if state == "read" || (item.is_none() && state != "receiving" && state != "reading") {
            let key = incident.key;
            report.blame(
                key,
                format!(
                    "{key}: there is an import of evidence {id} that the case file does not know: it was put there."
                ),
            );
        }
        return Ok(None);
    };
    if state != "read" {
        blame(report, incident.key, item, "was read, but its import says otherwise: its state was altered");
        return Ok(None);
    }
    let tally = Tally::kept(tx, &incident.id, id).await?;
    let told = told(row)?;
    report.records += item.records.unwrap_or_default();
    match &item.read_sha256 {
        Some(sha256) if *sha256 == tally.clone().close(&told) => Ok(None),
        Some(_) => {
            blame(
                report,
                incident.key,
                item,
                "was read, and what was read of it was altered since: have it read again",
            );
            Ok(None)
        }
        None => {
            let format: Option<String> = row.try_get("format")?;
            let mapping: Option<String> = row.try_get("mapping")?;
            // Readings without a digest are from before there were terms.
            if row.try_get::<Option<String>, _>("terms")?.is_some() {
                blame(report, incident.key, item, "was read on terms that nobody gave: they were put there");
                return Ok(None);
            }
            let options = Options {
                collected_at: Some(Instant::from_micros(row.try_get("collected_at")?)),
                mapping: mapping.and_then(|text| serde_json::from_str(&text).ok()),
                ..Options::default()
            };
            let format = format.and_then(|word| Format::parse(&word).ok());
            let work = Work { format, name: item.name.clone(), options, written: Written::default() };
            let with_raws = tally.has_raws();
            Ok(Some(Undigested { item: item.clone(), work, kept: tally.close(""), with_raws, told }))
        }
    }
}

impl Store {
    /// Hashes every item's bytes again.
    pub(super) async fn verify_bytes(&self, key: Key, dossier: &Dossier, report: &mut Report) -> Result<()> {
        for item in dossier.evidence.all() {
            report.evidence += 1;
            let sentence = match self.rehash(&item.sha256).await {
                Ok(Some(digest)) if digest == item.sha256 => continue,
                Ok(Some(_)) => {
                    format!("{key}: the bytes of evidence “{}” do not match their SHA-256 {}.", item.name, item.sha256)
                }
                Ok(None) => format!("{key}: the bytes of evidence “{}” ({}) are missing.", item.name, item.sha256),
                Err(error) => format!("{key}: the bytes of evidence “{}” cannot be read: {error}.", item.name),
            };
            report.broken.push(Broken { incident: Some(key), evidence: Some(item.record.id.clone()), sentence });
        }
        Ok(())
    }

    /// Reads the bytes of readings that have no digest again, and compares.
    pub(super) async fn read_again(&self, key: Key, undigested: Vec<Undigested>, report: &mut Report) -> Result<()> {
        for Undigested { item, work, told, kept, with_raws } in undigested {
            // Bytes that are missing or altered were named already.
            if self.rehash(&item.sha256).await?.as_ref() != Some(&item.sha256) {
                continue;
            }
            let counts = serde_json::json!([item.records, item.unreadable]);
            let same = match self.read_bytes(item.sha256.clone(), work).await? {
                Some((summary, tally)) => {
                    let summed = serde_json::to_string(&summary)?;
                    let tally = if with_raws { tally } else { tally.without_raws() };
                    tally.close("") == kept
                        && told.contains(&serde_json::Value::from(crate::digest::storable(&summed)).to_string())
                        && counts == serde_json::json!([summary.records, summary.unreadable])
                }
                None => false,
            };
            if !same {
                blame(
                    report,
                    key,
                    &item,
                    "gives other records than are kept: they were altered, or read by an older version; have it read again",
                );
            }
        }
        Ok(())
    }
}

fn blame(report: &mut Report, key: Key, item: &Evidence, what: &str) {
    let sentence = format!("{key}: evidence “{}” {what}.", item.name);
    report.broken.push(Broken { incident: Some(key), evidence: Some(item.id.clone()), sentence });
}
