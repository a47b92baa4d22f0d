//! What people decide about alerts is in the log: whoever owns the database changes none of it unseen.

use bytes::Bytes;
use domain::Instant;
use domain::canonical::canonical;
use domain::timeline::{Effect, Verb};
use domain::watch::{AlertState, MuteDraft, RuleKind, SourceDraft};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Row};
use store::{Actor, Error, Store, parse_draft};

use super::alert::{act, alerts, forum_agent, judge, set};
use super::containment::{opted_in, stop};
use super::registry::is_whole;
use crate::world::{World, ada, grace, refusal, scribe, vera};

on_both_engines!(
    each_decision_is_a_line_of_the_log,
    what_nobody_decided_is_found,
    what_was_decided_before_counts_once,
    a_silence_that_ends_is_nobodys_decision,
    decisions_and_judging_do_not_wait_for_each_other_in_a_circle,
);

async fn beyond(world: &World, resource: &str) {
    judge(world, &[act(world, "bot-7", Verb::Write, Effect::Mutating, resource)]).await;
}

async fn lines(world: &World) -> Vec<(String, String)> {
    sqlx::query_as(
        "select kind, noun from subject_changes where subject_id = 'instance' and noun = 'alert_step' order by version",
    )
    .fetch_all(&world.backdoor)
    .await
    .unwrap()
}

/// What verifying says.
async fn broken(world: &World) -> Vec<String> {
    let report = world.store.verify(None).await.unwrap();
    report.broken.into_iter().map(|broken| broken.sentence).collect()
}

async fn each_decision_is_a_line_of_the_log(world: World) {
    forum_agent(&world).await;
    super::registry::user(&world, "Rita").await;
    beyond(&world, "payroll").await;
    let (store, id) = (&world.store, alerts(&world).await[0].id.clone());
    store.acknowledge_alert(&grace(), &id).await.unwrap();
    store.assign_alert(&grace(), &id, Some("Rita")).await.unwrap();
    let until = Some(world.clock.now().plus_micros(60_000_000));
    store.mute_alert(&grace(), &id, MuteDraft { reason: "A migration runs.".into(), until }).await.unwrap();
    world.clock.advance_seconds(61);
    store.close_alert(&ada(), &id, String::new()).await.unwrap();
    beyond(&world, "payroll").await;
    store.reopen_alert(&grace(), &id, String::new()).await.unwrap_err();
    store.call_alert_false(&grace(), &id, "Agreed.".into()).await.unwrap();
    store.assign_alert(&grace(), &id, None).await.unwrap();
    // What was refused is no decision.
    refusal(store.close_alert(&scribe(), &id, String::new()).await);
    refusal(store.close_alert(&vera(), &id, String::new()).await);
    let lines = lines(&world).await;
    assert_eq!(lines.iter().filter(|(kind, _)| kind == "added").count(), 6, "{lines:?}");
    let alert = &alerts(&world).await[0];
    assert_eq!((alert.steps.len(), alert.state, &alert.assignee), (5, AlertState::FalseAlarm, &None));
    is_whole(&world).await;
}

