//! Judging acts one after another.
//!
//! What it remembers is bounded: bursts, outputs that nobody confirmed, and which resources were named already. It is
//! pure: the same acts in the same order give the same offences.

mod bursts;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use self::bursts::Bursts;
use super::outputs::Outputs;
use super::{Act, Level, MANY_AGENTS, MANY_RESOURCES, Offence, Response, Roster, RuleKind, RuleSetting, Who};
use crate::agent::AgentStatus;
use crate::agent::scope::{Decision, Deed, Scope};
use crate::timeline::{Effect, OutputMode, ProvenanceLabel, Verb};
use crate::{Id, Instant, Tri};

/// So many resources of one agent and rule are told one by one within a window; the others together.
const RESOURCES_MAX: usize = 100;

/// So many agents that nobody knows are told one by one within a window; the others together.
const STRANGERS_MAX: usize = 500;

/// How long it is remembered what was told, in microseconds.
const TOLD_MICROS: i64 = 3_600_000_000;

/// What an agent is called that the log does not name.
const NAMELESS: &str = "an agent that the log does not name";

/// What a source says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Intake<'a> {
    /// Its id.
    pub source: &'a Id,
    /// The agents whose acts it shows.
    pub agents: &'a [Id],
    /// Whether only agents act here, so that an actor whom nobody knows is an agent that nobody knows.
    pub agents_only: bool,
}

/// Judges the acts of one source.
#[derive(Debug, Default)]
pub struct Watcher {
    bursts: Bursts,
    outputs: Outputs,
    told: HashMap<(RuleKind, String), HashSet<String>>,
    strangers: HashSet<String>,
    told_since: Option<Instant>,
}

/// The rules that are on for a source.
struct Rules<'a>([Option<&'a RuleSetting>; RuleKind::ALL.len()]);

/// An act that is looked at.
struct Looked<'a> {
    place: usize,
    act: &'a Act,
    who: Who<'a>,
    agent: Option<&'a Id>,
    at: Instant,
    decision: Decision<'a>,
    people: &'a [&'a str],
}

impl<'a> Rules<'a> {
    fn of(settings: &'a [RuleSetting], source: &Id) -> Self {
        let mut rules = Self([None; RuleKind::ALL.len()]);
        for setting in settings.iter().filter(|setting| setting.is_for_source(source)) {
            rules.0[setting.kind as usize] = Some(setting);
        }
        rules
    }

    fn get(&self, kind: RuleKind, agent: Option<&Id>) -> Option<&'a RuleSetting> {
        self.0[kind as usize].filter(|setting| setting.is_for_agent(agent))
    }
}

/// What is dated further ahead than an hour has no time that is known.
const AHEAD_MICROS: i64 = 3_600_000_000;

impl Watcher {
    /// What the rules have to say about acts that came in together, in the order of their times. `now` stands for the
    /// time of an act where that is not known.
    pub fn judge(
        &mut self,
        intake: &Intake,
        acts: &[Act],
        roster: &Roster,
        settings: &[RuleSetting],
        now: Instant,
    ) -> Vec<Offence> {
        let rules = Rules::of(settings, intake.source);
        if rules.0.iter().all(Option::is_none) {
            return Vec::new();
        }
        if self.told_since.is_none_or(|since| now.micros() - since.micros() >= TOLD_MICROS) {
            (self.told, self.strangers, self.told_since) = (HashMap::new(), HashSet::new(), Some(now));
        }
        let mut offences = Vec::new();
        for place in in_order_of_time(acts, now) {
            let act = &acts[place];
            if !act.is_act() && !act.record.hints.logging_control {
                continue;
            }
            let who = roster.whose(act, intake);
            let people: Vec<&str> = act.record.confirmers().map(|by| by.name.as_str()).collect();
            let Some(decision) = who.decide(&act.deed(&people)) else { continue };
            let agent = who.agent().map(|agent| &agent.id);
            // Clocks differ, but whoever dates acts far ahead does not move them apart from each other.
            let at = act.at().filter(|at| at.micros() - now.micros() <= AHEAD_MICROS).unwrap_or(now);
            self.look(&Looked { place, act, who, agent, at, decision, people: &people }, &rules, &mut offences);
        }
        offences
    }

