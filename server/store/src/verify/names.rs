//! The names accounts ever had, by which a judge is known as an actor of the timeline. They follow from the logs: what
//! the instance's log called an account, and under which name it made changes before names were kept.

use std::collections::BTreeSet;

use domain::Person;
use domain::spelling::looks;
use futures::TryStreamExt;
use serde_json::Value;

use super::Report;
use crate::Result;
use crate::change::Line;
use crate::engine::Tx;
use crate::grant::Grant;

/// Account, kind (`name` or `email`), and what it was called.
type Called = (String, String, String);

/// What the logs say that accounts were called.
#[derive(Default)]
pub(super) struct Names(BTreeSet<Called>);

impl Names {
    /// Takes in a line of the instance's log.
    pub(super) fn hear(&mut self, line: &Line) {
        if line.noun != Grant::Account.noun().word() {
            return;
        }
        let documents = [&line.before, &line.after].into_iter().flatten();
        for document in documents.filter_map(|text| serde_json::from_str::<Value>(text).ok()) {
            for kind in ["name", "email"] {
                if let Some(name) = document[kind].as_str() {
                    self.0.insert((line.id.clone(), kind.into(), name.into()));
                }
            }
        }
    }

    /// Compares the table of names with them.
    pub(super) async fn compare(mut self, tx: &mut Tx, report: &mut Report) -> Result<()> {
        let accounts: BTreeSet<String> =
            sqlx::query_scalar("select id from users").fetch_all(&mut *tx).await?.into_iter().collect();
        // An account that is gone takes its names with it; `Grant` has said that it is gone.
        self.0.retain(|(account, _, _)| accounts.contains(account));
        self.hear_actors(tx, &accounts).await?;
        let rows: Vec<(String, String, String, String, String)> =
            sqlx::query_as("select user_id, kind, name, look_typed, look_small from account_names")
                .fetch_all(&mut *tx)
                .await?;
        for (account, kind, name, typed, small) in rows {
            let [is_typed, is_small] = if kind == "name" { looks(&name) } else { Default::default() };
            if (typed, small) != (is_typed, is_small) {
                report.blame_instance(format!("What the name “{name}” of account {account} looks like was altered."));
            }
            if !self.0.remove(&(account.clone(), kind, name.clone())) {
                report.blame_instance(format!(
                    "Account {account} was never called “{name}”, as the table of names says: it was put there."
                ));
            }
        }
        for (account, _, name) in self.0 {
            report.blame_instance(format!(
                "Account {account} was called “{name}”, and the table of names no longer says so: it was taken out."
            ));
        }
        Ok(())
    }

    /// Names from before there was a table of them: those under which changes were made.
    async fn hear_actors(&mut self, tx: &mut Tx, accounts: &BTreeSet<String>) -> Result<()> {
        let mut actors = sqlx::query_scalar::<_, String>("select distinct actor from changes").fetch(&mut *tx);
        while let Some(actor) = actors.try_next().await? {
            // One that cannot be read breaks the chain it is in.
            let Ok(person) = serde_json::from_str::<Person>(&actor) else { continue };
            if accounts.contains(person.id.as_str()) {
                self.0.insert((person.id.to_string(), "name".into(), person.name));
            }
        }
        Ok(())
    }
}
