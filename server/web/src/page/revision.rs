//! Pages of published revisions.

use app::page::revisions::{self, Compared};
use axum::response::Response;
use domain::export::Profile;
use domain::export::html::text_html;

use super::PageRequest;
use super::case::{open, render};
use super::house::shown_once;
use crate::bench;
use crate::command::revision::{compared, number};

/// The secret that is shown once: the address of a link that was just made.
const SECRET_LINK: &str = "secret_link";

/// All revisions of an incident.
pub(super) async fn list(asked: PageRequest) -> Response {
    let read = async {
        let case = open(&asked).await?;
        let listed = asked.incident()?.revisions().await?;
        Ok::<_, store::Error>((case, listed))
    };
    match read.await {
        Ok((case, listed)) => render(&asked, &case, "Revisions", || revisions::list(&case, &listed)).await,
        Err(error) => asked.fail(&error),
    }
}

/// One revision to read, or compared with another: `?with=1`.
pub(super) async fn one(asked: PageRequest) -> Response {
    let read = async {
        let (case, incident) = (open(&asked).await?, asked.incident()?);
        let number = number(asked.params.get("id").map_or("", String::as_str))?;
        let manifest = incident.revision(number).await?;
        let with = asked.query.get("with").and_then(|with| with.parse::<u32>().ok()).filter(|with| *with != number);
        let body = match with {
            Some(with) => {
                let (first, last) = (with.min(number), with.max(number));
                let pieces = compared(incident, (first, last), Profile::Internal).await?;
                Compared::Words { first, last, pieces }
            }
            None => {
                let text = incident.revision_text(number, Profile::Internal).await?;
                Compared::Alone(bench::run(|| text_html(&text, 1)).await)
            }
        };
        Ok::<_, store::Error>((case, manifest, body))
    };
    match read.await {
        Ok((case, manifest, body)) => {
            let title = format!("Revision {}", manifest.number);
            let fresh = asked.once(SECRET_LINK);
            let page = render(&asked, &case, &title, || revisions::one(&case, &manifest, body, fresh)).await;
            shown_once(&asked, page, SECRET_LINK)
        }
        Err(error) => asked.fail(&error),
    }
}
