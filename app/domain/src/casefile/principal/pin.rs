//! An agent as an incident pinned it: what the registry said then, so that no later change of the registry changes
//! what is said about an old act.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::refuse_agent;
use crate::agent::scope::{Decided, Deed, Known, Scope, decide};
use crate::agent::{AgentCase, Grant, Standing};
use crate::casefile::{CaseItem, Dossier, Entry};
use crate::draft::LINE_CHARS_MAX;
use crate::principal::{Fallback, Principal};
use crate::reader::log::LogRecord;
use crate::spelling::{fold, parse_line, same_name};
use crate::timeline::{Effect, Event, EventKind, Outcome, Reversibility, Verb};
use crate::vocabulary::{Confirmation, PrincipalKind};
use crate::{Id, Instant, Refusal, Ruled, Stamp, Tri};

/// So many grants are pinned: those that held last.
const PINNED_MAX: usize = 500;

/// What the registry said of an agent when a person linked a principal to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pin {
    /// The agent in the registry.
    pub agent: Id,
    /// What it was called there.
    pub name: String,
    /// The version of its file.
    pub version: u64,
    /// Its statuses, with the time since when each held.
    pub history: Vec<Standing>,
    /// What it was ever granted, each grant with its beginning and end.
    pub grants: Vec<Grant>,
    /// What it was declared to do when it cannot ask.
    pub default_on_unconfirmable: Fallback,
    /// The reference of the task it worked on here, where that is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub task: String,
    /// Who linked it and when.
    pub pinned: Stamp,
}

impl Pin {
    /// What the scope of an act is decided from.
    pub fn known(&self) -> Known<'_> {
        Known { history: &self.history, grants: &self.grants }
    }
}

/// A link to the registry as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct LinkDraft {
    /// The agent in the registry, by its id or by a name under which it is known there.
    pub agent: Id,
    /// The reference of the task it worked on.
    pub task: Option<String>,
}

impl Entry {
    /// Links a principal to an agent of the registry, and pins what the registry says of it now. To link it again takes
    /// what it says then.
    pub fn link_agent(&mut self, id: &Id, task: Option<String>, case: &AgentCase) -> Ruled<()> {
        refuse_agent(self.by(), "say which agent acted")?;
        let mut principal = self.get::<Principal>(id)?.record;
        if principal.kind == PrincipalKind::Human {
            return Err(Refusal::state(
                "This principal is a person. Only an agent, a service or a system is linked to the registry of agents.",
            ));
        }
        let agent = case.agent()?;
        let mut grants: Vec<Grant> = case.grants.iter().map(|kept| kept.record.clone()).collect();
        grants.sort_by_key(|grant| std::cmp::Reverse(grant.ends().map_or(i64::MAX, Instant::micros)));
        grants.truncate(PINNED_MAX);
        let other = self.dossier().principals.iter().find(|known| known.id != *id && known.pins(&agent.id));
        if let Some(other) = other {
            return Err(Refusal::field(
                "agent",
                format!(
                    "“{}” is linked to this agent already: merge the two principals, or choose another agent.",
                    other.name
                ),
            ));
        }
        principal.pin = Some(Pin {
            agent: agent.id.clone(),
            name: agent.name.clone(),
            version: case.version,
            history: agent.history.clone(),
            grants,
            default_on_unconfirmable: agent.default_on_unconfirmable,
            task: parse_line("task", task.unwrap_or_default(), LINE_CHARS_MAX)?,
            pinned: self.stamp(),
        });
        self.put(principal);
        Ok(())
    }

    /// Takes the link to the registry away, and what was pinned with it.
    pub fn unlink_agent(&mut self, id: &Id) -> Ruled<()> {
        refuse_agent(self.by(), "say which agent acted")?;
        let mut principal = self.get::<Principal>(id)?.record;
        if principal.pin.take().is_none() {
            return Err(Refusal::state("This principal is not linked to the registry."));
        }
        self.put(principal);
        Ok(())
    }
}

impl Principal {
    /// Whether it is linked to an agent of the registry.
    pub fn pins(&self, agent: &Id) -> bool {
        self.pin.as_ref().is_some_and(|pin| pin.agent == *agent)
    }
}

/// What is said of an act beside grants that nobody pinned.
pub const NOT_WEIGHED: &str = "not weighed: these grants are only reported";

/// What was asked for, what was granted, and what was done, side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SideBySide {
    /// Whether somebody asked for it.
    pub asked: String,
    /// What the agent was granted that bears on it.
    pub granted: String,
    /// What it did.
    pub done: String,
    /// How the act stands to what was pinned; `None` where nothing was.
    pub decided: Option<Decided>,
}

impl SideBySide {
    /// The decision and why; of grants that are only reported, that they are not weighed.
    pub fn so(&self) -> String {
        match &self.decided {
            Some(decided) => format!("{}. {}", decided.scope, decided.sentence),
            None => NOT_WEIGHED.into(),
        }
    }
}

