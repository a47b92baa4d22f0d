//! Pages of one incident.

use std::collections::BTreeMap;

use app::page::{self, case::Case};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use domain::{Id, Refusal};
use futures::StreamExt;
use leptos::prelude::AnyView;
use store::Result;

use super::Asked;
use super::house::key;
use crate::site::Site;
use crate::{export, live, upload};

type Params = Path<BTreeMap<String, String>>;

macro_rules! tab {
    ($title:literal, |$case:ident, $query:ident| $view:expr) => {
        get(|State(site): State<Site>, asked: Asked, Path(params): Params| async move {
            show(&site, &asked, &params, $title, |$case: &Case, $query: &BTreeMap<String, String>| $view).await
        })
    };
}

fn id(query: &BTreeMap<String, String>, name: &str) -> Option<Id> {
    query.get(name).filter(|id| !id.is_empty()).map(|id| Id::new(id.as_str()))
}

pub(super) fn router() -> Router<Site> {
    let base = "/incidents/{key}";
    let at = |page: &str| format!("{base}/{page}");
    Router::new()
        .route(base, tab!("Overview", |case, _query| page::overview::page(case)))
        .route(
            &at("timeline"),
            tab!("Timeline", |case, query| page::timeline::page(
                case,
                &page::timeline::TimelineQuery::from_pairs(query)
            )),
        )
        .route(
            &at("principals"),
            tab!("Principals", |case, query| page::principals::page(case, id(query, "edit").as_ref())),
        )
        .route(&at("exposure"), tab!("Exposure", |case, query| page::exposure::page(case, query)))
        .route(
            &at("evidence"),
            tab!("Evidence", |case, query| page::evidence::page(case, id(query, "edit").as_ref()))
                .post(upload::by_person)
                .layer(axum::extract::DefaultBodyLimit::disable()),
        )
        .route(&at("evidence/{id}"), get(evidence))
        .route(&at("evidence/{id}/content"), get(upload::content_for_person))
        .route(&at("severity"), tab!("Severity", |case, _query| page::severity::page(case)))
        .route(&at("verdict"), tab!("Verdict", |case, _query| page::verdict::page(case)))
        .route(
            &at("gaps"),
            tab!("Control gaps", |case, query| page::gaps::page(
                case,
                id(query, "edit").as_ref(),
                query.get("control").and_then(|word| domain::gap::Control::parse(word).ok())
            )),
        )
        .route(
            &at("remediation"),
            tab!("Remediation", |case, query| page::remediation::page(case, id(query, "edit").as_ref())),
        )
        .route(&at("claims"), tab!("Claims", |case, query| page::claims::page(case, id(query, "edit").as_ref())))
        .route(
            &at("postmortem"),
            tab!("Postmortem", |case, query| page::postmortem::page(
                case,
                query.get("edit").and_then(|word| domain::postmortem::Section::parse(word).ok())
            )),
        )
        .route(&at("settings"), tab!("Settings", |case, _query| page::settings::page(case)))
        .route(&at("history"), get(history))
        .route(&at("export"), get(export::for_person))
        .route(&at("live"), get(live::for_person))
}

async fn show(
    site: &Site,
    asked: &Asked,
    params: &BTreeMap<String, String>,
    title: &str,
    view: impl FnOnce(&Case, &BTreeMap<String, String>) -> AnyView,
) -> Response {
    match open(site, asked, params).await {
        Ok(case) => render(site, asked, &case, title, || view(&case, &asked.query)),
        Err(error) => asked.fail(site, &error),
    }
}

async fn open(site: &Site, asked: &Asked, params: &BTreeMap<String, String>) -> Result<Case> {
    Ok(Case::new(site.store.dossier(&asked.signed.actor, key(params)?).await?))
}

/// Renders a page that follows its incident.
fn render(site: &Site, asked: &Asked, case: &Case, title: &str, view: impl FnOnce() -> AnyView) -> Response {
    let mut frame = asked.frame(site, &format!("{title} · {}", case.key()));
    frame.live = Some((case.url("live"), case.dossier.version));
    Html(app::document(frame, view)).into_response()
}

/// How many changes the history shows at once.
const CHANGES: u32 = 100;

