//! Every page, in both colours and at both widths.

use std::collections::BTreeSet;

use acceptance::case::ACTS;
use acceptance::{Browser, Case, Person, World};
use domain::access::Role;
use serde_json::{Value, json};
use server::page::PAGES;

use super::look::Look;
use crate::watch::{Watched, id};

/// What answers no page: files, a stream, a part and a sentence.
const NO_PAGES: [&str; 10] = [
    "/trends/export",
    "/agents/export",
    "/agents/{id}/live",
    "/watch/live",
    "/incidents/{key}/revisions/{id}/export",
    "/incidents/{key}/evidence/{id}/content",
    "/incidents/{key}/export",
    "/incidents/{key}/live",
    "/incidents/{key}/here",
    "/understood",
];

/// The addresses that the page's links lead to, where they only differ from its own in the query.
const VARIANTS: &str = r#"[...document.querySelectorAll("main a[href]")].map((link) => new URL(link.getAttribute("href"), location))
  .filter((url) => url.pathname === location.pathname && url.search !== "").map((url) => url.pathname + url.search)"#;

/// A world with the example library, and Ada, who may do everything.
async fn library() -> (World, Person) {
    let world = World::start_stopping("stop.example.org").await;
    server::library::load(&world.store).await.expect("the library loads");
    let ada = world.person("Ada", Role::Admin).await;
    (world, ada)
}

async fn browser(world: &World, person: &Person) -> Browser {
    let browser = Browser::open(world).await;
    browser.take_cookies_of(person).await;
    browser
}

/// The pages of one incident, or those of the instance.
fn pages(of_incident: bool) -> impl Iterator<Item = &'static str> {
    let pages = PAGES.into_iter().filter(|page| !NO_PAGES.contains(page));
    pages.filter(move |page| page.contains("{key}") == of_incident)
}

/// An address without what varies: no ids and no values.
fn shape(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let names: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{path}?{}", names.join("&"))
}

/// Looks at a page, and at each kind of page its links ask for with a query.
async fn look_with_variants(look: &mut Look<'_>, browser: &Browser, path: &str, seen: &mut BTreeSet<String>) {
    look.at(path).await;
    let variants = browser.js(VARIANTS).await;
    for variant in variants.as_array().into_iter().flatten().filter_map(Value::as_str) {
        if seen.insert(shape(variant)) {
            look.at(variant).await;
        }
    }
}

/// An agent with grants, one of them revoked, a review and a comment; and one that was seen and not registered.
async fn registered(world: &World) -> String {
    let rita = world.program("Rita", Role::Responder, None).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agents act", "agents": ["stranger", "tickets"] })).await;
    let agent = json!({ "name": "tickets", "identifiers": ["app-9", "tickets-*"], "owner_name": "Somebody",
        "purpose": "Moves **tickets**.", "review_days": 30, "stop": { "place": "the console", "last_drill": "2026-02-01" } });
    let id = rita.ok("POST", "/agents", agent).await["id"].as_str().expect("an id").to_string();
    let at = |rest: &str| format!("/agents/{id}/{rest}");
    let mut grants = Vec::new();
    for (verbs, ceiling) in
        [(["read", "list"], "read"), (["write", "post"], "mutating"), (["delete", "revoke"], "destructive")]
    {
        let grant = json!({ "verbs": verbs, "resources": ["tickets/**", "forum/*"], "ceiling": ceiling,
            "rationale": "It moves tickets.", "task": { "text": "Tickets", "reference": "T-1" }, "until_task_closed": true });
        grants.push(rita.ok("POST", &at("grants"), grant).await["id"].clone());
    }
    let review = json!({ "note": "In spring.", "grants": [
        { "grant": grants[0], "outcome": "kept", "reason": "needed" },
        { "grant": grants[1], "outcome": "narrowed", "reason": "it never posts", "to": { "verbs": ["write"] } },
        { "grant": grants[2], "outcome": "revoked", "reason": "never used" } ] });
    rita.ok("POST", &at("reviews"), review).await;
    rita.ok("POST", &at("comments"), json!({ "body": "Asked the **vendor**." })).await;
    rita.ok("PUT", &format!("/agents/{id}/status"), json!({ "status": "active" })).await;
    id
}

