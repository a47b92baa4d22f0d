//! A containment on the timeline of its incident: the stop, what the adapter said, and what the sources showed are events
//! with exact times, and the marks of the incident's clock follow.

use crate::agent::containment::{ActAfter, Containment, ContainmentState};
use crate::casefile::{Entry, PrincipalRef};
use crate::draft::When;
use crate::spelling::shown_line;
use crate::timeline::{EventDraft, EventKind, Mark, MarkDraft, MarkName, Verb};
use crate::vocabulary::PrincipalKind;
use crate::{Id, Instant, Ruled, TimeRange};

/// So many acts after a stop are put on the timeline; the others are in the containment.
const ACTS_MAX: usize = 3;
/// The longest name of an agent in a sentence.
const NAME_CHARS_MAX: usize = 200;

/// What stands in `trace` of an event that tells of a containment, so that it is told once.
fn trace(containment: &Containment, of: &str) -> String {
    format!("containment/{}/{of}", containment.id)
}

impl Containment {
    /// Tells an incident of everything that happened so far. What it knows already is not told again, also where somebody
    /// edited or deleted it since.
    pub fn tell(&self, entry: &mut Entry, agent_name: &str) -> Ruled<()> {
        let name = shown_line(agent_name, NAME_CHARS_MAX);
        for step in &self.steps {
            let of = step.state.word();
            let (kind, verb, mark, said) = match step.state {
                ContainmentState::Sent => {
                    (EventKind::Stop, Verb::Revoke, Some(MarkName::StopSent), format!("A stop of {name} was sent."))
                }
                ContainmentState::Acknowledged => (
                    EventKind::Stop,
                    Verb::Revoke,
                    Some(MarkName::Revoked),
                    format!("The adapter says that {name} was stopped."),
                ),
                ContainmentState::Effective => (
                    EventKind::Containment,
                    Verb::Other,
                    Some(MarkName::Contained),
                    format!("No source shows an act of {name} since the stop."),
                ),
                ContainmentState::Restored => (EventKind::Grant, Verb::Grant, None, format!("{name} may act again.")),
                _ => continue,
            };
            let time = match (step.state, self.sent_at) {
                // It stopped at the latest when the quiet time began, and nobody can say when before.
                (ContainmentState::Effective, Some(sent)) => exactly(sent),
                _ => exactly(step.at),
            };
            let body = if step.why.is_empty() { said } else { format!("{said} {}", step.why) };
            let told = DelayEvent { of, kind, verb, time, resource: &name, body, actor: system() };
            if let Some(event) = self.put_event(entry, told)? {
                self.put_mark(entry, mark, event)?;
            }
        }
        if self.state() == ContainmentState::NotEffective {
            self.take_contained_back(entry)?;
            let agent = self.principal(entry, &name);
            for (number, act) in self.acts.iter().take(ACTS_MAX).enumerate() {
                self.tell_act(entry, number, act, &agent)?;
            }
        }
        Ok(())
    }

    /// An act after the stop, by the agent: with it, a control that failed suggests itself.
    fn tell_act(&self, entry: &mut Entry, number: usize, act: &ActAfter, agent: &PrincipalRef) -> Ruled<()> {
        let of = format!("act-{number}");
        let verb = Verb::parse(&act.verb).unwrap_or(Verb::Other);
        let body = format!("Seen after the stop, in {} of a source.", act.place);
        let time = exactly(act.happened_at());
        let told = DelayEvent {
            of: &of,
            kind: EventKind::Action,
            verb,
            time,
            resource: &act.resource,
            body,
            actor: agent.clone(),
        };
        self.put_event(entry, told).map(drop)
    }

    /// Adds an event unless it was told before; answers it where it is new.
    fn put_event(&self, entry: &mut Entry, told: DelayEvent<'_>) -> Ruled<Option<Id>> {
        let trace = trace(self, told.of);
        let is_known = entry.dossier().events.all().any(|kept| kept.record.trace.as_deref() == Some(trace.as_str()));
        if is_known {
            return Ok(None);
        }
        entry
            .add(EventDraft {
                verb: Some(told.verb),
                resource: Some(told.resource.to_string()),
                body: Some(told.body),
                trace: Some(trace),
                ..EventDraft::blank(When::Range(told.time), told.kind, told.actor)
            })
            .map(Some)
    }

    /// Sets a mark that nobody has set.
    fn put_mark(&self, entry: &mut Entry, mark: Option<MarkName>, event: Id) -> Ruled<()> {
        match mark {
            Some(mark) if entry.dossier().marks.get(&Id::new(mark.word())).is_none() => {
                entry.add(MarkDraft { mark, event }).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// What was said to be contained was not: the mark that a containment set goes. One that a person set stays.
    fn take_contained_back(&self, entry: &mut Entry) -> Ruled<()> {
        let mark = Id::new(MarkName::Contained.word());
        let Some(kept) = entry.dossier().marks.get(&mark) else { return Ok(()) };
        let own = trace(self, ContainmentState::Effective.word());
        let event = entry.dossier().events.get(&kept.event);
        if event.is_some_and(|event| event.trace.as_deref() == Some(own.as_str())) {
            entry.delete::<Mark>(&mark)?;
        }
        Ok(())
    }

    /// The agent among the principals: the one that is linked to the registry, else one of its name.
    fn principal(&self, entry: &Entry, name: &str) -> PrincipalRef {
        let linked = entry.dossier().principals.iter().find(|known| known.record.pins(&self.agent));
        match linked {
            Some(known) => PrincipalRef { id: Some(known.record.id.clone()), ..PrincipalRef::default() },
            None => PrincipalRef { id: None, kind: Some(PrincipalKind::Agent), name: Some(name.into()) },
        }
    }
}

/// An event to be.
struct DelayEvent<'a> {
    of: &'a str,
    kind: EventKind,
    verb: Verb,
    time: TimeRange,
    resource: &'a str,
    body: String,
    actor: PrincipalRef,
}

fn exactly(at: Instant) -> TimeRange {
    TimeRange::exact(at)
}

fn system() -> PrincipalRef {
    PrincipalRef { id: None, kind: Some(PrincipalKind::System), name: Some("Inquest".into()) }
}
