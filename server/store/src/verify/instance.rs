//! The instance: its log, and the accounts with their names, tokens and invitations that it left.

use std::collections::BTreeSet;

use domain::export::ChainHead;
use futures::TryStreamExt;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row};

use super::Report;
use super::chain::Walk;
use super::names::Names;
use crate::change::Line;
use crate::engine::Tx;
use crate::grant::Grant;
use crate::subject::INSTANCE;
use crate::{Result, Store};

/// Whose chain it is, in sentences.
const NAME: &str = "The instance";

impl Store {
    /// Walks the instance's log and compares with it what lets people and programs in.
    pub(super) async fn verify_instance(&self, report: &mut Report) -> Result<()> {
        let mut tx = self.db().snapshot().await?;
        if let Some((walk, names)) = walk(&mut tx, report).await? {
            for grant in Grant::ALL {
                compare(&mut tx, grant, &walk, report).await?;
            }
            names.compare(&mut tx, report).await?;
        }
        tx.rollback().await?;
        Ok(())
    }
}

async fn walk(tx: &mut Tx, report: &mut Report) -> Result<Option<(Walk, Names)>> {
    let subjects: Vec<(String, i64, String)> =
        sqlx::query_as("select id, version, head from subjects order by id").fetch_all(&mut *tx).await?;
    let agents: Vec<String> = sqlx::query_scalar("select id from agents").fetch_all(&mut *tx).await?;
    if let Some((id, _, _)) = subjects.iter().find(|(id, _, _)| id != INSTANCE && !agents.contains(id)) {
        report.blame_instance(format!("There is a log of “{id}”, which nobody keeps: it was put there."));
    }
    let Some((_, version, head)) = subjects.iter().find(|(id, _, _)| id == INSTANCE) else {
        report.blame_instance(format!("{NAME}: the head of its log is gone."));
        return Ok(None);
    };
    let mut rows = sqlx::query(
        "select version, at, actor, kind, noun, record_id, before, after, hash from subject_changes
         where subject_id = $1 order by version",
    )
    .bind(INSTANCE)
    .fetch(&mut *tx);
    let (mut walk, mut names) = (Walk::new(NAME, is_same_grant), Names::default());
    while let Some(row) = rows.try_next().await? {
        report.changes += 1;
        let line = Line::read(&row)?;
        names.hear(&line);
        if let Some(sentence) = walk.step(line)? {
            report.blame_instance(sentence);
            return Ok(None);
        }
    }
    if let Some(sentence) = walk.end(*version, head) {
        report.blame_instance(sentence);
        return Ok(None);
    }
    report.heads.push(ChainHead::of_instance(version.unsigned_abs(), &walk.head));
    Ok(Some((walk, names)))
}

/// Compares the rows of a table with the last change of each.
async fn compare(tx: &mut Tx, grant: Grant, walk: &Walk, report: &mut Report) -> Result<()> {
    let noun = grant.noun().word();
    let rows = sqlx::query(AssertSqlSafe(grant.select("order by id"))).fetch_all(&mut *tx).await?;
    let mut found = BTreeSet::new();
    for row in &rows {
        report.grants += 1;
        let id: String = row.try_get("id")?;
        let known = walk.last.get(&(noun.to_string(), id.clone())).filter(|trace| trace.deleted.is_none());
        match known {
            None => report.blame_instance(format!(
                "{NAME}: {noun} {id} is in no change: it was put there behind the log's back."
            )),
            Some(trace) if !is_same_grant(noun, &trace.body, &grant.read(row)?) => report.blame_instance(format!(
                "{NAME}: {noun} {id} is not what change {} made of it: it was altered.",
                trace.version
            )),
            Some(_) => {}
        }
        found.insert(id);
    }
    let lost = walk
        .last
        .iter()
        .filter(|((of, id), trace)| of == noun && trace.deleted.is_none() && !trace.never_kept && !found.contains(id));
    for ((noun, id), trace) in lost {
        report.blame_instance(format!("{NAME}: {noun} {id} is gone, though change {} wrote it.", trace.version));
    }
    Ok(())
}

/// Whether a document still says what was logged. A column that came later is in no older document.
fn is_same_grant(_noun: &str, logged: &str, found: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let (Some(Value::Object(logged)), Some(Value::Object(found))) = (read(logged), read(found)) else { return false };
    logged.iter().all(|(column, value)| found.get(column) == Some(value))
}
