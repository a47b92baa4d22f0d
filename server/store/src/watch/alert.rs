//! Alerts: raised by the rules, listed for people.

use domain::access::Permit;
use domain::watch::{Alert, AlertState, Level, Offence, Response, RuleKind};
use domain::{Id, Instant, Key, Refusal};
use schemars::JsonSchema;
use serde::Deserialize;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::drafting::who_of;
use crate::digest::{sha256, storable};
use crate::engine::Tx;
use crate::{Actor, Error, Page, Result, Store};

/// The most alerts on one page.
const ALERTS_MAX: u32 = 200;

/// Of open alerts no more are counted.
const OPEN_COUNTED_MAX: i64 = 1_000;

/// The columns of an alert.
pub(super) const COLUMNS: &str =
    "id, version, rule, level, response, source_id, agent_id, name, resource, why, count, raised_at, seen_at,
    window_end, first, last, state, assignee, incident, steps";

/// What a list of alerts is narrowed to. Parts that are not there narrow nothing.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct AlertFilter {
    /// What became of it; one whose muting has ended is open.
    pub state: Option<AlertState>,
    /// Only those that are not open.
    #[serde(skip)]
    pub not_open: bool,
    /// The agent: its id in the registry, or the name under which it acted.
    pub agent: Option<String>,
    /// The source that showed the first act.
    pub source: Option<String>,
    /// The rule.
    pub rule: Option<RuleKind>,
    /// How much it matters.
    pub level: Option<Level>,
    /// The incident it belongs to.
    pub incident: Option<Key>,
}

/// By what alerts of the same are found.
pub(super) fn key_of(offence: &Offence) -> String {
    let (rule, who, resource) = offence.key();
    sha256(&format!("{}\n{who}\n{resource}", rule.word()))
}

