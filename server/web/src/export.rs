//! Exports: the case file as a document to hand on.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::agent::agents_csv;
use domain::casefile::Dossier;
use domain::confirmations::gates_csv;
use domain::export::{ExportOptions, Format, Profile};
use domain::time::Zone;
use domain::trends::trends_csv;
use store::{Actor, OpenIncident, Result, Store};

mod query;

pub use self::query::{BundleQuery, ExportQuery, RevisionQuery, format, profile};
use crate::bench;
use crate::door::{self, Signed};
use crate::download::attachment;
use crate::problem;
use crate::query::OneEach;
use crate::site::Site;

/// For a person.
pub async fn for_person(
    State(site): State<Site>,
    signed: Signed,
    Path(params): Path<BTreeMap<String, String>>,
    OneEach(query): OneEach,
) -> Response {
    export(&site, &signed.actor, &params, &query)
        .await
        .unwrap_or_else(|error| problem::page(&error, None, "/incidents"))
}

/// For a program.
pub async fn for_program(
    State(site): State<Site>,
    Path(params): Path<BTreeMap<String, String>>,
    OneEach(query): OneEach,
    headers: HeaderMap,
) -> Response {
    let answered = async { export(&site, &door::from_bearer(&site.store, &headers).await?, &params, &query).await };
    answered.await.unwrap_or_else(|error| problem::json(&error))
}

/// The confirmation-gate map as a table.
pub async fn confirmations(
    State(site): State<Site>,
    signed: Signed,
    Path(params): Path<BTreeMap<String, String>>,
    OneEach(query): OneEach,
) -> Response {
    let answered = async {
        let incident = site.open(&signed.actor, &params).await?;
        let map = crate::command::gate_map(&incident, &crate::query::read(&query)?).await?;
        Ok::<_, store::Error>(table(gates_csv(&map), "confirmations.csv"))
    };
    answered.await.unwrap_or_else(|error| problem::page(&error, None, "/incidents"))
}

/// A table to keep.
fn table(text: String, name: &str) -> Response {
    attachment(text, Format::Csv.media_type(), name)
}

/// All agents of the registry as a table, for a person.
pub async fn agents_for_person(State(site): State<Site>, signed: Signed) -> Response {
    agents(&site.store, &signed.actor).await.unwrap_or_else(|error| problem::page(&error, None, "/agents"))
}

/// The same for a program.
pub async fn agents_for_program(State(site): State<Site>, headers: HeaderMap) -> Response {
    let answered = async { agents(&site.store, &door::from_bearer(&site.store, &headers).await?).await };
    answered.await.unwrap_or_else(|error| problem::json(&error))
}

async fn agents(store: &Store, actor: &Actor) -> Result<Response> {
    let agents = store.all_agents(actor).await?;
    let directory = store.directory().await?;
    let text = bench::run(|| agents_csv(agents.iter(), |id| directory.shown_name(id).unwrap_or_default())).await;
    Ok(table(text, "agents.csv"))
}

/// The trends as a table, for a person.
pub async fn trends_for_person(State(site): State<Site>, signed: Signed) -> Response {
    trends(&site.store, &signed.actor).await.unwrap_or_else(|error| problem::page(&error, None, "/trends"))
}

/// The same for a program.
pub async fn trends_for_program(State(site): State<Site>, headers: HeaderMap) -> Response {
    let answered = async { trends(&site.store, &door::from_bearer(&site.store, &headers).await?).await };
    answered.await.unwrap_or_else(|error| problem::json(&error))
}

async fn trends(store: &Store, actor: &Actor) -> Result<Response> {
    Ok(table(trends_csv(&store.trends(actor).await?), "trends.csv"))
}

async fn export(
    site: &Site,
    actor: &Actor,
    params: &BTreeMap<String, String>,
    query: &BTreeMap<String, String>,
) -> Result<Response> {
    let incident = site.open(actor, params).await?;
    let key = incident.key();
    if let Some(number) = params.get("id") {
        let (number, asked) = (crate::command::revision::number(number)?, crate::query::asked::<RevisionQuery>(query)?);
        let (format, profile) = chosen(asked.format, asked.profile);
        let body = incident.revision_file(number, format, profile).await?;
        let name = format!("{key}-revision-{number}.{}", format.extension());
        return Ok(attachment(body, format.media_type(), &name));
    }
    match crate::query::asked(query)? {
        ExportQuery::Bundle(asked) => crate::bundle::answer(&site.store, &incident, &asked).await,
        ExportQuery::Document(asked) => {
            let (format, profile) = chosen(asked.format, asked.profile);
            let zone = asked.zone.unwrap_or_else(|| actor.zone.clone());
            let body = write(&incident, format, profile, zone).await?;
            Ok(attachment(body, format.media_type(), &format!("{key}.{}", format.extension())))
        }
    }
}

/// What is written where nothing else was said.
fn chosen(format: Option<Format>, profile: Option<Profile>) -> (Format, Profile) {
    let format = format.unwrap_or(Format::Markdown);
    (format, profile.unwrap_or(format.usual_profile()))
}

/// Writes an export. The same version, zone and profile give the same bytes.
pub async fn write(incident: &OpenIncident, format: Format, profile: Profile, zone: Zone) -> Result<Vec<u8>> {
    let dossier = incident.dossier().await?;
    let (as_of, head) = last_change(incident, &dossier).await?;
    let options = ExportOptions { zone, profile, as_of, head };
    Ok(bench::run(|| domain::export::write(&dossier, format, &options)).await)
}

/// Time and hash of the last change: an export says as of when it is, not when it was made, and of which log.
async fn last_change(incident: &OpenIncident, dossier: &Dossier) -> Result<(domain::Instant, String)> {
    let last = incident.changes(dossier.version.saturating_sub(1), 1).await?.pop();
    Ok(last.map_or_else(|| (dossier.filed_at(), String::new()), |stored| (stored.at, stored.hash)))
}
