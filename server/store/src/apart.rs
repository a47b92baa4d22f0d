//! Work that takes a while.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Does what may take a while without holding up what else this thread has to do.
pub(crate) fn apart<T>(work: impl FnOnce() -> T) -> T {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => tokio::task::block_in_place(work),
        _ => work(),
    }
}
