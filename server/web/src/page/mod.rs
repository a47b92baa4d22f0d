//! Pages: read the case file, hand it to the view, answer HTML.

mod agent;
mod case;
mod changes;
mod entrance;
mod house;
mod lines;
mod log;
mod merging;
mod paste;
mod proposal;
mod revision;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;

use app::frame::{Frame, Present, Typed, Unsaved, Viewer};
use app::page::problem::{Crossed, Posted};
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::{StatusCode, Uri, request::Parts};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::Refusal;
use domain::casefile::Change;
use domain::mention::Known;
use leptos::prelude::AnyView;
use store::{EditConflict, Error};

use crate::assets::ASSETS;
use crate::door::Signed;
use crate::site::Site;
use crate::{bench, presence, problem, sessions, unsaved};

pub use lines::{EvidenceView, read_lines};

/// The routes of pages that need an account, by path. The access matrix of the tests reads this list.
pub const PAGES: [&str; 61] = [
    "/incidents",
    "/incidents/new",
    "/incidents/{key}",
    "/incidents/{key}/timeline",
    "/incidents/{key}/principals",
    "/incidents/{key}/exposure",
    "/incidents/{key}/evidence",
    "/incidents/{key}/evidence/{id}",
    "/incidents/{key}/evidence/{id}/content",
    "/incidents/{key}/evidence/{id}/coverage/proposal",
    "/incidents/{key}/evidence/{id}/reading",
    "/incidents/{key}/evidence/{id}/review",
    "/incidents/{key}/records",
    "/incidents/{key}/confirmations",
    "/incidents/{key}/confirmations/export",
    "/incidents/{key}/severity",
    "/incidents/{key}/verdict",
    "/incidents/{key}/gaps",
    "/incidents/{key}/remediation",
    "/incidents/{key}/claims",
    "/incidents/{key}/metrics",
    "/incidents/{key}/postmortem",
    "/incidents/{key}/revisions",
    "/incidents/{key}/revisions/{id}",
    "/incidents/{key}/revisions/{id}/export",
    "/incidents/{key}/history",
    "/incidents/{key}/settings",
    "/incidents/{key}/wording",
    "/incidents/{key}/merge",
    "/incidents/{key}/export",
    "/incidents/{key}/live",
    "/incidents/{key}/here",
    "/inbox",
    "/remediation",
    "/agents",
    "/agents/export",
    "/agents/new",
    "/agents/seen",
    "/agents/{id}",
    "/agents/{id}/live",
    "/agents/{id}/review",
    "/watch",
    "/watch/live",
    "/watch/alerts/{id}",
    "/watch/rules",
    "/watch/rules/{kind}/trial",
    "/watch/stops",
    "/watch/stops/new",
    "/watch/stops/recipes",
    "/watch/stops/{id}",
    "/watch/notices",
    "/watch/sources",
    "/watch/sources/new",
    "/watch/sources/{id}",
    "/trends",
    "/trends/export",
    "/people",
    "/changes",
    "/account",
    "/help",
    "/understood",
];

