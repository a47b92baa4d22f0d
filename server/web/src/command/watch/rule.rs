//! How the rules of the watch are set.

use domain::Id;
use domain::watch::{RuleDraft, RuleKind};
use serde::Deserialize;
use serde_json::json;
use store::{Result, RuleCard};

use crate::command::{Call, Reply, page_with, request};
use crate::query::Paged;

fn kind<Q>(call: &Call<Q>) -> Result<RuleKind> {
    RuleKind::parse(call.param("kind").as_str()).map_err(|_| request::absent("rule of that name").into())
}

fn reply(rule: &RuleCard) -> Result<Reply> {
    Ok(Reply::ok(json!(rule), format!("/watch/rules#rule-{}", rule.setting.kind.word())))
}

pub(in crate::command) async fn list(call: Call<Paged>) -> Result<Reply> {
    Ok(page_with(call.store.rules(&call.actor).await?, &call.query, |rule| json!(rule)))
}

pub(in crate::command) async fn get(call: Call) -> Result<Reply> {
    reply(&call.store.rule(&call.actor, kind(&call)?).await?)
}

pub(in crate::command) async fn set(call: Call) -> Result<Reply> {
    let (kind, draft) = (kind(&call)?, call.draft::<RuleDraft>()?);
    reply(&call.store.set_rule(&call.actor, kind, draft).await?)
}

/// What the rule would have said. The query says for how many days, and how it is set otherwise.
pub(in crate::command) async fn trial(call: Call<RuleTrialQuery>) -> Result<Reply> {
    let kind = kind(&call)?;
    let trial = call.store.try_rule(&call.actor, kind, call.query.draft(), call.query.days).await?;
    Ok(Reply::ok(json!(trial), String::new()))
}

/// How a rule is set for a trial, and over how many days it looks back.
#[derive(Clone, Deserialize, schemars::JsonSchema)]
pub struct RuleTrialQuery {
    /// Over how many days.
    pub days: Option<i64>,
    /// How many acts are too many.
    count: Option<u32>,
    /// Within so many seconds.
    seconds: Option<u32>,
    /// One alert takes in what happens again within so many seconds.
    window_seconds: Option<u32>,
    /// The sources it is for, separated by commas.
    sources: Option<Vec<Id>>,
    /// Sources it is not for.
    sources_except: Option<Vec<Id>>,
    /// The agents it is for.
    agents: Option<Vec<Id>>,
    /// Agents it is not for.
    agents_except: Option<Vec<Id>>,
    /// Where output needs a label.
    resources: Option<Vec<String>>,
    /// The texts of which one has to stand in labelled output.
    labels: Option<Vec<String>>,
}

impl RuleTrialQuery {
    /// The setting that is tried.
    pub fn draft(&self) -> RuleDraft {
        let asked = self.clone();
        RuleDraft {
            count: asked.count,
            seconds: asked.seconds,
            window_seconds: asked.window_seconds,
            sources: asked.sources,
            sources_except: asked.sources_except,
            agents: asked.agents,
            agents_except: asked.agents_except,
            resources: asked.resources,
            labels: asked.labels,
            ..RuleDraft::default()
        }
    }
}