    fn look(&mut self, looked: &Looked, rules: &Rules, offences: &mut Vec<Offence>) {
        let is_within = looked.decision.scope == Scope::Within;
        let act = looked.act;
        let (verb, effect) = (act.record.verb, act.record.effect);
        let is_destructive = act.is_destructive();
        let mut say = |rule: RuleKind, why: &mut dyn FnMut(&RuleSetting) -> Option<String>| {
            let Some(setting) = rules.get(rule, looked.agent) else { return false };
            let why = why(setting);
            let fired = why.is_some();
            offences.extend(why.map(|why| self.offence(looked, setting, why)));
            fired
        };
        if matches!(looked.who, Who::Stranger) {
            say(RuleKind::UnknownAgent, &mut |_| Some("The registry does not know this agent.".into()));
        }
        let stopped = !is_within && say(RuleKind::ActAfterStop, &mut |_| looked.after_stop());
        if !is_within && !stopped && !matches!(looked.who, Who::Stranger) {
            say(RuleKind::OutOfScope, &mut |_| Some(looked.decision.sentence(&looked.deed())));
        }
        if act.record.hints.logging_control {
            say(RuleKind::LoggingControl, &mut |_| Some(looked.on_logging()));
        }
        if !is_within && (matches!(verb, Verb::Grant | Verb::Share) || effect == Effect::Privilege) {
            say(RuleKind::PrivilegeOrShare, &mut |_| Some(looked.decision.sentence(&looked.deed())));
        }
        let is_unconfirmed = act.record.confirmed() != Tri::Yes;
        if is_destructive && !is_within && is_unconfirmed && act.happened() {
            say(RuleKind::DestructiveUnconfirmed, &mut |_| Some(act.record.confirmation.reason().into()));
        }
        if verb == Verb::Post || act.record.ours.is_some() {
            say(RuleKind::UnlabelledOutput, &mut |setting| looked.unlabelled(setting));
        }
        self.count(looked, rules, is_destructive, offences);
        self.follow(looked, rules, offences);
    }

    /// Bursts.
    fn count(&mut self, looked: &Looked, rules: &Rules, is_destructive: bool, offences: &mut Vec<Offence>) {
        let Some(setting) = rules.get(RuleKind::Burst, looked.agent) else { return };
        if !is_destructive || !looked.act.happened() {
            return;
        }
        let micros = i64::from(setting.seconds) * 1_000_000;
        if self.bursts.add(&looked.key(), looked.at, setting.count as usize, micros) {
            let why = format!("{} or more destructive acts within {} seconds.", setting.count, setting.seconds);
            let mut offence = self.offence(looked, setting, why);
            // One alert for the burst, wherever it went.
            offence.resource.clear();
            offences.push(offence);
        }
    }

    /// What one agent does with what another one wrote.
    fn follow(&mut self, looked: &Looked, rules: &Rules, offences: &mut Vec<Offence>) {
        let Some(setting) = rules.get(RuleKind::ActingOnUnconfirmed, looked.agent) else { return };
        let record = &looked.act.record;
        if record.resource.is_empty() || !looked.act.happened() {
            return;
        }
        let key = looked.key();
        if matches!(record.verb, Verb::Read | Verb::List | Verb::Search) {
            return self.outputs.read(&record.resource, &key, looked.at);
        }
        if !record.effect.is_effectful() {
            return;
        }
        let is_confirmed = record.confirmed() == Tri::Yes;
        let micros = i64::from(setting.seconds) * 1_000_000;
        let behind = self.outputs.behind(&key, looked.at, micros).filter(|_| !is_confirmed);
        let why = behind.map(|reading| {
            format!(
                "Within {} seconds before, it had read {}, which {} had written; no person is shown to have said yes to either.",
                setting.seconds, reading.resource, reading.by
            )
        });
        offences.extend(why.map(|why| self.offence(looked, setting, why)));
        self.outputs.write(&record.resource, &key, looked.at, is_confirmed);
    }

