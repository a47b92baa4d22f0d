//! Tests of the registry's types.

use proptest::prelude::*;

use super::*;
use crate::vocabulary::{Effect, Verb};

fn at(second: i64) -> Instant {
    Instant::from_micros(second * 1_000_000)
}

fn pattern(text: &str) -> Pattern {
    Pattern::parse("resources", text).expect("a pattern")
}

#[test]
fn a_star_stays_within_a_segment_and_two_cross() {
    let rows = [
        ("forum/thread-1", "forum/thread-1", true),
        ("forum/thread-1", "forum/thread-12", false),
        ("forum/*", "forum/thread-1", true),
        ("forum/*", "forum/thread-1/reply", false),
        ("forum/*", "Forum/thread-1", false),
        ("forum/*", "forum", false),
        ("forum/**", "forum/thread-1/reply", true),
        ("forum/**/reply", "forum/a/b/reply", true),
        ("forum/**/reply", "forum/a/b/reply/1", false),
        ("forum/*/reply-*", "forum/a/reply-1", true),
        ("forum/*/reply-*", "forum/a/b/reply-1", false),
        ("**/secret*", "a/b/secret", true),
        ("**/secret*", "a/b/secret/c", false),
        ("*", "mail:4", true),
        ("*", "arn:aws:s3:::b", false),
        ("**", "arn:aws:s3:::b/c", true),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/key", true),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/key", false),
        ("arn:aws:s3:*:*:b/*", "arn:aws:s3:::b/key", true),
        ("arn:aws:*:b", "arn:aws:s3:::b", false),
        ("urn:issue:*", "urn:issue:4", true),
        ("urn:issue:*", "urn:issue:4:note", false),
        ("forum/**", "forum/../payroll/1", false),
        ("forum/*/a", "forum/./a", false),
        ("forum/**", "forum/..hidden", true),
        ("forum/../x", "forum/../x", true),
        ("a*b*c*d", "aXbXbXcXd", true),
        ("**a*b**c*d", "x/aa/ab/c/cdd", true),
        ("forum/*", "", false),
        ("größe/*", "größe/ä", true),
    ];
    for (text, resource, is_matched) in rows {
        assert_eq!(pattern(text).matches(resource), is_matched, "{text} on {resource}");
    }
}

#[test]
fn a_wider_pattern_is_told_from_its_text() {
    let rows = [
        ("forum/**", "forum/*", true),
        ("forum/*", "forum/**", false),
        ("forum/*", "forum/a*", true),
        ("forum/*", "forum/a**", false),
        ("forum/a*", "forum/*", false),
        ("**", "arn:aws:s3:::b/*", true),
        ("arn:aws:s3:*:*:b/*", "arn:aws:s3:::b/*", true),
        ("a*", "ar*:x", false),
        ("forum/**", "forum/../x", false),
        ("forum/thread-1", "forum/thread-1", true),
    ];
    for (wider, narrower, is_covered) in rows {
        assert_eq!(pattern(wider).covers(&pattern(narrower)), is_covered, "{wider} of {narrower}");
    }
}

#[test]
fn a_pattern_is_refused_that_says_nothing_or_too_much() {
    for text in ["", "  ", "a\u{7}b", &"a".repeat(PATTERN_CHARS_MAX + 1)] {
        assert!(Pattern::parse("resources", text).is_err(), "{text:?}");
    }
    assert!(serde_json::from_str::<Pattern>("\"\"").is_err());
    assert_eq!(serde_json::to_string(&pattern(" forum/* ")).ok().as_deref(), Some("\"forum/*\""));
}

#[test]
fn the_longest_pattern_is_matched_in_bounded_time() {
    let greedy = pattern(&format!("**{}b", "a*".repeat(148)));
    let began = std::time::Instant::now();
    assert!(!greedy.matches(&"a".repeat(8_000)));
    assert!(began.elapsed().as_secs() < 2, "{:?}", began.elapsed());
}

