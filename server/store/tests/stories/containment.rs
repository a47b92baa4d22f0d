//! Stopping agents: what rules may, what is sent, what the sources show, and who lets an agent act again.

use domain::access::Permit;
use domain::agent::{AgentStatus, StatusDraft};
use domain::reader::log::{LogRecord, Raw};
use domain::timeline::{Effect, Outcome, Verb};
use domain::watch::{Act, ContainmentState, Place, RuleKind};
use domain::{Id, Instant, RefusalKind};
use serde_json::{Value, json};
use store::{Actor, ContainmentFilter, ContainmentRequest, ContainmentShown, Error, StopOutcome, parse_draft};

use super::registry::register;
use crate::world::{World, ada, grace, refusal};

on_both_engines!(
    a_rule_stops_an_agent_that_opted_in,
    a_rule_has_limits,
    acts_after_the_stop_speak_against_it,
    an_adapter_that_fails_is_asked_again_and_given_up,
    whoever_asked_does_not_restore,
    a_critical_agent_waits_for_two,
    a_dry_run_sends_nothing,
    no_other_way_leads_around_a_stop,
    a_stop_is_in_the_log_of_the_instance,
    two_nodes_send_once,
    sources_that_show_nothing_prove_it,
);

pub(super) async fn stop(world: &World, more: Value) -> Id {
    let whole = store::merge_patch(
        &json!({"name": "Gateway", "url": "https://stop.example.org/x", "secret": "INQUEST_SECRET_STOP", "quiet_seconds": 60}),
        &more,
    );
    world.store.create_stop(&ada(), parse_draft(whole).unwrap()).await.unwrap().id
}

pub(super) async fn opted_in(world: &World, more: Value) -> Id {
    let more = store::merge_patch(&json!({"may_be_suspended_by_rules": true, "owner_name": "Olga"}), &more);
    let id = register(world, &ada(), more).await;
    status(world, &ada(), &id, "active").await.unwrap();
    id
}

async fn status(world: &World, actor: &Actor, id: &Id, status: &str) -> store::Result<()> {
    let draft: StatusDraft = parse_draft(json!({"status": status, "reason": "So it is."})).unwrap();
    world.store.enter_agent(actor, id, Permit::Edit, move |entry| entry.set_agent_status(draft)).await.map(drop)
}

fn request(agent: &Id, alert: &str) -> ContainmentRequest {
    ContainmentRequest {
        agent: agent.clone(),
        rule: RuleKind::OutOfScope,
        alert: Id::new(alert),
        why: "It posted where it may not.".into(),
        incident: None,
        caused_by: vec!["forum-agent".into(), "Mallory".into()],
    }
}

pub(super) async fn ask(world: &World, agent: &Id, alert: &str) -> String {
    world.store.ask_containment(&request(agent, alert)).await.unwrap();
    world.store.answer_requests().await.unwrap();
    world.store.containment_outcome(&ada(), &Id::new(alert)).await.unwrap().unwrap()
}

