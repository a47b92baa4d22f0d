//! A timeline pasted as text: shown as it was understood, then confirmed.

use std::collections::BTreeMap;

use app::page::{case::Case, timeline};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::access::Permit;
use domain::casefile::Draft;
use domain::casefile::Entry;
use domain::draft::{ITEMS_MAX, few};
use domain::reader::{TextTimeline, read_text_timeline_of};
use domain::timeline::{EdgeDraft, EdgeKind, EventDraft};
use domain::{Id, Key, Refusal, Ruled};
use serde_json::Value;
use store::{Error, Result};

use super::PageRequest;
use super::case::case_of;
use crate::bench;
use crate::fields::Fields;
use crate::form::{back, on, typed};
use crate::received::Sent;
use crate::site::Site;

/// The longest text that is read at once, in bytes.
const PASTE_BYTES_MAX: usize = 1_000_000;

pub(super) async fn preview(
    State(site): State<Site>,
    asked: PageRequest,
    Path(params): Path<BTreeMap<String, String>>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let case = open(&site, &asked, &params).await;
    let fields = match sent.fields(&site, &asked.signed.actor).await {
        Ok(fields) => fields,
        Err(unreceived) => return unreceived.page("/incidents"),
    };
    let text = fields.get("text").unwrap_or_default().to_string();
    let read = async {
        let case = case?;
        if text.trim().is_empty() {
            return Err(Refusal::field(
                "text",
                "Paste some lines first, such as [2026-03-18] Engineer asks a question.",
            )
            .into());
        }
        if text.len() > PASTE_BYTES_MAX {
            return Err(Refusal::field("text", "This is more than a megabyte: upload it as evidence instead.").into());
        }
        Ok::<_, Error>(case)
    };
    match read.await {
        Ok(case) => {
            let timeline = understand(&site, &asked, &case, &text).await;
            asked.show(&site, "Confirm the pasted timeline", || timeline::paste_page(&case, &text, &timeline)).await
        }
        Err(error) => back(&site, &fields, &headers, &error).await,
    }
}

pub(super) async fn confirm(
    State(site): State<Site>,
    asked: PageRequest,
    Path(params): Path<BTreeMap<String, String>>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let key = may_write(&site, &asked, &params).await;
    let fields = match sent.fields(&site, &asked.signed.actor).await {
        Ok(fields) => fields,
        Err(unreceived) => return unreceived.page("/incidents"),
    };
    match async { write(&site, &asked, key?, fields.json()?).await }.await {
        Ok(location) => on(&headers, &location),
        Err(error) => again(&site, asked, &params, &headers, &fields, &error).await,
    }
}

async fn open(site: &Site, asked: &PageRequest, params: &BTreeMap<String, String>) -> Result<Case> {
    case_of(&site.open(&asked.signed.actor, params).await?).await
}

async fn understand(site: &Site, asked: &PageRequest, case: &Case, text: &str) -> TextTimeline {
    let occurred = case.dossier.incident().ok().and_then(|incident| incident.occurred.sort_key());
    let (now, zone) = (site.store.clock().now(), &asked.signed.actor.zone);
    bench::run(|| read_text_timeline_of(text, occurred, now, zone)).await
}

/// The incident, if its events may be added to.
async fn may_write(site: &Site, asked: &PageRequest, params: &BTreeMap<String, String>) -> Result<Key> {
    let key = site.key(&asked.signed.actor, params).await?;
    if asked.signed.actor.may(Permit::Edit) {
        return Ok(key);
    }
    let role = asked.signed.actor.role;
    let sentence = format!("Your role is {role}, and it may not {}: ask an admin for another role.", Permit::Edit);
    Err(Refusal::forbidden(sentence).into())
}

/// The page of the preview is not one that can be asked for, so it is made again from the text.
async fn again(
    site: &Site,
    mut asked: PageRequest,
    params: &BTreeMap<String, String>,
    headers: &HeaderMap,
    fields: &Fields,
    error: &Error,
) -> Response {
    let Ok(case) = open(site, &asked, params).await else { return back(site, fields, headers, error).await };
    let text = fields.get("text").unwrap_or_default().to_string();
    let timeline = understand(site, &asked, &case, &text).await;
    let (typed, status) = typed(fields, error);
    asked.bring_back(typed);
    let mut response =
        asked.show(site, "Confirm the pasted timeline", || timeline::paste_page(&case, &text, &timeline)).await;
    *response.status_mut() = status;
    response
}

/// Adds the lines that were kept, and links each to the line it follows.
async fn write(site: &Site, asked: &PageRequest, key: Key, mut body: Value) -> Result<String> {
    let items = body.get_mut("items").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
    few("items", items.len(), ITEMS_MAX)?;
    let mut drafts = Vec::new();
    for (place, mut item) in items.into_iter().enumerate() {
        let fields = item.as_object_mut();
        let Some(fields) = fields else { continue };
        let wanted = fields.remove("include").is_some_and(|include| include.as_bool().unwrap_or(true));
        let follows = fields
            .remove("follows")
            .and_then(|follows| follows.as_u64())
            .and_then(|follows| usize::try_from(follows).ok());
        if wanted {
            let draft =
                store::parse_draft::<EventDraft>(item).map_err(|refusal| refusal.under(&format!("items.{place}")))?;
            drafts.push((place, draft, follows));
        }
    }
    if drafts.is_empty() {
        return Err(Refusal::rule("Nothing was chosen: tick the lines that belong on the timeline.").into());
    }
    site.store.enter(&asked.signed.actor, key, Permit::Edit, move |entry| add_all(entry, drafts)).await?;
    Ok(format!("/incidents/{key}/timeline"))
}

fn add_all(entry: &mut Entry, drafts: Vec<(usize, EventDraft, Option<usize>)>) -> Ruled<()> {
    let mut added: BTreeMap<usize, Id> = BTreeMap::new();
    for (place, draft, follows) in drafts {
        let id = entry.add(draft).map_err(|refusal| refusal.under(&format!("items.{place}")))?;
        if let Some(before) = follows.and_then(|follows| added.get(&follows)).cloned() {
            let edge = EdgeDraft { from: id.clone(), to: before, kind: EdgeKind::TriggeredBy };
            let edge_id = entry.new_id();
            let edge = edge.apply(edge_id, None, entry)?;
            entry.put(edge);
        }
        added.insert(place, id);
    }
    Ok(())
}
