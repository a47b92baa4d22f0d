use serde_json::{Value, json};

use super::*;
use crate::cast::{Story, at, berlin};
use crate::timeline::{EventDraft, MarkDraft};
use crate::trends::{Figures, trends_csv};

const SECOND: i64 = 1_000_000;

fn range(min: impl Into<Option<i64>>, max: impl Into<Option<i64>>) -> DurationRange {
    let micros = |seconds: Option<i64>| seconds.map(|seconds| seconds * SECOND);
    DurationRange { min: micros(min.into()), max: micros(max.into()) }
}

fn exact(seconds: i64) -> DurationRange {
    range(seconds, seconds)
}

fn counted(began: &str, detect: DurationRange) -> Counted {
    let figures = Figures { at: at(began), detection: Detection::of(detect, 60), detect, contain: exact(600) };
    Counted {
        figures,
        filed_at: at("2026-03-20T09:00:00Z"),
        severity: Sev::new(1),
        verdict: Verdict::Undetermined,
        filed_by: FiledBy::People,
        open: 2,
        verified: 1,
    }
}

#[test]
fn a_length_is_within_or_over_only_for_certain() {
    let table = [
        (exact(0), Detection::Within),
        (exact(60), Detection::Within),
        (range(0, 60), Detection::Within),
        (range(None, 60), Detection::Within),
        (range(59, 61), Detection::Possibly),
        (range(60, 7200), Detection::Possibly),
        (range(None, 7200), Detection::Possibly),
        (range(30, None), Detection::Possibly),
        (range(61, 7200), Detection::Over),
        (range(61, None), Detection::Over),
        (range(None, None), Detection::Unknown),
    ];
    for (length, expected) in table {
        assert_eq!(Detection::of(length, 60), expected, "{length:?}");
    }
    assert_eq!(Detection::of(exact(61), 300), Detection::Within, "each by the target of its own incident");
}

#[test]
fn medians_are_ranges_and_nothing_is_filled_with_zero() {
    let of = |all: &[DurationRange]| {
        let lengths = lengths(all.iter().copied());
        (lengths.known, lengths.unknown, lengths.median, lengths.p90)
    };
    assert_eq!(of(&[]), (0, 0, None, None));
    assert_eq!(of(&[DurationRange::unknown()]), (0, 1, None, None), "unknown is not zero");
    assert_eq!(of(&[exact(30), DurationRange::unknown()]), (1, 1, Some(exact(30)), Some(exact(30))));
    assert_eq!(of(&[exact(7200), exact(30), exact(45)]), (3, 0, Some(exact(45)), Some(exact(7200))));
    assert_eq!(of(&[exact(30), exact(40)]), (2, 0, Some(exact(35)), Some(exact(40))));
    assert_eq!(of(&[range(10, 50), exact(30), range(20, 90)]).2, Some(range(20, 50)));
    assert_eq!(of(&[range(10, None), exact(30)]).2, Some(range(20, None)), "an end that is not known stays so");
    assert_eq!(of(&[range(None, 5), range(10, None), exact(30)]).2, Some(range(10, 30)));
    let ten: Vec<DurationRange> = (1..=10).map(exact).collect();
    assert_eq!(of(&ten), (10, 0, Some(DurationRange::exact(5_500_000)), Some(exact(9))));
}

#[test]
fn months_are_the_last_twelve_by_the_clocks_of_the_reader() {
    let now = at("2026-03-20T09:00:00Z");
    // 23:30 in UTC is the next month in Berlin.
    let incidents = [counted("2026-02-28T23:30:00Z", exact(30)), counted("2025-03-31T12:00:00Z", exact(30))];
    let told = trends(&incidents, 4, now, &Zone::utc());
    let months: Vec<String> = told.months.iter().map(|row| row.month.to_string()).collect();
    assert_eq!((months.len(), months[0].as_str(), months[11].as_str()), (12, "2025-04", "2026-03"));
    let full = |trends: &Trends| {
        let full = trends.months.iter().filter(|row| row.groups.all.incidents > 0);
        full.map(|row| row.month.to_string()).collect::<Vec<_>>()
    };
    assert_eq!((full(&told), told.whole.all.incidents, told.earlier), (vec!["2026-02".into()], 1, 4));
    let told = trends(&incidents, 4, now, &berlin());
    assert_eq!((told.zone.as_str(), full(&told)), ("Europe/Berlin", vec!["2026-03".to_string()]));
}

