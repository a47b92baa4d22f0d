//! Who hears of agents that were stopped: their incident, reviewers, and whoever looks at the watch.

use domain::timeline::{MarkName, Outcome};
use domain::watch::ContainmentState;
use serde_json::json;
use store::{Actor, Topic, parse_draft};

use super::containment::{act, ask, done, only, opted_in, send, stop};
use super::registry::register;
use crate::world::{World, ada, grace};

on_both_engines!(
    the_incident_is_told_and_its_clock_fills,
    reviewers_find_it_in_their_inbox,
    whoever_looks_at_the_watch_sees_a_stop_move,
);

async fn the_incident_is_told_and_its_clock_fills(world: World) {
    let agent = opted_in(&world, json!({})).await;
    let gateway = stop(&world, json!({})).await;
    let key = world.incident(json!({})).await;
    let asked = parse_draft(json!({"reason": "It posts.", "stop": gateway, "incident": key.to_string()})).unwrap();
    let id = world.store.contain_agent(&grace(), &agent, asked).await.unwrap().value;
    send(&world, done).await;
    let draft = parse_draft(json!({"name": "Gateway log", "agents": [agent]})).unwrap();
    let source = world.store.create_source(&ada(), draft).await.unwrap().0.id;
    world.clock.advance_seconds(61);
    world.store.accept(&source, 1, bytes::Bytes::from_static(b"{}\n")).await.unwrap();
    world.sql("update source_states set read_seq = last_seq, judged_seq = last_seq").await;
    world.store.weigh_containments().await.unwrap();
    for _ in 0..3 {
        world.store.tell_containments().await.unwrap();
    }
    let dossier = world.store.dossier(&ada(), key).await.unwrap();
    let marked = |mark| dossier.marked(mark).map(|(_, time)| time.earliest.unwrap());
    let shown = only(&world, &agent).await;
    let sent = shown.containment.sent_at;
    assert_eq!(shown.incident_key, Some(key));
    assert!(sent.is_some());
    assert_eq!(
        (marked(MarkName::StopSent), marked(MarkName::Revoked), marked(MarkName::Contained)),
        (sent, sent, sent)
    );
    assert_eq!(dossier.events.iter().count(), 3, "told once");
    let suggests = |dossier: &domain::casefile::Dossier| {
        domain::suggestion::suggestions(dossier).iter().any(|gap| gap.control == domain::gap::Control::KillSwitch)
    };
    assert!(!suggests(&dossier));
    // A late act: it was not contained, and a missing kill switch suggests itself.
    world
        .store
        .note_acts(&[act(&agent, Some(sent.unwrap().plus_micros(9_000_000)), Outcome::Success)], world.clock.now())
        .await
        .unwrap();
    world.store.weigh_containments().await.unwrap();
    world.store.tell_containments().await.unwrap();
    let dossier = world.store.dossier(&ada(), key).await.unwrap();
    assert!(dossier.marked(MarkName::Contained).is_none());
    assert!(suggests(&dossier));
    // Nobody reads of a private incident here.
    world.store.restore_containment(&ada(), &id, "Reviewed.".into()).await.unwrap();
    world.sql("update incidents set visibility = 'private'").await;
    let others = world.store.containment(&crate::world::vera(), &id).await.unwrap();
    assert_eq!((others.incident_key, others.containment.incident), (None, None));
}

async fn reviewers_find_it_in_their_inbox(world: World) {
    let agent = opted_in(&world, json!({})).await;
    stop(&world, json!({})).await;
    ask(&world, &agent, "a-1").await;
    let reviewer = Actor { role: domain::access::Role::Reviewer, ..grace() };
    let found = world.store.inbox(&reviewer).await.unwrap().containments;
    assert_eq!((found.len(), found[0].overdue, found[0].name.as_str()), (1, false, "forum-agent"));
    assert!(world.store.inbox(&crate::world::vera()).await.unwrap().containments.is_empty());
    world.clock.advance_seconds(24 * 3600 + 1);
    assert!(world.store.inbox(&reviewer).await.unwrap().containments[0].overdue);
    send(&world, done).await;
    let id = only(&world, &agent).await.containment.id;
    world.store.restore_containment(&ada(), &id, "Reviewed.".into()).await.unwrap();
    assert!(world.store.inbox(&reviewer).await.unwrap().containments.is_empty());
}

async fn whoever_looks_at_the_watch_sees_a_stop_move(world: World) {
    let agent = opted_in(&world, json!({})).await;
    stop(&world, json!({})).await;
    let mut news = world.store.subscribe();
    let version = async || world.store.alerts_version(&ada()).await.unwrap();
    // What is told last is the version that a page would show now.
    let mut moved = async |before: u64| {
        let now = version().await;
        assert!(now > before, "nothing was told");
        let told = async { while news.recv().await.unwrap() != (Topic::Watch, now) {} };
        tokio::time::timeout(std::time::Duration::from_secs(5), told).await.expect("told");
        now
    };
    let before = version().await;
    ask(&world, &agent, "a-1").await;
    let asked = moved(before).await;
    send(&world, done).await;
    let sent = moved(asked).await;
    world.clock.advance_seconds(5);
    world.store.note_acts(&[act(&agent, Some(world.clock.now()), Outcome::Success)], world.clock.now()).await.unwrap();
    world.store.weigh_containments().await.unwrap();
    let weighed = moved(sent).await;
    assert_eq!(only(&world, &agent).await.state, ContainmentState::NotEffective);
    let id = only(&world, &agent).await.containment.id;
    world.store.restore_containment(&ada(), &id, "It was looked at.".into()).await.unwrap();
    let restored = moved(weighed).await;
    // What does not touch a stop does not move the watch.
    world.store.weigh_containments().await.unwrap();
    register(&world, &ada(), json!({"name": "other", "identifiers": []})).await;
    assert_eq!(version().await, restored);
}