#[test]
fn an_agent_is_known_by_its_identifiers_and_names() {
    let mut agent = Agent::named(Id::new("a"), "Forum Agent".into(), at(0));
    agent.former_names = vec!["answer bot".into()];
    agent.identifiers = ["forum-agent@example.com", "svc-forum-*"]
        .iter()
        .map(|text| Identifier::parse("identifiers", text).expect("an identifier"))
        .collect();
    for name in ["forum agent", "Answer  Bot", "FORUM-AGENT@example.com", "svc-forum-eu/1", "svc-forum-"] {
        assert!(agent.knows(name), "{name}");
    }
    for name in ["", " ", "forum", "svc-foru", "my svc-forum-1"] {
        assert!(!agent.knows(name), "{name}");
    }
    for text in ["", "*", "**", "a*", "*-*"] {
        assert!(Identifier::parse("identifiers", text).is_err(), "{text}");
    }
}

#[test]
fn a_name_is_looked_up_before_a_pattern_is_tried() {
    let agent = |name: &str, identifiers: &[&str]| {
        let mut agent = Agent::named(Id::new(name), name.into(), at(0));
        agent.identifiers =
            identifiers.iter().map(|text| Identifier::parse("identifiers", text).expect("an identifier")).collect();
        agent
    };
    let agents = [
        agent("forum", &["svc-forum-*", "client-1", "shared"]),
        agent("forum eu", &["svc-forum-eu", "shared"]),
        agent("mail", &["*@agents.example", "svc-*-mail", "größe-*"]),
    ];
    let index = Index::of(&agents);
    let rows = [
        ("CLIENT-1", Meant::One(0)),
        ("svc-forum-us", Meant::One(0)),
        ("svc-forum-eu", Meant::One(1)),
        ("svc-forum-mail", Meant::Several),
        ("shared", Meant::Several),
        ("x@agents.example", Meant::One(2)),
        ("GRÖSSE-1", Meant::One(2)),
        ("somebody", Meant::Nobody),
        ("", Meant::Nobody),
    ];
    for (name, meant) in rows {
        assert_eq!(index.find(name), meant, "{name}");
        assert_eq!(agents.iter().any(|agent| agent.knows(name)), meant != Meant::Nobody, "{name}");
    }
}

#[test]
fn a_status_holds_from_its_time_on() {
    let mut agent = Agent::named(Id::new("a"), "a".into(), at(10));
    for (status, second) in [(AgentStatus::Active, 20), (AgentStatus::Suspended, 30)] {
        agent.history.push(Standing { status, from: at(second), by: None, reason: String::new() });
    }
    let rows = [
        (9, None),
        (10, Some(AgentStatus::Proposed)),
        (20, Some(AgentStatus::Active)),
        (29, Some(AgentStatus::Active)),
        (30, Some(AgentStatus::Suspended)),
    ];
    for (second, status) in rows {
        assert_eq!(agent.status_at(at(second)), status, "{second}");
    }
    assert_eq!(agent.status(), AgentStatus::Suspended);
}

#[test]
fn a_review_is_due_after_its_interval() {
    let day = 86_400;
    let mut agent = Agent::named(Id::new("a"), "a".into(), at(0));
    assert_eq!(agent.next_review(), None);
    agent.review_days = Some(90);
    assert_eq!(agent.next_review(), Some(at(90 * day)));
    assert!(!agent.is_overdue(at(90 * day - 1)) && agent.is_overdue(at(90 * day)));
    agent.last_review = Some(at(80 * day));
    assert!(!agent.is_overdue(at(90 * day)) && agent.is_overdue(at(170 * day)));
    agent.history.push(Standing { status: AgentStatus::Retired, from: at(1), by: None, reason: String::new() });
    assert!(!agent.is_overdue(at(170 * day)));
}

