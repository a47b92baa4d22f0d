//! A timeline pasted as text: shown as it was understood, then confirmed.

use std::collections::BTreeMap;

use app::page::timeline;
use axum::response::Response;
use domain::access::Permit;
use domain::casefile::{Draft, Entry};
use domain::draft::{ITEMS_MAX, few};
use domain::reader::read_text_timeline_of;
use domain::timeline::{EdgeDraft, EdgeKind, EventDraft};
use domain::{Id, Refusal, Ruled};
use serde_json::Value;
use store::{Error, Result};

use super::PageRequest;
use super::case::case_of;
use crate::bench;
use crate::fields::Fields;
use crate::form::{Form, on, typed};
use crate::received::Sent;

/// The longest text that is read at once, in bytes.
const PASTE_BYTES_MAX: usize = 1_000_000;

pub(super) async fn preview(asked: PageRequest, sent: Sent) -> Response {
    let fields = match sent.fields(&asked.site, &asked.signed.actor).await {
        Ok(fields) => fields,
        Err(unreceived) => return unreceived.page("/incidents"),
    };
    let text = fields.get("text").unwrap_or_default().to_string();
    let read = async {
        if text.trim().is_empty() {
            let sentence = "Paste some lines first, such as [2026-03-18] Engineer asks a question.";
            return Err(Refusal::field("text", sentence).into());
        }
        if text.len() > PASTE_BYTES_MAX {
            return Err(Refusal::field("text", "This is more than a megabyte: upload it as evidence instead.").into());
        }
        show(&asked, &text).await
    };
    match read.await {
        Ok(page) => page,
        Err(error) => form(asked, fields).back(&error).await,
    }
}

pub(super) async fn confirm(asked: PageRequest, sent: Sent) -> Response {
    let let_in = asked.signed.actor.permit(Permit::Edit);
    let fields = match sent.fields(&asked.site, &asked.signed.actor).await {
        Ok(fields) => fields,
        Err(unreceived) => return unreceived.page("/incidents"),
    };
    match async { write(&asked, let_in.and_then(|()| Ok(fields.json()?))?).await }.await {
        Ok(location) => on(&asked.headers, &location),
        Err(error) => again(asked, fields, &error).await,
    }
}

/// The text as it was understood.
async fn show(asked: &PageRequest, text: &str) -> Result<Response> {
    let case = case_of(asked.incident()?).await?;
    let occurred = case.dossier.incident().ok().and_then(|incident| incident.occurred.sort_key());
    let (now, zone) = (asked.site.store.clock().now(), &asked.signed.actor.zone);
    let timeline = bench::run(|| read_text_timeline_of(text, occurred, now, zone)).await;
    Ok(asked.show("Confirm the pasted timeline", || timeline::paste_page(&case, text, &timeline)).await)
}

/// The page of the preview is not one that can be asked for, so it is made again from the text.
async fn again(mut asked: PageRequest, fields: Fields, error: &Error) -> Response {
    let (typed, status) = typed(&fields, error);
    asked.bring_back(typed);
    match show(&asked, fields.get("text").unwrap_or_default()).await {
        Ok(mut response) => {
            *response.status_mut() = status;
            response
        }
        Err(_) => form(asked, fields).back(error).await,
    }
}

fn form(asked: PageRequest, fields: Fields) -> Form {
    let PageRequest { site, signed, incident, headers, .. } = asked;
    Form { site, signed, incident, headers, fields }
}

/// Adds the lines that were kept, and links each to the line it follows.
async fn write(asked: &PageRequest, mut body: Value) -> Result<String> {
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
    let incident = asked.incident()?;
    let mut edit = incident.edit(Permit::Edit).await?;
    edit.rule(|entry| add_all(entry, drafts))?;
    edit.finish(()).await?;
    Ok(format!("/incidents/{}/timeline", incident.key()))
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
