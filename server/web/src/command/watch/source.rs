//! Commands of sources: where records come in while agents act.

use domain::Id;
use domain::evidence::Evidence;
use domain::watch::SourceDraft;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Result, SourceCard};

use crate::command::{Call, LIMIT_DEFAULT, LIMIT_MAX, Reply, listed, page_with, shown};
use crate::query::Paged;

pub(crate) async fn list(call: Call<Paged>) -> Result<Reply> {
    let cards = call.store.sources(&call.actor).await?;
    Ok(page_with(cards, &call.query, |card| json!(card)))
}

pub(crate) async fn create(call: Call) -> Result<Reply> {
    let draft: SourceDraft = call.draft()?;
    let (source, token) = call.store.create_source(&call.actor, draft).await?;
    let card = call.store.source(&call.actor, &source.id).await?;
    Ok(Reply::created(with_token(&card, &token), place(&card)))
}

pub(crate) async fn get(call: Call) -> Result<Reply> {
    let card = call.store.source(&call.actor, &call.param("id")).await?;
    Ok(Reply::ok(json!(card), String::new()))
}

pub(crate) async fn edit(call: Call) -> Result<Reply> {
    let source = call.store.edit_source(&call.actor, &call.param("id"), &call.body).await?;
    let card = call.store.source(&call.actor, &source.id).await?;
    Ok(Reply::ok(json!(card), place(&card)))
}

pub(crate) async fn close(call: Call) -> Result<Reply> {
    let source = call.store.close_source(&call.actor, &call.param("id")).await?;
    let card = call.store.source(&call.actor, &source.id).await?;
    Ok(Reply::ok(json!(card), place(&card)))
}

pub(crate) async fn renew_token(call: Call) -> Result<Reply> {
    let (source, token) = call.store.renew_source_token(&call.actor, &call.param("id")).await?;
    let card = call.store.source(&call.actor, &source.id).await?;
    Ok(Reply::created(with_token(&card, &token), place(&card)))
}

pub(crate) async fn segments(call: Call<Paged>) -> Result<Reply> {
    let limit = call.query.limit(LIMIT_DEFAULT, LIMIT_MAX);
    let before = call.query.place().and_then(|number| i64::try_from(number).ok());
    let mut segments = call.store.segments(&call.actor, &call.param("id"), before, limit + 1).await?;
    let is_more = segments.len() > limit as usize;
    segments.truncate(limit as usize);
    let next = segments.last().filter(|_| is_more).map(|last| last.number.to_string());
    Ok(listed(&segments, next))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct SegmentDraft {
    source: Id,
    number: i64,
}

/// A segment as evidence of an incident.
pub(crate) async fn as_evidence(call: Call) -> Result<Reply> {
    let (key, draft) = (call.key()?, call.draft::<SegmentDraft>()?);
    let id = call.store.segment_evidence(&call.actor, key, &draft.source, draft.number).await?;
    let dossier = call.store.dossier(&call.actor, key).await?;
    let location = format!("{}#evidence-{id}", call.page("evidence"));
    Ok(Reply::created(shown::<Evidence>(&dossier, &id), location))
}

/// The source with its token, and where its senders send to.
fn with_token(card: &SourceCard, token: &str) -> Value {
    let mut value = json!(card);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("token".into(), json!(token));
        fields.insert("records".into(), json!(format!("/api/v1/sources/{}/records", card.source.id)));
        fields.insert("traces".into(), json!("/v1/traces"));
        fields.insert("logs".into(), json!("/v1/logs"));
    }
    value
}

fn place(card: &SourceCard) -> String {
    format!("/watch/sources/{}", card.source.id)
}
