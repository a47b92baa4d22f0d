//! What a page is asked with: everything of it that is not the page itself.

use std::sync::Arc;

use app::frame::{Frame, Present, Typed, Unsaved};
use axum::extract::{FromRequestParts, Path};
use axum::http::{HeaderMap, StatusCode, Uri, request::Parts};
use axum::response::{Html, IntoResponse, Response};
use domain::casefile::Change;
use domain::mention::Known;
use domain::{Id, Key, Refusal};
use leptos::prelude::AnyView;
use store::{Error, OpenIncident, Result};

use super::frame;
use super::table::{self, Params};
use crate::door::Signed;
use crate::form::once_cookie;
use crate::query::Query;
use crate::site::Site;
use crate::{bench, cookie, presence, problem, query, unsaved};

/// What a page is asked with.
pub struct PageRequest {
    /// The server.
    pub site: Site,
    /// Who asks.
    pub signed: Signed,
    /// The incident in the path, opened for them.
    pub incident: Option<OpenIncident>,
    /// The parts of the path that vary.
    pub params: Params,
    /// The query.
    pub query: Query,
    /// What the browser says of itself.
    pub headers: HeaderMap,
    pub(super) at: String,
    pub(super) news: Vec<Change>,
    /// The version that the asking page shows, where it says so (`Inquest-Shown`).
    pub(super) shown: Option<u64>,
    typed: Typed,
    unsaved: Vec<Unsaved>,
    present: Vec<Present>,
    people: Arc<Vec<Known>>,
    awaiting: usize,
    alerts: u64,
}

impl FromRequestParts<Site> for PageRequest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> std::result::Result<Self, Response> {
        let signed = Signed::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        let Path(params) =
            Path::<Params>::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        let shown = parts.headers.get("inquest-shown").and_then(|shown| shown.to_str().ok()?.parse().ok());
        let mut asked = Self::new(site.clone(), signed, &parts.uri, params, parts.headers.clone()).await?;
        asked.open(None).await?;
        asked.see_news(shown).await;
        Ok(asked)
    }
}

/// How many changes are told at once as news.
const NEWS_MAX: u32 = 100;

/// What a page is asked to show once, and what is no part of its address: unsaved text, and how to undo.
const ONCE: [&str; 3] = ["use=", "typed=", "undo="];

/// The path and query of a page, to come back to.
fn lasting(uri: &Uri) -> String {
    let is_lasting = |pair: &&str| !pair.is_empty() && !ONCE.iter().any(|once| pair.starts_with(once));
    let query = uri.query().unwrap_or_default().split('&').filter(is_lasting).collect::<Vec<_>>().join("&");
    if query.is_empty() { uri.path().to_string() } else { format!("{}?{query}", uri.path()) }
}

impl PageRequest {
    /// A page that somebody asks for, with what its frame shows. Its incident is still to be opened.
    async fn new(
        site: Site,
        signed: Signed,
        uri: &Uri,
        params: Params,
        headers: HeaderMap,
    ) -> std::result::Result<Self, Response> {
        let query = query::of_page(uri);
        let query = query.map_err(|refusal| problem::page(&refusal.into(), None, uri.path()))?;
        let at = lasting(uri);
        // A page without the counts is better than none.
        let (unsaved, present, people, awaiting, alerts) = tokio::join!(
            unsaved::of_page(&site, &signed.actor, &at),
            presence::of_page(&site, &signed.actor, &at),
            site.store.known(),
            site.store.inbox_count(&signed.actor),
            site.store.open_alerts(&signed.actor)
        );
        let page = query.get("typed").map(String::as_str);
        let used = query.get("use").and_then(|form| unsaved::used(&unsaved, form, page, &at));
        Ok(Self {
            typed: used.unwrap_or_default(),
            unsaved: unsaved.iter().map(unsaved::shown).collect(),
            present,
            people: people.unwrap_or_default(),
            awaiting: awaiting.unwrap_or_default(),
            alerts: alerts.unwrap_or_default(),
            news: Vec::new(),
            shown: None,
            incident: None,
            site,
            signed,
            params,
            query,
            headers,
            at,
        })
    }

    /// Opens the incident in the path, if it is not the one that is open already.
    async fn open(&mut self, opened: Option<OpenIncident>) -> std::result::Result<(), Response> {
        let Some(key) = self.params.get("key") else { return Ok(()) };
        self.incident = match opened.filter(|opened| Key::parse(key) == Some(opened.key())) {
            Some(opened) => Some(opened),
            None => match self.site.open(&self.signed.actor, &self.params).await {
                Ok(opened) => Some(opened),
                Err(error) => return Err(self.fail(&error)),
            },
        };
        Ok(())
    }

    /// Looks for what changed since the version that the asking page shows. A page without the news is better than none.
    async fn see_news(&mut self, shown: Option<u64>) {
        self.shown = shown;
        if let (Some(since), Some(incident)) = (shown, &self.incident) {
            let changes = incident.changes(since, NEWS_MAX).await.unwrap_or_default();
            self.news = changes.into_iter().map(|stored| stored.into_change()).collect();
        }
    }

    /// The incident in the path.
    pub fn incident(&self) -> Result<&OpenIncident> {
        self.incident.as_ref().ok_or_else(|| Refusal::absent("incident of that key").into())
    }

    /// Another part of the path.
    pub fn param(&self, name: &str) -> Id {
        Id::new(self.params.get(name).map_or("", String::as_str))
    }

    /// A secret that was just made, on its way to the page that shows it.
    pub fn once(&self, name: &str) -> Option<&str> {
        cookie::read(&self.headers, &once_cookie(name))
    }

    /// The frame of the page.
    pub fn frame(&self, title: &str) -> Frame {
        Frame {
            title: format!("{title} · Inquest"),
            typed: self.typed.clone(),
            unsaved: self.unsaved.clone(),
            present: self.present.clone(),
            people: self.people.clone(),
            awaiting: self.awaiting,
            alerts: self.alerts,
            ..frame(&self.site, &self.signed, &self.at)
        }
    }

    /// Puts a form that was refused on the page.
    pub fn bring_back(&mut self, typed: Typed) {
        self.typed = typed;
    }

    /// Renders a page.
    pub async fn show(&self, title: &str, page: impl FnOnce() -> AnyView) -> Response {
        let frame = self.frame(title);
        Html(bench::run(|| app::document(frame, page)).await).into_response()
    }

    /// The page of an error, with the bar of somebody signed in.
    pub fn fail(&self, error: &Error) -> Response {
        problem::page(error, Some(self.frame("")), &self.at)
    }
}

/// Shows the page at an address once more, with the form that was refused: to whoever sent it, and of the incident that
/// was opened for them. `None` where no page is there, or it cannot be shown.
pub async fn again(
    site: Site,
    signed: Signed,
    opened: Option<OpenIncident>,
    headers: HeaderMap,
    (at, typed): (&str, Typed),
) -> Option<Response> {
    let uri: Uri = at.parse().ok()?;
    let (show, params) = table::find(uri.path())?;
    let mut asked = PageRequest::new(site, signed, &uri, params, headers).await.ok()?;
    asked.open(opened).await.ok()?;
    asked.bring_back(typed);
    let response = show(asked).await;
    (response.status() == StatusCode::OK).then_some(response)
}
