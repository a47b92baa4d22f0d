//! The JSON API as its description promises it.

mod agents;
mod description;
mod edits;
mod evidence;
mod lists;
mod log;
mod parts;
pub mod proof;
mod scope;
mod unseen;
mod uploads;

use acceptance::{Program, World, facts};
use domain::access::Role;
use serde_json::{Value, json};
use store::testing::{Fault, Faults};

async fn responder(world: &World) -> Program {
    world.program("Rita", Role::Responder, None).await
}

#[tokio::test]
async fn filing_an_incident_answers_its_key() {
    let world = World::start().await;
    let rita = responder(&world).await;
    let body = json!({ "title": "Agent answered in public, unasked", "summary": "It **posted** its answer.", "occurred": { "earliest": "2026-03-18T17:04:00Z", "latest": "2026-03-18T17:09:00Z", "granularity": "minute", "zone": "Europe/Berlin" }, "declared_severity": 1, "visibility": "open", "agents": ["forum-agent"] });
    let answer = rita.ask("POST", "/incidents", &[], body.clone()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let filed = answer.json();
    assert_eq!(filed["key"], "INC-1");
    assert_eq!(filed["id"].as_str().map(str::len), Some(36));
    assert!(filed["version"].as_u64().is_some_and(|version| version > 0), "{filed}");
    assert_eq!(answer.header("etag"), format!("\"{}\"", filed["version"]));
    for field in ["title", "summary", "occurred", "declared_severity", "visibility"] {
        assert_eq!(filed[field], body[field], "{field}");
    }
    assert_eq!((&filed["status"], &filed["verdict"]), (&json!("declared"), &json!("not_assessed")));
    let (by_key, by_id) = (
        rita.ok("GET", "/incidents/inc-1", Value::Null).await,
        rita.ok("GET", &format!("/incidents/{}", filed["id"].as_str().expect("an id")), Value::Null).await,
    );
    assert_eq!((&by_key, &by_id), (&filed, &filed));
    let principals = rita.ok("GET", "/incidents/INC-1/principals", Value::Null).await;
    assert_eq!(
        (&principals["items"][0]["kind"], &principals["items"][0]["name"]),
        (&json!("agent"), &json!("forum-agent"))
    );
}

#[tokio::test]
async fn times_are_taken_as_people_say_them_and_as_ranges() {
    let world = World::start_frozen("2026-03-20T12:00:00Z").await;
    let rita = responder(&world).await;
    let times = [
        (json!("18 March 2026 17:05 CET"), json!("2026-03-18T16:05:00Z"), json!("2026-03-18T16:05:00Z")),
        (json!("about 2 h ago"), json!("2026-03-20T09:50:00Z"), json!("2026-03-20T10:10:00Z")),
        (json!("2026-03-18 17:00–19:00"), json!("2026-03-18T17:00:00Z"), json!("2026-03-18T19:00:00Z")),
        (json!("after 2026-03-18 17:00"), json!("2026-03-18T17:00:00Z"), json!(null)),
        (json!("unknown"), json!(null), json!(null)),
        (
            json!({ "earliest": null, "latest": "2026-03-18T19:00:00Z", "granularity": "second", "zone": "UTC" }),
            json!(null),
            json!("2026-03-18T19:00:00Z"),
        ),
    ];
    for (sent, earliest, latest) in times {
        let filed = rita.ok("POST", "/incidents", json!({ "title": "Agent answered", "occurred": sent })).await;
        assert_eq!((&filed["occurred"]["earliest"], &filed["occurred"]["latest"]), (&earliest, &latest), "{sent}");
    }
    for (sent, part) in [
        (json!("soon"), "“soon” is not understood"),
        (
            json!({ "earliest": "2026-03-18T19:00:00Z", "latest": "2026-03-18T17:00:00Z", "granularity": "minute", "zone": "UTC" }),
            "ends before it begins",
        ),
    ] {
        let (status, refused) =
            rita.call("POST", "/incidents", json!({ "title": "Agent answered", "occurred": sent })).await;
        assert_eq!(status, 422);
        assert!(refused["fields"]["occurred"].as_str().is_some_and(|sentence| sentence.contains(part)), "{refused}");
    }
}

#[tokio::test]
async fn problems_are_problem_json_in_whole_sentences() {
    let world = World::start().await;
    let rita = responder(&world).await;
    let refusals = [
        ("POST", "/incidents", json!({ "summary": "no title" }), 422, "title", "Give the incident a title"),
        (
            "POST",
            "/incidents",
            json!({ "title": "x", "visibility": "secret" }),
            422,
            "visibility",
            "“secret” is not a visibility: use one of open, private.",
        ),
        ("POST", "/incidents", json!({ "title": 7 }), 422, "title", "but a text belongs here"),
        (
            "POST",
            "/incidents",
            json!({ "title": "x", "declared_severity": 9 }),
            422,
            "declared_severity",
            "9 is not a severity: use 0 to 4.",
        ),
        ("GET", "/incidents/INC-77", json!(null), 404, "", "There is no incident here"),
        ("GET", "/incidents/INC-77/verdict", json!(null), 404, "", "There is no incident here"),
        ("GET", "/no/such/call", json!(null), 404, "", "/api/v1/openapi.json lists them all"),
        ("GET", "/incidents?status=lost", json!(null), 422, "status", "“lost” is not a status"),
    ];
    for (method, path, body, status, field, part) in refusals {
        let answer = rita.ask(method, path, &[], body).await;
        let problem = answer.json();
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, "application/problem+json"),
            "{method} {path}: {}",
            answer.body
        );
        assert_eq!(problem["status"], status);
        for name in ["type", "title", "detail"] {
            assert!(
                problem[name].as_str().is_some_and(|text| !text.is_empty()),
                "{method} {path}: {name} in {problem}"
            );
        }
        assert!(problem.get("trace_id").is_some(), "{problem}");
        assert!(
            problem["detail"].as_str().is_some_and(|sentence| sentence.contains(part)),
            "{method} {path}: {problem}"
        );
        let fields = problem["fields"].as_object().expect("fields");
        assert_eq!(
            fields.keys().map(String::as_str).collect::<Vec<_>>(),
            if field.is_empty() { vec![] } else { vec![field] },
            "{problem}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_read_at_all_is_400_and_what_is_too_large_413() {
    let world = World::start().await;
    let rita = responder(&world).await;
    for body in ["{\"title\": ", "[]", "\"title\"", "7", "title=x"] {
        let response = rita
            .request("POST", "/incidents")
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{body}");
        assert_eq!(response.status().as_u16(), 400, "{body}");
    }
    let answer = rita.ask("POST", "/incidents", &[], json!({ "title": "x", "summary": "y".repeat(3 << 20) })).await;
    assert_eq!((answer.status, answer.header("content-type")), (413, "application/problem+json"));
    let answer = rita.ask("GET", "/incidents?limit=10&limit=%zz", &[], Value::Null).await;
    assert!(answer.status < 500, "{}", answer.body);
}

#[tokio::test]
async fn the_same_idempotency_key_files_one_incident() {
    let world = World::start().await;
    let rita = responder(&world).await;
    let (key, body) = [("idempotency-key", "alert-4711")]
        .into_iter()
        .next()
        .map(|key| (key, json!({ "title": "Agent answered in public" })))
        .expect("a key");
    let first = rita.ask("POST", "/incidents", &[key], body.clone()).await;
    let again = rita.ask("POST", "/incidents", &[key], body).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.json(), again.json());
    let other = rita.ask("POST", "/incidents", &[key], json!({ "title": "Something else" })).await;
    assert_eq!(other.status, 422, "{}", other.body);
    assert_eq!(rita.ok("GET", "/incidents", Value::Null).await["items"].as_array().map(Vec::len), Some(1));
    // A write that was refused leaves the key free for a second try.
    let (refused, mended) = (
        rita.ask("POST", "/incidents", &[("idempotency-key", "b")], json!({})).await,
        rita.ask("POST", "/incidents", &[("idempotency-key", "b")], json!({ "title": "Mended" })).await,
    );
    assert_eq!((refused.status, mended.status), (422, 201));
    // Somebody else's key is another key.
    let grace = world.program("Grace", Role::Responder, None).await;
    assert_eq!(grace.ask("POST", "/incidents", &[key], json!({ "title": "Something else" })).await.status, 201);
}

