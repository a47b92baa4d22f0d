//! What people typed and did not save: the browser's part sends it a moment after the last key, and a form that is
//! refused or in conflict leaves it here too. It is offered when the page is shown again.

use std::collections::BTreeMap;

use app::frame::Typed;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use domain::access::Permit;
use domain::{Id, Instant, Key};
use store::{Actor, OpenIncident, Result, Store, Topic, Unsaved};

use crate::door::Signed;
use crate::fields::Fields;
use crate::form::{self, Form};
use crate::inside::inside;
use crate::problem;
use crate::received::Sent;
use crate::site::Site;

/// How many characters of a text are told of it.
const EXCERPT_CHARS_MAX: usize = 120;

/// The routes, for people only.
pub fn router() -> Router<Site> {
    Router::new()
        .route("/incidents/{key}/unsaved", post(keep))
        .route("/incidents/{key}/unsaved/delete", post(discard))
        .route("/agents/{id}/unsaved", post(keep))
        .route("/agents/{id}/unsaved/delete", post(discard))
}

async fn keep(
    State(site): State<Site>,
    signed: Signed,
    Path(mut params): Path<BTreeMap<String, String>>,
    sent: Sent,
) -> Response {
    let topic = match site.admit(&signed.actor, Permit::Read, &mut params).await {
        Ok(opened) => topic_of(opened, &params),
        Err(error) => return problem::json(&error),
    };
    let fields = match sent.fields(&site, &signed.actor).await {
        Ok(fields) => fields,
        Err(unreceived) => return unreceived.json(),
    };
    let page = fields.get("page").unwrap_or_default();
    match keep_typed(&site.store, &signed.actor, &topic, &fields, page).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::json(&error),
    }
}

async fn discard(
    State(site): State<Site>,
    signed: Signed,
    Path(mut params): Path<BTreeMap<String, String>>,
    headers: HeaderMap,
    sent: Sent,
) -> Response {
    let opened = site.admit(&signed.actor, Permit::Read, &mut params).await;
    let fields = match sent.fields(&site, &signed.actor).await {
        Ok(fields) => fields,
        Err(unreceived) => return unreceived.page("/incidents"),
    };
    let incident = opened.as_ref().ok().cloned().flatten();
    let form = Form { site, signed, incident, headers, fields };
    let discarded = async {
        let topic = topic_of(opened?, &params);
        let field = |name: &str| form.fields.get(name).unwrap_or_default();
        let (name, record, page) = (field("form"), field("record"), field("page"));
        form.site.store.drop_unsaved(&form.signed.actor, &topic, name, record, page).await
    };
    match discarded.await {
        Ok(()) => form::on(&form.headers, &form::at(&form.fields)),
        Err(error) => form.back(&error).await,
    }
}

/// What a form of a path is about: the incident, or else the agent.
fn topic_of(opened: Option<OpenIncident>, params: &BTreeMap<String, String>) -> Topic {
    let agent = || Topic::Agent(Id::new(params.get("id").map_or("", String::as_str)));
    opened.map_or_else(agent, |opened| Topic::Incident(opened.key()))
}

/// The incident of a page, or the agent.
pub(crate) fn topic_at(at: &str) -> Option<Topic> {
    let agent = at.strip_prefix("/agents/").and_then(|rest| rest.split(['/', '?']).next());
    // No id is a word such as that of the page on which agents are registered.
    let agent = agent.filter(|id| id.contains('-')).map(|id| Topic::Agent(Id::new(id)));
    agent.or_else(|| key_at(at).map(Topic::Incident))
}

/// The incident of a page.
pub(crate) fn key_at(at: &str) -> Option<Key> {
    at.strip_prefix("/incidents/").and_then(|rest| Key::parse(rest.split(['/', '?']).next()?))
}

