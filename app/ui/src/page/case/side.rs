//! The rail: what is missing, what may be said, and where the work stands.

use domain::incident::Status;
use domain::verdict::{Gate, GateName, Verdict};
use leptos::prelude::*;

use super::Case;
use crate::component::{Form, Select, Sign, choices};
use crate::frame::Frame;

/// The rail of every page of an incident.
pub(super) fn side(case: &Case) -> impl IntoView + use<> {
    let verdict = case.verdict();
    let statement = case.say(&case.evaluation.verdict.statement);
    let live = Frame::current().live.is_some();
    view! {
        <aside class="side" aria-label="What is missing">
            {blockers(case)}
            {gates(case)}
            <section class="card">
                <h2>"What may be said"</h2>
                <blockquote class=format!("quote {}", verdict.word())><p>{statement}</p></blockquote>
            </section>
            {status(case)}
            {live.then(|| super::here::here(case))}
            {live.then(|| view! { <p><span class="live">"updates when the page is reloaded"</span></p> })}
        </aside>
    }
}

fn blockers(case: &Case) -> impl IntoView + use<> {
    let missing = case.dossier.publishing_blockers(case.verdict());
    let none = missing.is_empty();
    let line = |blocker: domain::postmortem::Blocker| {
        view! { <li><Sign kind="x"/><a href=case.url(blocker.page)>{case.say(&blocker.sentence)}</a></li> }
    };
    let lines = missing.into_iter().map(line).collect_view();
    view! {
        <section class="card">
            <h2>"Before this can be published"</h2>
            <ul class="todo">
                {lines}
                {none.then(|| view! { <li><Sign kind="ok"/><a href=case.url("postmortem")>"Nothing is missing: somebody else approves it"</a></li> })}
            </ul>
        </section>
    }
}

/// The conditions of a verified no-op that do not hold yet; nothing once it is verified or harm is certain.
fn gates(case: &Case) -> Option<impl IntoView + use<>> {
    let judgement = &case.evaluation.verdict;
    let moot = matches!(judgement.verdict, Verdict::VerifiedNoOp | Verdict::HarmConfirmed | Verdict::AccessConfirmed);
    if moot {
        return None;
    }
    let line = |gate: &Gate| {
        let words = format!("{}: {}", gate.gate.word(), case.say(&shorten(&gate.detail)));
        view! { <li><Sign kind="x"/><a href=case.url(gate_page(gate.gate))>{words}</a></li> }
    };
    let lines = judgement.gates.iter().filter(|gate| !gate.passes).map(line).collect_view();
    let signing = judgement.eligible.then(|| view! { <li><Sign kind="un"/><a href=case.url("verdict")>"Every gate passes: two people have to sign"</a></li> });
    Some(view! {
        <section class="card">
            <h2>"Before it can be verified"</h2>
            <ul class="todo">{lines}{signing}</ul>
        </section>
    })
}

/// The first of several reasons; the page it leads to shows them all.
fn shorten(detail: &str) -> String {
    const CHARS_MAX: usize = 140;
    let first = detail.split("; ").next().unwrap_or(detail);
    if first.chars().count() <= CHARS_MAX {
        return first.into();
    }
    let cut: String = first.chars().take(CHARS_MAX).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole))
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
        <section class="card">
            <h2>"Status"</h2>
            {if !case.may_edit() { view! { <p>{status.label()}</p> }.into_any() } else { view! {
                <Form id="status" action=action submit="Move on">
                    <Select name="status" label="Where the work stands" options=choices(Status::ALL, Status::word, Status::label) value=status.word()/>
                </Form>
            }.into_any() }}
        </section>
    }
}
