//! Letters: written with what they tell of, sent by one node, lost by none.

use domain::access::{Permit, Role};
use domain::comment::CommentDraft;
use domain::remediation::RemediationDraft;
use serde_json::json;
use store::{Actor, NewUser, Settings, Store};

use crate::world::{World, ada};

on_both_engines!(
    several_nodes_send_each_letter_once,
    a_digest_is_written_once_whoever_writes_it,
    a_claim_runs_out_and_a_sent_letter_keeps_no_secret,
    without_mail_nothing_is_written,
);

/// Another node on the same database, which sends mail.
pub(super) async fn node(world: &World) -> Store {
    let settings = Settings { mail_url: Some("https://inquest.example.org".into()), ..world.settings.clone() };
    Store::open(&settings).await.unwrap()
}

pub(super) async fn account(store: &Store, name: &str, zone: &str) -> Actor {
    let email = format!("{}@example.org", name.to_lowercase());
    let password = "correct horse battery staple".into();
    let user =
        store.create_user(&ada(), NewUser { email, name: name.into(), role: Role::Responder, password }).await.unwrap();
    store.set_zone(&user.actor(), zone).await.unwrap();
    store.user(&user.id).await.unwrap().actor()
}

async fn several_nodes_send_each_letter_once(world: World) {
    let nodes = [node(&world).await, node(&world).await, node(&world).await];
    for number in 0..20 {
        nodes[0].invite(&ada(), &format!("p{number}@example.org"), Role::Viewer).await.unwrap();
    }
    let claims = nodes.clone().map(|node| {
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let letters = node.claim_mails(3).await.unwrap();
                if letters.is_empty() {
                    return mine;
                }
                mine.extend(letters.into_iter().map(|letter| letter.email));
            }
        })
    });
    let mut all = Vec::new();
    for claim in claims {
        all.extend(claim.await.unwrap());
    }
    all.sort();
    let count = all.len();
    all.dedup();
    assert_eq!((count, all.len()), (20, 20), "{all:?}");
}

async fn a_digest_is_written_once_whoever_writes_it(world: World) {
    // It is 17:00 in UTC: two in the morning in Tokyo, half past ten in the evening in Kolkata.
    let nodes = [node(&world).await, node(&world).await];
    let alan = account(&nodes[0], "Alan", "Asia/Kolkata").await;
    account(&nodes[0], "Tomo", "Asia/Tokyo").await;
    let key = world.incident(json!({})).await;
    for owner in ["Alan", "Tomo"] {
        let draft = json!({"title": "Ask first", "kind": "prevent", "enforcement": "hard", "owner": owner, "due": "2026-03-01"});
        world.add::<RemediationDraft>(&ada(), key, draft).await.unwrap();
    }
    let written = nodes.clone().map(|node| tokio::spawn(async move { node.write_digests().await.unwrap() }));
    for one in written {
        one.await.unwrap();
    }
    let letters = nodes[1].claim_mails(10).await.unwrap();
    assert_eq!(letters.iter().map(|letter| letter.email.as_str()).collect::<Vec<_>>(), ["alan@example.org"]);
    assert!(letters[0].letter.body.contains("INC-1"), "{}", letters[0].letter.body);
    nodes[0].mail_sent(&letters[0].id).await.unwrap();
    nodes[0].set_mail(&alan, false).await.unwrap();
    world.clock.advance_seconds(24 * 3600);
    nodes[0].write_digests().await.unwrap();
    assert!(nodes[0].claim_mails(10).await.unwrap().is_empty(), "switched off, and still night in Tokyo");
}

async fn a_claim_runs_out_and_a_sent_letter_keeps_no_secret(world: World) {
    let (one, other) = (node(&world).await, node(&world).await);
    one.invite(&ada(), "alan@example.org", Role::Viewer).await.unwrap();
    let letter = one.claim_mails(5).await.unwrap().remove(0);
    assert!(other.claim_mails(5).await.unwrap().is_empty());
    world.clock.advance_seconds(600);
    assert_eq!(
        other.claim_mails(5).await.unwrap(),
        std::slice::from_ref(&letter),
        "the node died: another takes it up, as the same letter"
    );
    other.mail_failed(&letter.id, "451 try later", false).await.unwrap();
    assert!(one.claim_mails(5).await.unwrap().is_empty());
    world.clock.advance_seconds(3600);
    assert_eq!(one.claim_mails(5).await.unwrap(), std::slice::from_ref(&letter));
    one.mail_sent(&letter.id).await.unwrap();
    let kept: i64 = sqlx::query_scalar("select cast(count(*) as bigint) from outbox where body <> ''")
        .fetch_one(&world.backdoor)
        .await
        .unwrap();
    assert_eq!(kept, 0);
    one.invite(&ada(), "nobody@example.org", Role::Viewer).await.unwrap();
    let letter = one.claim_mails(5).await.unwrap().remove(0);
    one.mail_failed(&letter.id, "550 no such person", true).await.unwrap();
    world.clock.advance_seconds(30 * 24 * 3600);
    assert!(one.claim_mails(5).await.unwrap().is_empty());
    one.sweep().await.unwrap();
    assert_eq!(world.sql("delete from outbox").await, 0, "what is done is swept");
}

async fn without_mail_nothing_is_written(world: World) {
    account(&world.store, "Alan", "UTC").await;
    let key = world.incident(json!({})).await;
    let draft = store::parse_draft::<CommentDraft>(json!({"about": "section/summary", "body": "@Alan"})).unwrap();
    world.store.enter(&ada(), key, Permit::Review, |entry| entry.add(draft)).await.unwrap();
    world.store.invite(&ada(), "grace@example.org", Role::Viewer).await.unwrap();
    world.store.write_digests().await.unwrap();
    assert_eq!(world.sql("delete from outbox").await, 0);
}
