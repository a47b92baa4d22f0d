//! The task that stops agents: what rules asked for, what is to be sent, and whether it worked.

use std::time::Duration;

use store::Store;

use super::sender;

/// How often it is looked for something to do. A stop is to be out within seconds of the act.
const EVERY: Duration = Duration::from_millis(250);
/// Whether stops worked is weighed every so many rounds.
const WEIGH_EVERY: u32 = 4;

/// Goes on until it is aborted. Every node does it; the database decides who does what.
pub async fn run(store: Store) {
    let mut look = tokio::time::interval(EVERY);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let sending = tokio::spawn(send(store.clone()));
    let _stopped_with_this = Stops(sending);
    for round in 0_u32.. {
        look.tick().await;
        if let Err(error) = store.answer_requests().await {
            tracing::warn!(%error, "what rules asked for could not be answered; trying again soon");
        }
        if round % WEIGH_EVERY == 0
            && let Err(error) = store.weigh_containments().await
        {
            tracing::warn!(%error, "whether stops worked could not be weighed; trying again soon");
        }
        if round % WEIGH_EVERY == 0
            && let Err(error) = store.tell_containments().await
        {
            tracing::warn!(%error, "incidents could not be told of containments; trying again soon");
        }
    }
}

/// Sends by itself, so that a slow adapter holds up nothing else.
async fn send(store: Store) {
    let mut look = tokio::time::interval(EVERY);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        if let Err(error) = sender::deliver(&store).await {
            tracing::warn!(%error, "a stop could not be sent, or not be noted; trying again soon");
        }
    }
}

/// Ends a task with the one that began it.
struct Stops(tokio::task::JoinHandle<()>);

impl Drop for Stops {
    fn drop(&mut self) {
        self.0.abort();
    }
}
