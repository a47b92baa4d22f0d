//! Drafts, from what a rule saw to the case file that people open.

use std::collections::BTreeSet;

use super::*;
use crate::agent::{Agent, AgentCase, AgentNoun, AgentStatus, Standing};
use crate::casefile::Dossier;
use crate::cast::{Story, at};
use crate::gap::Control;
use crate::incident::Status;
use crate::metrics::{MetricName, MetricState, metrics};
use crate::reader::log::{LogActor, Raw};
use crate::severity::Dimension;
use crate::suggestion::suggestions;
use crate::timeline::{Effect, EventKind, MarkName, Outcome, Verb};
use crate::verdict::Verdict;
use crate::vocabulary::{PrincipalKind, RuleKind};
use crate::watch::{AlertState, Level, Place, Response, Sample};
use crate::{Person, Tri};

const ACTED: &str = "2026-03-20T08:59:58.250Z";
const RAISED: &str = "2026-03-20T08:59:59.500Z";

/// The payroll agent, that may read the payroll.
fn agent() -> AgentCase {
    let mut case = AgentCase { version: 3, ..AgentCase::default() };
    let since = at("2026-01-01T00:00:00Z");
    let mut known = Agent::named(Id::new("agent-1"), "payroll-agent".into(), since);
    known.history.push(Standing { status: AgentStatus::Active, from: since, by: None, reason: String::new() });
    case.load(AgentNoun::Agent, 1, &serde_json::to_string(&known).unwrap()).unwrap();
    let mut grant = crate::agent::tests::grant("g");
    (grant.verbs, grant.ceiling) = (vec![Verb::Read], Effect::Read);
    case.load(AgentNoun::Grant, 2, &serde_json::to_string(&grant).unwrap()).unwrap();
    case
}

fn record(verb: Verb, effect: Effect, resource: &str, time: &str) -> LogRecord {
    LogRecord {
        time: Some(at(time)),
        actor: LogActor { kind: PrincipalKind::Agent, name: "app-payroll".into(), id: None },
        verb,
        effect,
        action: "tool call".into(),
        resource: resource.into(),
        outcome: Outcome::Success,
        ..LogRecord::at(Raw { first_line: 3, last_line: 3, offset: 120, length: 40 })
    }
}

fn deletes() -> LogRecord {
    record(Verb::Delete, Effect::Destructive, "payroll/records", ACTED)
}

fn act(number: i64, record: LogRecord) -> RaisedAct {
    let place = Place { source: "src".into(), batch: Some(7), segment: None };
    RaisedAct { number, place, record, received: at(RAISED), event: None }
}

fn raised(id: &str, rule: RuleKind, records: &[LogRecord]) -> Raised {
    let place = Place { source: "src".into(), batch: Some(7), segment: None };
    let sample = Sample { at: at(ACTED), received: at(RAISED), place, raw: Raw::default() };
    let alert = Alert {
        id: id.into(),
        version: 1,
        rule,
        level: Level::Warning,
        response: Response::Draft,
        source: "src".into(),
        agent: (rule != RuleKind::UnknownAgent).then(|| "agent-1".into()),
        name: if rule == RuleKind::UnknownAgent { "bot-x".into() } else { "payroll-agent".into() },
        resource: records.first().map(|record| record.resource.clone()).unwrap_or_default(),
        why: "Outside every grant.".into(),
        count: records.len() as u64,
        raised_at: at(RAISED),
        seen_at: at(RAISED),
        window_end: at("2026-03-20T10:00:00Z"),
        first: sample.clone(),
        last: sample,
        state: AlertState::Open,
        assignee: None,
        incident: None,
        steps: Vec::new(),
    };
    let acts = (1..).zip(records).map(|(number, record)| act(number, record.clone())).collect();
    Raised { alert, source: "Tools".into(), told: 0, acts }
}

fn system() -> Person {
    Person { id: Id::new(crate::id::SYSTEM), name: "Inquest".into(), agent: None }
}

/// A story that begins with a draft.
fn drafted(raised: &[Raised], agent: Option<&AgentCase>) -> (Story, Joined) {
    let mut story = Story::new();
    story.dossier = Dossier { number: 14, ..Dossier::default() };
    story.log.clear();
    let joined = story.enter_as(system(), |entry| entry.draft_incident(raised, agent)).unwrap();
    (story, joined)
}

