//! Alerts for which something is to be drafted, with the acts of which their incident does not know yet.

use std::collections::{BTreeMap, BTreeSet};

use domain::reader::log::LogRecord;
use domain::watch::drafting::{Raised, RaisedAct};
use domain::watch::{Alert, Place};
use domain::{Id, Instant, Key};
use sqlx::{AssertSqlSafe, Row};

use super::super::alert::{COLUMNS, read};
use crate::{Result, Store};

/// So many alerts are looked at together.
const AT_ONCE: i64 = 500;

/// An alert that waits.
pub(super) struct Waiting {
    pub(super) alert: Alert,
    /// How many acts its event says there were.
    pub(super) told: u64,
}

/// What an incident knows of acts already.
#[derive(Default)]
pub(super) struct Known {
    /// The events of acts that other alerts are about, by where the act stands and what it says.
    events: BTreeMap<(String, Option<i64>, String), Id>,
    /// How many alerts it has.
    pub(super) alerts: u64,
}

impl Known {
    /// The events that rules put on its timeline.
    pub(super) fn ids(&self) -> BTreeSet<Id> {
        self.events.values().cloned().collect()
    }
}

impl Store {
    /// By whose they are.
    pub(super) async fn waiting_alerts(&self) -> Result<BTreeMap<String, Vec<Waiting>>> {
        let sql = format!("select {COLUMNS}, who, told from alerts where to_draft = 1 order by id limit $1");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(AT_ONCE).fetch_all(self.reader()).await?;
        let mut groups: BTreeMap<String, Vec<Waiting>> = BTreeMap::new();
        for row in &rows {
            let waiting = Waiting { alert: read(row)?, told: row.try_get::<i64, _>("told")?.unsigned_abs() };
            groups.entry(row.try_get("who")?).or_default().push(waiting);
        }
        Ok(groups)
    }

    pub(super) async fn known_of(&self, key: Key) -> Result<Known> {
        let alerts: i64 = sqlx::query_scalar("select cast(count(*) as bigint) from alerts where incident = $1")
            .bind(key.0)
            .fetch_one(self.reader())
            .await?;
        let rows: Vec<(String, Option<i64>, String, String)> = sqlx::query_as(
            "select r.source_id, r.batch, r.record, r.event_id from alerts a join alert_records r on r.alert_id = a.id
             where a.incident = $1 and r.event_id <> ''",
        )
        .bind(key.0)
        .fetch_all(self.reader())
        .await?;
        let events =
            rows.into_iter().map(|(source, batch, record, event)| ((source, batch, record), Id::new(event))).collect();
        Ok(Known { events, alerts: alerts.unsigned_abs() })
    }

    /// The alerts with their acts, as the rules of drafting take them.
    pub(super) async fn raised(&self, waiting: &[Waiting], known: &Known) -> Result<Vec<Raised>> {
        let mut raised = Vec::new();
        for one in waiting {
            let source: Option<String> = sqlx::query_scalar("select name from sources where id = $1")
                .bind(one.alert.source.as_str())
                .fetch_optional(self.reader())
                .await?;
            let acts = self.acts_of(&one.alert.id, known).await?;
            raised.push(Raised { alert: one.alert.clone(), source: source.unwrap_or_default(), told: one.told, acts });
        }
        Ok(raised)
    }

    async fn acts_of(&self, alert: &Id, known: &Known) -> Result<Vec<RaisedAct>> {
        let rows = sqlx::query(
            "select number, source_id, batch, segment, received, record from alert_records
             where alert_id = $1 and promoted = 0 order by number",
        )
        .bind(alert.as_str())
        .fetch_all(self.reader())
        .await?;
        let mut acts = Vec::with_capacity(rows.len());
        for row in &rows {
            let (source, record): (String, String) = (row.try_get("source_id")?, row.try_get("record")?);
            let (batch, segment) = (row.try_get("batch")?, row.try_get("segment")?);
            let parsed: LogRecord = serde_json::from_str(&record)?;
            acts.push(RaisedAct {
                number: row.try_get("number")?,
                place: Place { source: Id::new(source.clone()), batch, segment },
                event: known.events.get(&(source, batch, record)).cloned(),
                record: parsed,
                received: Instant::from_micros(row.try_get("received")?),
            });
        }
        Ok(acts)
    }
}
