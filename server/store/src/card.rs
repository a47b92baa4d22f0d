//! The index card of an incident, rewritten from its case file with every change.

use std::collections::BTreeSet;

use domain::casefile::Dossier;
use domain::incident::Visibility;
use domain::spelling::composed;
use domain::trends;
use domain::verdict::Verdict;
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::digest::storable;
use crate::engine::Tx;
use crate::{Error, Result};

/// Whether the card is new or replaces the one before.
pub(crate) enum CardState {
    New,
    Known,
}

/// What a card says: all of it follows from the records and the log.
pub(crate) struct IndexCard {
    id: String,
    number: i64,
    version: i64,
    title: String,
    status: &'static str,
    visibility: &'static str,
    severity: Option<i64>,
    verdict: &'static str,
    tags: String,
    occurred: String,
    merged_into: Option<i64>,
    drafted: Option<&'static str>,
    counted: trends::Figures,
    filed_at: i64,
    updated_at: i64,
    head: String,
    words: String,
    /// The tags once more, as rows.
    pub(crate) tag_rows: BTreeSet<String>,
    /// Who sees it, where not everybody does.
    pub(crate) members: BTreeSet<String>,
}

impl IndexCard {
    /// The card of a case file whose last change was at that time and has that hash; the words are those of its index.
    pub(crate) fn of(dossier: &Dossier, verdict: Verdict, updated_at: i64, head: &str, words: &str) -> Result<Self> {
        let incident = dossier.incident()?;
        let tags: Vec<String> = incident.tags.iter().map(|tag| composed(&storable(tag))).collect();
        let members = incident.members.iter().map(|member| member.id.to_string());
        let is_private = incident.visibility == Visibility::Private;
        Ok(Self {
            id: incident.id.to_string(),
            number: dossier.number,
            version: i64::try_from(dossier.version).map_err(Error::internal)?,
            title: storable(&incident.title),
            status: incident.status.word(),
            visibility: incident.visibility.word(),
            severity: dossier.effective_severity(verdict).map(|severity| i64::from(severity.number())),
            verdict: verdict.word(),
            tags: Value::from(tags.clone()).to_string(),
            occurred: storable(&serde_json::to_string(&incident.occurred)?),
            merged_into: incident.merged_into.map(|into| into.0),
            drafted: incident.drafted.as_ref().map(|drafted| drafted.state().word()),
            counted: trends::Figures::of(dossier),
            filed_at: incident.filed.at.micros(),
            updated_at,
            head: head.to_string(),
            words: words.to_string(),
            tag_rows: tags.into_iter().collect(),
            members: if is_private { members.collect() } else { BTreeSet::new() },
        })
    }

    /// The first column of a stored card that says something else.
    pub(crate) fn difference(&self, row: &AnyRow) -> Result<Option<&'static str>> {
        let text = |column: &str, said: &str| Ok::<_, Error>(row.try_get::<String, _>(column)? == said);
        let number = |column: &str, said: i64| Ok::<_, Error>(row.try_get::<i64, _>(column)? == said);
        let perhaps = |column: &str, said: Option<i64>| Ok::<_, Error>(row.try_get::<Option<i64>, _>(column)? == said);
        let same = [
            ("id", text("id", &self.id)?),
            ("number", number("number", self.number)?),
            ("version", number("version", self.version)?),
            ("title", text("title", &self.title)?),
            ("status", text("status", self.status)?),
            ("visibility", text("visibility", self.visibility)?),
            ("severity", perhaps("severity", self.severity)?),
            ("verdict", text("verdict", self.verdict)?),
            ("tags", text("tags", &self.tags)?),
            ("occurred", text("occurred", &self.occurred)?),
            ("merged_into", perhaps("merged_into", self.merged_into)?),
            ("drafted", row.try_get::<Option<String>, _>("drafted")?.as_deref() == self.drafted),
            ("counted_at", number("counted_at", self.counted.at.micros())?),
            ("detection", text("detection", self.counted.detection.word())?),
            ("detect_min", perhaps("detect_min", self.counted.detect.min)?),
            ("detect_max", perhaps("detect_max", self.counted.detect.max)?),
            ("contain_min", perhaps("contain_min", self.counted.contain.min)?),
            ("contain_max", perhaps("contain_max", self.counted.contain.max)?),
            ("filed_at", number("filed_at", self.filed_at)?),
            ("updated_at", number("updated_at", self.updated_at)?),
            ("head", text("head", &self.head)?),
            ("words", text("words", &self.words)?),
        ];
        Ok(same.into_iter().find(|(_, same)| !same).map(|(column, _)| column))
    }
}

/// Writes card, tags and members; `asked` is the digest of the inbox rows that go with it.
pub(crate) async fn write(tx: &mut Tx, card: CardState, face: &IndexCard, asked: &str) -> Result<()> {
    let statement = match card {
        CardState::New => {
            "insert into incidents (id, number, version, title, status, visibility, severity, verdict, tags,
                                    occurred, filed_at, updated_at, head, words, asked, merged_into, drafted,
                                    counted_at, detection, detect_min, detect_max, contain_min, contain_max)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)"
        }
        CardState::Known => {
            "update incidents set number = $2, version = $3, title = $4, status = $5, visibility = $6, severity = $7, verdict = $8,
                                  tags = $9, occurred = $10, filed_at = $11, updated_at = $12, head = $13, words = $14, asked = $15,
                                  merged_into = $16, drafted = $17, counted_at = $18, detection = $19, detect_min = $20,
                                  detect_max = $21, contain_min = $22, contain_max = $23
             where id = $1"
        }
    };
    sqlx::query(statement)
        .bind(&face.id)
        .bind(face.number)
        .bind(face.version)
        .bind(&face.title)
        .bind(face.status)
        .bind(face.visibility)
        .bind(face.severity)
        .bind(face.verdict)
        .bind(&face.tags)
        .bind(&face.occurred)
        .bind(face.filed_at)
        .bind(face.updated_at)
        .bind(&face.head)
        .bind(&face.words)
        .bind(asked)
        .bind(face.merged_into)
        .bind(face.drafted)
        .bind(face.counted.at.micros())
        .bind(face.counted.detection.word())
        .bind(face.counted.detect.min)
        .bind(face.counted.detect.max)
        .bind(face.counted.contain.min)
        .bind(face.counted.contain.max)
        .execute(&mut *tx)
        .await?;
    write_tags(tx, face).await?;
    write_members(tx, face).await
}

async fn write_tags(tx: &mut Tx, face: &IndexCard) -> Result<()> {
    sqlx::query("delete from incident_tags where incident_id = $1").bind(&face.id).execute(&mut *tx).await?;
    for tag in &face.tag_rows {
        sqlx::query("insert into incident_tags (incident_id, tag, number) values ($1, $2, $3)")
            .bind(&face.id)
            .bind(tag)
            .bind(face.number)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

async fn write_members(tx: &mut Tx, face: &IndexCard) -> Result<()> {
    sqlx::query("delete from incident_members where incident_id = $1").bind(&face.id).execute(&mut *tx).await?;
    for person in &face.members {
        sqlx::query("insert into incident_members (incident_id, person_id) values ($1, $2)")
            .bind(&face.id)
            .bind(person)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
