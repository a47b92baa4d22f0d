//! A timeline pasted as text: shown as it was understood, then confirmed.

use std::collections::BTreeMap;

use app::page::{case::Case, timeline};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::access::Permit;
use domain::draft::Draft;
use domain::reader::read_text_timeline;
use domain::record::Entry;
use domain::timeline::{EdgeDraft, EdgeKind, EventDraft};
use domain::{Id, Refusal, Ruled};
use serde_json::{Value, json};
use store::{Error, Result};

use super::Asked;
use super::house::key;
use crate::fields::Fields;
use crate::form::{back, decode, on, typed};
use crate::site::Site;

/// The longest text that is read at once, in bytes.
const PASTE_BYTES_MAX: usize = 1_000_000;

pub(super) async fn preview(
    State(site): State<Site>,
    asked: Asked,
    Path(params): Path<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields = Fields::new(decode(&body));
    let text = fields.get("text").unwrap_or_default().to_string();
    let read = async {
        let case = Case::new(site.store.dossier(&asked.signed.actor, key(&params)?).await?);
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
            let timeline = read_text_timeline(&text, site.store.clock().now(), &asked.signed.actor.zone);
            asked.show(&site, "Confirm the pasted timeline", || timeline::paste_page(&case, &text, &timeline))
        }
        Err(error) => back(&site, &fields, &headers, &error).await,
    }
}

pub(super) async fn confirm(
    State(site): State<Site>,
    asked: Asked,
    Path(params): Path<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields = Fields::new(decode(&body));
    match write(&site, &asked, &params, fields.json()).await {
        Ok(location) => on(&headers, &location, &json!(null)),
        Err(error) => again(&site, asked, &params, &headers, &fields, &error).await,
    }
}

/// The page of the preview is not one that can be asked for, so it is made again from the text.
async fn again(
    site: &Site,
    mut asked: Asked,
    params: &BTreeMap<String, String>,
    headers: &HeaderMap,
    fields: &Fields,
    error: &Error,
) -> Response {
    let case = async { Ok::<_, Error>(Case::new(site.store.dossier(&asked.signed.actor, key(params)?).await?)) };
    let Ok(case) = case.await else { return back(site, fields, headers, error).await };
    let text = fields.get("text").unwrap_or_default().to_string();
    let timeline = read_text_timeline(&text, site.store.clock().now(), &asked.signed.actor.zone);
    let (typed, status) = typed(fields, error);
    asked.bring_back(typed);
    let mut response =
        asked.show(site, "Confirm the pasted timeline", || timeline::paste_page(&case, &text, &timeline));
    *response.status_mut() = status;
    response
}

/// Adds the lines that were kept, and links each to the line it follows.
async fn write(site: &Site, asked: &Asked, params: &BTreeMap<String, String>, mut body: Value) -> Result<String> {
    let key = key(params)?;
    site.store.version(&asked.signed.actor, key).await?;
    if !asked.signed.actor.may(Permit::Edit) {
        return Err(Refusal::forbidden(format!(
            "Your role is {}, and it may not {}: ask an admin for another role.",
            asked.signed.actor.role,
            Permit::Edit
        ))
        .into());
    }
    let items = body.get_mut("items").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
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
            let edge = edge.settle(edge_id, None, entry)?;
            entry.put(edge);
        }
        added.insert(place, id);
    }
    Ok(())
}
