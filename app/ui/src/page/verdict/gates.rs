//! The conditions of a verified no-op.

use domain::verdict::{Gate, GateName};
use leptos::prelude::*;

use crate::case::Case;
use crate::component::Icon;

/// Every gate: whether it holds, why, and where to mend it.
pub(super) fn section(case: &Case) -> impl IntoView + use<> {
    let gates = &case.evaluation.verdict.gates;
    let passed = gates.iter().filter(|gate| gate.passes).count();
    let counted = format!("{passed} of {} pass", gates.len());
    let rows = gates.iter().map(|gate| row(case, gate)).collect_view();
    view! {
        <section class="card" id="gates">
            <header><h2>"The gates of a verified no-op"</h2><small class="muted num">{counted} ", times in UTC"</small></header>
            <ol class="gates">{rows}</ol>
        </section>
    }
}

fn row(case: &Case, gate: &Gate) -> impl IntoView + use<> {
    let (class, icon, word) = if gate.passes { ("pass", "check", "passes") } else { ("fail", "cross", "fails") };
    let detail = case.say(&gate.detail);
    let mend = (!gate.passes).then(|| place(gate.gate)).flatten();
    view! {
        <li class=class id=format!("gate-{}", gate.gate.word())>
            <Icon name=icon/>
            <b class="nowrap">{gate.gate.word()}</b>
            <div>
                {gate.gate.label()} <span class="visually-hidden">" " {word}</span>
                <small>{detail}</small>
                {mend.map(|(page, words)| view! { <p><a href=case.url(page)>{words}</a></p> })}
            </div>
        </li>
    }
}

/// The page, the place on it, and the words of the link that mends a gate.
const fn place(gate: GateName) -> Option<(&'static str, &'static str)> {
    match gate {
        GateName::G1 => Some(("exposure#the-window", "Set the window")),
        GateName::G2 | GateName::G3 => Some(("exposure#the-principals", "Confirm that the list is complete")),
        GateName::G4 => Some(("exposure#the-resources", "Record the access paths")),
        GateName::G5 | GateName::G6 => Some(("exposure#the-coverage", "State what is logged")),
        GateName::G7 => Some(("evidence", "Look at the evidence")),
        GateName::G8 => Some(("exposure#the-reviews", "Review it")),
        GateName::G9 => Some(("verdict#findings", "Resolve the findings")),
        GateName::G10 => Some(("claims", "Resolve the conflicts")),
        GateName::G11 => None,
    }
}
