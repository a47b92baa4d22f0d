//! Errors never lose work: what was typed comes back with the sentence beside the field.

use acceptance::{Case, Person, World};
use domain::Key;
use domain::access::Role;
use futures::TryStreamExt;
use serde_json::{Value, json};
use server::Front;
use server::door::Signed;
use server::fields::Fields;
use server::form::Form;
use server::site::Site;

async fn rita(world: &World) -> (Case, Person) {
    let case = Case::exposed(world).await;
    (case, Person::sign_in(&world.url, "rita@example.org").await)
}

/// Page, form, what is typed, the field that is wrong, and what is said beside it.
type Refusal = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

const REFUSALS: [Refusal; 8] = [
    (
        "/incidents/new",
        "incident",
        &[
            ("title", ""),
            ("summary", "Five lines\nof <b>text</b> & more"),
            ("occurred", "about 2 h ago"),
            ("tags:l", "forum, acl"),
            ("declared_severity:n", "2"),
            ("visibility", "private"),
        ],
        "title",
        "Give the incident a title",
    ),
    (
        "/incidents/new",
        "incident",
        &[("title", "Agent answered"), ("occurred", "soon"), ("systems:l", "a, b")],
        "occurred",
        "“soon” is not understood",
    ),
    (
        "/incidents/INC-1/timeline",
        "add-event",
        &[
            ("time", "25:00"),
            ("actor.name", "Invoker"),
            ("kind", "message"),
            ("requested", "yes"),
            ("body", "Half an hour of typing"),
            ("verb", "post"),
        ],
        "time",
        "not a time of day",
    ),
    (
        "/incidents/INC-1/exposure",
        "resource",
        &[
            ("id", "repo/b"),
            ("class", "internal"),
            ("note", "the other one"),
            ("paths.1.op", "write"),
            ("paths.1.channel", "api"),
        ],
        "id",
        "A short name has no /",
    ),
    (
        "/incidents/INC-1/exposure",
        "window",
        &[("start", "18 March 2026 17:00 UTC"), ("end", "later"), ("clock_skew_seconds:n", "5")],
        "end",
        "“later” is not understood",
    ),
    (
        "/incidents/INC-1/exposure",
        "cover",
        &[("from", "unknown"), ("gaps.0.reason", "rotation"), ("note", "the vendor says so")],
        "",
        "",
    ),
    ("/account", "account", &[("name", "Rita"), ("zone", "Mars/Olympus")], "zone", "Mars/Olympus"),
    ("/account", "token", &[("name", ""), ("agent", "scribe")], "name", "Name the token after what uses it."),
];

#[tokio::test]
async fn a_refused_form_comes_back_as_it_was_typed() {
    let world = World::start().await;
    let (_, rita) = rita(&world).await;
    for (path, form, typed, field, sentence) in REFUSALS {
        let page = rita.get(path).await;
        let page = rita.submit(&page, form, typed).await;
        page.has_status(422);
        let back = page.form(form);
        for (name, value) in typed {
            assert_eq!(back.value(name), *value, "{path} {form}: {name}");
        }
        if !field.is_empty() {
            let beside = page
                .error_beside(form, field)
                .unwrap_or_else(|| panic!("{path} {form}: nothing is said beside {field}:\n{}", page.text()));
            assert!(beside.contains(sentence), "{path} {form}: {beside}");
        }
    }
}

/// Who sent a form is known, and its incident is open. Here neither could be asked for again: there is no session, and the
/// sender is no member of the private incident any more.
#[tokio::test]
async fn a_refused_form_comes_back_without_asking_again_who_sent_it() {
    let world = World::start().await;
    let rosa = world.account("Rosa", Role::Responder).await.actor();
    let ada = world.program("Ada", Role::Admin, None).await;
    ada.ok("POST", "/incidents", json!({ "title": "A quiet word", "visibility": "private" })).await;
    ada.ok("POST", "/incidents/INC-1/members", json!({ "email": "rosa@example.org" })).await;
    let incident = world.store.incident(&rosa, Key(1)).await.expect("she is a member");
    ada.ok("DELETE", &format!("/incidents/INC-1/members/{}", rosa.person.id), Value::Null).await;
    assert!(world.store.incident(&rosa, Key(1)).await.is_err(), "she is none any more");
    let (_stop, stopping) = tokio::sync::watch::channel(false);
    let typed = [
        ("form", "add-claim"),
        ("at", "/incidents/INC-1/claims"),
        ("source", "The press"),
        ("statement", "An hour of typing"),
    ];
    let form = Form {
        site: Site::new(world.store.clone(), stopping, Front::default()),
        signed: Signed {
            actor: rosa,
            theme: String::new(),
            email: String::new(),
            mail: false,
            session: Default::default(),
        },
        incident: Some(incident),
        headers: Default::default(),
        fields: Fields::new(typed.map(|(name, value)| (name.to_string(), value.to_string())).to_vec()),
    };
    let refusal = domain::Refusal::field("statement", "Say it in a sentence.");
    let response = form.back(&refusal.into()).await;
    assert_eq!(response.status().as_u16(), 422);
    let chunks: Vec<_> = response.into_body().into_data_stream().try_collect().await.expect("a page");
    let page = String::from_utf8(chunks.concat()).expect("text");
    for part in ["A quiet word", "An hour of typing", "Say it in a sentence.", "value=\"The press\""] {
        assert!(page.contains(part), "{part} is not on the page:\n{page}");
    }
}

