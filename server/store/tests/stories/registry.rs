//! The registry of agents.

use domain::access::{Permit, Role};
use domain::agent::{
    AgentCase, AgentDraft, AgentStatus, GrantDraft, NarrowingDraft, ReasonDraft, ReviewDraft, ReviewedAs, SplitDraft,
    StatusDraft,
};
use domain::{Id, RefusalKind};
use serde_json::{Value, json};
use store::{Actor, AgentFilter, Error, NewUser, User, parse_agent_edit, parse_draft};

use crate::world::{World, ada, refusal};

on_both_engines!(
    an_agent_has_a_log_of_its_own,
    edits_of_different_fields_both_stand,
    no_name_is_given_twice,
    two_at_once_do_not_register_one_name,
    an_owner_does_not_alone_grant_what_is_grave,
    a_review_looks_at_every_grant,
    an_owner_who_left_leaves_it_unowned,
    two_become_one_and_one_becomes_two,
    lists_are_narrowed,
    a_table_is_read_whole_or_not_at_all,
    an_agent_makes_itself_no_friends,
);

pub(super) async fn user(world: &World, name: &str) -> User {
    let email = format!("{}@example.org", name.to_lowercase());
    let password = "correct horse battery staple".into();
    let new = NewUser { email, name: name.into(), role: Role::Responder, password };
    world.store.create_user(&ada(), new).await.unwrap()
}

pub(super) async fn register(world: &World, actor: &Actor, more: Value) -> Id {
    tried(world, actor, more).await.unwrap()
}

async fn tried(world: &World, actor: &Actor, more: Value) -> store::Result<Id> {
    let whole = store::merge_patch(&json!({"name": "forum-agent", "identifiers": ["bot-7", "forum-*"]}), &more);
    let entered = world
        .store
        .register(actor, Permit::Edit, move |entry| entry.register(parse_draft::<AgentDraft>(whole)?))
        .await?;
    Ok(entered.id)
}

async fn edit(world: &World, actor: &Actor, id: &Id, seen: Option<u64>, patch: Value) -> store::Result<AgentCase> {
    let own = id.clone();
    let act = move |entry: &mut domain::agent::AgentEntry, mine: Value| {
        let draft = parse_agent_edit::<AgentDraft, domain::agent::Agent>(entry, &own, mine)?;
        entry.edit(draft)
    };
    let done =
        world.store.revise_agent::<domain::agent::Agent, _, _>(actor, id, Permit::Edit, id, seen, &patch, act).await?;
    Ok(done.file)
}

pub(super) async fn grant(world: &World, actor: &Actor, id: &Id, more: Value) -> store::Result<Id> {
    let whole = store::merge_patch(
        &json!({"verbs": ["read", "post"], "resources": ["forum/*"], "ceiling": "mutating", "rationale": "It answers questions."}),
        &more,
    );
    let act = move |entry: &mut domain::agent::AgentEntry| entry.grant(parse_draft::<GrantDraft>(whole)?);
    Ok(world.store.enter_agent(actor, id, Permit::Edit, act).await?.value)
}

pub(super) async fn set_status(world: &World, actor: &Actor, id: &Id, status: &str) -> store::Result<()> {
    let sent = json!({"status": status, "reason": "as agreed"});
    let act = move |entry: &mut domain::agent::AgentEntry| entry.set_agent_status(parse_draft::<StatusDraft>(sent)?);
    world.store.enter_agent(actor, id, Permit::Edit, act).await.map(|_| ())
}

pub(super) async fn is_whole(world: &World) {
    let report = world.store.verify(None).await.unwrap();
    assert!(report.is_whole(), "{report:#?}");
}

async fn an_agent_has_a_log_of_its_own(world: World) {
    let id = register(&world, &ada(), json!({"team": "Community"})).await;
    let case = edit(&world, &ada(), &id, None, json!({"model": "m-4", "version": 1})).await.unwrap();
    assert_eq!((case.version, case.agent().unwrap().model.as_str()), (2, "m-4"));
    set_status(&world, &ada(), &id, "active").await.unwrap_err();
    edit(&world, &ada(), &id, None, json!({"owner_name": "Somebody at the vendor"})).await.unwrap();
    set_status(&world, &ada(), &id, "active").await.unwrap();
    grant(&world, &ada(), &id, json!({})).await.unwrap();
    let changes = world.store.agent_changes(&ada(), &id, 0, 100).await.unwrap();
    let told: Vec<(u64, &str)> = changes.iter().map(|change| (change.version, change.kind.as_str())).collect();
    assert_eq!(told, [(1, "added"), (2, "edited"), (3, "edited"), (4, "edited"), (5, "added")]);
    assert!(changes[4].subject.starts_with("grant/"));
    assert_eq!(world.store.agent_changes(&ada(), &id, 4, 100).await.unwrap().len(), 1);
    // What changes nothing is no change.
    edit(&world, &ada(), &id, None, json!({"model": "m-4"})).await.unwrap();
    assert_eq!(world.store.agent(&ada(), &id).await.unwrap().version, 5);
    let report = world.store.verify(None).await.unwrap();
    assert!(report.is_whole() && report.agents == 1, "{report:#?}");
    assert!(matches!(world.store.agent(&ada(), &Id::new("nowhere")).await, Err(Error::Refused(_))));
    world.store.checkpoint().await.unwrap();
    is_whole(&world).await;
}

