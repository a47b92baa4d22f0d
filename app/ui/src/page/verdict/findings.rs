//! Findings: what the evidence shows, for better or worse.

use domain::casefile::{CaseItem, Noun};
use domain::finding::Finding;
use domain::time::show_time;
use domain::vocabulary::{Confidence, EvidenceStatus, Facet, FindingClass, FindingRole};
use leptos::prelude::*;

use super::evidence_link;
use crate::case::Case;
use crate::component::address::{asked, encode};
use crate::component::past::history_of;
use crate::component::shell::Empty;
use crate::component::times::to_minute;
use crate::component::{ActButton, Choice, Form, Icon, Many, OpenForm, Select, Sign, TextArea, When, choices};
use crate::frame::Frame;

/// How many events the form offers at most.
const EVENTS_OFFERED_MAX: usize = 300;

/// The findings and the one form for them.
pub(super) fn section(case: &Case) -> impl IntoView + use<> {
    let edit = asked("edit");
    let edited = case.dossier.findings.iter().find(|kept| Some(kept.id.as_str()) == edit.as_deref());
    let rows = case.dossier.findings.iter().map(|kept| row(case, kept)).collect_view();
    let empty = case.dossier.findings.is_empty();
    view! {
        <section class="card" id="findings">
            <header>
                <h2>"Findings"</h2>
                {case.may_review().then(|| view! { <div class="actions">{form(case, edited)}</div> })}
            </header>
            {empty.then(|| view! {
                <Empty title="No findings" text="A finding says what the evidence shows: an authorised act, an attempt that was denied, access or change by somebody who may not, misuse. Acts that caused the exposure are not harm; what came of it is. An adverse finding is suspected until it is confirmed on intact evidence, or resolved."/>
            })}
            <ul class="hairline">{rows}</ul>
        </section>
    }
}

fn adverse(finding: &Finding) -> bool {
    finding.role == FindingRole::Effect
        && !matches!(finding.class, FindingClass::Authorised | FindingClass::DeniedAttempt)
}

fn row(case: &Case, kept: &CaseItem<Finding>) -> impl IntoView + use<> {
    let finding = &kept.record;
    let open = adverse(finding) && finding.resolved.is_none();
    let words = format!(
        "{} · {} · {} · {}",
        finding.class.label(),
        finding.confidence.label().to_lowercase(),
        finding.facet.label().to_lowercase(),
        finding.role.label().to_lowercase()
    );
    let evidence = finding.evidence.iter().map(|id| view! { " · " {evidence_link(case, id)} }).collect_view();
    let event = finding.event.as_ref().map(|id| case.event_url(id));
    let (by, when) = (finding.found.by.name.clone(), to_minute(finding.found.at));
    view! {
        <li id=format!("finding-{}", finding.id) class="stack" data-item="" tabindex="0">
            <div class="spread">
                <b>{open.then(|| view! { <Sign kind="x"/> " " })}{finding.summary.clone()}</b>
                <small class="muted">{by} ", " <When time=when/></small>
            </div>
            <p class="muted">{words}{evidence}{event.map(|event| view! { " · " <a href=event>"the event"</a> })}</p>
            {weak(case, finding).map(|why| view! { <p><Sign kind="un"/> " " {why}</p> })}
            {resolution(finding)}
            {buttons(case, kept)}
        </li>
    }
}

/// Why a confirmed finding counts only as suspected.
fn weak(case: &Case, finding: &Finding) -> Option<&'static str> {
    let intact = finding
        .evidence
        .iter()
        .any(|id| case.dossier.evidence.get(id).is_some_and(|item| item.status == EvidenceStatus::Intact));
    let confirmed = adverse(finding) && finding.confidence == Confidence::Confirmed;
    (confirmed && !intact).then_some("Counts as suspected: no intact evidence is linked to it.")
}

fn resolution(finding: &Finding) -> Option<AnyView> {
    let resolved = finding.resolved.as_ref()?;
    let (by, when, how) = (resolved.stamp.by.name.clone(), to_minute(resolved.stamp.at), resolved.reason.clone());
    Some(view! { <p><Icon name="check"/> " Resolved by " {by} ", " <When time=when/> ": " {how}</p> }.into_any())
}