/// The newest alert of the same.
pub(super) async fn newest_of(tx: &mut Tx, key: &str) -> Result<Option<Alert>> {
    let sql = format!("select {COLUMNS} from alerts where key = $1 order by raised_at desc, id desc limit 1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(key).fetch_optional(&mut *tx).await?;
    row.as_ref().map(read).transpose()
}

/// One alert.
pub(super) async fn alert_in(tx: &mut Tx, id: &str) -> Result<Option<Alert>> {
    let sql = format!("select {COLUMNS} from alerts where id = $1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(&mut *tx).await?;
    row.as_ref().map(read).transpose()
}

/// Takes the alerts of which people are still to be told, the oldest first: nobody takes them again.
pub(super) async fn told_now(tx: &mut Tx) -> Result<Vec<Alert>> {
    let sql = format!(
        "update alerts set to_tell = 0 where to_tell = 1
             and id in (select id from alerts where to_tell = 1 order by id limit {ALERTS_MAX}) returning {COLUMNS}"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *tx).await?;
    let mut alerts = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    alerts.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(alerts)
}

impl Store {
    /// Alerts, the newest first. The cursor is the id of the last one of the page before.
    pub async fn alerts(
        &self,
        actor: &Actor,
        filter: &AlertFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<Alert>> {
        actor.permit(Permit::Read)?;
        let now = self.now();
        let size = limit.clamp(1, ALERTS_MAX);
        let rows = sqlx::query(AssertSqlSafe(statement(filter, cursor.is_some())))
            .bind(i64::from(size) + 1)
            .bind(cursor.map(storable))
            .bind(filter.state.map(AlertState::word))
            .bind(filter.agent.as_deref().map(storable))
            .bind(filter.source.as_deref().map(storable))
            .bind(filter.rule.map(RuleKind::word))
            .bind(filter.level.map(Level::word))
            .bind(filter.incident.map(|key| key.0))
            .bind(now.micros())
            .fetch_all(self.reader())
            .await?;
        let mut alerts = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        alerts.iter_mut().for_each(|alert| alert.state = alert.state_at(now));
        let hidden = self.unseen_incidents(actor, &alerts).await?;
        alerts.iter_mut().for_each(|alert| alert.incident = alert.incident.filter(|key| !hidden.contains(key)));
        Ok(Page::cut(alerts, size as usize, |alert| alert.id.to_string()))
    }

    /// One alert.
    pub async fn alert(&self, actor: &Actor, id: &Id) -> Result<Alert> {
        actor.permit(Permit::Read)?;
        let sql = format!("select {COLUMNS} from alerts where id = $1");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(storable(id.as_str())).fetch_optional(self.reader()).await?;
        let mut alert = read(&row.ok_or_else(absent)?)?;
        alert.state = alert.state_at(self.now());
        let hidden = self.unseen_incidents(actor, std::slice::from_ref(&alert)).await?;
        alert.incident = alert.incident.filter(|key| !hidden.contains(key));
        Ok(alert)
    }

    /// Private incidents are not there for those who may not see them, also not as a number beside an alert.
    async fn unseen_incidents(&self, actor: &Actor, alerts: &[Alert]) -> Result<Vec<Key>> {
        let mut keys: Vec<Key> = alerts.iter().filter_map(|alert| alert.incident).collect();
        keys.sort();
        keys.dedup();
        let mut unseen = Vec::new();
        for key in keys {
            match self.version(actor, key).await {
                Ok(_) => {}
                Err(Error::Refused(_)) => unseen.push(key),
                Err(error) => return Err(error),
            }
        }
        Ok(unseen)
    }

    pub(super) async fn insert_alert(&self, tx: &mut Tx, key: &str, alert: &Alert) -> Result<()> {
        sqlx::query(
            "insert into alerts (id, version, key, rule, level, response, source_id, agent_id, name, resource, why, count, raised_at, seen_at,
                                 window_end, first, last, state, until, assignee, incident, steps, to_draft, to_tell, who)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, null, null, null, '[]', $19, $20, $21)",
        )
        .bind(alert.id.as_str())
        .bind(whole(alert.version)?)
        .bind(key)
        .bind(alert.rule.word())
        .bind(alert.level.word())
        .bind(alert.response.word())
        .bind(alert.source.as_str())
        .bind(alert.agent.as_ref().map(|agent| agent.to_string()))
        .bind(storable(&alert.name))
        .bind(storable(&alert.resource))
        .bind(storable(&alert.why))
        .bind(whole(alert.count)?)
        .bind(alert.raised_at.micros())
        .bind(alert.seen_at.micros())
        .bind(alert.window_end.micros())
        .bind(serde_json::to_string(&alert.first)?)
        .bind(serde_json::to_string(&alert.last)?)
        .bind(alert.state.word())
        .bind(i64::from(alert.response >= Response::Draft))
        .bind(i64::from(alert.response >= Response::Alert))
        .bind(storable(&who_of(alert.agent.as_ref(), &alert.name)))
        .execute(&mut *tx)
        .await?;
        Ok(())
    }

    /// Writes an alert down as it became. What is to be done about it is added to what was.
    pub(super) async fn update_alert(&self, tx: &mut Tx, alert: &Alert, draft: bool, tell: bool) -> Result<()> {
        sqlx::query(
            "update alerts set version = $2, level = $3, response = $4, count = $5, seen_at = $6, first = $7, last = $8,
                    state = $9, until = $10, assignee = $11, incident = $12, steps = $13,
                    to_draft = case when $14 = 1 then 1 else to_draft end,
                    to_tell = case when $15 = 1 then 1 else to_tell end where id = $1",
        )
        .bind(alert.id.as_str())
        .bind(whole(alert.version)?)
        .bind(alert.level.word())
        .bind(alert.response.word())
        .bind(whole(alert.count)?)
        .bind(alert.seen_at.micros())
        .bind(serde_json::to_string(&alert.first)?)
        .bind(serde_json::to_string(&alert.last)?)
        .bind(alert.state.word())
        .bind(alert.muted_until().map(Instant::micros))
        .bind(alert.assignee.as_ref().map(serde_json::to_string).transpose()?)
        .bind(alert.incident.map(|key| key.0))
        .bind(serde_json::to_string(&alert.steps)?)
        .bind(i64::from(draft))
        .bind(i64::from(tell))
        .execute(&mut *tx)
        .await?;
        Ok(())
    }

    /// How many alerts are open, and no more than a menu tells: so many rows are looked at, however many there are.
    pub async fn open_alerts(&self, actor: &Actor) -> Result<u64> {
        actor.permit(Permit::Read)?;
        let count: i64 = sqlx::query_scalar(
            "select cast(count(*) as bigint) from (
                 select id from (select id from alerts where state = 'open' limit $1) as open_ones
                 union all
                 select id from (select id from alerts where state = 'muted' and until <= $2 limit $1) as muted_ones) as found",
        )
        .bind(OPEN_COUNTED_MAX)
        .bind(self.now().micros())
        .fetch_one(self.reader())
        .await?;
        Ok(count.min(OPEN_COUNTED_MAX).unsigned_abs())
    }

    /// How often the alerts changed: all that a live list needs to know.
    pub async fn alerts_version(&self, actor: &Actor) -> Result<u64> {
        actor.permit(Permit::Read)?;
        let version: Option<i64> = sqlx::query_scalar("select value from watch_counts where name = 'alerts'")
            .fetch_optional(self.reader())
            .await?;
        Ok(version.unwrap_or_default().unsigned_abs())
    }
}

/// $1 is the limit, $2 the alert after which the page begins, $9 now.
fn statement(filter: &AlertFilter, continues: bool) -> String {
    let mut sql = format!("select {COLUMNS} from alerts where $9 > 0");
    let mut narrow = |wanted: bool, condition: &str| {
        if wanted {
            sql += " and ";
            sql += condition;
        }
    };
    narrow(continues, "id < $2");
    match filter.state {
        Some(AlertState::Open) => narrow(true, "(state = $3 or (state = 'muted' and until <= $9))"),
        Some(AlertState::Muted) => narrow(true, "(state = $3 and until > $9)"),
        state => narrow(state.is_some(), "state = $3"),
    }
    narrow(filter.not_open, "not (state = 'open' or (state = 'muted' and until <= $9))");
    narrow(filter.agent.is_some(), "(agent_id = $4 or lower(name) = lower($4))");
    narrow(filter.source.is_some(), "source_id = $5");
    narrow(filter.rule.is_some(), "rule = $6");
    narrow(filter.level.is_some(), "level = $7");
    narrow(filter.incident.is_some(), "incident = $8");
    sql + " order by id desc limit $1"
}

pub(super) fn absent() -> Refusal {
    Refusal::absent("alert of that id")
}

fn whole(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(Error::internal)
}

/// An alert as its row has it.
pub(super) fn read(row: &AnyRow) -> Result<Alert> {
    let word = |column: &str| row.try_get::<String, _>(column);
    let number = |column: &str| row.try_get::<i64, _>(column);
    let at = |column: &str| number(column).map(Instant::from_micros);
    Ok(Alert {
        id: Id::new(word("id")?),
        version: number("version")?.unsigned_abs(),
        rule: RuleKind::parse(&word("rule")?).map_err(Error::internal)?,
        level: Level::parse(&word("level")?).map_err(Error::internal)?,
        response: Response::parse(&word("response")?).map_err(Error::internal)?,
        source: Id::new(word("source_id")?),
        agent: row.try_get::<Option<String>, _>("agent_id")?.map(Id::new),
        name: word("name")?,
        resource: word("resource")?,
        why: word("why")?,
        count: number("count")?.unsigned_abs(),
        raised_at: at("raised_at")?,
        seen_at: at("seen_at")?,
        window_end: at("window_end")?,
        first: serde_json::from_str(&word("first")?)?,
        last: serde_json::from_str(&word("last")?)?,
        state: AlertState::parse(&word("state")?).map_err(Error::internal)?,
        assignee: row.try_get::<Option<String>, _>("assignee")?.map(|text| serde_json::from_str(&text)).transpose()?,
        incident: row.try_get::<Option<i64>, _>("incident")?.map(Key),
        steps: serde_json::from_str(&word("steps")?)?,
    })
}
