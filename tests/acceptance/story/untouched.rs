//! Opening a form and saving it as it stands changes nothing, whatever the records hold.
//!
//! The forms are found by walking over the pages, and those that edit by what they are: so a new form is tried without
//! being named here, and a command that edits and has no form that was tried fails the test.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::form::{Form, forms};
use acceptance::{Case, Person, Program, World};
use domain::access::Role;
use serde_json::{Value, json};
use server::command::{Method, Route, routes};
use server::form::form_path;
use store::Actor;

/// Commands that edit and have no form to fill in, each with what people have instead.
const WITHOUT_FORM: [(&str, &str); 7] = [
    ("/agents/{id}/comments/{comment}", "a comment is resolved on the page, and edited by programs"),
    ("/agents/{id}/status", "its form asks for another status than the one it has"),
    ("/incidents/{key}/marks/{mark}", "the form sets one of many marks, and shows none that is set"),
    ("/incidents/{key}/exposure", "the page has a form for each of its parts"),
    ("/incidents/{key}/comments/{id}", "a comment is resolved or deleted on the page, and edited by programs"),
    ("/incidents/{key}/wording", "each decision is a button"),
    ("/account/password", "a password is never shown, so that its fields are always empty"),
];

/// Pages of an incident that are walked to; what is below records of logs, the history and revisions has no edits.
fn is_walked(path: &str, base: &str) -> bool {
    let Some(below) = path.strip_prefix(base) else { return false };
    let (below, query) = below.split_once('?').unwrap_or((below, ""));
    let opens =
        |pair: &str| ["edit", "coverage", "resource", "path"].contains(&pair.split('=').next().unwrap_or_default());
    let plain = query.is_empty() || query.split('&').all(opens);
    let closed = ["/export", "/live", "/content", "/history", "/revisions", "/records", "/reading"];
    plain && (below.is_empty() || below.starts_with('/')) && !closed.iter().any(|part| below.contains(part))
}

/// The addresses a page links to, without what is behind `#`.
fn links(html: &str) -> impl Iterator<Item = String> + '_ {
    let hrefs = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.map(|href| acceptance::form::unescape(href.split('#').next().unwrap_or(href)))
}

/// The command that a form posts to.
fn route_of(action: &str) -> Option<&'static Route> {
    let action = action.split('?').next().unwrap_or(action);
    let fits = |route: &&Route| {
        let path = form_path(route);
        let (mut parts, mut steps) = (path.split('/'), action.split('/'));
        let all = parts.by_ref().zip(steps.by_ref()).all(|(part, step)| part.starts_with('{') || part == step);
        all && path.split('/').count() == action.split('/').count()
    };
    // A path that is spelt out comes before one with a placeholder at its end.
    let known = routes().iter().filter(|route| route.method != Method::Get).filter(fits);
    known.min_by_key(|route| route.path.matches('{').count())
}

/// Whether a form changes something that is there, and shows it.
fn is_edit(form: &Form) -> bool {
    let route = route_of(&form.action);
    let replaces = route.is_some_and(|route| matches!(route.method, Method::Put | Method::Patch));
    let excused = route.is_some_and(|route| WITHOUT_FORM.iter().any(|(path, _)| *path == route.path));
    form.asks() && !form.names_new() && !excused && (form.edits() || replaces)
}

