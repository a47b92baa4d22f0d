//! The list of alerts, and what people do with each.

use acceptance::World;
use domain::access::Role;
use serde_json::{Value, json};

use super::{Watched, id};

#[tokio::test]
async fn the_page_says_whether_anything_is_wrong_and_leads_to_the_first_step() {
    let world = World::start().await;
    let (ada, vera) = (world.person("Ada", Role::Admin).await, world.person("Vera", Role::Viewer).await);
    ada.get("/watch").await.says("Nothing is watched yet").says("Add a source").says("OTEL_EXPORTER_OTLP_ENDPOINT");
    vera.get("/watch").await.says("An admin can add one").says_not("Add a source, then press");
    let watched = Watched::by(world.program("Root", Role::Admin, None).await, &world).await;
    ada.get("/watch").await.says("No alert is open, but no source is live: nobody would see an act.");
    watched.act("app-forum", "read", &["forum/thread-1"]).await;
    ada.get("/watch").await.says("No alert is open. 1 source is live.").says("The rules have said nothing yet.");
    watched.act("app-forum", "post", &["forum/thread-9"]).await;
    watched.alerts(1).await;
    let page = ada.get("/watch").await;
    page.says("1 open alert.").says("Act beyond its grants").says("thread-agent").says("forum/thread-9");
    page.says("no alert decided yet").says("Watch 1");
    assert!(page.html.contains(&format!("/agents/{}", watched.agent)), "the agent is linked");
    vera.get("/watch").await.says("forum/thread-9").says_not("Acknowledge");
}

#[tokio::test]
async fn people_say_what_becomes_of_an_alert_and_what_they_typed_comes_back() {
    let world = World::start().await;
    let rita = world.person("Rita", Role::Responder).await;
    let watched = Watched::by(world.program("Root", Role::Admin, None).await, &world).await;
    watched.act("app-forum", "post", &["forum/a", "forum/b", "forum/c"]).await;
    let alerts = watched.alerts(3).await;
    let [a, b, c] = ["forum/a", "forum/b", "forum/c"].map(|resource| {
        let alert = alerts.iter().find(|alert| alert["resource"] == resource);
        id(alert.expect("the alert")).to_string()
    });
    let form = |act: &str, alert: &str| format!("{act}-{alert}");

    let done = rita.submit(&rita.get("/watch").await, &form("acknowledge", &a), &[]).await;
    done.has_status(200).says("Acknowledged by Rita").says("2 open alerts");
    assert_eq!(done.path, "/watch");

    // Refused beside the field, with what was typed.
    let fields = [("reason", "The migration of March."), ("until", "2020-01-01")];
    let page = rita.submit(&rita.get("/watch").await, &form("mute", &b), &fields).await;
    page.has_status(422).says("This time has passed: choose one that is to come.");
    assert_eq!(page.form(&form("mute", &b)).value("reason"), "The migration of March.");
    assert_eq!(page.form(&form("mute", &b)).value("until"), "2020-01-01");
    let done = rita.submit(&rita.get("/watch").await, &form("mute", &b), &fields[..1]).await;
    done.has_status(200).says("Muted until").says("The migration of March.");

    let page = rita.submit(&rita.get("/watch").await, &form("false-alarm", &c), &[]).await;
    page.has_status(422).says("Say why the act was as it should be");
    let why = [("reason", "It was asked to.")];
    rita.submit(&page, &form("false-alarm", &c), &why).await.has_status(200).says("right 0 % of 1 decided alert");
    let why = [("reason", "Its grants were narrowed.")];
    rita.submit(&rita.get("/watch").await, &form("close", &a), &why).await.says("right 50 % of 2 decided alerts");

    let page = rita.submit(&rita.get("/watch").await, &form("assign", &a), &[("assignee", "Nobody Known")]).await;
    page.has_status(422).says("Nobody here is called “Nobody Known”");
    rita.submit(&page, &form("assign", &a), &[("assignee", "rita@example.org")]).await.says("assigned to Rita");
    rita.submit(&rita.get("/watch").await, &form("reopen", &a), &[]).await.says("1 open alert");

    let page = rita.get(&format!("/watch/alerts/{a}")).await;
    page.says("Acknowledged by Rita")
        .says("Closed by Rita")
        .says("Its grants were narrowed.")
        .says("Opened again by Rita");
    page.says("First records").says("line 1").says("post");
    let stays = rita.submit(&page, &form("acknowledge", &a), &[]).await;
    assert_eq!(stays.path, format!("/watch/alerts/{a}"), "who acts on its page stays there");
    assert_eq!(rita.get("/watch/alerts/nowhere").await.status, 404);
}

