//! What the chain left: records with their handles, and the card, tags, members and inbox that follow from them.

use std::collections::BTreeSet;

use domain::casefile::{Dossier, Handles, Noun};
use futures::TryStreamExt;
use serde_json::Value;
use sqlx::Row;

use super::chain::Walk;
use super::{Report, Subject};
use crate::card::IndexCard;
use crate::documents::handles_of;
use crate::engine::Tx;
use crate::registry::Sightings;
use crate::{Result, inbox, words};

/// Compares every record with the last change of it; names the first that differs.
pub(super) async fn compare(tx: &mut Tx, incident: &Subject, walk: &Walk) -> Result<Option<String>> {
    let key = incident.key;
    let mut rows = sqlx::query(
        "select noun, id, version, deleted, body, status, kind, name, owner, due_at from records where incident_id = $1 order by noun, id",
    )
    .bind(&incident.id)
    .fetch(&mut *tx);
    let mut found = BTreeSet::new();
    while let Some(row) = rows.try_next().await? {
        let (noun, id): (String, String) = (row.try_get("noun")?, row.try_get("id")?);
        let Some(trace) = walk.last.get(&(noun.clone(), id.clone())) else {
            return Ok(Some(format!("{key}: {noun} {id} is in no change: it was put there behind the log's back.")));
        };
        let (body, deleted): (String, Option<String>) = (row.try_get("body")?, row.try_get("deleted")?);
        if row.try_get::<i64, _>("version")? != trace.version || body != trace.body || deleted != trace.deleted {
            let version = trace.version;
            return Ok(Some(format!(
                "{key}: {noun} {id} is not what change {version} made of it: the record was altered."
            )));
        }
        let kept = Handles {
            status: row.try_get("status")?,
            kind: row.try_get("kind")?,
            name: row.try_get("name")?,
            owner: row.try_get("owner")?,
            due_at: row.try_get("due_at")?,
        };
        if kept != handles(&noun, deleted.is_some(), &body) {
            return Ok(Some(format!(
                "{key}: lists find {noun} {id} by something else than it says: its status, owner or date was altered."
            )));
        }
        found.insert((noun, id));
    }
    let lost = walk.last.iter().filter(|(name, trace)| !trace.never_kept && !found.contains(*name));
    let lost = lost.min_by_key(|(_, trace)| trace.version);
    Ok(lost.map(|((noun, id), trace)| format!("{key}: {noun} {id} is gone, though change {} wrote it.", trace.version)))
}

fn handles(noun: &str, is_deleted: bool, body: &str) -> Handles {
    match (Noun::parse(noun), serde_json::from_str::<Value>(body)) {
        (Ok(noun), Ok(body)) if !is_deleted => handles_of(noun, &body),
        _ => Handles::default(),
    }
}

/// Compares what lists show, and who sees it, with the records.
pub(super) async fn compare_card(
    tx: &mut Tx,
    incident: &Subject,
    dossier: &Dossier,
    walk: &Walk,
    report: &mut Report,
) -> Result<()> {
    let key = incident.key;
    let face =
        match IndexCard::of(dossier, dossier.evaluation().verdict.verdict, walk.at, &walk.head, &words::index(dossier))
        {
            Ok(face) => face,
            Err(_) => {
                report.blame(
                    key,
                    format!("{key}: the incident has no head record: it was put there behind the log's back."),
                );
                return Ok(());
            }
        };
    let row = sqlx::query(
        "select id, number, version, title, status, visibility, severity, verdict, tags, occurred, filed_at, updated_at,
                head, words, asked, merged_into, drafted, counted_at, detection, detect_min, detect_max, contain_min,
                contain_max
         from incidents where id = $1",
    )
    .bind(&incident.id)
    .fetch_one(&mut *tx)
    .await?;
    if let Some(column) = face.difference(&row)? {
        let sentence = format!("{key}: its card in lists does not follow from its records: {column} was altered.");
        report.blame(key, sentence);
    }
    let tags: Vec<(String, i64)> = sqlx::query_as("select tag, number from incident_tags where incident_id = $1")
        .bind(&incident.id)
        .fetch_all(&mut *tx)
        .await?;
    if tags.into_iter().collect::<BTreeSet<_>>() != face.tag_rows.iter().map(|tag| (tag.clone(), key.0)).collect() {
        report.blame(key, format!("{key}: lists find it by other tags than it has: they were altered."));
    }
    let members: Vec<String> = sqlx::query_scalar("select person_id from incident_members where incident_id = $1")
        .bind(&incident.id)
        .fetch_all(&mut *tx)
        .await?;
    if members.into_iter().collect::<BTreeSet<_>>() != face.members {
        report.blame(key, format!("{key}: others may see it than its members: the list of members was altered."));
    }
    if Sightings::kept(tx, &incident.id).await? != Sightings::of(dossier)? {
        report.blame(key, format!("{key}: agents appear in it by something else than it says: the list was altered."));
    }
    let asked: String = row.try_get("asked")?;
    if inbox::Rows::kept(tx, &incident.id).await?.digest() != asked {
        report.blame(key, format!("{key}: what it asks of people is not what was written: the inbox was altered."));
    }
    Ok(())
}
