//! A heartbeat that a person chooses.

use super::world::{World, gaps, minute, summary};
use crate::proposal::with_heartbeat;
use crate::reader::log::{Format, LoggingChange, Pulse, Silence};
use crate::timeline::Outcome;
use crate::vocabulary::Completeness;

fn pulse(from: i64, to: i64, silences: &[(i64, i64)]) -> Pulse {
    Pulse {
        actor: "probe".into(),
        action: "check".into(),
        count: 80,
        period_micros: 60_000_000,
        from: minute(from),
        to: minute(to),
        silences: silences.iter().map(|(from, to)| Silence { from: minute(*from), to: minute(*to) }).collect(),
    }
}

fn world(pulse: &Pulse) -> World {
    let mut world = World::of(summary(Format::Okta));
    world.summary.pulses = vec![pulse.clone()];
    world
}

#[test]
fn a_pulse_is_offered_and_not_taken() {
    let pulse = pulse(10, 90, &[(20, 30)]);
    let proposal = world(&pulse).propose();
    assert_eq!((proposal.completeness, gaps(&proposal)), (Completeness::None, vec![]));
    assert_eq!(proposal.pulses, [pulse]);
    assert!(proposal.completeness_reason.ends_with("choose it as a heartbeat."));
    assert_eq!(world(&self::pulse(100, 200, &[])).propose().pulses, []);
}

#[test]
fn chosen_its_silences_are_gaps() {
    type Row = (Pulse, Vec<(i64, i64, &'static str)>);
    let rows: [Row; 3] = [
        (pulse(12, 88, &[]), vec![]),
        (
            pulse(5, 95, &[(0, 12), (20, 30)]),
            vec![(10, 12, "“check” by probe is silent"), (20, 30, "“check” by probe is silent")],
        ),
        (
            pulse(20, 80, &[]),
            vec![(10, 20, "“check” by probe does not beat yet"), (80, 90, "“check” by probe does not beat any more")],
        ),
    ];
    for (pulse, wanted) in rows {
        let proposal = with_heartbeat(world(&pulse).propose(), &pulse);
        assert_eq!((proposal.completeness, gaps(&proposal)), (Completeness::Heartbeat, wanted));
    }
    let pulse = pulse(10, 90, &[]);
    let proposal = with_heartbeat(world(&pulse).propose(), &pulse);
    assert_eq!(
        proposal.completeness_reason,
        "“check” by probe recurs every 60 s, 80 times from 2026-03-18 17:10 UTC to 2026-03-18 18:30 UTC. Where it is silent for more than 2 periods, there is a gap."
    );
}

#[test]
fn it_cannot_outweigh_a_change_of_logging() {
    let pulse = pulse(10, 90, &[(20, 30)]);
    let mut world = world(&pulse);
    world.summary.logging_change_count = 1;
    world.summary.logging_changes = vec![LoggingChange {
        at: Some(minute(40)),
        action: "stop".into(),
        actor: "bob".into(),
        resource: String::new(),
        outcome: Outcome::Success,
        line: 1,
        command: None,
        place: None,
    }];
    let before = world.propose();
    let after = with_heartbeat(before.clone(), &pulse);
    assert_eq!((after.completeness, &after.completeness_reason), (Completeness::None, &before.completeness_reason));
    assert_eq!(gaps(&after).len(), 1);
    // Nor a silence of the whole span.
    let silent = self::pulse(0, 120, &[(0, 120)]);
    let proposal = with_heartbeat(self::world(&silent).propose(), &silent);
    assert_eq!(proposal.completeness, Completeness::None);
}
