mod days;

use super::{TextLine, TextTimeline, is_fence, read_text_timeline, read_text_timeline_of};
use crate::time::{Instant, Zone, show_clock, show_time};
use crate::vocabulary::PrincipalKind::{self, Agent, Human, System, Unknown};
use proptest::prelude::*;

const PUBLISHED: &str = "\
[2026-03-18] Engineer A posts technical question to internal forum
[2026-03-18] Engineer B invokes AI agent to analyze the query
[2026-03-18] AI agent publishes response (no confirmation step)
             → response contains inaccurate technical guidance
[2026-03-18] Engineer A acts on the flawed advice
             → permission escalation triggered across internal systems
             → engineers gain unauthorized access to internal data
[+2 hours]   Incident contained. Sev 1 declared.
";

fn read(text: &str) -> TextTimeline {
    read_text_timeline(text, Instant::parse("2026-03-20T11:30:00Z").unwrap(), &Zone::utc())
}

fn clocks(text: &str) -> Vec<(usize, String, String)> {
    let found = read(text);
    assert_eq!(found.parse_errors, []);
    found.lines.iter().map(|line| (line.line, show_clock(&line.time, &Zone::utc()), line.body.clone())).collect()
}

#[test]
fn the_published_timeline_is_read() {
    type Row<'a> = (&'a str, PrincipalKind, Option<&'a str>, &'a str, Option<usize>, &'a str);
    let rows: [Row; 8] = [
        ("Engineer A", Human, Some("post"), "message", None, "Engineer A posts technical question to internal forum"),
        ("Engineer B", Human, Some("call"), "action", None, "Engineer B invokes AI agent to analyze the query"),
        ("AI agent", Agent, Some("post"), "message", None, "AI agent publishes response (no confirmation step)"),
        ("", Unknown, None, "note", Some(2), "response contains inaccurate technical guidance"),
        ("Engineer A", Human, Some("execute"), "action", None, "Engineer A acts on the flawed advice"),
        ("", Unknown, Some("grant"), "grant", Some(4), "permission escalation triggered across internal systems"),
        ("engineers", Human, Some("read"), "access", Some(4), "engineers gain unauthorized access to internal data"),
        ("Incident", Unknown, None, "containment", None, "Incident contained. Sev 1 declared."),
    ];
    let found = read(PUBLISHED);
    assert_eq!(found.parse_errors, []);
    let show = |line: &TextLine| {
        (line.actor.clone(), line.actor_kind_guess, line.verb_guess, line.kind_guess, line.follows, line.body.clone())
    };
    for (index, (line, row)) in found.lines.iter().zip(rows).enumerate() {
        assert_eq!(show(line), (row.0.into(), row.1, row.2, row.3, row.4, row.5.into()));
        assert_eq!((line.line, line.line_last), (index + 1, index + 1));
    }
    assert_eq!(found.lines.len(), 8);
    for line in &found.lines[..7] {
        assert_eq!(show_time(&line.time, &Zone::utc()), "18 March 2026", "{}", line.body);
    }
    assert_eq!(found.lines[0].time_note, None);
    assert_eq!(found.lines[3].time_note.as_deref(), Some("No time of its own: taken from line 3."));
    let contained = &found.lines[7];
    assert_eq!(contained.time.earliest, Some(Instant::parse("2026-03-18T02:00:00Z").unwrap()));
    assert_eq!(contained.time.latest, Some(Instant::parse("2026-03-19T01:59:59.999999Z").unwrap()));
    assert_eq!(contained.time_note.as_deref(), Some("“+2 hours” counted from line 5, 18 March 2026."));
}

