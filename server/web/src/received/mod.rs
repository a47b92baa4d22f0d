//! What is sent with a request. It is taken in only once it is known who sends it and that they may, in pieces whose
//! sum is bounded, for one sender and for all.

mod json;
mod leftover;
mod moving;

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use futures::StreamExt;
use serde_json::{Map, Value};
use store::Actor;

pub use json::{once_each, read_json};
pub use leftover::Leftover;
pub use moving::{Moving, Stalled};

use crate::fields::Fields;
use crate::problem::{self, Problem};
use crate::quota::{Full, Place};
use crate::site::Site;

/// The largest form or JSON body, in bytes. Uploads stream and are not under it.
pub const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The largest form of somebody who only wants to come in, in bytes: an address, a name and a password.
pub const ENTRANCE_BYTES_MAX: usize = 16 * 1024;
/// Bodies that are held at once, with what is made of them, in bytes: for all that are signed in, and for each.
pub const HELD_BYTES_MAX: usize = 64 << 20;
/// What one account's bodies may take of it.
pub const HELD_BYTES_EACH: usize = 24 << 20;
/// The same for all who are not signed in.
pub const STRANGERS_BYTES_MAX: usize = 16 << 20;
/// What one address may take of it.
pub const STRANGERS_BYTES_EACH: usize = 4 << 20;
/// How long a form or a JSON body may be on its way: 2 MB at 35 KB/s.
const RECEIVE_MAX: Duration = Duration::from_secs(60);

/// A body that nobody has looked at yet.
pub struct Sent(Body, Option<usize>);

/// A body as bytes. While it is kept, its size counts.
pub struct Held {
    /// What was sent.
    pub bytes: Vec<u8>,
    /// Its place among all that are held.
    pub place: Place,
}

impl<S: Sync> FromRequest<S> for Sent {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Infallible> {
        let length = request.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        Ok(Self(request.into_body(), length))
    }
}

/// Why a body was not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreceived {
    /// It is larger than this kind may be.
    TooLarge,
    /// It broke off.
    Broken,
    /// It stopped coming, or came too slowly.
    Stalled,
    /// The sender has too much under way.
    Share,
    /// The server holds as much as it can.
    Busy,
    /// It cannot be read, in a sentence.
    Unreadable(String),
    /// A name stands in it twice: which, and that in a sentence.
    Twice(String, String),
}

impl Sent {
    /// The whole body of somebody who is known.
    pub async fn held(self, site: &Site, actor: &Actor) -> Result<Held, Unreceived> {
        let place = site.bodies.take(actor.person.id.as_str(), 0).map_err(Unreceived::of)?;
        self.gather(place, BODY_BYTES_MAX).await
    }

    /// The form of somebody who is known.
    pub async fn fields(self, site: &Site, actor: &Actor) -> Result<Fields, Unreceived> {
        Fields::read(self.held(site, actor).await?)
    }

    /// The form of somebody at an address who is not known.
    pub async fn fields_of_stranger(self, site: &Site, address: &str, bytes_max: usize) -> Result<Fields, Unreceived> {
        let place = site.strangers.take(address, 0).map_err(Unreceived::of)?;
        Fields::read(self.gather(place, bytes_max).await?)
    }

    /// The whole body of a sender that has a place for it.
    pub async fn in_place(self, place: Place, bytes_max: usize) -> Result<Held, Unreceived> {
        self.gather(place, bytes_max).await
    }

    async fn gather(self, place: Place, bytes_max: usize) -> Result<Held, Unreceived> {
        if self.1.is_some_and(|length| length > bytes_max) {
            return Err(Unreceived::TooLarge);
        }
        let Self(body, length) = self;
        let gathering = gather(body, place, length.unwrap_or_default(), bytes_max);
        tokio::time::timeout(RECEIVE_MAX, gathering).await.unwrap_or(Err(Unreceived::Stalled))
    }
}

async fn gather(body: Body, place: Place, length: usize, bytes_max: usize) -> Result<Held, Unreceived> {
    // What is announced and never sent takes no memory.
    let mut held = Held { bytes: Vec::with_capacity(length.min(64 << 10)), place };
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| if is_stalled(&error) { Unreceived::Stalled } else { Unreceived::Broken })?;
        if held.bytes.len() + chunk.len() > bytes_max {
            return Err(Unreceived::TooLarge);
        }
        held.place.grow(chunk.len()).map_err(Unreceived::of)?;
        held.bytes.extend_from_slice(&chunk);
    }
    Ok(held)
}

/// Whether a body ended because it stopped coming.
pub fn is_stalled(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<Stalled>() {
            return true;
        }
        next = error.source();
    }
    false
}

impl Unreceived {
    /// What a quota says.
    pub fn of(full: Full) -> Self {
        match full {
            Full::Share => Self::Share,
            Full::Everybody => Self::Busy,
        }
    }

    /// What is said of it.
    pub fn problem(&self) -> Problem {
        let (status, title, detail) = match self {
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "Too large",
                "This is more than a call may send: send less at once, or upload it as evidence, which takes files of any size.",
            ),
            Self::Broken => (StatusCode::BAD_REQUEST, "Unreadable", "The body broke off: send it again."),
            Self::Stalled => (
                StatusCode::REQUEST_TIMEOUT,
                "Too slow",
                "The rest of this did not come in time: check the connection, then send it again.",
            ),
            Self::Share => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too much at once",
                "Your account sends too much at once: wait until the answers are there, then send it again.",
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Not now",
                "This server is being sent more than it can hold, and nothing was stored. Try again in a few seconds.",
            ),
            Self::Unreadable(sentence) | Self::Twice(_, sentence) => {
                (StatusCode::BAD_REQUEST, "Unreadable", sentence.as_str())
            }
        };
        let mut fields = Map::new();
        if let Self::Twice(name, sentence) = self {
            fields.insert(name.clone(), sentence.as_str().into());
        }
        Problem { status, title, detail: detail.into(), fields, reference: None, extra: Map::new() }
    }

    /// The answer to a program.
    pub fn json(&self) -> Response {
        self.waiting(problem::json_of(&self.problem()))
    }

    /// The answer to a person, with a way to the page at a path.
    pub fn page(&self, at: &str) -> Response {
        self.waiting(problem::of_problem(&self.problem(), None, at))
    }

    fn waiting(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        if matches!(self, Self::Share | Self::Busy) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// The JSON object of a body; an empty one is an object without fields.
pub fn object_of(held: &mut Held) -> Result<Value, Unreceived> {
    if held.bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(Map::new()));
    }
    let value = read_json(held)?;
    if value.is_object() {
        return Ok(value);
    }
    Err(Unreceived::Unreadable("This is JSON, but no object: send one JSON object.".into()))
}
