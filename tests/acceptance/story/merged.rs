//! Rita finds that an incident was filed twice, and makes one of the two; then she finds that they were two.

use acceptance::{Case, Person, World};
use domain::access::Role;
use serde_json::{Value, json};

fn event(body: &str) -> Value {
    json!({ "time": "2026-03-18T17:30:00Z", "kind": "action", "actor": { "kind": "agent", "name": "Forum-Agent" }, "verb": "post", "body": body })
}

/// INC-1 is signed; INC-2 tells of the same, with a log, two events and a section. Answers the first event of INC-2.
async fn filed_twice(world: &World) -> (Case, String) {
    let case = Case::signed(world).await;
    let rita = &case.rita;
    rita.ok(
        "POST",
        "/incidents",
        json!({ "title": "Bot posts an answer", "summary": "It was *unasked*.", "occurred": "2026-03-18" }),
    )
    .await;
    rita.upload(
        "INC-2",
        "forum.jsonl",
        b"{\"ts\":1773853200,\"actor\":\"forum-agent\",\"action\":\"post\"}\n".to_vec(),
    )
    .await;
    let posted = rita.ok("POST", "/incidents/INC-2/events", event("posts what nobody asked for")).await;
    rita.ok("POST", "/incidents/INC-2/events", event("is read by many")).await;
    rita.ok("PUT", "/incidents/INC-2/sections/summary", json!({ "body": "It posted." })).await;
    (case, posted["id"].as_str().expect("an id").to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incident_that_was_filed_twice_is_merged_and_parted_with_forms_alone() {
    let world = World::start().await;
    let (case, _) = filed_twice(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    rita.get("/incidents/INC-2/settings").await.says("Merge into another incident");
    rita.get("/incidents/INC-2/merge").await.has_status(200).says("Which incident stays?");
    rita.get("/incidents/INC-2/merge?into=INC-77").await.says("There is no incident of that key");
    rita.get("/incidents/INC-2/merge?into=INC-2").await.says("is this incident itself");
    let plan = rita.get("/incidents/INC-2/merge?into=inc-1").await;
    plan.has_status(200).says("What merging INC-2 into INC-1 does").says("Known in both");
    plan.says("Forum-Agent and forum-agent").says("The log of changes of INC-2 stays there");
    let merged = rita.submit(&plan, "merge", &[]).await;
    merged.has_status(200).says("Merged into INC-1").says("read-only");
    for page in ["timeline", "evidence", "exposure", "postmortem", "history", "settings", "records", "verdict"] {
        let page = rita.get(&format!("/incidents/INC-2/{page}")).await;
        page.has_status(200).says("Merged into INC-1").says("Undo the merge");
        assert!(!page.html.contains("type=\"submit\"") || page.html.contains("method=\"get\""), "a form is left");
    }
    rita.get("/incidents/INC-2").await.says("Merged into INC-1").says_not("What moves this case forward");
    rita.get("/incidents").await.says("Merged into INC-1");
    rita.get("/incidents/INC-1/timeline").await.says("posts what nobody asked for").says("is read by many");
    rita.get("/incidents/INC-1/postmortem").await.says("It posted.");
    let history = rita.get("/incidents/INC-1/history").await;
    history.says("Merged into this incident").says("took over the event “is read by many” from INC-2");
    assert_ne!(case.verdict().await, "verified_no_op", "nobody signed what came in");
    let undo = rita.get("/incidents/INC-2/merge").await;
    undo.says("What undoing the merge into INC-1 does");
    let parted = rita.submit(&undo, "part", &[]).await;
    parted.has_status(200).says_not("Merged into INC-1");
    rita.get("/incidents/INC-1/timeline").await.says_not("posts what nobody asked for");
    rita.get("/incidents/INC-1/history").await.says("undone by Rita");
    case.rita.ok("POST", "/incidents/INC-2/events", event("goes on")).await;
    assert!(world.store.verify(None).await.expect("a report").is_whole());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_sees_the_plan_merges_and_takes_it_back() {
    let world = World::start().await;
    let (case, posted) = filed_twice(&world).await;
    let (rita, path) = (&case.rita, "/incidents/INC-2/merge");
    let plan = rita.ok("GET", "/incidents/INC-2/merge?into=INC-1", Value::Null).await;
    assert_eq!((&plan["merge"]["moved"]["event"], &plan["merge"]["moved"]["evidence"]), (&json!(2), &json!(1)));
    let sent = json!({ "into": "INC-1", "from_version": plan["from_version"], "into_version": plan["into_version"] });
    rita.ok("POST", "/incidents/INC-1/events", event("happens meanwhile")).await;
    let sentence = rita.refused(409, "POST", path, sent).await;
    assert!(sentence.contains("INC-1 changed since you looked"), "{sentence}");
    rita.refused(422, "POST", path, json!({ "in_to": "INC-1" })).await;
    case.scribe.refused(403, "POST", path, json!({ "into": "INC-1" })).await;
    let merged = rita.ok("POST", path, json!({ "into": "INC-1" })).await;
    assert_eq!((&merged["merged_into"], &merged["key"]), (&json!("INC-1"), &json!("INC-2")));
    assert_eq!(rita.ok("GET", "/incidents/INC-2", Value::Null).await["merged_into"], "INC-1");
    let list = rita.ok("GET", "/incidents", Value::Null).await;
    assert_eq!((&list["items"][0]["merged_into"], &list["items"][1]["merged_into"]), (&json!("INC-1"), &Value::Null));
    let moved = rita.ok("GET", &format!("/incidents/INC-1/events/{posted}"), Value::Null).await;
    assert_eq!(moved["actor"]["name"], "forum-agent");
    let sentence = rita.refused(409, "POST", "/incidents/INC-2/events", event("is too late")).await;
    assert!(sentence.contains("INC-2 was merged into INC-1 and is read-only"), "{sentence}");
    rita.ok("PATCH", &format!("/incidents/INC-1/events/{posted}"), json!({ "body": "posts a wrong answer" })).await;
    let plan = rita.ok("GET", path, Value::Null).await;
    assert_eq!(plan["undo"]["edited"], json!(["event “posts a wrong answer”"]));
    case.scribe.refused(403, "DELETE", path, json!({})).await;
    let parted = rita.ok("DELETE", path, json!({ "take_edited": true })).await;
    assert_eq!((&parted["merged_into"], &parted["undo"]["taken"]["event"]), (&Value::Null, &json!(2)));
    assert_eq!(rita.call("GET", &format!("/incidents/INC-1/events/{posted}"), Value::Null).await.0, 404);
    let kept = rita.ok("GET", &format!("/incidents/INC-2/events/{posted}"), Value::Null).await;
    assert_eq!(kept["body"], "posts what nobody asked for");
    assert!(world.store.verify(None).await.expect("a report").is_whole());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_learns_of_a_private_incident_by_a_merge() {
    let world = World::start().await;
    let (case, _) = filed_twice(&world).await;
    let (sam, ada) = (world.program("Sam", Role::Responder, None).await, world.program("Ada", Role::Admin, None).await);
    ada.ok("POST", "/incidents", json!({ "title": "A secret matter", "visibility": "private" })).await;
    let path = "/incidents/INC-2/merge";
    let hidden = sam.call("POST", path, json!({ "into": "INC-3" })).await;
    assert_eq!(hidden, sam.call("POST", path, json!({ "into": "INC-99" })).await);
    let page = Person::sign_in(&world.url, "sam@example.org").await.get("/incidents/INC-2/merge?into=INC-3").await;
    page.has_status(200).says("There is no incident of that key").says_not("secret");
    for (from, into) in [("INC-3", "INC-2"), ("INC-2", "INC-3")] {
        let sentence = ada.refused(422, "POST", &format!("/incidents/{from}/merge"), json!({ "into": into })).await;
        assert!(sentence.contains("INC-3 is private and INC-2 is open"), "{sentence}");
    }
    // Once merged, neither becomes visible to fewer people: each names the other.
    case.rita.ok("POST", path, json!({ "into": "INC-1" })).await;
    for key in ["INC-1", "INC-2"] {
        let hide = json!({ "visibility": "private" });
        let (status, answer) = case.rita.call("PATCH", &format!("/incidents/{key}"), hide).await;
        assert_eq!(status, 422, "{answer}");
    }
}
