//! Tests of containments: every way from state to state, and what no way leads to.

use proptest::prelude::*;

use super::*;
use crate::RefusalKind;
use crate::watch::stop::StopKind;

use ContainmentState::{Acknowledged, Cancelled, Effective, Failed, NotEffective, Requested, Restored, Sent, Unproven};

fn at(second: i64) -> Instant {
    Instant::from_micros(second * 1_000_000)
}

fn person(name: &str) -> Person {
    Person { id: Id::new(name.to_lowercase()), name: name.into(), agent: None }
}

fn containment() -> Containment {
    let step = Step { state: Requested, at: at(0), by: person("Inquest"), why: String::new() };
    Containment {
        id: Id::new("c"),
        agent: Id::new("a"),
        cause: Cause::Rule { rule: RuleKind::OutOfScope, alert: Id::new("al") },
        why: "it posted where it may not".into(),
        requested_at: at(0),
        incident: None,
        stop: Some(ViaStop {
            id: Id::new("s"),
            name: "Stopper".into(),
            kind: StopKind::Webhook,
            undone_by: String::new(),
        }),
        quiet_seconds: 60,
        is_dry_run: false,
        needs_second: false,
        approved: None,
        caused_by: vec!["Mallory".into()],
        was: None,
        steps: vec![step],
        sent_at: None,
        claim: String::new(),
        acts: Vec::new(),
        honoured: Vec::new(),
        review_due: at(24 * 3600),
    }
}

fn go(containment: &Containment, happening: Happening, by: &str, second: i64) -> crate::Ruled<Containment> {
    containment.step(happening, Acting { by: &person(by), names: &[], at: at(second) })
}

/// The containment after all of these, each a second after the one before.
fn after(happenings: &[Happening]) -> Containment {
    happenings.iter().enumerate().fold(containment(), |containment, (second, happening)| {
        go(&containment, happening.clone(), "Inquest", second as i64 + 1).expect("it goes")
    })
}

fn sent() -> Happening {
    Happening::Sent("answered 204".into(), at(1))
}

fn act(source: &str, happened: Option<i64>, received: i64) -> ActAfter {
    ActAfter {
        source: Id::new(source),
        place: format!("batch 1, line {received}"),
        at: happened.map(at),
        received_at: at(received),
        verb: "post".into(),
        resource: "forum/1".into(),
    }
}

fn seen(acts: &[ActAfter]) -> Happening {
    Happening::Seen(Seen { acts: acts.to_vec(), others: Vec::new() })
}

fn watching(shown: Option<i64>) -> Watching {
    Watching { source: Id::new("s"), name: "Gateway".into(), shown_until: shown.map(at), heartbeat_seconds: Some(90) }
}