/// A grant to read the forum, from second 10 on.
pub(crate) fn grant(id: &str) -> Grant {
    Grant {
        id: Id::new(id),
        agent: Id::new("a"),
        verbs: vec![Verb::Read],
        resources: vec![pattern("forum/*")],
        ceiling: Effect::Read,
        task: Task::default(),
        rule: ConfirmationRule::None,
        rationale: String::new(),
        approver: None,
        approver_name: String::new(),
        from: at(10),
        recorded: None,
        until: Until::Never,
        conditions: String::new(),
        ended: None,
        narrows: None,
    }
}

#[test]
fn a_grant_holds_until_its_first_end() {
    let mut grant = grant("g");
    assert!(!grant.is_live_at(at(9)) && grant.is_live_at(at(10)) && grant.is_live_at(at(1_000)));
    grant.until = Until::Time { at: at(30) };
    assert!(grant.is_live_at(at(29)) && !grant.is_live_at(at(30)));
    grant.ended = Some(Ended { at: at(20), by: None, reason: "no longer needed".into() });
    assert!(grant.is_live_at(at(19)) && !grant.is_live_at(at(20)));
    grant.ended = None;
    grant.until = Until::TaskClosed { at: None };
    assert!(grant.is_live_at(at(1_000)));
    grant.until = Until::TaskClosed { at: Some(at(15)) };
    assert!(!grant.is_live_at(at(15)));
}

#[test]
fn a_file_reads_as_it_was_written() {
    let mut file =
        AgentFile { agent: Agent::named(Id::new("a"), "a".into(), at(0)), grants: vec![grant("g")], reviews: vec![] };
    file.grants[0].until = Until::TaskClosed { at: None };
    let text = serde_json::to_string(&file).expect("JSON");
    assert_eq!(serde_json::from_str::<AgentFile>(&text).expect("a file"), file);
}

/// Matching as it is defined, without a thought of time.
fn naive(pattern: &[char], text: &[char], colon: bool) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['*', '*', '*', ..] => naive(&pattern[1..], text, colon),
        ['*', '*', rest @ ..] => (0..=text.len()).any(|taken| naive(rest, &text[taken..], colon)),
        ['*', rest @ ..] => (0..=text.len())
            .take_while(|taken| text[..*taken].iter().all(|c| *c != '/' && !(colon && *c == ':')))
            .any(|taken| naive(rest, &text[taken..], colon)),
        [c, rest @ ..] => text.first() == Some(c) && naive(rest, &text[1..], colon),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn matching_is_as_defined(text in "(arn:|)[ab*/:]{1,8}", resource in "(arn:|urn:|)[ab/:]{1,10}") {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        let colon = resource.starts_with("arn:") || resource.starts_with("urn:");
        prop_assert_eq!(pattern(&text).matches(&resource), naive(&letters(&text), &letters(&resource), colon));
    }

    #[test]
    fn a_wider_pattern_matches_whatever_a_narrower_one_does(
        wider in "[ab*/:]{1,5}", narrower in "(arn:|)[ab*/:]{1,6}", resource in "(arn:|)[ab/:]{1,8}",
    ) {
        if pattern(&wider).covers(&pattern(&narrower)) && pattern(&narrower).matches(&resource) {
            prop_assert!(pattern(&wider).matches(&resource), "{} {} {}", wider, narrower, resource);
        }
    }

    #[test]
    fn a_name_fits_as_defined(text in "[ab*]{0,8}", name in "[ab]{0,10}") {
        let parts: Vec<&str> = text.split('*').collect();
        let fits = match parts.as_slice() {
            [only] => *only == name,
            [first, middle @ .., last] => name.strip_prefix(first).and_then(|rest| {
                middle.iter().try_fold(rest, |rest, part| rest.find(part).map(|at| &rest[at + part.len()..]))
            }).is_some_and(|rest| rest.ends_with(last)),
            [] => name.is_empty(),
        };
        prop_assert_eq!(identifier::matches_folded(&text, &name), fits);
    }
}
