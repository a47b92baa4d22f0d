//! What a log proposes to cover.

use app::page::proposal;
use axum::response::Response;
use domain::Refusal;

use super::PageRequest;
use super::case::{open, render};

pub(super) async fn page(asked: PageRequest) -> Response {
    let read = async {
        let case = open(&asked).await?;
        let id = asked.param("id");
        let item = case.dossier.evidence.get(&id).ok_or_else(|| Refusal::absent("evidence item"))?.record.clone();
        let proposed = match item.records {
            Some(_) => Some(asked.incident()?.propose_coverage(&id).await?),
            None => None,
        };
        Ok::<_, store::Error>((case, item, proposed))
    };
    match read.await {
        Ok((case, item, proposed)) => {
            let heartbeat = asked.query.get("heartbeat").and_then(|place| place.parse().ok());
            render(&asked, &case, "Coverage of a log", || match &proposed {
                Some(proposed) => proposal::page(&case, &item, proposed, heartbeat),
                None => proposal::unread_page(&case, &item),
            })
            .await
        }
        Err(error) => asked.fail(&error),
    }
}
