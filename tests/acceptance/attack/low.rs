//! Addresses that lead elsewhere, addresses by id, and what browsers are told.

use acceptance::{Case, Person, World};
use serde_json::{Value, json};

/// Addresses that leave this site in some browser, or break a header.
const ELSEWHERE: [&str; 9] = [
    "/\\evil.com",
    "//evil.com",
    "\\\\evil.com",
    "https://evil.com",
    "/\t/evil.com",
    "/\r\nset-cookie: a=b",
    "/\u{0}evil",
    "/\u{7f}",
    "javascript:alert(1)",
];

#[tokio::test]
async fn no_form_sends_a_browser_elsewhere() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    for place in ELSEWHERE {
        let sign_in = [("email", "rita@example.org"), ("password", acceptance::world::PASSWORD), ("next", place)];
        let drop = [("form", "x"), ("record", "y"), ("at", place)];
        let comment = [
            ("about", "section/what_happened"),
            ("body", "A word"),
            ("at", place),
            ("then", place),
            ("form", "add-comment"),
        ];
        let refused = [("body", ""), ("at", place), ("then", place), ("form", "add-comment")];
        let comments = format!("/incidents/{}/comments", case.key);
        let unsaved = format!("/incidents/{}/unsaved/delete", case.key);
        for (path, fields) in [
            ("/sign-in", &sign_in[..]),
            (unsaved.as_str(), &drop[..]),
            (comments.as_str(), &comment[..]),
            (comments.as_str(), &refused[..]),
        ] {
            let answer = rita.knock(path, fields).await;
            assert!(answer.status < 500, "{path} with {place:?}: {}", answer.status);
            let to = answer.header("location");
            assert!(
                to.is_empty() || to == "/" || to.starts_with("/incidents"),
                "{path} with {place:?} sends to {to:?}"
            );
            let fetched =
                rita.request("POST", path).header("inquest-fetch", "1").form(fields).send().await.expect("an answer");
            let to = fetched.headers().get("inquest-location").and_then(|to| to.to_str().ok()).unwrap_or_default();
            assert!(
                fetched.status().as_u16() < 500 && (to.is_empty() || to == "/" || to.starts_with("/incidents")),
                "{path}: {to:?}"
            );
            assert!(!answer.body.contains("evil"), "{path} with {place:?} names the place: {}", answer.body);
        }
    }
    let answer = rita
        .knock(
            "/sign-in",
            &[("email", "rita@example.org"), ("password", acceptance::world::PASSWORD), ("next", "/incidents?q=Zoë")],
        )
        .await;
    assert_eq!((answer.status, answer.header("location")), (303, "/incidents?q=Zo%C3%AB"));
}

#[tokio::test]
async fn an_incident_is_found_by_its_id_at_every_door() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let id = case.rita.ok("GET", &format!("/incidents/{}", case.key), Value::Null).await["id"]
        .as_str()
        .expect("an id")
        .to_string();
    let evidence = &case.evidence;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    for path in ["content", "export", "live"] {
        let path = if path == "content" { format!("evidence/{evidence}/content") } else { path.to_string() };
        assert_eq!(rita.status(&format!("/incidents/{id}/{path}")).await.0, 200, "{path} of a page");
        let answer = case.rita.request("GET", &format!("/incidents/{id}/{path}")).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{path} of the API");
    }
    for page in ["", "/timeline", "/evidence", "/postmortem", "/here", "/history"] {
        assert_eq!(rita.status(&format!("/incidents/{id}{page}")).await.0, 200, "{page}");
    }
    let added = rita
        .knock(
            &format!("/incidents/{id}/comments"),
            &[("about", "section/what_happened"), ("body", "By its id"), ("at", "/incidents")],
        )
        .await;
    assert_eq!(added.status, 303, "{}", added.body);
    assert!(added.header("location").starts_with("/incidents/INC-1/"), "{}", added.header("location"));
    let nowhere = format!("/incidents/{}", uuid_of_nothing());
    for path in ["", "/export", "/live", "/timeline"] {
        assert_eq!(rita.status(&format!("{nowhere}{path}")).await.0, 404, "{path}");
    }
}

fn uuid_of_nothing() -> &'static str {
    "01890000-0000-7000-8000-000000000000"
}

#[tokio::test]
async fn browsers_are_told_the_same_of_every_answer() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let page = rita.get("/incidents").await;
    let file = |ending: &str| {
        let found = page.html.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(ending));
        found.unwrap_or_else(|| panic!("no {ending} on the page")).to_string()
    };
    let paths = [
        "/incidents".to_string(),
        "/nowhere".into(),
        "/sign-in".into(),
        "/healthz".into(),
        "/robots.txt".into(),
        "/favicon.svg".into(),
        "/assets/nothing.css".into(),
        "/api/v1/incidents".into(),
        "/api/v1/nothing".into(),
        file(".css"),
        format!("/incidents/{}/evidence/{}/content", case.key, case.evidence),
    ];
    for path in paths {
        let answer = rita.peek(&path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {path}");
        }
        for name in ["permissions-policy", "content-security-policy"] {
            assert!(!answer.header(name).is_empty(), "{name} of {path}");
        }
    }
    let put = rita.request("PUT", "/incidents").send().await.expect("an answer");
    assert_eq!((put.status().as_u16(), put.headers()["x-content-type-options"].to_str().ok()), (405, Some("nosniff")));
}

#[tokio::test]
async fn evidence_whose_bytes_are_missing_says_so() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let item = case.rita.upload(&case.key, "acts.log", b"words that are no log\n".to_vec()).await;
    let digest = item["sha256"].as_str().expect("a digest").to_string();
    std::fs::remove_file(world.blob(&digest)).expect("the bytes are there");
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let at = format!("/incidents/{}/evidence/{}", case.key, item["id"].as_str().expect("an id"));
    let page = rita.get(&at).await;
    page.has_status(200).says("acts.log").says("The bytes of this item are missing").says(&digest);
    let content = rita.get(&format!("{at}/content")).await;
    content.has_status(410).says("are missing");
    let (status, answer) = case.rita.call("GET", &format!("{at}/content"), json!(null)).await;
    assert!(status == 410 && answer["detail"].as_str().is_some_and(|detail| detail.contains("missing")), "{answer}");
    rita.get(&format!("{at}/reading")).await.says("are missing");
    rita.get(&format!("/incidents/{}/evidence/nothing", case.key)).await.has_status(404);
}
