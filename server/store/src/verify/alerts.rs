//! Alerts: what people set of each follows from their decisions, which the instance's log vouches for.

use std::collections::BTreeMap;

use domain::watch::{AlertState, Decided, RuleKind, Standing};
use domain::{Instant, Person};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::Report;
use crate::engine::Tx;
use crate::{Result, Store};

/// So many alerts are looked at together.
const AT_ONCE: i64 = 500;

impl Store {
    /// Holds every alert against what people decided about it.
    pub(super) async fn verify_alerts(&self, report: &mut Report) -> Result<()> {
        let mut after = String::new();
        loop {
            // One snapshot for some of them: people go on deciding meanwhile.
            let mut tx = self.db().snapshot().await?;
            let rows = sqlx::query(
                "select a.id, a.rule, a.state, a.until, a.assignee, a.steps, s.silent_alert
                 from alerts a left join source_states s on s.silent_alert = a.id where a.id > $1 order by a.id limit $2",
            )
            .bind(&after)
            .bind(AT_ONCE)
            .fetch_all(&mut tx)
            .await?;
            let Some(last) = rows.last() else {
                verify_strays(&mut tx, report).await?;
                tx.rollback().await?;
                return Ok(());
            };
            let last: String = last.try_get("id")?;
            let mut decided = decisions(&mut tx, &after, &last).await?;
            tx.rollback().await?;
            for row in &rows {
                let id: String = row.try_get("id")?;
                let decided = decided.remove(&id).unwrap_or_default();
                if let Some(what) = differs(row, &decided)? {
                    report.blame_instance(format!("Alert {id}: {what}: it was altered."));
                }
            }
            after = last;
        }
    }
}

/// Decisions about alerts that are not there.
async fn verify_strays(tx: &mut Tx, report: &mut Report) -> Result<()> {
    let strays: Vec<String> = sqlx::query_scalar(
        "select distinct s.alert_id from alert_steps s
         where not exists (select 1 from alerts a where a.id = s.alert_id) order by s.alert_id",
    )
    .fetch_all(&mut *tx)
    .await?;
    for id in strays {
        report.blame_instance(format!("Alert {id} is gone, though somebody decided about it."));
    }
    Ok(())
}

/// What was decided about some alerts, the first decision first.
async fn decisions(tx: &mut Tx, after: &str, last: &str) -> Result<BTreeMap<String, Vec<(Option<String>, String)>>> {
    let rows: Vec<(String, Option<String>, String)> = sqlx::query_as(
        "select alert_id, state, body from alert_steps where alert_id > $1 and alert_id <= $2 order by alert_id, number",
    )
    .bind(after)
    .bind(last)
    .fetch_all(&mut *tx)
    .await?;
    let mut decided: BTreeMap<String, Vec<(Option<String>, String)>> = BTreeMap::new();
    for (alert, state, body) in rows {
        decided.entry(alert).or_default().push((state, body));
    }
    Ok(decided)
}

/// What is wrong first with an alert.
fn differs(row: &AnyRow, decided: &[(Option<String>, String)]) -> Result<Option<&'static str>> {
    let Some(standing) = standing(row)? else { return Ok(Some("it cannot be read")) };
    let read = |(state, body): &(Option<String>, String)| {
        let decided: Decided = serde_json::from_str(body).ok()?;
        (decided.state().map(AlertState::word) == state.as_deref()).then_some(decided)
    };
    let Some(decided) = decided.iter().map(read).collect::<Option<Vec<_>>>() else {
        return Ok(Some("what was decided about it cannot be read"));
    };
    let is_silent_still = row.try_get::<Option<String>, _>("silent_alert")?.is_some();
    let said = decided.iter().rev().find_map(Decided::state);
    if is_silent_still && standing.state == AlertState::Closed && said != Some(AlertState::Closed) {
        return Ok(Some("it is closed by itself, though its source is silent"));
    }
    Ok(standing.differs(&decided))
}

/// What people set of an alert; nothing where its row has what no alert can have.
fn standing(row: &AnyRow) -> Result<Option<Standing>> {
    let (rule, state): (String, String) = (row.try_get("rule")?, row.try_get("state")?);
    let (assignee, steps): (Option<String>, String) = (row.try_get("assignee")?, row.try_get("steps")?);
    let assignee = assignee.map(|text| serde_json::from_str::<Person>(&text)).transpose();
    let (Ok(rule), Ok(state), Ok(assignee), Ok(steps)) =
        (RuleKind::parse(&rule), AlertState::parse(&state), assignee, serde_json::from_str(&steps))
    else {
        return Ok(None);
    };
    let until = row.try_get::<Option<i64>, _>("until")?.map(Instant::from_micros);
    Ok(Some(Standing { rule, state, until, assignee, steps }))
}