fn buttons(case: &Case, kept: &CaseItem<Finding>) -> impl IntoView + use<> {
    let id = encode(kept.id.as_str());
    let of = |act: &str| case.url(&format!("findings/{id}/{act}"));
    let (resolve, reopen, delete) = (of("resolve"), of("reopen"), of("delete"));
    let edit = format!("{}#finding", case.url(&format!("verdict?edit={id}")));
    let form = format!("resolve-{}", kept.id);
    let resolved = kept.resolved.is_some();
    let name = kept.summary.clone();
    view! {
        <div class="actions">
            {case.may_review().then(|| view! { <a class="btn quiet small" href=edit data-edit="" aria-label=format!("Edit: {name}")>"Edit"</a> })}
            {if !case.may_review() {
                ().into_any()
            } else if resolved {
                view! { <ActButton action=reopen label="Reopen" title=format!("Reopen: {name}")/> }.into_any()
            } else {
                view! {
                    <OpenForm label="Resolve" form=form.clone() quiet=true>
                        <Form id=form action=resolve submit="Resolve">
                            <TextArea name="reason" label="How it was resolved" rows=2 required=true/>
                        </Form>
                    </OpenForm>
                }
                .into_any()
            }}
            {case.may_edit().then(|| view! { <ActButton action=delete label="Delete" title=format!("Delete: {name}")/> })}
            {history_of(case, Noun::Finding, &kept.id, &name)}
        </div>
    }
}

fn form(case: &Case, edited: Option<&CaseItem<Finding>>) -> impl IntoView + use<> {
    let (items, events) = (items(case), events(case, edited));
    let action =
        edited.map_or_else(|| case.url("findings"), |kept| case.url(&format!("findings/{}", encode(kept.id.as_str()))));
    let known = edited.map(|kept| kept.record.clone());
    let (label, submit) = if known.is_some() { ("Edit a finding", "Save") } else { ("Add a finding", "Add it") };
    let seen = edited.map(|kept| kept.version);
    view! {
        <OpenForm label=label form="finding" key="n" open=known.is_some()>
            {match seen {
                Some(seen) => view! { <Form id="finding" action=action submit=submit seen=seen>{fields(known, items, events)}</Form> }.into_any(),
                None => view! { <Form id="finding" action=action submit=submit>{fields(known, items, events)}</Form> }.into_any(),
            }}
        </OpenForm>
    }
}

fn items(case: &Case) -> Vec<Choice> {
    case.dossier.evidence.iter().map(|kept| (kept.id.to_string(), kept.name.clone())).collect()
}

/// The first events of the timeline, and the one the finding is about.
fn events(case: &Case, edited: Option<&CaseItem<Finding>>) -> Vec<Choice> {
    let frame = Frame::current();
    let chosen = edited.and_then(|kept| kept.event.clone());
    let timeline = case.dossier.timeline();
    let offered = timeline
        .iter()
        .enumerate()
        .filter(|(place, event)| *place < EVENTS_OFFERED_MAX || Some(&event.id) == chosen.as_ref());
    let choice = |event: &domain::timeline::Event| {
        let words = format!(
            "{}: {} {} {}",
            show_time(&event.time, &frame.zone),
            case.name_of(&event.actor),
            event.verb.label(),
            event.resource
        );
        (event.id.to_string(), words.trim_end().to_string())
    };
    offered.map(|(_, event)| choice(event)).collect()
}

fn fields(known: Option<Finding>, items: Vec<Choice>, events: Vec<Choice>) -> impl IntoView {
    let class = known.as_ref().map_or("", |known| known.class.word());
    let facet = known.as_ref().map_or("", |known| known.facet.word());
    let confidence = known.as_ref().map_or("", |known| known.confidence.word());
    let role = known.as_ref().map_or("", |known| known.role.word());
    let event = known.as_ref().and_then(|known| known.event.as_ref()).map(ToString::to_string).unwrap_or_default();
    let (summary, chosen) = known
        .map(|known| (known.summary, known.evidence.iter().map(ToString::to_string).collect()))
        .unwrap_or_default();
    view! {
        <TextArea name="summary" label="What was found" rows=2 value=summary required=true/>
        <div class="row">
            <Select name="class" label="What it is" options=choices(FindingClass::ALL, FindingClass::word, FindingClass::label) value=class asks=true/>
            <Select name="facet" label="Facet" options=choices(Facet::ALL, Facet::word, Facet::label) value=facet asks=true/>
        </div>
        <div class="row">
            <Select name="confidence" label="How sure" options=choices(Confidence::ALL, Confidence::word, Confidence::label) value=confidence asks=true hint="Confirmed counts only with intact evidence."/>
            <Select name="role" label="Cause or effect" options=choices(FindingRole::ALL, FindingRole::word, FindingRole::label) value=role asks=true hint="What caused the exposure is not a harm that came of it."/>
        </div>
        <input type="hidden" name="evidence[]" value=""/>
        <Many name="evidence[]" label="What shows it" options=items value=chosen empty="Upload evidence first; then say which item shows it."/>
        <Select name="event" label="The event it is about" options=events value=event blank="None"/>
    }
}
