//! A body that was not looked at to its end. Left in the line, it would cut the line: the sender, who still writes, would
//! lose the answer, or send the next request into a line that closes.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use futures::StreamExt;

use super::BODY_BYTES_MAX;

/// How long a body that is not wanted may pass.
const PASS_MAX: Duration = Duration::from_secs(2);

/// What is left of a body once whoever had it let go of it.
#[derive(Default)]
pub struct Leftover(Arc<Mutex<Option<Body>>>);

/// A body that comes back when it is dropped before its end.
struct Lent {
    body: Option<Body>,
    back: Arc<Mutex<Option<Body>>>,
}

impl Leftover {
    /// Lends a body out.
    pub fn lend(body: Body) -> (Body, Self) {
        let back = Arc::new(Mutex::new(None));
        if body.is_end_stream() {
            return (body, Self(back));
        }
        (Body::new(Lent { body: Some(body), back: back.clone() }), Self(back))
    }

    /// Lets what is left pass unseen, if it is small and comes soon. Whether nothing is left in the line.
    pub async fn pass(self) -> bool {
        let left = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(body) = left else { return true };
        let (mut chunks, mut passed) = (body.into_data_stream(), 0);
        let passing = async {
            while let Some(chunk) = chunks.next().await {
                passed += chunk.as_ref().map_or(BODY_BYTES_MAX, Bytes::len);
                if passed > BODY_BYTES_MAX {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(PASS_MAX, passing).await.unwrap_or(false)
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(context));
        // An error is an end as well: nothing comes after it.
        if !matches!(frame, Some(Ok(_))) {
            self.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.as_ref().map_or_else(http_body::SizeHint::default, HttpBody::size_hint)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) {
            *self.back.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_let_go_of_passes_and_what_is_too_much_does_not() {
        let (body, left) = Leftover::lend(Body::from("a body"));
        drop(body);
        assert!(left.pass().await, "small");
        let (body, left) = Leftover::lend(Body::from(vec![0; BODY_BYTES_MAX + 1]));
        drop(body);
        assert!(!left.pass().await, "large");
        let (body, left) = Leftover::lend(Body::from("a body"));
        assert_eq!(axum::body::to_bytes(body, 100).await.unwrap(), "a body");
        assert!(left.pass().await, "read to its end");
        let stuck = Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
        tokio::time::pause();
        let (body, left) = Leftover::lend(stuck);
        drop(body);
        assert!(!left.pass().await, "never comes");
    }
}
