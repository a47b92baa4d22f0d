//! The head of an incident's pages: what it is, how bad, and whether that is known.

use domain::incident::Visibility;
use domain::metrics::{MetricName, MetricState, metrics};
use domain::time::DurationRange;
use domain::verdict::Verdict;
use leptos::prelude::*;

use super::Case;
use crate::component::When;
use crate::component::times::to_minute;

/// The pages of an incident: the last part of the path, and the name.
const PAGES: [(&str, &str); 14] = [
    ("overview", "Overview"),
    ("timeline", "Timeline"),
    ("principals", "Principals"),
    ("exposure", "Exposure"),
    ("evidence", "Evidence"),
    ("records", "Records"),
    ("severity", "Severity"),
    ("verdict", "Verdict"),
    ("gaps", "Control gaps"),
    ("remediation", "Remediation"),
    ("claims", "Claims"),
    ("postmortem", "Postmortem"),
    ("history", "History"),
    ("settings", "Settings"),
];

/// The pages of the incident, with how much is on each.
pub(super) fn contents(case: &Case, tab: &'static str) -> impl IntoView + use<> {
    let links = PAGES.map(|(page, name)| {
        let href = case.url(if page == "overview" { "" } else { page });
        view! { <a href=href aria-current=(page == tab).then_some("page")>{name}{count(case, page)}</a> }
    });
    view! { <nav class="toc" aria-label="Incident">{links.into_iter().collect_view()}</nav> }
}

fn count(case: &Case, page: &str) -> Option<AnyView> {
    let dossier = &case.dossier;
    let number = match page {
        "timeline" => dossier.events.len(),
        "principals" => dossier.principals.len(),
        "exposure" => case.evaluation.verdict.cells.len(),
        "evidence" => dossier.evidence.len(),
        "records" => {
            let records: u64 = dossier.evidence.iter().filter_map(|kept| kept.records).sum();
            usize::try_from(records).unwrap_or(usize::MAX)
        }
        "gaps" => dossier.gaps.len(),
        "remediation" => dossier.remediations.len(),
        "claims" => {
            let open = dossier.conflicts.iter().filter(|conflict| dossier.is_open(&conflict.record)).count();
            if open > 0 {
                return Some(view! { <span>{open.to_string()}" "<span aria-hidden="true">"≠"</span><span class="visually-hidden">"open conflicts"</span></span> }.into_any());
            }
            dossier.claims.len()
        }
        _ => 0,
    };
    (number > 0).then(|| view! { <span>{number.to_string()}</span> }.into_any())
}

/// Title or name of the page, and the badges.
pub(super) fn head(case: &Case, tab: &'static str) -> impl IntoView + use<> {
    let title = case.incident().map(|incident| incident.title.clone()).unwrap_or_default();
    let above =
        if tab == "overview" { overview_head(case, title).into_any() } else { page_head(case, tab, title).into_any() };
    view! { {above} {badges(case)} }
}

fn overview_head(case: &Case, title: String) -> impl IntoView + use<> {
    let key = case.key().to_string();
    let filed = to_minute(case.dossier.filed_at());
    let status = case.incident().map_or("", |incident| incident.status.label());
    view! {
        <p class="muted"><span class="mono">{key}</span>" · filed "<When time=filed/>" · "{status}</p>
        <h1>{title}</h1>
    }
}

/// The name of one of the incident's pages.
pub(super) fn name_of(tab: &str) -> &'static str {
    PAGES.iter().find(|(page, _)| *page == tab).map_or("Incident", |(_, name)| *name)
}

fn page_head(case: &Case, tab: &'static str, title: String) -> impl IntoView + use<> {
    let name = name_of(tab);
    view! {
        <nav class="crumbs" aria-label="You are here">
            <a href="/incidents">"Incidents"</a>
            <a href=case.url("")><span class="mono">{case.key().to_string()}</span>" "{title}</a>
        </nav>
        <h1>{name}</h1>
    }
}

fn badges(case: &Case) -> impl IntoView + use<> {
    let private = case.incident().is_some_and(|incident| incident.visibility == Visibility::Private);
    view! {
        <div class="badges">
            {severity_badge(case)}
            {verdict_badge(case)}
            {range(case).map(|range| view! { <span class="badge plain">{range}</span> })}
            {exposed(case).map(|exposed| view! { <span class="badge plain">"exposed "{exposed}</span> })}
            {stale(case).map(|stale| view! { <a class="badge stale" href=case.url("postmortem")>{stale}</a> })}
            {private.then(|| view! { <span class="badge plain">"private"</span> })}
        </div>
    }
}

fn severity_badge(case: &Case) -> impl IntoView + use<> {
    let severities = case.dossier.severities(case.verdict());
    let declared_only = severities.final_sev.is_none();
    match severities.final_sev.or(severities.declared) {
        None => view! { <a class="badge plain" href=case.url("severity")>"severity not rated"</a> }.into_any(),
        Some(sev) => {
            let words = if declared_only { format!("{}, declared", sev.label()) } else { sev.label().into() };
            view! { <span class=format!("badge sev{}", sev.number())>{words}</span> }.into_any()
        }
    }
}

fn verdict_badge(case: &Case) -> impl IntoView + use<> {
    let verdict = case.verdict();
    let judgement = &case.evaluation.verdict;
    let shares = verdict != Verdict::NotAssessed && !judgement.cells.is_empty();
    let reviewed = shares.then(|| format!(" · {} reviewed", percent(judgement.coverage.reviewed_min)));
    let words = format!("{}{}", verdict.label(), reviewed.unwrap_or_default());
    view! { <span class=format!("badge verdict {}", verdict.word())><span>{words}</span></span> }
}

/// A share as whole percent, rounded down: what is not quite whole is never shown as whole.
pub fn percent(share: f64) -> String {
    format!("{} %", (share * 100.0 + 1e-6).floor())
}

fn range(case: &Case) -> Option<String> {
    let [worst, mildest] = case.evaluation.severity.as_ref()?.range;
    (worst != mildest).then(|| format!("range Sev {}–{}", worst.number(), mildest.number()))
}

/// How long it lay open: by the clock, else by the window.
pub(super) fn exposed(case: &Case) -> Option<String> {
    let by_clock = metrics(&case.dossier).into_iter().find(|metric| metric.name == MetricName::Exposure);
    if let Some(MetricState::Recorded(range)) = by_clock.map(|metric| metric.state) {
        return Some(range.show());
    }
    let exposure = &case.dossier.exposures.iter().next()?.record;
    let range = DurationRange::between(exposure.start.as_ref()?, exposure.end.as_ref()?);
    (range != DurationRange::unknown()).then(|| range.show())
}

/// What was published and is no longer so.
fn stale(case: &Case) -> Option<String> {
    let postmortem = case.dossier.postmortems.iter().next()?;
    let last = postmortem.revisions.last()?;
    last.verdict
        .is_better_than(case.verdict())
        .then(|| format!("stale: revision {} says “{}”", last.number, last.verdict))
}
