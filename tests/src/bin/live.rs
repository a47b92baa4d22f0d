//! How long until an edit in one browser is seen in another: two Chromiums, and further subscribers that do what
//! open pages do, on one node with SQLite and across two nodes with one PostgreSQL. All of it shares this machine.
//!
//! The time runs from the press of the button in the one browser until the other has painted the new text.
//!
//! `live BINARY [EDITS] [SUBSCRIBERS]`

use std::time::Duration;

use acceptance::stream::Stream;
use acceptance::world::email;
use acceptance::{Binary, Browser, Person, Program};
use serde_json::json;
use store::testing::Postgres;
use tokio::task::JoinSet;

const EDITS: usize = 100;
const SUBSCRIBERS: usize = 50;
/// Events on the timeline that everybody looks at.
const EVENTS: usize = 40;

/// Milliseconds by the clock of this machine, in every browser the same.
const NOW: &str = "const now = () => performance.timeOrigin + performance.now();";

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let program: &'static str = arguments.next().expect("the binary to run, as the first argument").leak();
    let mut number = |default| arguments.next().map_or(default, |text| text.parse().expect("a number"));
    let (edits, subscribers) = (number(EDITS), number(SUBSCRIBERS));
    println!("{edits} edits, {subscribers} further subscribers, {EVENTS} events on the page");

    let one = Binary::new(program);
    let token = enrol(&one).await;
    let node = one.serve().await;
    say("one node on SQLite", measure([&node.url, &node.url], &token, edits, subscribers).await);
    drop(node);

    let server = Postgres::start().expect("PostgreSQL starts");
    let url = server.create_database("live").await.expect("a database");
    let (first, second) = (Binary::on(program, &url), Binary::on(program, &url));
    let token = enrol(&first).await;
    let (here, there) = (first.serve().await, second.serve().await);
    say("from one node to another on PostgreSQL", measure([&here.url, &there.url], &token, edits, subscribers).await);
}

fn say(what: &str, mut millis: Vec<f64>) {
    millis.sort_by(f64::total_cmp);
    let at = |share: f64| millis[((millis.len() - 1) as f64 * share).round() as usize];
    println!(
        "{what}: {} edits seen, p50 {:.0} ms, p95 {:.0} ms, slowest {:.0} ms (aim: p95 at most 150 ms)",
        millis.len(),
        at(0.5),
        at(0.95),
        at(1.0)
    );
}

/// Opens the accounts, and makes a token for the one who fills the incident.
async fn enrol(binary: &Binary) -> String {
    for name in ["Ada", "Grace", "Reader"] {
        binary.add_user(&email(name), name, "responder").await;
    }
    let made = binary.run(&["token", "create", "--user", &email("Ada"), "--name", "bench", "--scope", "write"]).await;
    made.well().split_whitespace().last().expect("a token").to_string()
}

/// Ada edits at the first address, Grace looks at the second; answers how long each edit took, in milliseconds.
async fn measure(urls: [&str; 2], token: &str, edits: usize, subscribers: usize) -> Vec<f64> {
    let (key, event) = fill(&Program::new(urls[0], token)).await;
    let timeline = format!("/incidents/{key}/timeline");
    let mut audience = audience(urls, &key, subscribers).await;
    let [ada, grace] = Browser::open_two(urls).await;
    ada.enter("Ada").await;
    grace.enter("Grace").await;
    grace.go(&timeline).await;
    grace.until("it follows", "document.querySelector('.live.on')").await;
    grace.js(&watch(&event)).await;
    let mut millis = Vec::new();
    for edit in 0..edits {
        let text = format!("Wording number {edit} of the answer that nobody had asked for.");
        ada.go(&format!("{timeline}?edit={event}")).await;
        ada.js(&format!("(() => {{ {NOW} document.addEventListener('submit', () => {{ window.sent = now(); }}, true); document.querySelector('#edit-event-body').select(); }})()")).await;
        ada.type_into("#edit-event-body", &text).await;
        grace.js(&format!("(() => {{ window.seen = null; window.wanted = {}; }})()", json!(text))).await;
        ada.click("#edit-event button[type=submit]").await;
        let sent = ada.until("it is sent", "window.sent").await;
        let seen = grace.until("it is seen", "window.seen").await;
        millis.push(seen.as_f64().expect("a time") - sent.as_f64().expect("a time"));
        // Everybody has read it before the next one comes.
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    assert_eq!(grace.log().await, Vec::<String>::new(), "the console of the one who looks");
    assert!(audience.try_join_next().is_none(), "a subscriber was left behind");
    millis
}

/// Notes when the event has the wanted text, after the frame that shows it.
fn watch(event: &str) -> String {
    format!(
        "(() => {{ {NOW}
            const painted = () => requestAnimationFrame(() => setTimeout(() => {{ window.seen ??= now(); }}, 0));
            const look = () => {{
                const body = document.querySelector('#event-{event} .ev-body');
                if (window.wanted && body?.textContent.trim() === window.wanted) {{ window.wanted = null; painted(); }}
            }};
            new MutationObserver(look).observe(document.body, {{ subtree: true, childList: true, characterData: true }});
        }})()"
    )
}

/// Files the incident; answers its key and the event that is edited.
async fn fill(ada: &Program) -> (String, String) {
    let filed = ada.ok("POST", "/incidents", json!({ "title": "Two look at the same timeline" })).await;
    let key = filed["key"].as_str().expect("a key").to_string();
    let items: Vec<_> = (0..EVENTS)
        .map(|n| {
            json!({ "time": format!("2026-03-18T17:{n:02}:00Z"), "kind": "action", "actor": { "kind": "agent", "name": "forum-agent" }, "verb": "post", "resource": format!("forum/thread-{n}"), "body": "Posted an answer to the **public** thread." })
        })
        .collect();
    let added = ada.ok("POST", &format!("/incidents/{key}/events"), json!({ "items": items })).await;
    let event = added["items"][EVENTS / 2]["id"].as_str().expect("an id").to_string();
    (key, event)
}

/// Opens further pages, half of them at each address. They end with the set.
async fn audience(urls: [&str; 2], key: &str, subscribers: usize) -> JoinSet<()> {
    let readers = [Person::sign_in(urls[0], &email("Reader")).await, Person::sign_in(urls[1], &email("Reader")).await];
    let mut audience = JoinSet::new();
    for place in 0..subscribers {
        let response = readers[place % 2].request("GET", &format!("/incidents/{key}/live")).send().await;
        let stream = Stream::new(response.and_then(reqwest::Response::error_for_status).expect("a stream"));
        audience.spawn(subscribe(readers[place % 2].clone(), key.to_string(), stream));
    }
    audience
}

/// Does what an open page does: told of a change, it fetches itself with the news of what was changed.
async fn subscribe(reader: Person, key: String, mut stream: Stream) {
    let mut shown = stream.next().await.expect("a version");
    while let Some(version) = stream.next().await {
        let request = reader.request("GET", &format!("/incidents/{key}/timeline"));
        let request = request.header("inquest-fetch", "1").header("inquest-shown", shown);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200);
        drop(answer.bytes().await.expect("to the end"));
        shown = version;
    }
}
