//! Writing a draft, and adding to it what happens again.

use std::collections::{BTreeMap, BTreeSet};

use super::severity::happened;
use super::title::{summary, title};
use super::{Drafted, Placed, Raised, RaisedAct};
use crate::agent::AgentCase;
use crate::casefile::{CaseItem, Entry, PrincipalRef};
use crate::draft::{LINE_CHARS_MAX, NAME_CHARS_MAX, When};
use crate::id::SYSTEM;
use crate::incident::NewHead;
use crate::principal::Principal;
use crate::spelling::{clean_name, same_name, shown_line};
use crate::timeline::{Event, EventDraft, EventKind, MarkDraft, MarkName, Outcome, Verb};
use crate::vocabulary::PrincipalKind;
use crate::{Id, Instant, Ruled, TimeRange};

/// So many acts are put on the timeline of an incident by rules.
pub const ACTS_MAX: usize = 100;
/// So many alerts are told there one by one.
pub const ALERTS_MAX: usize = 20;
/// So many names of an agent are noted.
const ALIASES_MAX: usize = 20;
/// How the trace of the event begins that counts the alerts that are not told one by one.
const MORE: &str = "alerts/more/";

/// The result of adding alerts to an incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// The events of the acts.
    pub placed: Placed,
    /// Of alerts whose events were written: how many acts they say there were.
    pub told: BTreeMap<Id, u64>,
}

impl Entry {
    /// Drafts an incident of the alerts of one agent. `agent` is its file in the registry, where it has one.
    pub fn draft_incident(&mut self, raised: &[Raised], agent: Option<&AgentCase>) -> Ruled<Joined> {
        let lead = raised.iter().min_by_key(|one| (std::cmp::Reverse(one.alert.level), one.alert.raised_at));
        let Some(lead) = lead else { return Ok(Joined::default()) };
        let more = different_acts(raised).saturating_sub(1);
        let began = raised.iter().flat_map(|one| &one.acts).filter_map(|act| act.record.time).min();
        let systems: BTreeSet<String> = raised.iter().map(|one| one.source.clone()).collect();
        self.put_new_head(NewHead {
            title: title(lead, agent, more),
            summary: summary(lead),
            occurred: began.map_or_else(TimeRange::unknown, TimeRange::exact),
            systems: systems.into_iter().filter(|name| !name.is_empty()).collect(),
            drafted: Drafted { rule: lead.alert.rule, alert: lead.alert.id.clone(), decided: None },
        })?;
        let joined = self.tell(raised, agent, raised.len() as u64, 0)?;
        self.mark_draft(raised, &joined)?;
        self.expose(raised, true)?;
        self.rate_draft(&raised.iter().collect::<Vec<_>>(), agent);
        Ok(joined)
    }

    /// Adds to an incident what happened again. `all` says how many alerts it has, these included, and `before` which
    /// events rules put on its timeline before. What people decided about stays as it is: an adopted incident is given
    /// events, and nothing else.
    pub fn join_alerts(
        &mut self,
        raised: &[Raised],
        agent: Option<&AgentCase>,
        all: u64,
        before: &BTreeSet<Id>,
    ) -> Ruled<Joined> {
        let joined = self.tell(raised, agent, all, before.len())?;
        self.mark_earlier(&joined, before)?;
        if self.dossier().is_undecided_draft() {
            self.expose(raised, false)?;
        }
        Ok(joined)
    }

    fn tell(&mut self, raised: &[Raised], agent: Option<&AgentCase>, all: u64, before: usize) -> Ruled<Joined> {
        let actor = agent.map(|agent| self.drafted_agent(agent, raised)).transpose()?;
        let mut joined = Joined::default();
        let mut known: Vec<(&RaisedAct, Option<Id>)> = Vec::new();
        let mut room = ACTS_MAX.saturating_sub(before);
        for one in raised {
            for act in &one.acts {
                let same = known.iter().find(|(other, _)| (&other.place, &other.record) == (&act.place, &act.record));
                let event = match (act.event.clone(), same) {
                    (Some(event), _) => Some(event),
                    (None, Some((_, event))) => event.clone(),
                    (None, None) if room > 0 => {
                        room -= 1;
                        Some(self.put_act(act, actor.as_ref())?)
                    }
                    (None, None) => None,
                };
                known.push((act, event.clone()));
                joined.placed.insert((one.alert.id.clone(), act.number), event);
            }
            if self.tell_alert(one)? {
                joined.told.insert(one.alert.id.clone(), one.alert.count);
            }
        }
        self.count_the_others(all)?;
        Ok(joined)
    }

