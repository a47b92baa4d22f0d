//! The first page: what matters now, over all incidents the reader may see.

use app::page::home::{self, FallenRow, Now};
use axum::response::Response;
use store::{Fallen, Result};

use super::PageRequest;
use super::house::{asked_item, board_item, card, due_item};

pub(super) async fn show(asked: PageRequest) -> Response {
    match now(&asked).await {
        Ok(now) => asked.show("Now", || home::page(now.as_ref())).await,
        Err(error) => asked.fail(&error),
    }
}

/// What the page shows; nothing while there is no incident.
async fn now(asked: &PageRequest) -> Result<Option<Now>> {
    let (store, actor) = (&asked.site.store, &asked.signed.actor);
    let Some(home) = store.home(actor).await? else { return Ok(None) };
    let inbox = store.inbox(actor).await?;
    let awaiting = inbox.len();
    let fallen = |Fallen { incident, revision, published }: Fallen| FallenRow {
        key: incident.key,
        title: incident.title,
        revision,
        published,
        is: incident.verdict,
    };
    Ok(Some(Now {
        awaiting,
        asked: inbox.asked.into_iter().map(asked_item).collect(),
        due: inbox.due.into_iter().map(due_item).collect(),
        severe: home.severe.into_iter().map(card).collect(),
        fallen: home.fallen.into_iter().map(fallen).collect(),
        overdue: home.overdue.into_iter().map(board_item).collect(),
        recent: home.recent.into_iter().map(card).collect(),
    }))
}
