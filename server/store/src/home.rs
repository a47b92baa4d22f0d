//! What matters now, over all incidents that somebody may see: the first page.

use domain::postmortem::Postmortem;
use domain::verdict::Verdict;
use sqlx::{AssertSqlSafe, Row};

use crate::board::{BoardFilter, BoardItem};
use crate::incident::{CARD, VISIBLE, read};
use crate::{Actor, IncidentSummary, Result, Store};

/// How many rows each part of it has.
const ROWS: i64 = 6;
/// How many published postmortems are looked at for a verdict that fell, the last changed first.
const PUBLISHED_MAX: i64 = 500;

/// The first page.
#[derive(Debug, Clone, Default)]
pub struct Home {
    /// Open incidents of the two worst severities, the last filed first.
    pub severe: Vec<IncidentSummary>,
    /// Incidents whose last published revision says better than is known now, the last changed first.
    pub fallen: Vec<Fallen>,
    /// Remediation whose date has passed, the longest overdue first.
    pub overdue: Vec<BoardItem>,
    /// The incidents that changed last.
    pub recent: Vec<IncidentSummary>,
    /// Whether there is any incident that the reader may see.
    pub is_empty: bool,
}

/// A verdict that fell after it was published.
#[derive(Debug, Clone)]
pub struct Fallen {
    /// The incident.
    pub incident: IncidentSummary,
    /// The number of the last revision.
    pub revision: u32,
    /// What it says.
    pub published: Verdict,
}

impl Store {
    /// What matters now to somebody.
    pub async fn home(&self, actor: &Actor) -> Result<Home> {
        actor.permit(domain::access::Permit::Read)?;
        let recent = self.cards(actor, "i.merged_into is null", "i.updated_at desc, i.number desc").await?;
        if recent.is_empty() {
            return Ok(Home { is_empty: true, ..Home::default() });
        }
        let is_severe = "i.severity <= 1 and i.status <> 'closed' and i.merged_into is null";
        let severe = self.cards(actor, is_severe, "i.severity, i.number desc").await?;
        let late = BoardFilter { overdue: true, ..BoardFilter::default() };
        let overdue = self.remediations_board(actor, &late, None, u32::try_from(ROWS).unwrap_or(1)).await?.items;
        Ok(Home { severe, fallen: self.fallen(actor).await?, overdue, recent, is_empty: false })
    }

    /// Cards that the actor may see and that are no discarded drafts; condition and order are fixed texts.
    async fn cards(&self, actor: &Actor, condition: &str, order: &str) -> Result<Vec<IncidentSummary>> {
        let visible = if actor.sees_all() { "$4 = $4" } else { VISIBLE };
        let statement = format!(
            "select {CARD} from incidents i
             where {condition} and (i.drafted is null or i.drafted <> 'discarded') and {visible} and $1 = $2
             order by {order} limit $3"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(0_i64)
            .bind(0_i64)
            .bind(ROWS)
            .bind(actor.person.id.as_str())
            .fetch_all(self.reader())
            .await?;
        rows.iter().map(read).collect()
    }

    async fn fallen(&self, actor: &Actor) -> Result<Vec<Fallen>> {
        let visible = if actor.sees_all() { "$4 = $4" } else { VISIBLE };
        let statement = format!(
            "select {CARD}, r.body from records r join incidents i on i.id = r.incident_id
             where r.noun = 'postmortem' and i.merged_into is null and {visible} and $1 = $2
             order by i.updated_at desc, i.number desc limit $3"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(0_i64)
            .bind(0_i64)
            .bind(PUBLISHED_MAX)
            .bind(actor.person.id.as_str())
            .fetch_all(self.reader())
            .await?;
        let mut fallen = Vec::new();
        for row in &rows {
            let postmortem: Postmortem = serde_json::from_str(&row.try_get::<String, _>("body")?)?;
            let Some(last) = postmortem.revisions.last() else { continue };
            let incident = read(row)?;
            if last.verdict.is_better_than(incident.verdict) {
                fallen.push(Fallen { incident, revision: last.number, published: last.verdict });
            }
        }
        fallen.truncate(usize::try_from(ROWS).unwrap_or(1));
        Ok(fallen)
    }
}
