//! The background of watching: what came is judged and sealed, by this node where it holds the source.

use std::time::Duration;

use store::Store;
use tokio::sync::watch;

/// How often a node looks for what came by way of others.
const EVERY: Duration = Duration::from_millis(500);
/// After an error it waits for so long.
const AFTER_ERROR: Duration = Duration::from_secs(2);
/// What comes within so short a time is judged together.
const GATHERED: Duration = Duration::from_millis(20);

/// Judges and seals until the server is asked to stop; then another node may go on at once.
pub async fn run(store: Store, mut stopped: watch::Receiver<bool>) {
    loop {
        let pause = match store.watch_sources().await {
            Ok(true) => Duration::ZERO,
            Ok(false) => EVERY,
            Err(error) => {
                tracing::warn!(%error, "sources could not be judged; trying again soon");
                AFTER_ERROR
            }
        };
        if *stopped.borrow() {
            break;
        }
        let news = async {
            if pause == EVERY {
                store.arrival().await;
                tokio::time::sleep(GATHERED).await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = news => {}
            _ = stopped.wait_for(|stopped| *stopped) => break,
        }
    }
    if let Err(error) = store.give_sources_back().await {
        tracing::debug!(%error, "the sources were not given back: another node takes them in a few seconds");
    }
}
