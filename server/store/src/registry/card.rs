//! What lists find an agent by: all of it follows from its file.

use std::collections::BTreeSet;

use domain::Instant;
use domain::agent::AgentCase;
use domain::spelling::fold;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::digest::storable;
use crate::engine::Tx;
use crate::{Error, Result};

/// A row of `agents`, and the rows of `agent_identifiers` beside it.
#[derive(Debug, PartialEq)]
pub(crate) struct AgentRow {
    id: String,
    name: String,
    folded: String,
    status: String,
    owner: Option<String>,
    owner_name: String,
    team: String,
    next_review: Option<i64>,
    merged_into: Option<String>,
    grants: i64,
    words: String,
    registered_at: i64,
    updated_at: i64,
    /// Identifier, and whether it is a pattern.
    pub(crate) identifiers: BTreeSet<(String, bool)>,
}

/// The columns of a card, as `read` wants them.
pub(crate) const COLUMNS: &str = "id, name, folded, status, owner, owner_name, team, next_review, merged_into, grants, words, registered_at, updated_at";

impl AgentRow {
    /// The card of a file whose first change was made at one time and its last at another.
    pub(crate) fn of(file: &AgentCase, registered_at: Instant, updated_at: Instant) -> Result<Self> {
        let agent = file.agent()?;
        let text = |text: &str| storable(text);
        let known: Vec<&str> = agent.identifiers.iter().map(|known| known.as_str()).collect();
        let words = [agent.name.as_str(), &agent.owner_name, &agent.team, &agent.purpose, &agent.model];
        let words: Vec<String> = words.iter().chain(&known).map(|words| fold(words)).collect();
        let grants = file.grants.iter().filter(|grant| grant.ends().is_none_or(|end| end > updated_at)).count();
        Ok(Self {
            id: agent.id.to_string(),
            name: text(&agent.name),
            folded: text(&fold(&agent.name)),
            status: agent.status().word().to_string(),
            owner: agent.owner.as_ref().map(|owner| text(owner.as_str())),
            owner_name: text(&agent.owner_name),
            team: text(&agent.team),
            next_review: agent.next_review().map(Instant::micros),
            merged_into: agent.merged_into.as_ref().map(|into| text(into.as_str())),
            grants: i64::try_from(grants).map_err(Error::internal)?,
            words: text(&words.join("\n")),
            registered_at: registered_at.micros(),
            updated_at: updated_at.micros(),
            identifiers: identifiers(file)?,
        })
    }

    /// A stored card with its identifiers.
    pub(crate) fn read(row: &AnyRow, identifiers: BTreeSet<(String, bool)>) -> Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            folded: row.try_get("folded")?,
            status: row.try_get("status")?,
            owner: row.try_get("owner")?,
            owner_name: row.try_get("owner_name")?,
            team: row.try_get("team")?,
            next_review: row.try_get("next_review")?,
            merged_into: row.try_get("merged_into")?,
            grants: row.try_get("grants")?,
            words: row.try_get("words")?,
            registered_at: row.try_get("registered_at")?,
            updated_at: row.try_get("updated_at")?,
            identifiers,
        })
    }

    /// Writes the card in the place of the one before.
    pub(crate) async fn write(&self, tx: &mut Tx) -> Result<()> {
        sqlx::query(
            "insert into agents (id, name, folded, status, owner, owner_name, team, next_review, merged_into, grants,
                                 words, registered_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             on conflict (id) do update set
                 name = excluded.name, folded = excluded.folded, status = excluded.status, owner = excluded.owner,
                 owner_name = excluded.owner_name, team = excluded.team, next_review = excluded.next_review,
                 merged_into = excluded.merged_into, grants = excluded.grants, words = excluded.words,
                 registered_at = excluded.registered_at, updated_at = excluded.updated_at",
        )
        .bind(&self.id)
        .bind(&self.name)
        .bind(&self.folded)
        .bind(&self.status)
        .bind(self.owner.as_deref())
        .bind(&self.owner_name)
        .bind(&self.team)
        .bind(self.next_review)
        .bind(self.merged_into.as_deref())
        .bind(self.grants)
        .bind(&self.words)
        .bind(self.registered_at)
        .bind(self.updated_at)
        .execute(&mut *tx)
        .await?;
        sqlx::query("delete from agent_identifiers where agent_id = $1").bind(&self.id).execute(&mut *tx).await?;
        for (identifier, is_pattern) in &self.identifiers {
            sqlx::query("insert into agent_identifiers (agent_id, identifier, is_pattern) values ($1, $2, $3)")
                .bind(&self.id)
                .bind(identifier)
                .bind(i64::from(*is_pattern))
                .execute(&mut *tx)
                .await?;
        }
        Ok(())
    }
}

/// Under what an agent is found; one that was merged into another is found there.
fn identifiers(file: &AgentCase) -> Result<BTreeSet<(String, bool)>> {
    let agent = file.agent()?;
    if agent.merged_into.is_some() {
        return Ok(BTreeSet::new());
    }
    let known = agent.identifiers.iter().map(|known| match known.is_pattern() {
        true => (storable(known.as_str()), true),
        false => (storable(&fold(known.as_str())), false),
    });
    let names = std::iter::once(&agent.name).chain(&agent.former_names);
    Ok(known.chain(names.map(|name| (storable(&fold(name)), false))).collect())
}