fn marked(dossier: &Dossier, mark: MarkName) -> Option<Instant> {
    dossier.marked(mark).and_then(|(_, time)| time.earliest)
}

#[test]
fn a_title_says_who_did_what_and_how_it_offends() {
    let refused = LogRecord { outcome: Outcome::Denied, ..deletes() };
    let logging = record(Verb::LoggingControl, Effect::Mutating, "trail/main", ACTED);
    let hidden = record(Verb::Read, Effect::Read, "pay\u{202e}roll", ACTED);
    let nothing = record(Verb::Write, Effect::Mutating, "", ACTED);
    let rows = [
        (RuleKind::OutOfScope, deletes(), "payroll-agent deleted payroll/records outside its grants"),
        (RuleKind::OutOfScope, refused, "payroll-agent tried to delete payroll/records outside its grants"),
        (RuleKind::PrivilegeOrShare, deletes(), "payroll-agent deleted payroll/records outside its grants"),
        (RuleKind::DestructiveUnconfirmed, deletes(), "payroll-agent deleted payroll/records without confirmation"),
        (RuleKind::UnknownAgent, deletes(), "bot-x deleted payroll/records and the registry does not know it"),
        (RuleKind::LoggingControl, logging, "payroll-agent changed what is logged at trail/main"),
        (RuleKind::ActAfterStop, deletes(), "payroll-agent deleted payroll/records after it was stopped"),
        (RuleKind::Burst, deletes(), "payroll-agent destroyed much within a short time; it deleted payroll/records"),
        (RuleKind::OutOfScope, hidden, "payroll-agent read pay[U+202E]roll outside its grants"),
        (RuleKind::OutOfScope, nothing, "payroll-agent wrote something that the log does not name outside its grants"),
    ];
    for (rule, record, title) in rows {
        let file = agent();
        let known = Some(&file).filter(|_| rule != RuleKind::UnknownAgent);
        let (story, _) = drafted(&[raised("a", rule, &[record])], known);
        assert_eq!(story.dossier.incident().unwrap().title, title, "{rule}");
    }
}

#[test]
fn a_draft_holds_what_the_records_show_and_nothing_else() {
    let file = agent();
    let (story, joined) = drafted(&[raised("a", RuleKind::OutOfScope, &[deletes()])], Some(&file));
    let dossier = &story.dossier;
    let head = dossier.incident().unwrap();
    assert_eq!((head.status, dossier.is_undecided_draft(), head.declared_severity), (Status::Declared, true, None));
    // The act, as promotion makes it, by the agent of the registry with what it was granted.
    let event = joined.placed[&(Id::new("a"), 1)].clone().unwrap();
    let event = dossier.events.get(&event).unwrap();
    assert_eq!((event.kind, event.verb, event.effect), (EventKind::Action, Verb::Delete, Effect::Destructive));
    assert_eq!((event.time.earliest, event.confirmed, event.authorised), (Some(at(ACTED)), Tri::Unknown, Tri::Unknown));
    let actor = dossier.principals.get(&event.actor).unwrap();
    assert_eq!(
        (actor.name.as_str(), actor.former_names.as_slice()),
        ("payroll-agent", &["app-payroll".to_string()][..])
    );
    assert_eq!(actor.pin.as_ref().map(|pin| (pin.version, pin.grants.len())), Some((3, 1)));
    assert_eq!(dossier.scope_of(event).unwrap().scope, crate::agent::scope::Scope::Outside);
    // The clock.
    assert_eq!(marked(dossier, MarkName::ActionExecuted), Some(at(ACTED)));
    assert_eq!(marked(dossier, MarkName::ImpactStart), Some(at(ACTED)));
    assert_eq!(marked(dossier, MarkName::AlertFired), Some(at(RAISED)));
    assert_eq!(marked(dossier, MarkName::Detected), Some(at(RAISED)));
    let detected = metrics(dossier).into_iter().find(|metric| metric.name == MetricName::TimeToDetect).unwrap();
    assert!(matches!(detected.state, MetricState::Recorded(range) if range.min == Some(1_250_000)), "{detected:?}");
    // The exposure begins at the act; nobody knows where it ends, and nobody said that a list is complete.
    let exposure = dossier.exposure();
    assert_eq!((exposure.start.clone().unwrap().earliest, exposure.end.clone()), (Some(at(ACTED)), None));
    assert_eq!((exposure.resources.len(), exposure.resources[0].id.as_str()), (1, "payroll-records"));
    assert!(exposure.resources_enumerated.is_none() && exposure.principals_enumerated.is_none());
    assert_eq!(dossier.evaluation().verdict.verdict, Verdict::Undetermined);
    // The severity: one level is shown, the others are unknown and stay so.
    let rating = dossier.latest_rating().unwrap();
    assert_eq!(rating.facts.dimensions.clone().into_iter().collect::<Vec<_>>(), [(Dimension::Authority, Some(2))]);
    assert!(rating.facts.worst_credible.is_empty());
    assert!(dossier.publishing_blockers(Verdict::Undetermined).iter().any(|one| one.page == "severity"));
    // What the app computes of a timeline suggests itself.
    let suggested: Vec<Control> = suggestions(dossier).iter().map(|one| one.control).collect();
    assert!(suggested.contains(&Control::Authorization), "{suggested:?}");
    assert!(suggested.contains(&Control::ConfirmationGate), "{suggested:?}");
}

