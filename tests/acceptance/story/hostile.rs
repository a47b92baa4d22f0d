//! Whatever is typed into any field, pages and exports keep their shape, show every word of it, and fetch nothing.

use std::collections::BTreeSet;

use acceptance::judge::{Judged, judge};
use acceptance::{Person, Program, World};
use domain::access::Role;
use serde_json::{Value, json};

/// What breaks out of texts, each around words (`W`) that have to be seen.
const PIECES: [&str; 44] = [
    "W",
    "# W",
    "###### W",
    "W\n===",
    "W\n---",
    "```\nW",
    "~~~ W",
    "    W",
    "> # W",
    "- # W",
    "1. W",
    "<W>",
    "</W>",
    "<!-- W",
    "--> W",
    "<!-- W -->",
    "<script>W</script>",
    "</script><script>W",
    "</textarea>W",
    "</title>W",
    "</style><h1>W</h1>",
    "<h1>W</h1>",
    "<img src=https://W.example/ onerror=W>",
    "<svg onload=W>",
    "<iframe srcdoc=W>",
    "<base href=//W.example>",
    "<meta http-equiv=refresh content=W>",
    "<?W?>",
    "<![CDATA[W]]>",
    "\" onmouseover=\"W",
    "' autofocus onfocus='W",
    "![W](https://W.example/?d=W)",
    "[W](javascript:W)",
    "[W](https://W.example \"W\")",
    "[W](data:text/html,W)",
    "[W]: https://W.example/W",
    "[^W]: W",
    "[^W]",
    "| W | W |\n|---|---|\n| W | W |",
    "W | W",
    "**W",
    "`W",
    "&lt;W&gt; &#x3c;W",
    "{{W}} ${W} <%W%>",
];
const BETWEEN: [&str; 8] = [" ", "\n", "\n\n", "\r", "\r\n", "\n> ", "\n    ", "\u{2028}"];

/// Elements that Markdown of people may make.
const OF_TEXTS: [&str; 18] = [
    "p",
    "em",
    "strong",
    "del",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "hr",
    "br",
];

/// Texts in a fixed order of chance, every word of which is another one.
struct Texts {
    state: u64,
    is_plain: bool,
    words: BTreeSet<String>,
    written: Vec<String>,
}

impl Texts {
    fn of(round: u64, is_plain: bool) -> Self {
        Self {
            state: round.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            is_plain,
            words: BTreeSet::new(),
            written: Vec::new(),
        }
    }

    fn dice(&mut self, sides: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % u64::try_from(sides).expect("sides")).expect("a side")
    }

    fn word(&mut self) -> String {
        let word = format!("zq{}q", self.words.len());
        self.words.insert(word.clone());
        word
    }

    /// Text for a field of so many characters at most.
    fn next(&mut self, chars_max: usize) -> String {
        let mut text = self.word();
        if self.is_plain {
            return text;
        }
        for _ in 0..=self.dice(4) {
            let mut piece = BETWEEN[self.dice(BETWEEN.len())].to_string();
            for (place, part) in PIECES[self.dice(PIECES.len())].split('W').enumerate() {
                if place > 0 {
                    piece.push_str("zq");
                }
                piece.push_str(part);
            }
            if text.chars().count() + piece.chars().count() + piece.matches("zq").count() * 6 > chars_max {
                break;
            }
            let mut parts = piece.split("zq");
            text.push_str(parts.next().unwrap_or_default());
            for part in parts {
                let word = self.word();
                text.push_str(&word);
                text.push_str(part);
            }
        }
        self.written.push(text.clone());
        text
    }

    /// The texts in which one of these words stands.
    fn with(&self, words: &[&String]) -> Vec<&String> {
        self.written.iter().filter(|text| words.iter().any(|word| text.contains(*word))).collect()
    }

    fn line(&mut self) -> String {
        self.next(180)
    }

    fn long(&mut self) -> String {
        self.next(2_000)
    }
}

