//! Parts of a record that several people write, and records that are deleted: nobody undoes what they never saw.

use acceptance::{Case, Program, World};
use domain::access::Role;
use serde_json::{Value, json};

/// Sends an edit made on a version; answers status and body.
async fn send(who: &Program, method: &str, path: &str, seen: u64, body: Value) -> (u16, Value) {
    let tag = format!("\"{seen}\"");
    let answer = who.ask(method, path, &[("if-match", &tag)], body).await;
    (answer.status, answer.json())
}

async fn exposure(case: &Case) -> (Value, u64) {
    let exposure = case.rita.ok("GET", &case.at("exposure"), Value::Null).await;
    let version = exposure["version"].as_u64().expect("a version");
    (exposure, version)
}

fn window(start: &str, end: &str, skew: u32) -> Value {
    json!({ "start": start, "end": end, "clock_skew_seconds": skew })
}

const FROM: &str = "2026-03-18T17:00:00Z";
const TO: &str = "2026-03-18T19:00:00Z";

#[tokio::test]
async fn two_who_set_the_window_do_not_overwrite_each_other() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let sam = world.program("Sam", Role::Responder, None).await;
    let path = case.at("exposure/window");
    case.rita.ok("PUT", &path, window(FROM, TO, 0)).await;
    let (_, seen) = exposure(&case).await;
    // Different fields of the window both stand.
    assert_eq!(send(&case.rita, "PUT", &path, seen, window(FROM, "2026-03-18T19:30:00Z", 0)).await.0, 200);
    assert_eq!(send(&sam, "PUT", &path, seen, window(FROM, TO, 30)).await.0, 200);
    let (both, now) = exposure(&case).await;
    assert_eq!(
        (both["end"]["latest"].clone(), both["clock_skew_seconds"].clone()),
        (json!("2026-03-18T19:30:00Z"), json!(30))
    );
    // The same field is a conflict that shows both, and nothing is stored.
    let (status, told) = send(&sam, "PUT", &path, seen, window(FROM, "2026-03-18T18:00:00Z", 0)).await;
    assert_eq!((status, told["conflicting"].clone()), (412, json!(["end"])), "{told}");
    assert_eq!(
        (told["theirs"]["end"]["latest"].clone(), told["base"]["end"]["latest"].clone()),
        (json!("2026-03-18T19:30:00Z"), json!(TO))
    );
    assert_eq!(told["mine"]["end"]["latest"], "2026-03-18T18:00:00Z");
    assert_eq!(exposure(&case).await.1, now);
    // Merged, they must still be a window: one moved the end before what the other made the start.
    let (_, seen) = exposure(&case).await;
    assert_eq!(send(&case.rita, "PUT", &path, seen, window(FROM, "2026-03-18T17:30:00Z", 30)).await.0, 200);
    let late = window("2026-03-18T18:00:00Z", "2026-03-18T19:30:00Z", 30);
    assert_eq!(send(&sam, "PUT", &path, seen, late).await.0, 422);
}

#[tokio::test]
async fn two_who_edit_resources_do_not_overwrite_each_other() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let sam = world.program("Sam", Role::Responder, None).await;
    let (before, seen) = exposure(&case).await;
    let resource = before["resources"][0].clone();
    let name = resource["id"].as_str().expect("a name").to_string();
    let path = case.at(&format!("exposure/resources/{name}"));
    let edited = |field: &str, value: &str| {
        let mut resource = resource.clone();
        resource[field] = json!(value);
        resource
    };
    assert_eq!(send(&case.rita, "PUT", &path, seen, edited("note", "where the keys lie")).await.0, 200);
    // Another resource is another part.
    let added = sam.ok("POST", &case.at("exposure/resources"), json!({ "id": "repo-z", "class": "internal" })).await;
    assert_eq!(added["resources"].as_array().map(Vec::len), before["resources"].as_array().map(|list| list.len() + 1));
    assert_eq!(send(&sam, "PUT", &path, seen, edited("class", "public")).await.0, 200);
    let (both, _) = exposure(&case).await;
    assert_eq!(
        (both["resources"][0]["note"].clone(), both["resources"][0]["class"].clone()),
        (json!("where the keys lie"), json!("public"))
    );
    let (status, told) = send(&sam, "PUT", &path, seen, edited("note", "something else")).await;
    assert_eq!((status, told["conflicting"].clone()), (412, json!(["note"])), "{told}");
    let (status, told) = send(&sam, "DELETE", &path, seen, Value::Null).await;
    assert_eq!(status, 412, "nobody deletes what they have not seen: {told}");
    assert_eq!(exposure(&case).await.0["resources"], both["resources"]);
    let (_, seen) = exposure(&case).await;
    assert_eq!(send(&sam, "DELETE", &path, seen, Value::Null).await.0, 200);
}

#[tokio::test]
async fn a_record_is_deleted_as_it_was_seen() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let sam = world.program("Sam", Role::Responder, None).await;
    let event = json!({ "time": FROM, "kind": "action", "verb": "post", "actor": { "name": "forum-agent", "kind": "agent" }, "body": "the first wording" });
    let added = case.rita.ok("POST", &case.at("events"), event).await;
    let (path, seen) =
        (case.at(&format!("events/{}", added["id"].as_str().expect("an id"))), added["version"].as_u64());
    let seen = seen.expect("a version");
    sam.ok("PATCH", &path, json!({ "body": "what Rita has not read" })).await;
    let (status, told) = send(&case.rita, "DELETE", &path, seen, Value::Null).await;
    assert_eq!((status, told["conflicting"].clone()), (412, json!(["body"])), "{told}");
    assert_eq!(told["theirs"]["body"], "what Rita has not read");
    let now = told["current_version"].as_u64().expect("a version");
    assert_eq!(send(&case.rita, "DELETE", &path, now, Value::Null).await.0, 200);
    // A mark is moved by whoever saw where it was.
    let other = json!({ "time": TO, "kind": "note", "actor": { "name": "Rita", "kind": "human" }, "body": "later" });
    let ids: Vec<Value> = vec![
        case.rita.ok("POST", &case.at("events"), other.clone()).await["id"].clone(),
        case.rita.ok("POST", &case.at("events"), other).await["id"].clone(),
    ];
    let mark = case.at("marks/detected");
    let set = case.rita.ok("PUT", &mark, json!({ "event": ids[0] })).await;
    let seen = set["version"].as_u64().expect("a version");
    sam.ok("PUT", &mark, json!({ "event": ids[1] })).await;
    sam.ok("PUT", &mark, json!({ "event": ids[0] })).await;
    sam.ok("PUT", &mark, json!({ "event": ids[1] })).await;
    let third = case
        .rita
        .ok(
            "POST",
            &case.at("events"),
            json!({ "time": TO, "kind": "note", "actor": { "name": "Rita", "kind": "human" }, "body": "last" }),
        )
        .await;
    let (status, told) = send(&case.rita, "PUT", &mark, seen, json!({ "event": third["id"] })).await;
    assert_eq!((status, told["conflicting"].clone()), (412, json!(["event"])), "{told}");
}
