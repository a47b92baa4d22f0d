//! Alerts: what the rules say about acts, and what people make of it.

use domain::reader::log::{LogActor, LogRecord, Raw};
use domain::timeline::{Effect, Outcome, Verb};
use domain::vocabulary::PrincipalKind;
use domain::watch::{Act, Alert, AlertState, Intake, MuteDraft, Place, RuleDraft, RuleKind};
use domain::{Id, RefusalKind};
use serde_json::{Value, json};
use store::{AlertFilter, Topic, parse_draft};

use super::registry::{grant, is_whole, register, set_status};
use crate::world::{World, ada, grace, refusal, scribe, vera};

on_both_engines!(
    an_act_beyond_its_grants_raises_one_alert,
    what_happens_again_is_counted_until_the_window_ends,
    people_say_what_becomes_of_an_alert,
    a_rule_is_set_by_admins_and_the_log_says_so,
    what_the_registry_says_now_is_what_counts,
    a_list_of_alerts_is_narrowed,
);

/// An act of the forum agent, now.
pub(super) fn act(world: &World, who: &str, verb: Verb, effect: Effect, resource: &str) -> Act {
    let record = LogRecord {
        time: Some(world.clock.now()),
        actor: LogActor { kind: PrincipalKind::Agent, name: who.into(), id: None },
        verb,
        effect,
        action: "tool call".into(),
        resource: resource.into(),
        outcome: Outcome::Success,
        ..LogRecord::at(Raw { first_line: 3, last_line: 3, offset: 120, length: 40 })
    };
    Act { agent: None, place: Place { source: "src".into(), batch: Some(7), segment: None }, record }
}

pub(super) async fn judge(world: &World, acts: &[Act]) {
    let source = Id::new("src");
    let intake = Intake { source: &source, agents: &[], agents_only: false };
    world.store.judge_now(&intake, acts).await.unwrap();
}

pub(super) async fn alerts(world: &World) -> Vec<Alert> {
    world.store.alerts(&vera(), &AlertFilter::default(), None, 100).await.unwrap().items
}

/// The forum agent, active, that may read and post in the forum.
pub(super) async fn forum_agent(world: &World) -> Id {
    let id = register(world, &ada(), json!({"owner_name": "Olga"})).await;
    set_status(world, &ada(), &id, "active").await.unwrap();
    grant(world, &ada(), &id, json!({})).await.unwrap();
    world.clock.advance_seconds(10);
    id
}

pub(super) async fn set(world: &World, kind: RuleKind, change: Value) {
    world.store.set_rule(&ada(), kind, parse_draft::<RuleDraft>(change).unwrap()).await.unwrap();
}

async fn an_act_beyond_its_grants_raises_one_alert(world: World) {
    let id = forum_agent(&world).await;
    let mut news = world.store.subscribe();
    let within = act(&world, "bot-7", Verb::Post, Effect::Mutating, "forum/thread-9");
    judge(&world, std::slice::from_ref(&within)).await;
    assert_eq!(alerts(&world).await, []);
    let beyond = act(&world, "bot-7", Verb::Write, Effect::Mutating, "payroll/2026");
    judge(&world, &[within, beyond.clone(), beyond]).await;
    let found = alerts(&world).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let alert = &found[0];
    assert_eq!(
        (alert.rule, alert.agent.as_ref(), alert.name.as_str()),
        (RuleKind::OutOfScope, Some(&id), "forum-agent")
    );
    assert_eq!((alert.resource.as_str(), alert.count, alert.state), ("payroll/2026", 2, AlertState::Open));
    assert_eq!((alert.first.at, alert.first.place.batch, alert.first.raw.first_line), (world.clock.now(), Some(7), 3));
    assert!(alert.why.contains("Outside every grant"), "{}", alert.why);
    let version = world.store.alerts_version(&vera()).await.unwrap();
    assert!(version > 0);
    loop {
        let told = tokio::time::timeout(std::time::Duration::from_secs(5), news.recv()).await.expect("news").unwrap();
        if told == (Topic::Watch, version) {
            break;
        }
    }
    is_whole(&world).await;
}

