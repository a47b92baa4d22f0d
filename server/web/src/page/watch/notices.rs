//! The page of who is told of alerts.

use std::collections::BTreeMap;

use app::page::watch::notices;
use axum::response::Response;
use domain::Id;

use crate::page::PageRequest;

pub(in crate::page) async fn show(asked: PageRequest) -> Response {
    let found = async {
        let setting = asked.site.store.notices(&asked.signed.actor).await?;
        let people: BTreeMap<Id, String> =
            asked.site.store.users(&asked.signed.actor).await?.into_iter().map(|user| (user.id, user.email)).collect();
        Ok::<_, store::Error>((setting, people))
    };
    match found.await {
        Ok((setting, people)) => {
            let has_mail = asked.site.store.sends_mail();
            asked.show("Notices", || notices::page(&setting, &people, has_mail)).await
        }
        Err(error) => asked.fail(&error),
    }
}
