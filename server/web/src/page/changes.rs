//! The log of the instance, for admins.

use app::page::changes::{LogView, page};
use axum::extract::State;
use axum::response::Response;
use store::Result;

use super::PageRequest;
use crate::query;
use crate::site::Site;

/// How many lines the page shows at once.
const LINES: u32 = 100;

pub(super) async fn log(State(site): State<Site>, asked: PageRequest) -> Response {
    match read(&site, &asked).await {
        Ok(view) => asked.show(&site, "Log of the instance", || page(&view, &asked.query)).await,
        Err(error) => asked.fail(&site, &error),
    }
}

async fn read(site: &Site, asked: &PageRequest) -> Result<LogView> {
    let (store, actor) = (&site.store, &asked.signed.actor);
    let (filter, before) = query::instance(&asked.query)?;
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
