//! The head of an incident: what was filed, who sees it, and against which
//! target its detection is measured.

use domain::casefile::{CaseItem, Noun};
use domain::draft::typed_list;
use domain::incident::{Incident, Visibility};
use domain::severity::Sev;
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::past::history_of;
use crate::component::shell::Empty;
use crate::component::{ActButton, Choice, Field, Form, Radios, Select, TextArea, choices, time_text};
use crate::island::Understood;

/// The settings of an incident.
pub fn page(case: &Case) -> AnyView {
    let Some(incident) = case.dossier.incidents.iter().next() else {
        return case_page(case, "settings", ().into_any());
    };
    let head = if case.may_edit() { head_form(case, incident).into_any() } else { head_facts(incident).into_any() };
    let body = view! {
        <section class="card">
            <header><h2>"What was filed"</h2><div class="actions">{history_of(case, Noun::Incident, &incident.id, "what was filed")}</div></header>
            {head}
        </section>
        {members(case, incident)}
        {super::merging::offer(case)}
    };
    case_page(case, "settings", body.into_any())
}

fn head_form(case: &Case, incident: &CaseItem<Incident>) -> impl IntoView + use<> {
    let severities: Vec<Choice> =
        Sev::ALL.iter().map(|sev| (sev.number().to_string(), sev.label().to_string())).collect();
    let declared = incident.declared_severity.map(|sev| sev.number().to_string()).unwrap_or_default();
    let (title, summary, occurred) = (incident.title.clone(), incident.summary.clone(), time_text(&incident.occurred));
    let (systems, tags, target) =
        (typed_list(&incident.systems), typed_list(&incident.tags), incident.detection_target_seconds.to_string());
    let visibility = incident.visibility.word();
    view! {
        <Form id="incident" action=case.url("") submit="Save" seen=incident.version>
            <Field name="title" label="Title" value=title required=true/>
            <TextArea name="summary" label="What happened, as first reported" value=summary rows=6 hint="Markdown works. The full story belongs in the postmortem."/>
            <div>
                <Field name="occurred" label="When, as first reported" value=occurred hint="As you would say it; the exact times stand on the timeline. Write “unknown” if it is."/>
                <Understood input="incident-occurred".to_string()/>
            </div>
            <div class="row">
                <Select name="declared_severity:n" label="Declared severity" options=severities value=declared blank="not declared" hint="What somebody said it was. It changes nothing that is computed."/>
                <Field name="detection_target_seconds:n" label="Detection target, in seconds" kind="number" value=target hint="Time to detect is measured against it. 60 unless you know better: seconds, not hours."/>
            </div>
            <div class="row">
                <Field name="systems:l" label="Systems" value=systems hint="With commas between."/>
                <Field name="tags:l" label="Tags" value=tags hint="With commas between."/>
            </div>
            <Radios name="visibility" label="Who sees it" options=choices(Visibility::ALL, Visibility::word, Visibility::label) value=visibility/>
        </Form>
    }
}

/// The same for those who read only.
fn head_facts(incident: &CaseItem<Incident>) -> impl IntoView + use<> {
    let or_none = |list: &[String]| if list.is_empty() { "none".to_string() } else { list.join(", ") };
    let declared = incident.declared_severity.map_or("not declared", Sev::label);
    view! {
        <dl class="facts">
            <dt>"Declared severity"</dt><dd>{declared}</dd>
            <dt>"Detection target"</dt><dd>{incident.detection_target_seconds.to_string()}" s"</dd>
            <dt>"Systems"</dt><dd>{or_none(&incident.systems)}</dd>
            <dt>"Tags"</dt><dd>{or_none(&incident.tags)}</dd>
            <dt>"Who sees it"</dt><dd>{incident.visibility.label()}</dd>
        </dl>
    }
}

fn members(case: &Case, incident: &CaseItem<Incident>) -> impl IntoView + use<> {
    let private = incident.visibility == Visibility::Private;
    let why = if private {
        "This incident is private: these people see it, and so do admins. To everybody else it does not exist."
    } else {
        "Everyone with an account sees this incident. The members matter once it is private."
    };
    let edit = case.may_edit();
    let rows: Vec<_> = incident.members.iter().map(|member| {
        let (name, action) = (member.name.clone(), case.url(&format!("members/{}/delete", member.id)));
        let remove = format!("Remove {name} from the members");
        view! { <li class="spread" id=format!("member-{}", member.id)><span>{name}</span>{edit.then(|| view! { <ActButton action=action label="Remove" title=remove/> })}</li> }
    }).collect();
    let list = if rows.is_empty() {
        view! { <Empty title="No members yet" text="Add the people who work on this incident before you make it private: without members only admins see it."/> }.into_any()
    } else {
        view! { <ul class="hairline">{rows}</ul> }.into_any()
    };
    view! {
        <section class="card">
            <header><h2>"Members"</h2></header>
            <p class="muted">{why}</p>
            {list}
            {edit.then(|| view! {
                <Form id="member" action=case.url("members") submit="Add a member">
                    <Field name="email" label="Email of an account" kind="email" required=true/>
                </Form>
            })}
        </section>
    }
}