/// Pages and the forms that are not commands.
pub fn router() -> Router<Site> {
    case::router()
        .merge(log::router())
        .route("/", get(|| async { Redirect::to("/incidents") }))
        .route("/sign-in", get(entrance::sign_in_page).post(entrance::sign_in))
        .route("/sign-out", post(entrance::sign_out))
        .route("/setup", get(entrance::setup_page).post(entrance::setup))
        .route("/invite/{token}", get(entrance::invite_page).post(entrance::accept))
        .route("/incidents", get(house::incidents))
        .route("/incidents/new", get(house::new_incident))
        .route("/library", post(house::load_library))
        .route("/inbox", get(house::inbox))
        .route("/remediation", get(house::board))
        .route("/agents", get(agent::list))
        .route("/agents/new", get(agent::new))
        .route("/agents/seen", get(agent::seen))
        .route("/agents/{id}", get(agent::one))
        .route("/agents/{id}/live", get(crate::live::for_person))
        .route("/agents/{id}/review", get(agent::review))
        .route("/agents/export", get(crate::export::agents_for_person))
        .route("/watch", get(watch::alerts::list))
        .route("/watch/live", get(crate::live::for_watcher))
        .route("/watch/alerts/{id}", get(watch::alerts::one))
        .route("/watch/rules", get(watch::rules::list))
        .route("/watch/rules/{kind}/trial", get(watch::rules::trial))
        .route("/watch/notices", get(watch::notices::show))
        .route("/watch/stops", get(watch::stops::list))
        .route("/watch/stops/new", get(watch::stops::new))
        .route("/watch/stops/recipes", get(watch::stops::recipes))
        .route("/watch/stops/{id}", get(watch::stops::one))
        .route("/watch/sources", get(watch::sources))
        .route("/watch/sources/new", get(watch::new))
        .route("/watch/sources/{id}", get(watch::source))
        .route("/trends", get(house::trends))
        .route("/trends/export", get(crate::export::trends_for_person))
        .route("/people", get(house::people))
        .route("/changes", get(changes::log))
        .route("/account", get(house::account))
        .route("/help", get(house::help))
        .route("/understood", get(house::understood))
        .route("/incidents/{key}/timeline/paste", post(paste::preview))
        .route("/incidents/{key}/timeline/confirm", post(paste::confirm))
        .fallback(missing)
}

/// The pages behind sessions, for rendering a page again inside another request.
pub fn router_with_sessions(site: Site) -> Router {
    let sessions = sessions::layer(&site.store, site.front.secure);
    router().layer(sessions).with_state(site)
}

/// What a page is asked with.
pub struct PageRequest {
    /// Who asks.
    pub signed: Signed,
    /// The query.
    pub query: BTreeMap<String, String>,
    typed: Typed,
    unsaved: Vec<Unsaved>,
    present: Vec<Present>,
    at: String,
    people: Arc<Vec<Known>>,
    awaiting: usize,
    alerts: u64,
    news: Vec<Change>,
    /// The version that the asking page shows, where it says so (`Inquest-Shown`).
    shown: Option<u64>,
}

impl FromRequestParts<Site> for PageRequest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let signed = Signed::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        let query = crate::query::of_page(&parts.uri);
        let query = query.map_err(|refusal| problem::page(&refusal.into(), None, parts.uri.path()))?;
        let at = at(&parts.uri);
        let shown = parts.headers.get("inquest-shown").and_then(|shown| shown.to_str().ok()?.parse().ok());
        let (unsaved, present, news) = tokio::join!(
            unsaved::of_page(site, &signed.actor, &at),
            presence::of_page(site, &signed.actor, &at),
            news(shown, site, &signed, &at)
        );
        let used = || {
            let page = query.get("typed").map(String::as_str);
            query.get("use").and_then(|form| unsaved::used(&unsaved, form, page, &at))
        };
        let typed = parts.extensions.get::<Typed>().cloned().or_else(used).unwrap_or_default();
        let unsaved = unsaved.iter().map(unsaved::shown).collect();
        // A page without the count is better than none.
        let people = site.store.known().await.unwrap_or_default();
        let awaiting = site.store.inbox_count(&signed.actor).await.unwrap_or_default();
        let alerts = site.store.open_alerts(&signed.actor).await.unwrap_or_default();
        Ok(Self { signed, query, typed, unsaved, present, at, people, awaiting, alerts, news, shown })
    }
}

/// How many changes are told at once as news.
const NEWS_MAX: u32 = 100;

/// What changed in an incident since the version that the asking page shows.
async fn news(shown: Option<u64>, site: &Site, signed: &Signed, at: &str) -> Vec<Change> {
    let (Some(since), Some(key)) = (shown, unsaved::key_at(at)) else { return Vec::new() };
    // A page without the news is better than none.
    let changes = async { site.store.incident(&signed.actor, key).await?.changes(since, NEWS_MAX).await };
    changes.await.unwrap_or_default().into_iter().map(|stored| stored.into_change()).collect()
}

