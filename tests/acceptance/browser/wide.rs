//! What is wider than the screen or the paper: names without a blank, and tables of many columns.

use acceptance::{Browser, Case, World};
use domain::access::Role;
use serde_json::json;

/// What logs call an agent, and what people paste.
const NAME: &str = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/agent";
const ADDRESS: &str = "https://intranet.example.org/wiki/display/OPS/Runbook+for+nightly+cleanup?pageId=123456789&focusedCommentId=9876543210";

/// What reaches over the right edge, unless something around it scrolls.
const OVER_THE_EDGE: &str = r#"[...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.right <= innerWidth + 1) return false;
    for (let around = element.parentElement; around; around = around.parentElement)
      if (getComputedStyle(around).overflowX !== "visible") return false;
    return true;
  }).slice(0, 3).map((element) => element.outerHTML.slice(0, 120))"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_without_a_blank_fit_on_a_phone() {
    let world = World::start().await;
    let case = Case::exposed(&world).await;
    let rita = &case.rita;
    rita.ok(
        "PATCH",
        &format!("/incidents/{}", case.key),
        json!({ "title": format!("Agent opened {ADDRESS}"), "tags": ["t".repeat(60)] }),
    )
    .await;
    let body = format!(
        "{ADDRESS} `{NAME}`\n\n# {NAME}\n\n| a | b |\n|---|---|\n| {NAME} | {ADDRESS} |\n\n```\n{NAME}{NAME}\n```"
    );
    let event = json!({ "time": "2026-03-18T17:04:00Z", "kind": "action", "actor": { "kind": "agent", "name": NAME }, "resource": ADDRESS, "body": body });
    let event = rita.ok("POST", &case.at("events"), event).await["id"].as_str().expect("an id").to_string();
    rita.ok("PUT", &case.at("sections/summary"), json!({ "body": body })).await;
    let claim =
        json!({ "statement": ADDRESS, "source": NAME, "source_kind": "official", "field": NAME, "value": NAME });
    rita.ok("POST", &case.at("claims"), claim).await;
    let gap = json!({ "control": "authorization", "state": "absent", "enforcement": "soft", "statement": ADDRESS });
    rita.ok("POST", &case.at("gaps"), gap).await;
    let item = json!({ "title": ADDRESS, "kind": "prevent", "owner": NAME, "enforcement": "hard" });
    rita.ok("POST", &case.at("remediations"), item).await;
    rita.ok("POST", &case.at("comments"), json!({ "about": format!("event/{event}"), "body": ADDRESS })).await;
    rita.upload(
        &case.key,
        &format!("{}.json", NAME.replace([':', '/'], "_")),
        format!("{{\"actor\":\"{NAME}\"}}\n").into_bytes(),
    )
    .await;
    world.account("Ada", Role::Admin).await;
    let browser = Browser::open(&world).await;
    browser.enter("Ada").await;
    browser.size(360, 740).await;
    let pages = [
        "",
        "timeline",
        "evidence",
        "records",
        "exposure",
        "verdict",
        "severity",
        "claims",
        "gaps",
        "principals",
        "confirmations",
        "postmortem",
        "history",
        "settings",
    ];
    let edit = format!("timeline?edit={event}");
    let of_case = pages.iter().copied().chain([edit.as_str()]).map(|page| case.at(page));
    for path in of_case.chain(
        [
            "/incidents/INC-1",
            "/",
            "/search?q=agent",
            "/incidents",
            "/inbox",
            "/remediation",
            "/agents",
            "/agents/new",
            "/agents/seen",
        ]
        .map(String::from),
    ) {
        browser.look(&path).await;
        assert_eq!(browser.js(OVER_THE_EDGE).await, json!([]), "{path} at 360 px");
    }
}

/// Columns without a place to break: the paper has to hold the last one too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_of_many_columns_is_whole_on_paper() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let row = |cell: &dyn Fn(usize) -> String| format!("|{}|\n", (0..21).map(cell).collect::<Vec<_>>().join("|"));
    let table = [row(&|place| format!("column{place}")), row(&|_| "---".into()), row(&|place| format!("value{place}"))]
        .concat();
    case.rita.ok("PUT", &case.at("sections/summary"), json!({ "body": table })).await;
    let browser = Browser::open(&world).await;
    browser.enter("Rita").await;
    // A4 without its margins, at 96 points an inch.
    browser.size(673, 900).await;
    browser.look(&case.at("postmortem")).await;
    browser.ask("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
    let last = "Math.round([...document.querySelectorAll('td')].find((cell) => cell.innerText.trim() === 'value20').getBoundingClientRect().right)";
    let right = browser.js(last).await.as_f64().expect("a number");
    assert!(right <= 673.0, "the last column ends at {right}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_saved_is_not_on_paper() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let browser = Browser::open(&world).await;
    browser.enter("Rita").await;
    let section = case.at("postmortem?edit=summary");
    browser.go(&section).await;
    browser.type_into("#write-summary-body", "half a thought").await;
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    browser.go(&section).await;
    browser.says("half a thought").await;
    browser.ask("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
    let is_shown = "document.querySelector('[data-unsaved]').checkVisibility()";
    assert_eq!(browser.js(is_shown).await, false);
}
