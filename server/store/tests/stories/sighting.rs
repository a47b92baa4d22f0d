//! Where agents of the registry appear, and what awaits those who answer for them.

use domain::access::Permit;
use domain::agent::{AgentEntry, ReviewDraft};
use serde_json::json;
use store::{Actor, User, parse_draft};

use super::registry::{is_whole, register, user};
use crate::world::{World, ada};

on_both_engines!(agents_are_seen_where_they_act, a_review_that_is_due_awaits_its_owner);

async fn agents_are_seen_where_they_act(world: World) {
    let id = register(&world, &ada(), json!({"name": "answers", "identifiers": ["Forum-Agent", "bot-*"]})).await;
    let rita = user(&world, "Rita").await.actor();
    let open = world.incident(json!({"agents": ["forum-agent", "stranger"]})).await;
    let private = world.incident(json!({"agents": ["bot-9", "STRANGER"], "visibility": "private"})).await;
    let event = json!({"time": "2026-03-18T16:00:00Z", "kind": "action", "actor": {"kind": "agent", "name": "forum-agent"},
        "verb": "post", "authorised": "no"});
    world.add::<domain::timeline::EventDraft>(&ada(), open, event).await.unwrap();
    let seen = world.store.appearances(&ada(), std::slice::from_ref(&id)).await.unwrap();
    let told: Vec<_> =
        seen[&id].iter().map(|seen| (seen.incident, seen.name.as_str(), seen.acts, seen.outside)).collect();
    assert_eq!(told, [(private, "bot-9", 0, 0), (open, "forum-agent", 1, 1)]);
    assert_eq!(seen[&id][1].last_at.map(domain::Instant::rfc3339).as_deref(), Some("2026-03-18T16:00:00Z"));
    // Who may not see an incident does not see that an agent is in it.
    assert_eq!(world.store.appearances(&rita, std::slice::from_ref(&id)).await.unwrap()[&id].len(), 1);
    let strangers = |of: Actor| {
        let world = &world;
        async move { world.store.strangers(&of).await.unwrap() }
    };
    let all = strangers(ada()).await;
    assert_eq!((all.len(), all[0].incidents.clone()), (1, vec![private, open]));
    assert_eq!(strangers(rita).await[0].incidents, [open]);
    register(&world, &ada(), json!({"name": "Stranger", "identifiers": []})).await;
    assert!(strangers(ada()).await.is_empty());
    is_whole(&world).await;
}

async fn a_review_that_is_due_awaits_its_owner(world: World) {
    let (rita, otto) = (user(&world, "Rita").await, user(&world, "Otto").await);
    let id = register(&world, &ada(), json!({"owner": rita.id, "review_days": 30})).await;
    let awaits = |user: User| {
        let world = &world;
        async move { world.store.inbox(&user.actor()).await.unwrap().reviews }
    };
    world.clock.advance_seconds(20 * 24 * 3600);
    assert!(awaits(rita.clone()).await.is_empty(), "ten days are left");
    assert_eq!(world.store.inbox_count(&rita.actor()).await.unwrap(), 0);
    world.clock.advance_seconds(4 * 24 * 3600);
    let [due] = &awaits(rita.clone()).await[..] else { panic!("six days are left") };
    assert!(due.agent == id && !due.overdue);
    assert!(awaits(otto).await.is_empty());
    world.clock.advance_seconds(7 * 24 * 3600);
    assert!(awaits(rita.clone()).await[0].overdue);
    assert_eq!(world.store.inbox_count(&rita.actor()).await.unwrap(), 1);
    // Reviewed, nothing awaits any more, at once.
    let act = |entry: &mut AgentEntry| entry.review(parse_draft::<ReviewDraft>(json!({}))?);
    world.store.enter_agent(&ada(), &id, Permit::Review, act).await.unwrap();
    assert!(awaits(rita.clone()).await.is_empty());
    assert_eq!(world.store.inbox_count(&rita.actor()).await.unwrap(), 0);
}
