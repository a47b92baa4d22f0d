//! Uploads that go on: over a line that breaks, and after the page was loaded again.

use std::path::PathBuf;

use acceptance::{Browser, Front, World};
use domain::Key;
use domain::access::Role;
use serde_json::json;
use store::Actor;
use tempfile::TempDir;

const MEBIBYTE: u32 = 1 << 20;
/// The file, in mebibytes: several parts.
const LENGTH: u32 = 40;
const STATE: &str = "document.querySelector('[data-uploads] [role=status]').innerText";

/// Rita's browser before a line that can be cut, and a file to send.
struct Desk {
    world: World,
    front: Front,
    browser: Browser,
    file: PathBuf,
    bytes: Vec<u8>,
    _folder: TempDir,
}

impl Desk {
    async fn open() -> Self {
        let world = World::start().await;
        let user = world.account("Rita", Role::Responder).await;
        let api = world.program_of(&user, None).await;
        api.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
        let folder = TempDir::new().expect("a temporary folder");
        let file = folder.path().join("größe.bin");
        let bytes: Vec<u8> = (0..LENGTH * MEBIBYTE).map(|at| (at ^ (at >> 11)).to_le_bytes()[0]).collect();
        std::fs::write(&file, &bytes).expect("a file");
        let front = Front::before(&[&world.url]).await;
        let browser = Browser::open_at(&front.url).await;
        browser.enter("Rita").await;
        browser.go("/incidents/INC-1/evidence").await;
        Self { world, front, browser, file, bytes, _folder: folder }
    }

    async fn choose(&self) {
        self.browser.type_into("#upload-file", self.file.to_str().expect("a path")).await;
    }

    async fn send(&self) {
        self.browser.click("#upload .actions button[type=submit]").await;
    }

    async fn waits_for(&self, words: &str) {
        self.browser.until(words, &format!("{STATE}.includes('{words}')")).await;
    }

    /// The file is there whole, and little of it was sent twice.
    async fn is_done(&self) {
        self.browser.until("the item is shown", "location.hash.startsWith('#evidence-')").await;
        self.browser.until("nothing is under way", "document.querySelector('[data-uploads]').hidden").await;
        let dossier = self.world.store.dossier(&Actor::system(), Key(1)).await.expect("the case file");
        let items: Vec<_> = dossier.evidence.iter().collect();
        assert_eq!((items.len(), items[0].name.as_str()), (1, "größe.bin"));
        // What is kept under the digest is the file.
        let kept = std::fs::read(self.world.blob(&items[0].sha256)).expect("the bytes are there");
        assert!(kept == self.bytes, "the bytes are others");
        let (sent, length) = (self.front.sent(), u64::from(LENGTH * MEBIBYTE));
        assert!(sent < length + length / 5, "{sent} bytes were sent for {length}");
        let begun = "Object.keys(localStorage).filter((key) => key.startsWith('inquest-upload')).length";
        assert_eq!(self.browser.js(begun).await, json!(0), "nothing is left to go on with");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_goes_on_by_itself_after_the_line_broke() {
    let desk = Desk::open().await;
    desk.choose().await;
    desk.front.cut_after(9 * MEBIBYTE);
    desk.send().await;
    desk.browser
        .until(
            "the bar says how far it is",
            "/^[1-9][0-9]? % of 41\\.9 MB$/.test(document.querySelector('[role=progressbar]').getAttribute('aria-valuetext'))",
        )
        .await;
    desk.is_done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_goes_on_after_the_page_was_loaded_again() {
    let desk = Desk::open().await;
    desk.choose().await;
    desk.front.lose_after(9 * MEBIBYTE);
    desk.send().await;
    desk.waits_for("The connection is lost").await;
    desk.browser.click("[data-upload=pause]").await;
    desk.waits_for("Paused").await;
    desk.front.set(&[&desk.world.url]);
    desk.browser.go("/incidents/INC-1/evidence").await;
    desk.waits_for("Choose the same file again").await;
    desk.browser.says("größe.bin").await;
    desk.choose().await;
    desk.waits_for("A part of this file is here already").await;
    desk.send().await;
    desk.is_done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_is_cancelled_leaves_nothing() {
    let desk = Desk::open().await;
    desk.choose().await;
    desk.front.lose_after(9 * MEBIBYTE);
    desk.send().await;
    desk.waits_for("The connection is lost").await;
    desk.browser.click("[data-upload=pause]").await;
    desk.front.set(&[&desk.world.url]);
    desk.browser.click("[data-upload=cancel]").await;
    desk.browser.until("it is gone", "document.querySelector('[data-uploads]').hidden").await;
    let rita = desk.world.store.user_by_email("rita@example.org").await.expect("an account").actor();
    for _ in 0..50 {
        if desk
            .world
            .store
            .incident(&rita, Key(1))
            .await
            .expect("the incident")
            .partials()
            .await
            .expect("a list")
            .is_empty()
        {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the server still has what was cancelled");
}
