//! Commands of severity, reviews, findings and the verdict.

use domain::finding::{Finding, FindingDraft};
use domain::rating::{Override, OverrideDraft, Rating, RatingDraft};
use domain::review::{Reason, Review, ReviewDraft};
use domain::signature::{Signature, VerdictEntry};
use serde_json::json;
use store::Result;

use super::{Call, Reply, shown};
use crate::query::Paged;

pub(super) async fn reviews(call: Call<Paged>) -> Result<Reply> {
    call.list::<Review>().await
}

/// Attests. Of an item whose records were read, what the query returns is counted and hashed here.
pub(super) async fn add_review(call: Call) -> Result<Reply> {
    let (mut draft, page) = (call.draft::<ReviewDraft>()?, call.page("exposure"));
    let (evidence, filter) = draft.asked(call.store.clock().now(), &call.actor.zone)?;
    let dossier = call.dossier().await?;
    if dossier.evidence.get(&evidence).is_some_and(|item| item.records.is_some()) {
        draft.examined = Some(call.incident()?.examine(&evidence, &filter).await?);
    }
    let entered = call.enter(move |entry| entry.add(draft)).await?;
    let location = format!("{page}#review-{}", entered.value);
    Ok(Reply::created(shown::<Review>(&entered.dossier, &entered.value), location))
}

pub(super) async fn revoke_review(call: Call) -> Result<Reply> {
    let reason: Reason = call.draft()?;
    call.act::<Review>(move |entry, id| entry.revoke_review(id, reason)).await
}

pub(super) async fn findings(call: Call<Paged>) -> Result<Reply> {
    call.list::<Finding>().await
}

pub(super) async fn add_finding(call: Call) -> Result<Reply> {
    call.add::<FindingDraft>().await
}

pub(super) async fn edit_finding(call: Call) -> Result<Reply> {
    call.revise::<FindingDraft>().await
}

pub(super) async fn delete_finding(call: Call) -> Result<Reply> {
    call.delete::<Finding>().await
}

pub(super) async fn resolve_finding(call: Call) -> Result<Reply> {
    let reason: Reason = call.draft()?;
    call.act::<Finding>(move |entry, id| entry.resolve_finding(id, reason)).await
}

pub(super) async fn reopen_finding(call: Call) -> Result<Reply> {
    call.act::<Finding>(|entry, id| entry.reopen_finding(id)).await
}

pub(super) async fn get(call: Call) -> Result<Reply> {
    let dossier = call.dossier().await?;
    Ok(Reply::ok(json!(dossier.evaluation().verdict), String::new()))
}

pub(super) async fn history(call: Call<Paged>) -> Result<Reply> {
    call.list::<VerdictEntry>().await
}

pub(super) async fn sign(call: Call) -> Result<Reply> {
    let page = call.page("verdict");
    let entered = call.enter(|entry| entry.sign()).await?;
    Ok(Reply::created(shown::<Signature>(&entered.dossier, &entered.value), page))
}

pub(super) async fn withdraw_signature(call: Call) -> Result<Reply> {
    let (page, id) = (call.page("verdict"), call.param("id"));
    let taken = id.clone();
    let entered = call.enter(move |entry| entry.withdraw_signature(&taken)).await?;
    Ok(Reply::ok(json!({ "id": id, "deleted": true, "version": entered.version }), page))
}

pub(super) async fn severity(call: Call) -> Result<Reply> {
    let dossier = call.dossier().await?;
    let severities = dossier.severities(dossier.evaluation().verdict.verdict);
    Ok(Reply::ok(json!(severities), String::new()))
}

pub(super) async fn ratings(call: Call<Paged>) -> Result<Reply> {
    call.list::<Rating>().await
}

pub(super) async fn rate(call: Call) -> Result<Reply> {
    let (draft, page) = (call.draft::<RatingDraft>()?, call.page("severity"));
    let entered = call.enter(move |entry| entry.add(draft)).await?;
    let mut body = shown::<Rating>(&entered.dossier, &entered.value);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("severity".into(), json!(entered.dossier.computed_severity()));
    }
    Ok(Reply::created(body, page))
}

pub(super) async fn ask_override(call: Call) -> Result<Reply> {
    call.add::<OverrideDraft>().await
}

pub(super) async fn approve_override(call: Call) -> Result<Reply> {
    call.act::<Override>(|entry, id| entry.approve_override(id)).await
}
