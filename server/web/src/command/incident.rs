//! Commands of the incident itself.

use domain::Id;
use domain::casefile::{Dossier, Noun};
use domain::incident::{Incident, IncidentDraft, Status};
use domain::watch::drafting::DispositionDraft;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Filter, Result};

use super::shape::OfVersion;
use super::{Call, Reply, page_of_log, request, shown};
use crate::query::{After, Both};

pub(super) async fn list(call: Call<Both<Filter>>) -> Result<Reply> {
    let Both(filter, page) = &call.query;
    let before = page.place().and_then(|number| i64::try_from(number).ok());
    let page = call.store.incidents(&call.actor, filter, before, page.limit(50, 200)).await?;
    Ok(Reply::ok(json!(page), String::new()))
}

pub(super) async fn trends(call: Call) -> Result<Reply> {
    Ok(Reply::ok(json!(call.store.trends(&call.actor).await?), String::new()))
}

pub(super) async fn create(call: Call) -> Result<Reply> {
    let draft: IncidentDraft = call.draft()?;
    let entered = call.store.create(&call.actor, move |entry| entry.add(draft)).await?;
    let location = format!("/incidents/{}", entered.dossier.key());
    Ok(Reply::created(head(&entered.dossier), location))
}

pub(super) async fn get(call: Call) -> Result<Reply> {
    let dossier = call.dossier().await?;
    Ok(Reply::ok(head(&dossier), String::new()))
}

/// The incident's head with what is computed of it. Its `version` is the version of the head
/// record, the one an edit sends back; `revision` counts every change of the incident.
pub(super) fn head(dossier: &Dossier) -> Value {
    let Some(incident) = dossier.incidents.iter().next() else { return Value::Null };
    let mut value = shown::<Incident>(dossier, &incident.record.id);
    let evaluation = dossier.evaluation();
    if let Some(fields) = value.as_object_mut() {
        fields.insert("key".into(), json!(dossier.key()));
        fields.insert("revision".into(), json!(dossier.version));
        fields.insert("severity".into(), json!(dossier.severities(evaluation.verdict.verdict)));
        fields.insert("verdict".into(), json!(evaluation.verdict.verdict));
        fields.insert("eligible".into(), json!(evaluation.verdict.eligible));
    }
    value
}

pub(super) async fn edit(call: Call) -> Result<Reply> {
    let (id, mut edit) = (call.dossier().await?.incident()?.id.clone(), call.edit().await?);
    edit.revise::<IncidentDraft>(&id, call.seen, &call.body).await?;
    Ok(Reply::ok(head(&edit.finish(()).await?.dossier), call.page("settings")))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub struct IncidentStatus {
    status: Status,
}

pub(super) async fn set_status(call: Call) -> Result<Reply> {
    let (page, wanted) = (call.page(""), call.draft::<IncidentStatus>()?);
    let entered = call.enter(move |entry| entry.set_status(wanted.status)).await?;
    Ok(Reply::ok(head(&entered.dossier), page.trim_end_matches('/').to_string()))
}

/// A draft that is no incident.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct Discarding {
    /// Why.
    #[serde(default)]
    reason: String,
    /// Whether its alerts were false alarms, for the same reason.
    #[serde(default)]
    false_alarms: bool,
}

pub(super) async fn adopt(call: Call) -> Result<Reply> {
    let (key, page, draft) = (call.key()?, call.page(""), call.draft::<DispositionDraft>()?);
    let entered = call.store.adopt_draft(&call.actor, key, draft).await?;
    Ok(Reply::ok(head(&entered.dossier), page.trim_end_matches('/').to_string()))
}

pub(super) async fn discard(call: Call) -> Result<Reply> {
    let (key, page, sent) = (call.key()?, call.page(""), call.draft::<Discarding>()?);
    let draft = DispositionDraft { reason: sent.reason };
    let entered = call.store.discard_draft(&call.actor, key, draft, sent.false_alarms).await?;
    Ok(Reply::ok(head(&entered.dossier), page.trim_end_matches('/').to_string()))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub struct NewMember {
    #[serde(default)]
    email: String,
}

pub(super) async fn add_member(call: Call) -> Result<Reply> {
    let (page, wanted) = (call.page("settings"), call.draft::<NewMember>()?);
    let member = call.store.person_by_email(&wanted.email).await?;
    let entered = call.enter(move |entry| entry.add_member(member)).await?;
    Ok(Reply::created(head(&entered.dossier), page))
}

pub(super) async fn remove_member(call: Call) -> Result<Reply> {
    let (page, id) = (call.page("settings"), call.param("id"));
    let entered = call.enter(move |entry| entry.remove_member(&id)).await?;
    Ok(Reply::ok(head(&entered.dossier), page))
}

pub(super) async fn changes(call: Call<Both<After>>) -> Result<Reply> {
    let (since, limit) = call.since();
    let changes = call.incident()?.changes(since, limit).await?;
    Ok(page_of_log(&changes, limit))
}

/// Puts one record back to what it was after a change.
pub(super) async fn restore(call: Call) -> Result<Reply> {
    let version = request::number(call.param("version").as_str(), "change of that number")?;
    let entered = call.store.restore_version(&call.actor, call.key()?, version).await?;
    let (noun, id) = &entered.value;
    let page = call.page(&format!("history?record={}/{id}", noun.word()));
    Ok(Reply::ok(record(&entered.dossier, *noun, id), page))
}

/// Undoes the caller's last act; `version` may name the one that is meant.
pub(super) async fn undo(call: Call) -> Result<Reply> {
    let meant: OfVersion = call.draft()?;
    let entered = call.store.undo(&call.actor, call.key()?, meant.version).await?;
    let records: Vec<Value> = entered.value.iter().map(|(noun, id)| record(&entered.dossier, *noun, id)).collect();
    Ok(Reply::ok(json!({ "items": records, "version": entered.version }), call.page("history")))
}

/// A record of any noun, as it is now; `null` in place of one that is deleted.
fn record(dossier: &Dossier, noun: Noun, id: &Id) -> Value {
    let subject = format!("{}/{id}", noun.word());
    let standing = dossier.documents().into_iter().find(|(other, of, ..)| (*other, of) == (noun, id));
    match standing {
        Some((_, _, version, None, body)) => json!({ "subject": subject, "version": version, "record": body }),
        Some((_, _, version, Some(_), _)) => json!({ "subject": subject, "version": version, "record": null }),
        None => json!({ "subject": subject, "version": null, "record": null }),
    }
}
