//! The log of signed checkpoints, for everybody to fetch and keep. It names no incident: only digests of ids.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::problem;
use crate::query::OneEach;
use crate::site::Site;

/// From where on checkpoints are asked for.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct CheckpointsQuery {
    /// Only those that came after the one of this number.
    #[serde(default, deserialize_with = "number")]
    since: Option<u64>,
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong =
        |_| D::Error::custom(format!("“{text}” is not the number of a checkpoint: write one such as since=12."));
    text.parse().map(Some).map_err(wrong)
}

/// `GET /.well-known/inquest/checkpoints?since=`: a thousand at once.
pub async fn list(State(site): State<Site>, OneEach(query): OneEach) -> Response {
    let answered = async {
        let CheckpointsQuery { since } = crate::query::asked(&query)?;
        site.store.checkpoints(since.unwrap_or_default()).await
    };
    match answered.await {
        Ok(list) => Json(list).into_response(),
        Err(error) => problem::json(&error),
    }
}
