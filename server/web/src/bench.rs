//! Work that may take longer than a few milliseconds, off the threads that answer everybody.

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Semaphore;

/// So much of such work is done at once: some more than there are processors, so that a short page is not kept
/// waiting by long ones, and few enough that what they make fits in memory.
const WORKS_MAX: usize = 8;

static PLACES: Semaphore = Semaphore::const_new(WORKS_MAX);

/// Does the work once there is room for it. Whoever else waits to be answered is answered meanwhile.
pub async fn run<T>(work: impl FnOnce() -> T) -> T {
    // Nobody closes it: without a place the work is done all the same.
    let _place = PLACES.acquire().await;
    // A runtime of one thread, as tests have it, has no other to answer meanwhile.
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::MultiThread => tokio::task::block_in_place(work),
        _ => work(),
    }
}
