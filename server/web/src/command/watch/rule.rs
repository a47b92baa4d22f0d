//! How the rules of the watch are set.

use std::collections::BTreeMap;
use std::str::FromStr;

use domain::draft::typed_items;
use domain::watch::{RuleDraft, RuleKind};
use domain::{Id, Refusal, Ruled};
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

/// What the rule would have said. The query says for how many days, and how it is set otherwise.
pub(in crate::command) async fn trial(call: Call) -> Result<Reply> {
    let (draft, days) = tried(&call.query)?;
    let trial = call.store.try_rule(&call.actor, kind(&call)?, draft, days).await?;
    Ok(Reply::ok(json!(trial), String::new()))
}

/// The names that a trial knows in its query.
pub const TRIED: [&str; 10] = [
    "days",
    "count",
    "seconds",
    "window_seconds",
    "sources",
    "sources_except",
    "agents",
    "agents_except",
    "resources",
    "labels",
];

/// How a query sets a rule for a trial, and over how many days it looks back. Lists are separated by commas.
pub fn tried(query: &BTreeMap<String, String>) -> Ruled<(RuleDraft, Option<i64>)> {
    let text = |name: &str| query.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let list = |name: &str| text(name).map(typed_items);
    let ids = |name: &str| list(name).map(|items| items.into_iter().map(Id::new).collect());
    let draft = RuleDraft {
        count: number(text("count"), "count")?,
        seconds: number(text("seconds"), "seconds")?,
        window_seconds: number(text("window_seconds"), "window_seconds")?,
        sources: ids("sources"),
        sources_except: ids("sources_except"),
        agents: ids("agents"),
        agents_except: ids("agents_except"),
        resources: list("resources"),
        labels: list("labels"),
        ..RuleDraft::default()
    };
    Ok((draft, number(text("days"), "days")?))
}

fn number<T: FromStr>(text: Option<&str>, name: &str) -> Ruled<Option<T>> {
    let read = |text: &str| {
        text.parse().map_err(|_| Refusal::field(name, format!("“{text}” is no number: write one such as 30.")))
    };
    text.map(read).transpose()
}
