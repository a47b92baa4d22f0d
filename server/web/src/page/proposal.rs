//! What a log proposes to cover.

use app::page::proposal;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::{Id, Refusal};

use super::PageRequest;
use super::case::{Params, open, render};
use crate::site::Site;

pub(super) async fn page(State(site): State<Site>, asked: PageRequest, Path(params): Params) -> Response {
    let read = async {
        let case = open(&site, &asked, &params).await?;
        let id = Id::new(params.get("id").map_or("", String::as_str));
        let item = case.dossier.evidence.get(&id).ok_or_else(|| Refusal::absent("evidence item"))?.record.clone();
        let proposed = match item.records {
            Some(_) => Some(site.store.propose_coverage(&asked.signed.actor, case.key(), &id).await?),
            None => None,
        };
        Ok::<_, store::Error>((case, item, proposed))
    };
    match read.await {
        Ok((case, item, proposed)) => {
            let heartbeat = asked.query.get("heartbeat").and_then(|place| place.parse().ok());
            render(&site, &asked, &case, "Coverage of a log", || match &proposed {
                Some(proposed) => proposal::page(&case, &item, proposed, heartbeat),
                None => proposal::unread_page(&case, &item),
            })
            .await
        }
        Err(error) => asked.fail(&site, &error),
    }
}