async fn what_nobody_decided_is_found(world: World) {
    forum_agent(&world).await;
    super::registry::user(&world, "Rita").await;
    for resource in ["payroll", "vault"] {
        beyond(&world, resource).await;
    }
    let store = &world.store;
    let ids: Vec<_> = alerts(&world).await.into_iter().map(|alert| alert.id).collect();
    store.acknowledge_alert(&grace(), &ids[0]).await.unwrap();
    store.assign_alert(&grace(), &ids[0], Some("Rita")).await.unwrap();
    is_whole(&world).await;
    world.open_backdoor().await;
    world.sql("create table kept_alerts as select * from alerts").await;
    world.sql("create table kept_steps as select * from alert_steps").await;
    let steps = r#"[{"state":"false_alarm","stamp":{"at":"2026-03-18T17:00:10Z","by":{"id":"grace","name":"Grace"}},"reason":"Agreed."}]"#;
    let forged = format!("update alerts set state = 'false_alarm', steps = '{steps}'");
    let said = "insert into alert_steps (id, alert_id, number, state, body, created_at)
                select id || 'x', alert_id, number + 9, state, body, created_at from alert_steps";
    let attempts = [
        ("update alerts set state = 'false_alarm'", "is not what its last step made of it"),
        (&forged, "has a step that nobody took"),
        ("update alerts set state = 'open', steps = '[]'", "a step that somebody took is missing"),
        ("update alerts set steps = replace(steps, 'Grace', 'Vera')", "has a step that nobody took"),
        ("update alerts set assignee = null", "is assigned to somebody else"),
        ("update alerts set assignee = replace(assignee, 'Rita', 'Rina')", "is assigned to somebody else"),
        ("update alerts set until = 9", "is muted until another time"),
        ("update alerts set steps = '['", "cannot be read"),
        ("delete from alerts", "though somebody decided about it"),
        ("delete from alert_steps", "is gone, though change"),
        ("update alert_steps set state = 'closed' where state is not null", "cannot be read"),
        (said, "it was put there behind the log's back"),
    ];
    for (statement, expected) in attempts {
        sqlx::query(AssertSqlSafe(statement.to_string())).execute(&world.backdoor).await.unwrap();
        let found = broken(&world).await;
        assert!(found.iter().any(|sentence| sentence.contains(expected)), "{statement}: {found:?}");
        for (table, kept) in [("alert_steps", "kept_steps"), ("alerts", "kept_alerts")] {
            let statements = [format!("delete from {table}"), format!("insert into {table} select * from {kept}")];
            for statement in statements {
                sqlx::query(AssertSqlSafe(statement)).execute(&world.backdoor).await.unwrap();
            }
        }
        assert_eq!(broken(&world).await, [""; 0], "put back after {statement}");
    }
}

async fn what_was_decided_before_counts_once(world: World) {
    forum_agent(&world).await;
    super::registry::user(&world, "Rita").await;
    for resource in ["payroll", "vault"] {
        beyond(&world, resource).await;
    }
    let ids: Vec<_> = alerts(&world).await.into_iter().map(|alert| alert.id).collect();
    world.store.close_alert(&grace(), &ids[0], String::new()).await.unwrap();
    world.store.assign_alert(&grace(), &ids[1], Some("Rita")).await.unwrap();
    // As a program leaves it whose log knew nothing of alerts.
    let next = older(&world).await;
    is_whole(&world).await;
    let (found, begun): (Vec<_>, Vec<_>) = lines(&world).await.into_iter().partition(|(kind, _)| kind == "found");
    assert_eq!((found.len(), begun.len()), (2, 1));
    let rule = next.rule(&vera(), RuleKind::OutOfScope).await.unwrap();
    assert_eq!((rule.precision.decided, rule.precision_percent), (1, Some(100)));
    // What is forged later does not count by opening the store once more.
    world.sql("update alerts set state = 'open', steps = '[]'").await;
    world.sql("delete from alert_steps").await;
    Store::open(&world.settings).await.unwrap();
    assert!(!broken(&world).await.is_empty());
    assert_eq!(lines(&world).await.len(), 3);
}

/// Leaves the instance as a program does whose log knows nothing of decisions about alerts, and opens it.
async fn older(world: &World) -> Store {
    world.sql("delete from alert_steps").await;
    world.sql("delete from subject_changes where subject_id = 'instance' and noun = 'alert_step'").await;
    let lines = sqlx::query(
        "select version, at, actor, kind, noun, record_id, before, after from subject_changes
         where subject_id = 'instance' order by version",
    )
    .fetch_all(&world.backdoor)
    .await
    .unwrap();
    let json = |text: Option<String>| text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    let (mut head, mut last) = (String::new(), 0);
    for (version, line) in (1_i64..).zip(&lines) {
        let text = |column: &str| line.get::<Option<String>, _>(column);
        let whole = json!({
            "version": version, "at": Instant::from_micros(line.get("at")).rfc3339(), "actor": json(text("actor")),
            "kind": text("kind"), "noun": text("noun"), "id": text("record_id"), "before": json(text("before")),
            "after": json(text("after")),
        });
        let digest = Sha256::digest(format!("{head}{}", canonical(&whole)));
        head = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        last = version;
        sqlx::query(
            "update subject_changes set version = $1, hash = $2 where subject_id = 'instance' and version = $3",
        )
        .bind(version)
        .bind(&head)
        .bind(line.get::<i64, _>("version"))
        .execute(&world.backdoor)
        .await
        .unwrap();
    }
    sqlx::query("update subjects set version = $1, head = $2 where id = 'instance'")
        .bind(last)
        .bind(&head)
        .execute(&world.backdoor)
        .await
        .unwrap();
    Store::open(&world.settings).await.unwrap()
}

