//! A heartbeat that a person chooses.

use super::world::{World, gaps, minute, summary};
use crate::proposal::with_heartbeat;
use crate::reader::log::{Format, LoggingChange, Pulse, Silence};
use crate::timeline::Outcome;
use crate::vocabulary::{Completeness, CoverageMode};

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

#[test]
fn who_is_in_question_keeps_no_time() {
    let pulse = pulse(10, 90, &[]);
    for (actor, name, counts) in [
        ("probe", "robot", true),
        ("robot", "robot", false),
        ("Robot", "robot", false),
        ("arn:aws:iam::1:user/robot", "robot", false),
        ("robot@example.com", "robot", false),
        ("robot@example.com", "robot@example.com", false),
        ("robot-probe", "robot", true),
    ] {
        let mut world = world(&Pulse { actor: actor.into(), ..pulse.clone() });
        world.in_question = vec![name.into()];
        let proposal = world.propose();
        assert_eq!(proposal.pulses.len(), usize::from(counts), "{actor} {name}");
        let said = format!("What recurs regularly by {actor} is no heartbeat");
        assert_eq!(proposal.completeness_reason.contains(&said), !counts, "{}", proposal.completeness_reason);
    }
}

#[test]
fn the_agents_those_who_act_and_the_exposed_are_in_question() {
    let mut story = crate::cast::Story::new();
    let names = crate::proposal::in_question(&story.dossier);
    assert!(names.iter().any(|name| name == "forum-agent"), "{names:?}");
    let exposed = serde_json::from_value(serde_json::json!({ "names": ["robot"] })).unwrap();
    story.enter("Ada", |entry| entry.set_exposed_principals(exposed)).unwrap();
    assert!(crate::proposal::in_question(&story.dossier).iter().any(|name| name == "robot"));
}

#[test]
fn requests_of_vault_without_their_responses_are_no_log() {
    let entry = |kind: &str, minute: u32, id: u32| {
        serde_json::json!({ "type": kind, "time": format!("2026-03-18T{:02}:{:02}:00Z", 17 + minute / 60, minute % 60),
            "auth": { "display_name": "probe" }, "request": { "id": id.to_string(), "operation": "read", "path": "secret/data/books" } })
        .to_string()
            + "\n"
    };
    let log = |kinds: &[&str]| -> String {
        (0..25).flat_map(|beat| kinds.iter().map(move |kind| entry(kind, beat * 5, beat))).collect()
    };
    for (text, whole) in [
        (log(&["request", "response"]), true),
        (log(&["response"]), true),
        (log(&["request"]), false),
        (log(&["request"]) + &entry("response", 0, 0), false),
    ] {
        let proposal = super::proof::world(Format::VaultAudit, &text, "secret/books", "read", "api").propose();
        assert_eq!(proposal.pulses.len(), 1);
        let beating = with_heartbeat(proposal.clone(), &proposal.pulses[0]);
        assert_eq!(beating.completeness == Completeness::Heartbeat, whole, "{:?}", proposal.objection);
        assert_eq!(proposal.modes[0].mode == CoverageMode::Sampled, !whole, "{:?}", proposal.modes);
    }
}
