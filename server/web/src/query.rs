//! Filters of lists, from a query.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::{Uri, request::Parts};
use axum::response::Response;
use domain::agent::AgentStatus;
use domain::gap::Control;
use domain::incident::Status;
use domain::instance::InstanceNoun;
use domain::remediation::RemediationStatus;
use domain::severity::Sev;
use domain::trends::{Detection, FiledBy, Month};
use domain::verdict::Verdict;
use domain::watch::drafting::DraftState;
use domain::{Id, Refusal, Ruled};
use store::{AgentFilter, BoardFilter, Filter, InstanceFilter};

use crate::command::watch::rule::TRIED;
use crate::command::{Method, Route};
use crate::problem;

type Query = BTreeMap<String, String>;

/// A query in which each name stands once: of two values one would be passed over, and nobody could say which.
pub struct OneEach(pub Query);

impl<S: Sync> FromRequestParts<S> for OneEach {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let is_program = ["/api/", "/.well-known/"].iter().any(|door| uri.path().starts_with(door));
        one_each(&parts.uri, |_, _| false).map(Self).map_err(|refusal| match is_program {
            true => problem::json(&refusal.into()),
            false => problem::page(&refusal.into(), None, "/incidents"),
        })
    }
}

/// The query of a page: what forms and links add to an address may stand there twice, if it says the same.
pub fn of_page(uri: &Uri) -> Ruled<Query> {
    one_each(uri, |one, other| one == other || one.is_empty() || other.is_empty())
}

/// The pairs of a query; `may` says which values may stand beside each other, of which the last counts.
fn one_each(uri: &Uri, may: impl Fn(&str, &str) -> bool) -> Ruled<Query> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).map(|query| query.0);
    let mut query = Query::new();
    for (name, value) in pairs.unwrap_or_default() {
        match query.get(&name) {
            Some(known) if !may(known, &value) => {
                let shown: String = name.chars().take(60).collect();
                return Err(Refusal::field(
                    name,
                    format!("“{shown}” is there twice, and one value is meant: send it once."),
                ));
            }
            _ => query.insert(name, value),
        };
    }
    Ok(query)
}

/// The names of a filter of records.
const RECORDS: &[&str] = &[
    "from",
    "to",
    "actor",
    "kind",
    "action",
    "verb",
    "effect",
    "outcome",
    "resource",
    "q",
    "confirmation",
    "group",
    "suggestion",
    "evidence",
    "limit",
    "cursor",
];

/// The names of what a map of confirmations counts.
const CONFIRMATIONS: &[&str] = &["from", "to", "actor", "kind", "evidence", "by", "limit"];

/// The names that a command knows in its query.
pub fn known(route: &Route) -> &'static [&'static str] {
    let last = route.path.rsplit('/').next().unwrap_or_default();
    match (route.method, route.path, last) {
        (Method::Get, "/incidents", _) => &[
            "q",
            "status",
            "severity",
            "verdict",
            "tag",
            "gap",
            "agent",
            "drafted",
            "month",
            "detection",
            "filed_by",
            "limit",
            "cursor",
        ],
        (Method::Get, "/trends", _) => &[],
        (Method::Get, "/remediations", _) => &["status", "owner", "overdue", "limit", "cursor"],
        (Method::Get, "/containments", _) => &["state", "agent", "incident", "limit", "cursor"],
        (Method::Get, "/agents", _) => &["q", "owner", "status", "overdue", "unowned", "limit", "cursor"],
        (Method::Get, "/alerts", _) => &["state", "agent", "source", "rule", "level", "incident", "limit", "cursor"],
        (Method::Get, _, "changes") => &["since", "limit", "cursor"],
        (Method::Get, _, "merge") => &["into"],
        (Method::Get, _, "records") => RECORDS,
        (Method::Get, _, "confirmations") => CONFIRMATIONS,
        (Method::Get, _, "difference") => &["from", "profile"],
        (Method::Get, "/rules/{kind}/trial", _) => &TRIED,
        (Method::Get, _, "trial") => &["format", "mapping", "encoding", "zone", "dates"],
        (Method::Get, _, last) if !last.starts_with('{') => &["limit", "cursor"],
        _ => &[],
    }
}

/// Refuses what a command does not know, and numbers that are none: a narrower question would get a wider answer.
pub fn check(route: &Route, query: &Query) -> Ruled<()> {
    only(query, known(route))?;
    // Blank is as if it were not there.
    let number = |name: &str, least: u64, says: &str| match query.get(name).filter(|text| !text.is_empty()) {
        Some(text) if text.parse::<u64>().is_ok_and(|number| number >= least) => Ok(()),
        Some(text) => Err(Refusal::field(name, format!("“{text}” {says}"))),
        None => Ok(()),
    };
    number("limit", 1, "is not a number of items: write one from 1 on, such as limit=50.")?;
    number("since", 0, "is not a version of the incident: write a number, such as since=12.")?;
    // Pages of records and of the board go on at a place of their own kind.
    if !["/remediations", "/agents", "/alerts"].contains(&route.path) && !route.path.ends_with("/records") {
        number("cursor", 0, "is no place to go on from: send “next_cursor” of the page before as it is.")?;
    }
    Ok(())
}