/// Times that people cannot type, or type in ways of their own.
fn times() -> Vec<Value> {
    let range = |first: &str, last: &str, granularity: &str, zone: &str| json!({ "earliest": first, "latest": last, "granularity": granularity, "zone": zone });
    vec![
        json!("2026-10-25 02:30 Europe/Paris"),
        json!("about 3 h ago"),
        json!("about 2026-03-19 00:02 UTC"),
        json!("March 2026"),
        json!("before 2026-03-18"),
        json!("unknown"),
        json!("16–19 March 2026 Asia/Kathmandu"),
        range("2026-03-18T17:00:00Z", "2026-03-18T17:00:00Z", "hour", "Asia/Kolkata"),
        range("1601-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "second", "UTC"),
        range("2026-03-18T17:00:00.000001Z", "9999-12-31T23:59:59.999999Z", "date", "America/New_York"),
        range("1883-11-18T16:56:02Z", "1883-11-18T17:00:00Z", "second", "America/New_York"),
        range("2026-04-04T14:59:00Z", "2026-04-04T15:31:00Z", "minute", "Australia/Lord_Howe"),
        json!({ "earliest": null, "latest": "2026-03-18T17:00:00Z", "granularity": "month", "zone": "CET" }),
    ]
}

/// A case file with a record of every noun, and in each what is hard to show in a form.
async fn rich(world: &World) -> Case {
    let case = Case::covered(world).await;
    case.written_up().await;
    let odd = "one\n\n  two <redacted> & \"three\"\n\n```\nfour\n```\n<!-- five -->";
    let line = "one \"two\"\nthree & <four>";
    for (place, time) in times().into_iter().enumerate() {
        let event = json!({ "time": time, "kind": "action", "actor": { "kind": "agent", "name": "bot, the \"first\"" }, "body": odd, "verb": "post", "effect": "mutating",
            "resource": format!("a, b {place}\n{line}"), "outcome": "success", "requested": "no", "authorised": "unknown", "output_mode": "direct", "provenance_label": "none",
            "evidence": [{ "id": case.evidence, "lines": [1, 2] }, { "id": case.evidence, "record": 2 }], "trace": "t-1\nt-2", "ticket": line, "on_behalf_of": { "kind": "human", "name": "Ann" } });
        case.rita.ok("POST", &case.at("events"), event).await;
        let claim = json!({ "statement": "It began; \"so\" they say.", "field": format!("start {place}"), "value": format!("Tuesday\n{place}"), "source": "The Paper", "source_kind": "press", "as_of": time, "scope": line });
        case.rita.ok("POST", &case.at("claims"), claim).await;
    }
    case.rita.ok("POST", &case.at("factors"), json!({ "statement": odd })).await;
    let decision = json!({ "time": "about 3 h ago", "statement": odd, "decided_by": line, "grounds": odd });
    case.rita.ok("POST", &case.at("decisions"), decision).await;
    let gap = json!({ "control": "authorization", "state": "bypassed", "statement": odd, "granted_scope": "a\nb", "tags": ["x y", "z"], "evidence": [case.evidence] });
    let gap = case.rita.ok("POST", &case.at("gaps"), gap).await;
    let far = "9999-12-31T23:59:59Z";
    let far = json!({ "earliest": far, "latest": far, "granularity": "second", "zone": "UTC" });
    for due in
        [json!("2026-04-01"), json!("2026-04-01 17:00 America/New_York"), json!("2026-10-25T00:30:00.5Z"), far.clone()]
    {
        let item = json!({ "title": "Gate | writes", "gaps": [gap["id"]], "kind": "prevent", "enforcement": "hard", "owner": line, "due": due, "acceptance_test": odd, "completion": odd, "link": "https://tracker.example/1?a=1&b=2", "evidence": [case.evidence] });
        case.rita.ok("POST", &case.at("remediations"), item).await;
    }
    let principal = json!({ "kind": "agent", "name": "bot \"two\"", "part": line, "owner": line, "model": line, "agent_version": line, "framework": line, "private": true, "default_on_unconfirmable": "proceed",
        "grants": [{ "scope": line, "task": line, "rationale": line, "approver": line, "granted_at": line, "expires_at": line, "last_review": line, "review_interval": line }] });
    case.rita.ok("POST", &case.at("principals"), principal).await;
    case.rita.ok("PUT", &case.at("sections/summary"), json!({ "body": odd })).await;
    let finding = json!({ "summary": odd, "facet": "access", "class": "unknown", "confidence": "suspected", "role": "effect", "evidence": [case.evidence] });
    case.grace.ok("POST", &case.at("findings"), finding).await;
    let head = json!({ "occurred": "about 3 h ago", "summary": odd, "tags": ["one two", "three"], "systems": ["a/b"], "declared_severity": 2 });
    case.rita.ok("PATCH", &format!("/incidents/{}", case.key), head).await;
    let window = json!({ "start": "2026-10-25 02:30 Europe/Paris", "end": { "earliest": "9999-12-30T00:00:00Z", "latest": "9999-12-31T00:00:00Z", "granularity": "hour", "zone": "UTC" }, "start_evidence": [case.evidence], "end_evidence": [], "clock_skew_seconds": 7 });
    case.rita.ok("PUT", &case.at("exposure/window"), window).await;
    let began = json!({ "earliest": "1601-01-01T00:00:00Z", "latest": "1601-01-01T00:00:00Z", "granularity": "second", "zone": "UTC" });
    let gaps = json!([{ "from": "2026-03-18T17:00:00.000001Z", "to": "2026-03-18T18:00:00Z", "reason": line }]);
    let coverage = json!({ "resource": "repo-a", "path": "ui", "from": began, "to": far, "mode": "all", "completeness": "none", "gaps": gaps, "note": odd });
    case.rita.ok("POST", &case.at(&format!("evidence/{}/coverage", case.evidence)), coverage).await;
    let path = json!({ "id": "ui", "op": "read", "channel": "ui", "status": "impossible", "justification": odd });
    case.rita.ok("POST", &case.at("exposure/resources/repo-a/paths"), path).await;
    let item = json!({ "name": "gateway.jsonl", "source": line, "collector": line });
    case.rita.ok("PATCH", &case.at(&format!("evidence/{}", case.evidence)), item).await;
    case
}

/// The case file's version and its records, and the number of lines in the instance's log.
async fn state(world: &World, key: &str) -> (u64, BTreeMap<String, Value>) {
    let key = domain::Key::parse(key).expect("a key");
    let dossier = world.store.dossier(&Actor::system(), key).await.expect("the case file");
    let told = |(noun, id, _, _, body): (domain::casefile::Noun, domain::Id, u64, Option<domain::Stamp>, Value)| {
        (format!("{} {id}", noun.word()), body)
    };
    (dossier.version, dossier.documents().into_iter().map(told).collect())
}

/// Walks over an incident's pages and saves every edit as it stands; notes the commands that were tried and what went wrong.
async fn walk(world: &World, who: &Person, key: &str, tried: &mut BTreeSet<&'static str>, wrong: &mut Vec<String>) {
    let base = format!("/incidents/{key}");
    let (mut before, mut records) = state(world, key).await;
    let mut pages = vec![base.clone()];
    let mut known: BTreeSet<String> = pages.iter().cloned().collect();
    let mut sent = BTreeSet::new();
    while let Some(path) = pages.pop() {
        let page = who.get(&path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        pages.extend(links(&page.html).filter(|link| is_walked(link, &base) && known.insert(link.clone())));
        for form in forms(&page.html).into_iter().filter(is_edit) {
            if !sent.insert((form.id.clone(), form.action.clone())) {
                continue;
            }
            let (id, action) = (form.id.clone(), form.action.clone());
            tried.extend(route_of(&action).map(|route| route.path));
            let answer = who.send_form(form).await;
            if answer.status != 200 {
                wrong.push(format!("{path}: {id} is refused: {}", answer.text()));
            }
            let (after, now) = state(world, key).await;
            if after != before {
                let changed = now.iter().filter(|(name, body)| records.get(*name) != Some(body));
                let changed: Vec<String> =
                    changed.map(|(name, body)| difference(name, records.get(name), body)).collect();
                wrong.push(format!("{path}: {id} to {action} changed {changed:#?}"));
                (before, records) = (after, now);
            }
        }
    }
    assert!(known.len() < 1_000, "the pages of {key} do not end");
}

/// The fields of a record that are no longer what they were.
fn difference(name: &str, before: Option<&Value>, after: &Value) -> String {
    let (Some(Value::Object(before)), Value::Object(after)) = (before, after) else { return format!("{name}: new") };
    let fields = after.iter().filter(|(field, value)| before.get(*field) != Some(value));
    let fields =
        fields.map(|(field, value)| format!("{field}: {} -> {value}", before.get(field).unwrap_or(&Value::Null)));
    format!("{name}: {}", fields.collect::<Vec<_>>().join(", "))
}

/// Agents of the registry, registered with what people rarely write: what saving their forms untouched changed.
async fn agents(world: &World, ada: &Person) -> Vec<String> {
    let program = world.program("Otto", Role::Responder, None).await;
    let mut wrong = Vec::new();
    for (number, drill) in
        [Value::Null, json!("2026-02-01"), json!("2026-02-01 17:05 Asia/Kathmandu")].into_iter().enumerate()
    {
        let agent = json!({ "name": format!("agent {number}"), "identifiers": [format!("bot-{number}-*"), format!("id {number}")],
            "owner_name": "Somebody at\tthe vendor", "purpose": "Two lines\n\n- *of* Markdown\n", "model": "m<4>",
            "default_on_unconfirmable": "proceed", "stop": { "place": "a & b", "who": "", "last_drill": drill },
            "critical": number == 1, "review_days": (number > 0).then_some(45) });
        let before = program.ok("POST", "/agents", agent).await;
        let at = format!("/agents/{}", before["id"].as_str().expect("an id"));
        ada.send_form(ada.get(&at).await.form("edit-agent")).await.has_status(200);
        let after = program.ok("GET", &at, Value::Null).await;
        if after != before {
            wrong.push(difference(&at, Some(&before), &after));
        }
    }
    wrong
}

/// A source with all that can be said of one: what saving its form untouched changed.
async fn source(program: &Program, ada: &Person, agents: &[String]) -> Vec<String> {
    let said = json!({ "name": "CI", "format": "jsonl", "agents": agents, "resources": ["forum/*", "a, b"], "agents_only": true,
        "heartbeat_seconds": 600, "retention_days": 30, "seal_seconds": 45 });
    let made = program.ok("POST", "/sources", said).await;
    let id = made["id"].as_str().expect("an id");
    let at = format!("/sources/{id}");
    let before = program.ok("GET", &at, Value::Null).await;
    ada.send_form(ada.get(&format!("/watch/sources/{id}")).await.form("edit-source")).await.has_status(200);
    let after = program.ok("GET", &at, Value::Null).await;
    if after == before { Vec::new() } else { vec![difference(&at, Some(&before), &after)] }
}

/// Agents whose names are hard to list.
async fn listed(program: &Program) -> Vec<String> {
    let mut ids = Vec::new();
    for name in ["bot, the \"first\"", "\"quoted\"", "plain"] {
        let made = program.ok("POST", "/agents", json!({ "name": name, "owner_name": "Olga" })).await;
        ids.push(made["id"].as_str().expect("an id").to_string());
    }
    ids
}

/// Rules set otherwise than by default: what saving their forms untouched changed.
async fn rules(program: &Program, ada: &Person, agents: &[String]) -> Vec<String> {
    let closed = program.ok("POST", "/sources", json!({ "name": "Old" })).await;
    let closed = closed["id"].as_str().expect("an id").to_string();
    program.ok("DELETE", &format!("/sources/{closed}"), Value::Null).await;
    let open = program.ok("POST", "/sources", json!({ "name": "Old" })).await;
    let mut wrong = Vec::new();
    let list = program.ok("GET", "/rules", Value::Null).await;
    for (place, rule) in list["items"].as_array().expect("the rules").iter().enumerate() {
        let kind = rule["kind"].as_str().expect("a rule");
        let at = format!("/rules/{kind}");
        let set = json!({ "on": place % 2 == 0, "level": "note", "response": "note", "sources": [closed, open["id"]], "agents_except": agents,
            "count": 7, "seconds": 11, "window_seconds": 13, "resources": ["forum/*", "a, b/**"], "labels": ["by a \"bot\"", "x, y"] });
        let before = program.ok("PATCH", &at, set).await;
        ada.send_form(ada.get("/watch/rules").await.form(&format!("rule-form-{kind}"))).await.has_status(200);
        let after = program.ok("GET", &at, Value::Null).await;
        if after != before {
            wrong.push(difference(&at, Some(&before), &after));
        }
    }
    wrong
}

/// A stop with all that can be said of one: what saving its form untouched changed.
async fn stop(program: &Program, ada: &Person, agents: &[String]) -> Vec<String> {
    let mut wrong = Vec::new();
    let headers: Vec<Value> =
        (0..4).map(|place| json!({ "name": format!("x-{place}"), "value": " a \"b\" & <c>" })).collect();
    for said in [
        json!({ "name": "One \"stop\"", "kind": "http", "method": "DELETE", "url": "https://stop.example.org/{{agent.identifier}}?a=1&b=2",
            "headers": headers, "template": "{\n  \"who\": \"{{agent.name}}\"\n}", "agents": agents, "quiet_seconds": 7, "undone_by": "By hand & <care>." }),
        json!({ "name": "Two", "url": "https://stop.example.org", "secret": "INQUEST_SECRET_STOP", "is_dry_run": true }),
    ] {
        let before = program.ok("POST", "/stops", said).await;
        let at = format!("/stops/{}", before["id"].as_str().expect("an id"));
        ada.send_form(ada.get(&format!("/watch{at}")).await.form("edit-stop")).await.has_status(200);
        let after = program.ok("GET", &at, Value::Null).await;
        if after != before {
            wrong.push(difference(&at, Some(&before), &after));
        }
    }
    wrong
}

/// Who is told of alerts: what saving its form untouched changed.
async fn notices(program: &Program, ada: &Person) -> Vec<String> {
    let set = json!({ "level": "critical", "people": ["ada@example.org"], "per_hour": 7,
        "webhook_url": "https://stop.example.org/a?b=1&c=2", "webhook_secret": "INQUEST_SECRET_STOP" });
    let before = program.ok("PATCH", "/notices", set).await;
    ada.send_form(ada.get("/watch/notices").await.form("notices")).await.has_status(200);
    let after = program.ok("GET", "/notices", Value::Null).await;
    if after == before { Vec::new() } else { vec![difference("/notices", Some(&before), &after)] }
}

#[tokio::test]
async fn saving_what_was_not_touched_changes_nothing() {
    let world = World::start_stopping("stop.example.org").await;
    let case = rich(&world).await;
    server::library::load(&world.store).await.expect("the library loads");
    world.account("Ada", Role::Admin).await;
    let ada = Person::sign_in(&world.url, "ada@example.org").await;
    let (mut tried, mut wrong) = (BTreeSet::new(), Vec::new());
    let examples = (2..=6).map(|number| format!("INC-{number}"));
    for key in std::iter::once(case.key.clone()).chain(examples) {
        walk(&world, &ada, &key, &mut tried, &mut wrong).await;
    }
    let account = || async { json!(world.store.user_by_email("ada@example.org").await.expect("an account")) };
    let before = account().await;
    let form = ada.get("/account").await.form("account");
    tried.insert("/account");
    ada.send_form(form).await.has_status(200);
    assert_eq!(account().await, before);
    wrong.extend(agents(&world, &ada).await);
    tried.insert("/agents/{id}");
    let program = world.program("Root", Role::Admin, None).await;
    let listed = listed(&program).await;
    wrong.extend(source(&program, &ada, &listed).await);
    wrong.extend(rules(&program, &ada, &listed).await);
    wrong.extend(stop(&program, &ada, &listed).await);
    wrong.extend(notices(&program, &ada).await);
    tried.extend(["/sources/{id}", "/rules/{kind}", "/stops/{id}", "/notices"]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for route in routes().iter().filter(|route| matches!(route.method, Method::Put | Method::Patch)) {
        let excused = WITHOUT_FORM.iter().any(|(path, _)| *path == route.path);
        assert_ne!(
            tried.contains(route.path),
            excused,
            "{}: its form has to be on a page of the rich case file of this test, or WITHOUT_FORM says why there is none (tried: {tried:#?})",
            route.path
        );
    }
}
