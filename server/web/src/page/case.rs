//! Pages of one incident.

use std::collections::BTreeMap;

use app::case::Case;
use app::page;
use app::page::evidence::LINES_ON_PAGE_MAX;
use app::page::principals::Suggested;
use app::page::timeline::Beside;
use axum::response::{Html, IntoResponse, Response};
use domain::evidence::Evidence;
use domain::history::Undo;
use domain::{Id, Refusal};
use leptos::prelude::{AnyView, IntoAny};
use store::{AlertFilter, ContainmentFilter, OpenIncident, Result};

use super::lines::{EvidenceView, read_lines, read_lines_at};
use super::{PageRequest, log};
use crate::bench;

pub(super) fn id(query: &BTreeMap<String, String>, name: &str) -> Option<Id> {
    query.get(name).filter(|id| !id.is_empty()).map(|id| Id::new(id.as_str()))
}

/// Pages that show the case file, and nothing beside it.
macro_rules! tabs {
    ($($page:ident $title:literal |$case:ident, $query:ident| $view:expr;)*) => {
        $(pub(super) async fn $page(asked: PageRequest) -> Response {
            show(&asked, $title, |$case: &Case, $query: &BTreeMap<String, String>| $view).await
        })*
    };
}

tabs! {
    overview "Overview" |case, query| {
        page::overview::page(case, query.get("acts").and_then(|part| part.parse().ok()).unwrap_or(0))
    };
    exposure "Exposure" |case, query| page::exposure::page(case, query);
    severity "Severity" |case, _query| page::severity::page(case);
    verdict "Verdict" |case, _query| page::verdict::page(case);
    gaps "Control gaps" |case, query| {
        let control = query.get("control").and_then(|word| domain::gap::Control::parse(word).ok());
        page::gaps::page(case, id(query, "edit").as_ref(), control)
    };
    remediation "Remediation" |case, query| page::remediation::page(case, id(query, "edit").as_ref());
    metrics "Metrics" |case, _query| page::metrics::page(case);
    claims "Claims" |case, query| page::claims::page(case, id(query, "edit").as_ref());
    postmortem "Postmortem" |case, query| {
        let section = query.get("edit").and_then(|word| domain::postmortem::Section::parse(word).ok());
        page::postmortem::page(case, section)
    };
    wording "Public export" |case, _query| page::wording::page(case);
    settings "Settings" |case, _query| page::settings::page(case);
}

async fn show(
    asked: &PageRequest,
    title: &str,
    view: impl FnOnce(&Case, &BTreeMap<String, String>) -> AnyView,
) -> Response {
    match open(asked).await {
        Ok(case) => render(asked, &case, title, || view(&case, &asked.query)).await,
        Err(error) => asked.fail(&error),
    }
}

/// The incident as its pages see it.
pub(super) async fn open(asked: &PageRequest) -> Result<Case> {
    let incident = asked.incident()?;
    let case = case_of(incident).await?;
    if !asked.query.contains_key("undo") {
        return Ok(case);
    }
    // A page that cannot offer it is better than none.
    let undo = incident.undoable().await.unwrap_or(Undo::Nothing);
    Ok(Case { undo, ..case })
}

/// An incident as its pages see it, with what was written of this very version for others.
pub(super) async fn case_of(incident: &OpenIncident) -> Result<Case> {
    let file = incident.file().await?;
    let case = Case::new(file.dossier().clone(), file.evaluation().clone());
    Ok(Case { html: file.beside(), ..case })
}

/// The timeline, with what the watch and the registry know of the incident.
pub(super) async fn timeline(asked: PageRequest) -> Response {
    let read = async {
        let case = open(&asked).await?;
        let beside = beside(&asked, &case).await?;
        Ok::<_, store::Error>((case, beside))
    };
    match read.await {
        Ok((case, beside)) => {
            let query = page::timeline::TimelineQuery::from_pairs(&asked.query);
            render(&asked, &case, "Timeline", || page::timeline::page(&case, &query, &beside)).await
        }
        Err(error) => asked.fail(&error),
    }
}

/// So many alerts and containments stand beside the events.
const BESIDE: u32 = 100;

async fn beside(asked: &PageRequest, case: &Case) -> Result<Beside> {
    let actor = &asked.signed.actor;
    let filter = AlertFilter { incident: Some(case.key()), ..AlertFilter::default() };
    let alerts = asked.site.store.alerts(actor, &filter, None, BESIDE).await?;
    let filter = ContainmentFilter { incident: Some(case.key()), limit: BESIDE, ..ContainmentFilter::default() };
    let containments = asked.site.store.containments(actor, &filter).await?;
    Ok(Beside {
        alerts: alerts.items,
        has_more_alerts: alerts.next_cursor.is_some(),
        containments: containments.into_iter().map(|shown| (shown.containment, shown.agent_name)).collect(),
    })
}

pub(super) async fn principals(asked: PageRequest) -> Response {
    let read = async {
        let case = open(&asked).await?;
        let agents = asked.site.store.suggested_agents(&case.dossier).await?;
        let agents = agents.into_iter().map(|(principal, agent)| (principal, (agent.id, agent.name))).collect();
        let suggested = Suggested { accounts: asked.site.store.suggested_accounts(&case.dossier).await?, agents };
        Ok::<_, store::Error>((case, suggested))
    };
    match read.await {
        Ok((case, suggested)) => {
            render(&asked, &case, "Principals", || {
                page::principals::page(&case, id(&asked.query, "edit").as_ref(), &suggested)
            })
            .await
        }
        Err(error) => asked.fail(&error),
    }
}

