//! An agent as it is sent, before the rules have looked at it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::entry::AgentEntry;
use super::{Agent, AgentStatus, Grant, IDENTIFIERS_MAX, Identifier, Standing, Stop};
use crate::access::refuse_agent;
use crate::draft::{LINE_CHARS_MAX, When, elsewhere, few, optional_line};
use crate::nesting;
use crate::spelling::{fold, parse_line, parse_name, same_folded};
use crate::vocabulary::Fallback;
use crate::{Id, Instant, Refusal, Ruled};

/// The longest interval between two reviews, in days.
const REVIEW_DAYS_MAX: u32 = 1_000;

/// An agent as sent.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct AgentDraft {
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// The names under which logs know it.
    #[serde(default)]
    pub identifiers: Vec<String>,
    /// The account of the person who answers for it.
    pub owner: Option<Id>,
    /// Who answers for it, where that person has no account here.
    pub owner_name: Option<String>,
    /// The team it belongs to.
    pub team: Option<String>,
    /// What it is for, in Markdown.
    pub purpose: Option<String>,
    /// Its model.
    pub model: Option<String>,
    /// Its version.
    pub agent_version: Option<String>,
    /// The framework it runs in.
    pub framework: Option<String>,
    /// Where it runs.
    pub environment: Option<String>,
    /// What it is declared to do when it cannot ask.
    pub default_on_unconfirmable: Option<Fallback>,
    /// How it is stopped.
    #[serde(default)]
    pub stop: StopDraft,
    /// Whether work depends on it.
    #[serde(default)]
    pub critical: bool,
    /// Whether a rule may suspend it.
    #[serde(default)]
    pub may_be_suspended_by_rules: bool,
    /// Its grants are reviewed once in so many days.
    pub review_days: Option<u32>,
}

/// How an agent is stopped, as sent.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct StopDraft {
    /// Where.
    pub place: Option<String>,
    /// Who may.
    pub who: Option<String>,
    /// When stopping it was last tried.
    pub last_drill: Option<When>,
}

impl AgentDraft {
    fn apply(self, agent: Agent, entry: &AgentEntry) -> Ruled<Agent> {
        let line =
            |field: &str, text: Option<String>| Ok(optional_line(field, text, LINE_CHARS_MAX)?.unwrap_or_default());
        let name = parse_name("name", self.name, "Give the agent the name by which people here know it.")?;
        let owner = elsewhere("owner", self.owner)?;
        if owner.is_some() && owner != agent.owner && !owner.as_ref().is_some_and(|owner| entry.is_account(owner)) {
            return Err(Refusal::field(
                "owner",
                "Choose a person with an account in use, or write the name of somebody without one.",
            ));
        }
        if self.review_days.is_some_and(|days| days == 0 || days > REVIEW_DAYS_MAX) {
            let sentence = format!("An interval is 1 to {REVIEW_DAYS_MAX} days: leave it empty for no reviews.");
            return Err(Refusal::field("review_days", sentence));
        }
        let mut former_names = agent.former_names.clone();
        if !same_folded(&agent.name, &name) && !former_names.iter().any(|known| same_folded(known, &agent.name)) {
            former_names.push(agent.name.clone());
        }
        former_names.retain(|known| !same_folded(known, &name));
        Ok(Agent {
            identifiers: identifiers("identifiers", &self.identifiers)?,
            former_names,
            name,
            owner,
            owner_name: line("owner_name", self.owner_name)?,
            team: line("team", self.team)?,
            purpose: nesting::written("purpose", self.purpose.unwrap_or_default())?,
            model: line("model", self.model)?,
            agent_version: line("agent_version", self.agent_version)?,
            framework: line("framework", self.framework)?,
            environment: line("environment", self.environment)?,
            default_on_unconfirmable: self.default_on_unconfirmable.unwrap_or(Fallback::Undefined),
            stop: self.stop.apply(entry)?,
            critical: self.critical,
            may_be_suspended_by_rules: self.may_be_suspended_by_rules,
            review_days: self.review_days,
            ..agent
        })
    }
}

impl StopDraft {
    fn apply(self, entry: &AgentEntry) -> Ruled<Stop> {
        let line =
            |field: &str, text: Option<String>| Ok(optional_line(field, text, LINE_CHARS_MAX)?.unwrap_or_default());
        Ok(Stop {
            place: line("stop.place", self.place)?,
            who: line("stop.who", self.who)?,
            last_drill: self.last_drill.map(|when| moment("stop.last_drill", when, entry)).transpose()?,
        })
    }
}

