//! Telling people of alerts: each once, and together where too many come.

use domain::reader::log::LogRecord;
use domain::timeline::{Effect, Verb};
use domain::watch::{Act, NoticeDraft};
use serde_json::{Value, json};
use store::{Store, parse_draft};

use super::alert::{act, forum_agent, judge};
use super::outbox::{account, node};
use crate::world::{World, ada, grace, refusal};

on_both_engines!(
    people_hear_once_of_an_alert,
    what_is_too_much_is_withheld_and_told_together,
    who_is_told_is_said_by_admins_and_the_log_says_so,
);

async fn told(store: &Store, change: Value) {
    store.set_notices(&ada(), parse_draft::<NoticeDraft>(change).unwrap()).await.unwrap();
}

/// The acts of the forum agent at so many places where it may do nothing.
fn beyond(world: &World, places: std::ops::Range<usize>) -> Vec<Act> {
    let at = |number: usize| act(world, "bot-7", Verb::Write, Effect::Mutating, &format!("payroll/{number}"));
    let later = |act: Act| Act { record: LogRecord { message: "again".into(), ..act.record }, ..act };
    places.map(at).map(later).collect()
}

async fn subjects(store: &Store) -> Vec<String> {
    let mut letters = Vec::new();
    loop {
        let claimed = store.claim_mails(50).await.unwrap();
        if claimed.is_empty() {
            return letters;
        }
        for letter in claimed {
            letters.push(format!("{}: {}", letter.email, letter.letter.subject));
            store.mail_sent(&letter.id).await.unwrap();
        }
    }
}

async fn people_hear_once_of_an_alert(world: World) {
    let nodes = [node(&world).await, node(&world).await];
    let alan = account(&nodes[0], "Alan", "UTC").await;
    account(&nodes[0], "Tomo", "UTC").await;
    let nobody = parse_draft::<NoticeDraft>(json!({ "people": ["nobody@example.org"] })).unwrap();
    assert_eq!(refusal(nodes[0].set_notices(&ada(), nobody).await).field.as_deref(), Some("people"));
    told(&nodes[0], json!({ "people": ["Alan@example.org"] })).await;
    assert_eq!(nodes[0].notices(&ada()).await.unwrap().people.as_slice(), std::slice::from_ref(&alan.person.id));
    forum_agent(&world).await;
    judge(&world, &beyond(&world, 0..1)).await;
    for node in nodes.iter().chain(&nodes) {
        node.tell_alerts().await.unwrap();
    }
    assert_eq!(subjects(&nodes[0]).await, ["alan@example.org: [warning] forum-agent: Act beyond its grants"]);
    // The same again is counted in the alert, and nobody hears of it again.
    judge(&world, &beyond(&world, 0..1)).await;
    nodes[1].tell_alerts().await.unwrap();
    assert!(subjects(&nodes[0]).await.is_empty());
    // What is below the level is told to nobody.
    told(&nodes[0], json!({ "level": "critical" })).await;
    judge(&world, &beyond(&world, 1..2)).await;
    nodes[0].tell_alerts().await.unwrap();
    told(&nodes[0], json!({ "level": "warning" })).await;
    nodes[1].tell_alerts().await.unwrap();
    assert!(subjects(&nodes[0]).await.is_empty(), "also not later");
}

async fn what_is_too_much_is_withheld_and_told_together(world: World) {
    let node = node(&world).await;
    let alan = account(&node, "Alan", "UTC").await;
    told(&node, json!({ "people": [alan.person.id], "per_hour": 3 })).await;
    forum_agent(&world).await;
    judge(&world, &beyond(&world, 0..8)).await;
    node.tell_alerts().await.unwrap();
    assert_eq!(subjects(&node).await.len(), 3);
    node.tell_alerts().await.unwrap();
    assert!(subjects(&node).await.is_empty(), "they wait for more");
    world.clock.advance_seconds(601);
    node.tell_alerts().await.unwrap();
    let letters = node.claim_mails(10).await.unwrap();
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert_eq!(letter.letter.subject, "5 further alerts");
    assert!(letter.letter.body.contains("more than 3 came within an hour"), "{}", letter.letter.body);
    node.mail_sent(&letter.id).await.unwrap();
    node.tell_alerts().await.unwrap();
    assert!(subjects(&node).await.is_empty(), "once");
    // An hour later there is room again.
    world.clock.advance_seconds(3_600);
    judge(&world, &beyond(&world, 10..11)).await;
    node.tell_alerts().await.unwrap();
    assert_eq!(subjects(&node).await.len(), 1);
}

async fn who_is_told_is_said_by_admins_and_the_log_says_so(world: World) {
    let draft = |change: Value| parse_draft::<NoticeDraft>(change).unwrap();
    let refused = refusal(world.store.set_notices(&grace(), draft(json!({ "per_hour": 5 }))).await);
    assert_eq!(refused.kind, domain::RefusalKind::Forbidden);
    let nowhere = json!({ "webhook_url": "https://elsewhere.example/x", "webhook_secret": "INQUEST_SECRET_STOP" });
    let refused = refusal(world.store.set_notices(&ada(), draft(nowhere)).await);
    assert_eq!(refused.field.as_deref(), Some("webhook_url"));
    told(&world.store, json!({ "per_hour": 5 })).await;
    assert_eq!(world.store.notices(&ada()).await.unwrap().per_hour, 5);
    assert!(world.store.verify(None).await.unwrap().is_whole());
    let statement = "update watch_settings set body = replace(body, '5', '500') where id = 'notices'";
    world.sql(statement).await;
    assert!(!world.store.verify(None).await.unwrap().is_whole());
}