/// Renders a page that follows its incident.
pub(super) async fn render(asked: &PageRequest, case: &Case, title: &str, view: impl FnOnce() -> AnyView) -> Response {
    let mut frame = asked.frame(&format!("{title} · {}", case.key()));
    frame.live = Some((case.url("live"), case.dossier.version));
    let news = || (!asked.news.is_empty()).then(|| page::case::news::news(case, &asked.news));
    Html(bench::run(|| app::document(frame, || (view(), news()).into_any())).await).into_response()
}

/// Who is here, as the part of the page that shows it: an open page asks for it alone.
pub(super) async fn here(asked: PageRequest) -> Response {
    match open(&asked).await {
        Ok(case) => Html(app::fragment(asked.frame(""), || page::case::here::here(&case))).into_response(),
        Err(error) => asked.fail(&error),
    }
}

/// How many changes the history shows at once.
const CHANGES: u32 = 100;

pub(super) async fn history(asked: PageRequest) -> Response {
    if let Some(record) = asked.query.get("record") {
        return record_history(&asked, record).await;
    }
    let read = async {
        let (case, incident) = (open(&asked).await?, asked.incident()?);
        let before =
            asked.query.get("before").and_then(|before| before.parse::<u64>().ok()).unwrap_or(case.dossier.version + 1);
        let since = before.saturating_sub(1 + u64::from(CHANGES));
        let mut changes = incident.changes(since, CHANGES).await?;
        changes.retain(|stored| stored.version < before);
        changes.reverse();
        let undo = incident.undoable().await?;
        Ok::<_, store::Error>((case, changes, (since > 0).then_some(since + 1), undo))
    };
    match read.await {
        Ok((case, changes, older, undo)) => {
            let changes: Vec<_> = changes.into_iter().map(split).collect();
            render(&asked, &case, "History", || page::history::page(&case, &changes, older, &undo)).await
        }
        Err(error) => asked.fail(&error),
    }
}

/// The history of one record: `event/<id>`.
async fn record_history(asked: &PageRequest, record: &str) -> Response {
    let read = async {
        let (case, incident) = (open(asked).await?, asked.incident()?);
        let (noun, id) = record.split_once('/').unwrap_or((record, ""));
        let noun = domain::casefile::Noun::parse(noun).map_err(|_| Refusal::absent("record of that kind"))?;
        let changes = incident.versions(noun, &Id::new(id)).await?;
        Ok::<_, store::Error>((case, changes))
    };
    match read.await {
        Ok((case, changes)) => {
            let changes: Vec<_> = changes.into_iter().map(|stored| stored.into_change()).collect();
            render(asked, &case, "History", || page::history::record_page(&case, &changes)).await
        }
        Err(error) => asked.fail(&error),
    }
}

/// A line of the log as the domain knows it, and its link in the chain.
fn split(stored: store::StoredChange) -> (domain::casefile::Change, String) {
    let hash = stored.hash.clone();
    (stored.into_change(), hash)
}

pub(super) async fn evidence(asked: PageRequest) -> Response {
    let read = async {
        let case = open(&asked).await?;
        let id = asked.param("id");
        let item = case.dossier.evidence.get(&id).ok_or_else(|| Refusal::absent("evidence item"))?;
        let view = if item.format == "binary" {
            Some(EvidenceView { lines: Vec::new(), first: 1, truncated: false })
        } else {
            match lines_of(&asked, item).await {
                Err(store::Error::Missing(_)) => None,
                view => Some(view?),
            }
        };
        Ok::<_, store::Error>((case.clone(), id, item.lines, view))
    };
    match read.await {
        Ok((case, id, total, view)) => {
            render(&asked, &case, "Evidence", || {
                let (first, truncated) = view.as_ref().map_or((1, false), |view| (view.first, view.truncated));
                page::evidence::view_page(&case, &id, view.as_ref().map(|view| &*view.lines), first, total, truncated)
            })
            .await
        }
        Err(error) => asked.fail(&error),
    }
}

/// The lines that are asked for: from a number on, or those that hold a line or a record.
async fn lines_of(asked: &PageRequest, item: &Evidence) -> Result<EvidenceView> {
    let number = |name: &str| asked.query.get(name).and_then(|text| text.split(['-', '–']).next()?.parse::<u64>().ok());
    let record = log::record_of(asked, &item.id).await;
    // Lines are those of the text that was read.
    let reading = asked.incident()?.reading(&item.id).await?;
    let encoding = reading.and_then(|reading| reading.terms.encoding.or(reading.summary?.encoding));
    let encoding = encoding.as_deref();
    if let Some(found) = &record
        && let Some(view) = read_lines_at(&asked.site.store, &item.sha256, encoding, found.record.raw).await?
    {
        return Ok(view);
    }
    let told = record.map(|found| found.record.raw.first_line);
    // A link to a line opens the page of lines that holds it.
    let line = told.or_else(|| number("line")).or_else(|| number("lines")).unwrap_or(1).max(1);
    let from = number("from").unwrap_or((line - 1) / LINES_ON_PAGE_MAX * LINES_ON_PAGE_MAX + 1).max(1);
    read_lines(&asked.site.store, &item.sha256, encoding, from).await
}
