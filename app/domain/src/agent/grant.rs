//! What an agent was granted, for what, by whom, and from when to when.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::pattern::Pattern;
use crate::vocabulary::{Effect, Verb};
use crate::words::words;
use crate::{Id, Instant, Person};

words! {
    /// Which acts under a grant need a person's yes. Each asks for more than the one before it.
    #[derive(Default)]
    ConfirmationRule is "a confirmation rule" {
        #[default] None "none" "no act",
        BeforeIrreversible "before_irreversible" "before irreversible acts",
        BeforeEveryAct "before_every_act" "before every act",
        TwoPeople "two_people" "two people before every act",
    }
}

/// A permission of an agent. It is not rewritten once it holds: it ends, and a narrower one takes its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Grant {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub agent: Id,
    /// What the agent may do. `other` is no verb: nobody knows what it would allow.
    pub verbs: Vec<Verb>,
    /// To what.
    pub resources: Vec<Pattern>,
    /// The strongest effect an act may have.
    pub ceiling: Effect,
    /// The task it was given for.
    #[serde(default)]
    pub task: Task,
    /// Which acts need a person's yes.
    #[serde(default)]
    pub rule: ConfirmationRule,
    /// Why it was given.
    #[serde(default)]
    pub rationale: String,
    /// The account of the person who approved it.
    #[serde(default)]
    pub approver: Option<Id>,
    /// Who approved it, as shown; also where that person has no account here.
    #[serde(default)]
    pub approver_name: String,
    /// Since when it holds, as it was said.
    pub from: Instant,
    /// When it was recorded here; `None` in files from before this was kept. Until then it did not stand in the registry,
    /// whatever was said later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Instant>,
    /// Until when.
    #[serde(default)]
    pub until: Until,
    /// What else was said about it.
    #[serde(default)]
    pub conditions: String,
    /// Who ended it, when and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// The wider grant whose place it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub narrows: Option<Id>,
}

/// What a grant was given for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    /// In words.
    #[serde(default)]
    pub text: String,
    /// Its ticket or other reference.
    #[serde(default)]
    pub reference: String,
}

/// How long a grant holds, as it was given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Until {
    /// Nobody said until when.
    #[default]
    Never,
    /// Until a time.
    Time {
        /// From then on it holds no longer.
        at: Instant,
    },
    /// Until its task is closed.
    TaskClosed {
        /// When that was; `None` while the task is open.
        #[serde(default)]
        at: Option<Instant>,
    },
}

/// That a grant was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ended {
    /// From then on it holds no longer.
    pub at: Instant,
    /// Who took it back.
    #[serde(default)]
    pub by: Option<Person>,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

impl Grant {
    /// From when on it holds no longer, by its own end or because it was revoked; `None` while no end is known.
    pub fn ends(&self) -> Option<Instant> {
        let own = match self.until {
            Until::Never => None,
            Until::Time { at } => Some(at),
            Until::TaskClosed { at } => at,
        };
        own.into_iter().chain(self.ended.as_ref().map(|ended| ended.at)).min()
    }

    /// Since when it holds and stands in the registry.
    pub fn since(&self) -> Instant {
        self.recorded.map_or(self.from, |recorded| recorded.max(self.from))
    }

    /// Whether it was recorded only after the time since when it is said to hold.
    pub fn is_backdated(&self) -> bool {
        self.since() > self.from
    }

    /// Whether it holds at a time.
    pub fn is_live_at(&self, at: Instant) -> bool {
        self.from <= at && self.ends().is_none_or(|end| at < end)
    }

    /// What it allows, in words.
    pub fn in_words(&self) -> String {
        let verbs: Vec<&str> = self.verbs.iter().map(|verb| verb.label()).collect();
        let resources: Vec<&str> = self.resources.iter().map(Pattern::as_str).collect();
        let day = |at: Instant| at.utc().format("%Y-%m-%d");
        let mut words = format!("{} on {}", verbs.join(", "), resources.join(", "));
        words += &format!(" (at most “{}”; confirmed: {}", self.ceiling.label(), self.rule.label());
        words += &format!("; since {}", day(self.from));
        if day(self.since()).to_string() != day(self.from).to_string() {
            words += &format!(", recorded on {}", day(self.since()));
        }
        if let Some(end) = self.ends() {
            words += &format!(" until {}", day(end));
        }
        words + ")"
    }

    /// Whether an owner may not approve it alone: it allows to destroy, or to change privileges.
    pub fn is_grave(&self) -> bool {
        self.ceiling >= Effect::Destructive
    }

    /// Whether it allows nothing that the other does not, at any time: then it may take the other's place in a review.
    pub fn is_within(&self, other: &Self) -> bool {
        let narrower = |pattern: &Pattern| other.resources.iter().any(|wider| wider.covers(pattern));
        self.verbs.iter().all(|verb| other.verbs.contains(verb))
            && self.resources.iter().all(narrower)
            && self.ceiling <= other.ceiling
            && self.rule >= other.rule
            && self.from >= other.from
            && match (self.ends(), other.ends()) {
                (_, None) => true,
                (None, Some(_)) => false,
                (Some(own), Some(wider)) => own <= wider,
            }
    }
}