async fn history(State(site): State<Site>, asked: Asked, Path(params): Params) -> Response {
    if let Some(record) = asked.query.get("record") {
        return record_history(&site, &asked, &params, record).await;
    }
    let read = async {
        let case = open(&site, &asked, &params).await?;
        let before =
            asked.query.get("before").and_then(|before| before.parse::<u64>().ok()).unwrap_or(case.dossier.version + 1);
        let since = before.saturating_sub(1 + u64::from(CHANGES));
        let mut changes = site.store.changes(&asked.signed.actor, case.key(), since, CHANGES).await?;
        changes.retain(|stored| stored.version < before);
        changes.reverse();
        let undo = site.store.undoable(&asked.signed.actor, case.key()).await?;
        Ok::<_, store::Error>((case, changes, (since > 0).then_some(since + 1), undo))
    };
    match read.await {
        Ok((case, changes, older, undo)) => {
            let changes: Vec<_> = changes.into_iter().map(split).collect();
            render(&site, &asked, &case, "History", || page::history::page(&case, &changes, older, &undo))
        }
        Err(error) => asked.fail(&site, &error),
    }
}

/// The history of one record: `event/<id>`.
async fn record_history(site: &Site, asked: &Asked, params: &BTreeMap<String, String>, record: &str) -> Response {
    let read = async {
        let case = open(site, asked, params).await?;
        let (noun, id) = record.split_once('/').unwrap_or((record, ""));
        let noun = domain::record::Noun::parse(noun).map_err(|_| Refusal::absent("record of that kind"))?;
        let changes = site.store.versions(&asked.signed.actor, case.key(), noun, &Id::new(id)).await?;
        Ok::<_, store::Error>((case, changes))
    };
    match read.await {
        Ok((case, changes)) => {
            let changes: Vec<_> = changes.into_iter().map(store::StoredChange::into_change).collect();
            render(site, asked, &case, "History", || page::history::record_page(&case, &changes))
        }
        Err(error) => asked.fail(site, &error),
    }
}

/// A line of the log as the domain knows it, and its link in the chain.
fn split(stored: store::StoredChange) -> (domain::record::Change, String) {
    let hash = stored.hash.clone();
    (stored.into_change(), hash)
}

/// A piece of an evidence item as lines.
pub struct EvidenceView {
    /// The lines.
    pub lines: Vec<String>,
    /// The number of the first.
    pub first: u64,
    /// Whether more follow.
    pub truncated: bool,
}

/// How many lines one page shows.
const LINES: u64 = 1000;
/// How long a line may be on the page, in bytes; the rest is in the download.
const LINE_BYTES_MAX: usize = 4000;

async fn evidence(State(site): State<Site>, asked: Asked, Path(params): Params) -> Response {
    let read = async {
        let case = open(&site, &asked, &params).await?;
        let id = Id::new(params.get("id").map_or("", String::as_str));
        let item = case.dossier.evidence.get(&id).ok_or_else(|| Refusal::absent("evidence item"))?;
        let number =
            |name: &str| asked.query.get(name).and_then(|text| text.split(['-', '–']).next()?.parse::<u64>().ok());
        // A link to a line opens the page of lines that holds it.
        let line = number("line").or_else(|| number("lines")).unwrap_or(1).max(1);
        let from = number("from").unwrap_or((line - 1) / LINES * LINES + 1).max(1);
        let view = if item.format == "binary" {
            EvidenceView { lines: Vec::new(), first: 1, truncated: false }
        } else {
            read_lines(&site.store, &item.sha256, from).await?
        };
        Ok::<_, store::Error>((case.clone(), id, item.lines, view))
    };
    match read.await {
        Ok((case, id, total, view)) => render(&site, &asked, &case, "Evidence", || {
            page::evidence::view_page(&case, &id, &view.lines, view.first, total, view.truncated)
        }),
        Err(error) => asked.fail(&site, &error),
    }
}

/// Reads a page of lines, passing over those before it without keeping them.
pub async fn read_lines(store: &store::Store, sha256: &str, from: u64) -> Result<EvidenceView> {
    let mut bytes = store.read_unpacked(sha256).await?;
    let (mut lines, mut line, mut number) = (Vec::new(), Vec::new(), 1_u64);
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk?;
        for byte in chunk.iter() {
            if *byte == b'\n' {
                if number >= from {
                    lines.push(String::from_utf8_lossy(&line).trim_end_matches('\r').to_string());
                }
                line.clear();
                number += 1;
                if number >= from + LINES {
                    return Ok(EvidenceView { lines, first: from, truncated: true });
                }
            } else if number >= from && line.len() < LINE_BYTES_MAX {
                line.push(*byte);
            }
        }
    }
    if number >= from && !line.is_empty() {
        lines.push(String::from_utf8_lossy(&line).into_owned());
    }
    Ok(EvidenceView { lines, first: from, truncated: false })
}