#[test]
fn every_state_goes_where_the_table_says() {
    let quiet = || Happening::Quiet(vec!["Gateway".into()]);
    let ack = || Happening::Acknowledged("200".into());
    let gave_up = || Happening::GaveUp("503".into());
    let acts = || seen(&[act("s", Some(30), 31)]);
    let not_shown = || Happening::NotShown("silence".into());
    let restored = || Happening::Restored("reviewed".into());
    let permanent = || Happening::MadePermanent("gone for good".into());
    let cancelled = || Happening::Cancelled("a mistake".into());
    // From, what happens at second 100, to; nothing where it is refused.
    let table = [
        (vec![], sent(), Some(Sent)),
        (vec![], ack(), Some(Requested)),
        (vec![], gave_up(), Some(Failed)),
        (vec![], quiet(), Some(Requested)),
        (vec![], acts(), Some(Requested)),
        (vec![], not_shown(), Some(Requested)),
        (vec![], restored(), None),
        (vec![], permanent(), None),
        (vec![], cancelled(), Some(Cancelled)),
        (vec![sent()], sent(), None),
        (vec![sent()], ack(), Some(Acknowledged)),
        (vec![sent()], gave_up(), Some(Failed)),
        (vec![sent()], quiet(), Some(Effective)),
        (vec![sent()], acts(), Some(NotEffective)),
        (vec![sent()], not_shown(), Some(Unproven)),
        (vec![sent()], restored(), Some(Restored)),
        (vec![sent()], cancelled(), None),
        (vec![sent(), ack()], ack(), Some(Acknowledged)),
        (vec![sent(), ack()], gave_up(), Some(Acknowledged)),
        (vec![sent(), ack()], quiet(), Some(Effective)),
        (vec![sent(), ack()], acts(), Some(NotEffective)),
        (vec![sent(), ack()], not_shown(), Some(Unproven)),
        (vec![sent(), gave_up()], quiet(), Some(Effective)),
        (vec![gave_up()], quiet(), Some(Failed)),
        (vec![sent(), gave_up()], acts(), Some(NotEffective)),
        (vec![gave_up()], restored(), Some(Restored)),
        (vec![sent(), acts()], quiet(), Some(NotEffective)),
        (vec![sent(), acts()], ack(), Some(NotEffective)),
        (vec![sent(), acts()], not_shown(), Some(NotEffective)),
        (vec![sent(), acts()], restored(), Some(Restored)),
        (vec![sent(), restored()], restored(), None),
        (vec![sent(), restored()], acts(), Some(Restored)),
        (vec![sent(), permanent()], permanent(), None),
        (vec![sent(), permanent()], restored(), Some(Restored)),
        (vec![cancelled()], sent(), None),
        (vec![cancelled()], acts(), Some(Cancelled)),
    ];
    for (before, happening, expected) in table {
        let from = after_by_reviewer(&before);
        let to = go(&from, happening.clone(), "Rita", 100).ok().map(|to| to.state());
        assert_eq!(to, expected, "{before:?} then {happening:?}");
    }
}

/// As `after`, but what a person decides is decided by a reviewer.
fn after_by_reviewer(happenings: &[Happening]) -> Containment {
    happenings.iter().enumerate().fold(containment(), |containment, (second, happening)| {
        let by = if matches!(happening, Happening::Sent(..)) { "Inquest" } else { "Rita" };
        go(&containment, happening.clone(), by, second as i64 + 1).expect("it goes")
    })
}

#[test]
fn late_acts_turn_effective_into_not_effective() {
    let stopped = after(&[sent()]);
    let effective = go(&stopped, Happening::Quiet(vec!["Gateway".into()]), "Inquest", 61).expect("it goes");
    assert_eq!(effective.state(), Effective);
    let late = go(&effective, seen(&[act("s", Some(40), 600)]), "Inquest", 601).expect("it goes");
    assert_eq!((late.state(), late.honour_micros()), (NotEffective, Some(39_000_000)));
    assert_eq!(late.acts.len(), 1);
    // An unproven one as well.
    let unproven = go(&stopped, Happening::NotShown("silence".into()), "Inquest", 61).expect("it goes");
    assert_eq!(unproven.state(), Unproven);
    assert_eq!(go(&unproven, seen(&[act("s", None, 70)]), "Inquest", 71).expect("it goes").state(), NotEffective);
}

#[test]
fn an_act_counts_when_it_happened_after_the_stop() {
    let stop = at(100);
    let rows = [
        (Some(101), 102, true),
        (Some(100), 102, false),
        (Some(99), 500, false),
        // Nobody knows when it happened: it counts by when its record came.
        (None, 101, true),
        (None, 99, false),
        // A clock ten years ahead does not make an act of before the stop one of after it.
        (Some(100 + 10 * 365 * 86_400), 99, false),
        (Some(100 + 10 * 365 * 86_400), 101, true),
    ];
    for (happened, received, is_after) in rows {
        assert_eq!(act("s", happened, received).is_after(stop), is_after, "{happened:?} {received}");
    }
    let stopped = after(&[sent()]);
    let late = go(&stopped, seen(&[act("s", Some(10 * 365 * 86_400), 5)]), "Inquest", 6).expect("it goes");
    assert_eq!(late.honour_micros(), Some(4_000_000), "not ten years: its record came four seconds after the stop");
}

