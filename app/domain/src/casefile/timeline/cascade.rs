//! The cascade: how one act led to the next, and where a person stood between.

use std::collections::BTreeMap;

use crate::Id;
use crate::casefile::Dossier;
use crate::longest::Longest;
use crate::vocabulary::PrincipalKind;

use super::{Event, PreventedBy};

/// The longest chain of events that hang on one another.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Cascade {
    /// Its events, the first cause first.
    pub chain: Vec<Id>,
    /// How many steps lead from the first to the last.
    pub hops: usize,
    /// How many of these steps a person took.
    pub human_hops: usize,
    /// How many an agent took.
    pub agent_hops: usize,
    /// Whether there was a person between the first act of an agent and the
    /// end: by design where a control or a person's act held it, by luck otherwise.
    pub human_pause: Option<Pause>,
}

/// Why a person stood in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// Somebody was meant to look.
    ByDesign,
    /// Nothing made sure that anybody would.
    ByLuck,
}

impl Cascade {
    /// The cascade as a sentence.
    pub fn sentence(&self) -> String {
        let count = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let steps = count(self.hops, "step", "steps");
        let taken = format!("{} by people, {} by agents", self.human_hops, self.agent_hops);
        let pause = match self.human_pause {
            Some(Pause::ByDesign) => "the human pause in this chain is there by design",
            Some(Pause::ByLuck) => "the human pause in this chain is there by luck",
            None => "there is no human pause in this chain",
        };
        format!("{steps} from the first act to the last ({taken}); {pause}.")
    }
}

/// The cascade of an incident; `None` while no event hangs on another.
pub fn cascade(dossier: &Dossier) -> Option<Cascade> {
    let mut causes: BTreeMap<&Id, Vec<&Id>> = BTreeMap::new();
    for edge in dossier.edges.iter() {
        let (edge, known) = (&edge.record, |id: &Id| dossier.events.get(id).is_some());
        if known(&edge.from) && known(&edge.to) {
            causes.entry(&edge.from).or_default().push(&edge.to);
        }
    }
    let chain: Vec<Id> = Longest::of(&causes).way().into_iter().cloned().collect();
    if chain.is_empty() {
        return None;
    }
    let steps: Vec<&Event> = chain.iter().filter_map(|id| dossier.events.get(id)).map(|kept| &kept.record).collect();
    let by = |event: &Event| dossier.principals.find(&event.actor).map_or(PrincipalKind::Unknown, |kept| kept.kind);
    let taken = |kind: PrincipalKind| steps.iter().skip(1).filter(|event| by(event) == kind).count();
    Some(Cascade {
        hops: chain.len() - 1,
        human_hops: taken(PrincipalKind::Human),
        agent_hops: taken(PrincipalKind::Agent),
        human_pause: pause(&steps, by),
        chain,
    })
}

/// A person who acts after an agent is a pause. It is by design where that
/// person confirmed the act, or a control held; else only luck put them there.
fn pause(steps: &[&Event], by: impl Fn(&Event) -> PrincipalKind) -> Option<Pause> {
    let agent = steps.iter().position(|event| by(event) == PrincipalKind::Agent)?;
    let human = steps[agent + 1..].iter().find(|event| by(event) == PrincipalKind::Human)?;
    let held = human.confirmed == crate::Tri::Yes || human.prevented_by == Some(PreventedBy::Control);
    Some(if held { Pause::ByDesign } else { Pause::ByLuck })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casefile::{Act, Entry};
    use crate::time::Zone;
    use crate::timeline::{EdgeDraft, EdgeKind, EventDraft};
    use crate::{Instant, Person};

    fn entry() -> Entry {
        let mut next = 0;
        let ids = Box::new(move || {
            next += 1;
            Id::new(format!("id-{next:05}"))
        });
        let by = Person { id: Id::new("ada"), name: "Ada".into(), agent: None };
        Entry::new(
            Dossier::default(),
            Act { by, names: Vec::new(), now: Instant::from_micros(0), zone: Zone::utc(), head: String::new(), ids },
        )
    }

    fn event(entry: &mut Entry, kind: &str, confirmed: &str) -> Id {
        let draft = serde_json::json!({
            "time": "unknown", "kind": "action", "actor": { "kind": kind, "name": kind }, "confirmed": confirmed,
        });
        entry.add(serde_json::from_value::<EventDraft>(draft).unwrap()).unwrap()
    }

    fn link(entry: &mut Entry, from: &Id, to: &Id) {
        entry.add(EdgeDraft { from: from.clone(), to: to.clone(), kind: EdgeKind::TriggeredBy }).unwrap();
    }

    #[test]
    fn the_longest_chain_counts_its_steps_and_who_took_them() {
        let mut entry = entry();
        let (agent, human, system) =
            (event(&mut entry, "agent", "no"), event(&mut entry, "human", "no"), event(&mut entry, "system", "no"));
        assert_eq!(cascade(entry.dossier()), None);
        link(&mut entry, &human, &agent);
        link(&mut entry, &system, &human);
        link(&mut entry, &system, &agent);
        let found = cascade(entry.dossier()).unwrap();
        assert_eq!(found.chain, [agent, human, system]);
        assert_eq!((found.hops, found.human_hops, found.agent_hops), (2, 1, 0));
        assert_eq!(found.human_pause, Some(Pause::ByLuck));
        assert!(found.sentence().contains("2 steps") && found.sentence().contains("by luck"), "{}", found.sentence());
    }

    #[test]
    fn a_chain_of_many_events_is_followed_to_its_beginning() {
        let mut entry = entry();
        let events: Vec<Id> = (0..3_000).map(|_| event(&mut entry, "agent", "no")).collect();
        for two in events.windows(2) {
            let id = entry.new_id();
            entry.put(crate::timeline::Edge {
                id,
                from: two[1].clone(),
                to: two[0].clone(),
                kind: EdgeKind::TriggeredBy,
            });
        }
        let small = std::thread::Builder::new().stack_size(256 << 10);
        let hops = small.spawn(move || cascade(entry.dossier()).map(|found| found.hops)).unwrap().join().unwrap();
        assert_eq!(hops, Some(2_999));
    }

    #[test]
    fn a_confirmation_is_a_pause_by_design_and_a_circle_ends() {
        let mut entry = entry();
        let (agent, human) = (event(&mut entry, "agent", "no"), event(&mut entry, "human", "yes"));
        link(&mut entry, &human, &agent);
        link(&mut entry, &agent, &human);
        let found = cascade(entry.dossier()).unwrap();
        assert_eq!(found.hops, 1);
        if found.chain[0] == agent {
            assert_eq!(found.human_pause, Some(Pause::ByDesign));
        }
    }
}
