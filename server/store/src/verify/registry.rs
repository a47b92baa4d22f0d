//! The registry: of each agent its log, the records that the log left, and what lists find it by.

use std::collections::BTreeSet;

use domain::export::ChainHead;
use domain::{Id, Instant};
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Row};

use super::Report;
use super::chain::Walk;
use crate::change::Line;
use crate::engine::Tx;
use crate::registry::{AgentRow, COLUMNS, load};
use crate::subject::INSTANCE;
use crate::watch::{CONTAINMENT_COLUMNS, ContainmentRow};
use crate::{Result, Store};

/// Tables whose rows belong to an agent, and the column that says to which.
const OF_AGENTS: [(&str, &str); 3] =
    [("registry_records", "subject_id"), ("agent_identifiers", "agent_id"), ("containments", "agent_id")];

impl Store {
    /// Walks the log of every agent and compares with it what is kept of it.
    pub(super) async fn verify_registry(&self, report: &mut Report) -> Result<()> {
        let mut after = String::new();
        loop {
            // One snapshot for each agent: people go on working meanwhile.
            let mut tx = self.db().snapshot().await?;
            let next =
                sqlx::query("select id, version, head from subjects where id > $1 and id <> $2 order by id limit 1")
                    .bind(&after)
                    .bind(INSTANCE)
                    .fetch_optional(&mut tx)
                    .await?;
            let Some(row) = next else {
                self.verify_count(&mut tx, report).await?;
                tx.rollback().await?;
                return Ok(());
            };
            after = row.try_get("id")?;
            report.agents += 1;
            let found = verify_agent(&mut tx, &after, row.try_get("version")?, row.try_get("head")?, report).await?;
            if let Some(sentence) = found {
                report.blame_instance(sentence);
            }
            tx.rollback().await?;
        }
    }

    async fn verify_count(&self, tx: &mut Tx, report: &mut Report) -> Result<()> {
        let given: Option<i64> =
            sqlx::query_scalar("select value from counters where name = 'agent'").fetch_optional(&mut *tx).await?;
        let found: i64 = sqlx::query_scalar("select cast(count(*) as bigint) from agents").fetch_one(&mut *tx).await?;
        if given != Some(found) {
            report.blame_instance(format!(
                "The registry has {found} agents, but the counter says otherwise: an agent is gone, or the counter was altered."
            ));
        }
        for (table, column) in OF_AGENTS {
            let statement = format!(
                "select x.{column} from {table} x where not exists (select 1 from agents a where a.id = x.{column}) limit 1"
            );
            let stray: Option<String> = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_optional(&mut *tx).await?;
            if let Some(id) = stray {
                report.blame_instance(format!("{table} has rows of an agent {id} that is not there."));
            }
        }
        Ok(())
    }
}

/// Answers the first thing that is wrong with an agent.
async fn verify_agent(
    tx: &mut Tx,
    id: &str,
    version: i64,
    head: String,
    report: &mut Report,
) -> Result<Option<String>> {
    let name = format!("Agent {id}");
    let mut rows = sqlx::query(
        "select version, at, actor, kind, noun, record_id, before, after, hash from subject_changes
         where subject_id = $1 order by version",
    )
    .bind(id)
    .fetch(&mut *tx);
    let (mut walk, mut begun) = (Walk::new(&name, |_, left, found| left == found), None);
    while let Some(row) = rows.try_next().await? {
        report.changes += 1;
        let line = Line::read(&row)?;
        begun.get_or_insert(line.at);
        if let Some(sentence) = walk.step(line)? {
            return Ok(Some(sentence));
        }
    }
    drop(rows);
    if let Some(sentence) = walk.end(version, &head) {
        return Ok(Some(sentence));
    }
    report.heads.push(ChainHead::of_agent(Id::new(id), version.unsigned_abs(), &walk.head));
    if let Some(sentence) = compare(tx, id, &walk).await? {
        return Ok(Some(sentence));
    }
    compare_card(tx, id, begun.unwrap_or_default(), walk.at).await
}

/// Compares every record with the last change of it.
async fn compare(tx: &mut Tx, id: &str, walk: &Walk) -> Result<Option<String>> {
    let rows =
        sqlx::query("select noun, id, version, body from registry_records where subject_id = $1 order by noun, id")
            .bind(id)
            .fetch_all(&mut *tx)
            .await?;
    let mut found = BTreeSet::new();
    for row in &rows {
        let key: (String, String) = (row.try_get("noun")?, row.try_get("id")?);
        let known = walk.last.get(&key);
        let (version, body): (i64, String) = (row.try_get("version")?, row.try_get("body")?);
        if known.is_none_or(|trace| trace.version != version || trace.body != body) {
            let (noun, record) = key;
            return Ok(Some(format!("Agent {id}: {noun} {record} is not what the log made of it: it was altered.")));
        }
        found.insert(key);
    }
    let lost = walk.last.keys().find(|key| !found.contains(*key));
    Ok(lost.map(|(noun, record)| format!("Agent {id}: {noun} {record} is gone, though the log has it.")))
}

/// Compares what lists find the agent by with its records.
async fn compare_card(tx: &mut Tx, id: &str, begun: i64, last: i64) -> Result<Option<String>> {
    let blame = |what: &str| Ok(Some(format!("Agent {id}: {what}.")));
    let file = match load(&mut *tx, &Id::new(id)).await {
        Ok(Some(file)) => file,
        Ok(None) => return blame("it has no records"),
        Err(_) => return blame("a record cannot be read: it was altered"),
    };
    let Ok(due) = AgentRow::of(&file, Instant::from_micros(begun), Instant::from_micros(last)) else {
        return blame("it has no record of itself");
    };
    let statement = format!("select {COLUMNS} from agents where id = $1");
    let row = sqlx::query(AssertSqlSafe(statement)).bind(id).fetch_optional(&mut *tx).await?;
    let Some(row) = row else { return blame("lists do not find it: its card is gone") };
    let identifiers: Vec<(String, i64)> =
        sqlx::query_as("select identifier, is_pattern from agent_identifiers where agent_id = $1")
            .bind(id)
            .fetch_all(&mut *tx)
            .await?;
    let identifiers = identifiers.into_iter().map(|(text, is_pattern)| (text, is_pattern == 1)).collect();
    if AgentRow::read(&row, identifiers)? != due {
        return blame("lists find it by something else than it says: its card was altered");
    }
    let statement = format!("select {CONTAINMENT_COLUMNS} from containments where agent_id = $1");
    let rows = sqlx::query(AssertSqlSafe(statement)).bind(id).fetch_all(&mut *tx).await?;
    let found = rows.iter().map(ContainmentRow::read).collect::<Result<BTreeSet<_>>>()?;
    if found != file.containments.iter().map(|kept| ContainmentRow::of(&kept.record)).collect() {
        return blame("its containments are listed otherwise than its file has them: a card was altered");
    }
    Ok(None)
}
