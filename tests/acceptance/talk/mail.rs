//! Letters: who gets which, once.

use acceptance::World;
use acceptance::binary::Binary;
use acceptance::smtp::Smtp;
use domain::access::Role;
use serde_json::json;
use server::mail::{Mailer, deliver};

const AT: &str = "2026-03-18T09:30:00Z";

async fn deliver_all(world: &World, smtp: &Smtp) {
    let mailer = Mailer::new(&smtp.url, "Inquest <inquest@example.org>").expect("a mailer");
    while deliver(&world.store, &mailer).await.expect("the outbox is read") > 0 {}
}

#[tokio::test]
async fn an_invitation_and_a_mention_are_mailed_once() {
    let (world, smtp) = (World::start_with_mail(AT, "https://inquest.example.org").await, Smtp::start().await);
    let ada = world.person("Ada", Role::Admin).await;
    let grace = world.person("Grace", Role::Reviewer).await;
    ada.post("/invitations", &[("email", "alan@example.org"), ("role", "reviewer")]).await.has_status(200);
    ada.post("/incidents", &[("title", "Agent answered in public")]).await.has_status(200);
    ada.post("/incidents/INC-1/comments", &[("about", "section/summary"), ("body", "@Grace, and @Ada herself?")])
        .await
        .has_status(200);
    deliver_all(&world, &smtp).await;
    assert_eq!(smtp.letters().len(), 1, "a mention waits a minute for others");
    world.store.clock().advance_seconds(61);
    deliver_all(&world, &smtp).await;
    deliver_all(&world, &smtp).await;
    let mut letters = smtp.letters();
    letters.sort_by(|one, other| one.to.cmp(&other.to));
    assert_eq!(
        letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(),
        ["alan@example.org", "grace@example.org"]
    );
    assert!(letters[0].text.contains("https://inquest.example.org/invite/"), "{}", letters[0].text);
    assert!(letters[1].text.contains("Subject: [INC-1] Ada mentions you"), "{}", letters[1].text);
    assert!(letters[1].text.contains("Message-ID: <"), "{}", letters[1].text);
    // Switched off, nothing more comes.
    let page = grace.get("/account").await;
    grace.submit(&page, "account", &[("mail:b", "")]).await.has_status(200);
    ada.post("/incidents/INC-1/comments", &[("about", "section/summary"), ("body", "@Grace again")])
        .await
        .has_status(200);
    world.store.clock().advance_seconds(61);
    deliver_all(&world, &smtp).await;
    assert_eq!(smtp.letters().len(), 2);
}

#[tokio::test]
async fn comments_of_one_minute_are_one_letter() {
    let (world, smtp) = (World::start_with_mail(AT, "https://inquest.example.org").await, Smtp::start().await);
    let ada = world.person("Ada", Role::Responder).await;
    world.account("Grace", Role::Responder).await;
    ada.post("/incidents", &[("title", "Agent answered in public")]).await.has_status(200);
    let say = async |text: &str| {
        let fields = [("about", "section/summary"), ("body", text)];
        ada.post("/incidents/INC-1/comments", &fields).await.has_status(200);
    };
    for number in 1..=20 {
        say(&format!("@Grace, look at {number}.")).await;
    }
    world.store.clock().advance_seconds(61);
    deliver_all(&world, &smtp).await;
    let letters = smtp.letters();
    assert_eq!(letters.len(), 1);
    let text = letters[0].text.replace("=\r\n", "");
    assert!(text.contains("Subject: 20 mentions of you"), "{text}");
    for number in 1..=20 {
        assert_eq!(text.matches(&format!("@Grace, look at {number}.")).count(), 1, "{text}");
    }
    // What comes later is another letter.
    say("@Grace, once more.").await;
    world.store.clock().advance_seconds(61);
    deliver_all(&world, &smtp).await;
    assert_eq!(smtp.letters().len(), 2);
}

#[tokio::test]
async fn a_letter_says_what_its_comments_say_when_it_is_sent() {
    let (world, smtp) = (World::start_with_mail(AT, "https://inquest.example.org").await, Smtp::start().await);
    let ada = world.program("Ada", Role::Responder, None).await;
    for name in ["Grace", "Alan"] {
        world.account(name, Role::Responder).await;
    }
    ada.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let say = async |text: &str| {
        let said = json!({ "about": "section/summary", "body": text });
        let said = ada.ok("POST", "/incidents/INC-1/comments", said).await;
        format!("/incidents/INC-1/comments/{}", said["id"].as_str().expect("an id"))
    };
    let sent = async || {
        world.store.clock().advance_seconds(61);
        deliver_all(&world, &smtp).await;
        smtp.letters().into_iter().map(|letter| (letter.to, letter.text.replace("=\r\n", ""))).collect::<Vec<_>>()
    };
    // One is deleted, one edited, and one turned to somebody else.
    let gone = say("@Grace, the password is hunter2.").await;
    let edited = say("@Grace, the key is 12345.").await;
    let turned = say("@Alan, look.").await;
    ada.ok("DELETE", &gone, json!(null)).await;
    ada.ok("PATCH", &edited, json!({ "body": "@Grace, the key is in the safe." })).await;
    ada.ok("PATCH", &turned, json!({ "body": "Nobody, look." })).await;
    let letters = sent().await;
    assert_eq!(letters.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), ["grace@example.org"]);
    let (_, text) = &letters[0];
    assert!(text.contains("[INC-1] Ada mentions you") && text.contains("the key is in the safe."), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("12345"), "{text}");
    // A letter with nothing left in it is none, and neither is one about what became private meanwhile.
    ada.ok("DELETE", &say("@Grace, forget it.").await, json!(null)).await;
    assert_eq!(sent().await.len(), 1);
    say("@Grace, between us.").await;
    ada.ok("PATCH", "/incidents/INC-1", json!({ "visibility": "private" })).await;
    assert_eq!(sent().await.len(), 1, "she may not see the incident any more");
    // Nor is one to somebody who switched mail off while it waited.
    ada.ok("PATCH", "/incidents/INC-1", json!({ "visibility": "open" })).await;
    say("@Alan, once more.").await;
    let alan = acceptance::Person::sign_in(&world.url, "alan@example.org").await;
    let page = alan.get("/account").await;
    alan.submit(&page, "account", &[("mail:b", "")]).await.has_status(200);
    assert_eq!(sent().await.len(), 1, "he wants none");
}