impl Event {
    /// What is known of the act, for its scope; `people` are those who confirmed it, by name.
    pub fn deed<'a>(&'a self, task: &'a str, people: &'a [&'a str]) -> Deed<'a> {
        let confirmation = match self.confirmed {
            Tri::Yes => Confirmation::Human,
            Tri::No => Confirmation::None,
            Tri::Unknown => Confirmation::Unknown,
        };
        Deed {
            verb: self.verb,
            resource: &self.resource,
            effect: self.effect,
            reversibility: self.reversibility,
            task,
            earliest: self.time.earliest,
            latest: self.time.latest,
            confirmation,
            people,
        }
    }

    /// Whether it is an act that a grant could allow, and not something that is only said about one.
    fn is_act(&self) -> bool {
        !matches!(self.kind, EventKind::Alert | EventKind::Decision | EventKind::Note | EventKind::Stop)
    }
}

impl Dossier {
    /// How an act stands to the grants that were pinned of its actor; `None` where none were, or where it is no act.
    pub fn scope_of(&self, event: &Event) -> Option<Decided> {
        let pin = self.principals.find(&event.actor)?.pin.as_ref()?;
        let people = event.confirmed_by.iter().filter_map(|id| self.principals.find(id));
        let people = people.filter(|kept| kept.kind == PrincipalKind::Human).map(|kept| kept.name.as_str());
        let people: Vec<&str> = people.collect();
        let deed = event.deed(&pin.task, &people);
        event.is_act().then(|| decide(Some(pin.known()), &deed).told(&deed))
    }

    /// How an act that a log shows stands to the grants that were pinned of whoever did it, with what was granted that
    /// bears on it; `None` where nobody is linked to the registry under that name, or where it is no act.
    pub fn scope_of_record(&self, record: &LogRecord) -> Option<(String, Decided)> {
        let is_named = |kept: &&CaseItem<Principal>| {
            let mut names = kept.former_names.iter().chain([&kept.name]);
            kept.pin.is_some() && names.any(|name| same_name(name, &record.actor.name))
        };
        let is_act = (record.verb, record.effect) != (Verb::Other, Effect::None);
        let mut named = self.principals.iter().filter(is_named);
        // Two of one name are told apart by people alone.
        let (pin, None) = (named.next()?.pin.as_ref()?, named.next()) else { return None };
        let people: Vec<&str> = record.confirmers().map(|by| by.name.as_str()).collect();
        let deed = Deed {
            verb: record.verb,
            resource: &record.resource,
            effect: record.effect,
            reversibility: Reversibility::Unknown,
            task: &pin.task,
            earliest: record.time,
            latest: record.time_latest.or(record.time),
            confirmation: record.confirmation,
            people: &people,
        };
        let decided = is_act.then(|| decide(Some(pin.known()), &deed).told(&deed))?;
        Some((pin.granted(Some(&decided)), decided))
    }

    /// Asked, granted and done of an agent's act; `None` where nothing is known of its grants.
    pub fn side_by_side(&self, event: &Event) -> Option<SideBySide> {
        let actor = self.principals.find(&event.actor)?;
        if !event.is_act() || (actor.pin.is_none() && actor.grants.is_empty()) {
            return None;
        }
        let decided = self.scope_of(event);
        let granted = match &actor.pin {
            Some(pin) => pin.granted(decided.as_ref()),
            None => reported(actor),
        };
        Some(SideBySide { asked: self.asked(event), granted, done: self.done(event), decided })
    }

    /// The acts of agents that were not within what was pinned of their grants.
    pub fn acts_beside_grants(&self) -> Vec<(&CaseItem<Event>, SideBySide)> {
        let acts = self.timeline().into_iter().filter_map(|event| Some((event, self.side_by_side(event)?)));
        acts.filter(|(_, side)| side.decided.as_ref().is_some_and(|decided| decided.scope != Scope::Within)).collect()
    }

    fn asked(&self, event: &Event) -> String {
        let by = event.invoked_by.as_ref().or(event.on_behalf_of.as_ref()).map(|id| self.name_of(id));
        match (event.requested, by) {
            (Tri::Yes, Some(by)) => format!("yes; invoked by {by}"),
            (Tri::Yes, None) => "yes".into(),
            (Tri::No, Some(by)) => format!("no; {by} had set the agent going, and nobody asked for this act"),
            (Tri::No, None) => "no; nobody asked for this act".into(),
            (Tri::Unknown, Some(by)) => format!("not known; invoked by {by}"),
            (Tri::Unknown, None) => "not known".into(),
        }
    }

    fn done(&self, event: &Event) -> String {
        let outcome = match event.outcome {
            Outcome::Success => "",
            Outcome::Denied => "; it was denied",
            Outcome::Error => "; it failed",
            Outcome::Unknown => "; how it ended is not known",
        };
        format!("{} ({}){outcome}", self.line(event), event.effect.label())
    }

    fn line(&self, event: &Event) -> String {
        format!("{} {}", event.verb.label(), event.resource).trim_end().to_string()
    }
}

impl Principal {
    /// The names under which an agent of the registry could be this principal; none where it is linked already, or is a
    /// person. Whether it is that agent is for a person to say.
    pub fn names_to_link(&self) -> impl Iterator<Item = &str> {
        let may_be = self.kind != PrincipalKind::Human && self.pin.is_none();
        let names = self.former_names.iter().chain([&self.name]).map(String::as_str);
        names.filter(move |name| may_be && !fold(name).is_empty())
    }
}

impl Pin {
    /// The grant that decides, or else all that were pinned.
    fn granted(&self, decided: Option<&Decided>) -> String {
        let deciding = decided.and_then(|decided| decided.grant.as_ref());
        let chosen: Vec<&Grant> = match deciding {
            Some(id) => self.grants.iter().filter(|grant| grant.id == *id).collect(),
            None => self.grants.iter().collect(),
        };
        match chosen.as_slice() {
            [] => format!("nothing, as the registry had it on {}", self.pinned.at.utc().format("%Y-%m-%d")),
            grants => grants.iter().map(|grant| grant.in_words()).collect::<Vec<_>>().join("; "),
        }
    }
}

fn reported(actor: &Principal) -> String {
    let scopes: Vec<&str> = actor.grants.iter().map(|grant| grant.scope.as_str()).collect();
    format!("{} (as reported)", scopes.join("; "))
}
