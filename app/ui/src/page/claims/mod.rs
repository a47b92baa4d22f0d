//! Claims, the conflicts between them, the factors that contributed, and what was decided.

mod conflict;
mod decisions;
mod factors;
mod form;

use domain::Id;
use domain::casefile::{CaseItem, Noun};
use domain::claim::{Claim, ClaimStatus};
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::discussion::discussion;
use crate::component::past::history_of;
use crate::component::shell::Empty;
use crate::component::{ActButton, When};

pub(crate) use factors::drawing;

/// Conflicts first, then all claims, the factors, the decisions. `edit` names what of them has its form open.
pub fn page(case: &Case, edit: Option<&Id>) -> AnyView {
    let body = view! {
        {conflict::section(case)}
        {claims(case)}
        {form::section(case, edit)}
        {factors::section(case, edit)}
        {decisions::section(case, edit)}
    };
    case_page(case, "claims", body.into_any())
}

fn claims(case: &Case) -> impl IntoView + use<> {
    let mut claims: Vec<_> = case.dossier.claims.iter().collect();
    claims.sort_by(|one, other| (&one.field, &one.id).cmp(&(&other.field, &other.id)));
    let none = claims.is_empty();
    let rows = claims.iter().map(|claim| row(case, claim)).collect_view();
    let heads = ["Claim", "Matter and value", "Source", "Status"];
    view! {
        <section class="card" id="claims">
            <header><h2>"All claims"</h2><small class="muted">"a claim is not evidence"</small></header>
            {none.then(|| view! {
                <Empty title="Nobody has claimed anything yet" text="A claim is what somebody says: an official statement, an internal note, a press report. It is written down with its source and never taken for evidence. Where two claims on one matter disagree, all of them stay in sight."/>
            })}
            {(!none).then(|| view! {
                <table class="table" role="table" aria-label="Claims">
                    <thead role="rowgroup"><tr role="row">{heads.map(|head| view! { <th scope="col" role="columnheader">{head}</th> }).into_iter().collect_view()}</tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            })}
        </section>
    }
}

fn row(case: &Case, claim: &CaseItem<Claim>) -> impl IntoView + use<> {
    let value = if claim.value.is_empty() {
        view! { <span class="muted">"no value"</span> }.into_any()
    } else {
        view! { <b>{claim.value.clone()}</b> }.into_any()
    };
    let scope = claim.scope.clone();
    view! {
        <tr role="row" id=format!("claim-{}", claim.id) data-item="" tabindex="0">
            <td role="cell" data-label="Claim">
                <p>{standing_text(claim)}</p>
                {(!scope.is_empty()).then(|| view! { <p class="muted"><small>"about "{scope}</small></p> })}
            </td>
            <td role="cell" data-label="Matter">{claim.field.clone()}<br/>{value}</td>
            <td role="cell" data-label="Source">{claim.source.clone()}<br/><small class="muted">{claim.source_kind.label()}{as_of(claim)}</small></td>
            <td role="cell" data-label="Status">{standing(claim.status)}{tools(case, claim)}{discussion(case, &format!("claim/{}", claim.id), &claim.field)}</td>
        </tr>
    }
}

/// The claim in its words; a refuted one is struck out.
fn standing_text(claim: &Claim) -> AnyView {
    let words = format!("“{}”", claim.statement);
    if claim.status == ClaimStatus::Refuted { view! { <del>{words}</del> }.into_any() } else { words.into_any() }
}

/// As of when it was said.
fn as_of(claim: &Claim) -> Option<AnyView> {
    claim.as_of.clone().map(|time| view! { " · as of "<When time=time/> }.into_any())
}

fn standing(status: ClaimStatus) -> impl IntoView {
    let class = match status {
        ClaimStatus::Confirmed => "flag yes",
        ClaimStatus::Reported => "flag un",
        ClaimStatus::Disputed => "flag off",
        ClaimStatus::Refuted => "flag no",
    };
    view! { <span class=class>{status.label()}</span> }
}

fn tools(case: &Case, claim: &CaseItem<Claim>) -> AnyView {
    let edit = format!("{}#claim-form", case.url(&format!("claims?edit={}", claim.id)));
    let delete = case.url(&format!("claims/{}/delete", claim.id));
    let name = format!("{}: {}", claim.field, claim.value);
    view! {
        <div class="actions">
            {case.may_edit().then(|| view! {
                <a class="btn quiet small" href=edit data-edit="" aria-label=format!("Edit the claim on {name}")>"Edit"</a>
                <ActButton action=delete label="Delete" title=format!("Delete the claim on {name}") seen=claim.version/>
            })}
            {history_of(case, Noun::Claim, &claim.id, &format!("the claim on {name}"))}
        </div>
    }
    .into_any()
}
