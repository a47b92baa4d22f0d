//! Agents that were stopped, and wait for a reviewer.

use domain::Id;
use domain::Instant;
use domain::access::Permit;
use domain::watch::ContainmentState;
use serde::Serialize;

use crate::{Actor, Error, Result, Store};

/// So many are told of at once.
const DUE_MAX: i64 = 200;

/// An agent that was stopped, and waits for a reviewer or a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DueContainment {
    /// The containment.
    pub id: Id,
    /// The agent.
    pub agent: Id,
    /// What it is called.
    pub name: String,
    /// How far the containment is.
    pub state: ContainmentState,
    /// Whether a second person has yet to agree that it is stopped.
    pub awaits_second: bool,
    /// By when.
    pub due: Instant,
    /// Whether that time has passed.
    pub overdue: bool,
}

impl Store {
    /// What waits for somebody who reviews: the most urgent first.
    pub async fn containments_due(&self, actor: &Actor) -> Result<Vec<DueContainment>> {
        actor.permit(Permit::Read)?;
        if !actor.may(Permit::Review) || actor.person.agent.is_some() {
            return Ok(Vec::new());
        }
        let now = self.now();
        let rows: Vec<(String, String, String, String, i64, i64)> = sqlx::query_as(
            "select c.id, c.agent_id, a.name, c.state, c.awaits_second, c.review_due
             from containments c join agents a on a.id = c.agent_id
             where c.state in ('requested', 'sent', 'acknowledged', 'effective', 'not_effective', 'unproven', 'failed')
               and c.is_dry_run = 0 order by c.review_due, c.id limit $1",
        )
        .bind(DUE_MAX)
        .fetch_all(self.reader())
        .await?;
        rows.into_iter()
            .map(|(id, agent, name, state, awaits_second, due)| {
                let due = Instant::from_micros(due);
                let state = ContainmentState::parse(&state).map_err(Error::internal)?;
                let awaits_second = awaits_second == 1;
                Ok(DueContainment {
                    id: Id::new(id),
                    agent: Id::new(agent),
                    name,
                    state,
                    awaits_second,
                    due,
                    overdue: due <= now,
                })
            })
            .collect()
    }
}
