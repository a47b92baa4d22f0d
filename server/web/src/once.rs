//! Writes under an Idempotency-Key: sent again, they get the first answer.

use std::future::Future;

use axum::http::HeaderMap;
use serde_json::{Value, json};
use store::{Actor, Answer, Error, Result, Store};

use crate::command::ONCE;

/// The key that a request carries.
pub fn key_of(headers: &HeaderMap) -> Option<String> {
    headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_string)
}

/// The answer that this key got already; `None` when the write is now to be done, by `answered`.
pub async fn known(store: &Store, actor: &Actor, key: &str, request: &str) -> Result<Option<(u16, Value)>> {
    let known = store.idempotency(actor, key, request.as_bytes()).await?;
    Ok(known.map(|known| (known.status, serde_json::from_str(&known.body).unwrap_or(Value::Null))))
}

/// Does the write whose key was just taken, and keeps its answer. What was stored stays acknowledged even if its
/// answer cannot be kept.
pub async fn answered<T>(
    store: &Store,
    actor: &Actor,
    key: &str,
    run: impl Future<Output = Result<T>>,
    answer: impl FnOnce(&T) -> (u16, &Value),
) -> Result<T> {
    let done = store.under_key(actor, key, run).await;
    let kept = match &done {
        Ok(value) => {
            let (status, body) = answer(value);
            let body = without_secrets(body).to_string();
            store.remember_idempotent(actor, key, &Answer { status, body }).await
        }
        // Nobody knows whether it was stored. If it was, the key is answered; else it is free after a while.
        Err(Error::CommitUnknown(_)) => Ok(()),
        Err(_) => store.forget_idempotent(actor, key).await,
    };
    if let Err(error) = kept {
        tracing::warn!(%error, "an Idempotency-Key could not be kept or given back");
    }
    done
}

/// A secret is shown once, to whoever asked first, and kept nowhere.
fn without_secrets(body: &Value) -> Value {
    let mut body = body.clone();
    let Some(fields) = body.as_object_mut() else { return body };
    let mut had = false;
    for name in ONCE {
        if let Some(secret) = fields.get_mut(name) {
            *secret = Value::Null;
            had = true;
        }
    }
    if had {
        let sentence = "What is secret in this answer was shown the first time and is kept nowhere: if it was lost, make another one and revoke this.";
        fields.insert("detail".into(), json!(sentence));
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_kept() {
        let kept = without_secrets(&json!({ "invitation": "/invite/abc", "email": "kim@example.org" }));
        assert_eq!((&kept["invitation"], &kept["email"]), (&Value::Null, &json!("kim@example.org")));
        assert!(kept["detail"].as_str().is_some_and(|detail| detail.contains("kept nowhere")));
        assert_eq!(without_secrets(&json!({ "id": "a" })), json!({ "id": "a" }));
    }
}
