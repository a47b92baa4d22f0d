//! Pages of published revisions.

use app::page::revisions::{self, Compared};
use axum::extract::{Path, State};
use axum::response::Response;
use domain::export::html::text_html;
use domain::export::{Format, Profile};

use super::PageRequest;
use super::case::{Params, open, render};
use crate::bench;
use crate::command::revision::{compared, number};
use crate::site::Site;

/// All revisions of an incident.
pub(super) async fn list(State(site): State<Site>, asked: PageRequest, Path(params): Params) -> Response {
    let read = async {
        let case = open(&site, &asked, &params).await?;
        let listed = site.store.revisions(&asked.signed.actor, case.key()).await?;
        Ok::<_, store::Error>((case, listed))
    };
    match read.await {
        Ok((case, listed)) => render(&site, &asked, &case, "Revisions", || revisions::list(&case, &listed)).await,
        Err(error) => asked.fail(&site, &error),
    }
}

/// One revision to read, or compared with another: `?with=1`.
pub(super) async fn one(State(site): State<Site>, asked: PageRequest, Path(params): Params) -> Response {
    let read = async {
        let (case, actor) = (open(&site, &asked, &params).await?, &asked.signed.actor);
        let number = number(params.get("id").map_or("", String::as_str))?;
        let manifest = site.store.revision(actor, case.key(), number).await?;
        let with = asked.query.get("with").and_then(|with| with.parse::<u32>().ok()).filter(|with| *with != number);
        let body = match with {
            Some(with) => {
                let (first, last) = (with.min(number), with.max(number));
                let pieces = compared(&site.store, actor, case.key(), (first, last), Profile::Internal).await?;
                Compared::Words { first, last, pieces }
            }
            None => {
                let text =
                    site.store.revision_text(actor, case.key(), number, Format::Markdown, Profile::Internal).await?;
                Compared::Alone(bench::run(|| text_html(&text, 1)).await)
            }
        };
        Ok::<_, store::Error>((case, manifest, body))
    };
    match read.await {
        Ok((case, manifest, body)) => {
            let title = format!("Revision {}", manifest.number);
            render(&site, &asked, &case, &title, || revisions::one(&case, &manifest, body)).await
        }
        Err(error) => asked.fail(&site, &error),
    }
}
