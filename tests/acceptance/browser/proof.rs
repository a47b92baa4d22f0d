//! Four logs that prove less than they seem to, in a real browser: each is uploaded, its proposal accepted as it stands,
//! reviewed whole by two people who took no part; and refused, with the sentence that says why and the way to close it.

use acceptance::{Browser, Program, World};
use domain::access::Role;
use serde_json::{Value, json};

use super::log::{review, upload};
use crate::api::proof::{LOGIN, OPEN, SPAN, audit, digest, lines, read, trail};

/// An incident with one open path, and what is found of it.
struct Tried<'a> {
    browser: &'a Browser,
    rita: &'a Program,
    folder: &'a std::path::Path,
    key: String,
}

impl<'a> Tried<'a> {
    async fn file(browser: &'a Browser, rita: &'a Program, folder: &'a std::path::Path) -> Self {
        let incident = rita.ok("POST", "/incidents", json!({ "title": "Was it read?" })).await;
        let key = incident["key"].as_str().expect("a key").to_string();
        browser.enter("Rita").await;
        Self { browser, rita, folder, key }
    }

    async fn upload(&self, name: &str, text: &str) -> String {
        upload(self.browser, &self.key, self.folder, name, text).await
    }

    async fn expose(&self, item: &str, resource: &str, channel: &str) {
        let exposure = json!({
            "window": { "start": SPAN.0, "end": SPAN.1, "start_evidence": [item], "end_evidence": [item] },
            "resources": [{ "id": resource, "class": "restricted", "paths": [{ "id": "way", "op": "read", "channel": channel }] }],
            "principals": { "names": ["everybody"], "count": 3 },
            "resources_enumerated": "the inventory", "principals_enumerated": "the directory" });
        self.rita.ok("PUT", &format!("/incidents/{}/exposure", self.key), exposure).await;
    }

    /// Accepts what the log proposes as it stands, which says these words; two people review it whole.
    async fn believe(&self, item: &str, says: &str) {
        let page = format!("/incidents/{}/evidence/{item}/coverage/proposal", self.key);
        self.browser.go(&page).await;
        self.browser.says(says).await;
        let tick = "document.querySelector('#accept-proposal input[type=checkbox][name=\"cells[]\"]').click()";
        self.browser.js(tick).await;
        self.browser.click("#accept-proposal button[type=submit]").await;
        self.browser.until("it is stated", &format!("location.pathname === '/incidents/{}/exposure'", self.key)).await;
        for who in ["Grace", "Alan"] {
            review(self.browser, &self.key, who, &[item]).await;
        }
    }

    /// The verdict's page refuses it at a gate: it says why, where to close it, and offers nobody to sign.
    async fn refused(&self, gate: &str, why: &str) {
        let verdict = self.rita.ok("GET", &format!("/incidents/{}/verdict", self.key), Value::Null).await;
        assert_eq!(verdict["eligible"], false, "{verdict}");
        self.browser.enter("Grace").await;
        self.browser.go(&format!("/incidents/{}/verdict", self.key)).await;
        let row = format!("document.querySelector('#gate-{gate}')");
        let said = self.browser.js(&format!("{row}.innerText")).await;
        assert!(said.as_str().is_some_and(|said| said.contains("fails")), "{gate}: {said}");
        let mend = self.browser.js(&format!("{row}.querySelector('a')?.getAttribute('href')")).await;
        assert!(mend.as_str().is_some_and(|href| href.contains(&self.key)), "{gate} has no way to close it: {mend}");
        let page = self.browser.js("document.querySelector('main').innerText").await;
        let page_text = page.as_str().unwrap_or_default();
        assert!(page_text.contains(why), "{why}: {page_text}");
        for absent in ["Sign with my name", "No unauthorised access and no harm occurred"] {
            assert!(!page_text.contains(absent), "{absent}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_logs_that_prove_less_than_they_seem_to_are_refused_with_the_reason() {
    let world = World::start().await;
    let user = world.account("Rita", Role::Responder).await;
    let rita = world.program_of(&user, None).await;
    for reader in ["Grace", "Alan"] {
        world.account(reader, Role::Reviewer).await;
    }
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let browser = Browser::open(&world).await;
    let file = async || Tried::file(&browser, &rita, folder.path()).await;

    // Sign-ins are not reads.
    let tried = file().await;
    let logins: String = (100..=112).map(|serial| audit(serial, LOGIN).replace("SYSCALL", "USER_ACCT")).collect();
    let item = tried.upload("logins.log", &logins).await;
    tried.expose(&item, "books", "direct_db").await;
    tried.believe(&item, "books").await;
    tried.refused("G5", "books/way").await;

    // Newest first, and one is lost.
    let tried = file().await;
    let lost: String = (100..=112).rev().filter(|serial| *serial != 105).map(|serial| audit(serial, OPEN)).collect();
    let item = tried.upload("newest-first.log", &lost).await;
    tried.expose(&item, "books", "direct_db").await;
    tried.believe(&item, "serial 105 is missing").await;
    tried.refused("G5", "serial 105 is missing").await;

    // Data events of another bucket.
    let tried = file().await;
    let log = lines(&[read(SPAN.0, "north"), trail(SPAN.1, "iam", "ListUsers", Value::Null, "Management")]);
    let item = tried.upload("trail.jsonl", &log).await;
    digested(&tried, &item).await;
    tried.expose(&item, "south", "api").await;
    tried.believe(&item, "south").await;
    tried.refused("G5", "south/way").await;

    // The trail was deleted in another file.
    let tried = file().await;
    let item = tried.upload("trail-b.jsonl", &lines(&[read(SPAN.0, "south"), read(SPAN.1, "south")])).await;
    digested(&tried, &item).await;
    tried.expose(&item, "south", "api").await;
    let deleted = trail("2026-03-18T17:30:00Z", "cloudtrail", "DeleteTrail", json!({ "name": "data" }), "Management");
    tried.upload("trail-a.jsonl", &lines(&[deleted])).await;
    tried.believe(&item, "trail-a.jsonl").await;
    tried.refused("G6", "DeleteTrail").await;
    assert_eq!(browser.log().await, Vec::<String>::new());
}

/// Adds the digest that shows a log to be whole.
async fn digested(tried: &Tried<'_>, item: &str) {
    let found = tried.rita.ok("GET", &format!("/incidents/{}/evidence/{item}", tried.key), Value::Null).await;
    tried.upload("digest.json", &digest(&found["sha256"])).await;
}
