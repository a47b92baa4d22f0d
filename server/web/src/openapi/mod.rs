//! The API's description, made from the table of commands and the types they read and write: it cannot forget a command,
//! nor say something else of a body than is so.

mod schemas;
mod streams;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use self::schemas::Schemas;
use crate::command::contract::describe as described;
use crate::command::{Method, Route, routes};
use crate::site::Site;

/// What went wrong (RFC 9457).
#[derive(schemars::JsonSchema)]
#[expect(dead_code, reason = "only its schema is used: `problem` writes it")]
struct Problem {
    r#type: String,
    title: String,
    status: u16,
    /// What is wrong and what to do, in a sentence.
    detail: String,
    /// Sentences by field.
    #[schemars(default)]
    fields: std::collections::BTreeMap<String, String>,
    /// The number under which the cause stands in the server's log.
    #[schemars(default)]
    trace_id: Option<String>,
}

/// `GET /api/v1/openapi.json`.
pub async fn document(State(_): State<Site>) -> Json<Value> {
    Json(describe())
}

/// OpenAPI 3.1.
pub fn describe() -> Value {
    let (mut schemas, mut paths) = (Schemas::default(), Map::new());
    for route in routes() {
        insert(&mut paths, route.path, word(route.method), command(route, &mut schemas));
    }
    for (method, path, operation) in streams::operations(&mut schemas) {
        insert(&mut paths, path, method, operation);
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Inquest", "version": env!("CARGO_PKG_VERSION"), "description": "Incidents caused by AI agents: file them, rate them, and know what is known of harm.", "license": { "name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE") } },
        "servers": [{ "url": "/api/v1" }],
        "security": [{ "bearer": [] }],
        "components": { "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } } },
        "paths": paths,
    });
    document["components"]["schemas"] = schemas.finish(&mut document["paths"]);
    document
}

fn insert(paths: &mut Map<String, Value>, path: &str, method: &str, mut operation: Value) {
    operation["operationId"] = json!(operation_id(method, path));
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    operation["parameters"] = json!(in_path(path).chain(parameters).collect::<Vec<_>>());
    paths.entry(path.to_string()).or_insert_with(|| json!({}))[method] = operation;
}

const fn word(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Patch => "patch",
        Method::Delete => "delete",
    }
}

/// `post_incidents_key_events`: what a generated client calls it.
fn operation_id(method: &str, path: &str) -> String {
    let bare: String = path.chars().filter(|letter| !matches!(letter, '{' | '}')).collect();
    format!("{method}{}", bare.replace(['/', '-', '.'], "_"))
}

fn in_path(path: &str) -> impl Iterator<Item = Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')));
    names.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
}

fn command(route: &Route, schemas: &mut Schemas) -> Value {
    let contract = &route.contract;
    let gives = schemas.answer(contract.gives);
    let mut operation = json!({
        "summary": contract.says,
        "description": format!("Needs the permit to {}.", route.permit.label()),
        "parameters": schemas.query(contract.asks).into_iter().chain(headers(route.method)).collect::<Vec<_>>(),
        "responses": {
            "2XX": { "description": "Done.", "content": { "application/json": { "schema": gives } } },
            "default": problem(schemas),
        },
    });
    if let Some(takes) = contract.takes {
        let takes = schemas.body(takes);
        let required = route.method != Method::Delete;
        operation["requestBody"] =
            json!({ "required": required, "content": { "application/json": { "schema": takes } } });
    }
    operation
}

fn headers(method: Method) -> impl Iterator<Item = Value> {
    let edits = matches!(method, Method::Patch | Method::Put | Method::Delete);
    let if_match = edits.then(|| {
        json!({ "name": "If-Match", "in": "header", "schema": { "type": "string" },
            "description": "The version that was seen, as ETag gave it. What others changed since is merged, or is a conflict (412)." })
    });
    let once = (method != Method::Get).then(|| {
        json!({ "name": "Idempotency-Key", "in": "header", "schema": { "type": "string" },
            "description": "Sent again with the same key, a write is done once and gets its first answer." })
    });
    if_match.into_iter().chain(once)
}

fn problem(schemas: &mut Schemas) -> Value {
    let schema = schemas.answer(described::<Problem>);
    json!({ "description": "A problem, in a sentence.", "content": { "application/problem+json": { "schema": schema } } })
}
