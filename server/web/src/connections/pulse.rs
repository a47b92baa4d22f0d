//! What a connection does at the moment, and since when.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use tokio::sync::Notify;

use super::Limits;

const IDLE: u8 = 0;
const HEAD: u8 = 1;
const BUSY: u8 = 2;

/// Where there are many connections, one without a request is kept only so long.
const CROWDED: Duration = Duration::from_secs(5);
/// A body that stood still for so long may make room for somebody else.
const MAKES_ROOM: Duration = Duration::from_secs(3);

/// The pulse of one connection. Times are in milliseconds since it was taken in; 0 is never.
pub(super) struct Pulse {
    born: Instant,
    doing: AtomicU8,
    since: AtomicU64,
    /// Since when an answer finds no reader.
    unread_since: AtomicU64,
    /// Since when a body does not come.
    body_since: Arc<AtomicU64>,
    ambiguous: AtomicBool,
    leave: Notify,
}

/// What is to be done with a connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It goes on.
    Goes,
    /// It has had no request for too long.
    Rests,
    /// It holds what it began and does not end it.
    Hangs,
}

impl Pulse {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            born: Instant::now(),
            doing: AtomicU8::new(IDLE),
            since: AtomicU64::new(1),
            unread_since: AtomicU64::new(0),
            body_since: Arc::default(),
            ambiguous: AtomicBool::new(false),
            leave: Notify::new(),
        })
    }

    fn now(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    fn age(&self, since: &AtomicU64) -> Option<Duration> {
        let since = since.load(Ordering::Relaxed);
        (since > 0).then(|| Duration::from_millis(self.now().saturating_sub(since)))
    }

    fn turn(&self, doing: u8) {
        self.doing.store(doing, Ordering::Relaxed);
        self.since.store(self.now(), Ordering::Relaxed);
    }

    /// Bytes came in.
    pub(super) fn heard(&self) {
        if self.doing.load(Ordering::Relaxed) == IDLE {
            self.turn(HEAD);
        }
    }

    /// Bytes could be sent, or could not.
    pub(super) fn sent(&self, could: bool) {
        if could {
            self.unread_since.store(0, Ordering::Relaxed);
        } else if self.unread_since.load(Ordering::Relaxed) == 0 {
            self.unread_since.store(self.now(), Ordering::Relaxed);
        }
    }

    /// A head named two lengths of its body.
    pub(super) fn is_ambiguous_now(&self) {
        self.ambiguous.store(true, Ordering::Relaxed);
    }

    /// Asks the connection to make room.
    pub(super) fn ask_to_leave(&self) {
        self.leave.notify_one();
    }

    pub(super) async fn asked_to_leave(&self) {
        self.leave.notified().await;
    }

    /// Whether a request is being answered.
    pub(super) fn is_answered(&self) -> bool {
        self.doing.load(Ordering::Relaxed) == BUSY
    }

    /// How long a connection has been doing nothing that anybody would miss; `None` for one that is being answered.
    pub(super) fn has_rested(&self) -> Option<Duration> {
        if self.is_answered() {
            return self.age(&self.body_since).filter(|age| *age > MAKES_ROOM);
        }
        self.age(&self.since)
    }

    pub(super) fn look(&self, limits: &Limits, is_crowded: bool) -> Verdict {
        let of = |limit: Duration| if is_crowded { limit.min(CROWDED) } else { limit };
        let age = self.age(&self.since).unwrap_or_default();
        match self.doing.load(Ordering::Relaxed) {
            IDLE if age > of(limits.idle) => Verdict::Rests,
            HEAD if age > of(limits.head) => Verdict::Hangs,
            BUSY if self.age(&self.unread_since).is_some_and(|age| age > limits.unread) => Verdict::Hangs,
            _ => Verdict::Goes,
        }
    }
}

/// A request while it is being answered, to the last byte of the answer.
pub(super) struct Answering(Arc<Pulse>);

impl Answering {
    pub(super) fn begin(pulse: &Arc<Pulse>) -> Self {
        pulse.turn(BUSY);
        Self(pulse.clone())
    }

    pub(super) fn is_ambiguous(&self) -> bool {
        self.0.ambiguous.load(Ordering::Relaxed)
    }

    /// Where the body tells since when it is waited for.
    pub(super) fn waits(&self) -> impl Fn(bool) + Send + 'static {
        let (pulse, body_since) = (self.0.clone(), self.0.body_since.clone());
        move |waits| {
            let since = if waits { pulse.now() } else { 0 };
            body_since.store(since, Ordering::Relaxed);
        }
    }

    /// The answer's body, with which the answering ends.
    pub(super) fn with(self, body: Body) -> Body {
        Body::new(Answer { body, _answering: self })
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.body_since.store(0, Ordering::Relaxed);
        self.0.turn(IDLE);
    }
}

struct Answer {
    body: Body,
    _answering: Answering,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}
