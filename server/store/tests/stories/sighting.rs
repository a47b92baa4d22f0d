//! Where agents of the registry appear, and what awaits those who answer for them.

use domain::Id;
use domain::access::Permit;
use domain::agent::{AgentEntry, ReasonDraft, ReviewDraft};
use domain::principal::LinkDraft;
use serde_json::json;
use store::{Actor, User, parse_draft};

use super::registry::{grant, is_whole, register, set_status, user};
use crate::world::{World, ada};

on_both_engines!(
    agents_are_seen_where_they_act,
    acts_outside_follow_what_is_pinned,
    a_review_that_is_due_awaits_its_owner
);

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

/// How many acts an agent has in all incidents, and how many of them lie outside.
async fn counted(world: &World, agent: &Id) -> (u64, u64) {
    let seen = world.store.appearances(&ada(), std::slice::from_ref(agent)).await.unwrap();
    let seen = seen.get(agent).cloned().unwrap_or_default();
    (seen.iter().map(|place| place.acts).sum(), seen.iter().map(|place| place.outside).sum())
}

async fn acts_outside_follow_what_is_pinned(world: World) {
    // No identifier knows the name in the incident: only the link of a person ties the two.
    let id =
        register(&world, &ada(), json!({"name": "answers", "identifiers": ["svc-answers"], "owner_name": "Community"}))
            .await;
    set_status(&world, &ada(), &id, "active").await.unwrap();
    let first = grant(&world, &ada(), &id, json!({"verbs": ["read"], "ceiling": "read", "from": "2026-03-01"})).await;
    let first = first.unwrap();
    let key = world.incident(json!({"agents": ["forum helper"]})).await;
    for (verb, effect, resource) in
        [("read", "read", "forum/1"), ("post", "mutating", "forum/1"), ("read", "read", "payroll/7")]
    {
        let event = json!({"time": "2026-12-18T16:00:00Z", "kind": "action", "outcome": "success",
            "actor": {"kind": "agent", "name": "forum helper"}, "verb": verb, "effect": effect, "resource": resource});
        world.add::<domain::timeline::EventDraft>(&ada(), key, event).await.unwrap();
    }
    assert_eq!(counted(&world, &id).await, (0, 0), "nobody said that it is this one");
    let dossier = world.store.dossier(&ada(), key).await.unwrap();
    let principal = dossier.principals.iter().find(|kept| kept.name == "forum helper").unwrap().id.clone();
    let link = async || {
        let draft = parse_draft::<LinkDraft>(json!({"agent": id})).unwrap();
        world.store.link_agent(&ada(), key, &principal, draft).await.unwrap();
    };
    link().await;
    assert_eq!(counted(&world, &id).await, (3, 2), "the post, and the read elsewhere");
    // A grant that changes later changes nothing that was pinned; pinned again, it does.
    grant(&world, &ada(), &id, json!({"from": "2026-03-01"})).await.unwrap();
    assert_eq!(counted(&world, &id).await, (3, 2));
    link().await;
    assert_eq!(counted(&world, &id).await, (3, 1));
    let revoked = parse_draft::<ReasonDraft>(json!({"reason": "not needed"})).unwrap();
    let revoke = move |entry: &mut AgentEntry| entry.revoke_grant(&first, revoked);
    world.store.enter_agent(&ada(), &id, Permit::Edit, revoke).await.unwrap();
    link().await;
    assert_eq!(counted(&world, &id).await, (3, 1), "the other grant still covers the read and the post");
    is_whole(&world).await;
    // Merged into another one, its incidents are found there.
    let other = register(&world, &ada(), json!({"name": "other", "identifiers": []})).await;
    world.store.unite_agents(&ada(), Permit::Edit, &id, &other).await.unwrap();
    assert_eq!(counted(&world, &other).await, (3, 1));
    let unlink = |entry: &mut domain::casefile::Entry| entry.unlink_agent(&principal);
    world.store.enter(&ada(), key, Permit::Edit, unlink).await.unwrap();
    assert_eq!(counted(&world, &other).await, (0, 0));
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
