//! The task that tells people of alerts: letters go to the outbox, webhooks go out here.

use std::time::Duration;

use store::{Result, Store};

use super::sender;

/// How often it is looked for something to tell.
const EVERY: Duration = Duration::from_secs(1);
/// So many webhooks are sent at once.
const BATCH: u32 = 10;

/// Goes on until it is aborted. Every node does it; the database decides who tells what.
pub async fn run(store: Store) {
    let mut look = tokio::time::interval(EVERY);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        if let Err(error) = tell(&store).await {
            tracing::warn!(%error, "people could not be told of alerts; trying again soon");
        }
    }
}

async fn tell(store: &Store) -> Result<()> {
    store.tell_alerts().await?;
    let due = store.claim_notices(BATCH).await?;
    let sending = due.into_iter().map(|notice| async move {
        let outcome = sender::post_signed(store, &notice.url, &notice.secret, &notice.id, notice.body).await;
        store.notice_attempted(&notice.id, &outcome).await
    });
    futures::future::join_all(sending).await.into_iter().collect()
}
