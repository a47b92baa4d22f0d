//! Lists of agents, read from their cards.

use domain::access::Permit;
use domain::agent::AgentStatus;
use domain::spelling::fold;
use domain::{Id, Instant};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::digest::storable;
use crate::{Actor, Error, Page, Result, Store};

/// The most agents on one page.
const CARDS_MAX: u32 = 200;

/// An agent in a list.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct AgentCard {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// Whether it may act at all.
    pub status: AgentStatus,
    /// The account that answers for it.
    pub owner: Option<Id>,
    /// Who answers for it, as shown; empty where nobody does.
    pub owner_name: String,
    /// Whether nobody answers for it: nobody was named, or the account is disabled.
    pub unowned: bool,
    /// Its team.
    pub team: String,
    /// When its grants are next to be reviewed.
    pub next_review: Option<Instant>,
    /// Whether that time has passed.
    pub overdue: bool,
    /// How many grants were neither revoked nor had ended when it last changed.
    pub grants: u64,
}

/// What a list of agents is narrowed to. Parts that are not there narrow nothing.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
pub struct AgentFilter {
    /// Parts of words of its name, its identifiers, its owner, team or purpose.
    pub q: Option<String>,
    /// Who answers for it, by name or address.
    pub owner: Option<String>,
    /// Whether it may act.
    pub status: Option<AgentStatus>,
    /// Only those whose review is overdue.
    #[serde(default)]
    pub overdue: bool,
    /// Only those for which nobody answers.
    #[serde(default)]
    pub unowned: bool,
}

/// How many agents there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, schemars::JsonSchema)]
pub struct AgentCounts {
    /// All that were not merged into another one.
    pub all: u64,
    /// Those whose review is overdue.
    pub overdue: u64,
    /// Those for which nobody answers.
    pub unowned: u64,
}

/// Nobody answers for it: no name, and no account in use.
const UNOWNED: &str =
    "(case when a.owner is null then a.owner_name = '' else u.id is null or u.disabled_at is not null end)";
/// Its review is overdue at $1.
const OVERDUE: &str = "(a.status <> 'retired' and a.next_review <= $1)";

impl Store {
    /// Agents by name. The cursor is the id of the last one of the page before.
    pub async fn agents(
        &self,
        actor: &Actor,
        filter: &AgentFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<AgentCard>> {
        actor.permit(Permit::Read)?;
        let now = self.now();
        let size = limit.clamp(1, CARDS_MAX);
        let directory = self.directory().await?;
        let account = filter.owner.as_deref().and_then(|name| directory.account_named(name));
        let rows = sqlx::query(AssertSqlSafe(statement(filter, cursor.is_some())))
            .bind(now.micros())
            .bind(i64::from(size) + 1)
            .bind(cursor.map(storable))
            .bind(filter.status.map(AgentStatus::word))
            .bind(account.map(|account| account.id.to_string()))
            .bind(filter.owner.as_deref().map(storable))
            .bind(filter.q.as_deref().map(|q| format!("%{}%", escaped(&storable(&fold(q))))))
            .fetch_all(self.reader())
            .await?;
        let cards = rows.iter().map(|row| read(row, now)).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(cards, size as usize, |card| card.id.to_string()))
    }

    /// How many agents there are, how many overdue, how many without an owner.
    pub async fn agent_counts(&self, actor: &Actor) -> Result<AgentCounts> {
        actor.permit(Permit::Read)?;
        let statement = format!(
            "select cast(count(*) as bigint) as known,
                    cast(coalesce(sum(case when {OVERDUE} then 1 else 0 end), 0) as bigint) as late,
                    cast(coalesce(sum(case when a.status <> 'retired' and {UNOWNED} then 1 else 0 end), 0) as bigint) as unowned
             from agents a left join users u on u.id = a.owner where a.merged_into is null"
        );
        let row = sqlx::query(AssertSqlSafe(statement)).bind(self.now().micros()).fetch_one(self.reader()).await?;
        let count = |column: &str| Ok::<_, Error>(row.try_get::<i64, _>(column)?.unsigned_abs());
        Ok(AgentCounts { all: count("known")?, overdue: count("late")?, unowned: count("unowned")? })
    }
}

/// $1 is now, $2 the limit, $3 the agent after which the page begins.
fn statement(filter: &AgentFilter, continues: bool) -> String {
    let mut sql = format!(
        "select a.id, a.name, a.status, a.owner, a.team, a.next_review, a.grants, cast(case when {UNOWNED} then 1 else 0 end as bigint) as is_unowned,
                coalesce(u.name, a.owner_name) as owner_shown
         from agents a left join users u on u.id = a.owner
         where a.merged_into is null and $1 > 0"
    );
    let mut narrow = |wanted: bool, condition: &str| {
        if wanted {
            sql += " and ";
            sql += condition;
        }
    };
    narrow(
        continues,
        "(a.folded > (select b.folded from agents b where b.id = $3)
          or (a.folded = (select b.folded from agents b where b.id = $3) and a.id > $3))",
    );
    narrow(filter.status.is_some(), "a.status = $4");
    narrow(filter.owner.is_some(), "(a.owner = $5 or lower(a.owner_name) = lower($6))");
    narrow(filter.overdue, OVERDUE);
    narrow(filter.unowned, &format!("(a.status <> 'retired' and {UNOWNED})"));
    narrow(filter.q.is_some(), "a.words like $7 escape '!'");
    sql + " order by a.folded, a.id limit $2"
}

/// A text in which nothing stands for other text.
fn escaped(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

fn read(row: &AnyRow, now: Instant) -> Result<AgentCard> {
    let status = AgentStatus::parse(&row.try_get::<String, _>("status")?).map_err(Error::internal)?;
    let next_review = row.try_get::<Option<i64>, _>("next_review")?.map(Instant::from_micros);
    Ok(AgentCard {
        id: Id::new(row.try_get::<String, _>("id")?),
        name: row.try_get("name")?,
        status,
        owner: row.try_get::<Option<String>, _>("owner")?.map(Id::new),
        owner_name: row.try_get("owner_shown")?,
        unowned: row.try_get::<i64, _>("is_unowned")? == 1,
        team: row.try_get("team")?,
        next_review,
        overdue: status != AgentStatus::Retired && next_review.is_some_and(|due| due <= now),
        grants: row.try_get::<i64, _>("grants")?.unsigned_abs(),
    })
}
