//! The page on which an incident is merged into another one, and on which that is undone.

use std::sync::Arc;

use app::page::merging::{self, Looked};
use axum::response::Response;
use domain::access::Permit;
use domain::merging::{MergeDraft, PartDraft};
use store::{Error, Result};

use super::PageRequest;
use super::case::{open, render};

pub(super) async fn page(asked: PageRequest) -> Response {
    let read = async {
        let case = open(&asked).await?;
        let looked = look(&asked, &case).await?;
        Ok::<_, Error>((case, looked))
    };
    match read.await {
        Ok((case, looked)) => render(&asked, &case, "Merge", || merging::page(&case, &looked)).await,
        Err(error) => asked.fail(&error),
    }
}

/// What there is to show: an act under way, or the question which incident stays.
async fn look(asked: &PageRequest, case: &app::case::Case) -> Result<Looked> {
    let actor = &asked.signed.actor;
    if !actor.may(Permit::Edit) {
        return Ok(Looked::NotAllowed);
    }
    if case.dossier.merged_into().is_some() {
        return match asked.site.store.parting_plan(actor, case.key(), &PartDraft::default()).await {
            Ok((parting, into)) => Ok(Looked::Parting(parting, into)),
            Err(error) => refused(String::new(), error),
        };
    }
    let Some(into) = asked.query.get("into").map(|into| into.trim().to_string()).filter(|into| !into.is_empty()) else {
        return Ok(Looked::Nothing);
    };
    let draft = MergeDraft { into: into.clone(), from_version: None, into_version: None };
    let planned = async { asked.site.store.merge_plan(actor, case.key(), draft.key()?).await };
    match planned.await {
        Ok((plan, target)) => Ok(Looked::Plan(Box::new(plan), Arc::clone(&target))),
        Err(error) => refused(into, error),
    }
}

fn refused(into: String, error: Error) -> Result<Looked> {
    match error {
        Error::Refused(refusal) => Ok(Looked::Refused(into, refusal.sentence)),
        error => Err(error),
    }
}
