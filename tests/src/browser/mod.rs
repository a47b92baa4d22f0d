//! A Chromium of its own for every test, and never those of two tests at once: browsers
//! on a small machine make each other late.

mod process;

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::common::command::{Command as Wire, ExtensionCommand};
use thirtyfour::prelude::*;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::world::{PASSWORD, email};
use crate::{Person, World};
use process::Process;

static ONE_TEST_AT_A_TIME: LazyLock<Arc<Mutex<()>>> = LazyLock::new(Arc::default);

/// How long a page may take to become what is waited for.
const WAIT_MAX: Duration = Duration::from_secs(15);

const ARGUMENTS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--lang=en",
    "--force-prefers-reduced-motion",
];

/// A browser that looks at one server.
pub struct Browser {
    driver: Option<WebDriver>,
    process: Process,
    url: String,
    _alone: Arc<OwnedMutexGuard<()>>,
}

impl Browser {
    /// Starts one that nobody has signed in with.
    pub async fn open(world: &World) -> Self {
        Self::open_at(&world.url).await
    }

    /// The same, at an address.
    pub async fn open_at(url: &str) -> Self {
        Self::start(url, alone().await).await
    }

    /// Two browsers, as two people have them.
    pub async fn open_two(urls: [&str; 2]) -> [Self; 2] {
        let alone = alone().await;
        [Self::start(urls[0], alone.clone()).await, Self::start(urls[1], alone).await]
    }

    async fn start(url: &str, alone: Arc<OwnedMutexGuard<()>>) -> Self {
        let process = Process::start();
        let address = format!("http://127.0.0.1:{}", process.port);
        answers(&address).await;
        let mut wishes = DesiredCapabilities::chrome();
        let profile = format!("--user-data-dir={}", process.folder.path().display());
        for argument in ARGUMENTS.into_iter().chain([profile.as_str()]) {
            wishes.add_arg(argument).expect("an argument");
        }
        wishes.set("goog:loggingPrefs", json!({ "browser": "ALL" })).expect("a wish");
        let driver = WebDriver::new(&address, wishes).await;
        let driver = driver.unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        let browser = Self { driver: Some(driver), process, url: url.into(), _alone: alone };
        browser.size(1280, 900).await;
        browser
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("the browser runs")
    }

