//! Every page can be reached by links, every link leads somewhere, and no page
//! asks a browser for what the content policy forbids.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use acceptance::World;
use acceptance::form::unescape;
use domain::access::Role;
use serde_json::json;

use crate::watch::Watched;

/// Pages that no link leads to, each with what leads there instead.
const NOT_LINKED: [(&str, &str); 5] = [
    ("/incidents/{key}/live", "the stream that an open page follows"),
    ("/agents/{id}/live", "the stream that an open page follows"),
    ("/watch/live", "the stream that an open page follows"),
    ("/incidents/{key}/here", "asked by an open page when others arrive"),
    ("/understood", "asked while somebody types a time"),
];

/// The values of an attribute on a page.
fn values(html: &str, attribute: &str) -> Vec<String> {
    html.split(&format!(" {attribute}=\""))
        .skip(1)
        .map(|rest| unescape(rest.split('"').next().unwrap_or_default()))
        .collect()
}

/// A page and where a link to it stands.
struct Link {
    to: String,
    from: String,
}

/// The path without query, of which one page of each kind is enough.
fn kind(to: &str) -> String {
    let path = to.split('?').next().unwrap_or_default();
    let names: BTreeSet<String> = to
        .split_once('?')
        .map(|(_, query)| query.split('&').map(|pair| pair.split('=').next().unwrap_or_default().to_string()).collect())
        .unwrap_or_default();
    let is_id = |part: &str| part.len() == 36 && part.matches('-').count() == 4;
    let path: Vec<&str> = path.split('/').map(|part| if is_id(part) { "{id}" } else { part }).collect();
    format!("{}?{}", path.join("/"), names.into_iter().collect::<Vec<_>>().join("&"))
}

#[tokio::test]
async fn every_page_is_reached_and_every_link_holds() {
    let world = World::start_stopping("stop.example.org").await;
    let ada = world.person("Ada", Role::Admin).await;
    let watched = Watched::by(world.program("Root", Role::Admin, None).await, &world).await;
    watched.act("app-forum", "post", &["forum/thread-9"]).await;
    watched.alerts(1).await;
    let stop = json!({ "name": "Gateway", "url": "https://stop.example.org", "secret": "INQUEST_SECRET_STOP" });
    watched.admin().ok("POST", "/stops", stop).await;
    server::library::load(&world.store).await.expect("the library is loaded");
    ada.upload("INC-1", "acts.jsonl", acceptance::case::ACTS).await;
    crate::revision::published(&world).await;
    let mut queue = VecDeque::from([Link { to: "/incidents".into(), from: "the door".into() }]);
    let (mut seen, mut anchors, mut ids) = (BTreeSet::new(), Vec::new(), BTreeMap::new());
    let mut wrong = Vec::new();
    while let Some(Link { to, from }) = queue.pop_front() {
        // Two of the five incidents are enough to see every kind of page.
        if ["INC-3", "INC-4", "INC-5"].iter().any(|key| to.contains(key)) || !seen.insert(kind(&to)) {
            continue;
        }
        let answer = ada.peek(&to).await;
        if answer.status != 200 {
            wrong.push(format!("{to}, linked on {from}, answers {}", answer.status));
            continue;
        }
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        wrong.extend(forbidden(&answer.body).map(|what| format!("{to} has {what}")));
        let page = to.split('?').next().unwrap_or_default().to_string();
        for link in values(&answer.body, "href") {
            let (path, anchor) =
                link.split_once('#').map_or((link.as_str(), None), |(path, anchor)| (path, Some(anchor.to_string())));
            let path = if path.is_empty() {
                to.clone()
            } else if path.starts_with('?') {
                format!("{page}{path}")
            } else {
                path.to_string()
            };
            if let Some(anchor) = anchor {
                anchors.push((path.clone(), anchor, to.clone()));
            }
            if path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/assets/") {
                queue.push_back(Link { to: path, from: to.clone() });
            }
        }
        ids.insert(to, values(&answer.body, "id").into_iter().collect::<BTreeSet<_>>());
    }
    for (path, anchor, from) in anchors {
        if ids.get(&path).is_some_and(|ids| !ids.contains(&anchor)) {
            wrong.push(format!("{path}#{anchor}, linked on {from}, is not on that page"));
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for page in server::page::PAGES {
        let reached = seen.iter().any(|to| matches(page, to.split('?').next().unwrap_or_default()));
        let excepted = NOT_LINKED.iter().any(|(known, _)| *known == page);
        assert!(
            reached || excepted,
            "No link leads to {page}: link it, or list it in NOT_LINKED with what leads there."
        );
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(part, text)| part.starts_with('{') || part == text)
}

/// What the content policy would block.
fn forbidden(html: &str) -> impl Iterator<Item = &'static str> {
    let head = html.to_lowercase();
    let found = [
        (head.contains(" style=\""), "an inline style"),
        (head.contains("<style"), "a style element"),
        (head.contains(" onclick=") || head.contains(" onload=") || head.contains(" onsubmit="), "an inline handler"),
        (
            head.split("<script").skip(1).any(|rest| !rest.split('>').next().unwrap_or_default().contains("src=")),
            "an inline script",
        ),
        (
            ["<link", "<script", "<img"].iter().any(|tag| {
                head.split(tag).skip(1).any(|rest| rest.split('>').next().unwrap_or_default().contains("=\"http"))
            }),
            "something from another site",
        ),
    ];
    found.into_iter().filter(|(is, _)| *is).map(|(_, what)| what)
}
