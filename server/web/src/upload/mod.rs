//! Uploads and downloads of evidence: streamed, hashed on the way, never held whole.

mod metadata;
pub mod partial;
mod parts;

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Permit;
use domain::evidence::Evidence;
use domain::reader::log::{DateOrder, Format, Mapping, Terms};
use domain::time::Zone;
use domain::{Id, Key, Refusal};
use futures::StreamExt;
use serde::Deserialize;
use serde_json::json;
use store::{Actor, Description, Error, Result};

use crate::command::shown;
use crate::door::{self, Signed};
use crate::fields::Fields;
use crate::form::Form;
use crate::query::{Asked, Both, OneEach, Query};
use crate::quota::{Full, Place};
use crate::received::is_stalled;
use crate::site::Site;
use crate::{form, once, problem};
use parts::{Part, Parts};

/// A sender that is silent for so long does not keep a reader waiting.
const PAUSE: Duration = Duration::from_secs(1);

/// `POST …/evidence?name=…&format=auto`: the raw body is the file. `dry_run=true` only says what it would be read as.
pub async fn by_program(
    State(site): State<Site>,
    Path(params): Path<BTreeMap<String, String>>,
    OneEach(query): OneEach,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let received = async {
        let actor = door::from_bearer(&site.store, &headers).await?;
        let incident = site.open(&actor, &params).await?;
        let (key, _place) = (incident.key(), may_upload(&site, &actor)?);
        let Both(format, file): UploadQuery = crate::query::asked(&query)?;
        let described = describe(&format, &file)?;
        let broken = |error: axum::Error| {
            if is_stalled(&error) {
                return parts::stalled();
            }
            Error::Refused(Refusal::rule(format!("The upload broke off: {error}. Send it again.")))
        };
        let chunks = body.into_data_stream().map(move |chunk| chunk.map_err(broken));
        if file.dry_run {
            let Description { name, format, mapping, terms, .. } = described;
            let terms = incident.terms_in(terms).await?;
            let trial = site.store.try_stream(name, format, mapping, terms, chunks).await?;
            return Ok((StatusCode::OK, json!(trial)));
        }
        let done = async {
            let (id, dossier) = receive(&site, &actor, key, described, chunks).await?;
            Ok::<_, Error>((StatusCode::CREATED, shown::<Evidence>(&dossier, &id)))
        };
        let Some(once) = once::key_of(&headers) else { return done.await };
        // The bytes themselves are not compared: that would need all of them.
        let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()).unwrap_or_default();
        let request = format!("POST evidence {key} {query:?} {length}");
        if let Some((status, body)) = once::known(&site.store, &actor, &once, &request).await? {
            return Ok((StatusCode::from_u16(status).unwrap_or(StatusCode::CREATED), body));
        }
        once::answered(&site.store, &actor, &once, done, |(status, body)| (status.as_u16(), body)).await
    };
    match received.await {
        Ok((status, body)) => (status, Json(body)).into_response(),
        Err(error) => problem::json(&error),
    }
}

/// How a file is to be read.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
pub struct FormatQuery {
    /// The name of a format; `auto` detects it, `none` keeps the file unread.
    format: Option<String>,
    /// Which columns mean what, as JSON: `{"time": ["ts"], "actor": ["who"]}`.
    mapping: Option<String>,
    /// How its text is encoded, such as UTF-8.
    encoding: Option<String>,
    /// The zone of its times where they name none.
    zone: Option<String>,
    /// Whether the day or the month comes first.
    dates: Option<String>,
}

impl FormatQuery {
    /// The format, and whether the file is kept unread.
    pub fn format(&self) -> Result<(Option<Format>, bool)> {
        read_format(self.format.as_deref())
    }

    /// Which columns mean what.
    pub fn mapping(&self) -> Result<Option<Mapping>> {
        self.mapping.as_deref().map(read_mapping).transpose()
    }

    /// What is said of the log as a whole.
    pub fn terms(&self) -> Result<Terms> {
        read_terms(self.encoding.clone(), self.zone.clone(), self.dates.clone())
    }
}

/// What is said of a file beside its bytes.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
pub struct FileQuery {
    /// What it is called.
    name: Option<String>,
    /// Where it comes from.
    source: Option<String>,
    /// Who or what collected it.
    collector: Option<String>,
    /// Only says what it would be read as.
    #[serde(default)]
    dry_run: bool,
}

/// What the query of an upload says.
pub type UploadQuery = Both<FormatQuery, FileQuery>;

/// What is said of a file, whatever else stands beside it.
fn described(said: &Query) -> Result<Description> {
    let Both(format, file) = UploadQuery::read(said)?;
    describe(&format, &file)
}

fn describe(format: &FormatQuery, file: &FileQuery) -> Result<Description> {
    let (read_as, unread) = format.format()?;
    Ok(Description {
        name: file.name.clone().unwrap_or_else(|| "upload".into()),
        format: read_as,
        mapping: format.mapping()?,
        terms: format.terms()?,
        unread,
        source: file.source.clone(),
        collector: file.collector.clone(),
    })
}

/// What is said of a log as a whole; `auto` leaves it to the bytes.
pub fn read_terms(encoding: Option<String>, zone: Option<String>, dates: Option<String>) -> Result<Terms> {
    let said = |text: Option<String>| {
        text.map(|text| text.trim().to_string()).filter(|text| !text.is_empty() && text != "auto")
    };
    let encoding = said(encoding).map(|label| {
        store::encoding_name(&label).map(str::to_string).ok_or_else(|| {
            Refusal::field(
                "encoding",
                format!(
                    "“{label}” is no encoding known here: write one like UTF-8, windows-1252, Shift_JIS or UTF-16LE."
                ),
            )
        })
    });
    let zone = said(zone).map(|name| Zone::parse(&name).map_err(|sentence| Refusal::field("zone", sentence)));
    let dates = said(dates).map(|word| DateOrder::parse(&word).map_err(|sentence| Refusal::field("dates", sentence)));
    Ok(Terms {
        encoding: encoding.transpose()?,
        zone: zone.transpose()?,
        dates: dates.transpose()?,
        ..Terms::default()
    })
}