#[test]
fn an_act_that_two_rules_speak_of_is_one_event() {
    let file = agent();
    let two =
        [raised("a", RuleKind::OutOfScope, &[deletes()]), raised("b", RuleKind::DestructiveUnconfirmed, &[deletes()])];
    let (story, joined) = drafted(&two, Some(&file));
    assert_eq!(joined.placed[&(Id::new("a"), 1)], joined.placed[&(Id::new("b"), 1)]);
    let kinds: Vec<EventKind> = story.dossier.events.iter().map(|kept| kept.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::Action).count(), 1, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::Alert).count(), 2, "{kinds:?}");
}

#[test]
fn an_act_that_was_kept_from_happening_exposes_nothing() {
    let file = agent();
    let denied = LogRecord { outcome: Outcome::Denied, ..deletes() };
    let (story, _) = drafted(&[raised("a", RuleKind::OutOfScope, &[denied])], Some(&file));
    assert!(story.dossier.exposures.is_empty());
    assert_eq!(marked(&story.dossier, MarkName::ActionExecuted), Some(at(ACTED)));
    assert_eq!(marked(&story.dossier, MarkName::ImpactStart), None);
    assert_eq!(story.dossier.evaluation().verdict.verdict, Verdict::NotAssessed);
    assert!(story.dossier.latest_rating().unwrap().facts.dimensions.is_empty());
}

#[test]
fn what_is_not_known_stays_unknown() {
    let untimed = LogRecord { time: None, actor: LogActor::default(), ..deletes() };
    let (story, joined) = drafted(&[raised("a", RuleKind::UnknownAgent, &[untimed])], None);
    let event = joined.placed[&(Id::new("a"), 1)].clone().unwrap();
    let event = story.dossier.events.get(&event).unwrap();
    assert_eq!((event.time.earliest, event.time.latest), (None, Some(at(RAISED))), "by then it had come in");
    assert_eq!(marked(&story.dossier, MarkName::ActionExecuted), None);
    let exposure = story.dossier.exposure();
    assert_eq!((exposure.start, exposure.resources.len()), (None, 1));
}

