//! What nobody sees, and what is said twice: refused by name, whoever sends it.

use acceptance::world::PASSWORD;
use acceptance::{Case, Person, World};
use domain::access::Role;
use serde_json::{Value, json};

/// Text that reads as something else, that holds what nobody sees, that would ring a bell, and a mark upon no letter.
const UNSEEN: [&str; 4] = ["repo\u{202e}txt", "re\u{200b}po", "re\u{7}po", "\u{301}"];

#[tokio::test]
async fn no_call_takes_a_line_with_something_in_it_that_nobody_sees() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let (rita, at) = (&case.rita, |below: &str| case.at(below));
    let agent = rita.ok("POST", "/agents", json!({ "name": "forum-agent" })).await;
    let grants = format!("/agents/{}/grants", agent["id"].as_str().expect("an id"));
    let grant = json!({ "verbs": ["read"], "resources": ["forum/*"], "ceiling": "read", "rationale": "It reads." });
    let event = json!({ "time": "2026-03-18", "kind": "action", "actor": { "name": "forum-agent" } });
    let claim = json!({ "statement": "It posted.", "field": "start", "source": "Press", "source_kind": "press" });
    let item = json!({ "title": "Ask first", "kind": "prevent", "enforcement": "hard" });
    let calls = [
        ("POST", at("events"), &event, &["resource", "trace"][..]),
        ("POST", at("claims"), &claim, &["field", "source", "value", "scope"]),
        ("POST", at("remediations"), &item, &["owner"]),
        ("POST", at("exposure/resources"), &json!({ "id": "r", "class": "public" }), &["id", "note"]),
        ("POST", at("exposure/resources/repo-a/paths"), &json!({ "op": "read", "channel": "cli" }), &["id"]),
        ("POST", at("principals"), &json!({ "kind": "human", "name": "Ada" }), &["name", "part", "owner", "model"]),
        ("POST", "/incidents".into(), &json!({ "title": "Agent answered" }), &["tags.0", "systems.0", "agents.0"]),
        (
            "POST",
            "/agents".into(),
            &json!({ "name": "other" }),
            &["name", "team", "model", "environment", "owner_name", "identifiers.0", "stop.place"],
        ),
        ("POST", grants, &grant, &["resources.0", "task.reference", "approver_name"]),
        ("PATCH", at(&format!("evidence/{}", case.evidence)), &json!({}), &["name", "source", "collector"]),
    ];
    for (method, path, body, fields) in &calls {
        for field in *fields {
            for text in UNSEEN {
                let sent = with(body, field, text);
                let (status, answer) = rita.call(method, path, sent).await;
                let named = answer["fields"]
                    .as_object()
                    .is_some_and(|named| named.keys().any(|name| field.starts_with(name.as_str())));
                assert!(status == 422 && named, "{method} {path} {field} {text:?}: {status} {answer}");
            }
        }
    }
}

/// A body with one field more, named by its path.
fn with(body: &Value, path: &str, text: &str) -> Value {
    match path.split_once('.') {
        Some((list, "0")) => store::merge_patch(body, &json!({ list: [text] })),
        Some((outer, inner)) => store::merge_patch(body, &json!({ outer: { inner: text } })),
        None => store::merge_patch(body, &json!({ path: text })),
    }
}

#[tokio::test]
async fn an_upload_is_taken_whatever_its_name() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let answer = case.rita.request("POST", &case.at("evidence?name=log%E2%80%AEgpj.exe&source=host%07")).body("{}\n");
    let answer = answer.send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 201);
    let item: Value = answer.json().await.expect("JSON");
    assert_eq!((&item["name"], &item["source"]), (&json!("log[U+202E]gpj.exe"), &json!("host[U+0007]")));
    let content = case.at(&format!("evidence/{}/content", item["id"].as_str().expect("an id")));
    let answer = case.rita.ask("GET", &content, &[], Value::Null).await;
    assert!(
        answer.header("content-disposition").ends_with("filename*=UTF-8''log%5BU%2B202E%5Dgpj.exe"),
        "{:?}",
        answer.header("content-disposition")
    );
    // The same bytes of the same name are one item, as ever.
    let again = case.rita.request("POST", &case.at("evidence?name=log%E2%80%AEgpj.exe")).body("{}\n");
    let again: Value = again.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(again["id"], item["id"]);
}