    /// Signs somebody of the cast in, without the form.
    pub async fn enter(&self, name: &str) {
        let person = Person::stranger(&self.url);
        let fields = [("email", email(name)), ("password", PASSWORD.into()), ("next", "/help".into())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(person.post("/sign-in", &fields).await.path, "/help", "{name} is signed in");
        self.take_cookies_of(&person).await;
    }

    /// Goes on where somebody is signed in already.
    pub async fn take_cookies_of(&self, person: &Person) {
        for cookie in person.cookies().split("; ") {
            let (name, value) = cookie.split_once('=').expect("a cookie");
            let cookie = json!({ "url": self.url, "name": name, "value": value, "httpOnly": true });
            self.ask("Network.setCookie", cookie).await;
        }
    }

    /// Says something to the browser in the words of its developer tools.
    pub async fn ask(&self, command: &str, parameters: Value) -> Value {
        let wire = Wire::ExtensionCommand(Box::new(Tools { command: command.into(), parameters }));
        let answer = self.driver().handle().cmd(wire).await;
        let answer = answer.unwrap_or_else(|error| panic!("{command}: {error}"));
        answer.value().unwrap_or(Value::Null)
    }

    /// Sets the size of what is seen; a headless window alone would stop at 500 pixels.
    pub async fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.ask("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Wishes for `light` or `dark` pages, as the system does.
    pub async fn colours(&self, scheme: &str) {
        let wish = json!({ "media": "", "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.ask("Emulation.setEmulatedMedia", wish).await;
    }

    /// Opens another tab and looks at it.
    pub async fn open_tab(&self) {
        let tab = self.driver().new_tab().await.expect("a tab opens");
        self.driver().switch_to_window(tab).await.expect("the tab is looked at");
    }

    /// Looks at the first tab again.
    pub async fn first_tab(&self) {
        let tabs = self.driver().windows().await.expect("tabs");
        self.driver().switch_to_window(tabs[0].clone()).await.expect("the tab is looked at");
    }

    /// Goes to a page, and waits until it is awake.
    pub async fn go(&self, path: &str) {
        self.look(path).await;
        self.awake().await;
    }

    /// Goes to a page that may stay asleep.
    pub async fn look(&self, path: &str) {
        let went = self.driver().goto(format!("{}{path}", self.url)).await;
        went.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Waits until the page's scripts run.
    pub async fn awake(&self) {
        self.until("the page is awake", "document.documentElement.dataset.awake === 'yes'").await;
    }

    /// What an expression comes to on the page.
    pub async fn js(&self, expression: &str) -> Value {
        let done = self.driver().execute(format!("return ({expression});"), vec![]).await;
        done.unwrap_or_else(|error| panic!("{expression}: {error}")).json().clone()
    }

    /// Runs a script that says when it is done, by calling `done`.
    pub async fn run(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        let run = self.driver().execute_async(script, vec![]).await;
        run.unwrap_or_else(|error| panic!("a script fails: {error}")).json().clone()
    }

    /// Waits until an expression is true, and answers what it came to.
    pub async fn until(&self, what: &str, expression: &str) -> Value {
        let start = Instant::now();
        loop {
            // While a page is left for another, there is nothing to ask.
            let found = self.driver().execute(format!("return ({expression});"), vec![]).await;
            let found = found.map(|found| found.json().clone()).unwrap_or(Value::Null);
            if !matches!(found, Value::Null | Value::Bool(false)) {
                return found;
            }
            if start.elapsed() > WAIT_MAX {
                let text = self.js("document.body.innerText.slice(0, 4000)").await;
                panic!("waited in vain until {what}, at {}: {:?}\n{}", self.place().await, self.log().await, text);
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// Waits until the page says something.
    pub async fn says(&self, words: &str) {
        self.until(&format!("it says “{words}”"), &format!("document.body.innerText.includes({})", json!(words))).await;
    }

    /// The path, query and anchor of the page.
    pub async fn place(&self) -> String {
        let place = self.js("location.pathname + location.search + location.hash").await;
        place.as_str().unwrap_or_default().to_string()
    }

    /// An element.
    pub async fn find(&self, selector: &str) -> WebElement {
        let found = self.driver().find(By::Css(selector.to_string())).await;
        found.unwrap_or_else(|_| panic!("there is no {selector} on the page"))
    }

    /// Types into a field.
    pub async fn type_into(&self, selector: &str, text: &str) {
        let typed = self.find(selector).await.send_keys(text).await;
        typed.unwrap_or_else(|error| panic!("{selector} takes no text: {error}"));
    }

    /// Clicks on something.
    pub async fn click(&self, selector: &str) {
        let clicked = self.find(selector).await.click().await;
        clicked.unwrap_or_else(|error| panic!("{selector} cannot be clicked: {error}"));
    }

    /// Presses keys wherever the focus is.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let pressed = self.driver().action_chain().send_keys(keys).perform().await;
        pressed.expect("the keys are pressed");
    }

    /// What the focus is on: an id, else a tag.
    pub async fn focus(&self) -> String {
        let focus = self.js("document.activeElement.getAttribute('id') || document.activeElement.tagName").await;
        focus.as_str().unwrap_or_default().to_string()
    }

    /// What a field holds.
    pub async fn value(&self, selector: &str) -> String {
        let value = self.js(&format!("document.querySelector({}).value", json!(selector))).await;
        value.as_str().unwrap_or_default().to_string()
    }

    /// Leaves a mark that a reload would wipe away.
    pub async fn mark(&self) {
        self.js("window.marked = true").await;
    }

    /// Whether the page is still the one that was marked.
    pub async fn is_marked(&self) -> bool {
        self.js("window.marked === true").await == json!(true)
    }

    /// What the console has reported since it was last asked.
    pub async fn log(&self) -> Vec<String> {
        let log = self.driver().browser_log().await.unwrap_or_default();
        let errors = log.into_iter().filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING"));
        errors.map(|entry| entry.message).collect()
    }
}

impl Drop for Browser {
    /// Also when a test fails: the session is ended before the driver, so that no browser stays behind.
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            self.process.end_session(&driver.handle().session_id().to_string());
            let _ = driver.leak();
        }
    }
}

/// Waits until no other test has a browser.
async fn alone() -> Arc<OwnedMutexGuard<()>> {
    Arc::new(ONE_TEST_AT_A_TIME.clone().lock_owned().await)
}

async fn answers(address: &str) {
    let start = Instant::now();
    while reqwest::get(format!("{address}/status")).await.is_err() {
        assert!(start.elapsed() < WAIT_MAX, "chromedriver does not answer at {address}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A command of the developer tools, sent through the driver.
#[derive(Debug)]
struct Tools {
    command: String,
    parameters: Value,
}

impl ExtensionCommand for Tools {
    fn parameters_json(&self) -> Option<Value> {
        Some(json!({ "cmd": self.command, "params": self.parameters }))
    }

    fn method(&self) -> reqwest::Method {
        reqwest::Method::POST
    }

    fn endpoint(&self) -> std::sync::Arc<str> {
        "/goog/cdp/execute".into()
    }
}
