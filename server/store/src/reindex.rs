//! What follows from the records, written again: index cards with their words, tags, members, handles, the inbox,
//! where agents appear.

use domain::Key;
use domain::casefile::Written;
use sqlx::Row;

use crate::card::{self, CardState, IndexCard};
use crate::dossier::load;
use crate::registry::Sightings;
use crate::{Result, Store, documents, inbox, words};

/// What follows from the records changes with the rules of this program. Raised with every such change, so that the
/// next start writes it again and `verify` takes no old card for an altered one.
const RULES: &str = "7";

impl Store {
    /// Writes again what follows from the records, where it was written by the rules of another version. Does it once.
    pub async fn reindex(&self) -> Result<()> {
        let done: Option<String> =
            sqlx::query_scalar("select value from settings where name = 'index'").fetch_optional(self.reader()).await?;
        if done.as_deref() == Some(RULES) {
            return Ok(());
        }
        let known = self.known().await?;
        let mut after = 0_i64;
        loop {
            let mut tx = self.db().begin().await?;
            // The lock of the incident, as every write takes it.
            let next = sqlx::query(
                "update incidents set version = version
                 where number = (select min(number) from incidents where number > $1)
                 returning id, number, head, updated_at",
            )
            .bind(after)
            .fetch_optional(&mut tx)
            .await?;
            let Some(row) = next else { break };
            let (incident, number): (String, i64) = (row.try_get("id")?, row.try_get("number")?);
            let (head, updated_at): (String, i64) = (row.try_get("head")?, row.try_get("updated_at")?);
            after = number;
            let dossier = match load(&mut tx, &incident, Key(number)).await {
                Ok(dossier) => dossier,
                Err(error) if error.is_passing() => return Err(error),
                // Altered: `verify` names it, and the others need not wait for that.
                Err(error) => {
                    tracing::warn!(key = %Key(number), %error, "what follows from its records cannot be written again");
                    continue;
                }
            };
            let judgement = dossier.evaluation().verdict;
            let asked = inbox::Rows::of(&dossier, &judgement, &known)?;
            let face = IndexCard::of(&dossier, judgement.verdict, updated_at, &head, &words::index(&dossier))?;
            card::write(&mut tx, CardState::Known, &face, &asked.digest()).await?;
            inbox::write(&mut tx, self.db().engine, &incident, &asked).await?;
            Sightings::of(&dossier)?.write(&mut tx, &incident).await?;
            let documents = dossier.documents().into_iter();
            let records: Vec<Written> = documents
                .map(|(noun, id, version, deleted, body)| Written { noun, id, version, deleted, body })
                .collect();
            documents::write_handles(&mut tx, &incident, &records).await?;
            tx.commit().await?;
        }
        sqlx::query(
            "insert into settings (name, value) values ('index', $1) on conflict (name) do update set value = excluded.value",
        )
        .bind(RULES)
        .execute(self.writer())
        .await?;
        Ok(())
    }
}
