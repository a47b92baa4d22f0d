//! Who is who: those who judge are told apart by their accounts, whatever they are called.

mod agent;
mod door;
mod log;
mod names;

use acceptance::world::email;
use acceptance::{Case, Person, Program, World};
use domain::access::Role;
use serde_json::{Value, json};

/// An event in which a person acts.
fn event(name: &str) -> Value {
    json!({ "time": "2026-03-18T17:01:00Z", "kind": "action", "actor": { "kind": "human", "name": name } })
}

/// Renames the account on its own page.
async fn rename(world: &World, was: &str, is: &str) -> Person {
    let person = Person::sign_in(&world.url, &email(was)).await;
    let page = person.get("/account").await;
    person.submit(&page, "account", &[("name", is)]).await.has_status(200);
    person
}

/// An owned item of remediation that is done.
async fn item(case: &Case, owner: &str) -> String {
    let gap = case.rita.ok("POST", &case.at("gaps"), json!({ "control": "confirmation_gate", "state": "absent", "statement": "The agent posted without a person's yes." })).await;
    let item = json!({ "title": "Ask before posting", "gaps": [gap["id"]], "kind": "prevent", "enforcement": "hard", "owner": owner, "due": "2026-12-24", "status": "done" });
    let item = case.rita.ok("POST", &case.at("remediations"), item).await;
    case.at(&format!("remediations/{}", item["id"].as_str().expect("an id")))
}

fn verification() -> Value {
    json!({ "completion": "I tried it" })
}

#[tokio::test]
async fn one_reviewer_under_two_names_is_one_reviewer() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    case.cover().await;
    case.review(&case.grace).await;
    rename(&world, "Grace", "G. Hopper").await;
    case.review(&case.grace).await;
    assert_eq!(case.judgement().await["eligible"], false, "one person has reviewed it twice");
    case.grace.refused(409, "POST", &case.at("verdict/signatures"), json!({})).await;
    case.review(&case.alan).await;
    assert_eq!(case.judgement().await["eligible"], true);
    for signer in [&case.grace, &case.alan] {
        signer.ok("POST", &case.at("verdict/signatures"), json!({})).await;
    }
    assert_eq!(case.verdict().await, "verified_no_op");
}

#[tokio::test]
async fn an_actor_who_renames_herself_still_took_part() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let mary = world.program("Mary", Role::Reviewer, None).await;
    case.rita.ok("POST", &case.at("events"), event("Mary")).await;
    mary.refused(403, "POST", &case.at("verdict/signatures"), json!({})).await;
    rename(&world, "Mary", "M. Somerville").await;
    for (path, body) in [("verdict/signatures", json!({})), ("reviews", case.attestation())] {
        let sentence = mary.refused(403, "POST", &case.at(path), body).await;
        assert!(sentence.contains("ask somebody who took no part"), "{path}: {sentence}");
    }
}

#[tokio::test]
async fn a_reviewer_whose_former_name_acted_no_longer_counts() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    case.cover().await;
    rename(&world, "Grace", "G. Hopper").await;
    for reviewer in [&case.grace, &case.alan] {
        case.review(reviewer).await;
    }
    for signer in [&case.grace, &case.alan] {
        signer.ok("POST", &case.at("verdict/signatures"), json!({})).await;
    }
    assert_eq!(case.verdict().await, "verified_no_op");
    // It turns out that she acted, under the name she had then.
    case.rita.ok("POST", &case.at("events"), event("Grace")).await;
    assert_eq!(case.verdict().await, "no_evidence_of_harm");
    assert_eq!(case.judgement().await["eligible"], false);
}

#[tokio::test]
async fn a_reviewer_who_takes_the_name_of_an_actor_is_that_actor() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    case.rita.ok("POST", &case.at("events"), event("Mary")).await;
    for signer in [&case.grace, &case.alan] {
        signer.ok("POST", &case.at("verdict/signatures"), json!({})).await;
    }
    assert_eq!(case.verdict().await, "verified_no_op");
    rename(&world, "Grace", "Mary").await;
    assert_eq!(case.verdict().await, "no_evidence_of_harm", "the name tells that she acted");
    let (from, _, cause) = case.last_fall().await;
    assert_eq!(from, "verified_no_op");
    assert!(!cause.is_empty());
}

#[tokio::test]
async fn nobody_takes_themselves_out_of_those_who_acted() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let user = world.account("Mary", Role::Responder).await;
    let mary = world.program_of(&user, None).await;
    let made = case.rita.ok("POST", &case.at("events"), event("Mary")).await;
    let at = case.at(&format!("events/{}", made["id"].as_str().expect("an id")));
    let principal = case.at(&format!("principals/{}", made["actor"]["id"].as_str().expect("an id")));
    let nobody = json!({ "actor": { "kind": "human", "name": "Nobody" } });
    let sentence = mary.refused(403, "PATCH", &at, nobody.clone()).await;
    assert!(sentence.contains("ask somebody else to change it"), "{sentence}");
    mary.refused(403, "PATCH", &principal, json!({ "kind": "system" })).await;
    // A role is a better name for a principal, and does not make her another.
    mary.ok("PATCH", &principal, json!({ "name": "asker" })).await;
    let sentence = mary.refused(403, "POST", &case.at("reviews"), case.attestation()).await;
    assert!(sentence.contains("took no part"), "{sentence}");
    case.rita.ok("PATCH", &principal, json!({ "account": user.id })).await;
    mary.refused(403, "PATCH", &principal, json!({ "account": null })).await;
    // What she deletes herself is held against her still.
    mary.ok("DELETE", &at, Value::Null).await;
    let sentence = mary.refused(403, "POST", &case.at("reviews"), case.attestation()).await;
    assert!(sentence.contains("took no part"), "{sentence}");
    case.rita.ok("POST", &format!("{at}/restore"), json!({})).await;
    case.rita.ok("PATCH", &at, nobody).await;
}

