//! Claims that disagree, side by side; one may be adopted, with a reason.

use domain::casefile::{CaseItem, Noun};
use domain::claim::{Claim, ClaimStatus, Conflict};
use leptos::prelude::*;

use super::as_of;
use crate::case::Case;
use crate::component::past::history_of;
use crate::component::times::to_minute;
use crate::component::{ActButton, Choice, Form, Icon, OpenForm, Radios, Sign, TextArea, When};

/// Every conflict, the open ones first.
pub(super) fn section(case: &Case) -> Option<AnyView> {
    let mut conflicts: Vec<_> = case.dossier.conflicts.iter().collect();
    if conflicts.is_empty() {
        return None;
    }
    conflicts.sort_by_key(|conflict| (!case.dossier.is_open(&conflict.record), conflict.id.clone()));
    let open = conflicts.iter().filter(|conflict| case.dossier.is_open(&conflict.record)).count();
    let counted = match open {
        0 => "all are resolved".to_string(),
        1 => "1 is open".to_string(),
        open => format!("{open} are open"),
    };
    let shown = conflicts.into_iter().map(|conflict| one(case, conflict)).collect_view();
    Some(
        view! {
            <section class="card" id="conflicts">
                <header><h2>"Claims that disagree"</h2><small class="muted">{counted}</small></header>
                {shown}
            </section>
        }
        .into_any(),
    )
}

fn one(case: &Case, conflict: &CaseItem<Conflict>) -> impl IntoView + use<> {
    let open = case.dossier.is_open(&conflict.record);
    let touched = case.dossier.touched_by(&conflict.record);
    let bears = touched.iter().any(|touches| touches.bears_on_verdict()) && open;
    let sides = case.dossier.claims_in(&conflict.record).map(|claim| side(claim, conflict)).collect_view();
    let touches = touched.iter().map(|touches| touches.label().to_lowercase()).collect::<Vec<_>>().join(" and ");
    view! {
        <section class="conflict" id=format!("conflict-{}", conflict.id) data-item="" tabindex="0">
            <h3>{conflict.field.clone()}</h3>
            <div class="sides">{sides}</div>
            <p class="muted">"Touches "{touches}"."</p>
            {bears.then(|| view! { <p><Sign kind="x"/>" While it is open, nothing can be verified: gate G10 fails."</p> })}
            {resolution(case, conflict)}
            {(open && case.may_edit()).then(|| adopt(case, conflict))}
            <div class="actions">{history_of(case, Noun::Conflict, &conflict.id, &format!("the conflict on {}", conflict.field))}</div>
        </section>
    }
}

fn side(claim: &Claim, conflict: &Conflict) -> impl IntoView + use<> {
    let adopted = conflict.adopted.as_ref().is_some_and(|adoption| adoption.claim == claim.id);
    let class = match (adopted, claim.status) {
        (true, _) => "claim adopted",
        (false, ClaimStatus::Refuted) => "claim refuted",
        _ => "claim",
    };
    let value = if claim.value.is_empty() { "no value".to_string() } else { claim.value.clone() };
    let row = format!("#claim-{}", claim.id);
    view! {
        <article class=class>
            <h4>{value}{adopted.then_some(" (adopted)")}</h4>
            <p>"“"{claim.statement.clone()}"”"</p>
            <footer><p><a href=row>{claim.source.clone()}</a>" · "{claim.source_kind.label()}" · "{claim.status.label()}{as_of(claim)}</p></footer>
        </article>
    }
}

/// Which claim was adopted, by whom and why; or that the claims no longer disagree.
fn resolution(case: &Case, conflict: &CaseItem<Conflict>) -> Option<AnyView> {
    let Some(adoption) = &conflict.adopted else {
        return (!case.dossier.is_open(&conflict.record))
            .then(|| view! { <p class="muted"><Icon name="check"/>" The claims no longer disagree."</p> }.into_any());
    };
    let (name, at, reason) = (adoption.stamp.by.name.clone(), to_minute(adoption.stamp.at), adoption.reason.clone());
    let reopen = case.url(&format!("conflicts/{}/reopen", conflict.id));
    let title = format!("Open the conflict on {} again", conflict.field);
    Some(
        view! {
            <p><Icon name="check"/>" Adopted by "{name}", "<When time=at/>": "{reason}</p>
            {case.may_edit().then(|| view! { <div class="actions"><ActButton action=reopen label="Open it again" title=title/></div> })}
        }
        .into_any(),
    )
}

fn adopt(case: &Case, conflict: &Conflict) -> impl IntoView + use<> {
    let form = format!("adopt-{}", conflict.id);
    let action = case.url(&format!("conflicts/{}/adopt", conflict.id));
    let option = |claim: &Claim| -> Choice {
        let value = if claim.value.is_empty() { &claim.statement } else { &claim.value };
        (claim.id.to_string(), format!("{value} ({})", claim.source))
    };
    let options: Vec<Choice> =
        case.dossier.claims_in(conflict).filter(|claim| claim.status != ClaimStatus::Refuted).map(option).collect();
    view! {
        <OpenForm label="Adopt one of them" form=form.clone()>
            <Form id=form action=action submit="Adopt it">
                <Radios name="claim" label="Which claim is adopted" options=options/>
                <TextArea name="reason" label="Why" rows=3 required=true hint="The other claims stay in sight. Your name stands beside the reason."/>
            </Form>
        </OpenForm>
    }
}
