//! Trends: how soon incidents were detected, as their readers see it.

use acceptance::{Program, World};
use domain::access::Role;
use serde_json::{Value, json};

/// Files an incident and marks where its impact starts and where it was detected, where times are given.
async fn filed(rita: &Program, title: &str, more: Value, times: Option<(&str, &str)>) -> String {
    let sent = store::merge_patch(&json!({ "title": title }), &more);
    let key = rita.ok("POST", "/incidents", sent).await["key"].as_str().expect("a key").to_string();
    for (mark, time) in times.into_iter().flat_map(|(from, to)| [("impact_start", from), ("detected", to)]) {
        let event = json!({ "time": time, "kind": "note", "actor": { "kind": "human", "name": "Asker" } });
        let event = rita.ok("POST", &format!("/incidents/{key}/events"), event).await["id"].clone();
        rita.ok("PUT", &format!("/incidents/{key}/marks/{mark}"), json!({ "event": event })).await;
    }
    key
}

/// The month of that name in what trends answer.
fn month<'a>(trends: &'a Value, name: &str) -> &'a Value {
    let months = trends["months"].as_array().expect("months");
    months.iter().find(|row| row["month"] == name).unwrap_or_else(|| panic!("no {name} in {trends:#}"))
}

#[tokio::test]
async fn trends_show_what_was_detected_within_the_target_and_what_is_not_known() {
    let world = World::start_frozen("2026-03-20T09:00:00Z").await;
    let vera = world.person("Vera", Role::Viewer).await;
    vera.get("/incidents").await.says("Trends");
    let empty = vera.get("/trends").await;
    empty.has_status(200).says("No incidents yet").says("where the impact starts, and where it was detected");
    let rita = world.program("Rita", Role::Responder, None).await;
    let quick = Some(("2026-03-18T17:00:00Z", "2026-03-18T17:00:30Z"));
    filed(&rita, "Seen at once", json!({ "declared_severity": 2 }), quick).await;
    filed(&rita, "Seen late", json!({}), Some(("2026-03-18T17:00:00Z", "2026-03-18T19:00:00Z"))).await;
    filed(&rita, "Nobody knows", json!({}), None).await;
    filed(&rita, "Somewhen within", json!({}), Some(("2026-02-03T10:00:00Z", "3 February 2026, 10:00–12:00 UTC")))
        .await;
    filed(&rita, "Not for Vera", json!({ "visibility": "private" }), quick).await;
    // By the API.
    let trends = rita.ok("GET", "/trends", Value::Null).await;
    let march = &month(&trends, "2026-03")["all"];
    assert_eq!(march["detection"], json!({ "within": 2, "possibly": 0, "over": 1, "unknown": 1 }), "{march:#}");
    assert_eq!(month(&trends, "2026-02")["all"]["detection"]["possibly"], 1);
    let hers = world.program("Vega", Role::Viewer, None).await.ok("GET", "/trends", Value::Null).await;
    assert_eq!(
        month(&hers, "2026-03")["all"]["detection"],
        json!({ "within": 1, "possibly": 0, "over": 1, "unknown": 1 })
    );
    assert_eq!(
        month(&hers, "2026-03")["all"]["time_to_detect"]["median"],
        json!({ "min": 3_615_000_000_u64, "max": 3_615_000_000_u64 })
    );
    // On the page, and where its numbers lead.
    let page = vera.get("/trends").await;
    page.says("March 2026")
        .says("February 2026")
        .says_not("April 2025")
        .says("1 incident counts in the month of filing");
    for (more, title) in [("within", "Seen at once"), ("over", "Seen late"), ("unknown", "Nobody knows")] {
        let href = format!("/incidents?month=2026-03&detection={more}");
        assert!(page.html.contains(&format!("href=\"{}\"", href.replace('&', "&amp;"))), "{href} in {}", page.html);
        let list = vera.get(&href).await;
        list.has_status(200).says(title);
        assert_eq!(list.html.matches("id=\"incident-").count(), 1, "{href}");
        assert!(list.html.contains(&format!("value=\"{more}\" selected")), "the filter says so: {}", list.html);
    }
    vera.get("/incidents?month=2026-03").await.says_not("Not for Vera");
    // Nothing was drafted by a rule.
    vera.get("/trends?filed_by=rule").await.has_status(200).says("No rule drafted an incident in these months");
    vera.get("/trends?filed_by=people").await.says("March 2026");
    vera.get("/trends?filed_by=nobody").await.has_status(422);
    vera.get("/incidents?month=2026").await.has_status(422);
    // As a table.
    let csv = rita.ask("GET", "/trends/export", &[], Value::Null).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.body.contains("2026-03,UTC,all,4,1,2,0,1,1,3,1,30,30,7200,7200,"), "{}", csv.body);
    let csv = vera.status("/trends/export").await;
    assert_eq!(csv.0, 200);
}
