//! Pages of watching: alerts, rules, how agents are stopped, and sources.

pub(super) mod alerts;
pub(super) mod notices;
pub(super) mod rules;
pub(super) mod stops;

use std::collections::BTreeMap;

use app::page::watch::{self, SourceView};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use domain::Id;
use leptos::prelude::AnyView;
use store::{Result, SourceCard};

use super::PageRequest;
use super::house::shown_once;
use crate::bench;

/// How many segments the page of a source lists.
const SEGMENTS: u32 = 50;

/// Shows a page that follows the alerts, which have this version.
async fn follow(asked: &PageRequest, title: &str, version: u64, page: impl FnOnce() -> AnyView) -> Response {
    let mut frame = asked.frame(title);
    frame.live = Some(("/watch/live".into(), version));
    Html(bench::run(|| app::document(frame, page)).await).into_response()
}

pub(super) async fn sources(asked: PageRequest) -> Response {
    match asked.site.store.sources(&asked.signed.actor).await {
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
            asked.show("Sources", || watch::sources_page(&views)).await
        }
        Err(error) => asked.fail(&error),
    }
}

pub(super) async fn new(asked: PageRequest) -> Response {
    asked.show("Add a source", watch::new_source_page).await
}

pub(super) async fn source(asked: PageRequest) -> Response {
    match viewed(&asked, &asked.param("id")).await {
        Ok(view) => {
            let (fresh, address) = (asked.once("token"), address(&asked));
            let title = view.source.name.clone();
            let response = asked.show(&title, || watch::source_page(&view, fresh, &address)).await;
            shown_once(&asked, response, "token")
        }
        Err(error) => asked.fail(&error),
    }
}

async fn viewed(asked: &PageRequest, id: &Id) -> Result<SourceView> {
    let actor = &asked.signed.actor;
    let SourceCard { source, health } = asked.site.store.source(actor, id).await?;
    let segments = asked.site.store.segments(actor, id, None, SEGMENTS).await?;
    let agents = asked.site.store.agent_names(actor, &source.agents).await?;
    Ok(SourceView { source, health, segments, agents })
}

/// The address under which the browser sees this server: senders of records reach it there too.
fn address(asked: &PageRequest) -> String {
    let host = asked.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1:3000");
    format!("{}://{host}", if asked.site.front.secure { "https" } else { "http" })
}
