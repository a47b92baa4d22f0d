//! How an agent was stopped, on its page.

use acceptance::World;
use domain::access::Role;
use serde_json::{Value, json};

use super::{Watched, id};

#[tokio::test]
async fn an_agent_is_stopped_by_hand_and_restored_by_somebody_else() {
    let world = World::start().await;
    let (rita, grace) = (world.person("Rita", Role::Responder).await, world.person("Grace", Role::Reviewer).await);
    let vera = world.person("Vera", Role::Viewer).await;
    let watched = Watched::by(world.program("Root", Role::Admin, None).await, &world).await;
    let at = format!("/agents/{}", watched.agent);
    let page = rita.get(&at).await;
    page.says("This agent was never stopped here.").says("No rule suspends this agent").says("That is fine");
    vera.get(&at).await.says_not("Stop it now");
    let refused = rita.submit(&page, "contain", &[("incident", "INC-99"), ("reason", "It posts.")]).await;
    refused.has_status(422).says("There is no incident of that key");
    assert_eq!(refused.form("contain").value("reason"), "It posts.");
    let stopped = rita.submit(&refused, "contain", &[("incident", "")]).await;
    stopped.has_status(200).says("It posts.").says("Asked for by Rita").says("by hand").says("Review due");
    let found = watched.admin().ok("GET", &format!("/containments?agent={}", watched.agent), Value::Null).await;
    let containment = id(&found["items"][0]).to_string();
    assert!(stopped.html.contains(&format!("id=\"containment-{containment}\"")), "the anchor is there");
    rita.get("/watch").await.says("Stopped agents 1").says("thread-agent");

    watched.act("app-forum", "read", &["forum/x"]).await;
    let began = std::time::Instant::now();
    loop {
        let page = grace.get(&at).await;
        if page.text().contains("1 act was seen after the stop.") {
            page.says("Stop-honour latency").says("forum/x").says("not effective");
            break;
        }
        assert!(began.elapsed() < super::SOON, "{}", page.text());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let restore = format!("restore-{containment}");
    let why = [("reason", "Its grants were looked at.")];
    let refused = rita.submit(&rita.get(&at).await, &restore, &why).await;
    refused.says("ask another reviewer");
    assert_eq!(refused.form(&restore).value("reason"), why[0].1);
    let back = grace.submit(&grace.get(&at).await, &restore, &why).await;
    back.has_status(200).says("The agent may act again.").says("Its grants were looked at.");
}

#[tokio::test]
async fn a_critical_agent_waits_for_a_second_person() {
    let world = World::start().await;
    let (rita, grace) = (world.person("Rita", Role::Responder).await, world.person("Grace", Role::Reviewer).await);
    let watched = Watched::by(world.program("Root", Role::Admin, None).await, &world).await;
    let at = format!("/agents/{}", watched.agent);
    watched.admin().ok("PATCH", &at, json!({ "critical": true, "may_be_suspended_by_rules": true })).await;
    let asked = rita.submit(&rita.get(&at).await, "contain", &[("reason", "It posts.")]).await;
    asked.says("Nothing is sent before a second person agrees.").says("a second person has to agree");
    let found = watched.admin().ok("GET", &format!("/containments?agent={}", watched.agent), Value::Null).await;
    let containment = id(&found["items"][0]).to_string();
    let alone = rita.submit(&asked, &format!("approve-{containment}"), &[]).await;
    alone.says("somebody else has to agree");
    let agreed = grace.submit(&grace.get(&at).await, &format!("approve-{containment}"), &[]).await;
    agreed.has_status(200).says("Agreed to by Grace");
    let kept = grace.submit(&agreed, &format!("make-permanent-{containment}"), &[("reason", "It is replaced.")]).await;
    kept.has_status(200).says("The agent stays stopped.");

    let again = json!({ "reason": "Again." });
    watched.admin().ok("POST", &format!("{at}/containments"), again).await;
    let found = watched.admin().ok("GET", &format!("/containments?agent={}", watched.agent), Value::Null).await;
    let second = id(&found["items"][0]).to_string();
    let off = grace.submit(&grace.get(&at).await, &format!("cancel-{second}"), &[("reason", "A mistake.")]).await;
    off.has_status(200).says("It was called off before anything was sent.");
}
