//! What a source sends: who sends it, in which form, and its bytes once they are unpacked.

use std::io::Read;

use axum::http::{HeaderMap, StatusCode, header};
use domain::watch::Source;
use store::{Error, Store};

use crate::door;
use crate::problem::{Problem, describe};
use crate::quota::Place;
use crate::received::{Held, Sent, Unreceived};
use crate::site::Site;

/// The largest post, in bytes, as it comes and as it is unpacked.
pub const POST_BYTES_MAX: usize = 16 << 20;
/// What is held of all posts at once, in bytes.
pub const INTAKE_BYTES_MAX: usize = 64 << 20;
/// What one source may take of it.
pub const INTAKE_BYTES_EACH: usize = 56 << 20;
/// How soon it is worth trying again, in seconds.
const RETRY_SECONDS: u64 = 1;
/// Below so many bytes unpacking takes less time than handing it to another thread.
const SMALL_BYTES: usize = 16 << 10;

/// Why a post was not taken: a problem, and after how many seconds it is worth trying again.
pub struct Untaken {
    /// What is said of it.
    pub problem: Box<Problem>,
    /// After how many seconds the same may be taken.
    pub retry_seconds: Option<u64>,
}

impl Untaken {
    /// One that stays as it is however often it is sent.
    pub fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self { problem: Box::new(Problem::new(status, title, detail.into())), retry_seconds: None }
    }
}

impl From<Error> for Untaken {
    fn from(error: Error) -> Self {
        let mut problem = Box::new(describe(&error));
        let retry_seconds = match &error {
            Error::TooMany { retry_after_seconds, .. } => Some(*retry_after_seconds),
            error if error.is_passing() => Some(RETRY_SECONDS),
            _ => None,
        };
        match error {
            Error::Unauthorised => {
                problem.detail = "No open source has this token: send “Authorization: Bearer …” with the token of a source, as it was shown when the source was made.".into();
            }
            // Senders try again after 503, and give up after what they do not know.
            Error::Full(_) => problem.status = StatusCode::SERVICE_UNAVAILABLE,
            _ => {}
        }
        Self { problem, retry_seconds }
    }
}

impl From<Unreceived> for Untaken {
    fn from(unreceived: Unreceived) -> Self {
        let retry_seconds = matches!(unreceived, Unreceived::Share | Unreceived::Busy).then_some(RETRY_SECONDS);
        let mut problem = Box::new(unreceived.problem());
        match unreceived {
            Unreceived::TooLarge => return too_large(),
            Unreceived::Share => {
                problem.detail =
                    "This source sends more at once than is held for one: send it again in a second.".into();
            }
            _ => {}
        }
        Self { problem, retry_seconds }
    }
}

fn too_large() -> Untaken {
    let most = POST_BYTES_MAX >> 20;
    Untaken::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "Too large",
        format!(
            "A post has at most {most} MB, also once it is unpacked, and nothing of this one was kept: send fewer records at once."
        ),
    )
}

/// The source whose token a request shows.
pub async fn source(store: &Store, headers: &HeaderMap) -> Result<Source, Untaken> {
    let bearer = door::bearer(headers).ok_or(Error::Unauthorised)?;
    Ok(store.authenticate_source(bearer).await?)
}

/// What kind a body says it is, without what is said of the kind.
pub fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// How a body is packed.
#[derive(Clone, Copy)]
enum Packing {
    Plain,
    Gzip,
}

fn packing(headers: &HeaderMap) -> Result<Packing, Untaken> {
    let value = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?"));
    match value.map(|value| value.trim().to_ascii_lowercase()).as_deref() {
        None | Some("" | "identity") => Ok(Packing::Plain),
        Some("gzip" | "x-gzip") => Ok(Packing::Gzip),
        Some(_) => Err(Untaken::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Unknown packing",
            "The content encoding is not known here: send gzip, or the bytes as they are.",
        )),
    }
}

/// The bytes of a post, unpacked, with the place they take.
pub async fn take(site: &Site, source: &Source, headers: &HeaderMap, sent: Sent) -> Result<Held, Untaken> {
    let packing = packing(headers)?;
    let place = site.intake.take(source.id.as_str(), 0).map_err(Unreceived::of)?;
    let held = sent.in_place(place, POST_BYTES_MAX).await?;
    match packing {
        Packing::Plain => Ok(held),
        Packing::Gzip if held.bytes.len() < SMALL_BYTES => unpack(held),
        Packing::Gzip => aside(move || unpack(held)).await,
    }
}

/// Works beside the threads that answer.
pub async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Untaken> + Send + 'static,
) -> Result<T, Untaken> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Error::Internal(Box::new(error)).into()),
    }
}

fn unpack(held: Held) -> Result<Held, Untaken> {
    let Held { bytes, mut place } = held;
    let mut unpacked = Vec::with_capacity((bytes.len() * 4).min(POST_BYTES_MAX));
    // Several members after each other are one stream; what is cut off ends with an error.
    let mut stream = flate2::read::MultiGzDecoder::new(bytes.as_slice());
    let mut piece = vec![0; 64 << 10];
    loop {
        let read = stream.read(&mut piece).map_err(|_| {
            Untaken::new(
                StatusCode::BAD_REQUEST,
                "Unreadable",
                "The body is no whole gzip stream, and nothing of it was kept: send it again whole.",
            )
        })?;
        if read == 0 {
            return Ok(Held { bytes: unpacked, place });
        }
        if unpacked.len() + read > POST_BYTES_MAX {
            return Err(too_large());
        }
        grow(&mut place, read)?;
        unpacked.extend_from_slice(&piece[..read]);
    }
}

/// Counts more bytes for a post.
pub fn grow(place: &mut Place, bytes: usize) -> Result<(), Untaken> {
    Ok(place.grow(bytes).map_err(Unreceived::of)?)
}