/// Refuses names that are not known, with the nearest that is.
pub fn only(query: &Query, known: &[&str]) -> Ruled<()> {
    match query.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Refusal::field(name.as_str(), store::unknown_name(name, "a name of a query", known))),
        None => Ok(()),
    }
}

/// `?q=&status=&severity=&verdict=&tag=&gap=&agent=&drafted=&month=&detection=&filed_by=`; a blank one narrows nothing.
pub fn incidents(query: &Query) -> Ruled<Filter> {
    Ok(Filter {
        q: text(query, "q"),
        status: word(query, "status", Status::parse)?,
        severity: word(query, "severity", severity)?,
        verdict: word(query, "verdict", Verdict::parse)?,
        tag: text(query, "tag"),
        gap: word(query, "gap", Control::parse)?,
        agent: text(query, "agent"),
        drafted: word(query, "drafted", DraftState::parse)?,
        month: word(query, "month", Month::parse)?,
        detection: word(query, "detection", Detection::parse)?,
        filed_by: filed_by(query)?,
    })
}

/// `?filed_by=`: of whose incidents the months are told.
pub fn filed_by(query: &Query) -> Ruled<Option<FiledBy>> {
    word(query, "filed_by", FiledBy::parse)
}

/// `?q=&owner=&status=&overdue=&unowned=`.
pub fn agents(query: &Query) -> Ruled<AgentFilter> {
    Ok(AgentFilter {
        q: text(query, "q"),
        owner: text(query, "owner"),
        status: word(query, "status", AgentStatus::parse)?,
        overdue: asked(query, "overdue")?,
        unowned: asked(query, "unowned")?,
    })
}

/// `?person=&noun=&cursor=`.
pub fn instance(query: &Query) -> Ruled<(InstanceFilter, Option<u64>)> {
    let noun = word(query, "noun", InstanceNoun::parse)?;
    let person = text(query, "person").map(Id::new);
    Ok((InstanceFilter { noun, person }, query.get("cursor").and_then(|cursor| cursor.parse().ok())))
}

/// `?status=&owner=&overdue=`.
pub fn board(query: &Query) -> Ruled<BoardFilter> {
    Ok(BoardFilter {
        status: word(query, "status", RemediationStatus::parse)?,
        owner: text(query, "owner"),
        overdue: asked(query, "overdue")?,
        open: false,
    })
}

/// Whether a word says yes: any but `false` and `0` does.
fn asked(query: &Query, name: &str) -> Ruled<bool> {
    match text(query, name).as_deref() {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(other) => Err(Refusal::field(name, format!("“{other}” is neither true nor false: write one of them."))),
    }
}

/// Commands that are told nothing but what stands in their address.
const BARE: [&str; 14] = [
    "/comments/{id}/resolve",
    "/findings/{id}/reopen",
    "/conflicts/{id}/reopen",
    "/remediations/{id}/reopen",
    "/evidence/{id}/verify",
    "/reading/cancel",
    "/explanations/{id}/accept",
    "/overrides/{id}/approve",
    "/postmortem/approve",
    "/postmortem/publish",
    "/postmortem/reopen",
    "/close-task",
    "/containments/{id}/approve",
    "/stops/{id}/test",
];

/// The names that the body of a command may have, where it is no draft: all that such a command is told stands in its
/// address. A version is what some programs send back with everything.
pub fn check_body(route: &Route, body: &serde_json::Value) -> Ruled<()> {
    let last = route.path.rsplit('/').next().unwrap_or_default();
    let is_bare = (route.method == Method::Delete && last != "merge")
        || (route.method == Method::Post
            && (BARE.iter().any(|end| route.path.ends_with(end))
                || (["undo", "restore", "submit"].contains(&last)
                    && !["/reading/undo", "/containments/{id}/restore"].iter().any(|end| route.path.ends_with(end)))));
    let names = body.as_object().filter(|_| is_bare).into_iter().flat_map(|fields| fields.keys());
    match names.into_iter().find(|name| *name != "version") {
        Some(name) => Err(Refusal::field(name.as_str(), store::unknown_name(name, "a field", &["version"]))),
        None => Ok(()),
    }
}

fn text(query: &Query, name: &str) -> Option<String> {
    query.get(name).map(|text| text.trim().to_string()).filter(|text| !text.is_empty())
}

fn word<T>(query: &Query, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Ruled<Option<T>> {
    text(query, name).map(|word| parse(&word)).transpose().map_err(|sentence| Refusal::field(name, sentence))
}

fn severity(text: &str) -> Result<Sev, String> {
    let number = text.parse().ok().and_then(Sev::new);
    number.ok_or_else(|| format!("“{text}” is not a severity: use 0 to 4."))
}