/// An agent with an alert, a stop and a containment; where each of them is shown, with its id.
async fn alerted(world: &World) -> [(&'static str, String); 4] {
    let watched = Watched::by(world.program("Root", Role::Admin, None).await, world).await;
    watched
        .act(
            "app-forum",
            "post",
            &["forum/thread-9", "forum/a-very-long-name-of-a-thread/that/goes/on/and/on/without/a/blank/to/break/it"],
        )
        .await;
    let alerts = watched.alerts(2).await;
    let [first, second] = [0, 1].map(|place: usize| id(&alerts[place]).to_string());
    watched
        .admin()
        .ok("POST", &format!("/alerts/{second}/close"), json!({ "reason": "Its grants were narrowed." }))
        .await;
    let stop = json!({ "name": "Gateway", "url": "https://stop.example.org/{{agent.identifier}}", "secret": "INQUEST_SECRET_STOP", "is_dry_run": true });
    let stop = watched.admin().ok("POST", "/stops", stop).await;
    let why = json!({ "reason": "It posts where it may not." });
    watched.admin().ok("POST", &format!("/agents/{}/containments", watched.agent), why).await;
    watched.act("app-forum", "read", &["forum/thread-9"]).await;
    [
        ("/agents/thread", watched.agent.clone()),
        ("/watch/alerts", first),
        ("/watch/stops", id(&stop).to_string()),
        ("/watch/sources", watched.sender.id.clone()),
    ]
}

/// A check that finds nothing may be one that does not look.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_with_defects_is_found_out() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    let browser = browser(&world, &ada).await;
    let mut look = Look::new(&browser).await;
    browser.go("/help").await;
    let spoil = r#"(() => {
        const main = document.querySelector("main");
        main.append(document.createElement("img"));
        const wide = document.createElement("p");
        wide.style.width = "500px"; wide.style.color = "light-dark(#999, #fff)"; wide.textContent = "too wide, and pale";
        main.append(wide);
        console.error("a complaint");
    })()"#;
    browser.js(spoil).await;
    look.here("/help").await;
    let found =
        |words: &[&str]| look.wrong().iter().filter(|wrong| words.iter().all(|word| wrong.contains(word))).count();
    assert_eq!(found(&["image-alt"]), 4, "in both colours and sizes: {:?}", look.wrong());
    assert_eq!((found(&["light", "color-contrast"]), found(&["dark", "color-contrast"])), (2, 0), "{:?}", look.wrong());
    assert_eq!((found(&["390", "too wide"]), found(&["1280", "too wide"])), (2, 0), "{:?}", look.wrong());
    assert_eq!(found(&["console", "a complaint"]), 1, "{:?}", look.wrong());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_the_instance_are_open_to_everybody() {
    let (world, ada) = library().await;
    let page = ada.get("/people").await;
    ada.submit(&page, "invitation", &[("email", "grace@example.org"), ("role", "reviewer")]).await;
    let browser = browser(&world, &ada).await;
    let (mut look, mut seen) = (Look::new(&browser).await, BTreeSet::new());
    look.at("/people").await;
    let agent = registered(&world).await;
    look.at("/watch").await;
    let places = alerted(&world).await;
    for path in pages(false) {
        let place = places.iter().find(|(begins, _)| path.starts_with(begins));
        let id = place.map_or(agent.as_str(), |(_, id)| id.as_str());
        let path = path.replace("{id}", id).replace("{kind}", "out_of_scope");
        look_with_variants(&mut look, &browser, &path, &mut seen).await;
    }
    look.at(&format!("/agents/{}", places[0].1)).await;
    browser.look("/no-such-page").await;
    look.fresh().await;
    look.here("/no-such-page").await;
    browser.look("/incidents/INC-99").await;
    look.fresh().await;
    look.here("/incidents/INC-99").await;
    look.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_a_full_incident_are_open_to_everybody() {
    let (world, ada) = library().await;
    let rita = world.program("Rita", Role::Responder, None).await;
    let list = rita.ok("GET", "/incidents/INC-1/evidence", Value::Null).await;
    let evidence = list["items"][0]["id"].as_str().expect("evidence").to_string();
    let browser = browser(&world, &ada).await;
    let (mut look, mut seen) = (Look::new(&browser).await, BTreeSet::new());
    for page in pages(true).filter(|page| !page.contains("/revisions")) {
        let path = page.replace("{key}", "INC-1").replace("{id}", &evidence);
        look_with_variants(&mut look, &browser, &path, &mut seen).await;
    }
    look.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_what_was_published_are_open_to_everybody() {
    let world = World::start().await;
    let case = crate::revision::published(&world).await;
    let ada = world.person("Ada", Role::Admin).await;
    let browser = browser(&world, &ada).await;
    let (mut look, mut seen) = (Look::new(&browser).await, BTreeSet::new());
    let link = case.rita.ok("POST", &case.at("revisions/1/links"), json!({})).await;
    for page in ["revisions", "revisions/1", "postmortem", "wording"] {
        look_with_variants(&mut look, &browser, &format!("/incidents/{}/{page}", case.key), &mut seen).await;
    }
    look_with_variants(&mut look, &browser, link["secret_link"].as_str().expect("a path"), &mut seen).await;
    browser.look("/shared/INC-1/nothing").await;
    look.fresh().await;
    look.here("/shared/INC-1/nothing").await;
    look.done();
}

/// Records, how they are read, and their review, with all a small log can have in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_records_are_open_to_everybody() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let read = case.rita.upload(&case.key, "acts.jsonl", ACTS.as_bytes().to_vec()).await;
    let columns = b"when,who,did\n2026-03-18 17:04,ops-agent,delete\nbroken\n".to_vec();
    let url = format!("/incidents/{}/evidence?name=acts.csv&format=none", case.key);
    let kept = case.rita.request("POST", &url).body(columns).send().await.expect("an answer");
    let kept: Value = kept.json().await.expect("an item");
    let [read, kept] = [read, kept].map(|item| item["id"].as_str().expect("an id").to_string());
    let ada = world.person("Ada", Role::Admin).await;
    let browser = browser(&world, &ada).await;
    let (mut look, mut seen) = (Look::new(&browser).await, BTreeSet::new());
    for page in [
        "evidence".to_string(),
        "records".into(),
        format!("evidence/{read}/review"),
        format!("evidence/{read}/coverage/proposal"),
    ] {
        look_with_variants(&mut look, &browser, &case.at(&page), &mut seen).await;
    }
    for page in [
        format!("records?evidence={read}&record={read}.1&make=finding"),
        format!("records?evidence={read}&record={read}.2&make=class"),
        "records?q=nothing-is-like-that".into(),
        format!("evidence/{read}/reading"),
        format!("evidence/{read}/reading?format=text"),
        format!("evidence/{kept}/reading?format=csv"),
        format!("evidence/{kept}/review"),
        format!("evidence/{read}?record=3&lines=3-3"),
    ] {
        look.at(&case.at(&page)).await;
    }
    browser.look(&case.at("records?from=soon")).await;
    look.fresh().await;
    look.here("a filter that is refused").await;
    let page = case.at(&format!("evidence/{read}/review"));
    browser.go(&page).await;
    browser.click(&format!("#record-{read}-1 summary")).await;
    browser.click(&format!("#classify-record-{read}-1 button[value=authorised]")).await;
    browser.says("classified: authorised").await;
    look.fresh().await;
    look.here("a record that was classified").await;
    look.done();
}

/// What the first example does not have: values that are unknown, pending or invalid, and hazards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_the_other_examples_are_open_to_everybody() {
    let (world, ada) = library().await;
    let browser = browser(&world, &ada).await;
    let mut look = Look::new(&browser).await;
    for key in ["INC-2", "INC-3", "INC-4", "INC-5"] {
        for page in ["", "/timeline", "/exposure", "/severity", "/verdict", "/postmortem"] {
            look.at(&format!("/incidents/{key}{page}")).await;
        }
    }
    look.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_an_empty_incident_are_open_to_everybody() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    let rita = world.program("Rita", Role::Responder, None).await;
    let browser = browser(&world, &ada).await;
    let mut look = Look::new(&browser).await;
    look.at("/").await;
    look.at("/incidents").await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let item = rita.upload("INC-1", "gateway.jsonl", acceptance::case::LOG.to_vec()).await;
    let evidence = item["id"].as_str().expect("an id").to_string();
    rita.ok("POST", "/incidents", json!({ "title": "An incident with nothing in it" })).await;
    look.at(&format!("/incidents/INC-1/evidence/{evidence}")).await;
    for page in pages(true).filter(|page| !page.contains("{id}")) {
        look.at(&page.replace("{key}", "INC-2")).await;
    }
    for page in ["/", "/search?q=agent", "/search?q=nobody", "/remediation", "/agents", "/account"] {
        look.at(page).await;
    }
    look.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_those_who_only_read_are_open_to_everybody() {
    let (world, _) = library().await;
    let vera = world.person("Vera", Role::Viewer).await;
    let browser = browser(&world, &vera).await;
    let (mut look, mut seen) = (Look::new(&browser).await, BTreeSet::new());
    for page in pages(true).filter(|page| !page.contains("{id}")) {
        look_with_variants(&mut look, &browser, &page.replace("{key}", "INC-1"), &mut seen).await;
    }
    look.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_at_the_door_are_open_to_everybody() {
    let world = World::start().await;
    let browser = Browser::open(&world).await;
    let mut look = Look::new(&browser).await;
    look.at("/setup").await;
    let secret = world.store.setup_token().await.expect("a link");
    look.at(&format!("/setup?token={secret}")).await;
    let ada = world.person("Ada", Role::Admin).await;
    look.at("/sign-in").await;
    browser.type_into("[name=email]", "ada@example.org").await;
    browser.type_into("[name=password]", "not her password").await;
    browser.click("#sign-in button").await;
    browser.says("do not belong together").await;
    look.fresh().await;
    look.here("/sign-in, refused").await;
    let page = ada.get("/people").await;
    let page = ada.submit(&page, "invitation", &[("email", "grace@example.org"), ("role", "reviewer")]).await;
    let (_, rest) = page.html.split_once("/invite/").expect("the link is shown");
    look.at(&format!("/invite/{}", rest.split('<').next().expect("a token"))).await;
    look.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_that_answer_a_form_are_open_to_everybody() {
    let world = World::start().await;
    let (browser, rita, event) = super::rita_at_work(&world).await;
    let mut look = Look::new(&browser).await;
    browser.go("/incidents/INC-1/timeline").await;
    browser.press("n").await;
    browser.type_into("#add-event-time", "the day before never").await;
    browser.click("#add-event button[type=submit]").await;
    browser.until("the form comes back", "document.querySelector('#add-event-time-error')").await;
    look.fresh().await;
    look.here("a refused event").await;
    browser.go("/incidents/INC-1/timeline?paste=1").await;
    browser.type_into("#paste-timeline-text", "[2026-03-18 17:04] Asker follows the advice\nno time here").await;
    browser.click("#paste-timeline button[type=submit]").await;
    browser.until("the lines are read", "!document.querySelector('#add-event')").await;
    look.fresh().await;
    look.here("a pasted timeline").await;
    browser.go(&format!("/incidents/INC-1/timeline?edit={event}")).await;
    browser.type_into("#edit-event-body", ", and mine").await;
    rita.ok("PATCH", &format!("/incidents/INC-1/events/{event}"), json!({ "body": "theirs\non two lines" })).await;
    browser.click("#edit-event button[type=submit]").await;
    browser.says("Somebody changed this while you were editing").await;
    look.fresh().await;
    look.here("a conflict").await;
    // What was typed is not saved yet, and Rita is here.
    browser.go("/incidents/INC-1/gaps").await;
    browser.says("You typed this on").await;
    browser.says("Here now").await;
    look.fresh().await;
    look.here("what was not saved").await;
    look.done();
}
