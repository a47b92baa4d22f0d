//! What is to be sent to adapters, as letters are: a node claims it, sends, and says what came of it. If it dies in
//! between, another one sends again under the same id, so that the adapter does it once.

use domain::access::Permit;
use domain::agent::Agent;
use domain::watch::containment::Happening;
use domain::watch::stop::{ATTEMPTS_MAX, Meaning, StopKind, StopSetting, TemplateValues, meaning, wait_seconds};
use domain::watch::{Cause, Containment, ContainmentState};
use domain::{Id, Instant};
use sqlx::Row as _;

use crate::digest::storable;
use crate::registry::load;
use crate::{Actor, Error, Result, Store};

/// How long a node may take over one attempt. The attempt itself ends well before.
const CLAIM_MICROS: i64 = 20 * 1_000_000;

/// What an adapter is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To stop the agent.
    Suspend,
    /// To let it act again.
    Restore,
}

impl Purpose {
    /// The word that is stored and told.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Restore => "restore",
        }
    }
}

/// Something that this node is to send now.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The containment.
    pub containment: Id,
    /// The agent.
    pub agent: Id,
    /// What is asked.
    pub purpose: Purpose,
    /// The stop.
    pub stop: StopSetting,
    /// What it is told.
    pub told: TemplateValues,
}

impl Outgoing {
    /// The id of the message: the same in every attempt.
    pub fn message(&self) -> Id {
        match self.purpose {
            Purpose::Suspend => self.containment.clone(),
            Purpose::Restore => Id::new(format!("{}-restore", self.containment)),
        }
    }
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopOutcome {
    /// There was an answer.
    Answered {
        /// When the request began to leave.
        began: Instant,
        /// The status.
        status: u16,
        /// The adapter asks to wait so many seconds.
        retry_after: Option<i64>,
    },
    /// The request left, or may have, and nothing came back.
    NoAnswer {
        /// When it began to leave.
        began: Instant,
        /// What happened.
        trouble: String,
    },
    /// No connection was made.
    NotReached(String),
    /// It must not be sent, or cannot be.
    Refused(String),
}

/// What is told of a containment.
pub(super) fn told(agent: &Agent, containment: &Containment, action: &str) -> TemplateValues {
    let rule = match &containment.cause {
        Cause::Rule { rule, .. } => rule.word().to_string(),
        Cause::Person { .. } => String::new(),
    };
    TemplateValues {
        containment: containment.id.clone(),
        why: containment.why.clone(),
        rule,
        requested_at: containment.requested_at,
        agent: agent.id.clone(),
        name: agent.name.clone(),
        identifiers: agent.identifiers.iter().map(|known| known.as_str().to_string()).collect(),
        action: action.into(),
    }
}

impl Store {
    /// Claims what is due to be sent, for this node and for a moment.
    pub async fn claim_stops(&self, limit: u32) -> Result<Vec<Outgoing>> {
        let now = self.now().micros();
        // The claim writes, and there is mostly nothing to claim.
        let due: Option<i64> = sqlx::query_scalar(
            "select next_at from containment_sends
             where done_at is null and next_at <= $1 and coalesce(claimed_until, 0) <= $1 limit 1",
        )
        .bind(now)
        .fetch_optional(self.reader())
        .await?;
        if due.is_none() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query(
            "update containment_sends set node = $1, claimed_until = $2, attempts = attempts + 1
             where (containment_id, purpose) in (
                       select containment_id, purpose from containment_sends
                       where done_at is null and next_at <= $3 and coalesce(claimed_until, 0) <= $3
                       order by next_at, containment_id limit $4)
               and done_at is null and coalesce(claimed_until, 0) <= $3
             returning containment_id, purpose, agent_id, stop_id",
        )
        .bind(self.node())
        .bind(now + CLAIM_MICROS)
        .bind(now)
        .bind(i64::from(limit))
        .fetch_all(self.writer())
        .await?;
        let mut outgoing = Vec::new();
        for row in &rows {
            let purpose = match row.try_get::<String, _>("purpose")?.as_str() {
                "restore" => Purpose::Restore,
                _ => Purpose::Suspend,
            };
            let id = |column: &str| Ok::<_, sqlx::Error>(Id::new(row.try_get::<String, _>(column)?));
            outgoing.extend(self.outgoing(id("containment_id")?, id("agent_id")?, id("stop_id")?, purpose).await?);
        }
        Ok(outgoing)
    }

