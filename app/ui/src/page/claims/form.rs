//! The form of a claim.

use std::collections::BTreeSet;

use domain::Id;
use domain::casefile::CaseItem;
use domain::claim::{Claim, ClaimStatus, SourceKind};
use domain::vocabulary::Touches;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::{Field, Form, OpenForm, Select, TextArea, choices, time_text};
use crate::island::Understood;

/// The form of the claim being edited, or a closed one for a new claim.
pub(super) fn section(case: &Case, edit: Option<&Id>) -> Option<AnyView> {
    if !case.may_edit() {
        return None;
    }
    let owned = case.clone();
    Some(match edit.and_then(|id| case.dossier.claims.get(id)) {
        Some(claim) => editing(case, claim),
        None => view! {
            <section class="card" id="claim-form">
                <OpenForm label="Add a claim" form="add-claim" key="n">
                    <Form id="add-claim" action=owned.url("claims") submit="Add it">{fields(&owned, None)}</Form>
                </OpenForm>
            </section>
        }
        .into_any(),
    })
}

fn editing(case: &Case, claim: &CaseItem<Claim>) -> AnyView {
    let (action, seen) = (case.url(&format!("claims/{}", claim.id)), claim.version);
    let (owned, record, close) =
        (case.clone(), claim.record.clone(), format!("{}#claim-{}", case.url("claims"), claim.id));
    view! {
        <section class="card" id="claim-form">
            <header><h2>"Edit a claim"</h2><div class="actions"><a class="btn quiet small" href=close>"Close"</a></div></header>
            <Form id="edit-claim" action=action submit="Save" seen=seen>{fields(&owned, Some(&record))}</Form>
        </section>
    }
    .into_any()
}

fn fields(case: &Case, claim: Option<&Claim>) -> impl IntoView + use<> {
    let get = |field: fn(&Claim) -> &String| claim.map(|claim| field(claim).clone()).unwrap_or_default();
    let form = if claim.is_some() { "edit-claim" } else { "add-claim" };
    let known: BTreeSet<String> = case.dossier.claims.iter().map(|claim| claim.field.clone()).collect();
    let as_of = claim.and_then(|claim| claim.as_of.as_ref()).map(time_text).unwrap_or_default();
    let touches = claim.map_or("", |claim| claim.touches.word());
    let kind = claim.map_or("", |claim| claim.source_kind.word());
    let status = claim.map_or(ClaimStatus::Reported, |claim| claim.status).word();
    view! {
        <TextArea name="statement" label="What is claimed" rows=2 value=get(|claim| &claim.statement) required=true hint="In a sentence, in the words of the source where you can."/>
        <div class="row">
            <Field name="field" label="Matter" value=get(|claim| &claim.field) list="claim-matters" required=true hint="Such as “start of exposure”. Claims on one matter are compared."/>
            <Field name="value" label="Value" value=get(|claim| &claim.value) hint="What it says of that matter, in few words."/>
        </div>
        <datalist id="claim-matters">{known.into_iter().map(|matter| view! { <option value=matter></option> }).collect_view()}</datalist>
        <Select name="touches" label="What in the verdict hangs on it" options=choices(Touches::ALL, Touches::word, Touches::label) value=touches asks=true hint="An open conflict on the window, resources, principals or effect keeps anything from being verified."/>
        <div class="row">
            <Field name="source" label="Source" value=get(|claim| &claim.source) required=true hint="Who says so, and where."/>
            <Select name="source_kind" label="Kind of source" options=choices(SourceKind::ALL, SourceKind::word, SourceKind::label) value=kind asks=true/>
        </div>
        <div class="row">
            <Field name="scope" label="Scope" value=get(|claim| &claim.scope) hint="What it covers: whom, which resources, which acts, which window."/>
            <div>
                <Field name="as_of" label="As of" value=as_of hint="When it was said."/>
                <Understood input=format!("{form}-as_of")/>
            </div>
        </div>
        <Select name="status" label="Status" options=choices(ClaimStatus::ALL, ClaimStatus::word, ClaimStatus::label) value=status/>
    }
}
