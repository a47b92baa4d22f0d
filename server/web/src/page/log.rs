//! Pages of the records that were read from evidence.

use std::collections::BTreeMap;

use app::case::Case;
use app::frame::Typed;
use app::page;
use app::page::confirmations::MapQuery;
use app::page::import::ImportPage;
use app::page::records::{FILTER, RECORDS_ON_PAGE_MAX, RecordQuery};
use app::page::review::{ReviewPage, proposed_span};
use axum::http::StatusCode;
use axum::response::Response;
use domain::casefile::CaseItem;
use domain::evidence::Evidence;
use domain::import::Import;
use domain::reader::log::{Filter, FoundRecord, Mapping, RecordPage};
use domain::vocabulary::FindingClass;
use domain::{Id, Refusal};
use serde_json::json;
use store::{Error, Result};

use super::PageRequest;
use super::case::{id, open, render};
use crate::command::{GatesQuery, filter_of, gate_map};
use crate::query;
use crate::upload::{self, read_format, read_terms};

/// How many of the first records the page of an import shows.
const SAMPLES: usize = 20;

/// So many records are held against the classifications while a page is made; more are counted at the attestation.
const COUNTED_MAX: u64 = 200_000;

pub(super) async fn register(asked: PageRequest) -> Response {
    let read = async {
        let case = open(&asked).await?;
        let readings = asked.incident()?.readings().await?;
        Ok::<_, Error>((case, readings))
    };
    match read.await {
        Ok((case, readings)) => {
            render(&asked, &case, "Evidence", || {
                page::evidence::page(&case, &readings, id(&asked.query, "edit").as_ref())
            })
            .await
        }
        Err(error) => asked.fail(&error),
    }
}

pub(super) async fn records(mut asked: PageRequest) -> Response {
    let read = async {
        let case = open(&asked).await?;
        let filter = read_filter(&asked, &asked.query)?;
        let is_readable = filter.is_ok();
        let query = RecordQuery::new(case.url("records"), filter.as_ref().cloned().unwrap_or_default(), &asked.query);
        let found = if is_readable { Some(find(&asked, query.evidence.as_ref(), &query).await?) } else { None };
        Ok::<_, Error>((case, query, found, filter.err()))
    };
    match read.await {
        Ok((case, query, found, trouble)) => {
            let status = bring_back(&mut asked, trouble);
            let mut response =
                render(&asked, &case, "Records", || page::records::page(&case, &query, found.as_ref())).await;
            *response.status_mut() = status;
            response
        }
        Err(error) => asked.fail(&error),
    }
}

pub(super) async fn confirmations(mut asked: PageRequest) -> Response {
    let read = async {
        let case = open(&asked).await?;
        let (actor, now) = (&asked.signed.actor, asked.site.store.clock().now());
        let typed = asked.query.clone();
        let is_by_agent = typed.get("by").is_some_and(|by| by == "agent");
        let sent = query::read::<GatesQuery>(&typed).map_err(Error::from);
        let (sent, filter) = match sent.and_then(|sent| Ok((sent.filter(now, &actor.zone)?, sent))) {
            Err(Error::Refused(refusal)) if refusal.field.is_some() => {
                return Ok((case, MapQuery { typed, is_by_agent, ..MapQuery::default() }, None, Some(refusal)));
            }
            read => read.map(|(filter, sent)| (sent, filter))?,
        };
        let map = gate_map(asked.incident()?, &sent).await?;
        Ok::<_, Error>((case, MapQuery { filter, is_by_agent, typed }, Some(map), None))
    };
    match read.await {
        Ok((case, query, map, trouble)) => {
            let status = bring_back(&mut asked, trouble);
            let view = || page::confirmations::page(&case, &query, map.as_ref());
            let mut response = render(&asked, &case, "Confirmations", view).await;
            *response.status_mut() = status;
            response
        }
        Err(error) => asked.fail(&error),
    }
}

/// The filter of a query; a refusal of one of its fields belongs beside that field.
fn read_filter(asked: &PageRequest, query: &BTreeMap<String, String>) -> Result<Result<Filter, Refusal>> {
    let sent = query::read(query).map_err(Error::from);
    match sent.and_then(|sent| filter_of(sent, asked.site.store.clock().now(), &asked.signed.actor.zone)) {
        Ok(filter) => Ok(Ok(filter)),
        Err(Error::Refused(refusal)) if refusal.field.is_some() => Ok(Err(refusal)),
        Err(error) => Err(error),
    }
}

/// Shows the sentence beside the field of the filter, and what was typed.
fn bring_back(asked: &mut PageRequest, trouble: Option<Refusal>) -> StatusCode {
    let Some(refusal) = trouble else { return StatusCode::OK };
    let values = asked.query.iter().map(|(name, value)| (name.clone(), vec![value.clone()])).collect();
    let errors = refusal.field.iter().map(|field| (field.clone(), refusal.sentence.clone())).collect();
    asked.bring_back(Typed { form: FILTER.into(), values, errors, detail: None });
    StatusCode::UNPROCESSABLE_ENTITY
}

async fn find(asked: &PageRequest, evidence: Option<&Id>, query: &RecordQuery) -> Result<RecordPage> {
    let cursor = query.cursor.as_deref();
    asked.incident()?.log_records(evidence, &query.filter, cursor, RECORDS_ON_PAGE_MAX).await
}