#[tokio::test]
async fn an_act_that_is_refused_says_why_where_it_was_tried() {
    let world = World::start().await;
    let (case, rita) = rita(&world).await;
    case.rita
        .ok(
            "POST",
            &case.at("events"),
            json!({ "time": "2026-03-18T17:00:00Z", "kind": "action", "actor": { "kind": "human", "name": "Grace" } }),
        )
        .await;
    let page = rita.get("/incidents/INC-1").await;
    let page = rita.submit(&page, "status", &[("status", "closed")]).await;
    page.has_status(409).says("This incident cannot be closed yet:");
    let grace = Person::sign_in(&world.url, "grace@example.org").await;
    grace
        .get("/incidents/INC-1/exposure")
        .await
        .says("You are an actor in this incident, so you cannot review its evidence.");
    let sent = grace
        .post(
            "/incidents/INC-1/reviews",
            &[
                ("evidence", &case.evidence),
                ("from", "2026-03-18T17:00:00Z"),
                ("to", "2026-03-18T19:00:00Z"),
                ("method", "full"),
                ("depth", "content"),
                ("outcome", "none"),
                ("at", "/incidents/INC-1/exposure"),
            ],
        )
        .await;
    sent.has_status(403).says("You are an actor in this incident");
}

#[tokio::test]
async fn edits_that_cross_are_shown_side_by_side() {
    let world = World::start().await;
    let (case, rita) = rita(&world).await;
    let event = case.rita.ok("POST", &case.at("events"), json!({ "time": "2026-03-18T17:00:00Z", "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" }, "body": "as reported" })).await;
    let path = format!("events/{}", event["id"].as_str().expect("an id"));
    let page = rita.get(&format!("/incidents/INC-1/timeline?edit={}", event["id"].as_str().expect("an id"))).await;
    assert_eq!(page.form("edit-event").value("body"), "as reported");
    case.rita.ok("PATCH", &case.at(&path), json!({ "body": "what somebody else wrote" })).await;
    let page = rita.submit(&page, "edit-event", &[("body", "what Rita wrote")]).await;
    page.has_status(412).says("as reported").says("what somebody else wrote").says("what Rita wrote");
    assert_eq!(
        case.rita.ok("GET", &case.at(&path), Value::Null).await["body"],
        "what somebody else wrote",
        "nothing was written"
    );
    // The page of the conflict has a form that settles it.
    let settle = page.form_to(&format!("/incidents/INC-1/{path}"));
    let page = rita.submit(&page, &settle.id, &[]).await;
    page.has_status(200);
    let settled = case.rita.ok("GET", &case.at(&path), Value::Null).await["body"].clone();
    assert!(settled == "what Rita wrote" || settled == "what somebody else wrote", "{settled}");
}

/// Neither of two people who found a section empty had a version to name.
#[tokio::test]
async fn whoever_writes_a_section_first_is_not_overwritten() {
    let world = World::start().await;
    let (case, rita) = rita(&world).await;
    let page = rita.get("/incidents/INC-1/postmortem?edit=summary").await;
    case.rita.ok("PUT", &case.at("sections/summary"), json!({ "body": "what somebody else wrote" })).await;
    let page = rita.submit(&page, "write-summary", &[("body", "what Rita wrote")]).await;
    page.has_status(412).says("what somebody else wrote").says("what Rita wrote");
    let settle = page.form_to("/sections/summary");
    rita.submit(&page, &settle.id, &[]).await.has_status(200).says("what Rita wrote");
    let program = case.rita.call_seen("PUT", &case.at("sections/summary"), json!({ "body": "late" }), Some(0)).await;
    assert_eq!((program.0, &program.1["conflicting"]), (412, &json!(["body"])), "{}", program.1);
}

#[tokio::test]
async fn what_people_type_is_never_markup() {
    let world = World::start().await;
    let (case, rita) = rita(&world).await;
    let evil = "</textarea></title><script>alert(1)</script><img src=x onerror=alert(1)>";
    case.rita
        .ok(
            "PATCH",
            "/incidents/INC-1",
            json!({ "title": evil, "summary": format!("{evil} [x](javascript:alert(1))") }),
        )
        .await;
    let event = case.rita.ok("POST", &case.at("events"), json!({ "time": "2026-03-18T17:00:00Z", "kind": "action", "actor": { "kind": "human", "name": evil }, "resource": evil, "body": evil })).await;
    case.rita.ok("PUT", &case.at("sections/summary"), json!({ "body": evil })).await;
    case.rita
        .ok("POST", &case.at("gaps"), json!({ "control": "authorization", "state": "absent", "statement": evil }))
        .await;
    case.rita.upload("INC-1", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", evil.as_bytes().to_vec()).await;
    let edit = format!("/incidents/INC-1/timeline?edit={}", event["id"].as_str().expect("an id"));
    let pages = [
        "",
        "/timeline",
        "/principals",
        "/exposure",
        "/evidence",
        "/severity",
        "/verdict",
        "/gaps",
        "/remediation",
        "/claims",
        "/postmortem",
        "/postmortem?edit=summary",
        "/history",
        "/settings",
    ]
    .map(|page| format!("/incidents/INC-1{page}"));
    for path in pages.iter().map(String::as_str).chain([edit.as_str(), "/incidents", "/agents"]) {
        let page = rita.get(path).await;
        page.has_status(200);
        for markup in ["<script>alert", "<img src=x", "onerror=alert(1)>", "href=\"javascript:"] {
            assert!(!page.html.contains(markup), "{markup} is on {path}");
        }
    }
    let form = rita.get(&edit).await.form("edit-event");
    assert_eq!(
        (form.value("body").as_str(), form.value("resource").as_str()),
        (evil, evil),
        "and it is not lost either"
    );
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so() {
    let world = World::start().await;
    let person = world.person("Vera", Role::Viewer).await;
    for path in ["/no/such/page", "/incidents/INC-77", "/incidents/twelve", "/incidents/INC-77/timeline"] {
        person.get(path).await.has_status(404).says("404");
    }
}
