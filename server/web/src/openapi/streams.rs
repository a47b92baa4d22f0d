//! What is no command: files that come in and go out, and streams.

use domain::bundle::CaseImport;
use domain::evidence::Evidence;
use domain::facts::Facts;
use domain::verdict::Evaluation;
use domain::{Id, Key};
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::problem;
use super::schemas::Schemas;
use crate::command::contract::{Listed, Shown, With, describe};
use crate::export::{ExportQuery, RevisionQuery};
use crate::import::ImportQuery;
use crate::upload::UploadQuery;

/// What a call takes or gives.
enum Body {
    None,
    Json(Value),
    /// Bytes of these media types.
    Bytes(&'static [&'static str]),
    /// Text of these.
    Text(&'static [&'static str]),
}

/// An upload that goes on after a broken line.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used: `upload::partial` writes it")]
struct Upload {
    id: Id,
    name: Option<String>,
    /// How many bytes there will be.
    length: u64,
    /// How many came.
    received: u64,
    /// The evidence item that it became.
    evidence: Option<Id>,
    expires_at: domain::Instant,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used: `import::told` writes it")]
struct ImportDone {
    /// The incident here; `null` where nothing was imported.
    key: Option<Key>,
    /// Whether it was imported by this call.
    imported: bool,
}

const DOCUMENTS: &[&str] = &[
    "text/markdown",
    "text/html",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/csv",
    "application/json",
];
const OCTETS: Body = Body::Bytes(&["application/octet-stream"]);
const EVENTS: Body = Body::Text(&["text/event-stream"]);

/// Each with its method and path.
pub(super) fn operations(schemas: &mut Schemas) -> Vec<(&'static str, &'static str, Value)> {
    let uploaded = Body::Json(schemas.answer(describe::<Shown<Evidence>>));
    let uploads = Body::Json(schemas.answer(describe::<Listed<Upload>>));
    let imported = Body::Json(schemas.answer(describe::<With<CaseImport, ImportDone>>));
    let (facts, evaluation) = (schemas.body(describe::<Facts>), schemas.answer(describe::<Evaluation>));
    let taken = Body::Json(schemas.answer(describe::<Taken>));
    let uploading = schemas.query(UploadQuery::json_schema);
    let exporting = schemas.query(ExportQuery::json_schema);
    let revising = schemas.query(RevisionQuery::json_schema);
    let importing = schemas.query(ImportQuery::json_schema);
    let problem = problem(schemas);
    let call = |says: &str, query: Vec<Value>, takes: Body, gives: Body| {
        let mut operation = json!({ "summary": says, "parameters": query,
            "responses": { "2XX": { "description": "Done." }, "default": problem.clone() } });
        if let Some(content) = content(takes) {
            operation["requestBody"] = json!({ "required": true, "content": content });
        }
        if let Some(content) = content(gives) {
            operation["responses"]["2XX"]["content"] = content;
        }
        operation
    };
    use Body::{Bytes, Json, None, Text};
    vec![
        (
            "post",
            "/incidents/{key}/evidence",
            call("Uploads a file as evidence, and imports it if it is a log.", uploading, OCTETS, uploaded),
        ),
        (
            "get",
            "/incidents/{key}/evidence/{id}/content",
            call("Downloads the bytes of an evidence item.", vec![], None, OCTETS),
        ),
        ("get", "/incidents/{key}/uploads", call("Lists the uploads that you began.", vec![], None, uploads)),
        (
            "post",
            "/incidents/{key}/uploads",
            call(
                "Begins an upload that goes on after a broken line (tus 1.0): Upload-Length, Upload-Metadata.",
                vec![],
                None,
                None,
            ),
        ),
        ("head", "/incidents/{key}/uploads/{id}", call("Says how many bytes came: Upload-Offset.", vec![], None, None)),
        (
            "patch",
            "/incidents/{key}/uploads/{id}",
            call(
                "Sends the next bytes, at Upload-Offset. The last ones answer Inquest-Evidence, the id of the item.",
                vec![],
                Bytes(&["application/offset+octet-stream"]),
                None,
            ),
        ),
        ("delete", "/incidents/{key}/uploads/{id}", call("Gives an upload up.", vec![], None, None)),
        (
            "get",
            "/incidents/{key}/export",
            call(
                "Exports the case: format md, html, docx, json or csv with profile internal or public; safe, ocsf, veris, stix or aiid for others, public unless it is said; or bundle, the case as one file.",
                exporting,
                None,
                Text(DOCUMENTS),
            ),
        ),
        (
            "get",
            "/incidents/{key}/revisions/{id}/export",
            call("Exports a published revision as it was frozen.", revising, None, Text(DOCUMENTS)),
        ),
        (
            "get",
            "/incidents/{key}/live",
            call("Streams changes: the id of an event is the incident's version.", vec![], None, EVENTS),
        ),
        ("get", "/agents/{id}/live", call("Streams changes of an agent's file.", vec![], None, EVENTS)),
        ("get", "/agents/export", call("Exports all agents as a table.", vec![], None, Text(&["text/csv"]))),
        ("get", "/trends/export", call("Exports the trends as a table.", vec![], None, Text(&["text/csv"]))),
        (
            "post",
            "/incidents/import",
            call("Imports a bundle; dry_run=true says what it would add. People only.", importing, OCTETS, imported),
        ),
        (
            "get",
            "/schema/bundle-1.json",
            call(
                "Reads the JSON Schema of case.json in a bundle. Needs no token.",
                vec![],
                None,
                Text(&["application/schema+json", "application/json"]),
            ),
        ),
        (
            "post",
            "/sources/{id}/records",
            call(
                "Takes lines of records in, with the token of the source; gzip or not. Answered once they are on the disk.",
                vec![],
                Bytes(&["application/x-ndjson"]),
                taken,
            ),
        ),
        (
            "post",
            "/evaluate",
            call("Computes severity and verdict of facts that are not stored.", vec![], Json(facts), Json(evaluation)),
        ),
    ]
}

fn content(body: Body) -> Option<Value> {
    let of = |types: &[&str], schema: Value| {
        Some(json!(
            types
                .iter()
                .map(|media| (*media, json!({ "schema": schema })))
                .collect::<std::collections::BTreeMap<_, _>>()
        ))
    };
    match body {
        Body::None => None,
        Body::Json(schema) => of(&["application/json"], schema),
        Body::Bytes(types) => of(types, json!({ "type": "string", "format": "binary" })),
        Body::Text(types) => of(types, json!({ "type": "string" })),
    }
}

/// What became of records that were sent.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used: `watch::intake` writes it")]
struct Taken {
    accepted: u64,
    rejected: u64,
    bytes: u64,
}
