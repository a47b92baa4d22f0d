//! `inquest serve`: the first link, and the end.

use std::time::Duration;

use acceptance::world::{PASSWORD, email};
use acceptance::{Person, Program};
use serde_json::{Value, json};

use super::inquest;

#[tokio::test]
async fn a_new_instance_prints_its_set_up_link_once() {
    let inquest = inquest();
    let mut serving = inquest.serve().await;
    let line = serving.line().await.expect("a link");
    let link = line.strip_prefix("Set it up with this link, which works once: ").unwrap_or_else(|| panic!("{line}"));
    let path =
        link.strip_prefix(&serving.url).unwrap_or_else(|| panic!("{link} is not at {}", serving.url)).to_string();
    assert_eq!(serving.line().await, None);
    let ada = Person::stranger(&serving.url);
    let page = ada.get(&path).await;
    let page =
        ada.submit(&page, "setup", &[("name", "Ada"), ("email", "ada@example.org"), ("password", PASSWORD)]).await;
    assert_eq!(page.path, "/");
    page.says("INC-5");
    assert_eq!(serving.terminate(Duration::from_secs(5)).await, 0);
    let mut again = inquest.serve().await;
    assert_eq!(again.line().await, None, "an instance with an account prints no link");
    Person::sign_in(&again.url, &email("Ada")).await;
}

#[tokio::test]
async fn it_stops_in_time_though_somebody_follows() {
    let inquest = inquest();
    inquest.add_user("rita@example.org", "Rita", "responder").await;
    let said =
        inquest.run(&["token", "create", "--user", "rita@example.org", "--name", "x", "--scope", "write"]).await.well();
    let serving = inquest.serve().await;
    let rita = Program::new(&serving.url, said.split_whitespace().last().expect("a token"));
    rita.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    let mut stream = rita.follow("INC-1").await;
    assert!(stream.next().await.is_some());
    assert_eq!(serving.terminate(Duration::from_secs(5)).await, 0);
    assert_eq!(stream.next().await, None, "the stream has ended");
    inquest.run(&["verify"]).await.well();
}

#[tokio::test]
async fn it_says_whether_it_is_well() {
    let inquest = inquest();
    let serving = inquest.serve().await;
    let nobody = Person::stranger(&serving.url);
    assert_eq!((nobody.peek("/healthz").await.body.as_str(), nobody.peek("/readyz").await.body.as_str()), ("ok", "ok"));
    let taken = serving.url.trim_start_matches("http://").to_string();
    assert_eq!(inquest.run(&["health", "--listen", &taken]).await.well(), format!("{taken} is ready.\n"));
    // It listens everywhere, and is asked here.
    let everywhere = taken.replace("127.0.0.1", "0.0.0.0");
    assert_eq!(inquest.run(&["health", "--listen", &everywhere]).await.well(), format!("{taken} is ready.\n"));
    let done = inquest.run(&["serve", "--listen", &taken]).await.with(1);
    assert!(
        done.contains(&format!("cannot listen on {taken}")) && done.contains("Choose another address with --listen."),
        "{done}"
    );
    serving.kill().await;
    let gone = inquest.run(&["health", "--listen", &taken]).await.with(1);
    assert!(gone.starts_with(&format!("inquest: {taken} does not answer: ")), "{gone}");
}

#[tokio::test]
async fn settings_come_from_flags_then_from_the_environment() {
    let (here, there) = (inquest(), inquest());
    here.add_user("ada@example.org", "Ada", "admin").await;
    let folder = here.folder().to_str().expect("text").to_string();
    let listed = there.run(&["user", "--data-dir", &folder, "list"]).await.well();
    assert!(listed.contains("ada@example.org"), "{listed}");
    assert_eq!(there.run(&["user", "list"]).await.well(), "");
    let listed: Value = json!(there.run(&["user", "--data-dir", &folder, "list"]).await.well().lines().count());
    assert_eq!(listed, 1);
}