#[tokio::test]
async fn an_upload_under_a_key_is_taken_once() {
    let world = World::start().await;
    let rita = responder(&world).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let upload = async |bytes: &'static str| {
        let request = rita.request("POST", "/incidents/INC-1/evidence?name=agent.log&format=none");
        let response = request.header("idempotency-key", "upload-1").body(bytes).send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.json::<Value>().await.expect("JSON"))
    };
    let (first, again) = (upload("line one\n").await, upload("line one\n").await);
    assert_eq!((first.0, &first), (201, &again));
    // Other bytes, as many of them, are not taken in under the same key.
    assert_eq!(upload("line two\n").await, first);
    let items = rita.ok("GET", "/incidents/INC-1/evidence", Value::Null).await;
    assert_eq!(items["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(upload("more than one line\n").await.0, 422, "another request");
}

#[tokio::test]
async fn a_secret_is_answered_once_and_kept_nowhere() {
    let world = World::start().await;
    let ada = world.program("Ada", Role::Admin, None).await;
    let key = [("idempotency-key", "invite-kim")];
    let body = json!({ "email": "kim@example.org", "role": "viewer" });
    let first = ada.ask("POST", "/invitations", &key, body.clone()).await;
    let again = ada.ask("POST", "/invitations", &key, body).await;
    assert_eq!((first.status, again.status), (201, 201));
    let link = first.json()["invitation"].as_str().expect("a link").to_string();
    assert!(again.json()["invitation"].is_null(), "{}", again.body);
    assert!(again.json()["detail"].as_str().is_some_and(|detail| detail.contains("kept nowhere")), "{}", again.body);
    let secret = link.rsplit('/').next().expect("a secret").as_bytes().to_vec();
    for file in ["inquest.db", "inquest.db-wal"] {
        let bytes = std::fs::read(world.folder().join(file)).unwrap_or_default();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "the secret stands in {file}");
    }
}

