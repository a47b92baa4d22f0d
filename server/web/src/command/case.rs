//! Commands of claims, gaps, factors, remediation and the postmortem.

use domain::access::refuse_agent;
use domain::casefile::Entry;
use domain::claim::{AdoptionDraft, Claim, ClaimDraft, Conflict};
use domain::comment::{Comment, CommentDraft};
use domain::decision::{Decision, DecisionDraft};
use domain::factor::{Factor, FactorDraft};
use domain::gap::{Gap, GapDraft};
use domain::postmortem::{Narrative, NarrativeDraft, Postmortem};
use domain::remediation::{Remediation, RemediationDraft, RemediationStatus, VerificationDraft};
use domain::review::Reason;
use domain::wording::{Wording, WordingDraft};
use domain::{Id, Ruled};
use serde::Deserialize;
use serde_json::json;
use store::{BoardFilter, Result};

use super::{Call, LIMIT_DEFAULT, LIMIT_MAX, Reply, answer, page_with, shown};
use crate::query::{Both, Paged};

pub(super) async fn claims(call: Call<Paged>) -> Result<Reply> {
    call.list::<Claim>().await
}

pub(super) async fn add_claim(call: Call) -> Result<Reply> {
    let (draft, page) = (call.draft::<ClaimDraft>()?, call.page("claims"));
    let entered = call.enter(move |entry| entry.put_claim(None, draft)).await?;
    Ok(Reply::created(shown::<Claim>(&entered.dossier, &entered.value), format!("{page}#claim-{}", entered.value)))
}

pub(super) async fn edit_claim(call: Call) -> Result<Reply> {
    let (id, mut edit) = (call.param("id"), call.edit().await?);
    edit.revise::<ClaimDraft>(&id, call.seen, &call.body).await?;
    edit.rule(|entry| entry.compare_claim(&id))?;
    answer::<Claim>(edit, &id).await
}

pub(super) async fn delete_claim(call: Call) -> Result<Reply> {
    call.delete::<Claim>().await
}

pub(super) async fn conflicts(call: Call<Paged>) -> Result<Reply> {
    call.list::<Conflict>().await
}

pub(super) async fn adopt_claim(call: Call) -> Result<Reply> {
    let draft: AdoptionDraft = call.draft()?;
    call.act::<Conflict>(move |entry, id| entry.adopt_claim(id, draft)).await
}

pub(super) async fn reopen_conflict(call: Call) -> Result<Reply> {
    call.act::<Conflict>(|entry, id| entry.reopen_conflict(id)).await
}

pub(super) async fn gaps(call: Call<Paged>) -> Result<Reply> {
    call.list::<Gap>().await
}

pub(super) async fn suggestions(call: Call<Paged>) -> Result<Reply> {
    let dossier = call.dossier().await?;
    Ok(page_with(domain::suggestion::suggestions(&dossier), &call.query, |suggestion| json!(suggestion)))
}

pub(super) async fn add_gap(call: Call) -> Result<Reply> {
    call.add::<GapDraft>().await
}

pub(super) async fn edit_gap(call: Call) -> Result<Reply> {
    call.revise::<GapDraft>().await
}

pub(super) async fn delete_gap(call: Call) -> Result<Reply> {
    call.delete::<Gap>().await
}

pub(super) async fn factors(call: Call<Paged>) -> Result<Reply> {
    call.list::<Factor>().await
}

pub(super) async fn add_factor(call: Call) -> Result<Reply> {
    call.add::<FactorDraft>().await
}

pub(super) async fn edit_factor(call: Call) -> Result<Reply> {
    call.revise::<FactorDraft>().await
}

pub(super) async fn delete_factor(call: Call) -> Result<Reply> {
    call.delete::<Factor>().await
}

pub(super) async fn decisions(call: Call<Paged>) -> Result<Reply> {
    call.list::<Decision>().await
}

pub(super) async fn add_decision(call: Call) -> Result<Reply> {
    call.add::<DecisionDraft>().await
}

pub(super) async fn edit_decision(call: Call) -> Result<Reply> {
    call.revise::<DecisionDraft>().await
}

pub(super) async fn delete_decision(call: Call) -> Result<Reply> {
    call.delete::<Decision>().await
}

pub(super) async fn remediations(call: Call<Paged>) -> Result<Reply> {
    call.list::<Remediation>().await
}

pub(super) async fn add_remediation(call: Call) -> Result<Reply> {
    call.add::<RemediationDraft>().await
}

pub(super) async fn edit_remediation(call: Call) -> Result<Reply> {
    call.revise::<RemediationDraft>().await
}

pub(super) async fn delete_remediation(call: Call) -> Result<Reply> {
    call.delete::<Remediation>().await
}

#[derive(Deserialize, schemars::JsonSchema)]
pub struct NewRemediationStatus {
    status: RemediationStatus,
}

