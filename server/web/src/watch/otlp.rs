//! OTLP/HTTP: `/v1/traces` and `/v1/logs`, in protobuf and in JSON. Answers are in the form of the request.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::watch::{Export, Signal, Source};
use serde_json::json;

use super::body::{self, Untaken};
use super::intake::wait;
use crate::received::{Held, Sent};
use crate::site::Site;

/// The form of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Protobuf,
    Json,
}

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";
/// Below so many bytes a request is read in less time than it is handed to another thread.
const SMALL_BYTES: usize = 16 << 10;

/// Takes spans in.
pub async fn traces(site: State<Site>, headers: HeaderMap, sent: Sent) -> Response {
    answer(Signal::Traces, &site, &headers, sent).await
}

/// Takes log records in.
pub async fn logs(site: State<Site>, headers: HeaderMap, sent: Sent) -> Response {
    answer(Signal::Logs, &site, &headers, sent).await
}

async fn answer(signal: Signal, site: &Site, headers: &HeaderMap, sent: Sent) -> Response {
    let form = match body::media_type(headers).as_str() {
        PROTOBUF => Some(Form::Protobuf),
        JSON => Some(Form::Json),
        _ => None,
    };
    match accept(signal, form, site, headers, sent).await {
        Ok(rejected) => accepted(signal, form.unwrap_or(Form::Protobuf), rejected),
        Err(untaken) => refused(form.unwrap_or(Form::Json), &untaken),
    }
}

/// Keeps a request; answers how many of its records were rejected.
async fn accept(
    signal: Signal,
    form: Option<Form>,
    site: &Site,
    headers: &HeaderMap,
    sent: Sent,
) -> Result<u64, Untaken> {
    let source = body::source(&site.store, headers).await?;
    refuse_other_formats(&source)?;
    let form = form.ok_or_else(|| {
        Untaken::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Unknown kind",
            format!("OTLP/HTTP comes as {PROTOBUF} or {JSON}: set the content type of what you send."),
        )
    })?;
    let held = body::take(site, &source, headers, sent).await?;
    let (export, place) = if held.bytes.len() < SMALL_BYTES {
        read(signal, form, held)?
    } else {
        body::aside(move || read(signal, form, held)).await?
    };
    let Export { line, records, rejected } = export;
    if records + rejected > 0 {
        site.store.accept(&source.id, records, line.into()).await?;
    }
    drop(place);
    Ok(rejected)
}

fn refuse_other_formats(source: &Source) -> Result<(), Untaken> {
    match source.format {
        None => Ok(()),
        Some(format) if format.comes_over_otlp() => Ok(()),
        Some(other) => Err(Untaken::new(
            StatusCode::BAD_REQUEST,
            "Another format",
            format!("This source takes {}: make one of the format otlp or auto for OpenTelemetry.", other.label()),
        )),
    }
}

fn read(signal: Signal, form: Form, held: Held) -> Result<(Export, crate::quota::Place), Untaken> {
    let Held { bytes, mut place } = held;
    let export = match form {
        Form::Protobuf => signal.of_protobuf(&bytes),
        Form::Json => signal.of_json(bytes),
    };
    let export = export.map_err(|sentence| Untaken::new(StatusCode::BAD_REQUEST, "Unreadable", sentence))?;
    if form == Form::Protobuf {
        body::grow(&mut place, export.line.len())?;
    }
    Ok((export, place))
}

/// An answer of success says what was rejected, and nothing if nothing was.
fn accepted(signal: Signal, form: Form, rejected: u64) -> Response {
    let message = "These are no objects, as records of OTLP are: they are kept, and nobody reads them.";
    let bytes = match form {
        Form::Json if rejected == 0 => b"{}".to_vec(),
        Form::Json => {
            let partial = json!({ signal.rejected(): rejected.to_string(), "errorMessage": message });
            json!({ "partialSuccess": partial }).to_string().into_bytes()
        }
        Form::Protobuf if rejected == 0 => Vec::new(),
        Form::Protobuf => {
            let partial = [number(1, rejected), text(2, message.as_bytes())].concat();
            text(1, &partial)
        }
    };
    respond(StatusCode::OK, form, bytes)
}

/// An answer of failure is a `google.rpc.Status`.
fn refused(form: Form, untaken: &Untaken) -> Response {
    let problem = &untaken.problem;
    let code = match problem.status {
        StatusCode::UNAUTHORIZED => 16,
        StatusCode::FORBIDDEN => 7,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::PAYLOAD_TOO_LARGE => 8,
        StatusCode::SERVICE_UNAVAILABLE => 14,
        status if status.is_server_error() => 13,
        _ => 3,
    };
    let bytes = match form {
        Form::Json => json!({ "code": code, "message": problem.detail }).to_string().into_bytes(),
        Form::Protobuf => [number(1, code), text(2, problem.detail.as_bytes())].concat(),
    };
    let mut response = respond(problem.status, form, bytes);
    if problem.status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    wait(&mut response, untaken);
    response
}

fn respond(status: StatusCode, form: Form, bytes: Vec<u8>) -> Response {
    let kind = if form == Form::Json { JSON } else { PROTOBUF };
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static(kind))], bytes).into_response()
}

/// A number as a field of a protobuf message.
fn number(field: u8, value: u64) -> Vec<u8> {
    let mut bytes = vec![field << 3];
    put_varint(&mut bytes, value);
    bytes
}

/// Bytes as a field of a protobuf message.
fn text(field: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![field << 3 | 2];
    put_varint(&mut bytes, value.len() as u64);
    bytes.extend_from_slice(value);
    bytes
}

fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