#[test]
fn the_ways_people_write_lines_are_read() {
    let text = "\
## 18 March 2026
```
17:05 Dana asks
- 17:06: the agent posts
* **17:07** - alert fires
2026-03-18 17:08 - Engineer B stops it
| 17:09 | engineers revoke access |
2026-03-18T17:10:33,250Z firewall blocks
about 17:20 people notice
17:30–17:40 access is removed
T+00:15 review begins
two hours later the team closes it
23:50 last check
00:10 all quiet
[unknown] somebody read it
```
";
    let found = read(text);
    let lines: Vec<(usize, String)> =
        found.lines.iter().map(|line| (line.line, show_clock(&line.time, &Zone::utc()) + " " + &line.body)).collect();
    let expected = [
        (3, "17:05 Dana asks"),
        (4, "17:06 the agent posts"),
        (5, "17:07 alert fires"),
        (6, "17:08 Engineer B stops it"),
        (7, "17:09 engineers revoke access"),
        (8, "17:10:33.25 firewall blocks"),
        (9, "≈ 17:20 people notice"),
        (10, "17:30–17:40 access is removed"),
        (11, "18 March 2026, 00:15 – 19 March 2026, 00:14 review begins"),
        (12, "19:30–19:40 the team closes it"),
        (13, "23:50 last check"),
        (14, "00:10 all quiet"),
        (15, "unknown somebody read it"),
    ];
    assert_eq!(lines, expected.map(|(line, text)| (line, text.to_string())));
    assert_eq!(show_time(&found.lines[11].time, &Zone::utc()), "19 March 2026, 00:10");
    assert_eq!(found.parse_errors.len(), 1);
    assert!(found.parse_errors[0].reason.contains("the day of the lines below"));
}

#[test]
fn lines_run_on_and_hang_from_others() {
    let found =
        read("17:05 The agent posts an answer\n      that is wrong\n  - Dana reads it\n  -> 17:09 access granted\n");
    assert_eq!(found.parse_errors, []);
    let lines: Vec<_> =
        found.lines.iter().map(|line| (line.line, line.line_last, line.follows, line.body.as_str())).collect();
    assert_eq!(
        lines,
        [
            (1, 2, None, "The agent posts an answer that is wrong"),
            (3, 3, Some(0), "Dana reads it"),
            (4, 4, Some(0), "access granted")
        ]
    );
    assert_eq!(
        clocks("17:05 on the forum a post appears"),
        [(1, "17:05".into(), "on the forum a post appears".into())]
    );
    assert_eq!(clocks("17:05 - 5 users affected"), [(1, "17:05".into(), "5 users affected".into())]);
}

#[test]
fn what_is_no_event_is_reported() {
    let text = "Nobody told it to post.\n\n→ adrift\n[+2 hours] too early\n[soon] later\n2026 was a bad year\n[2026-03-18\n03/04/2026 ambiguous\n";
    let found = read(text);
    assert_eq!(found.lines, []);
    let parse_errors: Vec<_> = found
        .parse_errors
        .iter()
        .map(|parse_error| {
            (parse_error.line, text[parse_error.offset..][..parse_error.text.len()] == *parse_error.text)
        })
        .collect();
    assert_eq!(parse_errors, [(1, true), (3, true), (4, true), (5, true), (6, true), (7, true), (8, true)]);
    for (parse_error, part) in found.parse_errors.iter().zip([
        "does not begin with a time",
        "no event above",
        "none above has a time",
        "“soon”",
    ]) {
        assert!(parse_error.reason.contains(part), "{}", parse_error.reason);
    }
}

#[test]
fn actors_are_guessed() {
    for (body, actor, kind) in [
        ("The agent then deletes the inbox", "The agent", Agent),
        ("AI engineer reviews it", "AI engineer", Human),
        ("Kirobot acts", "Kirobot", Agent),
        ("Monitoring fires an alert", "Monitoring", System),
        ("Dana reconfigures the lists", "Dana", Human),
        ("Dana: stop it", "Dana", Human),
        ("Access revoked", "", Unknown),
        ("Revoked all access", "", Unknown),
        ("On-call engineer pages the lead", "On-call engineer", Human),
        ("Permissions restored", "", Unknown),
        ("An assistant was asked", "An assistant", Agent),
        ("", "", Unknown),
    ] {
        let guess = super::guess::guess(body);
        assert_eq!((guess.actor.as_str(), guess.actor_kind), (actor, kind), "{body}");
    }
}