/// The item in the path.
fn item_of(asked: &PageRequest, case: &Case) -> Result<CaseItem<Evidence>> {
    let id = asked.param("id");
    Ok(case.dossier.evidence.get(&id).ok_or_else(|| Refusal::absent("evidence item"))?.clone())
}

pub(super) async fn reading(asked: PageRequest) -> Response {
    let read = async {
        let case = open(&asked).await?;
        let shown = read_of(&asked, item_of(&asked, &case)?.record).await?;
        Ok::<_, Error>((case, shown))
    };
    match read.await {
        Ok((case, shown)) => render(&asked, &case, "Import", || page::import::page(&case, &shown)).await,
        Err(error) => asked.fail(&error),
    }
}

/// What is shown of an item: the import that was kept, or a trial where nothing was, or another is asked for.
async fn read_of(asked: &PageRequest, item: Evidence) -> Result<ImportPage> {
    let reading = asked.incident()?.reading(&item.id).await?;
    let word = asked.query.get("format").map(String::as_str).filter(|word| !word.is_empty());
    let (format, _) = read_format(word)?;
    let mapping = mapping_of(&asked.query)?;
    let said = |name: &str| asked.query.get(name).cloned();
    let terms = read_terms(said("encoding"), said("zone"), said("dates"))?;
    let mut shown = ImportPage {
        item,
        reading,
        trial: None,
        terms: terms.clone(),
        format,
        mapping: mapping.clone(),
        records: Vec::new(),
        parse_errors: (Vec::new(), None),
    };
    if shown.reading.as_ref().is_some_and(Import::is_under_way) {
        return Ok(shown);
    }
    if shown.item.records.is_none() || word.is_some() || mapping.is_some() || !terms.is_empty() {
        shown.trial = Some(asked.incident()?.try_evidence(&shown.item.id, format, mapping, terms).await?);
        return Ok(shown);
    }
    let from = asked.query.get("parse_errors").and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    shown.parse_errors = asked.incident()?.parse_errors(&shown.item.id, from).await?;
    let whole = Filter::default();
    shown.records = asked.incident()?.log_records(Some(&shown.item.id), &whole, None, SAMPLES).await?.items;
    Ok(shown)
}

/// `mapping.time=ts&mapping.actor=who`; a blank one names no column.
fn mapping_of(query: &BTreeMap<String, String>) -> Result<Option<Mapping>> {
    let named: BTreeMap<&str, [&str; 1]> = query
        .iter()
        .filter_map(|(name, column)| Some((name.strip_prefix("mapping.")?, [column.as_str()])))
        .filter(|(_, [column])| !column.is_empty())
        .collect();
    if named.is_empty() { Ok(None) } else { upload::read_mapping(&json!(named).to_string()).map(Some) }
}

pub(super) async fn review(mut asked: PageRequest) -> Response {
    let read = async {
        let case = open(&asked).await?;
        let item = item_of(&asked, &case)?.record;
        let query = spanned(&case, &item, &asked.query);
        let filter = read_filter(&asked, &query)?;
        let path = case.url(&format!("evidence/{}/review", item.id));
        let asked_for = filter.as_ref().cloned().unwrap_or_default();
        let mut records = RecordQuery::new(path, asked_for, &query);
        records.evidence = None;
        let (mut found, mut classes) = (None, None);
        if filter.is_ok() && item.records.is_some() {
            let page = find(&asked, Some(&item.id), &records).await?;
            classes = count(&asked, &case, &item.id, &records.filter, page.total).await?;
            found = Some(page);
        }
        Ok::<_, Error>((case, ReviewPage { item, query: records, found, classes }, filter.err()))
    };
    match read.await {
        Ok((case, shown, trouble)) => {
            let status = bring_back(&mut asked, trouble);
            let mut response = render(&asked, &case, "Review", || page::review::page(&case, &shown)).await;
            *response.status_mut() = status;
            response
        }
        Err(error) => asked.fail(&error),
    }
}

/// The query with the proposed span where none is asked for.
fn spanned(case: &Case, item: &Evidence, query: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut query = query.clone();
    if let Some((from, to)) = proposed_span(case, item) {
        for (name, at) in [("from", from), ("to", to)] {
            if query.get(name).is_none_or(|text| text.trim().is_empty()) {
                query.insert(name.into(), at.rfc3339());
            }
        }
    }
    query
}

/// How many of the records are classified as what; `None` where they are too many to count for a page.
async fn count(
    asked: &PageRequest,
    case: &Case,
    id: &Id,
    filter: &Filter,
    total: u64,
) -> Result<Option<BTreeMap<FindingClass, u64>>> {
    let none = case.dossier.classifications.iter().all(|kept| kept.evidence != *id);
    if none || total == 0 {
        return Ok(Some(BTreeMap::new()));
    }
    if total > COUNTED_MAX {
        return Ok(None);
    }
    Ok(Some(asked.incident()?.examine(id, filter).await?.classes))
}

/// The record a link names by its number, if it can be found.
pub(super) async fn record_of(asked: &PageRequest, id: &Id) -> Option<FoundRecord> {
    let number = asked.query.get("record")?.parse().ok()?;
    asked.incident().ok()?.log_record(id, number).await.ok()
}
