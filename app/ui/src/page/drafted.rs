//! An incident that a rule drafted: what every page says of that, and the forms by which a person decides.

use domain::watch::drafting::{DraftState, Drafted};
use leptos::prelude::*;

use crate::case::Case;
use crate::component::times::to_minute;
use crate::component::{ActButton, Field, Flag, Form, Icon, OpenForm, When};

/// What stands on every page of the incident.
pub(super) fn banner(case: &Case) -> Option<AnyView> {
    let drafted = case.dossier.drafted()?.clone();
    match drafted.state() {
        DraftState::Drafted => Some(open(case, &drafted)),
        state => Some(decided(&drafted, state)),
    }
}

fn open(case: &Case, drafted: &Drafted) -> AnyView {
    let alert = alert(drafted);
    let rule = format!("Drafted by the rule “{}”", drafted.rule);
    let decide = format!("{}#decide", case.url(""));
    let may = case.may_edit();
    view! {
        <div class="notice" id="drafted" role="status">
            <Icon name="question"/>
            <div>
                <b>{rule}</b>
                <p>
                    "It holds what the records show, and nobody has looked at it yet. What is not known is left unknown. "
                    <a href=alert>"The alert behind it"</a>
                    {may.then(|| view! { " · "<a href=decide>"Adopt or discard it"</a> })}
                </p>
            </div>
        </div>
    }
    .into_any()
}

/// Who decided what, and when.
fn decided(drafted: &Drafted, state: DraftState) -> AnyView {
    let words = format!("Drafted by the rule “{}”, and {} by ", drafted.rule, state.label());
    let name = drafted.decided.as_ref().map(|decided| decided.stamp.by.name.clone()).unwrap_or_default();
    let at = drafted.decided.as_ref().map(|decided| to_minute(decided.stamp.at));
    let reason = drafted.decided.as_ref().map(|decided| decided.reason.clone()).filter(|reason| !reason.is_empty());
    let alert = alert(drafted);
    view! {
        <p class="muted" id="drafted">
            {words}{name}{at.map(|time| view! { " on "<When time=time/> })}
            {reason.map(|reason| format!(": “{reason}”"))}". "
            <a href=alert>"The alert behind it"</a>
        </p>
    }
    .into_any()
}

fn alert(drafted: &Drafted) -> String {
    format!("/watch#alert-{}", drafted.alert)
}

/// The question whether it is an incident, for whoever may answer it.
pub(super) fn decide(case: &Case) -> Option<AnyView> {
    let state = case.dossier.drafted()?.state();
    let is_open = state == DraftState::Drafted;
    if state == DraftState::Adopted || !case.may_edit() {
        return None;
    }
    let (title, says) = match is_open {
        true => (
            "Is this an incident?",
            "Adopt it, and it is one like any other. Discard it, and it is closed with your reason and leaves the lists.",
        ),
        false => ("It was discarded", "If it is an incident after all, adopt it: it is open again then."),
    };
    Some(
        view! {
            <section class="card" id="decide">
                <h2>{title}</h2>
                <p>{says}</p>
                <div class="actions">
                    <ActButton action=case.url("adopt") label="Adopt it" class="btn p"/>
                    {is_open.then(|| discard(case))}
                </div>
            </section>
        }
        .into_any(),
    )
}

fn discard(case: &Case) -> impl IntoView + use<> {
    let action = case.url("discard");
    view! {
        <OpenForm label="Discard it" form="discard">
            <Form id="discard" action=action submit="Discard it">
                <Field name="reason" label="Why is it no incident?" required=true hint="Such as a drill, or a grant that was missing in the registry."/>
                <Flag name="false_alarms:b" label="Its alerts were false alarms, for the same reason"/>
            </Form>
        </OpenForm>
    }
}
