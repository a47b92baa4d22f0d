//! A body that has to move. One that stands still, or drips, is ended; one that is slow but moves may take hours.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use tokio::time::{Instant, Sleep};

/// A body ended because it stopped moving.
#[derive(Debug)]
pub struct Stalled;

impl fmt::Display for Stalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes stopped coming")
    }
}

impl std::error::Error for Stalled {}

/// So much has to come within the patience: a line of 300 bytes a second makes it.
const STEP_BYTES: usize = 8 * 1024;

/// A body with an eye on the clock. Only time that is spent waiting for the sender counts.
pub struct Moving {
    inner: Body,
    patience: Duration,
    /// How long was waited in this step, and how much came in it.
    waited: Duration,
    came: usize,
    waiting_since: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
    /// Told when it is waited for the sender, and when that is over.
    told: Option<Box<dyn Fn(bool) + Send>>,
}

impl Moving {
    /// Ends a body that does not move for so long.
    pub fn new(inner: Body, patience: Duration) -> Self {
        Self { inner, patience, waited: Duration::ZERO, came: 0, waiting_since: None, alarm: None, told: None }
    }

    /// Tells somebody whether it is waited for the sender.
    pub fn telling(self, told: impl Fn(bool) + Send + 'static) -> Self {
        Self { told: Some(Box::new(told)), ..self }
    }

    fn tell(&self, waits: bool) {
        if let Some(told) = &self.told {
            told(waits);
        }
    }

    fn note(&mut self, bytes: usize) {
        if let Some(since) = self.waiting_since.take() {
            self.waited += since.elapsed();
            self.tell(false);
        }
        self.alarm = None;
        self.came += bytes;
        if self.came >= STEP_BYTES {
            (self.came, self.waited) = (0, Duration::ZERO);
        }
    }
}

impl HttpBody for Moving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(context) {
            let bytes = match &frame {
                Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
                _ => 0,
            };
            this.note(bytes);
            return Poll::Ready(frame);
        }
        let now = Instant::now();
        if this.waiting_since.is_none() {
            this.waiting_since = Some(now);
            this.tell(true);
        }
        let left = this.patience.saturating_sub(this.waited);
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(now + left)));
        ready!(alarm.as_mut().poll(context));
        Poll::Ready(Some(Err(axum::Error::new(Stalled))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt;
    use futures::stream;

    /// A body of so many pieces, each after a pause.
    fn pieces(count: usize, bytes: usize, pause: Duration) -> Body {
        Body::from_stream(stream::unfold(0, move |number| async move {
            if number == count {
                return None;
            }
            tokio::time::sleep(pause).await;
            Some((Ok::<_, std::io::Error>(Bytes::from(vec![0; bytes])), number + 1))
        }))
    }

    async fn take(body: Body) -> Result<usize, axum::Error> {
        let mut chunks = Body::new(Moving::new(body, Duration::from_secs(10))).into_data_stream();
        let mut total = 0;
        while let Some(chunk) = chunks.next().await {
            total += chunk?.len();
        }
        Ok(total)
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_that_moves_is_taken_and_a_dripping_one_is_not() {
        let second = Duration::from_secs(1);
        assert_eq!(take(pieces(3600, 1024, second)).await.expect("it moves"), 3600 * 1024);
        assert!(super::super::is_stalled(&take(pieces(3600, 1, second)).await.expect_err("it drips")));
        assert!(take(pieces(2, 1_000_000, second * 11)).await.is_err(), "it stands still");
        assert_eq!(take(pieces(9, 1, second)).await.expect("it is short"), 9);
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_which_nobody_asks_for_the_body_does_not_count() {
        let mut chunks = Body::new(Moving::new(pieces(20, 1, Duration::from_millis(100)), Duration::from_secs(10)));
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_secs(60)).await;
            let frame = std::future::poll_fn(|context| Pin::new(&mut chunks).poll_frame(context)).await;
            assert!(frame.expect("a piece").is_ok());
        }
    }
}
