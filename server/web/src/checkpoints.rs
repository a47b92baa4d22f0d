//! The log of signed checkpoints, for everybody to fetch and keep. It names no incident: only digests of ids.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::Refusal;

use crate::problem;
use crate::query::OneEach;
use crate::site::Site;

/// `GET /.well-known/inquest/checkpoints?since=`: a thousand at once.
pub async fn list(State(site): State<Site>, OneEach(query): OneEach) -> Response {
    let answered = async {
        crate::query::only(&query, &["since"])?;
        let since = match query.get("since").filter(|text| !text.is_empty()) {
            Some(text) => text.parse().map_err(|_| {
                let sentence = format!("“{text}” is not the number of a checkpoint: write one such as since=12.");
                Refusal::field("since", sentence)
            })?,
            None => 0,
        };
        site.store.checkpoints(since).await
    };
    match answered.await {
        Ok(list) => Json(list).into_response(),
        Err(error) => problem::json(&error),
    }
}
