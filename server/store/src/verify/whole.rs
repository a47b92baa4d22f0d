//! What no incident holds by itself: the numbers, rows that belong to nothing, the word index.

use domain::Key;
use futures::TryStreamExt;
use sqlx::AssertSqlSafe;

use super::Report;
use crate::engine::Terms;
use crate::{Result, Store};

/// Tables whose rows belong to an incident.
const OF_INCIDENTS: [&str; 12] = [
    "incident_tags",
    "incident_members",
    "records",
    "changes",
    "inbox",
    "incident_agents",
    "readings",
    "log_segments",
    "log_blocks",
    "log_complaints",
    "log_raws",
    "revision_files",
];

impl Store {
    /// Incidents are numbered without a gap, and every row belongs to something.
    pub(super) async fn verify_numbers(&self, report: &mut Report) -> Result<()> {
        let mut tx = self.db().snapshot().await?;
        let mut due = 1;
        let mut numbers = sqlx::query_scalar::<_, i64>("select number from incidents order by number").fetch(&mut tx);
        while let Some(number) = numbers.try_next().await? {
            if number > due {
                let gap = if number == due + 1 {
                    format!("{}", Key(due))
                } else {
                    format!("{} to {}", Key(due), Key(number - 1))
                };
                report.blame_instance(format!("The incident before {} is gone: {gap}.", Key(number)));
            } else if number < due {
                report.blame(Key(number), format!("{}: nobody was given this number.", Key(number)));
            }
            due = due.max(number + 1);
        }
        drop(numbers);
        let counters: Vec<(String, i64)> =
            sqlx::query_as("select name, value from counters order by name").fetch_all(&mut tx).await?;
        // A write that was in doubt leaves a mark beside; checkpoints are counted where they are verified.
        let others = |name: &str| !["incident", "commits", "checkpoints", "agent"].contains(&name);
        let given = counters.iter().find(|(name, _)| name == "incident").map(|(_, value)| *value);
        if given != Some(due - 1) || counters.iter().any(|(name, _)| others(name)) {
            report.blame_instance(format!(
                "The last number given to an incident is {}, but the counter says otherwise: an incident is gone, or the counter was altered.",
                due - 1
            ));
        }
        for table in OF_INCIDENTS {
            let statement = format!(
                "select x.incident_id from {table} x where not exists (select 1 from incidents i where i.id = x.incident_id) limit 1"
            );
            let stray: Option<String> = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_optional(&mut tx).await?;
            if let Some(id) = stray {
                report.blame_instance(format!("{table} has rows of an incident {id} that is not there."));
            }
        }
        let stray: Option<String> = sqlx::query_scalar(
            "select x.subject_id from subject_changes x where not exists (select 1 from subjects s where s.id = x.subject_id) limit 1",
        )
        .fetch_optional(&mut tx)
        .await?;
        if let Some(id) = stray {
            report.blame_instance(format!("The log has changes of “{id}”, which is not there."));
        }
        tx.rollback().await?;
        Ok(())
    }

    /// A search finds by the words that the cards have. PostgreSQL keeps its index by itself.
    pub(super) async fn verify_search(&self, report: &mut Report) -> Result<()> {
        let Some(statement) = self.db().engine.all_terms() else { return Ok(()) };
        let mut tx = self.db().snapshot().await?;
        let mut kept = Terms::default();
        let mut rows = sqlx::query_as::<_, (i64, String, i64)>(statement).fetch(&mut tx);
        loop {
            match rows.try_next().await {
                Ok(Some((document, term, place))) => kept.add(document, &term, place),
                Ok(None) => break,
                Err(error) => {
                    report.blame_instance(format!("The word index cannot be read: {error}."));
                    return Ok(());
                }
            }
        }
        drop(rows);
        let mut splitter = Terms::splitter().await?;
        let mut numbers = Vec::new();
        let mut rows =
            sqlx::query_as::<_, (i64, String)>("select number, words from incidents order by number").fetch(&mut tx);
        while let Some((number, words)) = rows.try_next().await? {
            if !kept.take(number, splitter.terms_of(number, &words).await?) {
                numbers.push(Key(number).to_string());
            }
        }
        drop(rows);
        tx.rollback().await?;
        numbers.extend(kept.documents().map(|number| Key(number).to_string()));
        if !numbers.is_empty() {
            let numbers = numbers.join(", ");
            report.blame_instance(format!(
                "A search finds by other words than the incidents have: the word index was altered for {numbers}."
            ));
        }
        Ok(())
    }
}