    /// The principal that is the agent, linked to the registry and known under the names that the records use.
    fn drafted_agent(&mut self, agent: &AgentCase, raised: &[Raised]) -> Ruled<Id> {
        let head = agent.agent()?;
        let is_ours = self.dossier().is_undecided_draft();
        let linked = self.dossier().principals.iter().find(|kept| kept.pins(&head.id)).map(|kept| kept.record.clone());
        let id = match linked {
            Some(known) => {
                let pin = known.pin.as_ref().filter(|pin| pin.pinned.by.id.as_str() == SYSTEM);
                if is_ours && pin.is_some_and(|pin| pin.version < agent.version) {
                    self.link_agent(&known.id, None, agent)?;
                }
                known.id
            }
            None => {
                let name: String = head.name.chars().take(NAME_CHARS_MAX).collect();
                let id = PrincipalRef { id: None, kind: Some(PrincipalKind::Agent), name: Some(name) }
                    .find_or_make("actor", self)?;
                // Where people work already, they say which principal is which agent.
                if is_ours && self.get::<Principal>(&id)?.pin.is_none() {
                    self.link_agent(&id, None, agent)?;
                }
                id
            }
        };
        let names: BTreeSet<String> = raised
            .iter()
            .flat_map(|one| &one.acts)
            .map(|act| clean_name(&act.record.actor.name.chars().take(NAME_CHARS_MAX).collect::<String>()))
            .collect();
        let mut principal = self.get::<Principal>(&id)?.record;
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            let is_known = principal.former_names.iter().chain([&principal.name]).any(|known| same_name(known, &name));
            let is_taken = self.principal_named(PrincipalKind::Unknown, &name).is_some();
            if !is_known && !is_taken && principal.former_names.len() < ALIASES_MAX {
                principal.former_names.push(name);
            }
        }
        self.put(principal);
        Ok(id)
    }

    fn put_act(&mut self, act: &RaisedAct, actor: Option<&Id>) -> Ruled<Id> {
        let mut record = act.record.clone();
        // A rule judged it as the act of an agent, also where the log does not say what acted.
        if record.actor.kind == PrincipalKind::Unknown {
            record.actor.kind = PrincipalKind::Agent;
        }
        if record.actor.name.is_empty() {
            record.actor.name = record.actor.id.clone().unwrap_or_default();
        }
        let mut event = self.event_told(&record, actor.cloned())?;
        if event.time.sort_key().is_none() {
            event.time.latest = Some(act.received);
        }
        let id = event.id.clone();
        self.put(event);
        Ok(id)
    }

    /// Tells of an alert, unless it was told; answers whether anything was written. How many acts there are is written
    /// anew where they have doubled, and nobody has edited the event.
    fn tell_alert(&mut self, one: &Raised) -> Ruled<bool> {
        let trace = trace_of(&one.alert.id);
        let is_it = |kept: &&CaseItem<Event>| kept.record.trace.as_deref() == Some(trace.as_str());
        let known = self.dossier().events.all().find(is_it).cloned();
        if let Some(kept) = known {
            let is_ours = kept.deleted.is_none() && kept.record.body == body_of(one, one.told);
            if !is_ours || one.alert.count < one.told.saturating_mul(2) {
                return Ok(false);
            }
            self.put(Event { body: body_of(one, one.alert.count), ..kept.record });
            return Ok(true);
        }
        let is_alert =
            |kept: &&CaseItem<Event>| kept.record.trace.as_deref().is_some_and(|trace| trace.starts_with("alert/"));
        if self.dossier().events.all().filter(is_alert).count() >= ALERTS_MAX {
            return Ok(false);
        }
        // To the millisecond: nobody reads more, and a clock is not as exact.
        let raised_at = one.alert.raised_at;
        let time = raised_at.plus_micros(-raised_at.micros().rem_euclid(1_000));
        let body = body_of(one, one.alert.count);
        self.add(alert_event(EventKind::Alert, time, &one.alert.resource, body, trace))?;
        Ok(true)
    }

    /// Says how many alerts are not told one by one, once there are some and whenever they have doubled.
    fn count_the_others(&mut self, all: u64) -> Ruled<()> {
        let of = |kept: &CaseItem<Event>, head: &str| {
            kept.record.trace.as_deref().and_then(|trace| trace.strip_prefix(head)).map(str::to_string)
        };
        let told = self.dossier().events.all().filter(|kept| of(kept, "alert/").is_some()).count() as u64;
        let others = all.saturating_sub(told);
        if others == 0 {
            return Ok(());
        }
        let body = match others {
            1 => "One more alert belongs to this incident.".to_string(),
            others => format!("{others} more alerts belong to this incident, and perhaps others since."),
        };
        let trace = format!("{MORE}{others}");
        let before = self.dossier().events.all().find_map(|kept| Some((kept.clone(), of(kept, MORE)?)));
        match before {
            None => {
                self.add(alert_event(EventKind::Note, self.now(), "", body, trace))?;
            }
            Some((kept, was)) => {
                let was: u64 = was.parse().unwrap_or(u64::MAX);
                if kept.deleted.is_none() && others >= was.saturating_mul(2) {
                    let time = TimeRange::exact(self.now());
                    self.put(Event { body, time, trace: Some(trace), ..kept.record });
                }
            }
        }
        Ok(())
    }

    /// The marks of the incident's clock: the first act, the first that was not kept from happening, and the first alert,
    /// which is how it was detected.
    fn mark_draft(&mut self, raised: &[Raised], joined: &Joined) -> Ruled<()> {
        let alert = raised.iter().min_by_key(|one| one.alert.raised_at).map(|one| trace_of(&one.alert.id));
        let alert = self.dossier().events.iter().find(|kept| kept.trace == alert).map(|kept| kept.id.clone());
        let marks = [
            (MarkName::ActionExecuted, self.first_act(joined, false)),
            (MarkName::ImpactStart, self.first_act(joined, true)),
            (MarkName::AlertFired, alert.clone()),
            (MarkName::Detected, alert),
        ];
        for (mark, event) in marks {
            if let Some(event) = event {
                self.add(MarkDraft { mark, event })?;
            }
        }
        Ok(())
    }

    /// Moves the marks of the first act to an earlier one, where they are on an act that a rule told.
    fn mark_earlier(&mut self, joined: &Joined, before: &BTreeSet<Id>) -> Ruled<()> {
        for (mark, has_happened) in [(MarkName::ActionExecuted, false), (MarkName::ImpactStart, true)] {
            let Some((marked, time)) = self.dossier().marked(mark) else { continue };
            let (is_ours, at) = (before.contains(marked), time.earliest);
            let Some(event) = self.first_act(joined, has_happened) else { continue };
            let earlier = self.dossier().events.get(&event).and_then(|kept| kept.time.earliest);
            if is_ours && matches!((earlier, at), (Some(earlier), Some(at)) if earlier < at) {
                self.add(MarkDraft { mark, event })?;
            }
        }
        Ok(())
    }

    /// The first of the acts, of all or of those that were not kept from happening; one of which the time is not known
    /// comes last.
    fn first_act(&self, joined: &Joined, has_happened: bool) -> Option<Id> {
        let events = joined.placed.values().flatten().filter_map(|id| self.dossier().events.get(id));
        let is_one =
            |kept: &&CaseItem<Event>| !(has_happened && matches!(kept.outcome, Outcome::Denied | Outcome::Error));
        let first = events.filter(is_one).min_by_key(|kept| (kept.time.earliest.is_none(), kept.time.earliest));
        first.map(|kept| kept.id.clone())
    }
}

