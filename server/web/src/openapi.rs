//! The API's description, made from the table of commands: it cannot forget one.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::command::{Method, routes};
use crate::site::Site;

/// What the API says of events and records beside their fields.
const SCOPED_EVENTS: &str = "Events, each with scope_decision: how it stands to the grants that were pinned of its actor. scope is within, unconfirmed, outside, expired, suspended, unknown_agent or cannot_tell; grant is the one that decides, or else the nearest; parts are what differs (verb, resource, effect, task, time, confirmation, agent, or record: granted afterwards); sentence says it in words. null where nothing was pinned, or it is no act.";
const SCOPED_RECORDS: &str = "Records of logs, each with confirmed, and with scope_decision as events have it; null where nobody of that name is linked to the registry.";

/// `GET /api/v1/openapi.json`.
pub async fn document(State(_): State<Site>) -> Json<Value> {
    Json(describe())
}

/// OpenAPI 3.1.
pub fn describe() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in routes() {
        let method = match route.method {
            Method::Get => "get",
            Method::Post => "post",
            Method::Put => "put",
            Method::Patch => "patch",
            Method::Delete => "delete",
        };
        add(&mut paths, route.path, method, &format!("Needs the permit to {}.", route.permit.label()));
    }
    let merge = "/incidents/{key}/merge";
    add(
        &mut paths,
        merge,
        "get",
        "What merging into ?into= would do; of an incident that was merged, what undoing would.",
    );
    add(
        &mut paths,
        merge,
        "post",
        "Merges the incident into another one: into, and from_version and into_version of the plan. People only.",
    );
    add(&mut paths, merge, "delete", "Takes a merge back; take_edited takes out what was edited since. People only.");
    add(&mut paths, "/incidents/{key}/evidence", "post", "Uploads a file: the raw body, with ?name= and ?format=auto.");
    add(
        &mut paths,
        "/incidents/{key}/uploads",
        "post",
        "Begins an upload that goes on after a broken line, by tus 1.0: Upload-Length, Upload-Metadata. Then PATCH …/uploads/{id} with Upload-Offset.",
    );
    add(&mut paths, "/incidents/{key}/uploads", "get", "The uploads that you have begun, with how many bytes came.");
    add(&mut paths, "/incidents/{key}/uploads/{id}", "head", "How many bytes came: Upload-Offset.");
    add(
        &mut paths,
        "/incidents/{key}/uploads/{id}",
        "patch",
        "The next bytes, as application/offset+octet-stream. The last ones answer Inquest-Evidence, the id of the item.",
    );
    add(&mut paths, "/incidents/{key}/uploads/{id}", "delete", "Gives an upload up.");
    add(&mut paths, "/incidents/{key}/evidence/{id}/content", "get", "The bytes.");
    add(
        &mut paths,
        "/incidents/{key}/export",
        "get",
        "An export: ?format=md, html, json or csv, ?profile=internal or public, ?zone=; or ?format=bundle, the case as one file, with ?evidence=all or digests.",
    );
    add(
        &mut paths,
        "/incidents/{key}/revisions/{id}/export",
        "get",
        "A published revision as it was frozen: ?format=md, html, json or csv, ?profile=internal or public.",
    );
    add(&mut paths, "/incidents/{key}/live", "get", "Server-sent events: the id is the incident's version.");
    add(&mut paths, "/agents/{id}/live", "get", "Server-sent events: the id is the version of the agent's file.");
    add(
        &mut paths,
        "/agents",
        "get",
        "The agents of the registry by name: ?q=, ?owner= a name or address, ?status=, ?overdue=true, ?unowned=true.",
    );
    add(
        &mut paths,
        "/agents/import",
        "post",
        "Registers the agents of a table, all or none: csv, whose first line names the columns as GET /agents/export writes them.",
    );
    for path in ["/incidents/{key}/events", "/incidents/{key}/events/{id}"] {
        add(&mut paths, path, "get", SCOPED_EVENTS);
    }
    for path in [
        "/incidents/{key}/records",
        "/incidents/{key}/evidence/{id}/records",
        "/incidents/{key}/evidence/{id}/records/{number}",
    ] {
        add(&mut paths, path, "get", SCOPED_RECORDS);
    }
    add(&mut paths, "/agents/export", "get", "All agents as a table (CSV).");
    add(
        &mut paths,
        "/agents/{id}/reviews",
        "post",
        "Reviews all grants that have not ended: grants, each with grant, outcome (kept, narrowed, revoked), reason, and to for a narrower form. People only.",
    );
    add(&mut paths, "/agents/{id}/merge", "post", "Merges the agent into another one: into. People only.");
    add(
        &mut paths,
        "/agents/{id}/split",
        "post",
        "Makes another agent of some identifiers: name, identifiers. People only.",
    );
    add(&mut paths, "/agents/{id}/undo", "post", "Takes your last act on the agent back. People only.");
    add(
        &mut paths,
        "/sources",
        "post",
        "Makes a source of records: name, format or auto, agents, resources, agents_only, heartbeat_seconds, retention_days, seal_seconds. The token is answered this once.",
    );
    add(&mut paths, "/sources/{id}", "delete", "Closes the source. What it sent stays.");
    add(&mut paths, "/sources/{id}/token", "post", "Gives the source a new token, answered this once.");
    add(
        &mut paths,
        "/sources/{id}/records",
        "post",
        "Takes lines of records in, with the token of the source: application/x-ndjson or text/plain, gzip or not. Answered once they are on the disk.",
    );
    add(
        &mut paths,
        "/incidents/import",
        "post",
        "Imports a bundle: the raw body. ?dry_run=true says what it would add, what is here already, what is not taken over and what cannot be proven. People only.",
    );
    add(&mut paths, "/schema/bundle-1.json", "get", "The JSON Schema of case.json in a bundle. Needs no token.");
    add(&mut paths, "/evaluate", "post", "Severity and verdict of facts that are not stored.");
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Inquest", "version": env!("CARGO_PKG_VERSION"), "description": "Incidents caused by AI agents: file them, rate them, and know what is known of harm." },
        "servers": [{ "url": "/api/v1" }],
        "security": [{ "bearer": [] }],
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Problem": { "type": "object", "properties": {
                "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" }, "detail": { "type": "string" },
                "fields": { "type": "object", "additionalProperties": { "type": "string" } }, "trace_id": { "type": ["string", "null"] } } } }
        },
        "paths": paths,
    })
}

fn add(paths: &mut Map<String, Value>, path: &str, method: &str, summary: &str) {
    let parameters: Vec<Value> = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let problem = json!({ "description": "A problem, in a sentence.", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } });
    let mut operation = json!({ "summary": summary, "parameters": parameters, "responses": { "200": { "description": "Done." }, "default": problem } });
    if method != "get" && method != "delete" {
        operation["requestBody"] = json!({ "content": { "application/json": { "schema": { "type": "object" } } } });
    }
    let entry = paths.entry(path.to_string()).or_insert_with(|| json!({}));
    entry[method] = operation;
}
