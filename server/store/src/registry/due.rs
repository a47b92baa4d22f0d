//! Reviews that are due, for those who answer for the agents.

use domain::access::Permit;
use domain::{Id, Instant};
use serde::Serialize;

use crate::{Actor, Result, Store};

/// So many are told of at once.
const REVIEWS_MAX: i64 = 200;

/// An agent whose grants are to be reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DueReview {
    /// The agent.
    pub agent: Id,
    /// What it is called.
    pub name: String,
    /// By when.
    pub due: Instant,
    /// Whether that time has passed.
    pub overdue: bool,
}

impl Store {
    /// The actor's own agents whose review is due within a week, or late; the most urgent first.
    pub async fn reviews_due(&self, actor: &Actor) -> Result<Vec<DueReview>> {
        actor.permit(Permit::Read)?;
        let now = self.now();
        let soon = now.plus_micros(domain::inbox::DUE_DAYS * 24 * 3600 * 1_000_000);
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "select id, name, next_review from agents
             where owner = $1 and merged_into is null and status <> 'retired' and next_review <= $2
             order by next_review, id limit $3",
        )
        .bind(actor.person.id.as_str())
        .bind(soon.micros())
        .bind(REVIEWS_MAX)
        .fetch_all(self.reader())
        .await?;
        let due = |(id, name, due): (String, String, i64)| {
            let due = Instant::from_micros(due);
            DueReview { agent: Id::new(id), name, due, overdue: due <= now }
        };
        Ok(rows.into_iter().map(due).collect())
    }
}
