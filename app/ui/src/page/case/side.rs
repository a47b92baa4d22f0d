//! The rail: what may be said, which conditions are met, what blocks publishing, and the status of the work.

use domain::incident::Status;
use domain::verdict::{Gate, GateName, Verdict};
use leptos::prelude::*;

use super::Case;
use crate::component::{Form, Select, Sign, choices};
use crate::frame::Frame;

/// How many things are named where there may be many; the rest is a count.
const NAMED_MAX: usize = 2;

/// The rail of every page of an incident.
pub(super) fn side(case: &Case) -> impl IntoView + use<> {
    let live = Frame::current().live.is_some();
    view! {
        <aside class="side" aria-label="Where this case stands">
            {case.common("side", |case| view! { {may_be_said(case)} {gates(case)} {publishing(case)} }.into_any())}
            {status(case)}
            {live.then(|| super::here::here(case))}
            {live.then(|| view! { <p><span class="live">"updates when the page is reloaded"</span></p> })}
        </aside>
    }
}

/// The first sentence of what may be said, and where it is explained.
fn may_be_said(case: &Case) -> impl IntoView + use<> {
    let verdict = case.verdict();
    let statement = case.say(&case.evaluation.verdict.statement);
    let first = in_short(&statement);
    view! {
        <section>
            <h2>"What may be said"</h2>
            <blockquote class=format!("quote {}", verdict.word())><p>{first}</p></blockquote>
            <p class="muted"><a href=case.url("verdict")>"Why not more?"</a></p>
        </section>
    }
}

/// The first sentence; of many reasons the first two, and how many more there are.
fn in_short(statement: &str) -> String {
    let first = statement.split_inclusive(". ").next().unwrap_or(statement).trim();
    let reasons: Vec<&str> = first.split("; ").collect();
    match reasons.len().saturating_sub(NAMED_MAX) {
        0 => first.to_string(),
        more => format!(
            "{}; and {more} more {}.",
            reasons[..NAMED_MAX].join("; "),
            if more == 1 { "reason" } else { "reasons" }
        ),
    }
}

fn publishing(case: &Case) -> impl IntoView + use<> {
    let missing = case.dossier.publishing_blockers(case.verdict());
    let rest = missing.len().saturating_sub(NAMED_MAX);
    let published =
        case.dossier.postmortems.iter().next().and_then(|kept| kept.revisions.last().map(|last| last.number));
    let body = match missing.is_empty() {
        true => {
            view! { <p><Sign kind="ok"/><a href=case.url("postmortem")>"Ready: ask someone else to approve"</a></p> }
                .into_any()
        }
        false => {
            let line = |blocker: &domain::postmortem::Blocker| {
                view! { <li><Sign kind="x"/><a href=case.url(blocker.page)>{case.say(&blocker.sentence)}</a></li> }
            };
            let lines = missing.iter().take(NAMED_MAX).map(line).collect_view();
            let more = (rest > 0)
                .then(|| view! { <p><a href=case.url("postmortem#blockers")>{format!("and {rest} more")}</a></p> });
            view! { <ul class="todo">{lines}</ul>{more} }.into_any()
        }
    };
    view! {
        <section>
            <h2>"Publish"</h2>
            {published.map(|number| view! { <p class="muted">{format!("Revision {number} is published.")}</p> })}
            {body}
        </section>
    }
}

/// The conditions of a verified no-op as squares, and the next one to meet; nothing once harm is certain.
fn gates(case: &Case) -> Option<AnyView> {
    let judgement = &case.evaluation.verdict;
    if matches!(judgement.verdict, Verdict::HarmConfirmed | Verdict::AccessConfirmed) {
        return None;
    }
    if judgement.cells.is_empty() {
        return Some(unjudged(case).into_any());
    }
    let (all, met) = (judgement.gates.len(), judgement.gates.iter().filter(|gate| gate.passes).count());
    let square = |(number, gate): (usize, &Gate)| {
        let class = if gate.passes { "met" } else { "open" };
        let words = format!("{}: {}", gate.gate.label(), if gate.passes { "met" } else { "not met" });
        let said = words.clone();
        view! { <li class=class><a href=case.url(gate_page(gate.gate)) title=words><span aria-hidden="true">{(number + 1).to_string()}</span><span class="visually-hidden">{said}</span></a></li> }
    };
    let squares = judgement.gates.iter().enumerate().map(square).collect_view();
    let next = judgement.gates.iter().find(|gate| !gate.passes).map(|gate| {
        view! { <p class="muted">"Next: "<a href=case.url(gate_page(gate.gate))>{gate.gate.label()}</a></p> }
    });
    let sign = (judgement.eligible && judgement.verdict != Verdict::VerifiedNoOp)
        .then(|| view! { <p><Sign kind="un"/><a href=case.url("verdict")>"Every condition is met: two people have to sign"</a></p> });
    let section = view! {
        <section>
            <h2>{format!("Verified no-op: {met} of {all} conditions")}</h2>
            <ol class="gates-row">{squares}</ol>
            {next}{sign}
        </section>
    };
    Some(section.into_any())
}

/// Without anything exposed some conditions hold of nothing at all: squares would look like progress.
fn unjudged(case: &Case) -> impl IntoView + use<> {
    view! {
        <section>
            <h2>"Verified no-op"</h2>
            <p class="muted">"Not judged yet. "<a href=case.url("exposure")>"Say what was exposed, and when"</a></p>
        </section>
    }
}

/// The page of the incident where a gate is mended.
pub const fn gate_page(gate: GateName) -> &'static str {
    match gate {
        GateName::G1 | GateName::G2 | GateName::G3 | GateName::G4 | GateName::G5 | GateName::G6 | GateName::G8 => {
            "exposure"
        }
        GateName::G7 => "evidence",
        GateName::G9 | GateName::G11 => "verdict",
        GateName::G10 => "claims",
    }
}

fn status(case: &Case) -> impl IntoView + use<> {
    let status = case.incident().map_or(Status::Declared, |incident| incident.status);
    let action = case.url("status");
    view! {
        <section>
            <h2>"Status"</h2>
            {if !case.may_edit() { view! { <p>{status.label()}</p> }.into_any() } else { view! {
                <Form id="status" action=action submit="Update status">
                    <Select name="status" label="Status of the work" options=choices(Status::ALL, Status::word, Status::label) value=status.word()/>
                </Form>
            }.into_any() }}
        </section>
    }
}
