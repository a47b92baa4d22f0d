//! Severity with its vector, and the verdict with what it rests on.

use domain::severity::{Dimension, Levels, Sev, rubric};
use domain::verdict::Gate;
use leptos::prelude::*;

use crate::component::badge::{SevBadge, VerdictBadge};
use crate::component::times::to_minute;
use crate::component::{Icon, Lanes, When};
use crate::page::case::Case;

pub(super) fn severity(case: &Case) -> AnyView {
    let severities = case.dossier.severities(case.verdict());
    let label = |sev: Option<Sev>| sev.map_or("none", Sev::label);
    let (Some(computed), Some(rating)) = (&severities.computed, case.dossier.latest_rating()) else {
        return view! {
            <p><SevBadge sev=severities.declared/>{severities.declared.is_some().then_some(" as declared")}</p>
            <p class="muted">"Nobody has rated the severity yet."</p>
        }
        .into_any();
    };
    let [worst, mildest] = computed.range;
    let range = (worst != mildest).then(|| view! { <dt>"Range"</dt><dd>{format!("{} to {}, depending on what is unknown", worst.label(), mildest.label())}</dd> });
    let reasons = computed.reasons.iter().map(|reason| view! { <li>{reason.clone()}</li> }).collect_view();
    let (rater, at) = (rating.rated.by.name.clone(), to_minute(rating.rated.at));
    view! {
        <p><SevBadge sev=severities.final_sev/></p>
        <dl class="facts">
            <dt>"Declared"</dt><dd>{label(severities.declared)}</dd>
            <dt>"Computed"</dt><dd>{computed.sev.label()}</dd>
            {range}
            <dt>"Worst it ever was"</dt><dd>{label(severities.peak)}</dd>
            <dt>"Working"</dt><dd class="num">{format!("impact {}, modifier {:.2}, score {:.1}, rubric {}", computed.impact, computed.modifier, computed.score, rating.facts.rubric)}</dd>
            <dt>"Rated"</dt><dd>{rater}", "<When time=at/></dd>
        </dl>
        {vector(rating)}
        <ul>{reasons}</ul>
    }
    .into_any()
}

/// The level of every dimension with its meaning.
fn vector(rating: &domain::rating::Rating) -> impl IntoView + use<> {
    let rubric = rubric::find(&rating.facts.rubric);
    let row = |dimension: &Dimension| {
        let level = |levels: &Levels| levels.get(dimension).copied().flatten();
        let (known, credible) = (level(&rating.facts.dimensions), level(&rating.facts.worst_credible));
        let shown = match (known, credible) {
            (Some(level), _) => view! { <b>{level.to_string()}</b> }.into_any(),
            (None, Some(worst)) => {
                view! { <span class="flag un">{format!("unknown, at worst {worst}")}</span> }.into_any()
            }
            (None, None) => view! { <span class="flag un">"unknown"</span> }.into_any(),
        };
        let scale = rubric.and_then(|rubric| rubric.scale(*dimension));
        let meaning = scale
            .zip(known.or(credible))
            .and_then(|(scale, level)| scale.levels.get(usize::try_from(level).ok()?))
            .copied()
            .unwrap_or_default();
        let why = rating.rationale.get(dimension).cloned().unwrap_or_default();
        view! {
            <tr role="row">
                <th scope="row" role="rowheader">{dimension.label()}</th>
                <td role="cell" data-label="Level">{shown}</td>
                <td role="cell" data-label="Meaning">{meaning}{(!why.is_empty()).then(|| view! { <br/><small class="muted">{why}</small> })}</td>
            </tr>
        }
    };
    view! {
        <table class="table" role="table" aria-label="Severity by dimension">
            <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">"Dimension"</th><th scope="col" role="columnheader">"Level"</th><th scope="col" role="columnheader">"Meaning"</th></tr></thead>
            <tbody role="rowgroup">{Dimension::ALL.iter().map(row).collect_view()}</tbody>
        </table>
    }
}

pub(super) fn verdict(case: &Case) -> AnyView {
    let judgement = &case.evaluation.verdict;
    let facets = [
        ("Access", judgement.facets.access),
        ("Integrity", judgement.facets.integrity),
        ("Availability", judgement.facets.availability),
    ];
    let facets =
        facets.map(|(name, verdict)| view! { <dt>{name}</dt><dd>{verdict.label()}</dd> }).into_iter().collect_view();
    let statement = case.say(&judgement.statement);
    let failed: Vec<&Gate> = judgement.gates.iter().filter(|gate| !gate.passes).collect();
    let lines = failed.iter().map(|gate| {
        let why = case.say(&gate.detail);
        view! { <li class="fail"><Icon name="cross"/><b>{gate.gate.word()}</b><div>{gate.gate.label()}<small>{why}</small></div></li> }
    });
    let lines = lines.collect_view();
    let none = failed.is_empty();
    view! {
        <p><VerdictBadge verdict=judgement.verdict/></p>
        <blockquote class=format!("quote {}", judgement.verdict.word())><p>{statement}</p></blockquote>
        <dl class="facts">{facets}</dl>
        <h3>"Coverage"</h3>
        <Lanes case=case.clone()/>
        <h3>"Failed gates"</h3>
        {if none { view! { <p>"Every gate passes."</p> }.into_any() } else { view! { <ol class="gates">{lines}</ol> }.into_any() }}
        {signatures(case)}
    }
    .into_any()
}

/// Who signed, and whether the signature still counts.
fn signatures(case: &Case) -> impl IntoView + use<> {
    let basis = case.dossier.facts_digest();
    let line = |kept: &domain::casefile::CaseItem<domain::signature::Signature>| {
        let (name, at, counts) = (kept.signed.by.name.clone(), to_minute(kept.signed.at), kept.basis == basis);
        view! { <li>{name}", "<When time=at/>{(!counts).then_some(" (no longer counts: the facts have changed)")}</li> }
    };
    let lines: Vec<_> = case.dossier.signatures.iter().map(line).collect();
    (!lines.is_empty()).then(|| view! { <h3>"Signatures"</h3><ul>{lines}</ul> })
}