#[tokio::test]
async fn a_name_that_is_there_twice_is_refused() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let send = async |method: &str, path: &str, body: &str| {
        let request = case.rita.request(method, path).header("content-type", "application/json").body(body.to_string());
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or_default())
    };
    let window = r#"{"window": {"start": "2026-03-18T17:00:00Z", "start": "2026-03-19T17:00:00Z"}}"#;
    let facts = r#"{"severity": {"rubric": "asr-1", "ongoing": false, "ongoing": true}}"#;
    let bodies = [
        (
            "POST",
            "/incidents".to_string(),
            r#"{"title": "A", "visibility": "private", "visibility": "open"}"#,
            "visibility",
        ),
        ("PATCH", "/incidents/INC-1".into(), r#"{"title": "A", "title": "B"}"#, "title"),
        ("PUT", case.at("exposure"), window, "start"),
        ("POST", "/evaluate".into(), facts, "ongoing"),
        ("POST", "/agents".into(), r#"{"name": "a", "stop": {"who": "x", "who": "y"}}"#, "who"),
    ];
    for (method, path, body, name) in bodies {
        let (status, problem) = send(method, &path, body).await;
        let told = problem["fields"][name].as_str().unwrap_or_default();
        assert!(status == 400 && told.contains("is there twice"), "{method} {path}: {status} {problem}");
    }
    let queries = [
        "/incidents?status=declared&status=closed".to_string(),
        "/incidents?q=a&q=a".into(),
        case.at("changes?since=1&since=2"),
        case.at("export?profile=internal&profile=public"),
        case.at(&format!("evidence/{}/records?verb=read&verb=write", case.evidence)),
        "/remediations?owner=Ada&owner=Bob".into(),
        "/agents?limit=1&limit=2".into(),
    ];
    for path in queries {
        let answer = case.rita.ask("GET", &path, &[], Value::Null).await;
        assert!(
            answer.status == 422 && answer.body.contains("is there twice"),
            "{path}: {} {}",
            answer.status,
            answer.body
        );
    }
    for path in ["evidence?name=a&name=b", "evidence?name=a&source=x&source=y"] {
        let answer = case.rita.request("POST", &case.at(path)).body("x").send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 422, "{path}");
    }
    let vera = world.person("Vera", Role::Viewer).await;
    assert_eq!(vera.peek("/incidents?status=declared&status=closed").await.status, 422);
    assert_eq!(vera.peek("/incidents/INC-1/export?profile=public&profile=internal").await.status, 422);
    // What forms and links of the pages add is no contradiction.
    for path in ["/incidents?status=&status=declared", "/incidents/INC-1/timeline?undo=1&undo=1"] {
        assert_eq!(vera.peek(path).await.status, 200, "{path}");
    }
    let rosa = world.person("Rosa", Role::Responder).await;
    let page = rosa.post("/incidents", &[("title", "A"), ("visibility", "private"), ("visibility", "open")]).await;
    page.has_status(422);
}

#[tokio::test]
async fn what_nobody_would_read_is_refused() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let said = json!({ "about": "section/summary", "body": "Look." });
    let comment = case.rita.ok("POST", &case.at("comments"), said).await["id"].clone();
    let resolve = case.at(&format!("comments/{}/resolve", comment.as_str().expect("an id")));
    let event = json!({ "time": "2026-03-18", "kind": "note", "actor": { "name": "Ada" } });
    let calls = [
        (resolve.clone(), json!({ "reason": "done" }), "reason"),
        (case.at(&format!("evidence/{}/verify", case.evidence)), json!({ "reason": "again" }), "reason"),
        (case.at("events"), json!({ "items": [event], "dry_run": true }), "dry_run"),
        (case.at("events"), json!({ "items": [], "x": null }), "x"),
    ];
    for (path, body, name) in calls {
        let (status, problem) = case.rita.call("POST", &path, body).await;
        assert!(status == 422 && problem["fields"][name].is_string(), "{path}: {status} {problem}");
    }
    let events = case.rita.ok("GET", &case.at("events"), Value::Null).await;
    assert_eq!(events["items"].as_array().map(Vec::len), Some(0), "nothing was stored");
    case.rita.ok("POST", &resolve, json!({})).await;
}

#[tokio::test]
async fn an_address_is_the_same_from_every_keyboard() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    // Invited with letters composed, signed in with letters and marks apart, and the other way round.
    for (number, (typed, again)) in
        [("jo\u{308}rg@example.org", "J\u{d6}RG@example.org"), ("zo\u{eb}@example.org", "zoe\u{308}@EXAMPLE.org")]
            .into_iter()
            .enumerate()
    {
        let page = ada.get("/people").await;
        let page = ada.submit(&page, "invitation", &[("email", typed), ("role", "reviewer")]).await;
        let (_, rest) = page.html.split_once("/invite/").expect("the link is shown");
        let link = format!("/invite/{}", rest.split('<').next().expect("a token"));
        let new = Person::stranger(&world.url);
        let page = new.get(&link).await;
        let page = new.submit(&page, "invite", &[("name", &format!("Person {number}")), ("password", PASSWORD)]).await;
        assert_eq!(page.path, "/", "{typed:?}");
        for spelt in [typed, again] {
            let back = Person::sign_in(&world.url, spelt).await;
            assert_eq!(back.get("/account").await.path, "/account", "{spelt:?}");
            assert!(world.store.user_by_email(spelt).await.is_ok(), "{spelt:?}");
        }
        let page = ada.get("/people").await;
        ada.submit(&page, "invitation", &[("email", again), ("role", "reviewer")]).await.has_status(422);
    }
    for unseen in ["a\u{200b}da@example.org", "ada\u{202e}@example.org", "a\u{7}@example.org"] {
        let page = ada.get("/people").await;
        ada.submit(&page, "invitation", &[("email", unseen), ("role", "reviewer")]).await.has_status(422);
    }
}

#[tokio::test]
async fn a_record_says_whether_it_was_confirmed_by_both_names() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let log = "{\"time\":\"2026-03-18T17:00:00Z\",\"actor\":\"bot\",\"action\":\"post\"}\n";
    let item = case.rita.upload(&case.key, "bot.jsonl", log.into()).await;
    let records = case.at(&format!("evidence/{}/records", item["id"].as_str().expect("an id")));
    let listed = case.rita.ok("GET", &records, Value::Null).await;
    let one = case.rita.ok("GET", &format!("{records}/1"), Value::Null).await;
    for record in [&listed["items"][0], &one] {
        assert_eq!((&record["confirmation"], &record["confirmed"]), (&json!("unknown"), &json!("unknown")), "{record}");
    }
}