    async fn outgoing(&self, containment: Id, agent: Id, stop: Id, purpose: Purpose) -> Result<Option<Outgoing>> {
        let file = load(self.reader(), &agent).await?;
        let kept = file.as_ref().and_then(|file| file.containments.get(&containment));
        let (Some(file), Some(kept)) = (&file, kept) else {
            return Err(Error::internal(format!(
                "containment {containment} is in no file: `inquest verify` says more"
            )));
        };
        let told = told(file.agent()?, &kept.record, purpose.word());
        let stop = self.stop(&Actor::system(), &stop).await?;
        // Whether the request of a vendor's API has an opposite, nobody told us: people read how it is undone.
        if purpose == Purpose::Restore && stop.kind == StopKind::Http {
            self.end_send(&containment, purpose, "").await?;
            return Ok(None);
        }
        Ok(Some(Outgoing { containment, agent, purpose, stop, told }))
    }

    /// Notes what came of an attempt: in the agent's file, and when it is tried again.
    pub async fn stop_attempted(&self, outgoing: &Outgoing, outcome: StopOutcome) -> Result<()> {
        let (id, purpose) = (&outgoing.containment, outgoing.purpose);
        let mut registering = self.registering(&Actor::system(), Permit::Admin).await?;
        let attempts: Option<i64> = sqlx::query_scalar(
            "select attempts from containment_sends where containment_id = $1 and purpose = $2 and done_at is null",
        )
        .bind(id.as_str())
        .bind(purpose.word())
        .fetch_optional(&mut registering.tx)
        .await?;
        // Called off meanwhile, or another node was quicker.
        let Some(attempts) = attempts else { return Ok(()) };
        let (left, said, meaning, retry_after) = told_by(&outcome);
        let is_over = meaning == Meaning::Never || (meaning == Meaning::Again && attempts >= ATTEMPTS_MAX);
        if purpose == Purpose::Suspend {
            let mut opened = registering.open(&outgoing.agent).await?;
            let state = opened.entry.get::<Containment>(id)?.record.state();
            if let Some(began) = left.filter(|_| state == ContainmentState::Requested) {
                let how = format!("Sent to {}.", outgoing.stop.name);
                opened.entry.move_containment(id, Happening::Sent(how, began))?;
            }
            if meaning == Meaning::Done {
                opened.entry.move_containment(id, Happening::Acknowledged(said.clone()))?;
            } else if is_over {
                let tried = if attempts == 1 { String::new() } else { format!(" Tried {attempts} times.") };
                opened.entry.move_containment(id, Happening::GaveUp(format!("{said}{tried}")))?;
            }
            registering.put(opened, ()).await?;
        }
        let now = registering.now().micros();
        let wait = wait_seconds(attempts, retry_after) * 1_000_000;
        let done_at = (meaning == Meaning::Done || is_over).then_some(now);
        sqlx::query(
            "update containment_sends set trouble = $3, done_at = $4, next_at = $5, claimed_until = null
             where containment_id = $1 and purpose = $2",
        )
        .bind(id.as_str())
        .bind(purpose.word())
        .bind((meaning != Meaning::Done).then(|| storable(&said)))
        .bind(done_at)
        .bind(now + wait + self.clock().chance_below(wait / 4)?)
        .execute(&mut registering.tx)
        .await?;
        registering.commit().await
    }

    async fn end_send(&self, containment: &Id, purpose: Purpose, trouble: &str) -> Result<()> {
        sqlx::query(
            "update containment_sends set done_at = $3, trouble = $4, claimed_until = null
             where containment_id = $1 and purpose = $2",
        )
        .bind(containment.as_str())
        .bind(purpose.word())
        .bind(self.now().micros())
        .bind(storable(trouble))
        .execute(self.writer())
        .await?;
        Ok(())
    }
}

/// When the request left, if it did; what is said of it, what it means, and how long the adapter asks to wait.
pub(in crate::watch) fn told_by(outcome: &StopOutcome) -> (Option<Instant>, String, Meaning, Option<i64>) {
    match outcome {
        StopOutcome::Answered { began, status, retry_after } => {
            (Some(*began), format!("It answered {status}."), meaning(*status), *retry_after)
        }
        StopOutcome::NoAnswer { began, trouble } => (Some(*began), trouble.clone(), Meaning::Again, None),
        StopOutcome::NotReached(trouble) => (None, trouble.clone(), Meaning::Again, None),
        StopOutcome::Refused(trouble) => (None, trouble.clone(), Meaning::Never, None),
    }
}
