//! Pages whose node goes away, or whose database: they say so, keep what is typed, and come back by themselves.

use std::time::Duration;

use acceptance::{Binary, Browser, Front, Program};
use domain::access::{Role, Scope};
use serde_json::json;
use store::testing::{Postgres, Stop};
use store::{Actor, NewToken, NewUser, Settings, Store};
use tokio::task::spawn_blocking;

use super::{HALF_TYPED, add_event};

const PROGRAM: &str = env!("CARGO_BIN_EXE_inquest-under-test");
const TIMELINE: &str = "/incidents/INC-1/timeline";
const FOLLOWS: &str = "document.querySelector('.live.on')";
const SAYS_SO: &str = "document.querySelector('.live.off')?.innerText.includes('not connected')";

/// Rita's account on a database, and a token of hers.
async fn rita(settings: &Settings) -> String {
    let store = Store::open(settings).await.expect("the store opens");
    let new = NewUser {
        email: "rita@example.org".into(),
        name: "Rita".into(),
        role: Role::Responder,
        password: acceptance::world::PASSWORD.into(),
    };
    let user = store.create_user(&Actor::system(), new).await.expect("the account opens");
    let new = NewToken { name: "test".into(), scope: Scope::Write, agent: None, expires_days: None };
    let (_, secret) = store.create_token(&Actor::system(), &user.id, new).await.expect("the token is made");
    store.close().await;
    secret
}

/// Two nodes on a database; Rita has a browser at the address before them, and half a sentence in a form.
struct Desk {
    server: Postgres,
    nodes: [Binary; 2],
    front: Front,
    browser: Browser,
    token: String,
}

impl Desk {
    async fn open() -> (Self, Vec<acceptance::binary::Serving>) {
        let server = spawn_blocking(Postgres::start_durable).await.expect("it runs").expect("PostgreSQL starts");
        let url = server.create_database("nodes").await.expect("a database");
        let nodes = [Binary::on(PROGRAM, &url), Binary::on(PROGRAM, &url)];
        let token = rita(&Settings { database_url: Some(url), ..Settings::in_dir(nodes[0].folder()) }).await;
        let serving = vec![nodes[0].serve().await, nodes[1].serve().await];
        let front = Front::before(&[&serving[0].url, &serving[1].url]).await;
        let program = Program::new(&serving[1].url, &token);
        program.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
        add_event(&program, "2026-03-18 17:04 UTC", "forum-agent", "the first answer").await;
        let browser = Browser::open_at(&front.url).await;
        browser.enter("Rita").await;
        browser.go(TIMELINE).await;
        browser.until("it follows", FOLLOWS).await;
        browser.mark().await;
        browser.press("n").await;
        browser.type_into("#add-event-time", "2026-03-18 17:10 UTC").await;
        browser.type_into("#add-event-actor-name", "Asker").await;
        browser.type_into("#add-event-body", HALF_TYPED).await;
        (Self { server, nodes, front, browser, token }, serving)
    }

    /// Somebody adds an event at a node, and it arrives on the page.
    async fn arrives(&self, url: &str, words: &str) {
        add_event(&Program::new(url, &self.token), "2026-03-18 16:00 UTC", "Asker", words).await;
        self.browser.says(words).await;
    }

    /// Waits until the proxy has answered for the stream.
    async fn is_turned_away(&self) {
        for _ in 0..100 {
            if self.browser.log().await.iter().any(|line| line.contains("/live ") && line.contains("502")) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the proxy never answered for the stream");
    }

    /// What is half typed is still there and can be finished and saved, without the page having been loaded again.
    async fn finish(&self) {
        assert_eq!(self.browser.value("#add-event-body").await, HALF_TYPED);
        assert!(self.browser.is_marked().await, "the page was not loaded again");
        self.browser.type_into("#add-event-body", "ce to the end").await;
        self.browser.click("#add-event button[type=submit]").await;
        let saved = format!(
            "[...document.querySelectorAll('.ev-body')].some((body) => body.innerText.includes('{HALF_TYPED}ce to the end'))"
        );
        self.browser.until("it is saved", &saved).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_moves_to_the_other_node_when_its_own_is_killed() {
    let (desk, mut serving) = Desk::open().await;
    let stays = serving.pop().expect("two nodes");
    serving.pop().expect("two nodes").kill().await;
    desk.arrives(&stays.url, "told by the other node").await;
    desk.browser.until("it follows", FOLLOWS).await;
    desk.finish().await;
}

/// With no node left, a proxy answers for them: a browser does not ask again by itself after that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_comes_back_when_no_node_was_left() {
    let (desk, serving) = Desk::open().await;
    for node in serving {
        node.kill().await;
    }
    desk.browser.until("it says so", SAYS_SO).await;
    desk.is_turned_away().await;
    desk.browser.click("#add-event button[type=submit]").await;
    desk.browser.until("nothing was sent", "document.querySelector('.toast')?.innerText.includes('still here')").await;
    let back = desk.nodes[1].serve().await;
    desk.front.set(&[&back.url]);
    desk.browser.until("it follows", FOLLOWS).await;
    desk.arrives(&back.url, "told by a node that is new").await;
    desk.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_recovers_when_the_database_is_restarted() {
    let (mut desk, serving) = Desk::open().await;
    for how in [Stop::Fast, Stop::Immediate] {
        let mut server = desk.server;
        let restart = move || server.restart(how, Duration::from_secs(2)).map(|()| server);
        desk.server = spawn_blocking(restart).await.expect("it runs").expect("PostgreSQL is back");
        // Written at the other node: the one of the page hears of it over a connection that was lost as well.
        desk.arrives(&serving[1].url, &format!("after {how:?}")).await;
    }
    desk.finish().await;
}
