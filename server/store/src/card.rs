//! The index card of an incident, rewritten from its case file with every change.

use domain::incident::Visibility;
use domain::record::Dossier;
use domain::verdict::Verdict;
use serde_json::Value;

use crate::digest::storable;
use crate::engine::Tx;
use crate::{Error, Result};

/// Whether the card is new or replaces the one before.
pub(crate) enum Card {
    New,
    Known,
}

/// Writes card, tags and members.
pub(crate) async fn write(
    tx: &mut Tx,
    card: Card,
    dossier: &Dossier,
    verdict: Verdict,
    updated_at: i64,
    head: &str,
    words: &str,
) -> Result<()> {
    let incident = dossier.incident()?;
    let statement = match card {
        Card::New => {
            "insert into incidents (id, number, version, title, status, visibility, severity, verdict, tags,
                                    occurred, filed_at, updated_at, head, words)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        }
        Card::Known => {
            "update incidents set number = $2, version = $3, title = $4, status = $5, visibility = $6, severity = $7, verdict = $8,
                                  tags = $9, occurred = $10, filed_at = $11, updated_at = $12, head = $13, words = $14
             where id = $1"
        }
    };
    let tags: Vec<String> = incident.tags.iter().map(|tag| storable(tag)).collect();
    sqlx::query(statement)
        .bind(incident.id.as_str())
        .bind(dossier.number)
        .bind(i64::try_from(dossier.version).map_err(Error::accident)?)
        .bind(storable(&incident.title))
        .bind(incident.status.word())
        .bind(incident.visibility.word())
        .bind(dossier.effective_severity(verdict).map(|severity| i64::from(severity.number())))
        .bind(verdict.word())
        .bind(Value::from(tags.clone()).to_string())
        .bind(storable(&serde_json::to_string(&incident.occurred)?))
        .bind(incident.filed.at.micros())
        .bind(updated_at)
        .bind(head)
        .bind(words)
        .execute(&mut *tx)
        .await?;
    write_tags(tx, incident.id.as_str(), dossier.number, &tags).await?;
    let members: Vec<&str> = incident.members.iter().map(|member| member.id.as_str()).collect();
    let members = if incident.visibility == Visibility::Private { members } else { Vec::new() };
    write_members(tx, incident.id.as_str(), &members).await
}

async fn write_tags(tx: &mut Tx, incident: &str, number: i64, tags: &[String]) -> Result<()> {
    sqlx::query("delete from incident_tags where incident_id = $1").bind(incident).execute(&mut *tx).await?;
    for tag in tags {
        sqlx::query("insert into incident_tags (incident_id, tag, number) values ($1, $2, $3) on conflict (incident_id, tag) do nothing")
            .bind(incident)
            .bind(tag)
            .bind(number)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

async fn write_members(tx: &mut Tx, incident: &str, members: &[&str]) -> Result<()> {
    sqlx::query("delete from incident_members where incident_id = $1").bind(incident).execute(&mut *tx).await?;
    for person in members {
        sqlx::query("insert into incident_members (incident_id, person_id) values ($1, $2) on conflict (incident_id, person_id) do nothing")
            .bind(incident)
            .bind(*person)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
