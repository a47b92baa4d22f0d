//! People adopt what a rule drafted, or discard it.

use domain::access::Permit;
use domain::watch::drafting::DispositionDraft;
use domain::watch::{Alert, AlertState};
use domain::{Key, Refusal, Stamp};
use sqlx::AssertSqlSafe;

use super::super::alert::{COLUMNS, read};
use crate::apart::apart;
use crate::engine::Tx;
use crate::subject::Ledger;
use crate::{Actor, Entered, Result, Store, Topic};

/// So many alerts of an incident are called false alarms together, while everybody else waits.
const ALERTS_MAX: i64 = 1_000;

impl Store {
    /// Makes a draft an incident like any other.
    pub async fn adopt_draft(&self, actor: &Actor, key: Key, draft: DispositionDraft) -> Result<Entered<()>> {
        self.enter(actor, key, Permit::Edit, move |entry| entry.adopt_draft(draft)).await
    }

    /// Closes a draft that is no incident. Its alerts are called false alarms for the same reason, where that is asked
    /// for: in the same transaction, so that both are done or neither.
    pub async fn discard_draft(
        &self,
        actor: &Actor,
        key: Key,
        draft: DispositionDraft,
        false_alarms: bool,
    ) -> Result<Entered<()>> {
        if !false_alarms {
            return self.enter(actor, key, Permit::Edit, move |entry| entry.discard_draft(draft)).await;
        }
        let reason = draft.reason.clone();
        let mut writing = self.begin(actor, key, Permit::Edit).await?;
        let stamp = Stamp { at: writing.entry.now(), by: actor.person.clone() };
        apart(|| writing.entry.discard_draft(draft))?;
        let mut prepared = writing.prepare().await?;
        let tx = &mut prepared.tx;
        let mut ledger = Ledger::open(tx, actor.person.clone(), stamp.at).await?;
        let version = self.lock_alerts(tx).await?;
        for mut alert in to_call_false(tx, key).await? {
            let decided = alert.call_false(stamp.clone(), reason.clone())?;
            self.put_decided(tx, &mut ledger, alert, &decided).await?;
        }
        ledger.write(tx).await?;
        let entered = prepared.commit().await?;
        self.live().tell(Topic::Watch, version);
        Ok(entered)
    }
}

/// The alerts of an incident that are not false alarms yet.
async fn to_call_false(tx: &mut Tx, key: Key) -> Result<Vec<Alert>> {
    let sql = format!("select {COLUMNS} from alerts where incident = $1 and state <> $2 order by id limit $3");
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(key.0)
        .bind(AlertState::FalseAlarm.word())
        .bind(ALERTS_MAX + 1)
        .fetch_all(&mut *tx)
        .await?;
    if i64::try_from(rows.len()).is_ok_and(|found| found > ALERTS_MAX) {
        let sentence = format!(
            "It has more than {ALERTS_MAX} alerts, which is more than are called false alarms together: discard it without that."
        );
        return Err(Refusal::field("false_alarms", sentence).into());
    }
    rows.iter().map(read).collect()
}
