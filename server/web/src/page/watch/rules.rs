//! The pages of rules.

use std::collections::BTreeMap;

use app::page::watch::{self, Names, RuleView};
use axum::response::Response;
use domain::watch::{RuleKind, RuleSetting};
use domain::{Id, Refusal};
use store::{Error, Result, RuleCard};

use crate::command::watch::rule::RuleTrialQuery;
use crate::page::PageRequest;
use crate::query;

pub(in crate::page) async fn list(asked: PageRequest) -> Response {
    let found = async {
        let rules = asked.site.store.rules(&asked.signed.actor).await?;
        let names = names(&asked, rules.iter().map(|rule| &rule.setting)).await?;
        Ok::<_, Error>((rules, names))
    };
    match found.await {
        Ok((rules, names)) => {
            let views: Vec<RuleView> = rules.into_iter().map(view).collect();
            asked.show("Rules", || watch::rules_page(&views, &names)).await
        }
        Err(error) => asked.fail(&error),
    }
}

fn view(rule: RuleCard) -> RuleView {
    RuleView { setting: rule.setting, open: rule.open, alerts: rule.alerts, precision: rule.precision }
}

/// A rule, and what it would have said where the query says for how many days.
pub(in crate::page) async fn trial(mut asked: PageRequest) -> Response {
    let setting = match setting(&asked).await {
        Ok(setting) => setting,
        Err(error) => return asked.fail(&error),
    };
    let (store, actor) = (&asked.site.store, &asked.signed.actor);
    let made = match query::read::<RuleTrialQuery>(&asked.query) {
        Ok(sent) if sent.days.is_some() => store.try_rule(actor, setting.kind, sent.draft(), sent.days).await.map(Some),
        Ok(_) => Ok(None),
        Err(refusal) => Err(refusal.into()),
    };
    let made = match made {
        Ok(made) => made,
        Err(Error::Refused(refusal)) => {
            asked.bring_back(watch::refused_trial(&asked.query, &refusal));
            None
        }
        Err(error) => return asked.fail(&error),
    };
    let settings = made.iter().map(|trial| &trial.setting).chain([&setting]);
    match names(&asked, settings).await {
        Ok(names) => {
            let title = format!("Try “{}”", setting.kind.label());
            asked.show(&title, || watch::trial_page(&setting, made.as_ref(), &names)).await
        }
        Err(error) => asked.fail(&error),
    }
}

async fn setting(asked: &PageRequest) -> Result<RuleSetting> {
    let kind = RuleKind::parse(asked.param("kind").as_str()).map_err(|_| Refusal::absent("rule of that name"))?;
    Ok(asked.site.store.rule(&asked.signed.actor, kind).await?.setting)
}

/// What the agents and sources in settings are called. A source that is closed goes by its id: another one may have its
/// name by now.
async fn names<'a>(asked: &PageRequest, settings: impl Iterator<Item = &'a RuleSetting>) -> Result<Names> {
    let (store, actor) = (&asked.site.store, &asked.signed.actor);
    let agents: Vec<Id> =
        settings.flat_map(|setting| setting.agents.iter().chain(&setting.agents_except).cloned()).collect();
    let sources = store.sources(actor).await?;
    let open = sources.into_iter().map(|card| card.source).filter(|source| source.closed_at.is_none());
    let sources: BTreeMap<Id, String> = open.map(|source| (source.id, source.name)).collect();
    Ok(Names { agents: store.agent_names(actor, &agents).await?, sources })
}
