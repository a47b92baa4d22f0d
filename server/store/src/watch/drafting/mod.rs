//! Incidents that rules draft. An alert says that it wants one (`to_draft`); any node drafts it, in one transaction with
//! the row of the alert, so that it is there once whichever node does it and whenever one dies.

mod add;
mod contained;
mod decide;
mod proof;
mod waiting;

use domain::agent::AgentCase;
use domain::watch::Alert;
use domain::watch::drafting::{DraftState, Drafted};
use domain::{Id, Instant, Key, RefusalKind};

use self::waiting::Waiting;
use crate::registry::load;
use crate::{Actor, Error, Result, Store};

/// What happens again within so long after an alert joins its incident.
const JOINED_MICROS: i64 = 24 * 3600 * 1_000_000;
/// So many incidents of one agent are looked at, the newest first.
const LOOKED_AT: i64 = 10;
/// So many merges are followed.
const MERGES_MAX: usize = 5;

/// Where the alerts of an agent belong.
enum Place {
    /// To an incident that is open.
    Known(Key),
    /// To a new one. The newest that the agent has until now tells whether another node was faster.
    New(Option<i64>),
}

impl Store {
    /// Drafts incidents for alerts that ask for one, and adds to those that are there what happened again. Any node may,
    /// as often as it likes. Answers how many agents it was for.
    pub async fn draft_incidents(&self) -> Result<usize> {
        let groups = self.waiting_alerts().await?;
        let (count, mut trouble) = (groups.len(), None);
        for (who, group) in groups {
            match self.draft_of(&who, group).await {
                // Another node was faster, or something changed meanwhile: the next round looks again.
                Ok(()) | Err(Error::Busy(_)) => {}
                Err(error) => trouble = Some(error),
            }
        }
        trouble.map_or(Ok(count), Err)
    }

    /// What waits of one agent.
    async fn draft_of(&self, who: &str, group: Vec<Waiting>) -> Result<()> {
        let now = self.now();
        let mut loud = Vec::new();
        for waiting in group {
            if waiting.alert.is_quiet(now) || self.is_of_discarded(&waiting.alert).await? {
                self.pass_over(&waiting).await?;
            } else {
                loud.push(waiting);
            }
        }
        let Some(first) = loud.first() else { return Ok(()) };
        let agent = match &first.alert.agent {
            Some(id) => load(self.reader(), id).await?,
            None => None,
        };
        match self.place_of(who, now).await? {
            Place::Known(key) => self.add_to(key, &loud, agent.as_ref()).await,
            Place::New(newest) => self.file_draft(who, newest, &loud, agent.as_ref()).await,
        }
    }

    /// Whether somebody decided already, with the incident, that this alert is none.
    async fn is_of_discarded(&self, alert: &Alert) -> Result<bool> {
        let Some(key) = alert.incident else { return Ok(false) };
        let dossier = self.dossier(&Actor::system(), key).await?;
        Ok(dossier.drafted().map(Drafted::state) == Some(DraftState::Discarded))
    }

    async fn place_of(&self, who: &str, now: Instant) -> Result<Place> {
        let newest: Option<i64> = sqlx::query_scalar("select max(incident) from alerts where who = $1")
            .bind(who)
            .fetch_one(self.reader())
            .await?;
        let known: Vec<i64> = sqlx::query_scalar(
            "select distinct incident from alerts where who = $1 and incident is not null and seen_at > $2
             order by incident desc limit $3",
        )
        .bind(who)
        .bind(now.micros() - JOINED_MICROS)
        .bind(LOOKED_AT)
        .fetch_all(self.reader())
        .await?;
        for number in &known {
            if let Some(key) = self.open_incident(Key(*number)).await? {
                return Ok(Place::Known(key));
            }
        }
        Ok(Place::New(newest))
    }

    /// The incident, or the one that it was merged into, if it takes in what happens again.
    async fn open_incident(&self, mut key: Key) -> Result<Option<Key>> {
        for _ in 0..MERGES_MAX {
            let dossier = match self.dossier(&Actor::system(), key).await {
                Ok(dossier) => dossier,
                Err(Error::Refused(refusal)) if refusal.kind == RefusalKind::Absent => return Ok(None),
                Err(error) => return Err(error),
            };
            match dossier.merged_into() {
                Some(into) => key = into,
                None => return Ok(dossier.takes_alerts().then_some(key)),
            }
        }
        Ok(None)
    }
}

/// The agent's file as a rule needs it.
type File<'a> = Option<&'a AgentCase>;

/// Whose alert it is, as its row has it.
pub(super) fn who_of(agent: Option<&Id>, name: &str) -> String {
    match agent {
        Some(agent) => agent.to_string(),
        None => format!("name:{}", domain::spelling::fold(name)),
    }
}
