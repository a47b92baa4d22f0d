//! A signed webhook, as Standard Webhooks (standardwebhooks.com) says: what is signed and how it is written. The
//! signature itself is made where secrets are.

use serde_json::json;

use super::TemplateValues;
use crate::{Id, Instant};

/// The header with the id of the message: the same in every attempt, so that a receiver does it once.
pub const ID_HEADER: &str = "webhook-id";
/// The header with the time of the attempt, in seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// The header with the signature.
pub const SIGNATURE_HEADER: &str = "webhook-signature";

/// What stands before a key in the environment.
const KEY_PREFIX: &str = "whsec_";

/// What is signed with HMAC-SHA256: id, time and body with points between them.
pub fn signed_content(id: &Id, seconds: i64, body: &str) -> String {
    format!("{id}.{seconds}.{body}")
}

/// The base64 text of a key, without what stands before it.
pub fn key_text(secret: &str) -> &str {
    let secret = secret.trim();
    secret.strip_prefix(KEY_PREFIX).unwrap_or(secret)
}

/// The body of a webhook that has no template of its own.
pub fn payload(told: &TemplateValues, at: Instant) -> String {
    json!({
        "type": format!("agent.{}", told.action),
        "timestamp": at.rfc3339(),
        "data": {
            "containment": told.containment,
            "why": told.why,
            "rule": if told.rule.is_empty() { None } else { Some(&told.rule) },
            "requested_at": told.requested_at.rfc3339(),
            "agent": { "id": told.agent, "name": told.name, "identifiers": told.identifiers },
        },
    })
    .to_string()
}
