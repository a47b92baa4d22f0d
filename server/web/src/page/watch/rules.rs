//! The pages of rules.

use std::collections::BTreeMap;

use app::page::watch::{self, Names, RuleView};
use axum::extract::{Path, State};
use axum::response::Response;
use domain::watch::{RuleKind, RuleSetting};
use domain::{Id, Refusal};
use store::{Error, Result, RuleCard};

use crate::command::watch::rule::tried;
use crate::page::PageRequest;
use crate::site::Site;

pub(in crate::page) async fn list(State(site): State<Site>, asked: PageRequest) -> Response {
    let found = async {
        let rules = site.store.rules(&asked.signed.actor).await?;
        let names = names(&site, &asked, rules.iter().map(|rule| &rule.setting)).await?;
        Ok::<_, Error>((rules, names))
    };
    match found.await {
        Ok((rules, names)) => {
            let views: Vec<RuleView> = rules.into_iter().map(view).collect();
            asked.show(&site, "Rules", || watch::rules_page(&views, &names)).await
        }
        Err(error) => asked.fail(&site, &error),
    }
}

fn view(rule: RuleCard) -> RuleView {
    RuleView { setting: rule.setting, open: rule.open, alerts: rule.alerts, precision: rule.precision }
}

/// A rule, and what it would have said where the query says for how many days.
pub(in crate::page) async fn trial(
    State(site): State<Site>,
    mut asked: PageRequest,
    Path(kind): Path<String>,
) -> Response {
    let setting = match setting(&site, &asked, &kind).await {
        Ok(setting) => setting,
        Err(error) => return asked.fail(&site, &error),
    };
    let (store, actor) = (&site.store, &asked.signed.actor);
    let made = match tried(&asked.query) {
        Ok((draft, Some(days))) => store.try_rule(actor, setting.kind, draft, Some(days)).await.map(Some),
        Ok((_, None)) => Ok(None),
        Err(refusal) => Err(refusal.into()),
    };
    let made = match made {
        Ok(made) => made,
        Err(Error::Refused(refusal)) => {
            asked.bring_back(watch::refused_trial(&asked.query, &refusal));
            None
        }
        Err(error) => return asked.fail(&site, &error),
    };
    let settings = made.iter().map(|trial| &trial.setting).chain([&setting]);
    match names(&site, &asked, settings).await {
        Ok(names) => {
            let title = format!("Try “{}”", setting.kind.label());
            asked.show(&site, &title, || watch::trial_page(&setting, made.as_ref(), &names)).await
        }
        Err(error) => asked.fail(&site, &error),
    }
}

async fn setting(site: &Site, asked: &PageRequest, kind: &str) -> Result<RuleSetting> {
    let kind = RuleKind::parse(kind).map_err(|_| Refusal::absent("rule of that name"))?;
    Ok(site.store.rule(&asked.signed.actor, kind).await?.setting)
}

/// What the agents and sources in settings are called. A source that is closed goes by its id: another one may have its
/// name by now.
async fn names<'a>(site: &Site, asked: &PageRequest, settings: impl Iterator<Item = &'a RuleSetting>) -> Result<Names> {
    let (store, actor) = (&site.store, &asked.signed.actor);
    let agents: Vec<Id> =
        settings.flat_map(|setting| setting.agents.iter().chain(&setting.agents_except).cloned()).collect();
    let sources = store.sources(actor).await?;
    let open = sources.into_iter().map(|card| card.source).filter(|source| source.closed_at.is_none());
    let sources: BTreeMap<Id, String> = open.map(|source| (source.id, source.name)).collect();
    Ok(Names { agents: store.agent_names(actor, &agents).await?, sources })
}