/// An address of a page with one more word in its query.
pub(crate) fn with_query(place: &str, pair: &str) -> String {
    let (address, anchor) = place.split_once('#').map_or((place, None), |(address, anchor)| (address, Some(anchor)));
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{pair}{}", anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default())
}

/// What a page is asked to show once, and what is no part of its address: unsaved text, and how to undo.
const ONCE: [&str; 3] = ["use=", "typed=", "undo="];

/// The path and query of a page, to come back to.
fn at(uri: &Uri) -> String {
    let is_lasting = |pair: &&str| !pair.is_empty() && !ONCE.iter().any(|once| pair.starts_with(once));
    let query = uri.query().unwrap_or_default().split('&').filter(is_lasting).collect::<Vec<_>>().join("&");
    if query.is_empty() { uri.path().to_string() } else { format!("{}?{query}", uri.path()) }
}

impl PageRequest {
    /// The frame of the page.
    pub fn frame(&self, site: &Site, title: &str) -> Frame {
        Frame {
            title: format!("{title} · Inquest"),
            typed: self.typed.clone(),
            unsaved: self.unsaved.clone(),
            present: self.present.clone(),
            people: self.people.clone(),
            awaiting: self.awaiting,
            alerts: self.alerts,
            ..frame(site, &self.signed, &self.at)
        }
    }

    /// Puts a form that was refused on the page.
    pub fn bring_back(&mut self, typed: Typed) {
        self.typed = typed;
    }

    /// Renders a page.
    pub async fn show(&self, site: &Site, title: &str, page: impl FnOnce() -> AnyView) -> Response {
        let frame = self.frame(site, title);
        Html(bench::run(|| app::document(frame, page)).await).into_response()
    }

    /// The page of an error, with the bar of somebody signed in.
    pub fn fail(&self, site: &Site, error: &Error) -> Response {
        problem::page(error, Some(self.frame(site, "")), &self.at)
    }
}

async fn missing(uri: Uri) -> Response {
    let refusal = Refusal::absent("page of that address");
    problem::page(&Error::Refused(refusal), None, uri.path())
}

/// The frame of somebody signed in, on the page at a path.
pub fn frame(site: &Site, signed: &Signed, at: &str) -> Frame {
    let actor = &signed.actor;
    Frame {
        reader: Some(Viewer { id: actor.person.id.clone(), name: actor.person.name.clone(), role: actor.role }),
        zone: actor.zone.clone(),
        theme: signed.theme.clone(),
        at: at.to_string(),
        ..Frame::anonymous(ASSETS, site.store.clock().now())
    }
}

/// The page of an edit that crossed another one: base, theirs and yours. Should the page come back to the form that
/// was sent, it finds its fields.
pub fn conflict(mut frame: Frame, conflict: &EditConflict, posted: Posted<'_>) -> Response {
    frame.title = "Edited meanwhile · Inquest".into();
    let EditConflict { base, theirs, mine, fields, whole, current_version, .. } = conflict;
    let crossed = Crossed { base, theirs, mine, fields, whole: *whole, version: *current_version };
    let view = || app::page::problem::conflict_page(crossed, posted);
    (StatusCode::PRECONDITION_FAILED, Html(app::document(frame, view))).into_response()
}

/// A page for somebody who has not signed in.
fn anonymous(site: &Site, title: &str, at: &str, typed: Typed, page: impl FnOnce() -> AnyView) -> Response {
    let mut frame = Frame::anonymous(ASSETS, site.store.clock().now());
    frame.title = format!("{title} · Inquest");
    frame.at = at.to_string();
    frame.typed = typed;
    Html(app::document(frame, page)).into_response()
}