#[test]
fn what_happens_again_joins_and_what_came_first_stays_first() {
    let file = agent();
    let (mut story, joined) = drafted(&[raised("a", RuleKind::OutOfScope, &[deletes()])], Some(&file));
    let before: BTreeSet<Id> = joined.placed.values().flatten().cloned().collect();
    let later = record(Verb::Write, Effect::Mutating, "payroll/bank", "2026-03-20T09:30:00Z");
    let again = raised("b", RuleKind::OutOfScope, &[later]);
    let joined = story.enter_as(system(), |entry| entry.join_alerts(&[again], Some(&file), 2, &before)).unwrap();
    assert_eq!(marked(&story.dossier, MarkName::ActionExecuted), Some(at(ACTED)));
    assert_eq!(story.dossier.exposure().resources.len(), 2);
    assert_eq!(story.dossier.exposure().start.unwrap().earliest, Some(at(ACTED)));
    let before: BTreeSet<Id> = before.into_iter().chain(joined.placed.into_values().flatten()).collect();
    // One that came in late was done before.
    let early = record(Verb::Read, Effect::Read, "payroll/bank", "2026-03-20T08:00:00Z");
    let late = raised("c", RuleKind::OutOfScope, &[early]);
    story.enter_as(system(), |entry| entry.join_alerts(&[late], Some(&file), 3, &before)).unwrap();
    assert_eq!(marked(&story.dossier, MarkName::ActionExecuted), Some(at("2026-03-20T08:00:00Z")));
    assert_eq!(marked(&story.dossier, MarkName::ImpactStart), Some(at("2026-03-20T08:00:00Z")));
    assert_eq!(story.dossier.exposure().start.unwrap().earliest, Some(at("2026-03-20T08:00:00Z")));
    assert_eq!(marked(&story.dossier, MarkName::Detected), Some(at(RAISED)), "it was detected once");
    assert_eq!(story.dossier.principals.iter().filter(|kept| kept.kind == PrincipalKind::Agent).count(), 1);
}

#[test]
fn an_adopted_incident_is_given_events_and_nothing_else() {
    let file = agent();
    let (mut story, joined) = drafted(&[raised("a", RuleKind::OutOfScope, &[deletes()])], Some(&file));
    let before: BTreeSet<Id> = joined.placed.values().flatten().cloned().collect();
    story.enter("Ada", |entry| entry.adopt_draft(DispositionDraft::default())).unwrap();
    let was = (story.dossier.exposure(), story.dossier.ratings.len());
    let early = record(Verb::Read, Effect::Read, "payroll/bank", "2026-03-20T08:00:00Z");
    let more = raised("b", RuleKind::OutOfScope, &[early]);
    story.enter_as(system(), |entry| entry.join_alerts(&[more], Some(&file), 2, &before)).unwrap();
    assert_eq!((story.dossier.exposure(), story.dossier.ratings.len()), was);
    assert_eq!(story.dossier.events.len(), 4);
}

#[test]
fn floods_are_counted_and_not_told_one_by_one() {
    let file = agent();
    let many: Vec<LogRecord> =
        (0..150).map(|number| LogRecord { raw: Raw { first_line: number, ..Raw::default() }, ..deletes() }).collect();
    let alerts: Vec<Raised> = (0..30)
        .map(|number| raised(&format!("a{number:02}"), RuleKind::OutOfScope, &many[number * 5..][..5]))
        .collect();
    let (mut story, joined) = drafted(&alerts, Some(&file));
    assert_eq!(joined.placed.values().flatten().count(), ACTS_MAX);
    assert_eq!(joined.told.len(), ALERTS_MAX);
    let told = |story: &Story| {
        let mut bodies: Vec<String> = story.dossier.events.iter().map(|kept| kept.body.clone()).collect();
        bodies.retain(|body| body.contains("more alerts belong"));
        bodies
    };
    assert_eq!(told(&story), ["10 more alerts belong to this incident, and perhaps others since."]);
    // The same alert, with more acts: written anew once they have doubled, and not where somebody edited it.
    let before: BTreeSet<Id> = joined.placed.values().flatten().cloned().collect();
    let count = |count: u64, told: u64| {
        let mut again = raised("a00", RuleKind::OutOfScope, &[]);
        (again.alert.count, again.told) = (count, told);
        again.alert.resource = "payroll/records".into();
        again
    };
    let version = story.dossier.version;
    let join = |story: &mut Story, one: Raised| {
        story.enter_as(system(), |entry| entry.join_alerts(&[one], Some(&file), 30, &before)).unwrap().told.len()
    };
    assert_eq!((join(&mut story, count(9, 5)), story.dossier.version), (0, version), "nothing is written");
    assert_eq!(join(&mut story, count(10, 5)), 1);
    assert!(story.dossier.events.iter().any(|kept| kept.body.contains("10 acts")));
}