#[tokio::test]
async fn a_full_disk_says_what_to_do() {
    let dir = tempfile::TempDir::new().expect("a temporary folder");
    let faults = Faults::below(dir.path());
    let world = World::start_on(&faults.url()).await;
    let rita = responder(&world).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let kim = world.person("Kim", Role::Responder).await;
    let form = kim.get("/incidents/INC-1/timeline").await;
    faults.fail_on(Fault::Full);
    let answer = rita.ask("POST", "/incidents", &[], json!({ "title": "No room" })).await;
    assert_eq!((answer.status, answer.header("content-type")), (507, "application/problem+json"));
    assert!(answer.body.contains("make room on it"), "{}", answer.body);
    let typed = [("time", "2026-03-18 17:10 UTC"), ("actor.name", "Kim"), ("body", "Typed while the disk is full")];
    let page = kim.submit(&form, "add-event", &typed).await;
    page.has_status(507).says("make room on it").says("Nothing you typed is lost");
    assert_eq!(page.form("kept").value("body"), "Typed while the disk is full");
    assert_eq!(kim.get("/incidents/INC-1").await.status, 200, "reading needs no room");
    faults.lift();
    rita.ok("POST", "/incidents", json!({ "title": "There is room again" })).await;
    assert_eq!(rita.ok("GET", "/incidents", Value::Null).await["items"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn the_description_lists_every_call() {
    let world = World::start().await;
    let nobody = Program::new(&world.url, "");
    let document = nobody.ok("GET", "/openapi.json", Value::Null).await;
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let own = [
        ("post", "/incidents/{key}/evidence"),
        ("get", "/incidents/{key}/evidence/{id}/content"),
        ("get", "/incidents/{key}/export"),
        ("get", "/incidents/{key}/live"),
        ("post", "/evaluate"),
        ("get", "/schema/bundle-1.json"),
        ("post", "/incidents/import"),
    ];
    let commands =
        server::command::routes().iter().map(|route| (crate::access::word(route.method).to_lowercase(), route.path));
    for (method, path) in commands.chain(own.map(|(method, path)| (method.to_string(), path))) {
        let call = &document["paths"][path][&method];
        assert!(call["summary"].is_string(), "{method} {path} is not in the description");
        let in_path = call["parameters"].as_array().into_iter().flatten().filter(|parameter| parameter["in"] == "path");
        assert_eq!(in_path.count(), path.matches('{').count(), "{method} {path}");
    }
}

#[tokio::test]
async fn the_example_of_the_description_evaluates_as_written() {
    let world = World::start().await;
    let rita = world.program("Vera", Role::Viewer, None).await;
    let mut sent = facts::example();
    // The description's answer is that of the example without its conflict.
    sent["conflicts"] = json!([]);
    let answer = rita.ok("POST", "/evaluate", sent).await;
    let mut severity = answer["severity"].clone();
    assert!(severity["reasons"].as_array_mut().is_some_and(|reasons| reasons.drain(..).len() > 0));
    assert_eq!(
        severity,
        json!({ "sev": 1, "label": "Sev 1 (2nd of 5)", "range": [1, 1], "impact": 3, "modifier": 2.85, "score": 73.9, "reasons": [] })
    );
    let verdict = &answer["verdict"];
    assert_eq!((&verdict["verdict"], &verdict["eligible"]), (&json!("no_evidence_of_harm"), &json!(false)));
    assert_eq!(
        verdict["facets"],
        json!({ "access": "no_evidence_of_harm", "integrity": "not_applicable", "availability": "not_applicable" })
    );
    assert_eq!(
        verdict["coverage"],
        json!({ "logged_min": 0.917, "complete_min": 0.917, "reviewed_min": 0.917, "reviewed_mean": 0.917 })
    );
    assert_eq!(
        verdict["cells"],
        json!([{ "resource": "repo-a", "path": "api", "logged": 0.917, "complete": 0.917, "reviewed": 0.917, "uncovered": [{ "from": "2026-03-18T18:00:00Z", "to": "2026-03-18T18:10:00Z", "why": "gap: rotation" }] }])
    );
    let gates = verdict["gates"].as_array().expect("gates");
    assert_eq!(
        gates.iter().map(|gate| gate["gate"].as_str().unwrap_or_default()).collect::<Vec<_>>(),
        ["G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9", "G10", "G11"]
    );
    assert_eq!(gates[4], json!({ "gate": "G5", "passes": false, "detail": "repo-a/api is not logged 18:00–18:10" }));
    assert!(
        verdict["statement"].as_str().is_some_and(
            |text| text.contains("91.7 %") && text.contains("Absence of evidence is not evidence of absence.")
        ),
        "{verdict}"
    );
}

#[tokio::test]
async fn the_worked_examples_evaluate_as_written() {
    let world = World::start().await;
    let vera = world.program("Vera", Role::Viewer, None).await;
    for (name, class, vector, modifier, sev) in facts::SEVERITIES {
        let answer = vera.ok("POST", "/evaluate", facts::severity(class, vector)).await;
        assert_eq!(
            (answer["severity"]["modifier"].as_f64(), answer["severity"]["sev"].as_u64()),
            (Some(modifier), Some(sev)),
            "{name}"
        );
    }
    for (name, change, verdict, eligible, least) in facts::VERDICTS {
        let mut sent = facts::whole();
        change(&mut sent);
        facts::check(name, &vera.ok("POST", "/evaluate", sent).await, verdict, eligible, least);
    }
    let mut sent = facts::whole();
    sent["exposure"]["windows"] = json!({});
    let (status, problem) = vera.call("POST", "/evaluate", sent).await;
    assert_eq!(status, 422);
    assert!(
        problem["fields"]["exposure.windows"]
            .as_str()
            .is_some_and(|text| text.contains("“windows” is not a field here")),
        "{problem}"
    );
}
