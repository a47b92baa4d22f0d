//! What holds for any summary: gaps in order inside the span, and nothing bad that makes a proposal stronger.

use proptest::prelude::*;
use proptest::sample::select;

use super::world::{World, minute, strength, summary};
use crate::TimeRange;
use crate::proposal::{Proposal, with_heartbeat};
use crate::reader::log::{
    DigestedFile, Format, LoggingChange, MissingRecords, Pulse, Silence, TrailDigest, TrailSignature, UnreadSpan, mark,
};
use crate::time::Instant;
use crate::timeline::Outcome;

type Ends = (Option<Instant>, Option<Instant>);

/// A moment near the window, or at an edge of time.
fn any_moment() -> impl Strategy<Value = Instant> {
    prop_oneof![
        20 => (-20_i64..160).prop_map(minute),
        1 => select(vec![i64::MIN, i64::MAX]).prop_map(Instant::from_micros),
    ]
}

fn any_end() -> impl Strategy<Value = Option<Instant>> {
    prop::option::weighted(0.85, any_moment())
}

fn any_ends() -> impl Strategy<Value = Ends> {
    (any_end(), any_end())
}

fn any_gap() -> impl Strategy<Value = MissingRecords> {
    (any_ends(), select(vec!["one", "other"])).prop_map(|((from, to), reason)| MissingRecords {
        from,
        to,
        missing: None,
        reason: reason.into(),
    })
}

fn any_unread() -> impl Strategy<Value = UnreadSpan> {
    let reasons = vec!["torn".to_string(), "long ".repeat(80)];
    (any_ends(), select(reasons)).prop_map(|((from, to), reason)| UnreadSpan {
        from,
        to,
        first_line: 1,
        last_line: 1,
        pieces: 1,
        reason,
    })
}

fn any_change() -> impl Strategy<Value = LoggingChange> {
    (any_end(), select(Outcome::ALL)).prop_map(|(at, outcome)| LoggingChange {
        at,
        action: "stop".into(),
        actor: "bob".into(),
        resource: String::new(),
        outcome,
        line: 1,
        command: None,
        place: None,
    })
}

fn any_pulse() -> impl Strategy<Value = Pulse> {
    let silences = prop::collection::vec((any_moment(), any_moment()), 0..3);
    (any_moment(), any_moment(), 1_i64..9, silences).prop_map(|(from, to, period, silences)| Pulse {
        actor: "probe".into(),
        action: "check".into(),
        count: 20,
        period_micros: period * 60_000_000,
        from,
        to,
        silences: silences.into_iter().map(|(from, to)| Silence { from, to }).collect(),
    })
}

/// Half-hour digests that may list the file, others, and each other.
fn any_digest() -> impl Strategy<Value = TrailDigest> {
    let file = (select(vec!["e1", "other"]), any_ends()).prop_map(|(name, (from, to))| DigestedFile {
        object: name.into(),
        sha256: Some(name.into()),
        from,
        to,
    });
    (0_i64..4, prop::bool::weighted(0.9), prop::collection::vec(file, 0..3)).prop_map(|(place, linked, log_files)| {
        TrailDigest {
            sha256: format!("d{place}"),
            object: format!("trail_{place}.json"),
            from: minute(place * 30),
            to: minute(place * 30 + 30),
            previous_object: None,
            previous_sha256: linked.then(|| format!("d{}", place - 1)),
            bucket: String::new(),
            end_time: String::new(),
            fingerprint: None,
            previous_signature: None,
            signature: TrailSignature::default(),
            log_files,
        }
    })
}

fn any_world() -> impl Strategy<Value = World> {
    let range = || any_ends().prop_map(|(earliest, latest)| TimeRange { earliest, latest, ..TimeRange::unknown() });
    let window = (prop::option::weighted(0.9, range()), prop::option::weighted(0.9, range()));
    let noted = (
        prop::collection::vec(any_gap(), 0..5),
        prop::collection::vec(any_unread(), 0..4),
        prop::collection::vec(any_change(), 0..2),
        prop::collection::vec(any_pulse(), 0..2),
    );
    let digests = prop::collection::vec(any_digest(), 0..7);
    let format = prop_oneof![1 => Just(Format::Auditd), 4 => Just(Format::Cloudtrail), 1 => select(Format::ALL)];
    let records = (any_moment(), any_moment()).prop_map(|(first, last)| (Some(first), Some(last)));
    let records = prop_oneof![3 => records, 1 => any_ends()];
    let base = World::of(summary(Format::Text)).marked(&[(mark::NUMBERED, 1), (mark::DATA, 1)]);
    (format, records, window, noted, digests).prop_map(move |(format, records, window, noted, digests)| {
        let mut world = base.clone();
        let summary = &mut world.summary;
        summary.format = format;
        (summary.first_at, summary.last_at) = records;
        (summary.gaps, summary.unread_spans, summary.logging_changes, summary.pulses) = noted;
        summary.logging_change_count = summary.logging_changes.len() as u64;
        (world.exposure.start, world.exposure.end) = window;
        world.digests = digests;
        world
    })
}