pub(super) async fn only(world: &World, agent: &Id) -> ContainmentShown {
    let filter = ContainmentFilter { agent: Some(agent.clone()), limit: 10, ..ContainmentFilter::default() };
    let mut found = world.store.containments(&ada(), &filter).await.unwrap();
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

async fn agent_status(world: &World, agent: &Id) -> AgentStatus {
    world.store.agent(&ada(), agent).await.unwrap().agent().unwrap().status()
}

/// Sends what is due, with one answer.
pub(super) async fn send(world: &World, outcome: impl Fn(Instant) -> StopOutcome) -> usize {
    let due = world.store.claim_stops(10).await.unwrap();
    for outgoing in &due {
        world.store.stop_attempted(outgoing, outcome(world.clock.now())).await.unwrap();
    }
    due.len()
}

pub(super) fn done(began: Instant) -> StopOutcome {
    StopOutcome::Answered { began, status: 204, retry_after: None }
}

pub(super) fn act(agent: &Id, at: Option<Instant>, outcome: Outcome) -> Act {
    let raw = Raw { first_line: 7, last_line: 7, offset: 0, length: 10 };
    let record = LogRecord {
        time: at,
        verb: Verb::Post,
        effect: Effect::Mutating,
        resource: "forum/1".into(),
        outcome,
        ..LogRecord::at(raw)
    };
    let place = Place { source: Id::new("gateway"), batch: Some(3), segment: None };
    Act { agent: Some(agent.clone()), place, record }
}

async fn a_rule_stops_an_agent_that_opted_in(world: World) {
    let agent = opted_in(&world, json!({})).await;
    stop(&world, json!({})).await;
    assert_eq!(ask(&world, &agent, "a-1").await, "Gateway is told.");
    // The registry knows at once: acts of it are outside of every grant from now on.
    assert_eq!(agent_status(&world, &agent).await, AgentStatus::Suspended);
    assert_eq!(only(&world, &agent).await.state, ContainmentState::Requested);
    assert_eq!(send(&world, done).await, 1);
    let stopped = only(&world, &agent).await;
    assert_eq!(
        (stopped.state, stopped.containment.claim.as_str()),
        (ContainmentState::Acknowledged, "It answered 204.")
    );
    assert_eq!(send(&world, done).await, 0, "once");
    // The same alert asks once, and another one finds it stopped.
    assert_eq!(ask(&world, &agent, "a-1").await, "Gateway is told.");
    assert_eq!(ask(&world, &agent, "a-2").await, "Stopped already: a containment of it is acknowledged.");
    // An adapter's word is no proof: without a source that would show an act, nobody knows.
    world.clock.advance_seconds(60);
    world.store.weigh_containments().await.unwrap();
    assert_eq!(only(&world, &agent).await.state, ContainmentState::Unproven);
    assert!(world.store.verify(None).await.unwrap().is_whole());
}

async fn a_rule_has_limits(world: World) {
    let shy = register(&world, &ada(), json!({"name": "shy", "identifiers": []})).await;
    assert_eq!(ask(&world, &shy, "a-0").await, "Not stopped: this agent is not to be suspended by rules.");
    assert_eq!(agent_status(&world, &shy).await, AgentStatus::Proposed);
    let limit = world.store.stopping().per_hour;
    for number in 0..=limit {
        let more = json!({"name": format!("bot {number}"), "identifiers": [], "stop": {"place": "the console"}});
        let agent = opted_in(&world, more).await;
        let outcome = ask(&world, &agent, &format!("b-{number}")).await;
        if number == limit {
            assert!(outcome.contains("which is the limit"), "{outcome}");
            assert_eq!(agent_status(&world, &agent).await, AgentStatus::Active);
        } else {
            // No stop is set up: it is suspended here, and people are told to stop it.
            let stopped = only(&world, &agent).await;
            assert_eq!(stopped.state, ContainmentState::Failed);
            assert!(stopped.containment.steps[1].why.ends_with("at the console."), "{:?}", stopped.containment.steps);
        }
    }
    world.clock.advance_seconds(3601);
    let agent = opted_in(&world, json!({"name": "later", "identifiers": []})).await;
    ask(&world, &agent, "c").await;
    assert_eq!(agent_status(&world, &agent).await, AgentStatus::Suspended);
    assert!(ask(&world, &Id::new("nobody"), "d").await.starts_with("Not stopped. There is no agent"));
}

async fn acts_after_the_stop_speak_against_it(world: World) {
    let agent = opted_in(&world, json!({})).await;
    stop(&world, json!({})).await;
    ask(&world, &agent, "a-1").await;
    let now = || world.clock.now();
    // Before and while the stop is under way.
    world.store.note_acts(&[act(&agent, Some(now()), Outcome::Success)], now()).await.unwrap();
    world.clock.advance_seconds(1);
    send(&world, done).await;
    world.store.weigh_containments().await.unwrap();
    assert_eq!(only(&world, &agent).await.state, ContainmentState::Acknowledged, "an act before the stop says nothing");
    // What was refused is what a stop is for.
    world.clock.advance_seconds(2);
    world.store.note_acts(&[act(&agent, Some(now()), Outcome::Denied)], now()).await.unwrap();
    world.store.weigh_containments().await.unwrap();
    assert_eq!(only(&world, &agent).await.state, ContainmentState::Acknowledged);
    // Nobody would have seen more, so it ends unproven, and a late act speaks against it all the same.
    world.clock.advance_seconds(60);
    world.store.weigh_containments().await.unwrap();
    assert_eq!(only(&world, &agent).await.state, ContainmentState::Unproven);
    let late = now().plus_micros(-2_000_000);
    let flood: Vec<Act> = (0..250)
        .map(|line| {
            let mut act = act(&agent, Some(late), Outcome::Success);
            act.record.raw.first_line += line;
            act
        })
        .collect();
    world.store.note_acts(&flood, now()).await.unwrap();
    world.store.weigh_containments().await.unwrap();
    let stopped = only(&world, &agent).await;
    assert_eq!(stopped.state, ContainmentState::NotEffective);
    assert!(stopped.suggests_kill_switch);
    let honoured = &stopped.containment.honoured[0];
    assert_eq!((honoured.acts, honoured.latency_micros), (250, 60_000_000));
    assert_eq!(stopped.containment.acts.len(), 20);
    assert_eq!(stopped.containment.acts[0].place, "batch 3, line 7");
    // It goes on, and the page counts on.
    world.store.note_acts(&[act(&agent, None, Outcome::Unknown)], now()).await.unwrap();
    assert_eq!(only(&world, &agent).await.containment.honoured[0].acts, 251);
    assert!(world.store.verify(None).await.unwrap().is_whole());
}

async fn an_adapter_that_fails_is_asked_again_and_given_up(world: World) {
    let agent = opted_in(&world, json!({})).await;
    stop(&world, json!({})).await;
    ask(&world, &agent, "a-1").await;
    assert_eq!(send(&world, |_| StopOutcome::NotReached("No connection.".into())).await, 1);
    let tried = only(&world, &agent).await;
    assert_eq!((tried.state, tried.trouble.as_deref()), (ContainmentState::Requested, Some("No connection.")));
    assert_eq!(send(&world, done).await, 0, "not at once");
    let mut attempts = 1;
    for _ in 0..400 {
        world.clock.advance_seconds(1);
        let busy = |began| StopOutcome::Answered { began, status: 503, retry_after: None };
        attempts += send(&world, busy).await;
    }
    assert_eq!(attempts, 10);
    let failed = only(&world, &agent).await;
    assert_eq!((failed.state, failed.trouble), (ContainmentState::Failed, None), "it is tried no more");
    assert_eq!(failed.containment.steps.last().unwrap().why, "It answered 503. Tried 10 times.");
    assert!(failed.containment.sent_at.is_some(), "it may have arrived");
    assert_eq!(agent_status(&world, &agent).await, AgentStatus::Suspended, "held until somebody looks");
    // What will not change is not asked again.
    let other = opted_in(&world, json!({"name": "other", "identifiers": []})).await;
    ask(&world, &other, "a-2").await;
    send(&world, |began| StopOutcome::Answered { began, status: 302, retry_after: None }).await;
    assert_eq!(only(&world, &other).await.state, ContainmentState::Failed);
}

async fn whoever_asked_does_not_restore(world: World) {
    let agent = opted_in(&world, json!({})).await;
    let gateway = stop(&world, json!({})).await;
    let asked = parse_draft(json!({"reason": "It posts.", "stop": gateway})).unwrap();
    let id = world.store.contain_agent(&grace(), &agent, asked).await.unwrap().value;
    send(&world, done).await;
    let restore = async |actor: &Actor| world.store.restore_containment(actor, &id, "Reviewed.".into()).await;
    assert_eq!(refusal(restore(&grace()).await).kind, RefusalKind::Forbidden);
    world.clock.advance_seconds(24 * 3600);
    assert!(only(&world, &agent).await.overdue);
    restore(&ada()).await.unwrap();
    let restored = only(&world, &agent).await;
    assert_eq!((restored.state, restored.overdue), (ContainmentState::Restored, false));
    assert_eq!(agent_status(&world, &agent).await, AgentStatus::Active);
    // The adapter is told, under another id.
    let due = world.store.claim_stops(10).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].message().as_str(), format!("{id}-restore"));
    world.store.stop_attempted(&due[0], done(world.clock.now())).await.unwrap();
    assert_eq!(only(&world, &agent).await.state, ContainmentState::Restored);
    assert!(refusal(restore(&ada()).await).sentence.contains("already"));
    assert!(world.store.verify(None).await.unwrap().is_whole());
}

