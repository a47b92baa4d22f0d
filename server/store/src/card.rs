//! The index card of an incident, rewritten from its case file with every change.

use domain::Key;
use domain::incident::Visibility;
use domain::record::Dossier;
use domain::verdict::Verdict;
use serde_json::Value;

use crate::digest::storable;
use crate::dossier::load;
use crate::engine::Tx;
use crate::{Error, Result, Store, words};

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

/// The form of the words by which incidents are found. Those of an earlier form are written anew.
const WORDS_FORM: &str = "2";

impl Store {
    /// Writes the words of incidents anew that an earlier version has written, each under the lock that every write
    /// takes. Until then they are found by the spelling of before.
    pub async fn renew_words(&self) -> Result<()> {
        let form: Option<String> =
            sqlx::query_scalar("select value from settings where name = 'words'").fetch_optional(self.reader()).await?;
        if form.as_deref() == Some(WORDS_FORM) {
            return Ok(());
        }
        let mut after = 0_i64;
        loop {
            let mut tx = self.db().begin().await?;
            let next: Option<(String, i64)> = sqlx::query_as(
                "update incidents set version = version
                 where number = (select min(number) from incidents where number > $1) returning id, number",
            )
            .bind(after)
            .fetch_optional(&mut tx)
            .await?;
            let Some((incident, number)) = next else { break };
            let dossier = load(&mut tx, &incident, Key(number)).await?;
            sqlx::query("update incidents set words = $2 where id = $1")
                .bind(&incident)
                .bind(words::index(&dossier))
                .execute(&mut tx)
                .await?;
            tx.commit().await?;
            after = number;
        }
        sqlx::query(
            "insert into settings (name, value) values ('words', $1) on conflict (name) do update set value = excluded.value",
        )
        .bind(WORDS_FORM)
        .execute(self.writer())
        .await?;
        Ok(())
    }
}
