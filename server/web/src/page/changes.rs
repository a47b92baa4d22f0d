//! The log of the instance, for admins.

use app::page::changes::{LogView, page};
use axum::response::Response;
use store::{InstanceFilter, Result};

use super::PageRequest;
use crate::query;

/// How many lines the page shows at once.
const LINES: u32 = 100;

pub(super) async fn log(asked: PageRequest) -> Response {
    match read(&asked).await {
        Ok(view) => asked.show("Log of the instance", || page(&view, &asked.query)).await,
        Err(error) => asked.fail(&error),
    }
}

async fn read(asked: &PageRequest) -> Result<LogView> {
    let (store, actor) = (&asked.site.store, &asked.signed.actor);
    let filter: InstanceFilter = query::read(&asked.query)?;
    let before = asked.query.get("cursor").and_then(|cursor| cursor.parse().ok());
    let (head, page, names) = tokio::try_join!(
        store.instance_head(actor),
        store.instance_log(actor, &filter, before, LINES),
        store.account_names(actor)
    )?;
    let changes = page.items.into_iter().map(|line| {
        let hash = line.hash.clone();
        (line.into_change(), hash)
    });
    Ok(LogView {
        changes: changes.collect(),
        next: page.next_cursor,
        names,
        head: (head.version, head.hash),
        signed: head.signed,
    })
}