async fn a_critical_agent_waits_for_two(world: World) {
    let agent = opted_in(&world, json!({"critical": true})).await;
    stop(&world, json!({})).await;
    assert!(ask(&world, &agent, "a-1").await.contains("second person"));
    assert_eq!(agent_status(&world, &agent).await, AgentStatus::Active);
    assert_eq!(send(&world, done).await, 0);
    let id = only(&world, &agent).await.containment.id;
    world.store.approve_containment(&grace(), &id).await.unwrap();
    assert_eq!(agent_status(&world, &agent).await, AgentStatus::Suspended);
    assert_eq!(send(&world, done).await, 1);
    let refused = world.store.restore_containment(&grace(), &id, "Reviewed.".into()).await;
    assert_eq!(refusal(refused).kind, RefusalKind::Forbidden, "whoever agreed does not undo it");
}

async fn a_dry_run_sends_nothing(world: World) {
    let agent = opted_in(&world, json!({})).await;
    stop(&world, json!({"is_dry_run": true, "template": "{\"who\": \"{{agent.name}}\"}"})).await;
    assert_eq!(ask(&world, &agent, "a-1").await, "Dry run of Gateway: nothing was sent.");
    let rehearsed = only(&world, &agent).await;
    assert_eq!(rehearsed.state, ContainmentState::Cancelled);
    let why = &rehearsed.containment.steps.last().unwrap().why;
    assert!(why.contains("https://stop.example.org/x") && why.contains(r#"{"who":"forum-agent"}"#), "{why}");
    assert_eq!(agent_status(&world, &agent).await, AgentStatus::Active);
    assert_eq!(send(&world, done).await, 0);
}

async fn no_other_way_leads_around_a_stop(world: World) {
    let agent = opted_in(&world, json!({})).await;
    let other = register(&world, &ada(), json!({"name": "other", "identifiers": []})).await;
    stop(&world, json!({})).await;
    ask(&world, &agent, "a-1").await;
    send(&world, done).await;
    let refused = |done: store::Result<()>| match done {
        Err(Error::Refused(refusal)) => assert!(refusal.sentence.contains("restored"), "{refusal}"),
        other => panic!("{other:?}"),
    };
    refused(status(&world, &ada(), &agent, "active").await);
    refused(world.store.unite_agents(&ada(), Permit::Edit, &agent, &other).await.map(drop));
    let split = parse_draft(json!({"name": "twin", "identifiers": ["bot-7"]})).unwrap();
    refused(world.store.split_agent(&ada(), Permit::Edit, &agent, split).await.map(drop));
    // Nor does taking back what was done before.
    let retired = status(&world, &grace(), &agent, "retired").await;
    retired.unwrap();
    world.store.undo_agent(&grace(), &agent).await.unwrap();
    assert_eq!(agent_status(&world, &agent).await, AgentStatus::Suspended);
    assert!(
        world.store.undo_agent(&grace(), &agent).await.is_err()
            || agent_status(&world, &agent).await != AgentStatus::Active
    );
    // Nor being suspended by a person as well: what was before both returns, and only by the reviewer.
    let id = only(&world, &agent).await.containment.id;
    world.store.restore_containment(&ada(), &id, "Reviewed.".into()).await.unwrap();
    assert_eq!(agent_status(&world, &agent).await, AgentStatus::Active);
}

async fn a_stop_is_in_the_log_of_the_instance(world: World) {
    let id = stop(&world, json!({})).await;
    let viewer = Actor { role: domain::access::Role::Viewer, ..grace() };
    let draft = || {
        parse_draft(json!({"name": "Mine", "url": "https://stop.example.org/y", "secret": "INQUEST_SECRET_STOP"}))
            .unwrap()
    };
    assert_eq!(refusal(world.store.create_stop(&viewer, draft()).await).kind, RefusalKind::Forbidden);
    let edit = json!({"name": "Mine", "url": "https://stop.example.org/y"});
    world.store.edit_stop(&ada(), &id, &edit).await.unwrap();
    world.store.retire_stop(&ada(), &id).await.unwrap();
    assert!(world.store.stops(&ada()).await.unwrap().is_empty());
    assert!(world.store.verify(None).await.unwrap().is_whole());
    world.sql("update stops set url = 'https://evil.example/'").await;
    let report = world.store.verify(None).await.unwrap();
    assert!(report.broken.iter().any(|broken| broken.sentence.contains("stop")), "{report:?}");
}

async fn two_nodes_send_once(world: World) {
    let agent = opted_in(&world, json!({})).await;
    stop(&world, json!({})).await;
    ask(&world, &agent, "a-1").await;
    let other = store::Store::open(&world.settings).await.unwrap();
    let (one, two) = tokio::join!(world.store.claim_stops(10), other.claim_stops(10));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.len() + two.len(), 1);
    // The node that claimed it dies: another one goes on, under the same id.
    world.clock.advance_seconds(21);
    let again = other.claim_stops(10).await.unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].message(), one.first().or(two.first()).unwrap().message());
    other.stop_attempted(&again[0], done(world.clock.now())).await.unwrap();
    assert_eq!(only(&world, &agent).await.state, ContainmentState::Acknowledged);
    other.close().await;
}

