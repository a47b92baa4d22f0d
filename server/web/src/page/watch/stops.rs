//! The pages of how agents are stopped.

use std::collections::BTreeMap;

use app::page::watch::stops;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::Id;
use domain::access::Permit;
use domain::watch::stop::StopSetting;
use store::Result;

use crate::command::watch::containment::dry_run;
use crate::page::PageRequest;
use crate::site::Site;

pub(in crate::page) async fn list(State(site): State<Site>, asked: PageRequest) -> Response {
    let found = async {
        let found = site.store.stops(&asked.signed.actor).await?;
        let names = names(&site, &asked, &found).await?;
        Ok::<_, store::Error>((found, names))
    };
    match found.await {
        Ok((found, names)) => asked.show(&site, "Stops", || stops::list_page(&found, &names)).await,
        Err(error) => asked.fail(&site, &error),
    }
}

pub(in crate::page) async fn new(State(site): State<Site>, asked: PageRequest) -> Response {
    asked.show(&site, "Add a stop", stops::new_page).await
}

pub(in crate::page) async fn recipes(State(site): State<Site>, asked: PageRequest) -> Response {
    asked.show(&site, "Recipes", stops::recipes_page).await
}

pub(in crate::page) async fn one(State(site): State<Site>, asked: PageRequest, Path(id): Path<String>) -> Response {
    let found = async {
        let stop = site.store.stop(&asked.signed.actor, &Id::new(id)).await?;
        let names = names(&site, &asked, std::slice::from_ref(&stop)).await?;
        Ok::<_, store::Error>((stop, names))
    };
    match found.await {
        Ok((stop, names)) => {
            let may = asked.signed.actor.may(Permit::Admin);
            let shown = may.then(|| dry_run(&stop, site.store.clock().now()).ok()).flatten();
            let title = stop.name.clone();
            asked.show(&site, &title, || stops::page(&stop, &names, shown.as_ref())).await
        }
        Err(error) => asked.fail(&site, &error),
    }
}

/// What the agents are called that these stop.
async fn names(site: &Site, asked: &PageRequest, stops: &[StopSetting]) -> Result<BTreeMap<Id, String>> {
    let agents: Vec<Id> = stops.iter().flat_map(|stop| stop.agents.iter().cloned()).collect();
    site.store.agent_names(&asked.signed.actor, &agents).await
}
