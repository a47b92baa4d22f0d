//! What people do with alerts.

use domain::draft::When;
use domain::watch::{Alert, MuteDraft};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{AlertFilter, Result};

use crate::command::{Call, LIMIT_MAX, Reply, listed};
use crate::query::{Both, Paged};

/// What is told of an alert beside what it holds.
#[derive(schemars::JsonSchema)]
#[expect(dead_code, reason = "only its schema is used: `shown_alert` writes it")]
pub(crate) struct AlertToo {
    rule_name: String,
    muted_until: Option<domain::Instant>,
}

/// A reason, where one may be given.
#[derive(Deserialize, schemars::JsonSchema)]
#[schemars(rename = "AlertReason")]
pub(crate) struct Why {
    #[serde(default)]
    reason: String,
}

/// Why nobody needs to be told, and until when.
#[derive(Deserialize, schemars::JsonSchema)]
#[schemars(rename = "AlertMute")]
pub(crate) struct Mute {
    #[serde(default)]
    reason: String,
    /// A time; a day means its end.
    until: Option<When>,
}

/// Who is to look after an alert.
#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct Assignee {
    assignee: Option<String>,
}

/// An alert as the API shows it.
pub fn shown_alert(alert: &Alert) -> Result<Value> {
    let mut value = serde_json::to_value(alert)?;
    value["rule_name"] = json!(alert.rule.label());
    value["muted_until"] = json!(alert.muted_until());
    Ok(value)
}

fn reply(alert: &Alert) -> Result<Reply> {
    Ok(Reply::ok(shown_alert(alert)?, format!("/watch#alert-{}", alert.id)))
}

pub(in crate::command) async fn list(call: Call<Both<AlertFilter, Paged<String>>>) -> Result<Reply> {
    let Both(filter, page) = &call.query;
    let page = call.store.alerts(&call.actor, filter, page.cursor.as_deref(), page.limit(50, LIMIT_MAX)).await?;
    let items = page.items.iter().map(shown_alert).collect::<Result<Vec<_>>>()?;
    Ok(listed(&items, page.next_cursor))
}

pub(in crate::command) async fn get(call: Call) -> Result<Reply> {
    reply(&call.store.alert(&call.actor, &call.param("id")).await?)
}

pub(in crate::command) async fn acknowledge(call: Call) -> Result<Reply> {
    reply(&call.store.acknowledge_alert(&call.actor, &call.param("id")).await?)
}

pub(in crate::command) async fn mute(call: Call) -> Result<Reply> {
    let (mute, now) = (call.draft::<Mute>()?, call.store.clock().now());
    let until = mute.until.map(|until| until.read_at("until", now, &call.actor.zone)).transpose()?;
    let draft = MuteDraft { reason: mute.reason, until: until.and_then(|until| until.latest) };
    reply(&call.store.mute_alert(&call.actor, &call.param("id"), draft).await?)
}

pub(in crate::command) async fn false_alarm(call: Call) -> Result<Reply> {
    let why = call.draft::<Why>()?;
    reply(&call.store.call_alert_false(&call.actor, &call.param("id"), why.reason).await?)
}

pub(in crate::command) async fn assign(call: Call) -> Result<Reply> {
    let to = call.draft::<Assignee>()?;
    reply(&call.store.assign_alert(&call.actor, &call.param("id"), to.assignee.as_deref()).await?)
}

pub(in crate::command) async fn close(call: Call) -> Result<Reply> {
    let why = call.draft::<Why>()?;
    reply(&call.store.close_alert(&call.actor, &call.param("id"), why.reason).await?)
}

pub(in crate::command) async fn reopen(call: Call) -> Result<Reply> {
    let why = call.draft::<Why>()?;
    reply(&call.store.reopen_alert(&call.actor, &call.param("id"), why.reason).await?)
}
