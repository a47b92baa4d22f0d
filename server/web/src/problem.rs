//! What went wrong, for programs as problem JSON and for people as a page.

use app::frame::Frame;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use domain::{Refusal, RefusalKind};
use serde_json::{Map, Value, json};
use store::Error;

use crate::assets::ASSETS;
use crate::fields::{Fields, OF_THE_FORM};

/// Status, title, sentence, and the sentences by field.
pub struct Problem {
    /// The status of the answer.
    pub status: StatusCode,
    /// What kind of problem it is, in two words.
    pub title: &'static str,
    /// What is wrong and what to do.
    pub detail: String,
    /// Sentences by field.
    pub fields: Map<String, Value>,
    /// The number under which the cause stands in the log.
    pub reference: Option<String>,
    pub(crate) extra: Map<String, Value>,
}

impl Problem {
    /// A problem of no field in particular.
    pub fn new(status: StatusCode, title: &'static str, detail: String) -> Self {
        Self { status, title, detail, fields: Map::new(), reference: None, extra: Map::new() }
    }
}

/// What an error says to whoever asked. An internal error is logged here, under a reference number.
pub fn describe(error: &Error) -> Problem {
    let problem = Problem::new;
    match error {
        Error::Refused(refusal) => refused(refusal),
        Error::Conflict(conflict) => {
            let detail = format!(
                "{error} Look at both sides and send your edit again with version {}.",
                conflict.current_version
            );
            let extra = json!({ "base": conflict.base, "theirs": conflict.theirs, "mine": conflict.mine, "conflicting": conflict.fields, "current_version": conflict.current_version });
            Problem {
                extra: extra.as_object().cloned().unwrap_or_default(),
                ..problem(StatusCode::PRECONDITION_FAILED, "Edited meanwhile", detail)
            }
        }
        Error::Unauthorised => problem(StatusCode::UNAUTHORIZED, "Not signed in", error.to_string()),
        Error::TooMany { sentence, .. } => {
            problem(StatusCode::TOO_MANY_REQUESTS, "Too many attempts", sentence.clone())
        }
        Error::Held(sentence) => problem(StatusCode::LOCKED, "Not now", (*sentence).into()),
        Error::NeverWas { now, .. } => {
            let extra = json!({ "current_version": now });
            Problem {
                extra: extra.as_object().cloned().unwrap_or_default(),
                ..problem(StatusCode::PRECONDITION_FAILED, "No such version", error.to_string())
            }
        }
        Error::Missing(_) => problem(StatusCode::GONE, "Bytes missing", error.to_string()),
        Error::Unavailable(cause) => {
            tracing::warn!(cause = %chain(cause.as_ref()), "the database does not answer");
            let detail =
                "The database does not answer at the moment, and nothing was changed. Try again in a few seconds.";
            problem(StatusCode::SERVICE_UNAVAILABLE, "Not now", detail.into())
        }
        Error::Busy(cause) => {
            tracing::warn!(cause = %chain(cause.as_ref()), "too much waits for the same thing");
            let detail = "Many changes wait for each other at this moment, and nothing of yours was changed. Try again in a few seconds.";
            problem(StatusCode::SERVICE_UNAVAILABLE, "Not now", detail.into())
        }
        Error::Full(cause) => {
            tracing::error!(cause = %chain(cause.as_ref()), "the disk is full: make room on it");
            let detail = "The disk of the server is full, and nothing was changed. Ask whoever runs the server to make room on it, then send this again: nothing else is needed.";
            problem(StatusCode::INSUFFICIENT_STORAGE, "No room", detail.into())
        }
        Error::Damaged(cause) => {
            tracing::error!(cause = %chain(cause.as_ref()), "the database is damaged: keep a copy of it, and restore the last backup");
            let detail = "The database of the server is damaged, and nothing was changed. Tell whoever runs the server to stop it, to keep a copy of the database, and to restore the last backup.";
            problem(StatusCode::INTERNAL_SERVER_ERROR, "Damaged", detail.into())
        }
        Error::CommitUnknown(cause) => {
            tracing::error!(cause = %chain(cause.as_ref()), "nobody knows whether a change was stored");
            let detail = "The database went away while it was storing this, and cannot be asked yet whether it has. Look at the page before you send it again.";
            problem(StatusCode::SERVICE_UNAVAILABLE, "Perhaps stored", detail.into())
        }
        Error::Internal(cause) => {
            let reference = store::unique().simple().to_string();
            tracing::error!(reference, cause = %chain(cause.as_ref()), "something broke");
            let detail = format!(
                "Something broke on our side, and nothing was changed. Try again; if it stays, tell your admin the reference {reference}."
            );
            Problem {
                reference: Some(reference),
                ..problem(StatusCode::INTERNAL_SERVER_ERROR, "Something broke", detail)
            }
        }
    }
}