#[test]
fn a_zone_that_cannot_be_read_is_reported() {
    for (line, part) in [
        ("2026-03-29 02:30 Europe/Paris Dana posts", "the clocks skipped it"),
        ("11:20 Europe/Nowhere Dana posts", "not a time zone known here"),
        ("11:20 YEKT: Dana posts", "not a time zone known here"),
        ("2026-03-18 11:20 ET Dana posts", "EST or EDT"),
        ("- 11:20 PT: Dana posts", "PST or PDT"),
        ("[2026-03-18 11:20 CT] Dana posts", "CST or CDT"),
        ("11:20 GMT+25 Dana posts", "not a time zone known here"),
        ("11:20 +2500 Dana posts", "not a time zone known here"),
        ("11:20 Pacific time, Dana posts", "“Pacific time” is not read"),
        ("11:20 (Central European Summer Time) Dana posts", "Summer Time” is not read"),
        ("11:20 local time Dana posts", "“local time” is not read"),
        ("11:20 america/Nowhere Dana posts", "not a time zone known here"),
        ("11:20 Nowhere/City Dana posts", "“Nowhere/City” is not a time zone known here"),
        ("2026-03-18 11:20:07 Mars/Olympus_Mons Dana posts", "put a dash before it"),
        ("2026-03-18T11:20 Middle/Earth/Shire: Dana posts", "not a time zone known here"),
    ] {
        let found = read(line);
        assert!(found.lines.is_empty() && found.parse_errors[0].reason.contains(part), "{line}: {found:?}");
    }
    for line in [
        "11:20 CET Dana posts",
        "2026-03-18 11:20 edt Dana posts",
        "11:20 est-ce que Dana",
        "11:20 +3 pods are started",
        "11:20 Central bank calls",
        "11:20 IT opens a ticket",
        "11:20 HR/Legal are told",
        "11:20 dev/prod are mixed up",
        "11:20 CI/CD stops",
        "11:20 TCP/IP is filtered",
        "11:20 - Dana/Bob deploy",
        "11:20: Dana/Bob deploy",
        "11:20 | Dana/Bob deploy",
        "2026-03-18 Dana/Bob deploy",
        "11:20 Dana/ Bob deploy",
        "11:20 AI answers",
    ] {
        assert_eq!(read(line).lines.len(), 1, "{line}");
    }
}

#[test]
fn a_zone_in_brackets_is_read_and_an_impossible_time_is_reported() {
    for line in ["2026-03-18 17:05 (CET) Ada posts", "2026-03-18 17:05 (UTC+01:00) Ada posts"] {
        let found = read(line);
        assert_eq!((found.lines.len(), found.parse_errors.len()), (1, 0), "{found:?}");
        assert_eq!(
            found.lines[0].time.earliest.map(|at| at.rfc3339()).as_deref(),
            Some("2026-03-18T16:05:00Z"),
            "{found:?}"
        );
        assert_eq!(found.lines[0].body, "Ada posts");
    }
    for line in [
        "2026-03-18 25:05 UTC Ada posts",
        "2026-03-18 17:61 Ada posts",
        "2026-03-18 17:05:60Z Ada posts",
        "2026-03-18T17:05:60Z Ada posts",
        "2026-03-18T23:59:60+01:00: Ada posts",
        "17:05:60Z Ada posts",
        "17:05:60 Ada posts",
        "2026-03-18 17:05:60.5 Ada posts",
        "[2026-03-18 17:05:60Z] Ada posts",
        "2026-03-18 17:65Z Ada posts",
    ] {
        let found = read(line);
        assert_eq!((found.lines.len(), found.parse_errors.len()), (0, 1), "{found:?}");
        let reason = &found.parse_errors[0].reason;
        assert!(reason.contains("is no time of day") || reason.contains("is not a time of day"), "{found:?}");
    }
    // Nor does such a line become part of the one above it.
    let found = read("2026-03-18 17:04 Ada posts\n17:05:60Z Bob answers\n17:06 Eve asks");
    assert_eq!((found.lines.len(), found.parse_errors.len()), (2, 1), "{found:?}");
}

#[test]
fn days_that_count_from_now_stay_where_they_are() {
    let (times, _) = told("yesterday 17:05 Bob posts\ntoday 08:05 Ada posts");
    assert!(times[0].starts_with("2026-03-19T17:05") && times[1].starts_with("2026-03-20T08:05"), "{times:?}");
}

