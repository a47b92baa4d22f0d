//! The rest of what people do on the pages: link, mark, comment, settle, take back.

use acceptance::{Case, Person, World};
use domain::access::Role;
use serde_json::{Value, json};

async fn begun(world: &World) -> (Case, Person, Person) {
    let case = Case::covered(world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let grace = Person::sign_in(&world.url, "grace@example.org").await;
    (case, rita, grace)
}

async fn event(case: &Case, body: &str) -> String {
    let sent = json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" }, "body": body });
    let added = case.rita.ok("POST", &case.at("events"), sent).await;
    added["id"].as_str().expect("an id").to_string()
}

#[tokio::test]
async fn an_event_is_marked_linked_deleted_and_brought_back() {
    let world = World::start().await;
    let (case, rita, _) = begun(&world).await;
    let (first, second) = (event(&case, "The agent answers.").await, event(&case, "The asker follows.").await);
    let open = format!("/incidents/INC-1/timeline?edit={second}");
    let page = rita.get(&open).await;
    rita.submit(&page, "set-mark", &[("mark", "relied_on")]).await.has_status(200).says("relied on");
    let page = rita.get(&open).await;
    rita.press(&page, "Take the mark “relied on” away").await.has_status(200);
    assert_eq!(case.rita.ok("GET", &case.at("marks"), Value::Null).await["items"], json!([]));
    let page = rita.get(&open).await;
    rita.submit(&page, "add-edge", &[("kind", "triggered_by"), ("to", &first)])
        .await
        .has_status(200)
        .says("triggered by");
    let page = rita.get(&open).await;
    let delete = page.form_to(&format!("/events/{second}/delete"));
    let page = rita.submit(&page, &delete.id, &[]).await;
    page.has_status(200).says("1 deleted").says("You deleted");
    assert!(!page.html.contains(&format!("id=\"event-{second}\"")), "its row is gone");
    let page = rita.get("/incidents/INC-1/timeline?deleted=1").await;
    let restore = page.form_to(&format!("/events/{second}/restore"));
    rita.submit(&page, &restore.id, &[]).await.has_status(200).says("The asker follows.");
}

#[tokio::test]
async fn people_talk_about_an_event() {
    let world = World::start().await;
    let (case, rita, grace) = begun(&world).await;
    let open = format!("/incidents/INC-1/timeline?edit={}", event(&case, "The agent answers.").await);
    let page = grace.get(&open).await;
    grace.submit(&page, "add-comment", &[("body", "Was there a **draft**?")]).await.has_status(200);
    let page = rita.get(&open).await;
    page.says("Was there a").says("Grace");
    let settle = page.form_to("/resolve");
    rita.submit(&page, &settle.id, &[]).await.has_status(200);
    rita.get(&open).await.says("resolved by Rita");
    let vera = world.person("Vera", Role::Viewer).await;
    let page = vera.get("/incidents/INC-1/timeline").await;
    assert!(!page.html.contains("id=\"add-event\""), "a viewer is offered no form");
}

#[tokio::test]
async fn a_conflict_of_claims_is_settled_on_its_page() {
    let world = World::start().await;
    let (_, rita, _) = begun(&world).await;
    for (value, source) in [("two hours", "a newspaper"), ("three hours", "a blog")] {
        let page = rita.get("/incidents/INC-1/claims").await;
        let said = format!("It lay open for {value}.");
        let fields = [
            ("statement", said.as_str()),
            ("field", "Length of exposure"),
            ("value", value),
            ("touches", "window"),
            ("source", source),
            ("source_kind", "press"),
        ];
        rita.submit(&page, "add-claim", &fields).await.has_status(200).says(&said);
    }
    let page = rita.get("/incidents/INC-1/claims").await;
    let adopt = page.form_to("/adopt");
    let refused = rita.submit(&page, &adopt.id, &[("claim", &adopt.choice_at("claim", 0)), ("reason", "")]).await;
    refused.has_status(422).says("Say why this claim is adopted");
    assert_eq!(refused.form(&adopt.id).value("claim"), adopt.choice_at("claim", 0), "the choice is kept");
    let fields = [("claim", adopt.choice_at("claim", 0)), ("reason", "the log shows it".to_string())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    rita.submit(&page, &adopt.id, &fields).await.has_status(200).says("Adopted by Rita").says("three hours");
}

#[tokio::test]
async fn what_was_ticked_can_be_unticked() {
    let world = World::start().await;
    let (case, rita, _) = begun(&world).await;
    let page = rita.get("/incidents/INC-1/claims").await;
    rita.submit(&page, "add-factor", &[("statement", "Issues nobody names"), ("unspecified:b", "true")])
        .await
        .has_status(200);
    assert_eq!(case.judgement().await["eligible"], false);
    let factor = case.rita.ok("GET", &case.at("factors"), Value::Null).await["items"][0]["id"]
        .as_str()
        .expect("an id")
        .to_string();
    let page = rita.get(&format!("/incidents/INC-1/claims?edit={factor}")).await;
    assert_eq!(page.form("edit-factor").value("unspecified:b"), "true");
    rita.submit(&page, "edit-factor", &[("statement", "The cache kept old rights"), ("unspecified:b", "")])
        .await
        .has_status(200);
    assert_eq!(case.judgement().await["eligible"], true, "unticked is unticked");
    let event = event(&case, "The agent answers.").await;
    let gap = case.rita.ok("POST", &case.at("gaps"), json!({ "control": "authorization", "state": "absent", "statement": "x", "events": [event], "evidence": [case.evidence] })).await;
    let path = format!("gaps/{}", gap["id"].as_str().expect("an id"));
    let page = rita.get(&format!("/incidents/INC-1/gaps?edit={}", gap["id"].as_str().expect("an id"))).await;
    rita.submit(&page, "edit-gap", &[("events[]", ""), ("evidence[]", "")]).await.has_status(200);
    let gap = case.rita.ok("GET", &case.at("gaps"), Value::Null).await["items"][0].clone();
    assert_eq!((&gap["events"], &gap["evidence"]), (&json!([]), &json!([])), "{path}");
}

#[tokio::test]
async fn a_private_incident_is_made_so_on_its_settings() {
    let world = World::start().await;
    let (_, rita, grace) = begun(&world).await;
    let page = rita.get("/incidents/INC-1/settings").await;
    rita.submit(
        &page,
        "incident",
        &[("visibility", "private"), ("declared_severity:n", "2"), ("detection_target_seconds:n", "30")],
    )
    .await
    .has_status(200);
    grace.get("/incidents/INC-1").await.has_status(404);
    let page = rita.get("/incidents/INC-1/settings").await;
    assert_eq!(page.form("incident").value("detection_target_seconds:n"), "30");
    let refused = rita.submit(&page, "member", &[("email", "nobody@example.org")]).await;
    assert!(
        refused.error_beside("member", "email").is_some_and(|said| said.contains("invite the person first")),
        "{}",
        refused.text()
    );
    rita.submit(&refused, "member", &[("email", "grace@example.org")]).await.has_status(200).says("Grace");
    grace.get("/incidents/INC-1").await.has_status(200);
    let page = rita.get("/incidents/INC-1/settings").await;
    rita.submit(&page, "incident", &[("declared_severity:n", ""), ("occurred", "")]).await.has_status(200);
    let page = rita.get("/incidents/INC-1/settings").await;
    assert_eq!(page.form("incident").value("declared_severity:n"), "", "what was emptied is empty");
}

#[tokio::test]
async fn an_override_is_asked_for_and_approved_on_the_page() {
    let world = World::start().await;
    let (case, rita, grace) = begun(&world).await;
    case.rita
        .ok(
            "POST",
            &case.at("ratings"),
            json!({ "dimensions": acceptance::facts::dimensions([3, 3, 0, 1, 3, 3, 3, 1]) }),
        )
        .await;
    let page = rita.get("/incidents/INC-1/severity").await;
    let asked = rita.submit(&page, "override", &[("to:n", "2"), ("reason", "the systems held test data")]).await;
    asked.has_status(200).says("Not approved yet.");
    assert!(!asked.html.contains("/approve\""), "whoever asks is not offered to approve");
    let page = grace.get("/incidents/INC-1/severity").await;
    let approve = page.form_to("/approve");
    grace.submit(&page, &approve.id, &[]).await.has_status(200).says("Approved by Grace").says("Sev 2 (3rd of 5)");
}

#[tokio::test]
async fn the_verdict_is_signed_and_a_finding_settled_on_the_page() {
    let world = World::start().await;
    let (case, rita, grace) = begun(&world).await;
    let alan = Person::sign_in(&world.url, "alan@example.org").await;
    for person in [&grace, &alan] {
        let page = person.get("/incidents/INC-1/verdict").await;
        let sign = page.form_to("/verdict/signatures");
        person.submit(&page, &sign.id, &[]).await.has_status(200);
    }
    rita.get("/incidents/INC-1/verdict")
        .await
        .says("Verified no-op")
        .says("No unauthorised access and no harm occurred")
        .says("Alan signed these facts");
    let page = rita.get("/incidents/INC-1/verdict").await;
    let fields = [
        ("summary", "An odd address in line 1"),
        ("facet", "access"),
        ("class", "unknown"),
        ("confidence", "suspected"),
        ("role", "effect"),
        ("evidence[]", case.evidence.as_str()),
    ];
    rita.submit(&page, "finding", &fields)
        .await
        .has_status(200)
        .says("Harm suspected")
        .says("Verified no-op → Harm suspected");
    let page = grace.get("/incidents/INC-1/verdict").await;
    let settle = page.form_to("/resolve");
    grace
        .submit(&page, &settle.id, &[("reason", "the load balancer")])
        .await
        .has_status(200)
        .says("No evidence of harm");
}

#[tokio::test]
async fn an_account_is_kept_by_its_owner() {
    let world = World::start().await;
    let rita = world.person("Rita", Role::Responder).await;
    let page = rita.get("/account").await;
    rita.submit(&page, "account", &[("name", "Rita R."), ("zone", "Europe/Berlin")])
        .await
        .has_status(200)
        .says("Rita R.");
    let form = rita.get("/account").await.form("account");
    assert_eq!(
        (form.value("name").as_str(), form.value("zone").as_str(), form.value("theme").as_str()),
        ("Rita R.", "Europe/Berlin", "")
    );
    let page = rita.get("/account").await;
    rita.submit(&page, "account", &[("theme", "dark")]).await.has_status(200);
    assert_eq!(rita.get("/account").await.form("account").value("theme"), "dark");
    let page = rita.get("/account").await;
    rita.submit(&page, "account", &[("theme", "")]).await.has_status(200);
    assert_eq!(rita.get("/account").await.form("account").value("theme"), "");
    let page = rita.get("/account").await;
    let refused = rita.submit(&page, "password", &[("current", acceptance::world::PASSWORD), ("new", "short")]).await;
    refused.has_status(422);
    assert!(
        refused.error_beside("password", "new").is_some_and(|said| said.contains("at least 8")),
        "{}",
        refused.text()
    );
    let refused = rita.submit(&page, "password", &[("current", "not it"), ("new", "a new long password")]).await;
    assert!(refused.error_beside("password", "current").is_some(), "{}", refused.text());
    let page = rita.get("/account").await;
    let refused = rita.submit(&page, "token", &[("name", "alerts"), ("expires_days:n", "99999")]).await;
    assert!(refused.error_beside("token", "expires_days").is_some(), "{}", refused.text());
    let made = rita.submit(&page, "token", &[("name", "alerts"), ("scope", "write")]).await;
    made.has_status(200).says("The token is ready.").says("inq_");
    let again = rita.get("/account").await;
    again.says("alerts").says_not("The token is ready.").says_not("inq_");
    let revoke = again.form_to("/delete");
    rita.submit(&again, &revoke.id, &[]).await.has_status(200).says("No tokens yet");
}
