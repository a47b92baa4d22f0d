//! How the rules of the watch are set.

use domain::Refusal;
use domain::watch::{RuleDraft, RuleKind};
use serde_json::{Value, json};
use store::{Result, RuleCard};

use crate::command::{Call, Reply};

fn kind(call: &Call) -> Result<RuleKind> {
    RuleKind::parse(call.param("kind").as_str()).map_err(|_| Refusal::absent("rule of that name").into())
}

fn shown(rule: &RuleCard) -> Result<Value> {
    Ok(serde_json::to_value(rule)?)
}

fn reply(rule: &RuleCard) -> Result<Reply> {
    Ok(Reply::ok(shown(rule)?, format!("/watch/rules#rule-{}", rule.setting.kind.word())))
}

pub(in crate::command) async fn list(call: Call) -> Result<Reply> {
    let rules = call.store.rules(&call.actor).await?;
    let items = rules.iter().map(shown).collect::<Result<Vec<_>>>()?;
    Ok(Reply::ok(json!({ "items": items, "next_cursor": null }), String::new()))
}

pub(in crate::command) async fn get(call: Call) -> Result<Reply> {
    reply(&call.store.rule(&call.actor, kind(&call)?).await?)
}

pub(in crate::command) async fn set(call: Call) -> Result<Reply> {
    let (kind, draft) = (kind(&call)?, call.draft::<RuleDraft>()?);
    reply(&call.store.set_rule(&call.actor, kind, draft).await?)
}
