//! What was found: factors, gaps, luck, claims, and what is not known.

use domain::gap::{Control, Gap};
use domain::severity::Dimension;
use leptos::prelude::*;

use crate::component::Sign;
use crate::frame::Frame;
use crate::markdown::to_html;
use crate::page::case::Case;
use crate::page::claims::{drawing, in_order};
use crate::page::confirmations;
use crate::page::gaps::scopes;
use crate::page::timeline::event_line;

pub(super) fn factors(case: &Case) -> Option<AnyView> {
    let order = in_order(case);
    if order.is_empty() {
        return None;
    }
    let place = |id: &domain::Id| order.iter().position(|factor| &factor.id == id).map(|place| (place + 1).to_string());
    let line = |factor: &&domain::casefile::CaseItem<domain::factor::Factor>| {
        let because: Vec<String> = factor.because_of.iter().filter_map(place).collect();
        let because = (!because.is_empty()).then(|| format!(" (because of {})", because.join(" and ")));
        view! { <li>{factor.statement.clone()}{because}{factor.unspecified.then(|| view! { " " <span class="flag un">"unspecified"</span> })}</li> }
    };
    let lines = order.iter().map(line).collect_view();
    Some(view! { {drawing(&order)}<ol>{lines}</ol> }.into_any())
}

pub(super) fn gaps(case: &Case) -> AnyView {
    let mut gaps: Vec<_> = case.dossier.gaps.iter().collect();
    gaps.sort_by_key(|gap| (gap.control, gap.id.clone()));
    let shown = gaps.into_iter().map(|gap| one(case, &gap.record)).collect_view();
    let missing = |control: Control| {
        view! { <h3>{control.label()}</h3><p><Sign kind="x"/>" Nothing is recorded, and it has to be. "<span class="muted">{control.question()}</span></p> }
    };
    let missing = case.dossier.missing_mandatory_gaps().into_iter().map(missing).collect_view();
    let beside = scopes::table(case).map(|table| view! { <h3>"Asked, granted, done"</h3>{table} });
    let map = case.dossier.postmortem().map.map(|map| confirmations::kept(case, &map));
    view! { {shown}{missing}{beside}{map} }.into_any()
}

fn one(case: &Case, gap: &Gap) -> impl IntoView + use<> {
    let enforcement = gap.enforcement.map(|kind| format!(", {kind}")).unwrap_or_default();
    let answers: Vec<(&'static str, String)> = match gap.control {
        Control::Authorization => vec![
            ("Granted", gap.granted_scope.clone()),
            ("Needed by the task", gap.needed_scope.clone()),
            ("Done", gap.done_scope.clone()),
        ],
        Control::HumanTrust => vec![
            ("What marked it", gap.signal.clone()),
            ("Who relied on it", gap.relied_by.clone()),
            ("Verified first", gap.verified.clone()),
        ],
        _ => Vec::new(),
    };
    let answers: Vec<_> = answers
        .into_iter()
        .filter(|(_, answer)| !answer.is_empty())
        .map(|(question, answer)| view! { <dt>{question}</dt><dd>{answer}</dd> })
        .collect();
    let items: Vec<String> = case
        .dossier
        .remediations
        .iter()
        .filter(|item| item.gaps.contains(&gap.id))
        .map(|item| format!("{} ({})", item.title, item.status))
        .collect();
    let closed = match (gap.state == domain::gap::GapState::Worked, items.is_empty()) {
        (true, _) => "It held.".to_string(),
        (false, true) => "No remediation yet.".to_string(),
        (false, false) => format!("Remediation: {}.", items.join("; ")),
    };
    let (tags, statement) = (gap.tags.join(" · "), to_html(&gap.statement));
    view! {
        <h3>{gap.control.label()}": "{gap.state.label()}{enforcement}</h3>
        <div class="md" inner_html=statement></div>
        {(!answers.is_empty()).then(|| view! { <dl class="facts">{answers}</dl> })}
        <p class="muted">{closed}{(!tags.is_empty()).then(|| view! { " " <small>{tags}</small> })}</p>
    }
}

