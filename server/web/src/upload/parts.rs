//! The parts of an upload's form. What is said of the file is short, and is bounded while it is read; the file is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use domain::Refusal;
use futures::StreamExt;
use store::{Error, Result};

use crate::received::{Stalled, is_stalled};

/// The longest text beside the file, in bytes: a mapping of columns.
const TEXT_BYTES_MAX: usize = 64 << 10;
/// How many parts a form of ours has at most, and some more.
const PARTS_MAX: usize = 32;
/// What may come before and after the file altogether, in bytes: texts, and the lines that divide the parts.
const BESIDE_BYTES_MAX: u64 = 512 << 10;

/// An upload's form as it comes in.
pub struct Parts {
    inner: Multipart,
    count: usize,
    gauge: Arc<Gauge>,
}

/// Counts bytes before anybody keeps them: whoever divides the parts may gather what has no end.
#[derive(Default)]
struct Gauge {
    came: AtomicU64,
    may_come: AtomicU64,
}

impl Gauge {
    fn takes(&self, bytes: u64) -> bool {
        self.came.fetch_add(bytes, Ordering::Relaxed) + bytes <= self.may_come.load(Ordering::Relaxed)
    }

    fn lift(&self) {
        self.may_come.store(u64::MAX, Ordering::Relaxed);
    }

    /// So much more may come from now on.
    fn lower(&self) {
        self.may_come.store(self.came.load(Ordering::Relaxed) + BESIDE_BYTES_MAX, Ordering::Relaxed);
    }
}

/// What a part is.
pub enum Part<'a> {
    /// The file of that name.
    File(String, Box<File<'a>>),
    /// A short text under a name.
    Text(String, String),
}

/// The file in an upload's form. Its size has no limit while it is read.
pub struct File<'a> {
    field: Field<'a>,
    gauge: Arc<Gauge>,
}

impl Parts {
    /// Divides a request into its parts.
    pub async fn of(request: Request) -> Result<Self> {
        let gauge = Arc::new(Gauge::default());
        gauge.lower();
        let counted = gauge.clone();
        let request = request.map(|body| {
            Body::from_stream(body.into_data_stream().map(move |chunk| {
                let chunk = chunk?;
                if counted.takes(chunk.len() as u64) { Ok(chunk) } else { Err(axum::Error::new(TooMuch)) }
            }))
        });
        let inner = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
        Ok(Self { inner, count: 0, gauge })
    }

    /// The next part.
    pub async fn next(&mut self) -> Result<Option<Part<'_>>> {
        self.count += 1;
        if self.count > PARTS_MAX {
            return Err(too_much());
        }
        let Some(mut field) = self.inner.next_field().await.map_err(refusal)? else { return Ok(None) };
        let name = field.name().unwrap_or_default().to_string();
        if name == "file" {
            let file = as_named(field.file_name().unwrap_or_default());
            self.gauge.lift();
            return Ok(Some(Part::File(file, Box::new(File { field, gauge: self.gauge.clone() }))));
        }
        let mut text = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(refusal)? {
            if text.len() + chunk.len() > TEXT_BYTES_MAX {
                return Err(too_much());
            }
            text.extend_from_slice(&chunk);
        }
        Ok(Some(Part::Text(name, String::from_utf8_lossy(&text).into_owned())))
    }
}

/// The name of a file as it is on disk: browsers write a quotation mark and line ends in it by their numbers, and
/// nothing else.
fn as_named(sent: &str) -> String {
    sent.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

impl File<'_> {
    /// The next bytes of the file.
    pub async fn chunk(&mut self) -> Result<Option<axum::body::Bytes>> {
        self.field.chunk().await.map_err(refusal)
    }
}

impl Drop for File<'_> {
    fn drop(&mut self) {
        self.gauge.lower();
    }
}

#[derive(Debug)]
struct TooMuch;

impl std::fmt::Display for TooMuch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too much beside the file")
    }
}

impl std::error::Error for TooMuch {}

fn refusal(error: axum::extract::multipart::MultipartError) -> Error {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(error) = next {
        if error.is::<TooMuch>() {
            return too_much();
        }
        next = error.source();
    }
    if is_stalled(&error) { stalled() } else { broken() }
}

fn too_much() -> Error {
    let sentence = "What is said of the file is too long: a text may have 64 KB, and a form a few of them.";
    Error::Refused(Refusal::field("file", sentence))
}

/// What is said of an upload that stopped.
pub fn stalled() -> Error {
    Error::Refused(Refusal::field("file", format!("The upload was ended, for {Stalled}: send the file again.")))
}

fn broken() -> Error {
    Error::Refused(Refusal::field("file", "The upload broke off: choose the file and try again."))
}

#[cfg(test)]
mod tests {
    use super::as_named;

    #[test]
    fn a_file_is_named_as_it_is_on_disk() {
        for (sent, name) in
            [("a%22b.log", "a\"b.log"), ("a%0D%0Ab", "a\r\nb"), ("100%25.log", "100%25.log"), ("größe", "größe")]
        {
            assert_eq!(as_named(sent), name);
        }
    }
}