/// How many different acts there are.
fn different_acts(raised: &[Raised]) -> usize {
    let mut acts: Vec<&RaisedAct> = Vec::new();
    for act in raised.iter().flat_map(|one| &one.acts) {
        let is_known = acts.iter().any(|other| (&other.place, &other.record) == (&act.place, &act.record));
        if happened(&act.record) && !is_known {
            acts.push(act);
        }
    }
    acts.len()
}

fn trace_of(alert: &Id) -> String {
    format!("alert/{alert}")
}

/// What the event of an alert says when it counts so many acts.
fn body_of(one: &Raised, count: u64) -> String {
    let acts = if count == 1 { "One act.".to_string() } else { format!("{count} acts, and perhaps more since.") };
    let why = one.alert.why.replace('`', "'").replace('\n', " ");
    format!("The rule “{}” raised an alert. {acts}\n\n`{why}`", one.alert.rule)
}

fn alert_event(kind: EventKind, at: Instant, resource: &str, body: String, trace: String) -> EventDraft {
    let actor = PrincipalRef { id: None, kind: Some(PrincipalKind::System), name: Some("Inquest".into()) };
    EventDraft {
        verb: Some(Verb::Other),
        resource: Some(shown_line(resource, LINE_CHARS_MAX)),
        body: Some(body),
        trace: Some(trace),
        ..EventDraft::blank(When::Range(TimeRange::exact(at)), kind, actor)
    }
}
