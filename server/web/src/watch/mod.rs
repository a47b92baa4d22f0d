//! Watching: where records come in while agents act, and how agents are stopped.

mod body;
pub mod containing;
pub mod drafting;
pub mod intake;
pub mod otlp;
pub mod run;
mod sender;
pub mod telling;

use axum::Router;
use axum::routing::post;

use crate::site::Site;

pub use body::{INTAKE_BYTES_EACH, INTAKE_BYTES_MAX, POST_BYTES_MAX};
pub(crate) use sender::TLS;

/// The addresses to which senders that speak OTLP send: they are the same everywhere.
pub fn router() -> Router<Site> {
    Router::new().route("/v1/traces", post(otlp::traces)).route("/v1/logs", post(otlp::logs))
}
