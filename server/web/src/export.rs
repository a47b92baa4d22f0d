//! Exports: the case file as a document to hand on.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::export::{ExportOptions, Profile};
use domain::record::Dossier;
use domain::time::Zone;
use domain::{Key, Refusal};
use store::{Actor, Result, Store};

use crate::bench;
use crate::door::{self, Signed};
use crate::problem;
use crate::site::Site;

/// For a person.
pub async fn for_person(
    State(site): State<Site>,
    signed: Signed,
    Path(params): Path<BTreeMap<String, String>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    export(&site, &signed.actor, &params, &query)
        .await
        .unwrap_or_else(|error| problem::page(&error, None, "/incidents"))
}

/// For a program.
pub async fn for_program(
    State(site): State<Site>,
    Path(params): Path<BTreeMap<String, String>>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let answered = async { export(&site, &door::from_bearer(&site.store, &headers).await?, &params, &query).await };
    answered.await.unwrap_or_else(|error| problem::json(&error))
}

async fn export(
    site: &Site,
    actor: &Actor,
    params: &BTreeMap<String, String>,
    query: &BTreeMap<String, String>,
) -> Result<Response> {
    let (store, key) = (&site.store, site.key(actor, params).await?);
    let format = query.get("format").map_or("md", String::as_str);
    let zone = match query.get("zone") {
        Some(name) => Zone::parse(name).map_err(|sentence| Refusal::field("zone", sentence))?,
        None => actor.zone.clone(),
    };
    let profile = query.get("profile").map_or("internal", String::as_str);
    let text = write(store, actor, key, format, profile, zone).await?;
    let kind = match format {
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json",
        _ => "text/markdown; charset=utf-8",
    };
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{key}.{format}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// Writes an export. The same revision, zone and profile give the same bytes.
pub async fn write(store: &Store, actor: &Actor, key: Key, format: &str, profile: &str, zone: Zone) -> Result<String> {
    let profile = match profile {
        "internal" => Profile::Internal,
        "public" => Profile::Public,
        other => {
            return Err(
                Refusal::field("profile", format!("“{other}” is not a profile: use internal or public.")).into()
            );
        }
    };
    let dossier = store.dossier(actor, key).await?;
    let (as_of, head) = last_change(store, actor, key, &dossier).await?;
    let options = ExportOptions { zone, profile, as_of, head };
    match format {
        "md" => Ok(bench::run(|| domain::export::postmortem(&dossier, &dossier.evaluation(), &options)).await),
        "csv" => Ok(bench::run(|| domain::export::timeline_csv(&dossier, &options)).await),
        other => Err(Refusal::field("format", format!("“{other}” cannot be written yet: use md or csv.")).into()),
    }
}

/// Time and hash of the last change: an export says as of when it is, not when it was made, and of which log.
async fn last_change(store: &Store, actor: &Actor, key: Key, dossier: &Dossier) -> Result<(domain::Instant, String)> {
    let last = store.changes(actor, key, dossier.version.saturating_sub(1), 1).await?.pop();
    Ok(last.map_or_else(|| (dossier.filed_at(), String::new()), |stored| (stored.at, stored.hash)))
}
