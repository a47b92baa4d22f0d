//! Lists, filters, and what is hidden from them.

use acceptance::{Case, World};
use domain::access::Role;
use serde_json::{Value, json};

use super::responder;

fn titles(list: &Value) -> Vec<String> {
    list["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|item| item["title"].as_str())
        .map(str::to_string)
        .collect()
}

#[tokio::test]
async fn lists_come_in_pages() {
    let world = World::start().await;
    let rita = responder(&world).await;
    for number in 1..=5 {
        rita.ok("POST", "/incidents", json!({ "title": format!("Incident {number}") })).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = rita.ok("GET", &format!("/incidents?limit=2{cursor}"), Value::Null).await;
        assert!(titles(&page).len() <= 2);
        seen.extend(titles(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["Incident 5", "Incident 4", "Incident 3", "Incident 2", "Incident 1"]);
    let events: Vec<Value> = (0..5).map(|minute| json!({ "time": format!("2026-03-18T17:0{minute}:00Z"), "kind": "note", "actor": { "kind": "human", "name": "Asker" }, "body": minute.to_string() })).collect();
    rita.ok("POST", "/incidents/INC-1/events", json!({ "items": events })).await;
    let first = rita.ok("GET", "/incidents/INC-1/events?limit=3", Value::Null).await;
    let rest = rita
        .ok(
            "GET",
            &format!("/incidents/INC-1/events?limit=3&cursor={}", first["next_cursor"].as_str().expect("a cursor")),
            Value::Null,
        )
        .await;
    let bodies = |page: &Value| {
        page["items"].as_array().expect("items").iter().filter_map(|item| item["body"].as_str()).collect::<String>()
    };
    assert_eq!((bodies(&first).as_str(), bodies(&rest).as_str(), &rest["next_cursor"]), ("012", "34", &json!(null)));
}

#[tokio::test]
async fn incidents_are_found_by_what_is_known_of_them() {
    let world = World::start().await;
    let rita = responder(&world).await;
    rita.ok(
        "POST",
        "/incidents",
        json!({ "title": "Agent deleted the mailbox", "declared_severity": 2, "tags": ["mail"], "agents": ["claw"] }),
    )
    .await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent mined coins", "declared_severity": 1, "agents": ["rome"] }))
        .await;
    rita.ok("PUT", "/incidents/INC-2/status", json!({ "status": "contained" })).await;
    rita.ok(
        "POST",
        "/incidents/INC-2/gaps",
        json!({ "control": "kill_switch", "state": "absent", "statement": "There was none." }),
    )
    .await;
    for (query, found) in [
        ("q=mailbox", "Agent deleted the mailbox"),
        ("status=contained", "Agent mined coins"),
        ("severity=2", "Agent deleted the mailbox"),
        ("tag=mail", "Agent deleted the mailbox"),
        ("gap=kill_switch", "Agent mined coins"),
        ("agent=claw", "Agent deleted the mailbox"),
    ] {
        assert_eq!(titles(&rita.ok("GET", &format!("/incidents?{query}"), Value::Null).await), [found], "{query}");
    }
    assert_eq!(titles(&rita.ok("GET", "/incidents?q=nothing-like-it", Value::Null).await).len(), 0);
}

#[tokio::test]
async fn a_private_incident_is_there_for_its_members() {
    let world = World::start().await;
    let (rita, grace, ada) = (
        responder(&world).await,
        world.program("Grace", Role::Responder, None).await,
        world.program("Ada", Role::Admin, None).await,
    );
    let filed = rita
        .ok("POST", "/incidents", json!({ "title": "A quiet word", "visibility": "private", "agents": ["whisper"] }))
        .await;
    rita.ok(
        "POST",
        "/incidents/INC-1/remediations",
        json!({ "title": "Say it louder", "kind": "process", "enforcement": "soft" }),
    )
    .await;
    let doors = ["/incidents/INC-1".to_string(), format!("/incidents/{}", filed["id"].as_str().expect("an id"))];
    for door in &doors {
        grace.refused(404, "GET", door, Value::Null).await;
        rita.ok("GET", door, Value::Null).await;
        ada.ok("GET", door, Value::Null).await;
    }
    for list in ["/incidents", "/incidents?q=quiet", "/incidents?agent=whisper", "/remediations"] {
        assert_eq!(grace.ok("GET", list, Value::Null).await["items"], json!([]), "{list}");
        assert_eq!(ada.ok("GET", list, Value::Null).await["items"].as_array().map(Vec::len), Some(1), "{list}");
    }
    rita.refused(422, "POST", "/incidents/INC-1/members", json!({ "email": "stranger@example.org" })).await;
    let members = rita.ok("POST", "/incidents/INC-1/members", json!({ "email": "grace@example.org" })).await;
    grace.ok("GET", &doors[0], Value::Null).await;
    let id = members["members"][1]["id"].as_str().expect("a member").to_string();
    rita.ok("DELETE", &format!("/incidents/INC-1/members/{id}"), Value::Null).await;
    grace.refused(404, "GET", &doors[0], Value::Null).await;
}

#[tokio::test]
async fn remediation_is_listed_across_incidents() {
    let world = World::start_frozen("2026-03-20T12:00:00Z").await;
    let rita = responder(&world).await;
    for (title, owner, due) in [("First", "Rita", "2026-03-19"), ("Second", "Grace", "2026-04-19")] {
        let key =
            rita.ok("POST", "/incidents", json!({ "title": title })).await["key"].as_str().expect("a key").to_string();
        rita.ok("POST", &format!("/incidents/{key}/remediations"), json!({ "title": format!("Mend the {}", title.to_lowercase()), "kind": "prevent", "enforcement": "hard", "owner": owner, "due": due })).await;
    }
    for (query, found) in [
        ("", vec!["Mend the first", "Mend the second"]),
        ("?owner=grace", vec!["Mend the second"]),
        ("?overdue=true", vec!["Mend the first"]),
        ("?status=verified", vec![]),
    ] {
        let list = rita.ok("GET", &format!("/remediations{query}"), Value::Null).await;
        assert_eq!(titles(&list), found, "{query}");
    }
    let page = rita.ok("GET", "/remediations?limit=1", Value::Null).await;
    let next = rita
        .ok(
            "GET",
            &format!("/remediations?limit=1&cursor={}", page["next_cursor"].as_str().expect("a cursor")),
            Value::Null,
        )
        .await;
    assert_eq!((titles(&next), &next["items"][0]["incident"]), (vec!["Mend the second".to_string()], &json!("INC-2")));
}

#[tokio::test]
async fn claims_that_disagree_make_a_conflict() {
    let world = World::start().await;
    let case = Case::covered(&world).await;
    let claim = |value: &str, source: &str| json!({ "statement": format!("It lay open for {value}."), "field": "Length of exposure", "value": value, "touches": "window", "source": source, "source_kind": "press" });
    let first = case.rita.ok("POST", &case.at("claims"), claim("two hours", "a newspaper")).await;
    assert_eq!(case.rita.ok("GET", &case.at("conflicts"), Value::Null).await["items"], json!([]));
    case.rita.ok("POST", &case.at("claims"), claim("three hours", "another")).await;
    let conflicts = case.rita.ok("GET", &case.at("conflicts"), Value::Null).await;
    let id = conflicts["items"][0]["id"].as_str().expect("a conflict").to_string();
    assert_eq!(case.judgement().await["eligible"], false, "an open conflict stands in the way");
    let adopt = case.at(&format!("conflicts/{id}/adopt"));
    case.rita.refused(422, "POST", &adopt, json!({ "claim": first["id"], "reason": " " })).await;
    let adopted = case.rita.ok("POST", &adopt, json!({ "claim": first["id"], "reason": "the log shows it" })).await;
    assert_eq!(adopted["adopted"]["claim"], first["id"]);
    assert_eq!(case.judgement().await["eligible"], true);
    assert_eq!(
        case.rita.ok("GET", &case.at("claims"), Value::Null).await["items"].as_array().map(Vec::len),
        Some(2),
        "both stay on the record"
    );
    case.rita.ok("POST", &case.at(&format!("conflicts/{id}/reopen")), json!({})).await;
    assert_eq!(case.judgement().await["eligible"], false);
}