async fn what_happens_again_is_counted_until_the_window_ends(world: World) {
    forum_agent(&world).await;
    let beyond = |world: &World| act(world, "bot-7", Verb::Write, Effect::Mutating, "payroll");
    judge(&world, &[beyond(&world)]).await;
    world.clock.advance_seconds(3_599);
    judge(&world, &[beyond(&world)]).await;
    let first = alerts(&world).await;
    assert_eq!((first.len(), first[0].count, first[0].last.at), (1, 2, world.clock.now()));
    world.clock.advance_seconds(1);
    judge(&world, &[beyond(&world)]).await;
    assert_eq!(alerts(&world).await.iter().map(|alert| alert.count).collect::<Vec<_>>(), [1, 2]);
    // Another resource is another alert.
    judge(&world, &[act(&world, "bot-7", Verb::Write, Effect::Mutating, "vault")]).await;
    assert_eq!(alerts(&world).await.len(), 3);
}

async fn people_say_what_becomes_of_an_alert(world: World) {
    forum_agent(&world).await;
    let beyond = |world: &World| act(world, "bot-7", Verb::Write, Effect::Mutating, "payroll");
    judge(&world, &[beyond(&world)]).await;
    let store = &world.store;
    let id = alerts(&world).await[0].id.clone();
    assert_eq!(refusal(store.acknowledge_alert(&vera(), &id).await).kind, RefusalKind::Forbidden);
    assert_eq!(refusal(store.acknowledge_alert(&scribe(), &id).await).kind, RefusalKind::Forbidden);
    assert_eq!(refusal(store.acknowledge_alert(&grace(), &Id::new("x")).await).kind, RefusalKind::Absent);
    let seen = store.acknowledge_alert(&grace(), &id).await.unwrap();
    assert_eq!((seen.state, seen.steps[0].stamp.by.name.as_str()), (AlertState::Acknowledged, "Grace"));
    // What is closed and happens again is open again.
    store.close_alert(&grace(), &id, String::new()).await.unwrap();
    judge(&world, &[beyond(&world)]).await;
    assert_eq!((alerts(&world).await[0].state, alerts(&world).await[0].count), (AlertState::Open, 2));
    // What is muted stays so, also beyond its window, and until its end.
    let until = Some(world.clock.now().plus_micros(2 * 3_600 * 1_000_000));
    store.mute_alert(&grace(), &id, MuteDraft { reason: "A migration runs.".into(), until }).await.unwrap();
    world.clock.advance_seconds(3_700);
    judge(&world, &[beyond(&world)]).await;
    let muted = alerts(&world).await;
    assert_eq!((muted.len(), muted[0].state, muted[0].count), (1, AlertState::Muted, 3));
    world.clock.advance_seconds(3_600);
    assert_eq!(alerts(&world).await[0].state, AlertState::Open);
    judge(&world, &[beyond(&world)]).await;
    assert_eq!(alerts(&world).await.len(), 2, "a new one after the end");
    // A false alarm feeds the precision of its rule.
    let before = store.rule(&vera(), RuleKind::OutOfScope).await.unwrap();
    assert_eq!((before.precision_percent, before.alerts, before.open), (None, 2, 2));
    store.call_alert_false(&grace(), &id, "Agreed with payroll.".into()).await.unwrap();
    let other = alerts(&world).await[0].id.clone();
    store.close_alert(&grace(), &other, String::new()).await.unwrap();
    let after = store.rule(&vera(), RuleKind::OutOfScope).await.unwrap();
    assert_eq!((after.precision_percent, after.precision.false_alarms, after.open), (Some(50), 1, 0));
}

