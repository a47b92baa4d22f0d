//! Connections that are opened and left, in great number or half way.

use std::time::Duration;

use acceptance::raw::head;
use acceptance::{Binary, Case, Person, Program, Raw, World};
use domain::access::{Role, Scope};
use serde_json::json;
use server::{Front, Limits};
use store::{Actor, NewToken, NewUser, Settings, Store};

const SOON: Duration = Duration::from_secs(5);

/// A server that has little patience.
async fn impatient(limits: Limits) -> World {
    World::start_behind(Front { limits, ..Front::default() }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_request_and_a_body_that_stands_still_are_ended() {
    let short = Duration::from_millis(500);
    let world = impatient(Limits { head: short, idle: short, body: short, ..Limits::default() }).await;
    let mut half = Raw::open(&world.url).await.saying("GET /healthz HTTP/1.1\r\nhost: a\r\n").await;
    let mut silent = Raw::open(&world.url).await;
    let body =
        head("POST", "/sign-in", &[("content-length", "100"), ("content-type", "application/x-www-form-urlencoded")]);
    let mut still = Raw::open(&world.url).await.saying(body + "email=").await;
    assert!(half.is_closed_within(SOON).await, "half a request");
    assert!(silent.is_closed_within(SOON).await, "no request");
    assert_eq!(still.status(SOON).await, 408, "half a body");
    assert!(still.is_closed_within(SOON).await);
    // A request that is being answered is not hurried.
    let rita = world.program("Rita", Role::Responder, None).await;
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let mut stream = rita.follow("INC-1").await;
    stream.next().await;
    tokio::time::sleep(short * 4).await;
    rita.ok("PATCH", "/incidents/INC-1", json!({ "title": "Still there" })).await;
    assert!(stream.next().await.is_some());
}

#[tokio::test]
async fn a_request_with_two_lengths_is_refused() {
    let world = World::start().await;
    let (length, chunks) = (("content-length", "4"), ("transfer-encoding", "chunked"));
    for headers in [[length, chunks], [chunks, length]] {
        let mut raw = Raw::open(&world.url).await.saying(head("POST", "/sign-in", &headers) + "0\r\n\r\n").await;
        assert_eq!(raw.status(SOON).await, 400);
        assert!(raw.is_closed_within(SOON).await, "nothing follows it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_opens_too_many_connections_makes_room_with_their_own() {
    let world = impatient(Limits { connections_each: 20, ..Limits::default() }).await;
    let mut half = Vec::new();
    for _ in 0..60 {
        let raw = Raw::open_from(&world.url, "127.0.0.2").await.expect("a connection");
        half.push(raw.saying("GET /healthz HTTP/1.1\r\n").await);
    }
    let half = left_open(half, 20).await;
    assert_eq!(half.len(), 20, "of 60 only as many are closed as stand in the way");
    let ask = head("GET", "/healthz", &[]);
    let mut same = Raw::open_from(&world.url, "127.0.0.2").await.expect("a connection").saying(&ask).await;
    assert_eq!(same.status(SOON).await, 200, "even they get an answer");
    let mut other = Raw::open(&world.url).await.saying(&ask).await;
    assert_eq!(other.status(SOON).await, 200);
}

/// Those that are open once no more than `few` are: a busy machine takes its time to close the others.
async fn left_open(mut connections: Vec<Raw>, few: usize) -> Vec<Raw> {
    for _ in 0..100 {
        let mut open = Vec::new();
        for mut raw in connections {
            if !raw.is_closed_within(Duration::from_millis(20)).await {
                open.push(raw);
            }
        }
        connections = open;
        if connections.len() <= few {
            break;
        }
    }
    connections
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_account_follows_with_so_many_pages_and_no_more() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let vera = world.program("Vera", Role::Viewer, None).await;
    let mut streams = Vec::new();
    for _ in 0..64 {
        streams.push(vera.follow("INC-1").await);
    }
    let answer = vera.ask("GET", "/incidents/INC-1/live", &[], json!(null)).await;
    assert_eq!(answer.status, 429, "{}", answer.body);
    assert!(!answer.header("retry-after").is_empty());
    let mut stream = case.rita.follow("INC-1").await;
    assert!(stream.next().await.is_some(), "others follow as before");
    streams.pop();
    for _ in 0..100 {
        if vera.request("GET", "/incidents/INC-1/live").send().await.expect("an answer").status() == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("a page that was closed left no place");
}

fn inquest() -> Binary {
    Binary::new(env!("CARGO_BIN_EXE_inquest-under-test"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_in_time_though_nobody_ends_what_they_began() {
    let inquest = inquest();
    inquest.add_user("rita@example.org", "Rita", "responder").await;
    let serving = inquest.serve().await;
    let rita = Person::sign_in(&serving.url, "rita@example.org").await;
    rita.post("/incidents", &[("title", "Agent answered in public")]).await;
    let cookie = rita.cookies();
    let headers = [("cookie", cookie.as_str()), ("content-length", "100000")];
    let mut left = Vec::new();
    for start in [
        "GET /healthz HTTP/1.1\r\n".to_string(),
        head("POST", "/sign-in", &[("content-length", "100")]) + "email",
        head("POST", "/incidents", &headers) + "title=a",
        head("POST", "/incidents/INC-1/evidence", &headers) + "abc",
    ] {
        left.push(Raw::open(&serving.url).await.saying(start).await);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(serving.terminate(Duration::from_secs(20)).await, 0);
    inquest.run(&["verify"]).await.well();
}

/// What the README promises of one node.
const PAGES: usize = 4_096;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_pages_are_open_as_the_readme_says() {
    let files = server::connections::raise_file_limit();
    if files < PAGES * 2 + 1_000 {
        println!("skipped: this system lets a process open {files} files, and {PAGES} pages need more");
        return;
    }
    let inquest = inquest();
    let tokens = accounts(&inquest, PAGES / 64).await;
    let serving = inquest.serve().await;
    let writer = Program::new(&serving.url, &tokens[0]);
    writer.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let mut pages = Vec::new();
    for token in &tokens {
        for _ in 0..64 {
            let request = head("GET", "/api/v1/incidents/INC-1/live", &[("authorization", &format!("Bearer {token}"))]);
            pages.push(Raw::open(&serving.url).await.saying(request).await);
        }
    }
    let mut open = 0;
    for page in &mut pages {
        open += usize::from(page.status(SOON * 6).await == 200);
    }
    assert_eq!(open, PAGES, "all of them are open at once");
    assert_eq!(Person::stranger(&serving.url).peek("/healthz").await.body, "ok");
    for page in &mut pages {
        page.answer(Duration::from_millis(1)).await;
    }
    let told = writer.ok("PATCH", "/incidents/INC-1", json!({ "title": "Agent answered, unasked" })).await;
    let told = format!("data: {}", told["revision"]);
    let mut heard = 0;
    for page in &mut pages {
        heard += usize::from(page.answer_with(&told, SOON * 6).await);
    }
    assert_eq!(heard, PAGES, "all of them hear of a change");
    drop(pages);
    serving.terminate(Duration::from_secs(20)).await;
}

/// So many accounts, each with a token.
async fn accounts(inquest: &Binary, count: usize) -> Vec<String> {
    let store = Store::open(&Settings::in_dir(inquest.folder())).await.expect("the store opens");
    let mut tokens = Vec::new();
    for number in 0..count {
        let new = NewUser {
            email: format!("reader{number}@example.org"),
            name: format!("Reader {number}"),
            role: Role::Responder,
            password: acceptance::world::PASSWORD.into(),
        };
        let user = store.create_user(&Actor::system(), new).await.expect("an account");
        let new = NewToken { name: "page".into(), scope: Scope::Write, agent: None, expires_days: None };
        tokens.push(store.create_token(&Actor::system(), &user.id, new).await.expect("a token").1);
    }
    store.close().await;
    tokens
}
