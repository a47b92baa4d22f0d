//! Importing a bundle over HTTP: the file is kept on disk while it is looked through, never in memory.

use std::path::PathBuf;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::Refusal;
use futures::{Stream, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Actor, Error, Imported, Result};
use tokio::io::AsyncWriteExt;

use crate::query::OneEach;
use crate::site::Site;
use crate::{door, problem, upload};

/// The largest bundle that is taken over HTTP; the command line knows no limit.
const BUNDLE_BYTES_MAX: u64 = 8 << 30;

/// What the query of an import says.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct ImportQuery {
    /// Only says what it would add.
    #[serde(default)]
    dry_run: bool,
}

/// `POST /incidents/import`: the raw body is the bundle. `dry_run=true` only says what it would do.
pub async fn by_program(State(site): State<Site>, OneEach(query): OneEach, headers: HeaderMap, body: Body) -> Response {
    let answered = async {
        let actor = door::from_bearer(&site.store, &headers).await?;
        let _place = upload::may_upload(&site, &actor)?;
        let ImportQuery { dry_run } = crate::query::asked(&query)?;
        let broken = |error: axum::Error| {
            Error::Refused(Refusal::rule(format!("The upload broke off: {error}. Send it again.")))
        };
        take(&site, &actor, body.into_data_stream().map(|chunk| chunk.map_err(broken)), dry_run).await
    };
    match answered.await {
        Ok(imported) => {
            let status = if imported.is_new { StatusCode::CREATED } else { StatusCode::OK };
            (status, Json(told(&imported))).into_response()
        }
        Err(error) => problem::json(&error),
    }
}

/// Receives a bundle and imports it.
async fn take(
    site: &Site,
    actor: &Actor,
    chunks: impl Stream<Item = Result<axum::body::Bytes>>,
    dry_run: bool,
) -> Result<Imported> {
    let file = Received::new()?;
    let mut out = tokio::fs::File::create(&file.0).await?;
    let mut chunks = std::pin::pin!(chunks);
    let mut bytes = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        bytes += chunk.len() as u64;
        if bytes > BUNDLE_BYTES_MAX {
            let sentence = "This bundle is larger than 8 GB: import it on the server with `inquest import FILE`.";
            return Err(Refusal::rule(sentence).into());
        }
        out.write_all(&chunk).await?;
    }
    out.flush().await?;
    drop(out);
    site.store.import_bundle(actor, &file.0, dry_run).await
}

/// What became of an import, as JSON.
pub fn told(imported: &Imported) -> Value {
    let mut answer = json!(imported.plan);
    answer["key"] = json!(imported.key);
    answer["imported"] = json!(imported.is_new);
    answer
}

/// A file in the folder for temporary files; it goes when it is dropped.
struct Received(PathBuf);

impl Received {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("inquest-{}.inquest", store::unique().simple()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        // Nobody can do more about a file that cannot be removed.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Sentences of an import, for people.
pub fn sentences(imported: &Imported, dry_run: bool) -> Vec<String> {
    let plan = &imported.plan;
    let mut lines = vec![match (imported.key, imported.is_new) {
        (Some(key), true) => format!("{} “{}” was imported as {key}.", plan.from, plan.title),
        (Some(key), false) => format!("{} “{}” is here already as {key}.", plan.from, plan.title),
        (None, _) => format!("{} “{}” can be imported.", plan.from, plan.title),
    }];
    let adds: Vec<String> = plan.adds.iter().map(|(noun, count)| format!("{count} {noun}")).collect();
    if imported.is_new || (dry_run && imported.key.is_none()) {
        lines.push(format!("Adds: {}.", adds.join(", ")));
    }
    lines.extend(plan.exists.iter().map(|sentence| format!("Here already: {sentence}")));
    lines.extend(plan.stays.iter().map(|sentence| format!("Not taken over: {sentence}")));
    lines.extend(plan.unproven.iter().map(|sentence| format!("Not proven: {sentence}")));
    lines
}
