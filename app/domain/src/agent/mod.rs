//! The registry of agents: who answers for an agent, what it may do, and whether an act lay within that.
//!
//! An agent is a case file of its own, beside the incidents. What it was granted is never rewritten: a grant that
//! ends keeps its end, and a narrower one takes its place, so that what was allowed at a time can be asked later.

mod act;
mod case;
pub mod containment;
mod csv;
mod draft;
mod entry;
mod grant;
mod granting;
mod identifier;
mod index;
mod pattern;
mod review;
mod reviewing;
pub mod scope;
mod status;
pub mod told;
mod undo;
mod uniting;
mod used;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::spelling::same_folded;
use crate::vocabulary::Fallback;
use crate::{Id, Instant};

pub use act::{Act, Place};
pub use case::{AgentCase, AgentComment, AgentNoun, AgentRecord};
pub use csv::{COLUMNS as CSV_COLUMNS, TableRow, agents_csv, read_agents};
pub use draft::{AgentDraft, StopDraft};
pub use entry::{AgentAct, AgentChange, AgentEntry, Taken};
pub use grant::{ConfirmationRule, Ended, Grant, Task, Until};
pub use granting::{GrantDraft, NarrowDraft, NarrowingDraft, ReasonDraft};
pub use identifier::{IDENTIFIERS_MAX, Identifier};
pub use index::{Index, Meant, Scopes};
pub use pattern::{PATTERN_CHARS_MAX, Pattern};
pub use review::{AgentReview, GrantReview, ReviewedAs};
pub use reviewing::{AgentCommentDraft, GrantReviewDraft, ReviewDraft, StatusDraft};
pub use status::{AgentStatus, Standing};
pub use undo::{is_undoable, last_act};
pub use uniting::{SplitDraft, UnitingDraft, split, unite};
pub use used::{USED_DAYS, Usage};

/// Microseconds of a day, in which intervals of review are counted.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// An agent that this instance knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Agent {
    /// Its id in the registry.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// What it was called before: old logs know it so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<String>,
    /// The names under which logs know it.
    #[serde(default)]
    pub identifiers: Vec<Identifier>,
    /// The account here of the person who answers for it.
    #[serde(default)]
    pub owner: Option<Id>,
    /// Who answers for it, where that person has no account here.
    #[serde(default)]
    pub owner_name: String,
    /// The team it belongs to.
    #[serde(default)]
    pub team: String,
    /// What it is for.
    #[serde(default)]
    pub purpose: String,
    /// Its model.
    #[serde(default)]
    pub model: String,
    /// Its version.
    #[serde(default)]
    pub agent_version: String,
    /// The framework it runs in.
    #[serde(default)]
    pub framework: String,
    /// Where it runs.
    #[serde(default)]
    pub environment: String,
    /// Every status it had, from the first to the present one.
    #[serde(default)]
    pub history: Vec<Standing>,
    /// What it is declared to do when it cannot ask for confirmation.
    #[serde(default = "undefined")]
    pub default_on_unconfirmable: Fallback,
    /// How it is stopped.
    #[serde(default)]
    pub stop: Stop,
    /// Work depends on it, so that two people decide about stopping it.
    #[serde(default)]
    pub critical: bool,
    /// A rule may suspend it, without a person: somebody opted in to that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_be_suspended_by_rules: bool,
    /// Its grants are reviewed once in so many days.
    #[serde(default)]
    pub review_days: Option<u32>,
    /// When they last were.
    #[serde(default)]
    pub last_review: Option<Instant>,
    /// The agents that turned out to be this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<Id>,
    /// The agent that this one turned out to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Id>,
}

fn undefined() -> Fallback {
    Fallback::Undefined
}

/// How an agent is stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stop {
    /// Where: the page, command or switch.
    #[serde(default)]
    pub place: String,
    /// Who may.
    #[serde(default)]
    pub who: String,
    /// When stopping it was last tried.
    #[serde(default)]
    pub last_drill: Option<Instant>,
}

impl Agent {
    /// An agent of whom only the name is known, as it was proposed.
    pub fn named(id: Id, name: String, at: Instant) -> Self {
        Self {
            id,
            name,
            former_names: Vec::new(),
            identifiers: Vec::new(),
            owner: None,
            owner_name: String::new(),
            team: String::new(),
            purpose: String::new(),
            model: String::new(),
            agent_version: String::new(),
            framework: String::new(),
            environment: String::new(),
            history: vec![Standing { status: AgentStatus::Proposed, from: at, by: None, reason: String::new() }],
            default_on_unconfirmable: Fallback::Undefined,
            stop: Stop::default(),
            critical: false,
            may_be_suspended_by_rules: false,
            review_days: None,
            last_review: None,
            merged: Vec::new(),
            merged_into: None,
        }
    }

    /// Its present status.
    pub fn status(&self) -> AgentStatus {
        self.history.last().map_or(AgentStatus::Proposed, |standing| standing.status)
    }

    /// Its status at a time; `None` before it was known here.
    pub fn status_at(&self, at: Instant) -> Option<AgentStatus> {
        status::status_at(&self.history, at)
    }

    /// When its grants are to be reviewed next: the interval after the last review, or after it was first known.
    pub fn next_review(&self) -> Option<Instant> {
        let since = self.last_review.or_else(|| self.history.first().map(|standing| standing.from))?;
        self.review_days.map(|days| since.plus_micros(i64::from(days) * DAY))
    }

    /// Whether a review is due by now. Who is retired needs none.
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.status() != AgentStatus::Retired && self.next_review().is_some_and(|due| due <= now)
    }

    /// Whether nobody answers for it: nobody was named, or the account is not in use any more.
    pub fn is_unowned(&self, is_in_use: impl Fn(&Id) -> bool) -> bool {
        match &self.owner {
            Some(owner) => !is_in_use(owner),
            None => self.owner_name.is_empty(),
        }
    }

    /// Whether a log that names somebody so means this agent: by an identifier, by its name, or by a former one.
    pub fn knows(&self, name: &str) -> bool {
        !name.trim().is_empty()
            && (self.identifiers.iter().any(|identifier| identifier.matches(name))
                || self.former_names.iter().chain([&self.name]).any(|known| same_folded(known, name)))
    }
}

/// Everything the registry keeps of one agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentFile {
    /// The agent.
    pub agent: Agent,
    /// What it was ever granted.
    #[serde(default)]
    pub grants: Vec<Grant>,
    /// The reviews of its grants.
    #[serde(default)]
    pub reviews: Vec<AgentReview>,
}

impl AgentFile {
    /// The grants that hold at a time.
    pub fn grants_at(&self, at: Instant) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(move |grant| grant.is_live_at(at))
    }
}

#[cfg(test)]
pub(crate) mod tests;