#[tokio::test]
async fn what_is_private_is_mailed_to_nobody_else() {
    let (world, smtp) = (World::start_with_mail(AT, "https://inquest.example.org").await, Smtp::start().await);
    let ada = world.person("Ada", Role::Responder).await;
    world.account("Grace", Role::Responder).await;
    ada.post("/incidents", &[("title", "Private"), ("visibility", "private")]).await.has_status(200);
    ada.post("/incidents/INC-1/comments", &[("about", "section/summary"), ("body", "@Grace must not know")])
        .await
        .has_status(200);
    world.store.clock().advance_seconds(61);
    deliver_all(&world, &smtp).await;
    assert!(smtp.letters().is_empty());
}

#[tokio::test]
async fn the_digest_comes_in_the_morning_once_a_day() {
    let (world, smtp) =
        (World::start_with_mail("2026-03-18T07:30:00Z", "https://inquest.example.org").await, Smtp::start().await);
    let ada = world.program("Ada", Role::Responder, None).await;
    world.account("Grace", Role::Responder).await;
    ada.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let item =
        json!({ "title": "Ask first", "kind": "prevent", "enforcement": "hard", "owner": "Ada", "due": "2026-03-01" });
    ada.ok("POST", "/incidents/INC-1/remediations", item).await;
    let me = ada.ok("GET", "/incidents/INC-1/changes", json!(null)).await["items"][0]["actor"]["id"].clone();
    ada.ok("POST", "/agents", json!({ "name": "forum-agent", "owner": me, "review_days": 1 })).await;
    world.store.write_digests().await.expect("too early");
    deliver_all(&world, &smtp).await;
    assert!(smtp.letters().is_empty(), "it is half past seven");
    world.store.clock().advance_seconds(3600);
    for _ in 0..3 {
        world.store.write_digests().await.expect("the digests are written");
    }
    deliver_all(&world, &smtp).await;
    let letters = smtp.letters();
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), ["ada@example.org"]);
    assert!(
        letters[0].text.contains("1 remediation item of yours is overdue") && letters[0].text.contains("Ask first"),
        "{}",
        letters[0].text
    );
    assert!(!letters[0].text.contains("forum-agent"), "its review is due tomorrow: {}", letters[0].text);
    world.store.clock().advance_seconds(24 * 3600);
    world.store.write_digests().await.expect("the digests are written");
    deliver_all(&world, &smtp).await;
    assert_eq!(smtp.letters().len(), 2, "and again the next day");
    let text = &smtp.letters()[1].text;
    assert!(text.contains("1 review of an agent of yours is overdue") && text.contains("- forum-agent (due"), "{text}");
}

#[tokio::test]
async fn a_letter_that_was_not_taken_is_tried_again_and_one_to_nobody_is_not() {
    let world = World::start_with_mail(AT, "https://inquest.example.org").await;
    let ada = world.person("Ada", Role::Admin).await;
    ada.post("/invitations", &[("email", "grace@example.org"), ("role", "reviewer")]).await.has_status(200);
    let nobody = Mailer::new("smtp://127.0.0.1:9", "inquest@example.org").expect("a mailer");
    assert_eq!(deliver(&world.store, &nobody).await.expect("tried"), 1);
    assert_eq!(deliver(&world.store, &nobody).await.expect("not yet again"), 0);
    // A node that died while it sent leaves its claim: another takes it up when that has run out.
    world.store.clock().advance_seconds(600);
    assert_eq!(world.store.claim_mails(4).await.expect("claimed").len(), 1);
    let smtp = Smtp::start().await;
    deliver_all(&world, &smtp).await;
    assert!(smtp.letters().is_empty(), "it is claimed");
    world.store.clock().advance_seconds(600);
    deliver_all(&world, &smtp).await;
    assert_eq!(smtp.letters().len(), 1);
    ada.post("/invitations", &[("email", "refused@example.org"), ("role", "reviewer")]).await.has_status(200);
    deliver_all(&world, &smtp).await;
    world.store.clock().advance_seconds(24 * 3600);
    let mailer = Mailer::new(&smtp.url, "inquest@example.org").expect("a mailer");
    assert_eq!(deliver(&world.store, &mailer).await.expect("given up"), 0);
}

#[tokio::test]
async fn mail_that_cannot_work_is_told_at_the_start() {
    let inquest = Binary::new(env!("CARGO_BIN_EXE_inquest-under-test"));
    let serve = ["serve", "--listen", "127.0.0.1:0", "--smtp-url", "smtp://127.0.0.1:9"];
    let with = |more: &[&'static str]| [&serve[..], more].concat();
    assert!(inquest.run(&serve).await.with(2).contains("--mail-from"));
    assert!(inquest.run(&with(&["--mail-from", "inquest@example.org"])).await.with(2).contains("--public-url"));
    let wrong = with(&["--mail-from", "nobody", "--public-url", "https://inquest.example.org"]);
    assert!(inquest.run(&wrong).await.with(2).contains("no sender"));
    assert!(inquest.run(&["serve", "--public-url", "inquest.example.org"]).await.with(2).contains("https://"));
}