async fn a_silence_that_ends_is_nobodys_decision(world: World) {
    let draft: SourceDraft = parse_draft(json!({"name": "Tools", "format": "jsonl", "heartbeat_seconds": 60})).unwrap();
    let (store, source) = (&world.store, world.store.create_source(&Actor::system(), draft).await.unwrap().0);
    let later = async |seconds: i64| {
        world.clock.advance_seconds(seconds);
        store.watch_silence().await.unwrap();
        alerts(&world).await
    };
    let speaks = async || store.accept(&source.id, 1, Bytes::from_static(b"{}\n")).await.unwrap();
    later(0).await;
    let precision = async || {
        let rule = store.rule(&vera(), RuleKind::SourceSilent).await.unwrap();
        (rule.precision.decided, rule.precision.false_alarms, rule.alerts, rule.open)
    };
    // Over by itself: nobody said whether the rule was right.
    let silent = later(61).await;
    assert_eq!(silent.len(), 1);
    assert_eq!(precision().await, (0, 0, 1, 1));
    store.acknowledge_alert(&grace(), &silent[0].id).await.unwrap();
    speaks().await;
    assert_eq!(later(1).await[0].state, AlertState::Closed);
    assert_eq!(precision().await, (0, 0, 1, 0));
    // Closed by somebody, also where the source speaks afterwards.
    let silent = later(61).await;
    store.close_alert(&grace(), &silent[0].id, "The machine was moved.".into()).await.unwrap();
    speaks().await;
    later(1).await;
    assert_eq!(precision().await, (1, 0, 2, 0));
    let silent = later(61).await;
    store.call_alert_false(&grace(), &silent[0].id, "A holiday.".into()).await.unwrap();
    assert_eq!(precision().await, (2, 1, 3, 0));
    is_whole(&world).await;
    // Nobody closes it in the name of the source while that is silent.
    speaks().await;
    later(1).await;
    assert_eq!(later(61).await[0].state, AlertState::Open);
    let steps = r#"[{"state":"closed","stamp":{"at":"2026-03-18T17:09:00Z","by":{"id":"system","name":"Inquest"}},"reason":"The source speaks again."}]"#;
    let forged = format!("update alerts set state = 'closed', steps = '{steps}' where state = 'open'");
    assert_eq!(sqlx::query(AssertSqlSafe(forged)).execute(&world.backdoor).await.unwrap().rows_affected(), 1);
    let found = broken(&world).await;
    assert!(found.iter().any(|sentence| sentence.contains("though its source is silent")), "{found:?}");
}

async fn decisions_and_judging_do_not_wait_for_each_other_in_a_circle(world: World) {
    opted_in(&world, json!({})).await;
    stop(&world, json!({})).await;
    world.clock.advance_seconds(10);
    set(&world, RuleKind::OutOfScope, json!({"response": "suspend"})).await;
    beyond(&world, "payroll").await;
    let (one, other) = (Store::open(&world.settings).await.unwrap(), Store::open(&world.settings).await.unwrap());
    let id = alerts(&world).await[0].id.clone();
    let decides = async {
        for _ in 0..20 {
            for decided in [
                one.close_alert(&grace(), &id, String::new()).await,
                one.reopen_alert(&grace(), &id, String::new()).await,
            ] {
                // It may have happened again in between, and then it is open already.
                assert!(matches!(decided, Ok(_) | Err(Error::Refused(_))), "{decided:?}");
            }
        }
    };
    let judges = async {
        for number in 0..20 {
            beyond(&world, "payroll").await;
            beyond(&world, &format!("vault/{number}")).await;
        }
    };
    let stops = async {
        for _ in 0..20 {
            other.draft_incidents().await.unwrap();
            other.answer_requests().await.unwrap();
            other.tie_containments().await.unwrap();
            other.weigh_containments().await.unwrap();
        }
    };
    let all = async { tokio::join!(decides, judges, stops) };
    tokio::time::timeout(std::time::Duration::from_secs(60), all).await.expect("nobody waits for ever");
    is_whole(&world).await;
}