async fn edits_of_different_fields_both_stand(world: World) {
    let id = register(&world, &ada(), json!({})).await;
    edit(&world, &ada(), &id, Some(1), json!({"model": "m-4"})).await.unwrap();
    let case = edit(&world, &ada(), &id, Some(1), json!({"team": "Community"})).await.unwrap();
    let agent = case.agent().unwrap();
    assert_eq!((agent.model.as_str(), agent.team.as_str()), ("m-4", "Community"));
    let Err(Error::Conflict(conflict)) = edit(&world, &ada(), &id, Some(1), json!({"model": "m-5"})).await else {
        panic!("both changed the model");
    };
    assert_eq!((conflict.fields.clone(), conflict.current_version), (vec!["model".to_string()], 3));
    assert!(Error::Conflict(conflict).to_string().contains("this agent while you edited it: model"));
}

async fn no_name_is_given_twice(world: World) {
    let id = register(&world, &ada(), json!({})).await;
    for (more, field) in [
        (json!({"identifiers": ["x-1"], "name": "Forum-Agent"}), "name"),
        (json!({"identifiers": ["BOT-7"], "name": "other"}), "identifiers"),
        (json!({"identifiers": ["forum-*"], "name": "other"}), "identifiers"),
        (json!({"identifiers": ["Forum-agent"], "name": "other"}), "identifiers"),
    ] {
        assert_eq!(refusal(tried(&world, &ada(), more.clone()).await).field.as_deref(), Some(field), "{more}");
    }
    // Its former name is still its own.
    edit(&world, &ada(), &id, None, json!({"name": "answers"})).await.unwrap();
    let former = tried(&world, &ada(), json!({"identifiers": ["x-1"]})).await;
    assert!(refusal(former).sentence.contains("“answers” is known as “forum-agent”"));
    let counts = world.store.agent_counts(&ada()).await.unwrap();
    assert_eq!(counts.all, 1);
    is_whole(&world).await;
}

async fn two_at_once_do_not_register_one_name(world: World) {
    let system = ada();
    let tries = (0..6).map(|_| tried(&world, &system, json!({})));
    let made = futures::future::join_all(tries).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(made, 1);
    is_whole(&world).await;
}

async fn an_owner_does_not_alone_grant_what_is_grave(world: World) {
    let (rita, otto) = (user(&world, "Rita").await.actor(), user(&world, "Otto").await.actor());
    let id = register(&world, &rita, json!({"owner": rita.person.id})).await;
    let mild = grant(&world, &rita, &id, json!({})).await.unwrap();
    for ceiling in ["destructive", "privilege"] {
        let refused = refusal(grant(&world, &rita, &id, json!({"ceiling": ceiling, "verbs": ["delete"]})).await);
        assert_eq!((refused.kind, refused.field.as_deref()), (RefusalKind::Forbidden, Some("ceiling")));
        // Naming somebody else does not make it theirs.
        let more = json!({"ceiling": ceiling, "verbs": ["delete"], "approver_name": "Otto"});
        assert_eq!(refusal(grant(&world, &rita, &id, more).await).kind, RefusalKind::Forbidden);
    }
    let grave =
        grant(&world, &otto, &id, json!({"ceiling": "destructive", "verbs": ["delete"], "approver_name": "Rita"}));
    let grave = grave.await.unwrap();
    let case = world.store.agent(&rita, &id).await.unwrap();
    let approver = |id: &Id| case.grants.get(id).unwrap().approver_name.clone();
    assert_eq!((approver(&mild), approver(&grave)), ("Rita".to_string(), "Otto".to_string()));
    // Nor under a name they had before, where only a name was written down.
    edit(&world, &otto, &id, None, json!({"owner": null, "owner_name": "Rita"})).await.unwrap();
    world.store.set_name(&rita, "Margherita").await.unwrap();
    let renamed = world.store.user(&rita.person.id).await.unwrap().actor();
    let again = grant(&world, &renamed, &id, json!({"ceiling": "privilege", "verbs": ["grant"]})).await;
    assert_eq!(refusal(again).kind, RefusalKind::Forbidden);
}

