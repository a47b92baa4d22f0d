//! Who is here: open pages say so every few seconds, and when they are left.

use std::collections::BTreeMap;

use app::frame::Present;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use store::{Actor, Result};

use crate::door::Signed;
use crate::fields::Fields;
use crate::form;
use crate::problem;
use crate::site::Site;
use crate::unsaved::{key, key_at};

/// The routes. The page that shows who is here has the same path, and is one of the incident's pages.
pub fn router() -> Router<Site> {
    Router::new().route("/incidents/{key}/here", post(beat)).route("/incidents/{key}/here/delete", post(leave))
}

type Params = Path<BTreeMap<String, String>>;

async fn beat(State(site): State<Site>, signed: Signed, Path(params): Params, body: Bytes) -> Response {
    let fields = Fields::new(form::decode(&body));
    let field = |name: &str| fields.get(name).unwrap_or_default();
    let noted = async {
        site.store.be_present(&signed.actor, key(&params)?, field("page"), field("place"), form::at(&fields)).await
    };
    answer(noted.await)
}

async fn leave(State(site): State<Site>, signed: Signed, Path(params): Params, body: Bytes) -> Response {
    let fields = Fields::new(form::decode(&body));
    let page = fields.get("page").unwrap_or_default();
    answer(async { site.store.leave(&signed.actor, key(&params)?, page).await }.await)
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
    let present = site.store.present(actor, key).await.unwrap_or_default();
    let shown = |present: store::Present| {
        let store::Present { person, name, place, at } = present;
        Present { person, name, place, at }
    };
    present.into_iter().map(shown).collect()
}
