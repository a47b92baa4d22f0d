//! What people decide about alerts. Each decision is a line of the instance's log, written with the alert that changes.

use domain::access::Permit;
use domain::watch::{Alert, AlertState, Decided, MuteDraft};
use domain::{Id, Person, Refusal, Ruled, Stamp};
use sqlx::AssertSqlSafe;

use super::alert::{COLUMNS, absent, alert_in, read};
use crate::digest::storable;
use crate::engine::Tx;
use crate::grant::Grant;
use crate::subject::Ledger;
use crate::{Actor, Result, Store, Topic};

/// So many alerts are looked at together.
const AT_ONCE: i64 = 500;

impl Store {
    /// Somebody has seen an alert and looks after it.
    pub async fn acknowledge_alert(&self, actor: &Actor, id: &Id) -> Result<Alert> {
        self.decide_alert(actor, id, Alert::acknowledge).await
    }

    /// Mutes an alert for a while.
    pub async fn mute_alert(&self, actor: &Actor, id: &Id, draft: MuteDraft) -> Result<Alert> {
        self.decide_alert(actor, id, |alert, stamp| alert.mute(stamp, draft)).await
    }

    /// Calls an alert a false alarm.
    pub async fn call_alert_false(&self, actor: &Actor, id: &Id, reason: String) -> Result<Alert> {
        self.decide_alert(actor, id, |alert, stamp| alert.call_false(stamp, reason)).await
    }

    /// Closes an alert.
    pub async fn close_alert(&self, actor: &Actor, id: &Id, reason: String) -> Result<Alert> {
        self.decide_alert(actor, id, |alert, stamp| alert.close(stamp, reason)).await
    }

    /// Opens an alert again.
    pub async fn reopen_alert(&self, actor: &Actor, id: &Id, reason: String) -> Result<Alert> {
        self.decide_alert(actor, id, |alert, stamp| alert.reopen(stamp, reason)).await
    }

    /// Gives an alert to somebody, by name, address or id; to nobody where there is none.
    pub async fn assign_alert(&self, actor: &Actor, id: &Id, to: Option<&str>) -> Result<Alert> {
        let directory = self.directory().await?;
        let to = to.map(str::trim).filter(|to| !to.is_empty());
        let assignee = match to {
            None => None,
            Some(to) => {
                let known = directory.known.iter().find(|known| known.id.as_str() == to);
                let known = known.map(|known| Person { id: known.id.clone(), name: known.name.clone(), agent: None });
                let known = known.or_else(|| directory.account_named(to).cloned()).ok_or_else(|| {
                    let sentence = format!("Nobody here is called “{to}”: give the name or address of an account.");
                    Refusal::field("assignee", sentence)
                })?;
                Some(known)
            }
        };
        self.decide_alert(actor, id, |alert, stamp| alert.assign(stamp, assignee)).await
    }

    async fn decide_alert(
        &self,
        actor: &Actor,
        id: &Id,
        act: impl FnOnce(&mut Alert, Stamp) -> Ruled<Decided> + Send,
    ) -> Result<Alert> {
        actor.permit(Permit::Edit)?;
        let mut administration = self.administer(actor.person.clone()).await?;
        let stamp = Stamp { at: administration.now(), by: actor.person.clone() };
        let (tx, ledger) = administration.parts();
        let version = self.lock_alerts(tx).await?;
        let mut alert = alert_in(tx, &storable(id.as_str())).await?.ok_or_else(absent)?;
        let decided = act(&mut alert, stamp)?;
        self.put_decided(tx, ledger, alert, &decided).await?;
        administration.commit().await?;
        self.live().tell(Topic::Watch, version);
        self.alert(actor, id).await
    }

    /// Writes an alert down as somebody decided, and the decision with it.
    pub(super) async fn put_decided(
        &self,
        tx: &mut Tx,
        ledger: &mut Ledger,
        alert: Alert,
        decided: &Decided,
    ) -> Result<()> {
        let alert = Alert { version: alert.version + 1, ..alert };
        self.update_alert(tx, &alert, false, false).await?;
        let number: i64 =
            sqlx::query_scalar("select coalesce(max(number), 0) + 1 from alert_steps where alert_id = $1")
                .bind(alert.id.as_str())
                .fetch_one(&mut *tx)
                .await?;
        let id = self.clock().new_id();
        ledger.watch(tx, Grant::AlertStep, &id).await?;
        insert(tx, &id, &alert.id, number, decided).await
    }

    /// Takes what people decided before decisions were kept into the log, as it is found. Does it once: from then on the
    /// log has them all.
    pub(crate) async fn begin_decisions(&self) -> Result<()> {
        if Ledger::has_begun(self.reader(), Grant::AlertStep).await? {
            return Ok(());
        }
        let mut administration = self.administer(Actor::system().person).await?;
        let found = Stamp { at: administration.now(), by: Actor::system().person };
        let (tx, ledger) = administration.parts();
        // A log that is still empty begins with this by itself.
        if ledger.version() == 0 || Ledger::has_begun(&mut *tx, Grant::AlertStep).await? {
            return Ok(());
        }
        self.lock_alerts(tx).await?;
        let (mut ids, mut after) = (Vec::new(), String::new());
        loop {
            let sql = format!(
                "select {COLUMNS} from alerts where id > $1 and (steps <> '[]' or assignee is not null) order by id limit $2"
            );
            let rows = sqlx::query(AssertSqlSafe(sql)).bind(&after).bind(AT_ONCE).fetch_all(&mut *tx).await?;
            let alerts = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
            let Some(last) = alerts.last() else { break };
            after = last.id.to_string();
            for alert in alerts {
                for (number, decided) in (1..).zip(alert.standing().decisions(&found)) {
                    let id = self.clock().new_id();
                    insert(tx, &id, &alert.id, number, &decided).await?;
                    ids.push(id);
                }
            }
        }
        ledger.begin_table(tx, Grant::AlertStep, &ids).await?;
        administration.commit().await
    }
}

async fn insert(tx: &mut Tx, id: &Id, alert: &Id, number: i64, decided: &Decided) -> Result<()> {
    sqlx::query(
        "insert into alert_steps (id, alert_id, number, state, body, created_at) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id.as_str())
    .bind(alert.as_str())
    .bind(number)
    .bind(decided.state().map(AlertState::word))
    .bind(storable(&serde_json::to_string(decided)?))
    .bind(decided.at().micros())
    .execute(&mut *tx)
    .await?;
    Ok(())
}
