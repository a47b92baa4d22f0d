//! The head of an incident's pages: what it is, how bad, and whether that is known.

use domain::incident::Visibility;
use domain::metrics::{MetricName, metrics};
use domain::verdict::Verdict;
use leptos::prelude::*;

use super::Case;
use crate::component::When;
use crate::component::times::to_minute;

/// A group of pages: its name, and of each page the last part of the path and the name.
type Group = (&'static str, &'static [(&'static str, &'static str)]);

/// The pages of an incident.
const GROUPS: [Group; 4] = [
    (
        "The story",
        &[
            ("overview", "Overview"),
            ("timeline", "Timeline"),
            ("principals", "Principals"),
            ("claims", "Claims"),
            ("metrics", "Metrics"),
        ],
    ),
    (
        "The proof",
        &[
            ("exposure", "Exposure"),
            ("evidence", "Evidence"),
            ("records", "Log records"),
            ("confirmations", "Confirmations"),
            ("verdict", "Verdict"),
        ],
    ),
    ("The judgement", &[("severity", "Severity"), ("gaps", "Control gaps"), ("remediation", "Remediation")]),
    ("The report", &[("postmortem", "Postmortem"), ("history", "History"), ("settings", "Settings")]),
];

/// The pages of the incident, with how much is on each.
pub(super) fn contents(case: &Case, tab: &'static str) -> impl IntoView + use<> {
    let groups = GROUPS.map(|(name, pages)| {
        let links = pages.iter().map(|(page, name)| {
            let href = case.url(if *page == "overview" { "" } else { page });
            view! { <li><a href=href aria-current=(*page == tab).then_some("page")>{*name}{count(case, page)}</a></li> }
        });
        view! { <section><h2>{name}</h2><ul>{links.collect_view()}</ul></section> }
    });
    view! { <nav class="toc" aria-label="Incident">{groups.into_iter().collect_view()}</nav> }
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
    // The overview says the same at greater length, once there is something to say.
    let brief = tab == "overview" && !case.is_new();
    let badges = match brief {
        true => case.common("remarks", |case| remarks(case).into_any()),
        false => case.common("badges", |case| badges(case).into_any()),
    };
    view! { {above} {badges} }
}

fn overview_head(case: &Case, title: String) -> impl IntoView + use<> {
    let key = case.key().to_string();
    let filed = to_minute(case.dossier.filed_at());
    let status = case.incident().map_or("", |incident| incident.status.label());
    let occurred = case.incident().map(|incident| incident.occurred.clone());
    view! {
        <p class="muted"><span class="mono">{key}</span>{occurred.map(|time| view! { " · occurred "<When time=time/> })}" · filed "<When time=filed/>" · "{status}</p>
        <h1>{title}</h1>
    }
}

/// The name of one of the incident's pages.
pub(super) fn name_of(tab: &str) -> &'static str {
    if tab == "wording" {
        return "Public export";
    }
    if tab == "merge" {
        return "Merge";
    }
    GROUPS.iter().flat_map(|(_, pages)| *pages).find(|(page, _)| *page == tab).map_or("Incident", |(_, name)| *name)
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

/// What the four answers of the overview do not say.
fn remarks(case: &Case) -> Option<impl IntoView + use<>> {
    let (stale, private) = (stale(case), is_private(case));
    (stale.is_some() || private).then(|| {
        view! {
            <div class="badges">
                {stale.map(|stale| view! { <a class="badge stale" href=case.url("postmortem")>{stale}</a> })}
                {private.then(|| view! { <span class="badge plain">"private"</span> })}
            </div>
        }
    })
}

fn is_private(case: &Case) -> bool {
    case.incident().is_some_and(|incident| incident.visibility == Visibility::Private)
}

fn badges(case: &Case) -> impl IntoView + use<> {
    let private = is_private(case);
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
    let reviewed = shares.then(|| {
        format!(
            " · {} reviewed",
            domain::counted::percent(judgement.coverage.reviewed_min, judgement.coverage.reviewed_min >= 1.0)
        )
    });
    let words = format!("{}{}", verdict.label(), reviewed.unwrap_or_default());
    view! { <span class=format!("badge verdict {}", verdict.word())><span>{words}</span></span> }
}

fn range(case: &Case) -> Option<String> {
    let [worst, mildest] = case.evaluation.severity.as_ref()?.range;
    (worst != mildest).then(|| format!("range Sev {}–{}", worst.number(), mildest.number()))
}

/// How long it was exposed: by the clock or as reported, else the window.
pub(super) fn exposed(case: &Case) -> Option<String> {
    let window = case.dossier.exposure().length();
    let metric = metrics(&case.dossier).into_iter().find(|metric| metric.name == MetricName::Exposure)?;
    match (metric.headline(), window) {
        (Some((range, true)), Some(window)) => Some(format!("{}, as reported; window {}", range.show(), window.show())),
        (Some((range, true)), None) => Some(format!("{}, as reported", range.show())),
        (Some((range, false)), _) => Some(range.show()),
        (None, window) => window.map(|window| window.show()),
    }
}

/// What was published and is no longer so.
fn stale(case: &Case) -> Option<String> {
    let postmortem = case.dossier.postmortems.iter().next()?;
    let last = postmortem.revisions.last()?;
    last.verdict
        .is_better_than(case.verdict())
        .then(|| format!("stale: revision {} says “{}”", last.number, last.verdict))
}
