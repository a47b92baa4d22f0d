//! The example library: five incidents, loaded through the same commands as
//! everything else.

use std::collections::BTreeMap;

use domain::access::Permit;
use domain::agent::{Agent, AgentDraft};
use domain::evidence::Upload;
use domain::incident::IncidentDraft;
use domain::{Key, Refusal};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Actor, Error, Filter, Result, Store};

use crate::command::{Call, Method, routes};

const FILES: [&str; 5] = [
    include_str!("../examples/meta.json"),
    include_str!("../examples/kiro.json"),
    include_str!("../examples/openclaw.json"),
    include_str!("../examples/moltbook.json"),
    include_str!("../examples/rome.json"),
];

/// The agents that act in them.
const AGENTS: &str = include_str!("../examples/agents.json");

#[derive(Deserialize)]
struct Example {
    slug: String,
    incident: Value,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    call: String,
    name: Option<String>,
    #[serde(default)]
    body: Value,
}

/// Loads what is not there yet and says how many incidents were added.
pub async fn load(store: &Store) -> Result<usize> {
    let actor = librarian();
    let mut added = 0;
    for file in FILES {
        let example: Example = serde_json::from_str(file).map_err(|error| Error::Internal(Box::new(error)))?;
        let tag = format!("example:{}", example.slug);
        if store
            .incidents(&actor, &Filter { tag: Some(tag.clone()), ..Filter::default() }, None, 1)
            .await?
            .items
            .is_empty()
        {
            file_one(store, &actor, example, &tag).await?;
            added += 1;
        }
    }
    register(store, &actor).await?;
    Ok(added)
}

/// Registers the agents of the examples that nobody registered yet. What is not published of them is left unknown.
async fn register(store: &Store, actor: &Actor) -> Result<()> {
    let drafts: Vec<Value> = serde_json::from_str(AGENTS).map_err(|error| Error::Internal(Box::new(error)))?;
    let known: Vec<Agent> = store.all_agents(actor).await?;
    for draft in drafts {
        let draft: AgentDraft = store::parse_draft(draft)?;
        if !known.iter().any(|agent| agent.knows(&draft.name)) {
            store.register(actor, Permit::Edit, move |entry| entry.register(draft)).await?;
        }
    }
    Ok(())
}

/// The examples are nobody's work here, and the log says so.
fn librarian() -> Actor {
    let mut actor = Actor::system();
    actor.person.name = "Example library".into();
    actor
}

async fn file_one(store: &Store, actor: &Actor, mut example: Example, tag: &str) -> Result<()> {
    let mut tags = example.incident.get("tags").and_then(Value::as_array).cloned().unwrap_or_default();
    tags.push(json!(tag));
    example.incident["tags"] = json!(tags);
    let draft: IncidentDraft = store::parse_draft(example.incident)?;
    let entered = store.create(actor, move |entry| entry.add(draft)).await?;
    let key = entered.dossier.key();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (place, mut step) in example.steps.into_iter().enumerate() {
        fill_in(&mut step.body, &names);
        let call = fill_text(&step.call, &names);
        let done = run(store, actor, key, &call, step.body).await;
        let body =
            done.map_err(|error| Error::Internal(format!("{} step {place}, {call}: {error}", example.slug).into()))?;
        if let (Some(name), Some(id)) = (step.name, body.get("id").and_then(Value::as_str)) {
            names.insert(name, id.to_string());
        }
    }
    Ok(())
}

/// Replaces `$name` by the id of the record of that name.
fn fill_in(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => *text = fill_text(text, names),
        Value::Array(items) => items.iter_mut().for_each(|item| fill_in(item, names)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill_in(field, names)),
        _ => {}
    }
}

fn fill_text(text: &str, names: &BTreeMap<String, String>) -> String {
    let fill = |part: &str| {
        part.strip_prefix('$').and_then(|name| names.get(name)).map_or_else(|| part.to_string(), Clone::clone)
    };
    if text.starts_with('$') && !text.contains([' ', '/']) {
        fill(text)
    } else {
        text.split('/').map(fill).collect::<Vec<_>>().join("/")
    }
}

async fn run(store: &Store, actor: &Actor, key: Key, call: &str, body: Value) -> Result<Value> {
    let (method, path) = call.split_once(' ').unwrap_or((call, ""));
    if method == "UPLOAD" {
        return upload(store, actor, key, &body).await;
    }
    let full: Vec<String> = format!("incidents/{key}/{path}").split('/').map(str::to_string).collect();
    for route in routes() {
        if word(route.method) == method
            && let Some(params) = matches(route.path, &full)
        {
            let incident = Some(store.incident(actor, key).await?);
            let (store, actor, query) = (store.clone(), actor.clone(), BTreeMap::new());
            let call = Call { store, actor, incident, params, query, permit: route.permit, body, seen: None };
            return Ok((route.run)(call)?.await?.body);
        }
    }
    Err(Refusal::absent(format!("command {call}")).into())
}

fn word(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

/// The parameters of a path that fits a route's pattern.
fn matches(pattern: &str, path: &[String]) -> Option<BTreeMap<String, String>> {
    let parts: Vec<&str> = pattern.trim_start_matches('/').split('/').collect();
    if parts.len() != path.len() {
        return None;
    }
    let mut params = BTreeMap::new();
    for (part, text) in parts.iter().zip(path) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => {
                params.insert(name.to_string(), text.clone());
            }
            None if *part == text => {}
            None => return None,
        }
    }
    Some(params)
}

async fn upload(store: &Store, actor: &Actor, key: Key, body: &Value) -> Result<Value> {
    let text = |field: &str| body.get(field).and_then(Value::as_str).map(str::to_string);
    let mut upload = store.begin_upload().await?;
    upload.write(text("text").unwrap_or_default().as_bytes()).await?;
    let received = upload.finish().await?;
    let evidence = Upload {
        id: None,
        name: text("name").unwrap_or_default(),
        sha256: received.sha256,
        bytes: received.bytes,
        format: "text".into(),
        lines: received.lines,
        source: text("source"),
        collector: text("collector"),
    };
    let entered = store.enter(actor, key, Permit::Edit, move |entry| entry.add_evidence(evidence)).await?;
    Ok(json!({ "id": entered.value }))
}
