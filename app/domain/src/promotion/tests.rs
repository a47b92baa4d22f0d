//! Tests of what becomes of records.

use super::*;
use crate::cast::Story;
use crate::reader::log::{Proof, Raw};
use crate::timeline::Effect;
use crate::vocabulary::PrincipalKind;

fn record(confirmation: Confirmation, line: u64) -> LogRecord {
    let mut record = LogRecord::at(Raw { first_line: line, last_line: line, ..Raw::default() });
    record.time = Some(crate::Instant::parse("2026-03-18T17:04:00Z").unwrap());
    record.actor = LogActor::new(PrincipalKind::Agent, "ops-agent");
    record.effect = Effect::Mutating;
    record.resource = "forum/thread".into();
    record.confirmation = confirmation;
    let raw = Raw { first_line: 9, last_line: 9, ..Raw::default() };
    record.confirmation_proof = Some(Box::new(Proof { says: "tool_decision: accept, `config`".into(), raw }));
    record
}

fn promoted(story: &mut Story, evidence: &Id, number: u64, record: LogRecord) -> Event {
    story.enter("Ada", |entry| entry.promote_events(evidence, &[(number, record)])).unwrap();
    story.dossier.events.iter().next().unwrap().record.clone()
}

#[test]
fn an_event_is_confirmed_as_its_record_is_and_links_what_shows_it() {
    for &how in Confirmation::ALL {
        let mut story = Story::new();
        let evidence = story.upload("Ada", "agent-log.jsonl");
        let event = promoted(&mut story, &evidence, 1, record(how, 4));
        assert_eq!(event.confirmed, how.confirmed(), "{how}");
        assert!(event.body.contains(how.reason()), "{}", event.body);
        assert!(event.body.contains("Line 9: `tool_decision: accept, 'config'`."), "{}", event.body);
        let lines: Vec<_> = event.evidence.iter().map(|link| (link.lines, link.record)).collect();
        assert_eq!(lines, [(Some(Lines(4, 4)), Some(1)), (Some(Lines(9, 9)), None)]);
    }
}

#[test]
fn two_records_of_one_log_that_say_two_things_are_two_events() {
    let mut story = Story::new();
    let (log, other) = (story.upload("Ada", "agent-log.jsonl"), story.upload("Ada", "gateway.jsonl"));
    let saying = |message: &str, line| {
        let mut record = record(Confirmation::Unknown, line);
        record.message = message.into();
        record
    };
    promoted(&mut story, &log, 1, saying("did one thing", 1));
    promoted(&mut story, &log, 2, saying("did quite another thing", 2));
    promoted(&mut story, &other, 1, saying("a thing was done", 1));
    let bodies: Vec<&str> = story.dossier.events.iter().map(|event| event.body.as_str()).collect();
    assert_eq!(bodies.len(), 2, "{bodies:?}");
    assert!(bodies[0].contains("did one thing") && bodies[1].contains("did quite another thing"), "{bodies:?}");
}

#[test]
fn two_records_of_one_log_that_say_different_things_are_two_events() {
    let mut story = Story::new();
    let (first, second) = (story.upload("Ada", "one.csv"), story.upload("Ada", "two.csv"));
    let told = |resource: &str, message: &str, line: u64| {
        let mut told = record(Confirmation::Unknown, line);
        (told.resource, told.message, told.confirmation_proof) = (resource.into(), message.into(), None);
        (line, told)
    };
    let records = [
        told("forum/thread", "opened it", 1),
        told("forum/thread", "closed it", 2),
        told("forum/thread", "closed it", 3),
        told("", "did one thing", 4),
        told("", "did quite another thing", 5),
    ];
    let promoted = story.enter("Ada", |entry| entry.promote_events(&first, &records)).unwrap();
    assert_eq!((promoted.made.len(), promoted.linked.len()), (4, 1), "only what says the same is one");
    let others = [told("forum/thread", "PUT 200", 1), told("", "something else", 2), told("", "did one thing", 3)];
    let promoted = story.enter("Ada", |entry| entry.promote_events(&second, &others)).unwrap();
    assert_eq!((promoted.made.len(), promoted.linked.len()), (1, 2), "another log tells it in its own words");
    let bodies: Vec<&str> = story.dossier.events.iter().map(|kept| kept.record.body.as_str()).collect();
    for said in ["opened it", "closed it", "did one thing", "did quite another thing", "something else"] {
        assert!(bodies.iter().any(|body| body.contains(said)), "{said} {bodies:?}");
    }
}

#[test]
fn what_another_log_shows_of_the_confirmation_is_taken_over_once() {
    let mut story = Story::new();
    let evidence = story.upload("Ada", "agent-log.jsonl");
    let mut first = record(Confirmation::Unknown, 4);
    first.confirmation_proof = None;
    assert_eq!(promoted(&mut story, &evidence, 1, first).confirmed, Tri::Unknown);
    let event = promoted(&mut story, &evidence, 2, record(Confirmation::Automatic, 5));
    assert_eq!((event.confirmed, event.evidence.len()), (Tri::No, 3));
    assert!(event.body.ends_with("Line 9: `tool_decision: accept, 'config'`."), "{}", event.body);
    let event = promoted(&mut story, &evidence, 3, record(Confirmation::Human, 6));
    assert_eq!((event.confirmed, event.evidence.len()), (Tri::No, 4), "what is known is left to people");
}
