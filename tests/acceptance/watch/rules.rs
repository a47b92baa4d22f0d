//! How rules are set, and what they would have said.

use acceptance::World;
use domain::access::Role;
use serde_json::{Value, json};

use super::Watched;

#[tokio::test]
async fn an_admin_sets_a_rule_and_a_wrong_name_is_refused_beside_its_field() {
    let world = World::start().await;
    let (ada, rita) = (world.person("Ada", Role::Admin).await, world.person("Rita", Role::Responder).await);
    let watched = Watched::by(world.program("Root", Role::Admin, None).await, &world).await;
    let page = ada.get("/watch/rules").await;
    assert_eq!(page.html.matches("<form method=\"post\" action=\"/rules/").count(), 10, "each rule has its form");
    rita.get("/watch/rules").await.says("Burst of destructive acts").says("Try it");
    assert!(!rita.get("/watch/rules").await.html.contains("action=\"/rules/"), "only admins set rules");

    let fields = [("count:n", "3"), ("level", "note"), ("agents_except:l", "nobody, thread-agent")];
    let refused = ada.submit(&page, "rule-form-burst", &fields).await;
    refused.has_status(422).says("There is no “nobody” in the registry");
    assert_eq!(refused.form("rule-form-burst").value("agents_except:l"), "nobody, thread-agent");
    assert_eq!(refused.form("rule-form-burst").value("count:n"), "3");
    let fields = [("count:n", "3"), ("level", "note"), ("agents_except:l", "Thread-Agent"), ("sources:l", "forum")];
    let done = ada.submit(&page, "rule-form-burst", &fields).await;
    done.has_status(200).says("3 acts within ").says("only Forum").says("all, except thread-agent");
    let stored = watched.admin().ok("GET", "/rules/burst", Value::Null).await;
    assert_eq!((&stored["agents_except"], &stored["sources"]), (&json!([watched.agent]), &json!([watched.sender.id])));

    let on = [("on:b", "true")];
    let refused = ada.submit(&page, "rule-form-unlabelled_output", &on).await;
    refused.has_status(422).says("Say where output needs a label");
}

/// What a trial says of rows: the agent, the resource, and how many alerts and acts.
fn told(trial: &Value) -> Vec<(String, u64, u64)> {
    let row = |row: &Value| {
        let name =
            format!("{} {}", row["name"].as_str().unwrap_or_default(), row["resource"].as_str().unwrap_or_default());
        (name, row["alerts"].as_u64().unwrap_or_default(), row["acts"].as_u64().unwrap_or_default())
    };
    let mut rows: Vec<_> = trial["items"].as_array().expect("rows").iter().map(row).collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn a_trial_says_what_was_said_live_and_changes_nothing() {
    let world = World::start().await;
    let vera = world.person("Vera", Role::Viewer).await;
    let watched = Watched::by(world.program("Root", Role::Admin, None).await, &world).await;
    watched.act("app-forum", "post", &["forum/a", "forum/a", "forum/b"]).await;
    watched.act("app-forum", "read", &["forum/a"]).await;
    watched.act("stranger", "delete", &["forum/a", "forum/b"]).await;
    let alerts = watched.alerts(6).await;
    let live = |rule: &str| {
        let of = alerts.iter().filter(|alert| alert["rule"] == rule);
        let mut rows: Vec<_> = of
            .map(|alert| {
                let name = format!(
                    "{} {}",
                    alert["name"].as_str().unwrap_or_default(),
                    alert["resource"].as_str().unwrap_or_default()
                );
                (name, 1, alert["count"].as_u64().unwrap_or_default())
            })
            .collect();
        rows.sort();
        rows
    };
    for rule in ["out_of_scope", "unknown_agent", "destructive_unconfirmed"] {
        let trial = watched.admin().ok("GET", &format!("/rules/{rule}/trial?days=1"), Value::Null).await;
        assert_eq!(told(&trial), live(rule), "{rule}: {trial:#}");
        assert_eq!((&trial["stopped"], &trial["read"]["records"]), (&Value::Null, &json!(6)));
    }
    // Sealed or not, it is the same.
    let began = std::time::Instant::now();
    loop {
        let health = watched.sender.health().await;
        if health["segments"].as_u64() > Some(0) {
            break;
        }
        assert!(began.elapsed() < super::SOON, "nothing is sealed: {health}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let trial = watched.admin().ok("GET", "/rules/out_of_scope/trial", Value::Null).await;
    assert_eq!(told(&trial), live("out_of_scope"));
    assert!(trial["read"]["segments"].as_u64() > Some(0), "{trial:#}");
    // A rule that is off, set otherwise for the trial.
    let trial = watched.admin().ok("GET", "/rules/burst/trial?days=1&count=2&seconds=60", Value::Null).await;
    assert_eq!((trial["alerts"].as_u64(), trial["acts"].as_u64()), (Some(1), Some(1)), "{trial:#}");
    assert_eq!(watched.alerts(6).await.len(), 6, "a trial raises nothing");

    let page = vera.get("/watch/rules/out_of_scope/trial?days=30").await;
    page.says("It would have raised 2 alerts for 3 acts.").says("forum/b").says("Read 6 records of 1 source");
    let refused = vera.get("/watch/rules/out_of_scope/trial?days=400").await;
    refused.says("Give a number of days from 1 to 90.");
    assert!(refused.html.contains("value=\"400\""), "what was typed stays");
    vera.get("/watch/rules/burst/trial?days=1&agents=nobody").await.says("There is no “nobody” in the registry");
    vera.get("/watch/rules/source_silent/trial?days=1").await.says("This rule judges silence and no records");
    assert_eq!(vera.get("/watch/rules/no_rule/trial").await.status, 404);
    for query in ["days=0", "days=x", "count=x", "color=red"] {
        let (status, _) = watched.admin().call("GET", &format!("/rules/burst/trial?{query}"), Value::Null).await;
        assert!((400..500).contains(&status), "{query}: {status}");
    }
}