#[test]
fn what_rules_drafted_is_told_apart_from_what_people_filed() {
    let by_rule = Counted { filed_by: FiledBy::Rule, severity: None, ..counted("2026-03-02T10:00:00Z", exact(1)) };
    let late = counted("2026-03-03T10:00:00Z", exact(7200));
    let unknown =
        Counted { verdict: Verdict::NotAssessed, ..counted("2026-03-20T09:00:00Z", DurationRange::unknown()) };
    let told = trends(&[by_rule, late, unknown], 0, at("2026-03-20T09:00:00Z"), &Zone::utc());
    let (all, rule, people) =
        (told.whole.of(None), told.whole.of(Some(FiledBy::Rule)), told.whole.of(Some(FiledBy::People)));
    assert_eq!([all.incidents, rule.incidents, people.incidents], [3, 1, 2]);
    assert_eq!(all.detection, DetectionCount { within: 1, possibly: 0, over: 1, unknown: 1 });
    assert_eq!(rule.detection, DetectionCount { within: 1, ..DetectionCount::default() });
    assert_eq!(people.detection, DetectionCount { over: 1, unknown: 1, ..DetectionCount::default() });
    assert_eq!((rule.time_to_detect.median, people.time_to_detect.median), (Some(exact(1)), Some(exact(7200))));
    assert_eq!((all.dated_by_filing, all.remediations_open, all.remediations_verified), (1, 6, 3));
    let severities: Vec<u64> = all.severities.iter().map(|count| count.incidents).collect();
    assert_eq!(severities, [0, 2, 0, 0, 0, 1], "those that nobody rated are last");
    let verdicts =
        |wanted: Verdict| all.verdicts.iter().find(|count| count.verdict == wanted).map(|count| count.incidents);
    assert_eq!((verdicts(Verdict::Undetermined), verdicts(Verdict::NotAssessed)), (Some(2), Some(1)));
    let csv = trends_csv(&told);
    let width = |line: &str| line.split(',').count();
    assert!(csv.lines().all(|line| width(line) == width(csv.lines().next().unwrap())), "{csv}");
    assert_eq!(csv.lines().count(), 1 + 12 * 3);
    assert!(csv.contains("2026-03,UTC,all,3,1,1,0,1,1,2,1,3600.5,3600.5,7200,7200,3,0,600,600,600,600,0,2,"), "{csv}");
    assert!(csv.contains("2026-02,UTC,rule,0,0,0,0,0,0,0,0,,,,,0,0,,,,,"), "{csv}");
}

fn event(story: &mut Story, time: Value, mark: &str) {
    let draft = json!({"time": time, "kind": "note", "actor": {"kind": "human", "name": "Asker"}});
    let id = story.add::<EventDraft>("Ada", draft);
    story.add::<MarkDraft>("Ada", json!({"mark": mark, "event": id}));
}

#[test]
fn a_case_file_counts_where_it_began_and_by_its_clock() {
    let mut story = Story::new();
    let figures = Figures::of(&story.dossier);
    assert_eq!((figures.detection, figures.detect), (Detection::Unknown, DurationRange::unknown()));
    // Filed on the 20th; it is said to have happened on the 18th: the middle of that day.
    assert_eq!(figures.at, at("2026-03-18T11:59:59.999999Z"));
    event(&mut story, json!("2026-02-27T17:00:00Z"), "impact_start");
    event(&mut story, json!("2026-02-27T17:00:30Z"), "detected");
    event(&mut story, json!("2026-02-27T17:10:30Z"), "contained");
    let figures = Figures::of(&story.dossier);
    assert_eq!((figures.detection, figures.detect, figures.contain), (Detection::Within, exact(30), exact(600)));
    assert_eq!(figures.at, at("2026-02-27T17:00:00Z"), "the mark says it better than the first report");
}

#[test]
fn an_open_end_is_known_only_where_it_says_something() {
    for (earliest, expected) in
        [("2026-02-27T17:00:00Z", Detection::Unknown), ("2026-02-27T19:00:00Z", Detection::Over)]
    {
        let mut story = Story::new();
        event(&mut story, json!("2026-02-27T17:00:00Z"), "impact_start");
        let open = json!({"earliest": earliest, "latest": null, "granularity": "minute", "zone": "UTC"});
        event(&mut story, open, "detected");
        let figures = Figures::of(&story.dossier);
        assert_eq!((figures.detection, figures.detect.max), (expected, None), "{earliest}");
        assert_eq!(figures.detect == DurationRange::unknown(), expected == Detection::Unknown, "{earliest}");
    }
}

#[test]
fn what_is_not_known_to_the_month_counts_where_it_was_filed() {
    for (time, expected) in [("2026", None), ("March 2026", Some("2026-03")), ("12 January 2026", Some("2026-01"))] {
        let mut story = Story::new();
        let id = story.dossier.incident().unwrap().id.clone();
        story.revise::<crate::incident::IncidentDraft>("Ada", &id, json!({"title": "Agent", "occurred": time}));
        let figures = Figures::of(&story.dossier);
        match expected {
            None => assert_eq!(figures.at, story.dossier.filed_at(), "{time}"),
            Some(month) => assert_eq!(Month::of(figures.at, &Zone::utc()).to_string(), month, "{time}"),
        }
    }
}
