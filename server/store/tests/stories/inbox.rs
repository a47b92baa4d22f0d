//! What awaits whom, across incidents.

use domain::access::{Permit, Role};
use domain::comment::CommentDraft;
use domain::inbox::Ask;
use domain::remediation::RemediationDraft;
use domain::{Id, Key};
use serde_json::json;
use store::{Actor, NewUser};

use crate::world::{World, ada, claim};

on_both_engines!(
    a_mention_awaits_until_it_is_answered,
    what_is_private_awaits_nobody_else,
    own_items_that_are_due_are_listed,
    incidents_from_before_are_filled_in,
    somebody_whose_account_was_just_made_elsewhere_can_be_mentioned,
    incidents_are_found_however_their_words_are_typed,
);

async fn account(world: &World, name: &str, role: Role) -> Actor {
    let new = NewUser {
        email: format!("{}@example.org", name.to_lowercase()),
        name: name.into(),
        role,
        password: "correct horse battery staple".into(),
    };
    world.store.create_user(&ada(), new).await.unwrap().actor()
}

async fn say(world: &World, actor: &Actor, key: Key, about: &str, body: &str) -> Id {
    world.clock.advance_seconds(1);
    let draft = store::parse_draft::<CommentDraft>(json!({"about": about, "body": body})).unwrap();
    world.store.enter(actor, key, Permit::Review, |entry| entry.add(draft)).await.unwrap().value
}

async fn claimed(world: &World, more: serde_json::Value) -> (Key, String) {
    let key = world.incident(more).await;
    let id =
        world.add::<domain::claim::ClaimDraft>(&ada(), key, claim("Nobody read it", "readers")).await.unwrap().value;
    (key, format!("claim/{id}"))
}

async fn a_mention_awaits_until_it_is_answered(world: World) {
    let alan = account(&world, "Alan", Role::Reviewer).await;
    let (key, about) = claimed(&world, json!({})).await;
    assert_eq!(world.store.inbox_count(&alan).await.unwrap(), 0);
    say(&world, &ada(), key, &about, "@alan, says who?").await;
    let inbox = world.store.inbox(&alan).await.unwrap();
    assert_eq!(
        inbox.asked.iter().map(|item| (item.incident, item.waiting.ask)).collect::<Vec<_>>(),
        [(key, Ask::Mention)]
    );
    assert_eq!(world.store.inbox_count(&alan).await.unwrap(), 1, "the count hears of it");
    say(&world, &alan, key, &about, "The press.").await;
    assert_eq!(world.store.inbox_count(&alan).await.unwrap(), 0);
}

async fn what_is_private_awaits_nobody_else(world: World) {
    let alan = account(&world, "Alan", Role::Reviewer).await;
    let (key, about) = claimed(&world, json!({"visibility": "private"})).await;
    say(&world, &ada(), key, &about, "@Alan should not hear of this.").await;
    assert!(world.store.inbox(&alan).await.unwrap().is_empty());
    world.store.enter(&ada(), key, Permit::Edit, |entry| entry.add_member(alan.person.clone())).await.unwrap();
    assert_eq!(world.store.inbox(&alan).await.unwrap().len(), 1);
}

async fn own_items_that_are_due_are_listed(world: World) {
    let alan = account(&world, "Alan", Role::Responder).await;
    let key = world.incident(json!({})).await;
    for (title, owner, due) in [
        ("Late", "alan", "2026-03-01"),
        ("Soon", "Alan", "2026-03-20"),
        ("Later", "Alan", "2026-06-01"),
        ("Hers", "Ada", "2026-03-01"),
    ] {
        let draft = json!({"title": title, "kind": "prevent", "enforcement": "hard", "owner": owner, "due": due});
        world.add::<RemediationDraft>(&ada(), key, draft).await.unwrap();
    }
    let due = world.store.inbox(&alan).await.unwrap().due;
    let titles: Vec<&str> = due.iter().map(|item| item.remediation.title.as_str()).collect();
    assert_eq!(titles, ["Late", "Soon"]);
}

async fn incidents_from_before_are_filled_in(world: World) {
    let alan = account(&world, "Alan", Role::Reviewer).await;
    let (key, about) = claimed(&world, json!({})).await;
    say(&world, &ada(), key, &about, "@Alan?").await;
    world.sql("delete from inbox").await;
    assert!(world.store.inbox(&alan).await.unwrap().is_empty());
    world.store.reindex().await.unwrap();
    assert_eq!(world.store.inbox(&alan).await.unwrap().len(), 1);
    assert!(world.store.verify(None).await.unwrap().is_whole());
    world.sql("delete from inbox").await;
    world.store.reindex().await.unwrap();
    assert!(world.store.inbox(&alan).await.unwrap().is_empty(), "it is filled once");
}

async fn somebody_whose_account_was_just_made_elsewhere_can_be_mentioned(world: World) {
    let (key, about) = claimed(&world, json!({})).await;
    say(&world, &ada(), key, &about, "Nobody yet.").await;
    // As another process does it, of which this one hears nothing.
    world
        .sql(
            "insert into users (id, email, name, role, password_hash, zone, theme, created_at)
             values ('nora', 'nora@example.org', 'Nora', 'responder', 'x', 'UTC', 'auto', 0)",
        )
        .await;
    say(&world, &ada(), key, &about, "@Nora, look.").await;
    let nora = world.store.user(&Id::new("nora")).await.unwrap().actor();
    assert_eq!(world.store.inbox_count(&nora).await.unwrap(), 1);
}

async fn incidents_are_found_however_their_words_are_typed(world: World) {
    let found = async |q: &str| {
        let filter = store::Filter { q: Some(q.into()), ..store::Filter::default() };
        world
            .store
            .incidents(&ada(), &filter, None, 50)
            .await
            .unwrap()
            .items
            .into_iter()
            .map(|card| card.key)
            .collect::<Vec<_>>()
    };
    for (title, queries) in [
        ("Cafe\u{301} outage", &["Café", "cafe", "CAFÉ"][..]),
        ("Straße closed", &["strasse", "Straße"]),
        ("İzmir agent", &["İzmir", "izmir"]),
        ("大阪支店で停止", &["支店", "大阪支店で停止", "停止"]),
        ("Fire \u{1f525} in the log", &["\u{1f525}", "fire \u{1f525}"]),
    ] {
        let key = world.incident(json!({ "title": title })).await;
        for query in queries {
            assert!(found(query).await.contains(&key), "{query} does not find {title}");
        }
    }
    assert!(found("京都").await.is_empty());
    // What an earlier version has written is written anew once.
    world.sql("update incidents set words = 'straße closed'").await;
    assert!(found("strasse").await.is_empty());
    world.sql("delete from settings where name = 'index'").await;
    world.store.reindex().await.unwrap();
    assert_eq!(found("strasse").await.len(), 1);
}