fn check(proposal: &Proposal) -> Result<(), TestCaseError> {
    prop_assert_eq!(proposal.from.is_some(), proposal.to.is_some());
    prop_assert!(proposal.from.is_some() || proposal.gaps.is_empty());
    let mut end = proposal.from;
    for hole in &proposal.gaps {
        prop_assert!(hole.from < hole.to, "empty: {:?}", hole);
        prop_assert!(end <= Some(hole.from), "before the span, or over the hole before: {:?}", hole);
        prop_assert!(!hole.reason.is_empty() && hole.reason.chars().count() <= crate::draft::LINE_CHARS_MAX);
        end = Some(hole.to);
    }
    prop_assert!(end <= proposal.to);
    for reason in [&proposal.mode_reason, &proposal.completeness_reason, &proposal.span_reason, &proposal.cells_reason]
    {
        prop_assert!(reason.ends_with('.'), "no sentence: {}", reason);
    }
    Ok(())
}

fn never_stronger(before: &Proposal, after: &Proposal) -> Result<(), TestCaseError> {
    let ((logged, complete), (logged_after, complete_after)) = (strength(before), strength(after));
    prop_assert!(logged_after.subtract(&logged).is_empty(), "{:?} became {:?}", before, after);
    prop_assert!(complete_after.subtract(&complete).is_empty(), "{:?} became {:?}", before, after);
    prop_assert_eq!(before.mode, after.mode);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(10_000) })]

    #[test]
    fn gaps_are_in_order_inside_the_span(world in any_world(), pulse in any_pulse()) {
        let proposal = world.propose();
        check(&proposal)?;
        let beating = with_heartbeat(proposal.clone(), &pulse);
        check(&beating)?;
        let ((logged, _), (after, _)) = (strength(&proposal), strength(&beating));
        prop_assert!(after.subtract(&logged).is_empty());
    }

    #[test]
    fn a_gap_never_makes_it_stronger(world in any_world(), gap in any_gap(), further: bool) {
        let mut worse = world.clone();
        worse.summary.gap_count += 1;
        if further { worse.summary.further_gaps = Some(gap) } else { worse.summary.gaps.push(gap) }
        never_stronger(&world.propose(), &worse.propose())?;
    }

    #[test]
    fn what_cannot_be_read_never_makes_it_stronger(world in any_world(), unread in any_unread(), pulse in any_pulse()) {
        let mut worse = world.clone();
        worse.summary.unread_spans.push(unread);
        let (before, after) = (world.propose(), worse.propose());
        never_stronger(&before, &after)?;
        never_stronger(&with_heartbeat(before, &pulse), &with_heartbeat(after, &pulse))?;
    }

    #[test]
    fn a_change_of_logging_never_makes_it_stronger(world in any_world(), change in any_change(), pulse in any_pulse()) {
        let mut worse = world.clone();
        worse.summary.logging_changes.push(change);
        worse.summary.logging_change_count += 1;
        let (before, after) = (world.propose(), worse.propose());
        never_stronger(&before, &after)?;
        never_stronger(&with_heartbeat(before, &pulse), &with_heartbeat(after, &pulse))?;
    }
}

#[test]
fn the_generated_worlds_reach_every_proof() {
    use crate::vocabulary::Completeness::{DigestChain, None, Sequence};
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..4_000 {
        let world = any_world().new_tree(&mut runner).unwrap().current();
        *seen.entry(world.propose().completeness).or_insert(0) += 1;
    }
    for proof in [None, Sequence, DigestChain] {
        assert!(seen.get(&proof).is_some_and(|count| *count >= 20), "{proof}: {seen:?}");
    }
}