async fn a_review_looks_at_every_grant(world: World) {
    let id = register(&world, &ada(), json!({"owner_name": "Somebody", "review_days": 90})).await;
    let wide = grant(&world, &ada(), &id, json!({})).await.unwrap();
    let other = grant(&world, &ada(), &id, json!({"verbs": ["read"], "resources": ["wiki/**"]})).await.unwrap();
    let third = grant(&world, &ada(), &id, json!({"verbs": ["list"]})).await.unwrap();
    assert_eq!(world.store.agent_counts(&ada()).await.unwrap().overdue, 0);
    world.clock.advance_seconds(91 * 24 * 3600);
    assert_eq!(world.store.agent_counts(&ada()).await.unwrap().overdue, 1);
    let review = |sent: Value| {
        let act = move |entry: &mut domain::agent::AgentEntry| entry.review(parse_draft::<ReviewDraft>(sent)?);
        let (world, id) = (&world, &id);
        async move { world.store.enter_agent(&ada(), id, Permit::Review, act).await }
    };
    let kept = json!({"grant": third, "outcome": "kept", "reason": "still needed"});
    let revoked = json!({"grant": other, "outcome": "revoked", "reason": "never used"});
    let narrowed = json!({"grant": wide, "outcome": "narrowed", "reason": "it never posts", "to": {"verbs": ["read"]}});
    // One is passed over, one is named twice, one has no reason, and one is widened.
    for wrong in [
        json!([kept, revoked]),
        json!([kept, revoked, revoked]),
        json!([kept, revoked, {"grant": wide, "outcome": "kept"}]),
        json!([kept, revoked, {"grant": wide, "outcome": "narrowed", "reason": "x", "to": {"verbs": ["read", "delete"]}}]),
        json!([kept, revoked, {"grant": wide, "outcome": "narrowed", "reason": "as it is"}]),
    ] {
        refusal(review(json!({"grants": wrong})).await);
    }
    let done = review(json!({"grants": [kept, revoked, narrowed], "note": "In spring."})).await.unwrap();
    let review = done.file.reviews.iter().next().unwrap();
    assert_eq!(
        review.grants.iter().map(|one| one.outcome).collect::<Vec<_>>(),
        [ReviewedAs::Kept, ReviewedAs::Revoked, ReviewedAs::Narrowed]
    );
    let narrower = review.grants[2].narrowed_to.clone().unwrap();
    let case = &done.file;
    let now = world.clock.now();
    let live: Vec<Id> = case.grants.iter().filter(|one| one.is_live_at(now)).map(|one| one.id.clone()).collect();
    assert_eq!(live, [third, narrower.clone()]);
    assert_eq!(case.grants.get(&narrower).unwrap().narrows, Some(wide.clone()));
    assert_eq!(case.grants.get(&wide).unwrap().ended.as_ref().unwrap().reason, "it never posts");
    assert_eq!(world.store.agent_counts(&ada()).await.unwrap().overdue, 0);
    is_whole(&world).await;
}

async fn an_owner_who_left_leaves_it_unowned(world: World) {
    let (otto, rita) = (user(&world, "Otto").await, user(&world, "Rita").await);
    world.store.set_role(&ada(), &otto.id, Role::Admin).await.unwrap();
    register(&world, &ada(), json!({"owner": rita.id})).await;
    let unowned = AgentFilter { unowned: true, ..AgentFilter::default() };
    let list = || async { world.store.agents(&ada(), &unowned, None, 10).await.unwrap().items };
    assert!(list().await.is_empty());
    world.store.disable_user(&ada(), &rita.id).await.unwrap();
    let [card] = &list().await[..] else { panic!("nobody answers for it") };
    assert!(card.unowned && card.owner_name == "Rita");
    assert_eq!(world.store.agent_counts(&ada()).await.unwrap().unowned, 1);
    // A disabled account is no new owner.
    let other = tried(&world, &ada(), json!({"name": "other", "identifiers": [], "owner": rita.id})).await;
    assert_eq!(refusal(other).field.as_deref(), Some("owner"));
}