#[test]
fn the_log_proves_or_nothing_does() {
    let stopped = after(&[sent()]);
    let other = |shown| Watching {
        source: Id::new("t"),
        name: "Mail".into(),
        shown_until: Some(at(shown)),
        heartbeat_seconds: None,
    };
    let state = |watching: &[Watching], second| {
        let happening = stopped.weigh(watching, at(second))?;
        Some(go(&stopped, happening, "Inquest", second).expect("it goes").state())
    };
    assert_eq!(state(&[watching(Some(61))], 60), None, "the quiet time is not over");
    assert_eq!(state(&[watching(Some(61))], 61), Some(Effective));
    assert_eq!(state(&[watching(Some(60))], 62), None, "nothing came since: it is waited for");
    assert_eq!(state(&[watching(Some(60))], 61 + 90), Some(Unproven));
    assert_eq!(state(&[watching(None)], 61 + 90), Some(Unproven));
    assert_eq!(state(&[], 61), Some(Unproven), "no source would show it");
    assert_eq!(state(&[watching(Some(70)), other(50)], 70), None, "each source sees other resources");
    assert_eq!(state(&[watching(Some(70)), other(50)], 61 + 90), Some(Unproven));
    assert_eq!(state(&[watching(Some(70)), other(61)], 70), Some(Effective));
    // What the adapter claims does not matter.
    let failed = go(&stopped, Happening::GaveUp("503".into()), "Inquest", 5).expect("it goes");
    let proven = failed.weigh(&[watching(Some(61))], at(61)).expect("it is over");
    assert_eq!(go(&failed, proven, "Inquest", 61).expect("it goes").state(), Effective);
}

#[test]
fn whoever_caused_asked_or_agreed_does_not_restore() {
    let asked = Containment { cause: Cause::Person { person: person("Ada") }, ..containment() };
    let agreed = Containment { needs_second: true, ..asked.clone() };
    let agreed = go(&agreed, Happening::Approved, "Grace", 1).expect("a second person");
    for (stopped, who, may) in [
        (&asked, "Ada", false),
        (&asked, "Mallory", false),
        (&asked, "mallory ", false),
        (&asked, "Rita", true),
        (&agreed, "Grace", false),
        (&agreed, "Rita", true),
    ] {
        let stopped = go(stopped, sent(), "Inquest", 2).expect("it goes");
        let restored = go(&stopped, Happening::Restored("reviewed".into()), who, 3);
        match restored {
            Ok(restored) => assert!(may && restored.state() == Restored, "{who}"),
            Err(refusal) => assert!(!may && refusal.kind == RefusalKind::Forbidden, "{who}: {refusal}"),
        }
    }
    // Under a former name, too.
    let stopped = go(&asked, sent(), "Inquest", 2).expect("it goes");
    let renamed = person("Marvin");
    let names = ["Mallory".to_string()];
    let acting = Acting { by: &renamed, names: &names, at: at(3) };
    assert!(stopped.step(Happening::Restored("reviewed".into()), acting).is_err());
    // And no agent's token.
    let token = Person { agent: Some("forum-agent".into()), ..person("Rita") };
    let acting = Acting { by: &token, names: &[], at: at(3) };
    assert!(stopped.step(Happening::Restored("reviewed".into()), acting).is_err());
}

