//! Signatures: two people put their names under a verdict that the engine finds within reach.

use domain::casefile::CaseItem;
use domain::signature::Signature;
use leptos::prelude::*;

use super::{reader, reader_acted};
use crate::case::Case;
use crate::component::times::to_minute;
use crate::component::{ActButton, Icon, Sign, When};

/// How many different people have to sign.
const SIGNERS: usize = 2;

/// Whether it can be signed, who has, and the buttons.
pub(super) fn section(case: &Case) -> impl IntoView + use<> {
    let basis = case.dossier.facts_digest();
    let standing = case.dossier.signatures.iter().filter(|kept| kept.basis == basis).count();
    let mine = reader().is_some_and(|person| {
        case.dossier.signatures.iter().any(|kept| kept.basis == basis && kept.signed.by.id == person.id)
    });
    let rows = case.dossier.signatures.iter().map(|kept| row(case, kept, &basis)).collect_view();
    let counted = format!("{} of {SIGNERS}", standing.min(SIGNERS));
    view! {
        <section class="card" id="signatures">
            <header>
                <h2>"Signatures"</h2>
                <small class="muted num">{counted}</small>
            </header>
            {eligibility(case)}
            <ul class="hairline">{rows}</ul>
            {(case.may_review() && case.evaluation.verdict.eligible && !mine).then(|| sign(case))}
        </section>
    }
}

/// Why it can or cannot be signed.
fn eligibility(case: &Case) -> impl IntoView + use<> {
    let judgement = &case.evaluation.verdict;
    let failing: Vec<&str> = judgement.gates.iter().filter(|gate| !gate.passes).map(|gate| gate.gate.word()).collect();
    let sentence = if judgement.eligible {
        "Every gate passes. Two different people who took no part sign, and it becomes a verified no-op. Nothing promotes itself.".to_string()
    } else if failing.is_empty() {
        format!(
            "Every gate passes, but the verdict is “{}”: only a verdict without suspicion can be signed.",
            judgement.verdict.label().to_lowercase()
        )
    } else {
        format!(
            "It cannot be signed yet: {} {}. A signature covers the facts as they are; when they change it no longer counts.",
            failing.join(", "),
            if failing.len() == 1 { "fails" } else { "fail" }
        )
    };
    let kind = if judgement.eligible { "ok" } else { "x" };
    view! { <p><Sign kind=kind/> " " {sentence}</p> }
}

fn row(case: &Case, kept: &CaseItem<Signature>, basis: &str) -> impl IntoView + use<> {
    let (name, when) = (kept.signed.by.name.clone(), to_minute(kept.signed.at));
    let withdraw = case.url(&format!("verdict/signatures/{}/delete", kept.id));
    let own = case.may_review() && reader().is_some_and(|person| person.id == kept.signed.by.id);
    let stands = kept.basis == basis;
    let state = if stands { "signed these facts".into() } else { format!("signed; it {}", kept.standing(basis)) };
    let icon = if stands { "check" } else { "history" };
    view! {
        <li id=format!("signature-{}", kept.id) class="spread" data-item="" tabindex="0">
            <span><Icon name=icon/> " " <b>{name}</b> " " {state} ", " <When time=when/></span>
            {own.then(|| view! { <ActButton action=withdraw label="Withdraw my signature"/> })}
        </li>
    }
}

fn sign(case: &Case) -> impl IntoView + use<> {
    if reader_acted(case) {
        return view! { <div class="notice warn"><Icon name="lock"/><div>"You are an actor in this incident, so you cannot sign its verdict. Ask somebody who took no part."</div></div> }.into_any();
    }
    view! {
        <div class="stack">
            <p>"By signing you state: no unauthorised access and no harm occurred through the recorded access paths, during the window."</p>
            <ActButton action=case.url("verdict/signatures") label="Sign with my name" class="btn p"/>
        </div>
    }
    .into_any()
}