async fn two_become_one_and_one_becomes_two(world: World) {
    let one = register(&world, &ada(), json!({})).await;
    let other = register(&world, &ada(), json!({"name": "answers", "identifiers": ["app-9"]})).await;
    let granted = grant(&world, &ada(), &other, json!({})).await.unwrap();
    let before = world.store.agent_changes(&ada(), &other, 0, 100).await.unwrap();
    let done = world.store.unite_agents(&ada(), Permit::Edit, &other, &one).await.unwrap();
    let agent = done.file.agent().unwrap();
    assert!(agent.knows("APP-9") && agent.knows("answers") && agent.merged == [other.clone()]);
    assert_eq!(done.file.grants.get(&granted).unwrap().agent, one);
    let log = world.store.agent_changes(&ada(), &one, 0, 100).await.unwrap();
    assert_eq!(log.last().unwrap().kind, format!("merged from {other}"));
    // The log of the one that went goes on; nothing in it was rewritten.
    let after = world.store.agent_changes(&ada(), &other, 0, 100).await.unwrap();
    assert_eq!(after[..before.len()], before[..]);
    assert_eq!(refusal(grant(&world, &ada(), &other, json!({})).await).kind, RefusalKind::State);
    assert_eq!(world.store.agents(&ada(), &AgentFilter::default(), None, 10).await.unwrap().items.len(), 1);
    let again = world.store.unite_agents(&ada(), Permit::Edit, &one, &one).await;
    assert_eq!(refusal(again).field.as_deref(), Some("into"));
    is_whole(&world).await;

    let split = |identifiers: Value| {
        let draft: SplitDraft = parse_draft(json!({"name": "third", "identifiers": identifiers})).unwrap();
        world.store.split_agent(&ADA, Permit::Edit, &one, draft)
    };
    assert_eq!(refusal(split(json!(["nobody"])).await).field.as_deref(), Some("identifiers"));
    let third = split(json!(["app-9", "answers"])).await.unwrap();
    assert!(third.file.agent().unwrap().knows("app-9") && third.file.grants.is_empty());
    assert_eq!(third.file.agent().unwrap().status(), AgentStatus::Proposed);
    let rest = world.store.agent(&ada(), &one).await.unwrap();
    assert!(!rest.agent().unwrap().knows("app-9") && rest.agent().unwrap().knows("bot-7"));
    is_whole(&world).await;
}

static ADA: std::sync::LazyLock<Actor> = std::sync::LazyLock::new(ada);

async fn lists_are_narrowed(world: World) {
    let rita = user(&world, "Rita").await;
    for (name, more) in [
        ("alpha", json!({"owner": rita.id, "team": "Community"})),
        ("Beta 100%", json!({"owner_name": "Rita Outside", "purpose": "Moves tickets."})),
        ("gamma", json!({"review_days": 1})),
    ] {
        let more = store::merge_patch(&json!({"name": name, "identifiers": [format!("id-of-{name}")]}), &more);
        register(&world, &ada(), more).await;
    }
    world.clock.advance_seconds(2 * 24 * 3600);
    let found = |filter: AgentFilter| {
        let world = &world;
        async move {
            let page = world.store.agents(&ADA, &filter, None, 10).await.unwrap();
            page.items.into_iter().map(|card| card.name).collect::<Vec<_>>()
        }
    };
    let text = |text: &str| Some(text.to_string());
    let all = AgentFilter::default();
    assert_eq!(found(all.clone()).await, ["alpha", "Beta 100%", "gamma"]);
    assert_eq!(found(AgentFilter { q: text("TICKET"), ..all.clone() }).await, ["Beta 100%"]);
    assert_eq!(found(AgentFilter { q: text("100%"), ..all.clone() }).await, ["Beta 100%"]);
    assert_eq!(found(AgentFilter { q: text("a%a"), ..all.clone() }).await, Vec::<String>::new());
    assert_eq!(found(AgentFilter { q: text("id-of-GAMMA"), ..all.clone() }).await, ["gamma"]);
    assert_eq!(found(AgentFilter { owner: text("rita"), ..all.clone() }).await, ["alpha"]);
    assert_eq!(found(AgentFilter { owner: text("rita@example.org"), ..all.clone() }).await, ["alpha"]);
    assert_eq!(found(AgentFilter { owner: text("rita outside"), ..all.clone() }).await, ["Beta 100%"]);
    assert_eq!(found(AgentFilter { overdue: true, ..all.clone() }).await, ["gamma"]);
    assert_eq!(found(AgentFilter { unowned: true, ..all.clone() }).await, ["gamma"]);
    assert_eq!(found(AgentFilter { status: Some(AgentStatus::Active), ..all.clone() }).await, Vec::<String>::new());
    let first = world.store.agents(&ada(), &all, None, 2).await.unwrap();
    let rest = world.store.agents(&ada(), &all, first.next_cursor.as_deref(), 2).await.unwrap();
    assert_eq!((first.items.len(), rest.items.len(), rest.items[0].name.as_str()), (2, 1, "gamma"));
}

