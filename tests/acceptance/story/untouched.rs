//! Opening a form and saving it as it stands changes nothing, whatever the record holds.

use std::collections::BTreeMap;

use acceptance::form::forms;
use acceptance::{Case, Person, World};
use serde_json::{Value, json};
use store::Actor;

/// Every record of the case file as it stands.
async fn records(world: &World) -> BTreeMap<String, Value> {
    let dossier = world.store.dossier(&Actor::system(), domain::Key(1)).await.expect("the case file");
    let told = |(noun, id, _, deleted, body): (domain::record::Noun, domain::Id, u64, Option<domain::Stamp>, Value)| {
        (format!("{} {id} {}", noun.word(), deleted.is_some()), body)
    };
    dossier.documents().into_iter().map(told).collect()
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
        range("2026-03-18T17:00:00Z", "2026-03-18T17:00:00Z", "hour", "Asia/Kolkata"),
        range("1601-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "second", "UTC"),
        range("2026-03-18T17:00:00.000001Z", "9999-12-31T23:59:59.999999Z", "date", "America/New_York"),
        json!({ "earliest": null, "latest": "2026-03-18T17:00:00Z", "granularity": "month", "zone": "CET" }),
    ]
}

async fn rich(world: &World) -> Case {
    let case = Case::covered(world).await;
    case.written_up().await;
    let odd = "one\n\n  two <redacted> & \"three\"\n\n```\nfour\n```\n<!-- five -->";
    for (place, time) in times().into_iter().enumerate() {
        let event = json!({ "time": time, "kind": "action", "actor": { "kind": "agent", "name": "bot, the \"first\"" }, "body": odd, "verb": "post", "effect": "mutating",
            "resource": format!("a, b {place}"), "outcome": "success", "requested": "no", "authorised": "unknown", "output_mode": "direct", "provenance_label": "none",
            "evidence": [{ "id": case.evidence, "lines": [1, 2] }], "trace": "t-1" });
        case.rita.ok("POST", &case.at("events"), event).await;
        let claim = json!({ "statement": "It began; \"so\" they say.", "field": format!("start {place}"), "value": "Tuesday", "source": "The Paper", "source_kind": "press", "as_of": times()[place], "scope": "all, or some" });
        case.rita.ok("POST", &case.at("claims"), claim).await;
    }
    case.rita.ok("POST", &case.at("factors"), json!({ "statement": odd })).await;
    let gap = json!({ "control": "authorization", "state": "bypassed", "statement": odd, "granted_scope": "a\nb", "tags": ["x y", "z"], "evidence": [case.evidence] });
    let gap = case.rita.ok("POST", &case.at("gaps"), gap).await;
    for due in ["2026-04-01", "2026-04-01 17:00 America/New_York", "2026-10-25T00:30:00.5Z"] {
        let item = json!({ "title": "Gate | writes", "gaps": [gap["id"]], "kind": "prevent", "enforcement": "hard", "owner": "Jane Roe", "due": due, "acceptance_test": odd, "link": "https://tracker.example/1?a=1&b=2" });
        case.rita.ok("POST", &case.at("remediations"), item).await;
    }
    case.rita.ok("PUT", &case.at("sections/summary"), json!({ "body": odd })).await;
    case.rita
        .ok(
            "PATCH",
            &format!("/incidents/{}", case.key),
            json!({ "occurred": "about 3 h ago", "summary": odd, "tags": ["one two", "three"], "systems": ["a/b"] }),
        )
        .await;
    let window = json!({ "start": "2026-10-25 02:30 Europe/Paris", "end": { "earliest": "9999-12-30T00:00:00Z", "latest": "9999-12-31T00:00:00Z", "granularity": "hour", "zone": "UTC" }, "start_evidence": [case.evidence], "end_evidence": [], "clock_skew_seconds": 7 });
    case.rita.ok("PUT", &case.at("exposure/window"), window).await;
    case
}

#[tokio::test]
async fn saving_what_was_not_touched_changes_nothing() {
    let world = World::start().await;
    let case = rich(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let before = records(&world).await;
    let ids: Vec<String> = before.keys().filter_map(|key| key.split(' ').nth(1).map(str::to_string)).collect();
    let mut pages: Vec<String> = [
        "",
        "settings",
        "exposure",
        "gaps",
        "remediation",
        "claims",
        "principals",
        "evidence",
        "postmortem",
        "verdict",
        "severity",
        "timeline",
    ]
    .iter()
    .map(|page| format!("/incidents/{}/{page}", case.key).trim_end_matches('/').to_string())
    .collect();
    for key in before.keys() {
        let (noun, id) = (key.split(' ').next().unwrap_or_default(), key.split(' ').nth(1).unwrap_or_default());
        let page = match noun {
            "event" => "timeline",
            "claim" | "factor" => "claims",
            "gap" => "gaps",
            "remediation" => "remediation",
            "principal" => "principals",
            "evidence" => "evidence",
            "finding" => "verdict",
            _ => continue,
        };
        pages.push(format!("/incidents/{}/{page}?edit={id}", case.key));
    }
    pages.extend(["summary", "impact"].map(|section| format!("/incidents/{}/postmortem?edit={section}", case.key)));
    let mut sent = BTreeMap::new();
    for path in pages {
        let page = rita.get(&path).await;
        if page.status != 200 {
            continue;
        }
        for form in forms(&page.html) {
            let end = form.action.rsplit('/').next().unwrap_or_default().to_string();
            let edits = ids.contains(&end) || form.action == format!("/incidents/{}", case.key) || end == "window";
            if !edits || sent.contains_key(&form.action) {
                continue;
            }
            let action = form.action.clone();
            let answer = rita.send_form(form).await;
            assert_eq!(answer.status, 200, "{path}: {action}: {}", answer.text());
            let after = records(&world).await;
            for (record, body) in &before {
                assert_eq!(after.get(record), Some(body), "{path}: {action} changed {record}");
            }
            assert_eq!(after.len(), before.len(), "{path}: {action} made something");
            sent.insert(action, path.clone());
        }
    }
    for kind in
        ["/events/", "/claims/", "/gaps/", "/factors/", "/remediations/", "/principals/", "/sections/", "/window"]
    {
        assert!(sent.keys().any(|action| action.contains(kind)), "no form of {kind} was tried: {sent:#?}");
    }
}
