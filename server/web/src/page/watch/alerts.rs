//! The pages of alerts.

use std::collections::BTreeMap;

use app::page::watch::{self, ActView, AlertView, ContainmentView, SourceView, WatchView};
use axum::response::Response;
use domain::Id;
use domain::watch::{Alert, AlertState, Precision, Response as Follows, RuleKind};
use store::{AlertFilter, ContainmentFilter, ContainmentShown, Result, SourceCard};

use super::follow;
use crate::page::PageRequest;
use crate::query;

/// How many alerts a page lists.
const ALERTS: u32 = 50;
/// How many containments it lists.
const CONTAINMENTS: u32 = 50;
/// What the cursor begins with behind the open alerts.
const REST: &str = "rest-";

pub(in crate::page) async fn list(asked: PageRequest) -> Response {
    // Asked for first: what comes in between is asked for again.
    let version = asked.site.store.alerts_version(&asked.signed.actor).await;
    match (version, viewed(&asked).await) {
        (Ok(version), Ok(view)) => follow(&asked, "Watch", version, || watch::alerts_page(&view, &asked.query)).await,
        (Err(error), _) | (_, Err(error)) => asked.fail(&error),
    }
}

async fn viewed(asked: &PageRequest) -> Result<WatchView> {
    let (store, actor) = (&asked.site.store, &asked.signed.actor);
    let filter: AlertFilter = query::read(&asked.query)?;
    let open = ContainmentFilter { is_open: true, limit: CONTAINMENTS, ..ContainmentFilter::default() };
    let cursor = asked.query.get("cursor").map(String::as_str).filter(|cursor| !cursor.is_empty());
    let (found, containments, sources) =
        tokio::join!(page_of(asked, &filter, cursor), store.containments(actor, &open), store.sources(actor));
    let ((alerts, next), sources) = (found?, sources?);
    let known = Known::of(asked, &sources).await?;
    Ok(WatchView {
        alerts: known.views(asked, alerts).await?,
        next,
        containments: containments?.into_iter().map(contained).collect(),
        sources: sources
            .into_iter()
            .map(|SourceCard { source, health }| SourceView {
                source,
                health,
                segments: Vec::new(),
                agents: BTreeMap::new(),
            })
            .collect(),
    })
}

/// A page of alerts: those that are open first, and the others behind them.
async fn page_of(
    asked: &PageRequest,
    filter: &AlertFilter,
    cursor: Option<&str>,
) -> Result<(Vec<Alert>, Option<String>)> {
    let (store, actor) = (&asked.site.store, &asked.signed.actor);
    if filter.state.is_some() {
        let page = store.alerts(actor, filter, cursor, ALERTS).await?;
        return Ok((page.items, page.next_cursor));
    }
    let mut alerts = Vec::new();
    let behind = cursor.and_then(|cursor| cursor.strip_prefix(REST));
    if behind.is_none() {
        let open = AlertFilter { state: Some(AlertState::Open), ..filter.clone() };
        let page = store.alerts(actor, &open, cursor, ALERTS).await?;
        if page.next_cursor.is_some() {
            return Ok((page.items, page.next_cursor));
        }
        alerts = page.items;
    }
    let room = ALERTS.saturating_sub(u32::try_from(alerts.len()).unwrap_or(ALERTS)).max(1);
    let others = AlertFilter { not_open: true, ..filter.clone() };
    let page = store.alerts(actor, &others, behind, room).await?;
    alerts.extend(page.items);
    Ok((alerts, page.next_cursor.map(|next| format!("{REST}{next}"))))
}

/// What stands beside alerts.
struct Known {
    sources: BTreeMap<Id, String>,
    precisions: BTreeMap<&'static str, Precision>,
}

impl Known {
    async fn of(asked: &PageRequest, sources: &[SourceCard]) -> Result<Self> {
        let rules = asked.site.store.rules(&asked.signed.actor).await?;
        Ok(Self {
            sources: sources.iter().map(|card| (card.source.id.clone(), card.source.name.clone())).collect(),
            precisions: rules.into_iter().map(|rule| (rule.setting.kind.word(), rule.precision)).collect(),
        })
    }

    fn precision(&self, rule: RuleKind) -> Precision {
        self.precisions.get(rule.word()).copied().unwrap_or_default()
    }

    async fn view(&self, asked: &PageRequest, alert: Alert) -> Result<AlertView> {
        let outcome = match alert.response {
            Follows::Suspend => asked.site.store.containment_outcome(&asked.signed.actor, &alert.id).await?,
            _ => None,
        };
        let source = self.sources.get(&alert.source).cloned().unwrap_or_default();
        Ok(AlertView { source, precision: self.precision(alert.rule), outcome, alert })
    }

    async fn views(&self, asked: &PageRequest, alerts: Vec<Alert>) -> Result<Vec<AlertView>> {
        let mut views = Vec::with_capacity(alerts.len());
        for alert in alerts {
            views.push(self.view(asked, alert).await?);
        }
        Ok(views)
    }
}

/// A containment as pages show it.
pub(in crate::page) fn contained(shown: ContainmentShown) -> ContainmentView {
    ContainmentView {
        containment: shown.containment,
        agent_name: shown.agent_name,
        incident: shown.incident_key,
        trouble: shown.trouble,
        source_names: shown.source_names,
    }
}

pub(in crate::page) async fn one(asked: PageRequest) -> Response {
    let version = asked.site.store.alerts_version(&asked.signed.actor).await;
    match (version, told(&asked, &asked.param("id")).await) {
        (Ok(version), Ok((view, acts))) => {
            let title = format!("{}: {}", view.alert.rule.label(), view.alert.name);
            follow(&asked, &title, version, || watch::alert_page(&view, &acts)).await
        }
        (Err(error), _) | (_, Err(error)) => asked.fail(&error),
    }
}

async fn told(asked: &PageRequest, id: &Id) -> Result<(AlertView, Vec<ActView>)> {
    let (store, actor) = (&asked.site.store, &asked.signed.actor);
    let alert = store.alert(actor, id).await?;
    let (sources, records) = (store.sources(actor).await?, store.alert_records(actor, id).await?);
    let known = Known::of(asked, &sources).await?;
    let view = known.view(asked, alert).await?;
    let act = |act: store::AlertRecord| ActView {
        number: act.number,
        place: act.place,
        received_at: act.received_at,
        record: act.record,
    };
    Ok((view, records.into_iter().map(act).collect()))
}
