//! Commands of incidents that were filed twice.

use domain::access::refuse_agent;
use domain::merging::{MergeDraft, PartDraft};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Result;

use super::incident::head;
use super::{Call, Reply};

/// Which incident another one is merged into.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct MergeQuery {
    /// The key of the incident that stays.
    into: Option<String>,
}

/// What merging would do, or, where the incident was merged already, what undoing that would do.
pub(super) async fn plan(call: Call<MergeQuery>) -> Result<Reply> {
    let key = call.key()?;
    let dossier = call.store.dossier(&call.actor, key).await?;
    if dossier.merged_into().is_some() {
        let (parting, into) = call.store.parting_plan(&call.actor, key, &PartDraft::default()).await?;
        return Ok(Reply::ok(json!({ "merged_into": into, "undo": parting }), String::new()));
    }
    let into = call.query.into.unwrap_or_default();
    let draft = MergeDraft { into, from_version: None, into_version: None };
    let (plan, into) = call.store.merge_plan(&call.actor, key, draft.key()?).await?;
    let versions = json!({ "from_version": dossier.version, "into_version": into.version });
    Ok(Reply::ok(store::merge_patch(&json!({ "into": into.key(), "merge": plan }), &versions), String::new()))
}

/// Merges the incident into another one.
pub(super) async fn merge(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "merge incidents")?;
    let (key, page, draft) = (call.key()?, call.page(""), call.draft::<MergeDraft>()?);
    let merged = call.store.merge_incidents(&call.actor, key, draft).await?;
    Ok(answer(&merged.from.dossier, "merge", json!(merged.value), &page))
}

/// Takes a merge back.
pub(super) async fn part(call: Call) -> Result<Reply> {
    refuse_agent(&call.actor.person, "undo a merge of incidents")?;
    let draft: PartDraft = if call.body.is_null() { PartDraft::default() } else { call.draft()? };
    let (key, page) = (call.key()?, call.page(""));
    let parted = call.store.part_incidents(&call.actor, key, draft).await?;
    Ok(answer(&parted.from.dossier, "undo", json!(parted.value), &page))
}

/// The incident as it is now, with what was done.
fn answer(dossier: &domain::casefile::Dossier, name: &str, done: Value, page: &str) -> Reply {
    let mut body = head(dossier);
    if let Some(fields) = body.as_object_mut() {
        fields.insert(name.into(), done);
    }
    Reply::ok(body, page.trim_end_matches('/').to_string())
}
