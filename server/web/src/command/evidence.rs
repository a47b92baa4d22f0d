//! Commands of evidence and what it covers. Uploads are not here: their bytes
//! are streamed by `upload`.

use domain::access::refuse_agent;
use domain::evidence::{Coverage, CoverageDraft, Evidence, EvidenceDraft, StatusDraft};
use domain::explanation::{Explanation, ExplanationDraft};
use domain::proposal::AcceptDraft;
use domain::review::Reason;
use domain::vocabulary::EvidenceStatus;
use serde_json::json;
use store::Result;

use super::{Call, Reply, shown};
use crate::query::Paged;

pub(super) async fn list(call: Call<Paged>) -> Result<Reply> {
    call.list::<Evidence>().await
}

pub(super) async fn get(call: Call) -> Result<Reply> {
    call.get::<Evidence>().await
}

pub(super) async fn edit(call: Call) -> Result<Reply> {
    call.revise::<EvidenceDraft>().await
}

pub(super) async fn set_status(call: Call) -> Result<Reply> {
    let draft: StatusDraft = call.draft()?;
    call.act::<Evidence>(move |entry, id| entry.set_evidence_status(id, draft)).await
}

pub(super) async fn withdraw(call: Call) -> Result<Reply> {
    let draft: Reason = call.draft()?;
    let status = StatusDraft { status: EvidenceStatus::Withdrawn, reason: draft.reason };
    call.act::<Evidence>(move |entry, id| entry.set_evidence_status(id, status)).await
}

/// Hashes the bytes again; a difference taints the item at once.
pub(super) async fn verify(call: Call) -> Result<Reply> {
    let (key, id, page) = (call.key()?, call.param("id"), call.page("evidence"));
    // Whoever may not see the incident may not have it checked either.
    call.store.dossier(&call.actor, key).await?;
    let intact = call.store.check_evidence(key, &id).await?;
    let dossier = call.store.dossier(&call.actor, key).await?;
    let mut body = shown::<Evidence>(&dossier, &id);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("intact".into(), json!(intact));
    }
    Ok(Reply::ok(body, format!("{page}#evidence-{id}")))
}

pub(super) async fn coverage(call: Call<Paged>) -> Result<Reply> {
    call.list::<Coverage>().await
}

/// What the item's records show that it covers.
pub(super) async fn proposal(call: Call) -> Result<Reply> {
    let proposal = call.incident()?.propose_coverage(&call.param("id")).await?;
    Ok(Reply::ok(json!(proposal), String::new()))
}

/// Accepts what the item proposes, or corrects it: one statement for each access path.
pub(super) async fn accept_proposal(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "state what evidence covers")?;
    let (id, draft) = (call.param("id"), call.draft::<AcceptDraft>()?);
    let entered = call.incident()?.accept_coverage(&id, draft).await?;
    let stated = entered.value.iter().map(|id| shown::<Coverage>(&entered.dossier, id)).collect::<Vec<_>>();
    let place = entered.value.first().map(|id| format!("#coverage-{id}")).unwrap_or_default();
    Ok(Reply::created(
        json!({ "items": stated, "version": entered.version }),
        format!("{}{place}", call.page("exposure")),
    ))
}

/// Adds a statement to the item in the path.
pub(super) async fn add_coverage(mut call: Call) -> Result<Reply> {
    let evidence = call.param("id");
    if let Some(fields) = call.body.as_object_mut() {
        fields.insert("evidence".into(), json!(evidence));
    }
    state_coverage(call).await
}

/// Adds a statement to the item named in it.
pub(super) async fn state_coverage(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "state what evidence covers")?;
    call.add::<CoverageDraft>().await
}

pub(super) async fn edit_coverage(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "state what evidence covers")?;
    call.revise::<CoverageDraft>().await
}

pub(super) async fn delete_coverage(call: Call) -> Result<Reply> {
    call.delete::<Coverage>().await
}

pub(super) async fn explanations(call: Call<Paged>) -> Result<Reply> {
    call.list::<Explanation>().await
}

/// Says why a log is whole although logging was changed.
pub(super) async fn explain(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "explain a change of logging")?;
    let draft = call.draft::<ExplanationDraft>()?;
    let entered = call.enter(move |entry| entry.add(draft)).await?;
    let page = explained_on(&call, &entered.dossier, &entered.value);
    Ok(Reply::created(shown::<Explanation>(&entered.dossier, &entered.value), page))
}

/// A second person accepts an explanation.
pub(super) async fn accept_explanation(call: Call) -> Result<Reply> {
    let id = call.param("id");
    let accepted = id.clone();
    let entered = call.enter(move |entry| entry.accept_explanation(&accepted)).await?;
    let page = explained_on(&call, &entered.dossier, &id);
    Ok(Reply::ok(shown::<Explanation>(&entered.dossier, &id), page))
}

pub(super) async fn delete_explanation(call: Call) -> Result<Reply> {
    call.delete::<Explanation>().await
}

/// The page that shows an explanation: what its log proposes.
fn explained_on(call: &Call, dossier: &domain::casefile::Dossier, id: &domain::Id) -> String {
    let evidence = dossier.explanations.find(id).map(|kept| kept.evidence.clone());
    let page = evidence.map(|evidence| format!("evidence/{evidence}/coverage/proposal"));
    format!("{}#explanations", call.page(&page.unwrap_or_else(|| "evidence".into())))
}