/// Keeps the text under its page. One that was made of an older text takes that one's place.
async fn keep_typed(store: &Store, actor: &Actor, topic: &Topic, fields: &Fields, page: &str) -> Result<()> {
    let field = |name: &str| fields.get(name).unwrap_or_default().to_string();
    let own = |(name, _): &&(String, String)| !["form", "keep", "seen", "page", "used"].contains(&name.as_str());
    let unsaved = Unsaved {
        form: field("form"),
        record: field("keep"),
        page: page.to_string(),
        seen: fields.get("seen").and_then(|seen| seen.parse().ok()),
        fields: fields.pairs().iter().filter(own).cloned().collect(),
        updated_at: Instant::from_micros(0),
    };
    store.keep_unsaved(actor, topic, &unsaved).await?;
    match fields.get("used").filter(|used| *used != page) {
        Some(used) => store.drop_unsaved(actor, topic, &unsaved.form, &unsaved.record, used).await,
        None => Ok(()),
    }
}

/// Where the browser's part says which page a form is sent from.
pub const PAGE: &str = "inquest-page";

/// After a form was sent: what is saved need not be kept any more, and what was refused must not be lost.
/// Other texts of the same form wait on.
pub async fn answered(store: &Store, actor: &Actor, topic: &Topic, fields: &Fields, headers: &HeaderMap, saved: bool) {
    let (Some(form), Some(record)) = (fields.get("form"), fields.get("keep")) else { return };
    let page = headers.get(PAGE).and_then(|page| page.to_str().ok()).unwrap_or_default();
    let done = async {
        if !saved {
            return keep_typed(store, actor, topic, fields, page).await;
        }
        if let Some(used) = fields.get("used").filter(|used| *used != page) {
            store.drop_unsaved(actor, topic, form, record, used).await?;
        }
        store.drop_unsaved(actor, topic, form, record, page).await
    };
    let done = done.await;
    if let Err(error) = done {
        tracing::warn!(%error, form, "what was typed could not be kept, or not be forgotten");
    }
}

/// What the reader of a page did not save in its incident, or of its agent. That it cannot be told must not keep the page from being shown.
pub async fn of_page(site: &Site, actor: &Actor, at: &str) -> Vec<Unsaved> {
    let Some(topic) = topic_at(at) else { return Vec::new() };
    site.store.unsaved(actor, &topic).await.unwrap_or_default()
}

/// The form that is to be filled with what was typed into it: on the page that is named, else the last time.
pub fn used(unsaved: &[Unsaved], form: &str, page: Option<&str>, at: &str) -> Option<Typed> {
    let is_meant = |unsaved: &&Unsaved| {
        unsaved.form == form && field(unsaved, "at") == at && page.is_none_or(|page| unsaved.page == page)
    };
    let unsaved = unsaved.iter().find(is_meant)?;
    let seen = unsaved.seen.map(|seen| ("seen".to_string(), seen.to_string()));
    let used = ("used".to_string(), unsaved.page.clone());
    let fields = Fields::new(unsaved.fields.iter().cloned().chain(seen).chain([used]).collect());
    Some(Typed { form: form.to_string(), values: fields.typed(), ..Typed::default() })
}

/// The same as the page tells of it.
pub fn shown(unsaved: &Unsaved) -> app::frame::Unsaved {
    let texts = unsaved.fields.iter().filter(|(name, _)| !["at", "about", "then"].contains(&name.as_str()));
    let body = Some(field(unsaved, "body")).filter(|body| !body.trim().is_empty());
    let text = body.or_else(|| texts.map(|(_, text)| text.as_str()).max_by_key(|text| text.len())).unwrap_or_default();
    let words: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut excerpt: String = words.chars().take(EXCERPT_CHARS_MAX).collect();
    if excerpt.len() < words.len() {
        excerpt.push('…');
    }
    app::frame::Unsaved {
        form: unsaved.form.clone(),
        record: unsaved.record.clone(),
        page: unsaved.page.clone(),
        at: inside(field(unsaved, "at"))
            .filter(|at| at.starts_with("/incidents/") || at.starts_with("/agents/"))
            .unwrap_or_else(|| "/incidents".into()),
        typed_at: unsaved.updated_at,
        excerpt,
    }
}

fn field<'a>(unsaved: &'a Unsaved, name: &str) -> &'a str {
    unsaved.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
}