#[test]
fn a_critical_agent_needs_two_people() {
    let asked = Containment { needs_second: true, cause: Cause::Person { person: person("Ada") }, ..containment() };
    assert!(go(&asked, sent(), "Inquest", 1).is_err(), "nothing is sent yet");
    assert!(go(&asked, Happening::Approved, "Ada", 1).is_err(), "not the same person twice");
    assert!(go(&asked, Happening::Approved, "Mallory", 1).is_err(), "not the one who caused it");
    let gave_up = go(&asked, Happening::GaveUp("503".into()), "Inquest", 1).expect("it goes");
    assert_eq!(gave_up.state(), Requested, "an adapter decides nothing before two people did");
    let agreed = go(&asked, Happening::Approved, "Grace", 1).expect("a second person");
    assert_eq!(go(&agreed, sent(), "Inquest", 2).expect("it goes").state(), Sent);
    assert!(go(&agreed, Happening::Approved, "Grace", 2).is_err());
}

fn happening() -> impl Strategy<Value = (Happening, String)> {
    let who = prop::sample::select(vec!["Inquest", "Ada", "Mallory", "Rita"]).prop_map(str::to_string);
    let acts = prop::collection::vec((prop::option::of(-50i64..200), -50i64..200), 0..4).prop_map(|acts| {
        seen(&acts.into_iter().map(|(happened, received)| act("s", happened, received)).collect::<Vec<_>>())
    });
    let what = prop_oneof![
        Just(Happening::Approved),
        Just(sent()),
        Just(Happening::Acknowledged("ok".into())),
        Just(Happening::GaveUp("503".into())),
        acts,
        Just(Happening::NotShown("silence".into())),
        Just(Happening::Restored("reviewed".into())),
        Just(Happening::MadePermanent("for good".into())),
        Just(Happening::Cancelled("a mistake".into())),
    ];
    (what, who)
}

proptest! {
    /// Everything but what the sources prove: adapters and people claim what they like, in any order.
    #[test]
    fn no_claim_makes_it_effective(happenings in prop::collection::vec(happening(), 0..30), second in any::<bool>()) {
        let asked = Cause::Person { person: person("Ada") };
        let mut now = Containment { cause: asked, needs_second: second, ..containment() };
        for (number, (happening, by)) in happenings.into_iter().enumerate() {
            let before = now.clone();
            now = go(&before, happening, &by, number as i64 * 10).unwrap_or_else(|_| before.clone());
            prop_assert_ne!(now.state(), Effective);
            // What was is not unsaid, and what was seen is not unseen.
            prop_assert!(now.steps.starts_with(&before.steps));
            prop_assert!(now.acts.starts_with(&before.acts));
            prop_assert!(now.honoured.len() >= before.honoured.len());
            // Nothing is sent before two people agreed, where two have to.
            prop_assert!(now.sent_at.is_none() || !second || now.approved.is_some());
            if now.state() == Restored {
                prop_assert!(now.steps.last().is_some_and(|step| step.by.name != "Ada" && step.by.name != "Mallory"));
            }
        }
    }

    /// However acts and quiet are told: with an act after the stop it is never effective.
    #[test]
    fn one_act_after_the_stop_is_enough(acts in prop::collection::vec((-50i64..200, 0i64..50), 0..6), from in 0usize..6) {
        let stopped = after(&[sent()]);
        let acts: Vec<ActAfter> = acts.iter().map(|(happened, later)| act("s", Some(*happened), happened + later)).collect();
        let any = acts.iter().any(|act| act.is_after(at(1)));
        let first = &acts[..from.min(acts.len())];
        let now = go(&stopped, seen(first), "Inquest", 300).expect("it goes");
        let now = now.weigh(&[watching(Some(300))], at(300)).map_or(now.clone(), |told| go(&now, told, "Inquest", 300).expect("it goes"));
        let now = go(&now, seen(&acts), "Inquest", 301).expect("it goes");
        prop_assert_eq!(now.state(), if any { NotEffective } else { Effective });
        let latency = acts.iter().filter(|act| act.is_after(at(1))).map(|act| act.happened_at().micros() - 1_000_000).max();
        prop_assert_eq!(now.honour_micros(), latency);
    }
}
