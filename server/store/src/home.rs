//! What matters now, over all incidents that somebody may see: the first page.

use domain::access::Permit;
use domain::postmortem::Postmortem;
use domain::verdict::Verdict;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::board::{BoardFilter, BoardItem};
use crate::incident::{CARD, VISIBLE, read};
use crate::{Actor, IncidentSummary, Result, Store};

/// How many rows each part of it has.
const ROWS: u32 = 6;
/// How many published postmortems are looked at for a verdict that fell, the last changed first.
const PUBLISHED_MAX: u32 = 500;

/// The first page.
#[derive(Debug, Clone)]
pub struct Home {
    /// Open incidents of the two worst severities, the last filed first.
    pub severe: Vec<IncidentSummary>,
    /// Incidents whose last published revision says better than is known now, the last changed first.
    pub fallen: Vec<Fallen>,
    /// Remediation whose date has passed, the longest overdue first.
    pub overdue: Vec<BoardItem>,
    /// The incidents that changed last.
    pub recent: Vec<IncidentSummary>,
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
    /// What matters now to somebody; nothing while they see no incident.
    pub async fn home(&self, actor: &Actor) -> Result<Option<Home>> {
        actor.permit(Permit::Read)?;
        let recent = self.cards(actor, "true", "i.updated_at desc, i.number desc").await?;
        if recent.is_empty() {
            return Ok(None);
        }
        let severe = self.cards(actor, "i.severity <= 1 and i.status <> 'closed'", "i.severity, i.number desc").await?;
        let late = BoardFilter { overdue: true, ..BoardFilter::default() };
        let overdue = self.remediations_board(actor, &late, None, ROWS).await?.items;
        Ok(Some(Home { severe, fallen: self.fallen(actor).await?, overdue, recent }))
    }

    async fn cards(&self, actor: &Actor, condition: &str, order: &str) -> Result<Vec<IncidentSummary>> {
        let select = format!("select {CARD} from incidents i");
        let condition = format!("{condition} and (i.drafted is null or i.drafted <> 'discarded')");
        self.visible(actor, &select, &condition, order, ROWS).await?.iter().map(read).collect()
    }

    async fn fallen(&self, actor: &Actor) -> Result<Vec<Fallen>> {
        let select = format!("select {CARD}, r.body from incidents i join records r on r.incident_id = i.id");
        // Nothing is better than a verified no-op: no verdict fell to that.
        let condition = "r.noun = 'postmortem' and i.verdict <> 'verified_no_op'";
        let rows = self.visible(actor, &select, condition, "i.updated_at desc, i.number desc", PUBLISHED_MAX).await?;
        let mut fallen = Vec::new();
        for row in &rows {
            let postmortem: Postmortem = serde_json::from_str(&row.try_get::<String, _>("body")?)?;
            let Some(last) = postmortem.revisions.last() else { continue };
            let incident = read(row)?;
            if last.verdict.is_better_than(incident.verdict) {
                fallen.push(Fallen { incident, revision: last.number, published: last.verdict });
            }
        }
        fallen.truncate(ROWS as usize);
        Ok(fallen)
    }

    /// Rows of incidents `i` that the actor may see and that were merged into no other. All texts are fixed ones.
    async fn visible(
        &self,
        actor: &Actor,
        select: &str,
        condition: &str,
        order: &str,
        most: u32,
    ) -> Result<Vec<AnyRow>> {
        let sql = format!(
            "{select} where {condition} and i.merged_into is null and ($2 = 1 or {VISIBLE}) order by {order} limit $3"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            // What VISIBLE reads is the fourth.
            .bind(0_i64)
            .bind(i64::from(actor.sees_all()))
            .bind(i64::from(most))
            .bind(actor.person.id.as_str())
            .fetch_all(self.reader());
        Ok(rows.await?)
    }
}