#[test]
fn bullets_and_unseen_characters_are_passed_over() {
    let text = "•\t11:20 Dana posts\n\u{feff}11:21 Bob reads\n\u{200b}11:22 Eve asks\n\u{f0b7}\t11:23 Dana answers\no\t11:24 Bob leaves\n▪\u{a0}11:25 Eve too";
    let found = read(text);
    assert_eq!((found.lines.len(), found.parse_errors.len()), (6, 0), "{found:?}");
    assert_eq!(found.lines[3].body, "Dana answers");
}

/// Every line that is neither blank nor a fence is in exactly one place.
fn accounted(text: &str) {
    let found = read(text);
    let mut seen: Vec<usize> = found
        .lines
        .iter()
        .flat_map(|line| line.line..=line.line_last)
        .chain(found.parse_errors.iter().map(|parse_error| parse_error.line))
        .collect();
    seen.sort_unstable();
    // Every end of a line is one, whatever wrote it.
    let ended = text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let lines = ended.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty() && !is_fence(line.trim()));
    assert_eq!(seen, lines.map(|(index, _)| index + 1).collect::<Vec<_>>(), "{text:?}");
    assert!(found.lines.iter().enumerate().all(|(index, line)| line.follows.is_none_or(|above| above < index)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_text_is_accounted_for(text in "(?s).{0,120}") {
        accounted(&text);
    }

    #[test]
    fn any_likely_text_is_accounted_for(
        parts in prop::collection::vec(prop::sample::select(vec![
            "17:05", "[2026-03-18]", "[", "]", "(", "+2 hours", "T+00:15", "→", "- ", "\n", "\n  ", " ", " ", ":", "Engineer A", "agent", "posts", "é", "later",
            "```", "# ", "|", "**", "[unknown]", "2026-03-18", "\r\n", "\t", "about", "March", "-", "two hours",
        ]), 0..16),
    ) {
        accounted(&parts.concat());
    }
}

/// The times that a text tells, and what it is told of them, read on 20 March 2026 of an incident on 14 March.
fn told(text: &str) -> (Vec<String>, Vec<String>) {
    let at = |text: &str| Instant::parse(text).unwrap();
    let occurred = Some(at("2026-03-14T15:00:00Z"));
    let found = read_text_timeline_of(text, occurred, at("2026-03-20T09:00:00Z"), &Zone::utc());
    let times = found.lines.iter().map(|line| line.time.earliest.map(Instant::rfc3339).unwrap_or_default());
    let reasons = found.parse_errors.iter().map(|parse_error| parse_error.reason.clone());
    (times.collect(), reasons.collect())
}

#[test]
fn zones_by_the_names_people_use_are_read() {
    let (times, reasons) = told(
        "2026-03-18 10:00 EDT robot posts\n2026-03-18 10:05 pdt asker follows\n2026-03-18 10:10 SAST contained\n2026-07-18 10:00 America/New_York later",
    );
    assert_eq!(times, ["2026-03-18T14:00:00Z", "2026-03-18T17:05:00Z", "2026-03-18T08:10:00Z", "2026-07-18T14:00:00Z"]);
    assert_eq!(reasons, [""; 0]);
    assert_eq!(told("2026-01-18 10:00 EST robot posts").0, ["2026-01-18T15:00:00Z"]);
}

#[test]
fn words_that_may_be_zones_are_reported() {
    for zone in
        ["EST5EDT", "MST7MDT", "Japan", "Zulu", "UCT", "UTC/GMT", "Z+2", "Pacific", "(Berlin)", "[New_York]", "(Japan)"]
    {
        let (times, reasons) = told(&format!("2026-03-18 17:05 {zone} Ada posts"));
        assert_eq!((times.len(), reasons.len()), (0, 1), "{zone} {times:?}");
    }
    for prose in ["Japan team calls", "Pacific branch is rolled back", "(again) Ada posts", "Zoe posts", "(Ada) posts"]
    {
        let (times, reasons) = told(&format!("2026-03-18 17:05 {prose}"));
        assert_eq!((times.len(), reasons.len()), (1, 0), "{prose} {reasons:?}");
    }
}

#[test]
fn a_line_above_gives_the_zone() {
    for line in ["All times are PDT.", "(all times in PDT)", "Timezone: -07:00", "**Times: America/Los_Angeles**"] {
        let (times, reasons) = told(&format!("{line}\n2026-03-18 16:40 deploy begins\n2026-03-18 16:40 UTC probe"));
        assert_eq!(times, ["2026-03-18T23:40:00Z", "2026-03-18T16:40:00Z"], "{line}");
        assert!(reasons.len() == 1 && reasons[0].contains("gives the zone"), "{line}: {reasons:?}");
    }
    let (times, reasons) = told("All times are PT.\n2026-03-18 16:40 deploy begins");
    assert_eq!(times, ["2026-03-18T16:40:00Z"]);
    assert!(reasons[0].contains("PST or PDT") && reasons[0].contains("read in UTC"), "{reasons:?}");
    // Prose about times gives none.
    assert_eq!(told("At times it was down.\n2026-03-18 16:40 deploy").0, ["2026-03-18T16:40:00Z"]);
}

#[test]
fn the_year_and_the_day_are_carried() {
    let (times, _) = told("2024-11-30:\n12:00 first\nDecember 1\n13:00 second\nJanuary 2\n14:00 third");
    assert_eq!(times, ["2024-11-30T12:00:00Z", "2024-12-01T13:00:00Z", "2025-01-02T14:00:00Z"]);
    // Without any date the incident's day counts.
    assert_eq!(told("09:00 job runs\n09:17 alert fires").0, ["2026-03-14T09:00:00Z", "2026-03-14T09:17:00Z"]);
    let plain = read_text_timeline("09:00 job runs", Instant::parse("2026-03-20T09:30:00Z").unwrap(), &Zone::utc());
    assert_eq!(plain.lines[0].time.earliest.unwrap().rfc3339(), "2026-03-20T09:00:00Z");
}

#[test]
fn tomorrow_is_the_day_after_a_day_that_is_told() {
    assert_eq!(told("tomorrow 17:05 Ada posts").0, ["2026-03-15T17:05:00Z"], "after the incident's");
    let (times, reasons) = told("2026-11-27 09:00 first\nTomorrow at 17:05 Ada posts\n18:00 third");
    assert_eq!(times, ["2026-11-27T09:00:00Z", "2026-11-28T17:05:00Z", "2026-11-28T18:00:00Z"]);
    assert_eq!(reasons, [""; 0]);
    let found = read("tomorrow 17:05 Ada posts");
    assert!(found.lines.is_empty() && found.parse_errors[0].reason.contains("of which day"), "{found:?}");
}

#[test]
fn every_end_of_a_line_is_one() {
    for end in ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"] {
        let found = read(&["2026-03-18 17:05 Ada posts", "17:06 Bob follows", "what is no event"].join(end));
        let lines: Vec<(usize, &str)> = found.lines.iter().map(|line| (line.line, line.body.as_str())).collect();
        assert_eq!(lines, [(1, "Ada posts"), (2, "Bob follows")], "{end:?}");
        assert_eq!(found.parse_errors.len(), 1, "{end:?}");
    }
}

#[test]
fn numbers_of_lists_and_bodies_below_a_time_are_read() {
    let (times, reasons) = told(
        "1. 17:10 UTC robot posts\n2) 17:12 UTC asker follows\n- 17:14 UTC\n  contained\n12. March 2026 17:00 noted",
    );
    assert_eq!(times, ["2026-03-14T17:10:00Z", "2026-03-14T17:12:00Z", "2026-03-14T17:14:00Z", "2026-03-12T17:00:00Z"]);
    assert_eq!(reasons, [""; 0]);
    let (times, reasons) = told("- 17:14 UTC\n\n  far below");
    assert_eq!((times.len(), reasons.len()), (0, 2));
    accounted("- 17:14 UTC\n  contained\n  and more\n17:15\n17:16 x");
}
