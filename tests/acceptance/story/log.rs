//! Evidence that proves: two logs with a hole in one, then the log that fills it.

use acceptance::{Page, Person, World};
use domain::access::Role;
use serde_json::{Value, json};

use super::{fill, on};

/// The words on the button.
const SIGN: &str = "Sign with my name";

/// A kernel audit log of an open repository: one record a minute, serials without holes but for those left out.
pub fn audit(minutes: impl Iterator<Item = u64>) -> String {
    // 2026-03-18T16:59:07Z
    let begin = 1_773_853_147_u64;
    let line = |minute: u64| {
        format!(
            "type=SYSCALL msg=audit({}.000:{}): arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7f a2=0 a3=0 items=1 ppid=1 pid={} auid=1000 uid=1000 gid=1000 euid=1000 comm=\"git\" exe=\"/usr/bin/git\" key=\"{}\"\n",
            begin + minute * 60,
            1000 + minute,
            200 + minute,
            // The rules watch both repositories, and each is met.
            if minute.is_multiple_of(2) { "repo-a" } else { "repo-b" }
        )
    };
    minutes.map(line).collect()
}

async fn upload(who: &Person, name: &str, text: &str) -> String {
    let page = who.upload("INC-1", name, text).await;
    assert_eq!(page.path, "/incidents/INC-1/evidence", "{}", page.text());
    page.says(name);
    on(who, "exposure").await.form("window").last_choice("start_evidence[]")
}

/// Accepts what a log proposes, for the way in that it is about.
async fn accept(who: &Person, id: &str, cell: &str) -> Page {
    let page = on(who, &format!("evidence/{id}/coverage/proposal")).await;
    let page = who.submit(&page, "accept-proposal", &[("cells[]", cell)]).await;
    assert_eq!(page.path, "/incidents/INC-1/exposure", "{}", page.text());
    page
}

async fn review(who: &Person, id: &str) {
    let span = [
        ("evidence", id),
        ("from", "2026-03-18T17:00:00Z"),
        ("to", "2026-03-18T19:00:00Z"),
        ("method", "full"),
        ("depth", "content"),
        ("outcome", "authorised_only"),
    ];
    fill(who, "exposure", "review", &span).await;
}

/// Two hours, two repositories with one way in each, whole lists.
pub async fn expose(rita: &Person, item: &str) {
    let ends = [
        ("start", "18 March 2026 17:00 UTC"),
        ("end", "18 March 2026 19:00 UTC"),
        ("start_evidence[]", item),
        ("end_evidence[]", item),
    ];
    fill(rita, "exposure", "window", &ends).await;
    for resource in ["repo-a", "repo-b"] {
        let fields = [("id", resource), ("class", "restricted"), ("paths.0.op", "read"), ("paths.0.channel", "cli")];
        fill(rita, "exposure", "resource", &fields).await.says(resource);
    }
    fill(rita, "exposure", "exposed", &[("names:l", "all engineers"), ("count:n", "120")]).await;
    for list in ["whole-resources", "whole-principals"] {
        fill(rita, "exposure", list, &[("basis", "the directory of that day")]).await;
    }
}

/// The way in of a resource, as the form names it.
async fn cell(rita: &Person, id: &str, place: usize) -> String {
    on(rita, &format!("evidence/{id}/coverage/proposal")).await.form("accept-proposal").choice_at("cells[]", place)
}

#[tokio::test]
async fn logs_prove_what_they_cover_and_name_the_hole_to_the_second() {
    let world = World::start().await;
    let rita = world.person("Rita", Role::Responder).await;
    let (grace, alan) = (world.person("Grace", Role::Reviewer).await, world.person("Alan", Role::Reviewer).await);
    let page = rita.get("/incidents/new").await;
    rita.submit(&page, "incident", &[("title", "Agent answered in public")]).await;
    let whole = upload(&rita, "host-a.log", &audit(0..=122)).await;
    // 17:40:07 is the last record before the hole, 17:51:07 the first one after it.
    let holed = upload(&rita, "host-b.log", &audit((0..=41).chain(52..=122))).await;
    expose(&rita, &whole).await;
    let page = on(&rita, &format!("evidence/{holed}/coverage/proposal")).await;
    page.says("Sequence numbers")
        .says("serials 1042 to 1051 are missing")
        .says("Gaps in the serial numbers are lost records");
    let (first, second) = (cell(&rita, &whole, 0).await, cell(&rita, &holed, 1).await);
    accept(&rita, &whole, &first).await.says("As the log itself shows it.");
    // A gap that the log shows is not taken out without a word.
    let page = on(&rita, &format!("evidence/{holed}/coverage/proposal")).await;
    let silent = [("cells[]", second.as_str()), ("gaps.0.from", ""), ("gaps.0.to", ""), ("gaps.0.reason", "")];
    let page = rita.submit(&page, "accept-proposal", &silent).await;
    assert!(
        page.error_beside("accept-proposal", "note").is_some_and(|said| said.contains("say why")),
        "{}",
        page.text()
    );
    accept(&rita, &holed, &second).await;
    for who in [&grace, &alan] {
        review(who, &whole).await;
        review(who, &holed).await;
    }
    let page = on(&rita, "verdict").await;
    page.says("No evidence of harm").says("17:40:07").says("17:51:07").says("G5");
    page.says_not("may be signed now");
    // The log that was missing is found, and fills the hole.
    let found = upload(&rita, "host-b-rotated.log", &audit(41..=52)).await;
    accept(&rita, &found, &second).await;
    for who in [&grace, &alan] {
        review(who, &found).await;
    }
    let verdict =
        world.program("Petra", Role::Viewer, None).await.ok("GET", "/incidents/INC-1/verdict", Value::Null).await;
    assert_eq!((&verdict["eligible"], &verdict["coverage"]["reviewed_min"]), (&json!(true), &json!(1.0)), "{verdict}");
    let page = on(&grace, "verdict").await;
    grace.press(&page, SIGN).await;
    let page = on(&alan, "verdict").await;
    alan.press(&page, SIGN).await.says("Verified no-op");
}