#[test]
fn an_edit_by_a_person_stays() {
    let file = agent();
    let (mut story, _) = drafted(&[raised("a", RuleKind::OutOfScope, &[deletes()])], Some(&file));
    let mut event = story.dossier.events.iter().find(|kept| kept.kind == EventKind::Alert).unwrap().record.clone();
    event.body = "Ada looked at it.".into();
    story
        .enter("Ada", |entry| {
            entry.put(event);
            Ok(())
        })
        .unwrap();
    let mut again = raised("a", RuleKind::OutOfScope, &[]);
    (again.alert.count, again.told) = (64, 1);
    story.enter_as(system(), |entry| entry.join_alerts(&[again], Some(&file), 1, &BTreeSet::new())).unwrap();
    assert!(story.dossier.events.iter().any(|kept| kept.body == "Ada looked at it."));
}

#[test]
fn people_decide_about_a_draft_and_agents_do_not() {
    let file = agent();
    let because = |reason: &str| DispositionDraft { reason: reason.into() };
    let (mut story, _) = drafted(&[raised("a", RuleKind::OutOfScope, &[deletes()])], Some(&file));
    let bot = Person { agent: Some("scribe".into()), ..crate::cast::person("Ada") };
    assert!(story.enter_as(bot.clone(), |entry| entry.adopt_draft(because(""))).is_err());
    assert!(story.enter_as(bot, |entry| entry.discard_draft(because("a drill"))).is_err());
    let refused = story.enter("Ada", |entry| entry.discard_draft(because(" "))).unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("reason"));
    story.enter("Ada", |entry| entry.discard_draft(because("It was a drill."))).unwrap();
    let head = story.dossier.incident().unwrap().clone();
    assert_eq!((head.status, story.dossier.takes_alerts()), (Status::Closed, false));
    let last = story.last_of(crate::casefile::Noun::Incident).clone();
    let told = crate::history::sentence(&last, &story.dossier);
    assert_eq!(told, "Ada discarded what a rule had drafted: “It was a drill.”");
    assert!(story.enter("Ada", |entry| entry.set_status(Status::Declared)).is_err(), "it is adopted to go on");
    story.enter("Grace", |entry| entry.adopt_draft(because(""))).unwrap();
    let head = story.dossier.incident().unwrap().clone();
    assert_eq!((head.status, head.closed.clone(), story.dossier.takes_alerts()), (Status::Declared, None, true));
    assert!(head.members.iter().any(|member| member.name == "Grace"));
    assert!(story.enter("Ada", |entry| entry.adopt_draft(because(""))).is_err(), "once");
    assert!(story.enter("Ada", |entry| entry.discard_draft(because("x"))).is_err(), "what was adopted is closed");
    // What people filed is no draft.
    let mut filed = Story::new();
    assert!(filed.enter("Ada", |entry| entry.adopt_draft(because(""))).is_err());
}

#[test]
fn evidence_shows_the_acts_and_improves_no_verdict() {
    let file = agent();
    let (mut story, joined) = drafted(&[raised("a", RuleKind::OutOfScope, &[deletes()])], Some(&file));
    let event = joined.placed[&(Id::new("a"), 1)].clone().unwrap();
    let evidence = story.upload("Inquest", "segment");
    let read = LogRecord { raw: Raw { first_line: 41, last_line: 41, offset: 9, length: 9 }, ..deletes() };
    assert!(Shown::is_same(&deletes(), &read), "where it stands differs");
    assert!(!Shown::is_same(&deletes(), &LogRecord { resource: "payroll/other".into(), ..deletes() }));
    let shown = [Shown { event: event.clone(), number: 5, record: read }];
    for _ in 0..2 {
        story.enter_as(system(), |entry| entry.show_acts(&evidence, &shown)).unwrap();
    }
    let links = &story.dossier.events.get(&event).unwrap().evidence;
    assert_eq!(links.iter().map(|link| (&link.id, link.record)).collect::<Vec<_>>(), [(&evidence, Some(5))]);
    let exposure = story.dossier.exposure();
    assert_eq!((exposure.start_evidence, exposure.end), (vec![evidence], None));
    assert_eq!(story.dossier.evaluation().verdict.verdict, Verdict::Undetermined);
}