#[tokio::test]
async fn an_owner_who_hands_over_and_takes_back_does_not_verify() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let grace = &case.grace;
    let at = item(&case, "Grace").await;
    let verify = format!("{at}/verify");
    grace.refused(403, "POST", &verify, verification()).await;
    case.rita.ok("PATCH", &at, json!({ "owner": "Alan" })).await;
    let sentence = grace.refused(403, "POST", &verify, verification()).await;
    assert!(sentence.contains("never owned it"), "{sentence}");
    grace.refused(403, "POST", &format!("{at}/wont-fix"), json!({ "reason": "it is fine" })).await;
    let mary = world.program("Mary", Role::Reviewer, None).await;
    mary.ok("POST", &verify, verification()).await;
    // Under another owner it is verified anew.
    let back = case.rita.ok("PATCH", &at, json!({ "owner": "Grace" })).await;
    assert_eq!((&back["status"], &back["verified"]), (&json!("open"), &Value::Null));
    rename(&world, "Grace", "G. Hopper").await;
    grace.refused(403, "POST", &verify, verification()).await;
}

#[tokio::test]
async fn whoever_verified_an_item_does_not_come_to_own_it_unseen() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let user = world.store.user_by_email(&email("Grace")).await.expect("the account");
    let at = item(&case, "Alan").await;
    case.grace.ok("POST", &format!("{at}/verify"), verification()).await;
    let item = case.rita.ok("PATCH", &at, json!({ "owner_account": user.id })).await;
    assert_eq!(item["status"], "open", "its owner verified it");
}

#[tokio::test]
async fn names_of_principals_are_the_same_however_they_are_spelt() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let mut ids = Vec::new();
    for name in ["Jürg", "JÜRG", "Ju\u{308}rg"] {
        ids.push(case.rita.ok("POST", &case.at("events"), event(name)).await["actor"]["id"].clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "one person");
    let jurg: Program = world.program("Jürg", Role::Reviewer, None).await;
    jurg.refused(403, "POST", &case.at("reviews"), case.attestation()).await;
    let zed = case.rita.ok("POST", &case.at("events"), event("Zed")).await;
    let zed = case.at(&format!("principals/{}", zed["actor"]["id"].as_str().expect("an id")));
    let sentence = case.rita.refused(422, "PATCH", &zed, json!({ "name": "jürg" })).await;
    assert!(sentence.contains("There is a principal “Jürg” already"), "{sentence}");
    case.rita.refused(422, "POST", &case.at("principals"), json!({ "kind": "human", "name": "ZED" })).await;
}

#[tokio::test]
async fn two_principals_that_are_one_are_merged_and_parted_again() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let zed = case.rita.ok("POST", &case.at("events"), event("Zed")).await;
    let grace = case.rita.ok("POST", &case.at("events"), event("Grace")).await;
    let acting = async || -> Vec<String> {
        let events = case.rita.ok("GET", &case.at("events"), Value::Null).await;
        let events = events["items"].as_array().expect("events").iter();
        events.map(|event| event["actor"]["name"].as_str().expect("a name").to_string()).collect()
    };
    let at = case.at(&format!("principals/{}/merge", zed["actor"]["id"].as_str().expect("an id")));
    case.rita.refused(422, "POST", &at, json!({ "into": zed["actor"]["id"] })).await;
    case.rita.refused(422, "POST", &at, json!({ "into": "nobody" })).await;
    let rita = Person::sign_in(&world.url, &email("Rita")).await;
    let id = zed["actor"]["id"].as_str().expect("an id");
    let page = rita.get(&format!("/incidents/{}/principals?edit={id}", case.key)).await;
    let into = grace["actor"]["id"].as_str().expect("an id");
    rita.submit(&page, "merge-principal", &[("into", into)]).await.has_status(200);
    assert_eq!(acting().await, ["Grace", "Grace"]);
    // Whoever is called as the one that went has acted all the same.
    let other = world.program("Zed", Role::Reviewer, None).await;
    other.refused(403, "POST", &case.at("reviews"), case.attestation()).await;
    case.rita.ok("POST", &case.at("undo"), json!({})).await;
    let mut names = acting().await;
    names.sort();
    assert_eq!(names, ["Grace", "Zed"]);
    let listed = case.rita.ok("GET", &case.at("principals"), Value::Null).await;
    let items = listed["items"].as_array().expect("principals");
    assert!(items.iter().all(|item| item.get("former_names").is_none()), "{listed}");
}
