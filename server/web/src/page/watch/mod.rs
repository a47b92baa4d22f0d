//! Pages of watching: alerts, rules, how agents are stopped, and sources.

pub(super) mod alerts;
pub(super) mod notices;
pub(super) mod rules;
pub(super) mod stops;

use std::collections::BTreeMap;

use app::page::watch::{self, SourceView};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use domain::Id;
use leptos::prelude::AnyView;
use store::{Result, SourceCard};

use super::PageRequest;
use super::house::shown_once;
use crate::bench;
use crate::cookie;
use crate::form::once_cookie;
use crate::site::Site;

/// How many segments the page of a source lists.
const SEGMENTS: u32 = 50;

/// Shows a page that follows the alerts, which have this version.
async fn follow(
    site: &Site,
    asked: &PageRequest,
    title: &str,
    version: u64,
    page: impl FnOnce() -> AnyView,
) -> Response {
    let mut frame = asked.frame(site, title);
    frame.live = Some(("/watch/live".into(), version));
    Html(bench::run(|| app::document(frame, page)).await).into_response()
}

pub(super) async fn sources(State(site): State<Site>, asked: PageRequest) -> Response {
    match site.store.sources(&asked.signed.actor).await {
        Ok(cards) => {
            let views: Vec<SourceView> = cards
                .into_iter()
                .map(|SourceCard { source, health }| SourceView {
                    source,
                    health,
                    segments: Vec::new(),
                    agents: BTreeMap::new(),
                })
                .collect();
            asked.show(&site, "Sources", || watch::sources_page(&views)).await
        }
        Err(error) => asked.fail(&site, &error),
    }
}

pub(super) async fn new(State(site): State<Site>, asked: PageRequest) -> Response {
    asked.show(&site, "Add a source", watch::new_source_page).await
}

pub(super) async fn source(
    State(site): State<Site>,
    asked: PageRequest,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    match viewed(&site, &asked, &Id::new(id)).await {
        Ok(view) => {
            let fresh = cookie::read(&headers, &once_cookie("token"));
            let address = address(&site, &headers);
            let title = view.source.name.clone();
            let response = asked.show(&site, &title, || watch::source_page(&view, fresh, &address)).await;
            shown_once(&site, response, "token", fresh.is_some())
        }
        Err(error) => asked.fail(&site, &error),
    }
}

async fn viewed(site: &Site, asked: &PageRequest, id: &Id) -> Result<SourceView> {
    let actor = &asked.signed.actor;
    let SourceCard { source, health } = site.store.source(actor, id).await?;
    let segments = site.store.segments(actor, id, None, SEGMENTS).await?;
    let agents = site.store.agent_names(actor, &source.agents).await?;
    Ok(SourceView { source, health, segments, agents })
}

/// The address under which the browser sees this server: senders of records reach it there too.
fn address(site: &Site, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1:3000");
    format!("{}://{host}", if site.front.secure { "https" } else { "http" })
}