    fn offence(&mut self, looked: &Looked, setting: &RuleSetting, why: String) -> Offence {
        let (level, response) = match looked.decision.scope {
            // That something cannot be told accuses nobody.
            Scope::CannotTell if setting.kind == RuleKind::OutOfScope => {
                (Level::Note, setting.response.min(Response::Alert))
            }
            _ => (setting.level, setting.response),
        };
        let name = self.name(looked);
        let who = looked.agent.map_or_else(|| name.clone(), Id::to_string);
        let resource = self.resource(setting.kind, who, &looked.act.record.resource);
        Offence {
            rule: setting.kind,
            agent: looked.agent.cloned(),
            name,
            resource,
            why,
            level,
            response,
            act: looked.place,
            at: looked.at,
        }
    }

    /// The name of who acted; one for all where too many are unknown.
    fn name(&mut self, looked: &Looked) -> String {
        let name = looked.name();
        if looked.agent.is_some() || self.strangers.contains(name) {
            return name.into();
        }
        if self.strangers.len() >= STRANGERS_MAX {
            return MANY_AGENTS.into();
        }
        self.strangers.insert(name.into());
        name.into()
    }

    /// The resource; one for all where there are too many.
    fn resource(&mut self, rule: RuleKind, who: String, resource: &str) -> String {
        let told = self.told.entry((rule, who)).or_default();
        if !told.contains(resource) {
            if told.len() >= RESOURCES_MAX {
                return MANY_RESOURCES.into();
            }
            told.insert(resource.into());
        }
        resource.into()
    }
}

impl Looked<'_> {
    fn deed(&self) -> Deed<'_> {
        self.act.deed(self.people)
    }

    fn name(&self) -> &str {
        let actor = &self.act.record.actor;
        match self.who.agent() {
            Some(agent) => &agent.name,
            None if actor.name.is_empty() => actor.id.as_deref().unwrap_or(NAMELESS),
            None => &actor.name,
        }
    }

    /// Under which the agent is remembered.
    fn key(&self) -> String {
        self.name().to_string()
    }

    /// That the agent had been stopped when it acted.
    fn after_stop(&self) -> Option<String> {
        let agent = self.who.agent().filter(|_| self.decision.scope == Scope::Suspended)?;
        match agent.status_at(self.at)? {
            AgentStatus::Suspended => Some("The agent was suspended at that time.".into()),
            AgentStatus::Retired => Some("The agent was retired at that time.".into()),
            AgentStatus::Proposed | AgentStatus::Active => None,
        }
    }

    fn on_logging(&self) -> String {
        let tried = if self.act.happened() { "changed" } else { "tried to change" };
        format!("The act {tried} what is logged.")
    }

    /// That its text has none of the labels that are asked for there. Where the log has no text nobody can say.
    fn unlabelled(&self, setting: &RuleSetting) -> Option<String> {
        let record = &self.act.record;
        let is_asked = setting.resources.iter().any(|pattern| pattern.matches(&record.resource));
        if !is_asked || !self.act.happened() {
            return None;
        }
        let told = record.ours.as_ref().map(|ours| (ours.output_mode, ours.provenance_label));
        let is_bare = match told {
            Some((Some(OutputMode::Draft), _)) => false,
            Some((_, ProvenanceLabel::None)) => true,
            Some((_, label)) if label != ProvenanceLabel::Unknown => false,
            _ if record.message.is_empty() => false,
            _ => {
                let text = record.message.to_lowercase();
                !setting.labels.iter().any(|label| text.contains(&label.to_lowercase()))
            }
        };
        is_bare.then(|| "The text has none of the labels that are asked for there.".into())
    }
}

/// The places of acts in the order of their times; of those at one time in the order in which they came.
fn in_order_of_time(acts: &[Act], now: Instant) -> Vec<usize> {
    let mut places: Vec<usize> = (0..acts.len()).collect();
    places.sort_by_key(|place| acts[*place].at().unwrap_or(now));
    places
}