fn refused(refusal: &Refusal) -> Problem {
    let (status, title) = match refusal.kind {
        RefusalKind::Rule => (StatusCode::UNPROCESSABLE_ENTITY, "Refused by a rule"),
        RefusalKind::Absent => (StatusCode::NOT_FOUND, "Not here"),
        RefusalKind::Forbidden => (StatusCode::FORBIDDEN, "Not allowed"),
        RefusalKind::State => (StatusCode::CONFLICT, "Not now"),
    };
    let fields = refusal.field.iter().map(|field| (field.clone(), json!(refusal.sentence))).collect();
    Problem { status, title, detail: refusal.sentence.clone(), fields, reference: None, extra: Map::new() }
}

fn chain(cause: &(dyn std::error::Error + 'static)) -> String {
    let mut words = cause.to_string();
    let mut next = cause.source();
    while let Some(cause) = next {
        words = format!("{words}: {cause}");
        next = cause.source();
    }
    words
}

/// The answer to a program: RFC 9457.
pub fn json(error: &Error) -> Response {
    let mut response = json_of(&describe(error));
    ask_to_wait(error, &mut response);
    response
}

/// The same of a problem that is described already.
pub fn json_of(problem: &Problem) -> Response {
    let mut body = json!({
        "type": "about:blank", "title": problem.title, "status": problem.status.as_u16(), "detail": problem.detail,
        "fields": problem.fields, "trace_id": problem.reference,
    });
    if let Some(body) = body.as_object_mut() {
        body.extend(problem.extra.clone());
    }
    let mut response = (problem.status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if problem.status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Says when to come back, where somebody tried too often.
pub fn ask_to_wait(error: &Error, response: &mut Response) {
    if let Error::TooMany { retry_after_seconds, .. } = error {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
    }
}

/// The answer to a person: a page.
pub fn page(error: &Error, frame: Option<Frame>, at: &str) -> Response {
    let mut response = of_problem(&describe(error), frame, at);
    ask_to_wait(error, &mut response);
    response
}

/// The page that gives back what was typed into a form, to be sent to the same place again.
pub fn kept(problem: &Problem, action: &str, at: &str, fields: &Fields) -> Response {
    let mut frame = Frame::anonymous(ASSETS, domain::Instant::from_micros(0));
    frame.title = format!("{} · Inquest", problem.title);
    frame.at = at.to_string();
    let html = app::document(frame, || {
        let status = problem.status.as_u16();
        app::page::problem::kept_page(status, problem.title, &problem.detail, action, fields.pairs(), &OF_THE_FORM)
    });
    (problem.status, Html(html)).into_response()
}

/// The page of a problem.
pub fn of_problem(problem: &Problem, frame: Option<Frame>, at: &str) -> Response {
    let mut frame = frame.unwrap_or_else(|| Frame::anonymous(ASSETS, domain::Instant::from_micros(0)));
    frame.title = format!("{} · Inquest", problem.title);
    frame.at = at.to_string();
    frame.live = None;
    let html = app::document(frame, || {
        app::page::problem::page(problem.status.as_u16(), problem.title, &problem.detail, problem.reference.as_deref())
    });
    (problem.status, Html(html)).into_response()
}