async fn a_rule_is_set_by_admins_and_the_log_says_so(world: World) {
    let draft = |change: Value| parse_draft::<RuleDraft>(change).unwrap();
    let refused = world.store.set_rule(&grace(), RuleKind::Burst, draft(json!({"on": false}))).await;
    assert_eq!(refusal(refused).kind, RefusalKind::Forbidden);
    let refused = world.store.set_rule(&ada(), RuleKind::Burst, draft(json!({"count": 0}))).await;
    assert_eq!(refusal(refused).field.as_deref(), Some("count"));
    let refused = world.store.set_rule(&ada(), RuleKind::UnlabelledOutput, draft(json!({"on": true}))).await;
    assert_eq!(refusal(refused).field.as_deref(), Some("resources"));
    forum_agent(&world).await;
    set(&world, RuleKind::OutOfScope, json!({"on": false})).await;
    judge(&world, &[act(&world, "bot-7", Verb::Write, Effect::Mutating, "payroll")]).await;
    assert_eq!(alerts(&world).await, []);
    set(&world, RuleKind::OutOfScope, json!({"on": true, "level": "critical"})).await;
    judge(&world, &[act(&world, "bot-7", Verb::Write, Effect::Mutating, "payroll")]).await;
    assert_eq!(alerts(&world).await[0].level.word(), "critical");
    is_whole(&world).await;
    // Behind the store's back it is seen.
    world.sql("update watch_settings set body = replace(body, 'critical', 'note')").await;
    assert!(!world.store.verify(None).await.unwrap().is_whole());
}

async fn what_the_registry_says_now_is_what_counts(world: World) {
    let id = forum_agent(&world).await;
    let post = |world: &World| act(world, "bot-7", Verb::Post, Effect::Mutating, "forum/1");
    judge(&world, &[post(&world)]).await;
    assert_eq!(alerts(&world).await, []);
    set_status(&world, &ada(), &id, "suspended").await.unwrap();
    world.clock.advance_seconds(10);
    judge(&world, &[post(&world)]).await;
    assert_eq!(alerts(&world).await.iter().map(|alert| alert.rule).collect::<Vec<_>>(), [RuleKind::ActAfterStop]);
    judge(&world, &[act(&world, "bot-8", Verb::Read, Effect::Read, "forum/1")]).await;
    assert_eq!(alerts(&world).await[0].rule, RuleKind::UnknownAgent);
    register(&world, &ada(), json!({"name": "bot-8", "identifiers": []})).await;
    world.clock.advance_seconds(4_000);
    judge(&world, &[act(&world, "bot-8", Verb::Read, Effect::Read, "forum/1")]).await;
    assert_eq!(alerts(&world).await[0].rule, RuleKind::OutOfScope, "known, and not active yet");
}

async fn a_list_of_alerts_is_narrowed(world: World) {
    let id = forum_agent(&world).await;
    let write = |resource: &str| act(&world, "bot-7", Verb::Write, Effect::Mutating, resource);
    judge(&world, &[write("a"), write("b"), write("c"), act(&world, "who", Verb::Read, Effect::Read, "a")]).await;
    let listed = async |filter: AlertFilter, cursor: Option<&str>, limit: u32| {
        world.store.alerts(&vera(), &filter, cursor, limit).await.unwrap()
    };
    let of_agent = AlertFilter { agent: Some(id.to_string()), ..AlertFilter::default() };
    assert_eq!(listed(of_agent, None, 100).await.items.len(), 3);
    let by_name = AlertFilter { agent: Some("WHO".into()), ..AlertFilter::default() };
    assert_eq!(listed(by_name, None, 100).await.items.len(), 1);
    let of_rule = AlertFilter { rule: Some(RuleKind::UnknownAgent), ..AlertFilter::default() };
    assert_eq!(listed(of_rule, None, 100).await.items.len(), 1);
    let closed = AlertFilter { state: Some(AlertState::Closed), ..AlertFilter::default() };
    assert_eq!(listed(closed, None, 100).await.items, []);
    let first = listed(AlertFilter::default(), None, 3).await;
    let rest = listed(AlertFilter::default(), first.next_cursor.as_deref(), 3).await;
    assert_eq!((first.items.len(), rest.items.len(), rest.next_cursor), (3, 1, None));
}
