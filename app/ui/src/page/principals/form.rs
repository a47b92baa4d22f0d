//! The fields of a principal.

use std::collections::BTreeMap;

use domain::Person;
use domain::principal::{Fallback, Grant, Principal};
use domain::vocabulary::PrincipalKind;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::{Choice, Field, Flag, Select, choices};
use crate::frame::Frame;

/// The fields, with what is known.
pub(super) fn fields(case: &Case, principal: Option<&Principal>) -> AnyView {
    let text = |of: fn(&Principal) -> &String| principal.map(of).cloned().unwrap_or_default();
    let kind = principal.map_or(PrincipalKind::Unknown, |principal| principal.kind);
    let fallback = principal.map_or(Fallback::Undefined, |principal| principal.default_on_unconfirmable);
    let account =
        principal.and_then(|principal| principal.account.as_ref()).map(ToString::to_string).unwrap_or_default();
    view! {
        <div class="row">
            <Select name="kind" label="What it is" options=choices(PrincipalKind::ALL, PrincipalKind::word, PrincipalKind::label) value=kind.word()/>
            <Field name="name" label="Name" value=text(|known| &known.name) required=true hint="A role such as “asker” is better than a person’s name."/>
        </div>
        <Field name="part" label="Part in the incident" value=text(|known| &known.part) hint="Asker, invoker, actor on the advice, exposed principal."/>
        <Select name="account" label="Account of this person here" options=accounts(case, &account) value=account blank="none"
            hint="Whoever took part cannot review or sign: naming the account makes sure of it."/>
        <fieldset>
            <legend>"If it is an agent"</legend>
            <div class="row">
                <Field name="owner" label="Owner" value=text(|known| &known.owner) hint="The human who answers for it."/>
                <Select name="default_on_unconfirmable" label="When it cannot ask, it" options=choices(Fallback::ALL, Fallback::word, Fallback::label) value=fallback.word()/>
            </div>
            <div class="row">
                <Field name="model" label="Model" value=text(|known| &known.model)/>
                <Field name="agent_version" label="Version" value=text(|known| &known.agent_version)/>
                <Field name="framework" label="Framework" value=text(|known| &known.framework)/>
            </div>
        </fieldset>
        {grants(principal)}
        <Flag name="private:b" label="Leave it out of public exports" value=principal.is_some_and(|known| known.private)/>
    }
    .into_any()
}

/// The accounts this incident knows of: its members, those who worked on it, and the reader.
fn accounts(case: &Case, chosen: &str) -> Vec<Choice> {
    let dossier = &case.dossier;
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    if !chosen.is_empty() {
        known.insert(chosen.into(), "the account named so far".into());
    }
    let mut learn = |person: &Person| drop(known.insert(person.id.to_string(), person.name.clone()));
    dossier.incidents.iter().for_each(|incident| {
        incident.members.iter().for_each(&mut learn);
        learn(&incident.filed.by);
    });
    dossier.reviews.iter().for_each(|review| learn(&review.attested.by));
    dossier.ratings.iter().for_each(|rating| learn(&rating.rated.by));
    dossier.signatures.iter().for_each(|signature| learn(&signature.signed.by));
    dossier.comments.iter().for_each(|comment| learn(&comment.said.by));
    if let Some(reader) = &Frame::current().reader {
        known.insert(reader.id.to_string(), reader.name.clone());
    }
    known.into_iter().collect()
}

fn grants(principal: Option<&Principal>) -> impl IntoView + use<> {
    let known: Vec<Option<Grant>> =
        principal.into_iter().flat_map(|principal| &principal.grants).cloned().map(Some).collect();
    let rows = known.into_iter().chain(std::iter::once(None)).enumerate();
    rows.map(|(place, grant)| grant_fields(place, grant.as_ref())).collect_view()
}

fn grant_fields(place: usize, grant: Option<&Grant>) -> impl IntoView + use<> {
    let name = |field: &str| format!("grants.{place}.{field}");
    let text = |of: fn(&Grant) -> &String| grant.map(of).cloned().unwrap_or_default();
    view! {
        <fieldset>
            <legend>{format!("Grant {}", place + 1)}</legend>
            <Field name=name("scope") label="What it may do" value=text(|grant| &grant.scope) hint="Verb and resource, such as “read forum”. Without it the grant is dropped."/>
            <div class="row">
                <Field name=name("task") label="For which task" value=text(|grant| &grant.task)/>
                <Field name=name("approver") label="Approved by" value=text(|grant| &grant.approver)/>
            </div>
            <Field name=name("rationale") label="Why" value=text(|grant| &grant.rationale)/>
            <div class="row">
                <Field name=name("granted_at") label="Since" value=text(|grant| &grant.granted_at)/>
                <Field name=name("expires_at") label="Until" value=text(|grant| &grant.expires_at)/>
                <Field name=name("last_review") label="Last reviewed" value=text(|grant| &grant.last_review)/>
                <Field name=name("review_interval") label="Reviewed every" value=text(|grant| &grant.review_interval)/>
            </div>
        </fieldset>
    }
}
