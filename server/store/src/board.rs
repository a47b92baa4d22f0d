//! Lists of records across incidents: the board of remediations, and the agents.

use domain::remediation::{Remediation, RemediationStatus};
use domain::severity::Sev;
use domain::verdict::Verdict;
use domain::{Instant, Key};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::digest::storable;
use crate::dossier::unsigned;
use crate::incident::VISIBLE;
use crate::{Actor, Error, Page, Result, Store};

/// The most remediations on one page.
const ITEMS_MAX: u32 = 200;

/// The most lines the list of agents has.
const AGENTS_MAX: i64 = 2000;

/// A remediation on the board.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct BoardItem {
    /// The incident it belongs to.
    pub incident: Key,
    /// That incident's title.
    pub incident_title: String,
    /// The version that last wrote it.
    pub version: u64,
    /// Whether its date has passed and work is still expected.
    pub overdue: bool,
    /// The remediation.
    #[serde(flatten)]
    pub remediation: Remediation,
}

/// What the board is narrowed to.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
pub struct BoardFilter {
    /// Where it stands.
    pub status: Option<RemediationStatus>,
    /// Who sees to it, by name.
    pub owner: Option<String>,
    /// Only those whose date has passed and on which work is still expected.
    #[serde(default)]
    pub overdue: bool,
    /// Only those on which work is still expected.
    #[serde(skip)]
    pub open: bool,
}

/// An agent in an incident.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Agent {
    /// What it is called.
    pub name: String,
    /// The incident.
    pub incident: Key,
    /// That incident's title.
    pub title: String,
    /// Its effective severity.
    pub severity: Option<Sev>,
    /// Its verdict.
    pub verdict: Verdict,
    /// When it was filed.
    pub filed_at: Instant,
}

impl Store {
    /// Remediations of all incidents the actor may see: the most urgent first, those without a date last.
    pub async fn remediations_board(
        &self,
        actor: &Actor,
        filter: &BoardFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<BoardItem>> {
        actor.permit(domain::access::Permit::Read)?;
        let now = self.now();
        let size = limit.clamp(1, ITEMS_MAX);
        let (due, id) = cursor.and_then(read_cursor).unwrap_or((i64::MIN, ""));
        let rows = sqlx::query(AssertSqlSafe(statement(actor, filter)))
            .bind(due)
            .bind(storable(id))
            .bind(i64::from(size) + 1)
            .bind(actor.person.id.as_str())
            .bind(filter.status.map(RemediationStatus::word))
            .bind(filter.owner.as_deref().map(storable))
            .bind(now.micros())
            .fetch_all(self.reader())
            .await?;
        let items = rows.iter().map(|row| read(row, now)).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(items, size as usize, |item| {
            let due = item.remediation.due.map_or(i64::MAX, Instant::micros);
            format!("{due}.{}", item.remediation.id)
        }))
    }

    /// The agents of all incidents the actor may see, by name, each with its newest incident first.
    pub async fn agents_across(&self, actor: &Actor) -> Result<Vec<Agent>> {
        actor.permit(domain::access::Permit::Read)?;
        let mut sql = String::from(
            "select r.name, i.number, i.title, i.severity, i.verdict, i.filed_at
             from records r join incidents i on i.id = r.incident_id
             where r.noun = 'principal' and r.kind = 'agent' and i.merged_into is null",
        );
        if !actor.sees_all() {
            sql += " and ";
            sql += VISIBLE;
        }
        sql += " order by r.name, i.number desc limit $3";
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(0_i64)
            .bind(0_i64)
            .bind(AGENTS_MAX)
            .bind(actor.person.id.as_str())
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(read_agent).collect()
    }
}

/// $1 and $2 are where the page begins, $7 is now. A due date that is not there sorts last.
fn statement(actor: &Actor, filter: &BoardFilter) -> String {
    let mut sql = String::from(
        "select i.number, i.title, r.version, r.body from records r join incidents i on i.id = r.incident_id
         where r.noun = 'remediation' and r.status is not null and i.merged_into is null
           and coalesce(r.due_at, 9223372036854775807) >= $1
           and (coalesce(r.due_at, 9223372036854775807) > $1 or r.id > $2)",
    );
    let mut narrow = |wanted: bool, condition: &str| {
        if wanted {
            sql += " and ";
            sql += condition;
        }
    };
    narrow(!actor.sees_all(), VISIBLE);
    narrow(filter.status.is_some(), "r.status = $5");
    narrow(filter.owner.is_some(), "lower(r.owner) = lower($6)");
    narrow(filter.overdue, "r.due_at < $7");
    narrow(filter.overdue || filter.open, "r.status not in ('verified', 'wont_fix')");
    sql + " order by coalesce(r.due_at, 9223372036854775807), r.id limit $3"
}

fn read_cursor(cursor: &str) -> Option<(i64, &str)> {
    let (due, id) = cursor.split_once('.')?;
    Some((due.parse().ok()?, id))
}

fn read(row: &AnyRow, now: Instant) -> Result<BoardItem> {
    let remediation: Remediation = serde_json::from_str(&row.try_get::<String, _>("body")?)?;
    Ok(BoardItem {
        incident: Key(row.try_get("number")?),
        incident_title: row.try_get("title")?,
        version: unsigned(row.try_get("version")?)?,
        overdue: remediation.is_open() && remediation.due.is_some_and(|due| due < now),
        remediation,
    })
}

fn read_agent(row: &AnyRow) -> Result<Agent> {
    let severity: Option<i64> = row.try_get("severity")?;
    Ok(Agent {
        name: row.try_get("name")?,
        incident: Key(row.try_get("number")?),
        title: row.try_get("title")?,
        severity: severity.and_then(|number| u8::try_from(number).ok()).and_then(Sev::new),
        verdict: Verdict::parse(&row.try_get::<String, _>("verdict")?).map_err(Error::internal)?,
        filed_at: Instant::from_micros(row.try_get("filed_at")?),
    })
}