async fn a_table_is_read_whole_or_not_at_all(world: World) {
    let rita = user(&world, "Rita").await;
    register(&world, &ada(), json!({})).await;
    let read = |csv: &'static str| {
        let rita = rita.id.clone();
        domain::agent::read_agents(csv, move |name| (name == "rita@example.org").then(|| rita.clone()))
    };
    let good = "name,identifiers,owner,review_days\n\"Tickets, moved\",t-1;t-2,rita@example.org,30\nwiki,,Otto,\n";
    let ids = world.store.register_all(&ada(), Permit::Edit, read(good).unwrap()).await.unwrap();
    let first = world.store.agent(&ada(), &ids[0]).await.unwrap();
    let agent = first.agent().unwrap();
    assert_eq!(
        (agent.name.as_str(), agent.identifiers.len(), &agent.owner),
        ("Tickets, moved", 2, &Some(rita.id.clone()))
    );
    // The second line takes a name that is given; the third one that the first of this file has.
    let bad = "name,identifiers\nnew,n-1\nother,bot-7\nthird,n-1\n";
    let refused = refusal(world.store.register_all(&ada(), Permit::Edit, read(bad).unwrap()).await);
    assert!(refused.sentence.contains("Line 3: ") && refused.sentence.contains("Line 4: "), "{}", refused.sentence);
    assert_eq!(world.store.agent_counts(&ada()).await.unwrap().all, 3);
    let refused = read("name,colour\nx,red\n").unwrap_err();
    assert!(refused.sentence.starts_with("Line 1: “colour” is not a column"), "{}", refused.sentence);
    let bad = read("name,review_days\na,soon\nb,7\n,7\nother bot,7\n").unwrap();
    let refused = refusal(world.store.register_all(&ada(), Permit::Edit, bad).await);
    assert!(refused.sentence.starts_with("Line 2: “soon”") && refused.sentence.contains("Line 4: the name"));
    // What is written out can be read in again, elsewhere.
    let case = world.store.agent(&ada(), &ids[0]).await.unwrap();
    let written = domain::agent::agents_csv([case.agent().unwrap()].into_iter(), |_| "rita@example.org".into());
    let again = domain::agent::read_agents(&written, |_| Some(rita.id.clone())).unwrap();
    let again = again[0].1.as_ref().unwrap();
    assert_eq!((again.name.as_str(), again.review_days), ("Tickets, moved", Some(30)));
    is_whole(&world).await;
}

async fn an_agent_makes_itself_no_friends(world: World) {
    let mut scribe = user(&world, "Rita").await.actor();
    scribe.person.agent = Some("scribe".into());
    let id = register(&world, &scribe, json!({"owner_name": "Somebody"})).await;
    let granted = grant(&world, &ada(), &id, json!({})).await.unwrap();
    let forbidden = |refused: domain::Refusal| assert_eq!(refused.kind, RefusalKind::Forbidden, "{refused}");
    forbidden(refusal(grant(&world, &scribe, &id, json!({})).await));
    forbidden(refusal(set_status(&world, &scribe, &id, "active").await));
    forbidden(refusal(edit(&world, &scribe, &id, None, json!({"identifiers": ["anybody"]})).await));
    let revoke: ReasonDraft = parse_draft(json!({"reason": "x"})).unwrap();
    let act = |entry: &mut domain::agent::AgentEntry| entry.revoke_grant(&granted, revoke);
    forbidden(refusal(world.store.enter_agent(&scribe, &id, Permit::Edit, act).await));
    let narrow: NarrowingDraft = parse_draft(json!({"reason": "x", "to": {"verbs": ["read"]}})).unwrap();
    let act = |entry: &mut domain::agent::AgentEntry| entry.narrow_grant(&granted, narrow);
    forbidden(refusal(world.store.enter_agent(&scribe, &id, Permit::Edit, act).await));
    let review: ReviewDraft =
        parse_draft(json!({"grants": [{"grant": granted, "outcome": "kept", "reason": "x"}]})).unwrap();
    forbidden(refusal(world.store.enter_agent(&scribe, &id, Permit::Review, |entry| entry.review(review)).await));
    forbidden(refusal(world.store.unite_agents(&scribe, Permit::Edit, &id, &id).await));
    // To stop one makes nothing look better.
    set_status(&world, &ada(), &id, "active").await.unwrap();
    set_status(&world, &scribe, &id, "suspended").await.unwrap();
}
