//! Sources: where records come in while agents act.

mod followed;
mod numbered;
mod sdk;
mod sealed;
mod taken;

use acceptance::{Answer, Program, World};
use domain::access::Role;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// A source and whoever made it.
pub struct Sender {
    pub admin: Program,
    pub id: String,
    pub token: String,
    url: String,
    http: reqwest::Client,
}

impl Sender {
    /// Makes a source of a draft.
    pub async fn of(world: &World, draft: Value) -> Self {
        let admin = world.program("Ada", Role::Admin, None).await;
        Self::by(world, admin, draft).await
    }

    /// Makes another one.
    pub async fn by(world: &World, admin: Program, draft: Value) -> Self {
        let made = admin.ok("POST", "/sources", draft).await;
        let word = |field: &str| made[field].as_str().unwrap_or_default().to_string();
        Self { admin, id: word("id"), token: word("token"), url: world.url.clone(), http: reqwest::Client::new() }
    }

    pub async fn usual(world: &World) -> Self {
        Self::of(world, json!({ "name": "Agents of CI" })).await
    }

    /// A post to an address with the token of the source.
    pub fn post(&self, path: &str, kind: &str) -> RequestBuilder {
        let request = self.http.post(format!("{}{path}", self.url)).header("content-type", kind);
        request.header("authorization", format!("Bearer {}", self.token))
    }

    pub async fn lines(&self, lines: &str) -> Answer {
        let path = format!("/api/v1/sources/{}/records", self.id);
        self.sent(self.post(&path, "application/x-ndjson").body(lines.to_string())).await
    }

    pub async fn sent(&self, request: RequestBuilder) -> Answer {
        Answer::read(request.send().await.expect("an answer")).await
    }

    pub async fn health(&self) -> Value {
        self.admin.ok("GET", &format!("/sources/{}", self.id), json!({})).await["health"].clone()
    }
}