pub(super) async fn set_remediation_status(call: Call) -> Result<Reply> {
    let wanted: NewRemediationStatus = call.draft()?;
    call.act::<Remediation>(move |entry, id| entry.set_remediation_status(id, wanted.status)).await
}

pub(super) async fn verify_remediation(call: Call) -> Result<Reply> {
    let draft: VerificationDraft = call.draft()?;
    call.act::<Remediation>(move |entry, id| entry.verify_remediation(id, draft)).await
}

pub(super) async fn wont_fix_remediation(call: Call) -> Result<Reply> {
    let reason: Reason = call.draft()?;
    call.act::<Remediation>(move |entry, id| entry.wont_fix_remediation(id, reason)).await
}

pub(super) async fn reopen_remediation(call: Call) -> Result<Reply> {
    call.act::<Remediation>(|entry, id| entry.reopen_remediation(id)).await
}

pub(super) async fn comments(call: Call<Paged>) -> Result<Reply> {
    call.list::<Comment>().await
}

pub(super) async fn add_comment(call: Call) -> Result<Reply> {
    call.add::<CommentDraft>().await
}

pub(super) async fn edit_comment(call: Call) -> Result<Reply> {
    call.revise::<CommentDraft>().await
}

pub(super) async fn delete_comment(call: Call) -> Result<Reply> {
    call.delete::<Comment>().await
}

pub(super) async fn resolve_comment(call: Call) -> Result<Reply> {
    call.act::<Comment>(|entry, id| entry.resolve_comment(id)).await
}

/// The texts of a public export that hold private names, with what was decided of each.
pub(super) async fn wording(call: Call<Paged>) -> Result<Reply> {
    let dossier = call.dossier().await?;
    let texts = crate::bench::run(|| dossier.private_texts()).await;
    Ok(page_with(texts, &call.query, |text| json!(text)))
}

pub(super) async fn decide_wording(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "decide which names become public")?;
    let (draft, page) = (call.draft::<WordingDraft>()?, call.page("wording"));
    let entered = call.enter(move |entry| entry.decide_wording(draft)).await?;
    Ok(Reply::ok(shown::<Wording>(&entered.dossier, &entered.value), page))
}

pub(super) async fn sections(call: Call<Paged>) -> Result<Reply> {
    call.list::<Narrative>().await
}

/// Writes a section. Who saw that nobody wrote it yet says so with version 0.
pub(super) async fn put_section(mut call: Call) -> Result<Reply> {
    let (section, page) = (call.param("section"), call.page("postmortem"));
    if let Some(fields) = call.body.as_object_mut() {
        fields.insert("section".into(), json!(section));
    }
    let mut edit = call.edit().await?;
    let is_new = edit.put::<NarrativeDraft>(&section, call.seen, &call.body).await?;
    let entered = edit.finish(is_new).await?;
    let (shown, location) =
        (shown::<Narrative>(&entered.dossier, &section), super::place_of::<Narrative>(&entered.dossier, &section));
    // Nothing was written into a section that was never begun.
    if shown.is_null() {
        return Ok(Reply::ok(json!({ "id": section, "section": section, "body": "" }), page));
    }
    Ok(if entered.value { Reply::created(shown, location) } else { Reply::ok(shown, location) })
}

async fn move_postmortem(call: Call, act: fn(&mut Entry) -> Ruled<()>) -> Result<Reply> {
    let page = call.page("postmortem");
    let entered = call.enter(act).await?;
    Ok(Reply::ok(shown::<Postmortem>(&entered.dossier, &Id::new("postmortem")), page))
}

pub(super) async fn submit_postmortem(call: Call) -> Result<Reply> {
    move_postmortem(call, Entry::submit_postmortem).await
}

pub(super) async fn approve_postmortem(call: Call) -> Result<Reply> {
    move_postmortem(call, Entry::approve_postmortem).await
}

pub(super) async fn publish_postmortem(call: Call) -> Result<Reply> {
    move_postmortem(call, Entry::publish_postmortem).await
}

pub(super) async fn reopen_postmortem(call: Call) -> Result<Reply> {
    move_postmortem(call, Entry::reopen_postmortem).await
}

/// Remediation across incidents.
pub(super) async fn board(call: Call<Both<BoardFilter, Paged<String>>>) -> Result<Reply> {
    let Both(filter, page) = &call.query;
    let limit = page.limit(LIMIT_DEFAULT, LIMIT_MAX);
    let page = call.store.remediations_board(&call.actor, filter, page.cursor.as_deref(), limit).await?;
    Ok(Reply::ok(json!(page), String::new()))
}

/// What awaits the caller: mentions, second reviews, approvals, signatures, and their own items that are due.
pub(super) async fn inbox(call: Call) -> Result<Reply> {
    Ok(Reply::ok(json!(call.store.inbox(&call.actor).await?), String::new()))
}
