//! Of what time a proposal speaks, and what is missing in it.

use super::world::{World, at, audited, gap, gaps, minute, summary, unread};
use crate::TimeRange;
use crate::reader::log::Format;
use crate::vocabulary::Completeness;

#[test]
fn the_span_is_that_of_the_records_inside_the_window() {
    let range = |earliest: Option<i64>, latest: Option<i64>| {
        Some(TimeRange { earliest: earliest.map(minute), latest: latest.map(minute), ..TimeRange::unknown() })
    };
    // Start and end of the window, and the span, in minutes after 17:00.
    let rows = [
        (
            range(Some(0), Some(5)),
            range(Some(100), Some(120)),
            Some((10, 90)),
            "Its records are from 2026-03-18 17:10 UTC to 2026-03-18 18:30 UTC.",
        ),
        (range(Some(20), Some(40)), range(Some(50), Some(60)), Some((20, 60)), "left out"),
        (range(None, Some(40)), range(None, Some(60)), Some((10, 60)), "unknown end"),
        (None, None, Some((10, 90)), "unknown end"),
        (range(Some(90), None), range(None, Some(120)), None, "None of that lies in the exposure window."),
        (range(Some(200), None), range(None, Some(100)), None, "None of that lies"),
    ];
    for (start, end, span, reason) in rows {
        let mut world = World::of(summary(Format::Okta));
        (world.exposure.start, world.exposure.end) = (start, end);
        let proposal = world.propose();
        let wanted = span.map(|(from, to)| (minute(from), minute(to)));
        assert_eq!(proposal.from.zip(proposal.to), wanted, "{reason}");
        assert!(proposal.span_reason.contains(reason), "{}", proposal.span_reason);
    }
    let mut world = World::of(summary(Format::Okta));
    (world.summary.without_time, world.summary.assumed_time) = (1, 3);
    let reason = world.propose().span_reason;
    assert!(reason.contains("1 record is without a readable time. 3 records are with an assumed zone"), "{reason}");
    world.summary.first_at = None;
    assert_eq!(world.propose().from, None);
}

#[test]
fn times_without_a_zone_prove_what_holds_in_every_zone() {
    let mut world = audited();
    (world.summary.assumed_zone, world.summary.assumed_time) = (world.summary.records, world.summary.records);
    let proposal = world.propose();
    assert_eq!(proposal.from.zip(proposal.to), None);
    assert!(proposal.span_reason.contains("say the zone of the log"), "{}", proposal.span_reason);
    // A log of three days speaks of the middle of them, wherever its clock stood.
    (world.summary.first_at, world.summary.last_at) = (Some(minute(-24 * 60)), Some(minute(48 * 60)));
    let proposal = world.propose();
    assert_eq!(proposal.from.zip(proposal.to), Some((minute(0), minute(120))));
    assert!(proposal.span_reason.contains("what holds in every zone"), "{}", proposal.span_reason);
}

#[test]
fn before_and_after_records_without_an_order_is_anywhere() {
    for (format, wanted) in [(Format::Cloudtrail, (10, 90)), (Format::GcpAudit, (10, 90))] {
        for open in [unread(Some(90), None), unread(None, Some(10))] {
            let mut world = World::of(summary(format));
            world.summary.unread_spans = vec![open];
            let proposal = world.propose();
            let (from, to) = (minute(wanted.0), minute(wanted.1));
            let gaps: Vec<_> = proposal.gaps.iter().map(|gap| (gap.from, gap.to)).collect();
            assert!(gaps.iter().any(|gap| gap.0 <= from && to <= gap.1), "{format} {gaps:?}");
        }
        let mut world = World::of(summary(format));
        world.summary.unread_spans = vec![unread(Some(45), Some(55))];
        assert!(world.propose().gaps.iter().any(|gap| (gap.from, gap.to) == (minute(45), minute(55))), "{format}");
    }
}

#[test]
fn gaps_are_clipped_merged_and_told() {
    let mut world = audited();
    world.summary.gaps =
        vec![gap(Some(0), Some(12)), gap(Some(40), Some(50)), gap(Some(30), Some(20)), gap(Some(95), None)];
    world.summary.unread_spans = vec![unread(Some(45), Some(55)), unread(Some(55), Some(57))];
    world.summary.further_gaps = Some(gap(Some(85), Some(88)));
    let proposal = world.propose();
    assert_eq!(
        gaps(&proposal),
        [
            (10, 12, "records were lost"),
            (20, 30, "records were lost"),
            (40, 55, "records were lost; line 7 could not be read: it is torn"),
            (55, 57, "line 7 could not be read: it is torn"),
            (85, 88, "records were lost"),
        ]
    );
    assert_eq!(proposal.completeness, Completeness::Sequence);
    // Two records of one second, and one lost between them.
    world.summary.gaps = vec![gap(Some(30), Some(30))];
    assert_eq!(world.propose().gaps[0].to, minute(30).plus_micros(1));
}

#[test]
fn a_file_that_is_cut_off_has_a_gap_to_the_end_of_the_window() {
    let mut world = audited();
    world.summary.unread_spans = vec![unread(Some(90), None)];
    let proposal = world.propose();
    assert_eq!((proposal.from, proposal.to), (Some(minute(10)), Some(minute(120))));
    assert_eq!(gaps(&proposal), [(90, 120, "line 7 could not be read: it is torn")]);
    world.summary.unread_spans = vec![unread(None, Some(10))];
    let proposal = world.propose();
    assert_eq!((proposal.from, gaps(&proposal)[0].0, gaps(&proposal)[0].1), (Some(minute(0)), 0, 10));
    world.summary.unread_spans = vec![unread(None, None)];
    assert_eq!(gaps(&world.propose())[0].1, 120);
    // Without a window there is no end that it could reach.
    (world.exposure.start, world.exposure.end) = (None, None);
    world.summary.unread_spans = vec![unread(Some(90), None)];
    let proposal = world.propose();
    assert_eq!((proposal.to, proposal.gaps.len()), (Some(minute(90)), 0));
    assert!(proposal.span_reason.contains("could not be read"), "{}", proposal.span_reason);
}

#[test]
fn a_quiet_span_is_not_a_gap() {
    let record = |clock: &str| format!("{{\"time\":\"2026-03-18T{clock}:00Z\",\"user\":\"ada\",\"action\":\"get\"}}\n");
    let world = World::read(Format::Jsonl, &(record("17:01") + &record("18:59")));
    assert_eq!(world.propose().gaps, []);
}

#[test]
fn a_log_is_proposed_from_its_text() {
    let line = |serial: u32, clock: &str| {
        let seconds = at(clock).micros() / 1_000_000;
        format!(
            "type=SYSCALL msg=audit({seconds}.000:{serial}): arch=c000003e syscall=59 success=yes exit=0 auid=1000\n"
        )
    };
    let text =
        line(1, "16:50") + &line(2, "17:20") + &line(5, "17:30") + "torn\n" + &line(6, "17:40") + &line(7, "18:50");
    let proposal = World::read(Format::Auditd, &text).propose();
    assert_eq!((proposal.from, proposal.to), (Some(at("17:00")), Some(at("18:50"))));
    assert_eq!(proposal.completeness, Completeness::Sequence);
    let told: Vec<_> = gaps(&proposal).iter().map(|(from, to, _)| (*from, *to)).collect();
    assert_eq!(told, [(20, 30), (30, 40)]);
    assert_eq!(proposal.gaps[0].reason, "serials 3 to 4 are missing: records were lost.");
}