/// `auto` detects, `none` only keeps; anything else is the name of a format.
pub fn read_format(word: Option<&str>) -> Result<(Option<Format>, bool)> {
    match word {
        None | Some("auto") => Ok((None, false)),
        Some("none") => Ok((None, true)),
        Some(word) => {
            let format = Format::parse(word).map_err(|sentence| {
                Refusal::field("format", format!("{sentence} Or auto to detect it, none to keep it unread."))
            })?;
            Ok((Some(format), false))
        }
    }
}

/// Which columns mean what, as JSON: `{"time": ["ts"], "actor": ["who"]}`.
pub fn read_mapping(text: &str) -> Result<Mapping> {
    serde_json::from_str(text).map_err(|error| {
        let sentence =
            format!("This is not a mapping: {error}. Write it like {{\"time\": [\"ts\"], \"actor\": [\"who\"]}}.");
        Refusal::field("mapping", sentence).into()
    })
}

/// The form of the evidence page.
pub async fn by_person(
    State(site): State<Site>,
    signed: Signed,
    Path(params): Path<BTreeMap<String, String>>,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let mut fields = vec![("form".to_string(), "upload".to_string())];
    let opened = site.open(&signed.actor, &params).await;
    let incident = opened.as_ref().ok().cloned();
    let taken = async { take_form(&site, &signed.actor, opened?.key(), request, &mut fields).await };
    match taken.await {
        Ok(location) => form::on(&headers, &location),
        Err(error) => Form { site, signed, incident, headers, fields: Fields::new(fields) }.back(&error).await,
    }
}

/// Reads the parts in the order in which the form sends them: what is said of the file comes before it.
async fn take_form(
    site: &Site,
    actor: &Actor,
    key: Key,
    request: Request,
    fields: &mut Vec<(String, String)>,
) -> Result<String> {
    fields.push(("at".into(), format!("/incidents/{key}/evidence")));
    let _place = may_upload(site, actor)?;
    let mut parts = Parts::of(request).await?;
    let mut said = BTreeMap::new();
    let mut added = None;
    while let Some(part) = parts.next().await? {
        match part {
            Part::File(name, _) if name.is_empty() => {}
            Part::File(name, file) => {
                said.insert("name".to_string(), name);
                let chunks = futures::stream::try_unfold(file, async |mut file| {
                    Ok(file.chunk().await?.map(|chunk| (chunk, file)))
                });
                added = Some(receive(site, actor, key, described(&said)?, chunks).await?.0);
            }
            Part::Text(name, text) => {
                said.insert(name.clone(), text.clone());
                fields.push((name, text));
            }
        }
    }
    let id = added.ok_or_else(|| Refusal::field("file", "Choose a file to upload."))?;
    if said.get("format").is_some_and(|format| format == "none") {
        return Ok(format!("/incidents/{key}/evidence/{id}/reading"));
    }
    Ok(format!("/incidents/{key}/evidence#evidence-{id}"))
}

/// Whether somebody may send a file now; the place is theirs while it comes in.
pub fn may_upload(site: &Site, actor: &Actor) -> Result<Place> {
    actor.permit(Permit::Edit)?;
    site.uploads.take(actor.person.id.as_str(), 1).map_err(|full| Error::TooMany {
        sentence: match full {
            Full::Share => {
                "Your account sends as many files as it may at once: wait until one of them is there.".into()
            }
            Full::Everybody => "This server receives as many files as it can: send this one again in a minute.".into(),
        },
        retry_after_seconds: 30,
    })
}

async fn receive(
    site: &Site,
    actor: &Actor,
    key: Key,
    described: Description,
    chunks: impl futures::Stream<Item = Result<axum::body::Bytes>>,
) -> Result<(Id, std::sync::Arc<domain::casefile::Dossier>)> {
    let mut upload = site.store.begin_evidence(actor, key, described).await?;
    let mut chunks = std::pin::pin!(chunks);
    loop {
        match tokio::time::timeout(PAUSE, chunks.next()).await {
            Ok(Some(chunk)) => upload.write(chunk?).await?,
            Ok(None) => return upload.finish().await,
            // Nobody waits for a sender that pauses: what it sends is read once it is there.
            Err(_) => upload.read_later(),
        }
    }
}

/// The bytes of an item, for a person.
pub async fn content_for_person(
    State(site): State<Site>,
    signed: Signed,
    Path(params): Path<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    content(&site, &signed.actor, &params, &headers)
        .await
        .unwrap_or_else(|error| problem::page(&error, None, "/incidents"))
}

/// The bytes of an item, for a program.
pub async fn content_for_program(
    State(site): State<Site>,
    Path(params): Path<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let answered = async { content(&site, &door::from_bearer(&site.store, &headers).await?, &params, &headers).await };
    answered.await.unwrap_or_else(|error| problem::json(&error))
}

async fn content(
    site: &Site,
    actor: &Actor,
    params: &BTreeMap<String, String>,
    headers: &HeaderMap,
) -> Result<Response> {
    let dossier = site.open(actor, params).await?.dossier().await?;
    let id = Id::new(params.get("id").map_or("", String::as_str));
    let item = dossier.evidence.get(&id).ok_or_else(|| Refusal::absent("evidence item"))?;
    crate::download::respond(&site.store, &item.record, headers).await
}