async fn sources_that_show_nothing_prove_it(world: World) {
    let agent = opted_in(&world, json!({})).await;
    stop(&world, json!({})).await;
    let mut sources = Vec::new();
    for name in ["Gateway log", "Mail log"] {
        let draft = parse_draft(json!({"name": name, "agents": [agent], "heartbeat_seconds": 90})).unwrap();
        sources.push(world.store.create_source(&ada(), draft).await.unwrap().0.id);
    }
    ask(&world, &agent, "a-1").await;
    send(&world, done).await;
    let state = async || {
        world.store.weigh_containments().await.unwrap();
        only(&world, &agent).await.state
    };
    world.clock.advance_seconds(59);
    let came = async |source: &Id| {
        let line = bytes::Bytes::from_static(b"{\"message\": \"alive\"}\n");
        world.store.accept(source, 1, line).await.unwrap();
    };
    came(&sources[0]).await;
    world.sql("update source_states set read_seq = last_seq, judged_seq = last_seq").await;
    world.clock.advance_seconds(2);
    assert_eq!(state().await, ContainmentState::Acknowledged, "nothing came since the quiet time was over");
    for source in &sources {
        came(source).await;
    }
    assert_eq!(state().await, ContainmentState::Acknowledged, "what came is not judged yet");
    world.sql("update source_states set read_seq = last_seq, judged_seq = last_seq").await;
    assert_eq!(state().await, ContainmentState::Effective);
    let why = only(&world, &agent).await.containment.steps.last().unwrap().why.clone();
    assert_eq!(why, "No act for 60 seconds after the stop in Gateway log, Mail log.");
    // A late act all the same.
    let sent = only(&world, &agent).await.containment.sent_at.unwrap();
    let mut late = act(&agent, Some(sent.plus_micros(1_000_000)), Outcome::Success);
    late.place.source = sources[0].clone();
    world.store.note_acts(&[late], world.clock.now()).await.unwrap();
    assert_eq!(state().await, ContainmentState::NotEffective);
    assert_eq!(only(&world, &agent).await.source_names.get(&sources[0]).unwrap(), "Gateway log");
}
