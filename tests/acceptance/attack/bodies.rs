//! Forms, JSON and uploads that hold more than any of ours.

use std::time::Duration;

use acceptance::raw::head;
use acceptance::{Case, Person, Raw, World};
use domain::access::Role;
use serde_json::{Value, json};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn form(person: &Person, path: &str, body: String) -> u16 {
    let request = person.request("POST", path).header(FORM.0, FORM.1).body(body);
    request.send().await.expect("an answer").status().as_u16()
}

/// A name of 13,000 parts, one of as many rows, and rows that bring 200 others each.
fn forms() -> [String; 3] {
    let rows: Vec<String> = (0..20_000).map(|number| format!("k{number}.200=1")).collect();
    [format!("{}a=1", "a.".repeat(13_000)), format!("{}0=1", "0.".repeat(13_000)), rows.join("&")]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_is_no_deeper_and_no_larger_than_ours_whoever_sends_it() {
    let world = World::start().await;
    Case::filed(&world).await;
    let vera = world.person("Vera", Role::Viewer).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let nobody = Person::stranger(&world.url);
    for body in forms() {
        for path in ["/incidents/INC-1/events", "/incidents", "/incidents/INC-1/unsaved", "/incidents/INC-1/here"] {
            for person in [&vera, &rita, &nobody] {
                let status = form(person, path, body.clone()).await;
                assert!((300..500).contains(&status), "{path}: {status}");
            }
        }
        let status = form(&nobody, "/sign-in", body).await;
        assert!([400, 413].contains(&status), "{status}");
    }
    assert_eq!(rita.peek("/healthz").await.body, "ok");
}

/// Whoever is answered before all of their bytes were looked at hears the answer, and may go on with the connection.
#[tokio::test]
async fn an_answer_that_did_not_need_the_body_reaches_its_sender() {
    let world = World::start().await;
    let body = "a=1&".repeat(100_000);
    let length = body.len().to_string();
    for path in ["/no-such-page", "/healthz", "/incidents/INC-1/events", "/sign-in", "/api/v1/incidents"] {
        let mut raw = Raw::open(&world.url).await;
        let asked = head("POST", path, &[FORM, ("content-length", length.as_str())]) + body.as_str();
        let next = head("GET", "/healthz", &[("connection", "close")]);
        assert!(raw.send(format!("{asked}{next}")).await, "{path}: the line was cut while it was sent");
        let answers = raw.answer(Duration::from_secs(5)).await;
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 2, "{path}: {answers:.300}");
        assert!(answers.ends_with("ok"), "{path}: {answers:.300}");
    }
}

#[tokio::test]
async fn what_somebody_may_is_known_before_their_form_is_read() {
    let world = World::start().await;
    Case::filed(&world).await;
    let vera = world.person("Vera", Role::Viewer).await;
    // What a responder is told of a form that holds too much, a viewer is not: theirs is not looked into.
    let many = format!("tags:l={}", "a,".repeat(30_000));
    assert_eq!(form(&vera, "/incidents", many.clone()).await, 403);
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    assert_eq!(form(&rita, "/incidents", many.clone()).await, 422);
    assert_eq!(form(&rita, "/incidents/INC-99/events", many).await, 404);
}

#[tokio::test]
async fn json_is_no_deeper_and_no_larger_than_ours() {
    let world = World::start().await;
    let rita = world.program("Rita", Role::Responder, None).await;
    let send = async |path: &str, body: String| {
        let answer = rita.request("POST", path).header("content-type", "application/json").body(body);
        let answer = answer.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON")["detail"].to_string())
    };
    let deep = |open: &str, close: &str| format!("{{\"title\":{}1{}}}", open.repeat(100_000), close.repeat(100_000));
    for (body, word) in [
        (deep("[", "]"), "nested"),
        (deep("{\"a\":", "}"), "nested"),
        (deep("[", ""), "nested"),
        (format!("{{\"title\":\"x\",\"tags\":[{}\"a\"]}}", "\"a\",".repeat(150_000)), "values"),
    ] {
        for path in ["/incidents", "/evaluate"] {
            let (status, detail) = send(path, body.clone()).await;
            assert!(status == 400 && detail.contains(word), "{path}: {status} {detail}");
        }
    }
    rita.ok("POST", "/incidents", json!({ "title": "[[[[ \" ]]]]", "tags": ["a,b"] })).await;
}

