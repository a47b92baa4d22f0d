//! What every handler shares.

use std::sync::Arc;

use store::Store;
use tokio::sync::watch;

/// The state of the running server.
#[derive(Clone)]
pub struct Site {
    /// The case files.
    pub store: Store,
    /// Turns true when the server is asked to stop: streams end on it.
    pub stopping: watch::Receiver<bool>,
    /// What stands before the server.
    pub front: Front,
    /// Places for live streams.
    pub streams: Arc<tokio::sync::Semaphore>,
}

/// How many live streams one process serves at once. Each costs a task and a socket, about 20 KB.
const STREAMS_MAX: usize = 4096;

/// What stands before the server.
#[derive(Debug, Clone, Copy, Default)]
pub struct Front {
    /// People come by https: cookies are marked `Secure`.
    pub secure: bool,
    /// A proxy of ours says in `X-Forwarded-For` where a request comes from.
    pub trust_proxy: bool,
}

impl Site {
    /// The state around a store.
    pub fn new(store: Store, stopping: watch::Receiver<bool>, front: Front) -> Self {
        Self { store, stopping, front, streams: Arc::new(tokio::sync::Semaphore::new(STREAMS_MAX)) }
    }
}
