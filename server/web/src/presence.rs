//! Who is here: open pages say so every few seconds, and when they are left.

use std::collections::BTreeMap;

use app::frame::Present;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use store::{Actor, Result};

use crate::door::Signed;
use crate::form;
use crate::problem;
use crate::received::Sent;
use crate::site::Site;
use crate::unsaved::key_at;

/// The routes. The page that shows who is here has the same path, and is one of the incident's pages.
pub fn router() -> Router<Site> {
    Router::new().route("/incidents/{key}/here", post(beat)).route("/incidents/{key}/here/delete", post(leave))
}

type Params = Path<BTreeMap<String, String>>;

async fn beat(State(site): State<Site>, signed: Signed, Path(params): Params, sent: Sent) -> Response {
    let incident = match site.open(&signed.actor, &params).await {
        Ok(incident) => incident,
        Err(error) => return problem::json(&error),
    };
    let fields = match sent.fields(&site, &signed.actor).await {
        Ok(fields) => fields,
        Err(unreceived) => return unreceived.json(),
    };
    let field = |name: &str| fields.get(name).unwrap_or_default();
    answer(incident.be_present(field("page"), field("place"), &form::at(&fields)).await)
}

async fn leave(State(site): State<Site>, signed: Signed, Path(params): Params, sent: Sent) -> Response {
    let incident = match site.open(&signed.actor, &params).await {
        Ok(incident) => incident,
        Err(error) => return problem::json(&error),
    };
    match sent.fields(&site, &signed.actor).await {
        Ok(fields) => answer(incident.leave(fields.get("page").unwrap_or_default()).await),
        Err(unreceived) => unreceived.json(),
    }
}

fn answer(done: Result<()>) -> Response {
    match done {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::json(&error),
    }
}

/// Who looks at the incident of a page. That it cannot be told must not keep the page from being shown.
pub async fn of_page(site: &Site, actor: &Actor, at: &str) -> Vec<Present> {
    let Some(key) = key_at(at) else { return Vec::new() };
    let present = async { site.store.incident(actor, key).await?.present().await }.await.unwrap_or_default();
    let shown = |present: store::Present| {
        let store::Present { person, name, place, at } = present;
        Present { person, name, place, at }
    };
    present.into_iter().map(shown).collect()
}