const BOUNDARY: &str = "a-boundary";

fn multipart(length: usize) -> String {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    head("POST", "/incidents/INC-1/evidence", &[("content-type", &kind), ("content-length", &length.to_string())])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_of_a_file_is_bounded_while_it_is_read() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let text = |name: &str| format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
    let endless = [
        (text("source"), "x".repeat(1 << 16)),
        (format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"source\"\r\nX-Y: "), "y".repeat(1 << 16)),
        (format!("{}a\r\n", text("source")), format!("{}b\r\n", text("collector")).repeat(500)),
        ("preamble".to_string(), "z".repeat(1 << 16)),
    ];
    for (start, more) in endless {
        let gigabyte = 1 << 30;
        let cookie = format!("cookie: {}\r\n\r\n", rita.cookies());
        let mut raw = Raw::open(&world.url).await;
        raw.send(multipart(gigabyte).replace("\r\n\r\n", &format!("\r\n{cookie}"))).await;
        raw.send(&start).await;
        let mut sent = 0;
        while sent < 64 << 20 && raw.send(&more).await {
            sent += more.len();
        }
        assert!(sent < 16 << 20, "{sent} bytes of {:?}… were taken", &start[..20]);
    }
    // What a form of ours sends is taken as before, and the file has no such limit.
    let page = rita.upload(&case.key, "big.log", &"2026-03-18T17:00:00Z a line\n".repeat(60_000)).await;
    page.has_status(200).says("big.log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_that_stop_take_neither_threads_nor_the_places_of_others() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let rita = Person::sign_in(&world.url, "rita@example.org").await;
    let mut stopped = Vec::new();
    for _ in 0..20 {
        let cookie = rita.cookies();
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = [("cookie", cookie.as_str()), ("content-type", kind.as_str()), ("content-length", "1000000")];
        let start =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.log\"\r\n\r\nabc");
        let raw = Raw::open(&world.url).await;
        stopped.push(raw.saying(head("POST", "/incidents/INC-1/evidence", &headers) + start.as_str()).await);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let refused = rita.upload(&case.key, "mine.log", "one more").await;
    refused.has_status(429).says("as many files as it may at once");
    let grace = world.program("Rosa", Role::Responder, None).await;
    let line = "2026-03-18T17:00:00Z gateway started\n".repeat(10);
    let item = grace.upload(&case.key, "hers.log", line.into_bytes()).await;
    assert_eq!(item["records"], 10, "{item}");
    Person::sign_in(&world.url, "rita@example.org").await;
    drop(stopped);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_paused_is_read_once_it_is_there() {
    let world = World::start().await;
    let case = Case::filed(&world).await;
    let line = "2026-03-18T17:00:00Z gateway started\n".repeat(1_000);
    let (first, rest) = line.split_at(20_001);
    let (send, pieces) = tokio::sync::mpsc::channel::<String>(1);
    let path = format!("/incidents/{}/evidence?name=slow.log", case.key);
    let body = reqwest::Body::wrap_stream(pieces_of(pieces));
    let request = tokio::spawn(case.rita.request("POST", &path).body(body).send());
    send.send(first.to_string()).await.expect("taken");
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    send.send(rest.to_string()).await.expect("taken");
    drop(send);
    let answer = request.await.expect("sent").expect("an answer");
    assert_eq!(answer.status().as_u16(), 201);
    let item: Value = answer.json().await.expect("JSON");
    let id = item["id"].as_str().expect("an id");
    for _ in 0..100 {
        let item = case.rita.ok("GET", &format!("/incidents/{}/evidence/{id}", case.key), Value::Null).await;
        if item["records"] == 1_000 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it was not read: {item}");
}

fn pieces_of(
    mut pieces: tokio::sync::mpsc::Receiver<String>,
) -> impl futures::Stream<Item = Result<String, std::io::Error>> {
    futures::stream::poll_fn(move |context| pieces.poll_recv(context).map(|piece| piece.map(Ok)))
}
