//! What no page may have: a barrier that axe finds, something wider than the
//! screen, an error in the console.

use acceptance::Browser;
use std::path::Path;

use serde_json::{Value, json};

const SCHEMES: [&str; 2] = ["light", "dark"];
const SIZES: [(u32, u32); 2] = [(1280, 900), (390, 844)];

/// The same at twice and four times the size: text is enlarged, and nothing may be lost.
const ZOOMED: [(u32, u32); 2] = [(640, 450), (320, 225)];

/// The rules that are asked, and what of an answer is worth reading.
const AXE: &str = r#"
const options = { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }, resultTypes: ["violations"] };
const first = (node) => [node.target.join(" "), [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ")];
axe.run(document, options).then(
  (found) => done(found.violations.map((rule) => [rule.id, rule.nodes.map(first)])),
  (error) => done([["axe itself", [["", String(error)]]]]),
);
"#;

/// The innermost things that stick out of the page to the right, where the page is too wide.
const TOO_WIDE: &str = r##"(() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = (element) => element && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
  const out = (element) => element.getBoundingClientRect().right > width + 0.5 && !scrolls(element.parentElement);
  const name = (element) => element.tagName.toLowerCase() + (element.id && "#" + element.getAttribute("id")) + [...element.classList].map((name) => "." + name).join("");
  const all = [...document.body.querySelectorAll("*")].filter((element) => out(element) && ![...element.children].some(out));
  return [document.documentElement.scrollWidth, all.slice(0, 4).map((element) => name(element.parentElement) + " > " + name(element) + " “" + element.textContent.trim().slice(0, 30) + "”")];
})()"##;

/// Looks at pages and keeps what is wrong with them.
pub struct Look<'a> {
    browser: &'a Browser,
    wrong: Vec<String>,
}

impl<'a> Look<'a> {
    /// Takes axe along to every page from now on.
    pub async fn new(browser: &'a Browser) -> Self {
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).expect("axe-core is not here: install npm and run `make tools`");
        browser.ask("Page.addScriptToEvaluateOnNewDocument", json!({ "source": axe })).await;
        Self { browser, wrong: Vec::new() }
    }

    /// Looks at a page.
    pub async fn at(&mut self, path: &str) {
        self.browser.look(path).await;
        self.here(path).await;
    }

    /// Looks at the page that is shown: as it came, and with everything opened.
    pub async fn here(&mut self, name: &str) {
        self.browser.awake().await;
        self.widths(name).await;
        self.browser.js("document.querySelectorAll('details').forEach((part) => { part.open = true; })").await;
        let opened = format!("{name}, all opened");
        self.widths(&opened).await;
        for (width, height) in SIZES {
            self.browser.size(width, height).await;
            for scheme in SCHEMES {
                self.browser.colours(scheme).await;
                let found = self.browser.run(AXE).await;

                self.keep(&format!("{opened}, {scheme}, {width}"), &found);
            }
        }
        for error in self.browser.log().await {
            self.wrong.push(format!("{name}: console: {error}"));
        }
    }

    /// Forgets what the console said on the way here.
    pub async fn fresh(&self) {
        self.browser.log().await;
    }

    async fn widths(&mut self, name: &str) {
        for (width, height) in SIZES.into_iter().chain(ZOOMED) {
            self.browser.size(width, height).await;
            let found = self.browser.js(TOO_WIDE).await;
            if found != json!([]) {
                self.wrong.push(format!("{name}, {width}: too wide, {found}"));
            }
        }
    }

    fn keep(&mut self, at: &str, found: &Value) {
        for rule in found.as_array().into_iter().flatten() {
            for node in rule[1].as_array().into_iter().flatten() {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
                self.wrong.push(format!("{at}: {}: {}: {}", text(&rule[0]), text(&node[0]), text(&node[1])));
            }
        }
    }

    /// What is wrong so far.
    pub fn wrong(&self) -> &[String] {
        &self.wrong
    }

    /// Fails with all that is wrong at once.
    #[track_caller]
    pub fn done(self) {
        assert!(self.wrong.is_empty(), "{} defects:\n{}", self.wrong.len(), self.wrong.join("\n"));
    }
}