pub(super) fn luck(case: &Case) -> AnyView {
    let zone = Frame::current().zone.clone();
    let line = |event: &domain::timeline::Event| {
        let (words, href) = (event_line(case, event, &zone), case.event_url(&event.id));
        let answered = case.dossier.has_luck_remediation(&event.id);
        view! { <li><b><a href=href>{words}</a></b><p>{if answered { "A remediation answers it." } else { "No remediation answers it yet." }}</p></li> }
    };
    let lines: Vec<_> = case.dossier.lucky_events().into_iter().map(line).collect();
    if lines.is_empty() {
        return view! { <p class="muted">"No outcome is put down to luck."</p> }.into_any();
    }
    view! { <ul class="luck">{lines}</ul> }.into_any()
}

pub(super) fn claims(case: &Case) -> AnyView {
    if case.dossier.claims.is_empty() {
        return view! { <p class="muted">"No claim is recorded."</p> }.into_any();
    }
    let conflicts = case.dossier.conflicts.iter().map(|kept| conflict(case, &kept.record)).collect_view();
    let alone = case
        .dossier
        .claims
        .iter()
        .filter(|claim| !case.dossier.conflicts.iter().any(|conflict| conflict.field == claim.field));
    let alone: Vec<_> = alone.map(|claim| side(&claim.record, false)).collect();
    view! {
        {conflicts}
        {(!alone.is_empty()).then(|| view! { <h3>"Claims that nothing contradicts"</h3><ul class="claims">{alone.into_iter().map(|side| view! { <li>{side}</li> }).collect_view()}</ul> })}
    }
    .into_any()
}

fn conflict(case: &Case, conflict: &domain::claim::Conflict) -> impl IntoView + use<> {
    let adopted = conflict.adopted.as_ref();
    let sides = case
        .dossier
        .claims_in(conflict)
        .map(|claim| side(claim, adopted.is_some_and(|adoption| adoption.claim == claim.id)))
        .collect_view();
    let standing = match adopted {
        Some(adoption) => format!("Adopted by {}: {}", adoption.stamp.by.name, adoption.reason),
        None if case.dossier.is_open(conflict) => "Open: nobody has resolved it.".into(),
        None => "The claims no longer disagree.".into(),
    };
    view! {
        <section class="conflict">
            <h3>{conflict.field.clone()}</h3>
            <div class="sides">{sides}</div>
            <p>{standing}</p>
        </section>
    }
}

fn side(claim: &domain::claim::Claim, adopted: bool) -> impl IntoView + use<> {
    let class = match (adopted, claim.status) {
        (true, _) => "claim adopted",
        (false, domain::claim::ClaimStatus::Refuted) => "claim refuted",
        _ => "claim",
    };
    let value = (!claim.value.is_empty()).then(|| view! { <b>{claim.value.clone()}</b>": " });
    view! {
        <div class=class>
            <p>{value}"“"{claim.statement.clone()}"”"{adopted.then_some(" (adopted)")}</p>
            <footer>{claim.source.clone()}" · "{claim.source_kind.label()}" · "{claim.status.label()}</footer>
        </div>
    }
}

/// What the records themselves leave open.
pub(super) fn unknowns(case: &Case) -> Option<AnyView> {
    let dossier = &case.dossier;
    let factors = dossier
        .factors
        .iter()
        .filter(|factor| factor.unspecified)
        .map(|factor| format!("Not said what: {}", factor.statement));
    let conflicts = dossier
        .conflicts
        .iter()
        .filter(|kept| dossier.is_open(&kept.record))
        .map(|kept| format!("Sources disagree on “{}”", kept.field));
    let levels = dossier.latest_rating().into_iter().flat_map(|rating| {
        let unknown = |dimension: &&Dimension| rating.facts.dimensions.get(dimension).copied().flatten().is_none();
        Dimension::ALL
            .iter()
            .filter(unknown)
            .map(|dimension| format!("The level of {} is unknown", dimension.label().to_lowercase()))
    });
    let untimed = dossier.events.iter().filter(|event| event.time.sort_key().is_none()).count();
    let untimed = (untimed > 0)
        .then(|| format!("{untimed} {} no known time", if untimed == 1 { "event has" } else { "events have" }));
    let lines: Vec<_> = factors
        .chain(conflicts)
        .chain(levels)
        .chain(untimed)
        .map(|line| view! { <li><Sign kind="un"/><span>{line}</span></li> })
        .collect();
    (!lines.is_empty())
        .then(|| view! { <ul class="todo" aria-label="Left open by the records">{lines}</ul> }.into_any())
}
