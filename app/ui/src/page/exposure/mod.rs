//! The exposure: when what was exposed to whom, which evidence covers it, and who has reviewed that.

mod coverage;
mod principals;
mod resources;
mod reviews;
mod window;

use std::collections::BTreeMap;

use domain::counted::percent;
use domain::verdict::CoverageFigures;
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::blind::blind_spots_of;
use crate::component::{Choice, Lanes, instant_text};
use crate::frame::Frame;

pub(in crate::page) use coverage::gap_fields;
pub(in crate::page) use reviews::{class_counts, second_asked};

/// The version of the exposure that the page shows; 0 where there is none yet.
fn seen(case: &Case) -> u64 {
    case.dossier.exposures.iter().next().map_or(0, |kept| kept.version)
}

/// The exposure page. The query opens forms: `close`, `from`, `to` and `evidence` prefill a coverage statement or a
/// review; `coverage`, `resource` and `path` name what is edited.
pub fn page(case: &Case, query: &BTreeMap<String, String>) -> AnyView {
    let asked = Question::of(query);
    let body = view! {
        <section class="card" id="lanes">
            <header><h2>"Coverage"</h2><small class="muted">{Frame::current().zone.name().to_string()}</small></header>
            <div class="stack">
                <div><Lanes case=case.clone()/></div>
                {(!case.evaluation.verdict.cells.is_empty()).then(|| figures(&case.evaluation.verdict.coverage))}
            </div>
        </section>
        {window::section(case)}
        {resources::section(case, &asked)}
        {principals::section(case)}
        {coverage::section(case, &asked)}
        {reviews::section(case, &asked)}
        {blind_spots_of(case)}
    };
    case_page(case, "exposure", body.into_any())
}

fn figures(coverage: &CoverageFigures) -> impl IntoView + use<> {
    let share = |share: f64| percent(share, share >= 1.0);
    let (logged, complete) = (share(coverage.logged_min), share(coverage.complete_min));
    let (reviewed, mean) = (share(coverage.reviewed_min), share(coverage.reviewed_mean));
    view! {
        <p class="muted num">
            "The least covered lane is logged for " {logged} ", known to be complete for " {complete} " and reviewed for " {reviewed}
            "; the mean reviewed, weighted by class, is " {mean} "."
        </p>
    }
}

/// What the address asks for.
#[derive(Debug, Clone, Default)]
struct Question {
    /// The cell to cover, `resource/path`.
    close: String,
    /// From when.
    from: String,
    /// Until when.
    to: String,
    /// The evidence to review.
    evidence: String,
    /// The coverage statement to edit.
    coverage: String,
    /// The resource to edit.
    resource: String,
    /// The path to edit, `resource/path`.
    path: String,
}

impl Question {
    fn of(query: &BTreeMap<String, String>) -> Self {
        let get = |name: &str| query.get(name).cloned().unwrap_or_default();
        Self {
            close: get("close"),
            from: get("from"),
            to: get("to"),
            evidence: get("evidence"),
            coverage: get("coverage"),
            resource: get("resource"),
            path: get("path"),
        }
    }

    /// The asked span, else the whole window as the forms' first proposal.
    fn span(&self, case: &Case) -> (String, String) {
        let exposure = case.dossier.exposure();
        let or = |asked: &str, bound: Option<domain::Instant>| {
            if asked.is_empty() { bound.map(instant_text).unwrap_or_default() } else { asked.to_string() }
        };
        (
            or(&self.from, exposure.start.and_then(|start| start.earliest)),
            or(&self.to, exposure.end.and_then(|end| end.latest)),
        )
    }
}

/// Every evidence item to choose from.
fn evidence_choices(case: &Case) -> Vec<Choice> {
    case.dossier
        .evidence
        .iter()
        .map(|kept| {
            (kept.id.to_string(), format!("{} ({}, {})", kept.name, kept.format, kept.status.label().to_lowercase()))
        })
        .collect()
}

/// An evidence item's name, as a link to the register.
fn evidence_link(case: &Case, id: &domain::Id) -> impl IntoView + use<> {
    let name =
        case.dossier.evidence.find(id).map_or_else(|| "evidence that is gone".to_string(), |kept| kept.name.clone());
    view! { <a href=format!("{}#evidence-{id}", case.url("evidence"))>{name}</a> }
}
