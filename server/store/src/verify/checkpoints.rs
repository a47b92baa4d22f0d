//! Signatures: those of the checkpoints and revisions kept here, and checkpoints that somebody kept elsewhere.

use std::collections::HashMap;

use domain::Key;
use domain::checkpoint::{Checkpoint, Checkpoints, LIST_FORM, PublicKey};
use domain::revision::digest;
use sqlx::AssertSqlSafe;

use super::Report;
use crate::checkpoint::{COLUMNS, PAGE_MAX, name_of, read};
use crate::signing::is_signed;
use crate::subject::INSTANCE;
use crate::{Result, Store};

/// A chain as it is here: whose it is, and its id.
type Chains = HashMap<String, (String, Option<Key>)>;

impl Store {
    /// Every checkpoint is signed, follows the one before it, and every chain goes through its own.
    pub(super) async fn verify_checkpoints(&self, report: &mut Report) -> Result<()> {
        let (keys, chains) = (self.signing_keys().await?, self.chains().await?);
        let (mut due, mut previous) = (1_u64, String::new());
        loop {
            let statement = format!("select {COLUMNS} from checkpoints where number >= $1 order by number limit $2");
            let rows = sqlx::query(AssertSqlSafe(statement))
                .bind(i64::try_from(due).unwrap_or(i64::MAX))
                .bind(PAGE_MAX)
                .fetch_all(self.reader())
                .await?;
            for row in &rows {
                let Ok(point) = read(row) else {
                    report.blame_instance(format!("Checkpoint {due} cannot be read: it was altered."));
                    return Ok(());
                };
                if point.number != due || point.previous != previous {
                    report.blame_instance(format!(
                        "Checkpoint {due} is missing, or does not follow the one before it: the log of checkpoints was altered."
                    ));
                    return Ok(());
                }
                self.hold(&point, &keys, &chains, report).await?;
                (due, previous) = (due + 1, point.digest());
            }
            if rows.is_empty() {
                break;
            }
        }
        let last: Option<i64> = sqlx::query_scalar("select value from counters where name = 'checkpoints'")
            .fetch_optional(self.reader())
            .await?;
        let before_first: Option<i64> =
            sqlx::query_scalar("select min(number) from checkpoints where number < 1").fetch_one(self.reader()).await?;
        if last.and_then(|last| u64::try_from(last).ok()) != Some(due - 1) || before_first.is_some() {
            report.blame_instance(format!(
                "The log of checkpoints ends at {}, but the counter says otherwise: its end was taken out, or the counter was altered.",
                due - 1
            ));
        }
        Ok(())
    }

    /// Holds the chains against checkpoints that were kept elsewhere; answers how many there were. The error is a
    /// sentence about the text.
    pub async fn expect_checkpoints(&self, text: &str, report: &mut Report) -> Result<Result<usize, String>> {
        let mut lists = Vec::new();
        for list in serde_json::Deserializer::from_str(text).into_iter::<Checkpoints>() {
            match list {
                Ok(list) if list.form == LIST_FORM => lists.push(list),
                Ok(list) => return Ok(Err(format!("“{}” is not a form of checkpoints that is known here", list.form))),
                Err(error) => return Ok(Err(format!("it is no list of checkpoints: {error}"))),
            }
        }
        let (chains, mut count) = (self.chains().await?, 0);
        for list in &lists {
            for point in &list.checkpoints {
                count += 1;
                self.hold(point, &list.keys, &chains, report).await?;
            }
        }
        Ok(if count == 0 { Err("it holds no checkpoint".into()) } else { Ok(count) })
    }

    /// Holds one checkpoint against its chain.
    async fn hold(&self, point: &Checkpoint, keys: &[PublicKey], chains: &Chains, report: &mut Report) -> Result<()> {
        let number = point.number;
        if !is_signed(keys, &point.key, &point.text(), &point.signature) {
            report.blame_instance(format!(
                "Checkpoint {number} is not signed by the key it names: it was altered, or is none of this instance's."
            ));
            return Ok(());
        }
        let Some((subject, key)) = chains.get(&point.chain) else {
            report.blame_instance(format!(
                "Checkpoint {number} is of a chain that is not here, and had {} changes: an incident or an agent was taken out.",
                point.changes
            ));
            return Ok(());
        };
        let version = i64::try_from(point.changes).unwrap_or(i64::MAX);
        let statement = if key.is_some() {
            "select hash from changes where incident_id = $1 and version = $2"
        } else {
            "select hash from subject_changes where subject_id = $1 and version = $2"
        };
        let found: Option<String> =
            sqlx::query_scalar(statement).bind(subject).bind(version).fetch_optional(self.reader()).await?;
        let (name, changes) = (name_of(subject, *key), point.changes);
        let at = point.at.rfc3339();
        let sentence = match found {
            Some(hash) if hash == point.head => return Ok(()),
            Some(_) => format!(
                "{name}: change {changes} is not the one of checkpoint {number}, signed at {at}: the log was rewritten."
            ),
            None => format!(
                "{name}: change {changes} is gone, though checkpoint {number}, signed at {at}, goes so far: the log was shortened."
            ),
        };
        match key {
            Some(key) => report.blame(*key, sentence),
            None => report.blame_instance(sentence),
        }
        Ok(())
    }

    async fn chains(&self) -> Result<Chains> {
        let incidents: Vec<(String, i64)> =
            sqlx::query_as("select id, number from incidents").fetch_all(self.reader()).await?;
        let incidents = incidents.into_iter().map(|(id, number)| (digest(id.as_bytes()), (id, Some(Key(number)))));
        let agents: Vec<String> = sqlx::query_scalar("select id from agents").fetch_all(self.reader()).await?;
        let subjects = agents.into_iter().chain([INSTANCE.to_string()]);
        let subjects = subjects.map(|id| (digest(id.as_bytes()), (id, None)));
        Ok(incidents.chain(subjects).collect())
    }
}
