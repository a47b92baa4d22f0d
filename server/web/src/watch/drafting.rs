//! The task that drafts incidents of alerts that ask for one, with the evidence behind them, and tells of silent sources.

use std::time::Duration;

use store::{Store, Topic};
use tokio::sync::broadcast::error::RecvError;

/// How often it is looked for something to do, where nobody told of news.
const EVERY: Duration = Duration::from_millis(500);
/// News is waited for a moment longer, so that alerts of one act are drafted together.
const GATHERED: Duration = Duration::from_millis(20);
/// After an error it waits for so long.
const AFTER_ERROR: Duration = Duration::from_secs(2);

/// Goes on until it is aborted. Every node does it; the database decides who drafts what.
pub async fn run(store: Store) {
    let mut news = store.subscribe();
    loop {
        let pause = match once(&store).await {
            Ok(()) => EVERY,
            Err(error) => {
                tracing::warn!(%error, "incidents could not be drafted; trying again soon");
                AFTER_ERROR
            }
        };
        let told = async {
            loop {
                match news.recv().await {
                    Ok((Topic::Watch, _)) | Err(RecvError::Lagged(_)) if pause == EVERY => break,
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => std::future::pending::<()>().await,
                }
            }
            tokio::time::sleep(GATHERED).await;
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = told => {}
        }
    }
}

async fn once(store: &Store) -> store::Result<()> {
    store.watch_silence().await?;
    store.draft_incidents().await?;
    store.tie_containments().await?;
    store.prove_drafts().await
}
