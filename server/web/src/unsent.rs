//! Answers that wait to be sent: a page is whole in memory until its reader takes it. What waits is counted by address,
//! and whoever lets too much of it lie is told to read first.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Frame, SizeHint};

use crate::door::Address;
use crate::problem::{self, Problem};
use crate::quota::{Full, Place, Quota};
use crate::site::Site;

/// What may wait for all, and for one address, in bytes: some hundred long pages.
pub const UNSENT_BYTES_MAX: usize = 160 << 20;
/// What one address may let lie of it.
pub const UNSENT_BYTES_EACH: usize = 64 << 20;

/// Answers below this are not counted: a connection holds as much of its own.
const COUNTED_BYTES_MIN: u64 = 32 << 10;
/// A connection takes over so much at a time, so that the rest counts until it is sent.
const PIECE_BYTES: usize = 16 << 10;

/// Counts what is answered until it is sent.
pub async fn count(State(site): State<Site>, address: Address, request: Request, next: Next) -> Response {
    let is_program = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    counted(&site.unsent, &address.network(), is_program, response)
}

fn counted(unsent: &Arc<Quota>, address: &str, is_program: bool, response: Response) -> Response {
    let Some(length) = response.body().size_hint().exact().filter(|length| *length >= COUNTED_BYTES_MIN) else {
        return response;
    };
    match unsent.take(address, usize::try_from(length).unwrap_or(usize::MAX)) {
        Ok(place) => response.map(|body| Body::new(Unsent { body, rest: Bytes::new(), _place: place })),
        Err(full) => refused(full, is_program),
    }
}

fn refused(full: Full, is_program: bool) -> Response {
    let (status, sentence) = match full {
        Full::Share => (
            StatusCode::TOO_MANY_REQUESTS,
            "Too many answers wait for you to read them: read those first, then ask again.",
        ),
        Full::Everybody => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many answers wait to be read just now. Nothing was changed by this: ask again in a moment.",
        ),
    };
    let problem = Problem::new(status, "Too much at once", sentence.into());
    let mut response =
        if is_program { problem::json_of(&problem) } else { problem::of_problem(&problem, None, "/incidents") };
    response.headers_mut().insert("retry-after", axum::http::HeaderValue::from_static("2"));
    response
}

/// A body that is handed over in pieces, and counts until the last of them is taken.
struct Unsent {
    body: Body,
    rest: Bytes,
    _place: Place,
}

impl HttpBody for Unsent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                other => return Poll::Ready(other),
            }
        }
        let length = self.rest.len().min(PIECE_BYTES);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }

    fn size_hint(&self) -> SizeHint {
        let inner = self.body.size_hint().exact().unwrap_or_default();
        SizeHint::with_exact(inner + self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use axum::response::IntoResponse;

    use super::*;

    #[tokio::test]
    async fn an_answer_counts_until_its_last_piece_is_taken() {
        let unsent = Quota::new(200_000, 150_000);
        let page = "x".repeat(100_000);
        let answer = |address: &str| counted(&unsent, address, false, page.clone().into_response());
        let mut first = answer("a").into_body();
        assert_eq!(unsent.taken(), 100_000);
        assert_eq!(answer("a").status(), StatusCode::TOO_MANY_REQUESTS, "the share of one address");
        let second = answer("b");
        assert_eq!(answer("c").status(), StatusCode::SERVICE_UNAVAILABLE, "all there is");
        assert_eq!(counted(&unsent, "a", true, "small".into_response()).status(), StatusCode::OK);
        let mut taken = 0;
        while let Some(frame) = poll_fn(|context| Pin::new(&mut first).poll_frame(context)).await {
            let piece = frame.expect("a piece").into_data().expect("data");
            assert!(piece.len() <= PIECE_BYTES);
            taken += piece.len();
            assert_eq!(unsent.taken(), 200_000, "it counts as long as its end was not seen");
        }
        assert_eq!(taken, page.len());
        drop((first, second));
        assert_eq!(unsent.taken(), 0);
    }
}
