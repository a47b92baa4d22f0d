//! The pages of how agents are stopped.

use std::collections::BTreeMap;

use app::page::watch::stops;
use axum::response::Response;
use domain::Id;
use domain::access::Permit;
use domain::watch::stop::StopSetting;
use store::Result;

use crate::command::watch::containment::dry_run;
use crate::page::PageRequest;

pub(in crate::page) async fn list(asked: PageRequest) -> Response {
    let found = async {
        let found = asked.site.store.stops(&asked.signed.actor).await?;
        let names = names(&asked, &found).await?;
        Ok::<_, store::Error>((found, names))
    };
    match found.await {
        Ok((found, names)) => asked.show("Stops", || stops::list_page(&found, &names)).await,
        Err(error) => asked.fail(&error),
    }
}

pub(in crate::page) async fn new(asked: PageRequest) -> Response {
    asked.show("Add a stop", stops::new_page).await
}

pub(in crate::page) async fn recipes(asked: PageRequest) -> Response {
    asked.show("Recipes", stops::recipes_page).await
}

pub(in crate::page) async fn one(asked: PageRequest) -> Response {
    let found = async {
        let stop = asked.site.store.stop(&asked.signed.actor, &asked.param("id")).await?;
        let names = names(&asked, std::slice::from_ref(&stop)).await?;
        Ok::<_, store::Error>((stop, names))
    };
    match found.await {
        Ok((stop, names)) => {
            let may = asked.signed.actor.may(Permit::Admin);
            let shown = may.then(|| dry_run(&stop, asked.site.store.clock().now()).ok()).flatten();
            let title = stop.name.clone();
            asked.show(&title, || stops::page(&stop, &names, shown.as_ref())).await
        }
        Err(error) => asked.fail(&error),
    }
}

/// What the agents are called that these stop.
async fn names(asked: &PageRequest, stops: &[StopSetting]) -> Result<BTreeMap<Id, String>> {
    let agents: Vec<Id> = stops.iter().flat_map(|stop| stop.agents.iter().cloned()).collect();
    asked.site.store.agent_names(&asked.signed.actor, &agents).await
}