/// Files an incident with such a text in every field of every noun; answers its key and its events.
async fn write(rita: &Program, grace: &Program, texts: &mut Texts) -> (String, Vec<String>) {
    let text = texts;
    let head = json!({ "title": text.line(), "summary": text.long(), "occurred": "2026-03-18 17:00 UTC" });
    let key = rita.ok("POST", "/incidents", head).await["key"].as_str().expect("a key").to_string();
    let at = |below: &str| format!("/incidents/{key}/{below}");
    let id = |record: &Value| record["id"].as_str().expect("an id").to_string();
    let item = id(&rita.upload(&key, "gateway.jsonl", acceptance::case::LOG.to_vec()).await);
    let described = json!({ "name": text.line(), "source": text.line(), "collector": text.line() });
    rita.ok("PATCH", &at(&format!("evidence/{item}")), described).await;
    let grant = json!({ "scope": text.line(), "task": text.line(), "rationale": text.line(), "approver": text.line(), "granted_at": text.line(), "expires_at": text.line(), "last_review": text.line(), "review_interval": text.line() });
    let agent = json!({ "kind": "agent", "name": text.line(), "part": text.line(), "owner": text.line(), "model": text.line(), "agent_version": text.line(), "framework": text.line(), "grants": [grant] });
    let agent = id(&rita.ok("POST", &at("principals"), agent).await);
    let mut events = Vec::new();
    for minute in 1..3 {
        let event = json!({ "time": format!("2026-03-18T17:0{minute}:00Z"), "kind": "action", "actor": { "id": agent }, "body": text.long(), "verb": "post", "effect": "mutating", "resource": text.line(), "trace": text.line(), "evidence": [{ "id": item, "lines": [1, 2] }] });
        events.push(id(&rita.ok("POST", &at("events"), event).await));
    }
    let exposure = json!({ "window": { "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z", "start_evidence": [item], "end_evidence": [item] },
        "resources": [{ "id": "repo-a", "class": "restricted", "note": text.line(), "paths": [{ "id": "api", "op": "read", "channel": "api" }, { "id": "ui", "op": "read", "channel": "ui", "status": "impossible", "justification": text.long() }] }],
        "principals": { "names": [text.line().replace([',', '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'], ";")], "count": 120 }, "resources_enumerated": text.long() });
    rita.ok("PUT", &at("exposure"), exposure).await;
    let gaps = json!([{ "from": "2026-03-18T17:10:00Z", "to": "2026-03-18T17:20:00Z", "reason": text.line() }]);
    let coverage = json!({ "resource": "repo-a", "path": "api", "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "mode": "all", "completeness": "digest_chain", "gaps": gaps, "note": text.long() });
    rita.ok("POST", &at(&format!("evidence/{item}/coverage")), coverage).await;
    let review = json!({ "evidence": item, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z", "method": "full", "depth": "content", "outcome": "authorised_only", "note": text.long() });
    grace.ok("POST", &at("reviews"), review).await;
    let finding = json!({ "summary": text.long(), "facet": "access", "class": "unknown", "confidence": "suspected", "role": "effect", "evidence": [item] });
    let finding = id(&grace.ok("POST", &at("findings"), finding).await);
    grace.ok("POST", &at(&format!("findings/{finding}/resolve")), json!({ "reason": text.long() })).await;
    for value in 0..2 {
        let claim = json!({ "statement": text.long(), "field": "start", "value": format!("{value} {}", text.line()), "source": text.line(), "source_kind": "press", "scope": text.line() });
        rita.ok("POST", &at("claims"), claim).await;
    }
    rita.ok("POST", &at("factors"), json!({ "statement": text.long() })).await;
    let gap = json!({ "control": "authorization", "state": "bypassed", "statement": text.long(), "granted_scope": text.long(), "evidence": [item], "events": [events[0]] });
    let gap = id(&rita.ok("POST", &at("gaps"), gap).await);
    let remedy = json!({ "title": text.line(), "gaps": [gap], "kind": "prevent", "enforcement": "hard", "owner": text.line(), "due": "2026-04-01", "acceptance_test": text.long(), "completion": text.long() });
    rita.ok("POST", &at("remediations"), remedy).await;
    let dimensions = acceptance::facts::dimensions([3, 3, 0, 1, 3, 3, 3, 1]);
    rita.ok("POST", &at("ratings"), json!({ "dimensions": dimensions, "rationale": { "exposure": text.long() } }))
        .await;
    for section in ["summary", "impact", "lessons", "review_bypassed", "testing_bypassed"] {
        rita.ok("PUT", &at(&format!("sections/{section}")), json!({ "body": text.long() })).await;
    }
    grace.ok("POST", &at("comments"), json!({ "about": format!("event/{}", events[0]), "body": text.long() })).await;
    (key, events)
}

/// What of a page must be the same whatever is written: headings without our words in them.
fn headings(judged: &Judged) -> Vec<(u8, String)> {
    let bare = |said: &String| if said.contains("zq") { String::new() } else { said.trim().to_string() };
    judged.headings.iter().map(|(level, said)| (*level, bare(said))).collect()
}

/// The pages; `{}` stands for an event.
const PAGES: [&str; 16] = [
    "",
    "/timeline",
    "/timeline?edit={0}",
    "/timeline?edit={1}",
    "/principals",
    "/exposure",
    "/evidence",
    "/severity",
    "/verdict",
    "/gaps",
    "/remediation",
    "/claims",
    "/postmortem",
    "/settings",
    "/export?format=html",
    "/export?format=html&profile=public",
];

#[tokio::test]
async fn whatever_is_typed_pages_keep_their_shape() {
    let rounds = std::env::var("TEXTS").ok().and_then(|count| count.parse::<u64>().ok()).unwrap_or(400) / 60;
    let world = World::start().await;
    let (rita, grace) =
        (world.program("Rita", Role::Responder, None).await, world.program("Grace", Role::Reviewer, None).await);
    let reader = Person::sign_in(&world.url, "rita@example.org").await;
    let mut plain = Texts::of(0, true);
    let (key, events) = write(&rita, &grace, &mut plain).await;
    let address = |key: &str, events: &[String], page: &str| {
        format!("/incidents/{key}{}", page.replace("{0}", &events[0]).replace("{1}", &events[1]))
    };
    let mut expected = Vec::new();
    for page in PAGES {
        expected.push(judge(&reader.get(&address(&key, &events, page)).await.html));
    }
    for round in 1..=rounds.max(1) {
        let mut texts = Texts::of(round, false);
        let (key, events) = write(&rita, &grace, &mut texts).await;
        let mut read = String::new();
        for (page, expected) in PAGES.iter().zip(&expected) {
            let path = address(&key, &events, page);
            let answer = reader.get(&path).await;
            assert_eq!(answer.status, 200, "{path}");
            let found = judge(&answer.html);
            assert_eq!(headings(&found), headings(expected), "{path} has other headings");
            let foreign: Vec<_> = found
                .elements
                .difference(&expected.elements)
                .filter(|name| !OF_TEXTS.contains(&name.as_str()))
                .collect();
            assert!(foreign.is_empty(), "{path} has elements that nobody may make: {foreign:?}");
            let fetched: Vec<_> = found.fetched.difference(&expected.fetched).collect();
            assert!(fetched.is_empty(), "{path} fetches or runs: {fetched:?}");
            let is_known = |link: &&String| {
                ["/", "#", "?", "https://", "http://", "mailto:"].iter().any(|start| link.starts_with(start))
            };
            let strange: Vec<_> = found.links.iter().filter(|link| !is_known(link)).collect();
            assert!(strange.is_empty(), "{path} links to {strange:?}");
            read.push_str(&found.text);
            found.links.iter().for_each(|link| read.push_str(&format!(" {link} ")));
        }
        let seen: BTreeSet<&str> = read.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let lost: Vec<_> = texts.words.iter().filter(|word| !seen.contains(word.as_str())).collect();
        assert!(
            lost.is_empty(),
            "round {round}: these words of {key} are nowhere to be read: {lost:?} of {:#?}",
            texts.with(&lost)
        );
    }
}