#[tokio::test]
async fn the_list_is_filtered_and_goes_on_page_by_page() {
    let world = World::start().await;
    let rita = world.person("Rita", Role::Responder).await;
    let watched = Watched::by(world.program("Root", Role::Admin, None).await, &world).await;
    let resources: Vec<String> = (0..60).map(|number| format!("forum/t-{number:02}")).collect();
    let resources: Vec<&str> = resources.iter().map(String::as_str).collect();
    watched.act("app-forum", "post", &resources).await;
    let alerts = watched.alerts(60).await;
    for alert in &alerts[..20] {
        watched.admin().ok("POST", &format!("/alerts/{}/close", id(alert)), json!({ "reason": "done" })).await;
    }
    watched.act("stranger", "post", &["forum/t-00"]).await;
    watched.alerts(61).await;
    let rows = |html: &str| html.matches("class=\"alert\"").count();
    let first = rita.get("/watch").await;
    assert_eq!(rows(&first.html), 50);
    let open = first.html.matches(">open<").count();
    assert!(open >= 41, "those that are open come first: {open}");
    let next = first.html.split("href=\"/watch?cursor=").nth(1).and_then(|rest| rest.split('#').next());
    let next = rita.get(&format!("/watch?cursor={}", next.expect("another page"))).await;
    assert_eq!(rows(&next.html), 11);
    for (query, count) in [
        ("state=closed", 20),
        ("rule=unknown_agent", 1),
        ("agent=stranger", 1),
        ("agent=thread-agent&state=open", 40),
        ("level=critical", 0),
        ("source=nowhere", 0),
    ] {
        assert_eq!(rows(&rita.get(&format!("/watch?{query}")).await.html), count, "{query}");
    }
    rita.get("/watch?level=critical").await.says("No alert matches.");
    assert_eq!(rita.get("/watch?state=lost").await.status, 422);
    let incident = rita.get("/watch?incident=INC-99").await;
    incident.says("No alert matches.");
}

#[tokio::test]
async fn the_form_of_a_source_names_its_agents() {
    let world = World::start().await;
    let ada = world.person("Ada", Role::Admin).await;
    let watched = Watched::by(world.program("Root", Role::Admin, None).await, &world).await;
    let other = json!({ "name": "other, the second", "identifiers": ["x-1"], "owner_name": "Olga" });
    let other = watched.admin().ok("POST", "/agents", other).await;
    let at = format!("/watch/sources/{}", watched.sender.id);
    let page = ada.get(&at).await;
    assert_eq!(page.form("edit-source").value("agents:l"), "thread-agent", "by its name");
    let refused = ada.submit(&page, "edit-source", &[("agents:l", "thread-agent, nobody")]).await;
    refused.has_status(422).says("There is no “nobody” in the registry");
    assert_eq!(refused.form("edit-source").value("agents:l"), "thread-agent, nobody");
    let both = format!("\"OTHER, the second\", {}", watched.agent);
    ada.submit(&page, "edit-source", &[("agents:l", &both)]).await.has_status(200).says("other, the second");
    let stored = watched.admin().ok("GET", &format!("/sources/{}", watched.sender.id), Value::Null).await;
    let mut ids = vec![watched.agent.as_str(), id(&other)];
    ids.sort_unstable();
    assert_eq!(stored["agents"], json!(ids));
    // One that was merged stands for the one that stays.
    let into = json!({ "into": watched.agent });
    watched.admin().ok("POST", &format!("/agents/{}/merge", id(&other)), into).await;
    ada.submit(&ada.get(&at).await, "edit-source", &[]).await.has_status(200);
    let stored = watched.admin().ok("GET", &format!("/sources/{}", watched.sender.id), Value::Null).await;
    assert_eq!(stored["agents"], json!([watched.agent]));
}