/// Reads a time of which the beginning counts.
pub(super) fn moment(field: &str, when: When, entry: &AgentEntry) -> Ruled<Instant> {
    let range = when.read_at(field, entry.now(), entry.zone())?;
    let missing = "Write a day or a time, such as 2026-03-18, or leave it empty where nobody knows.";
    range.earliest.or(range.latest).ok_or_else(|| Refusal::field(field, missing))
}

/// Reads identifiers, each once. A comma in one belongs to it: directories name agents so.
pub(super) fn identifiers(field: &str, sent: &[String]) -> Ruled<Vec<Identifier>> {
    let typed = || sent.iter().filter(|text| !text.trim().is_empty());
    few(field, typed().count(), IDENTIFIERS_MAX)?;
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for text in typed() {
        // What a person types is refused where an old name or one of a log would be cleaned.
        parse_line(field, text.to_string(), LINE_CHARS_MAX)?;
        let identifier = Identifier::parse(field, text)?;
        if seen.insert(fold(identifier.as_str())) {
            found.push(identifier);
        }
    }
    Ok(found)
}

impl AgentEntry {
    /// Registers an agent. It is proposed until somebody makes it active.
    pub fn register(&mut self, draft: AgentDraft) -> Ruled<Id> {
        let id = self.new_id();
        let proposed = Standing {
            status: AgentStatus::Proposed,
            from: self.now(),
            by: Some(self.by().clone()),
            reason: String::new(),
        };
        let name = draft.name.clone();
        let blank = Agent { history: vec![proposed], ..Agent::named(id.clone(), name, self.now()) };
        let agent = draft.apply(blank, self)?;
        self.put(Agent { former_names: Vec::new(), ..agent });
        Ok(id)
    }

    /// Replaces what is said of the agent. An agent's token could make itself another agent's name.
    pub fn edit(&mut self, draft: AgentDraft) -> Ruled<()> {
        refuse_agent(self.by(), "change what is registered of an agent")?;
        self.refuse_merged()?;
        let agent = self.file().agent()?.clone();
        let agent = draft.apply(agent, self)?;
        self.refuse_own_approval(&agent)?;
        self.put(agent);
        Ok(())
    }

    /// Whoever answers for an agent does not alone grant it grave things; so nobody takes over an agent to whom they
    /// granted such things, and that still holds.
    pub(super) fn refuse_own_approval(&self, agent: &Agent) -> Ruled<()> {
        let was = self.file().agent()?;
        if (&was.owner, &was.owner_name) == (&agent.owner, &agent.owner_name) {
            return Ok(());
        }
        let now = self.now();
        let is_own = |grant: &Grant| {
            let by_account = agent.owner.is_some() && grant.approver == agent.owner;
            by_account || (!agent.owner_name.is_empty() && same_folded(&grant.approver_name, &agent.owner_name))
        };
        let mut grave =
            self.file().grants.iter().filter(|grant| grant.is_grave() && grant.ends().is_none_or(|end| now < end));
        match grave.find(|grant| is_own(grant)) {
            None => Ok(()),
            Some(grant) => Err(Refusal::field(
                "owner",
                format!(
                    "{} approved “{}”, and whoever answers for an agent does not alone approve destructive acts or \
                     privileges: end that grant first, or have a colleague give it anew.",
                    grant.approver_name,
                    grant.in_words()
                ),
            )),
        }
    }

    /// What was merged into another agent is read-only.
    pub(crate) fn refuse_merged(&self) -> Ruled<()> {
        match self.file().agent()?.merged_into {
            Some(_) => Err(Refusal::state("This agent was merged into another one: work on that one.")),
            None => Ok(()),
        }
    }

    /// Whether the one who writes answers for the agent: by account, or by any name they ever had.
    pub fn is_owner(&self) -> Ruled<bool> {
        let agent = self.file().agent()?;
        let named = std::iter::once(&self.by().name).chain(self.names());
        let is_named =
            !agent.owner_name.is_empty() && named.into_iter().any(|name| same_folded(name, &agent.owner_name));
        Ok(agent.owner.as_ref() == Some(&self.by().id) || is_named)
    }
}
