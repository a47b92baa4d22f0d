//! An agent that leaves its grant, in a real browser: from its registration over its log to the gap and its item.

use acceptance::{Browser, World};
use domain::access::Role;
use serde_json::{Value, json};

use super::log::upload;
use crate::story::agents::FORUM;

/// Opens what is folded, so that it can be clicked.
async fn unfold(browser: &Browser) {
    browser.js("document.querySelectorAll('main details').forEach((part) => { part.open = true })").await;
}

/// Chooses a value in a list.
async fn choose(browser: &Browser, list: &str, value: &str) {
    browser.click(&format!("{list} option[value=\"{value}\"]")).await;
}

async fn send(browser: &Browser, form: &str) {
    browser.click(&format!("#{form} button[type=submit]")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_posts_where_it_may_only_read_is_found_out() {
    let world = World::start_frozen("2026-03-01T12:00:00Z").await;
    let user = world.account("Rita", Role::Responder).await;
    let api = world.program_of(&user, None).await;
    let browser = Browser::open(&world).await;
    browser.enter("Rita").await;

    // It is registered, made active, and granted to read the forum.
    browser.go("/agents/new").await;
    unfold(&browser).await;
    for (field, text) in [("name", "Forum answers"), ("identifiers:l", "forum-agent"), ("owner_name", "Community")] {
        browser.type_into(&format!("#register [name=\"{field}\"]"), text).await;
    }
    send(&browser, "register").await;
    browser.until("it has a page", "/^\\/agents\\/[0-9a-f-]{36}$/.test(location.pathname)").await;
    let agent = browser.place().await;
    unfold(&browser).await;
    choose(&browser, "#agent-status [name=status]", "active").await;
    send(&browser, "agent-status").await;
    browser.says("active since").await;
    unfold(&browser).await;
    browser.click("#grant [name=\"verbs[]\"][value=read]").await;
    choose(&browser, "#grant [name=ceiling]", "read").await;
    choose(&browser, "#grant [name=rule]", "none").await;
    browser.type_into("#grant [name=\"resources:l\"]", "forum/**").await;
    browser.type_into("#grant [name=rationale]", "It reads what is asked.").await;
    send(&browser, "grant").await;
    browser.says("read on forum/**").await;

    // Its log is uploaded; what it did is put on the timeline, and a person says which agent it was.
    world.store.clock().advance_seconds(19 * 24 * 3600);
    api.ok("POST", "/incidents", json!({ "title": "The agent answered in public" })).await;
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let item = upload(&browser, "INC-1", folder.path(), "forum.jsonl", FORUM).await;
    browser.go(&format!("/incidents/INC-1/records?evidence={item}")).await;
    unfold(&browser).await;
    send(&browser, "all-events").await;
    browser.until("they are on the timeline", "location.pathname === '/incidents/INC-1/timeline'").await;
    browser.go("/incidents/INC-1/principals").await;
    browser.click("button[aria-label=\"Link to agent Forum answers: forum-agent\"]").await;
    browser.says("Linked to the agent Forum answers").await;

    // Both acts are flagged, with the part that lies outside.
    browser.go("/incidents/INC-1/timeline").await;
    let flagged = browser.js("document.body.innerText.split('outside its grants').length - 1").await;
    assert_eq!(flagged, json!(2));
    browser.go("/incidents/INC-1/gaps?control=authorization").await;
    browser.says("“post” is not among read").await;
    browser.says("payroll/9 is not among forum/**").await;

    // The grant is narrowed in a review.
    browser.go(&format!("{agent}/review")).await;
    unfold(&browser).await;
    browser.click("#review [name=\"grants.0.outcome\"][value=narrowed]").await;
    browser.js("document.querySelector('#review [name=\"grants.0.to.resources:l\"]').value = ''").await;
    browser.type_into("#review [name=\"grants.0.to.resources:l\"]", "forum/questions/*").await;
    browser.type_into("#review [name=\"grants.0.reason\"]", "It needs the questions alone.").await;
    send(&browser, "review").await;
    browser.says("read on forum/questions/*").await;

    // The map shows the post as unconfirmed, and is put into the postmortem.
    browser.go("/incidents/INC-1/confirmations").await;
    browser.says("post, forum").await;
    browser.says("without the yes it needs").await;
    browser.click("form[action$=\"postmortem/confirmations\"] button").await;
    browser.until("it is in the postmortem", "location.pathname === '/incidents/INC-1/postmortem'").await;
    browser.says("What people confirmed").await;
    browser.says("post, forum").await;

    // The gap is suggested, accepted, and gets its item.
    browser.go("/incidents/INC-1/gaps").await;
    browser.says("outside").await;
    browser.go("/incidents/INC-1/gaps?control=authorization").await;
    unfold(&browser).await;
    choose(&browser, "#add-gap [name=state]", "absent").await;
    browser.type_into("#add-gap [name=statement]", "Its grant was for reading.").await;
    send(&browser, "add-gap").await;
    browser.says("Its grant was for reading.").await;
    let gaps = api.ok("GET", "/incidents/INC-1/gaps", Value::Null).await;
    let is_it = |gap: &&Value| gap["control"] == "authorization";
    let gap = gaps["items"].as_array().and_then(|items| items.iter().find(is_it)).expect("it is recorded");
    assert_eq!(gap["events"].as_array().map(Vec::len), Some(2), "{gap}");
    let gap = gap["id"].as_str().expect("an id");
    browser.go(&format!("/incidents/INC-1/remediation?gap={gap}")).await;
    unfold(&browser).await;
    browser.type_into("#add-remediation [name=title]", "Let the forum refuse its posts").await;
    choose(&browser, "#add-remediation [name=kind]", "prevent").await;
    choose(&browser, "#add-remediation [name=enforcement]", "hard").await;
    send(&browser, "add-remediation").await;
    browser.says("Let the forum refuse its posts").await;
    let items = api.ok("GET", "/incidents/INC-1/remediations", Value::Null).await;
    assert_eq!(items["items"][0]["gaps"], json!([gap]), "{items}");
    assert_eq!(browser.log().await, Vec::<String>::new());
    assert!(world.store.verify(None).await.expect("verifies").is_whole());
}
