//! One alert: what it says, what people made of it, and what can be done about it.

use domain::access::Permit;
use domain::counted::counted;
use domain::reader::log::LogRecord;
use domain::watch::{Alert, AlertState, AlertStep, MUTE_DAYS_MAX, Place, Precision, Response};
use domain::{Id, Instant};
use leptos::prelude::*;

use super::nav::nav;
use super::shown::{clock, level_flag, state_flag};
use crate::component::shell::One;
use crate::component::{ActButton, Field, Form, OpenForm};
use crate::frame::Frame;

/// So long an alert is muted unless somebody says otherwise, in microseconds: a week.
const MUTED_MICROS: i64 = 7 * 24 * 3_600 * 1_000_000;

/// An alert as lists show it.
#[derive(Debug, Clone)]
pub struct AlertView {
    /// What it says.
    pub alert: Alert,
    /// What its source is called.
    pub source: String,
    /// How often its rule was right.
    pub precision: Precision,
    /// What became of the suspension that the rule asked for; empty while it waits, nothing where none was asked for.
    pub outcome: Option<String>,
}

/// An act of an alert, as it was read.
#[derive(Debug, Clone)]
pub struct ActView {
    /// Its place among the acts of the alert.
    pub number: i64,
    /// Where it came in.
    pub place: Place,
    /// When.
    pub received_at: Instant,
    /// What the log says of it.
    pub record: LogRecord,
}

/// How often a rule was right, in words.
pub(super) fn precision_text(precision: Precision) -> String {
    let decided = precision.decided;
    match precision.percent() {
        Some(percent) => format!("right {percent} % of {}", counted(decided, "decided alert")),
        None => "no alert decided yet".into(),
    }
}

/// An alert in a list.
pub(super) fn row(view: &AlertView, heading: bool) -> impl IntoView + use<> {
    let alert = &view.alert;
    let (anchor, href) = (format!("alert-{}", alert.id), format!("/watch/alerts/{}", alert.id));
    let name = alert.rule.label();
    let title = if heading {
        view! { <h3><a href=href data-item>{name}</a></h3> }.into_any()
    } else {
        view! { <b><a href=href data-item>{name}</a></b> }.into_any()
    };
    let precision = precision_text(view.precision);
    view! {
        <li id=anchor class="alert" tabindex="-1">
            <div class="spread">
                <div class="cluster">{title}{level_flag(alert.level)}{state_flag(alert.state)}</div>
                <small class="muted">{precision}</small>
            </div>
            {said(view)}
            {acts(alert)}
        </li>
    }
}

/// What it says, and of whom.
fn said(view: &AlertView) -> impl IntoView + use<> {
    let alert = &view.alert;
    let who = match &alert.agent {
        Some(agent) => view! { <a href=format!("/agents/{agent}")>{alert.name.clone()}</a> }.into_any(),
        None if alert.name.is_empty() => ().into_any(),
        None => view! { <b>{alert.name.clone()}</b> }.into_any(),
    };
    let parted = (!alert.name.is_empty()).then_some(": ");
    let resource = (!alert.resource.is_empty()).then(|| view! { " "<code>{alert.resource.clone()}</code> });
    let incident = alert.incident.map(|key| {
        view! { " · "<a class="mono" href=format!("/incidents/{key}/timeline")>{key.to_string()}</a> }
    });
    let assignee = alert.assignee.as_ref().map(|person| view! { " · assigned to "<b>{person.name.clone()}</b> });
    let (first, last) = (alert.first.at, alert.last.at);
    let last = (last != first).then(|| view! { ", last "{clock(last)} });
    let source = (!view.source.is_empty()).then(|| {
        view! { " · from "<a href=format!("/watch/sources/{}", alert.source)>{view.source.clone()}</a> }
    });
    let step = alert.steps.last().filter(|_| alert.state != AlertState::Open).map(|step| {
        view! { <p class="muted"><small>{told(step)}</small></p> }
    });
    let outcome = outcome(view);
    view! {
        <p>{who}{parted}{alert.why.clone()}{resource}</p>
        <p class="muted"><small>{counted(alert.count, "act")}", first "{clock(first)}{last}{source}{incident}{assignee}</small></p>
        {step}{outcome}
    }
}

/// What became of the suspension that the rule asked for.
fn outcome(view: &AlertView) -> Option<AnyView> {
    if view.alert.response < Response::Suspend {
        return None;
    }
    let words = match view.outcome.as_deref() {
        Some("") => "The rule asked for a suspension.".to_string(),
        Some(words) => words.to_string(),
        None => return None,
    };
    let link = view.alert.agent.as_ref().map(|agent| {
        view! { " "<a href=format!("/agents/{agent}#containments")>"Open its containments"</a> }
    });
    Some(view! { <p><small><b>"Suspension: "</b>{words}{link}</small></p> }.into_any())
}

/// A step in a sentence.
fn told(step: &AlertStep) -> impl IntoView + use<> {
    let what = match step.state {
        AlertState::Open => "Opened again",
        AlertState::Acknowledged => "Acknowledged",
        AlertState::Muted => "Muted",
        AlertState::FalseAlarm => "Called a false alarm",
        AlertState::Closed => "Closed",
    };
    let until = step.until.map(|until| view! { " until "{clock(until)} });
    let reason = (!step.reason.is_empty()).then(|| format!(": {}", step.reason));
    view! { {what}{until}" by "{step.stamp.by.spoken()}", "{clock(step.stamp.at)}{reason} }
}

/// What can be done about it. Each stays on the page where it was done.
fn acts(alert: &Alert) -> Option<AnyView> {
    let frame = Frame::current();
    if !frame.may(Permit::Edit) {
        return None;
    }
    let base = format!("/alerts/{}", alert.id);
    let at = |act: &str| (format!("{base}/{act}"), format!("{act}-{}", alert.id));
    let then = format!("{}#alert-{}", frame.at, alert.id);
    let open = alert.state == AlertState::Open;
    let acknowledge = open.then(|| {
        let (action, id) = at("acknowledge");
        let fields = vec![("then", then.clone())];
        view! { <ActButton action=action id=id label="Acknowledge" title=format!("Acknowledge the alert about {}", alert.name) fields=fields class="btn small"/> }
    });
    let mute = (alert.state != AlertState::Muted).then(|| fold(at("mute"), &then, &MUTE));
    let false_alarm = (alert.state != AlertState::FalseAlarm).then(|| fold(at("false-alarm"), &then, &FALSE_ALARM));
    let close = (alert.state != AlertState::Closed).then(|| fold(at("close"), &then, &CLOSE));
    let reopen = (!open).then(|| fold(at("reopen"), &then, &REOPEN));
    let assign = assign(alert, at("assign"), &then);
    Some(view! { <div class="actions">{acknowledge}{close}{mute}{false_alarm}{reopen}{assign}</div> }.into_any())
}

/// The words of a form that says what becomes of an alert.
struct Words {
    label: &'static str,
    submit: &'static str,
    reason: &'static str,
    is_required: bool,
    has_end: bool,
}

const MUTE: Words =
    Words { label: "Mute", submit: "Mute", reason: "Why nobody needs to be told", is_required: true, has_end: true };
const FALSE_ALARM: Words = Words {
    label: "False alarm",
    submit: "Call it a false alarm",
    reason: "Why the act was as it should be",
    is_required: true,
    has_end: false,
};
const CLOSE: Words =
    Words { label: "Close", submit: "Close", reason: "What was done about it", is_required: false, has_end: false };
const REOPEN: Words = Words { label: "Reopen", submit: "Reopen", reason: "Why", is_required: false, has_end: false };

fn fold((action, id): (String, String), then: &str, words: &'static Words) -> AnyView {
    let (then, form) = (then.to_string(), id.clone());
    let &Words { label, submit, reason, is_required, has_end } = words;
    view! {
        <OpenForm label=label form=form quiet=true>
            <Form id=id action=action submit=submit>
                <input type="hidden" name="then" value=then/>
                <Field name="reason" label=reason required=is_required/>
                {has_end.then(end)}
            </Form>
        </OpenForm>
    }
    .into_any()
}

/// Until when an alert is muted.
fn end() -> impl IntoView {
    let frame = Frame::current();
    let until = frame.zone.local(frame.now.plus_micros(MUTED_MICROS)).format("%Y-%m-%d").to_string();
    let hint = format!("A day or a time, at most {MUTE_DAYS_MAX} days from now. A day means its end.");
    view! { <Field name="until" label="Until" value=until required=true hint=hint/> }
}

fn assign(alert: &Alert, (action, id): (String, String), then: &str) -> impl IntoView + use<> {
    let (then, form) = (then.to_string(), id.clone());
    let now = alert.assignee.as_ref().map(|person| person.name.clone()).unwrap_or_default();
    view! {
        <OpenForm label="Assign" form=form quiet=true>
            <Form id=id action=action submit="Assign">
                <input type="hidden" name="then" value=then/>
                <Field name="assignee" label="Who looks after it" value=now list="people" hint="The name or address of an account. Leave it empty for nobody."/>
            </Form>
        </OpenForm>
    }
}

/// The accounts that can look after an alert, to choose from while typing.
pub(super) fn people() -> impl IntoView {
    let people = Frame::current().people.clone();
    let option = |known: &domain::mention::Known| view! { <option value=known.name.clone()></option> };
    view! { <datalist id="people">{people.iter().map(option).collect_view()}</datalist> }
}

/// The page of one alert.
pub fn page(view: &AlertView, acts: &[ActView]) -> AnyView {
    let alert = &view.alert;
    let (name, sentence) = (alert.rule.label(), alert.rule.sentence());
    let steps = if alert.steps.is_empty() {
        view! { <p class="muted">"Nobody has done anything about it yet."</p> }.into_any()
    } else {
        let step = |step: &AlertStep| view! { <li>{told(step)}</li> };
        view! { <ol class="hairline">{alert.steps.iter().map(step).collect_view()}</ol> }.into_any()
    };
    let rule = format!("/watch/rules#rule-{}", alert.rule.word());
    let (row, records) = (row(view, false), records(alert, acts));
    view! {
        <One>
            <div class="stack">
                {nav()}
                <nav class="crumbs" aria-label="Path"><a href="/watch">"Alerts"</a></nav>
                <h1>{name}</h1>
                <p class="muted">{sentence}" "<a href=rule>"How this rule is set"</a></p>
                <section class="card"><header><h2>"The alert"</h2></header><ul class="hairline">{row}</ul></section>
                <section class="card"><header><h2>"What people did"</h2></header>{steps}</section>
                <section class="card"><header><h2>"First records"</h2></header>{records}</section>
                {people()}
                <p><span class="live">"updates when the page is reloaded"</span></p>
            </div>
        </One>
    }
    .into_any()
}

fn records(alert: &Alert, acts: &[ActView]) -> AnyView {
    if acts.is_empty() {
        return view! { <p class="muted">"No records are kept with this alert."</p> }.into_any();
    }
    let kept = u64::try_from(acts.len()).unwrap_or(u64::MAX);
    let rest = (alert.count > kept).then(|| {
        view! { <p class="muted">{format!("{} of {} are kept here. All of them are in the segments of the source.", kept, counted(alert.count, "act"))}</p> }
    });
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="First records">
            <table class="table" role="table">
                <thead role="rowgroup"><tr role="row">
                    <th scope="col" role="columnheader">"When"</th><th scope="col" role="columnheader">"Who"</th>
                    <th scope="col" role="columnheader">"What"</th><th scope="col" role="columnheader">"Resource"</th>
                    <th scope="col" role="columnheader">"Outcome"</th><th scope="col" role="columnheader">"Confirmed"</th>
                    <th scope="col" role="columnheader">"Where it stands"</th>
                </tr></thead>
                <tbody role="rowgroup">{acts.iter().map(record).collect_view()}</tbody>
            </table>
        </div>
        {rest}
    }
    .into_any()
}

fn record(act: &ActView) -> impl IntoView + use<> {
    let record = &act.record;
    let when = match record.time {
        Some(at) => clock(at).into_any(),
        None => view! { <span class="muted">"received "{clock(act.received_at)}</span> }.into_any(),
    };
    let who = if record.actor.name.is_empty() {
        record.actor.id.clone().unwrap_or_default()
    } else {
        record.actor.name.clone()
    };
    let action = (!record.action.is_empty()).then(|| view! { " "<small class="muted">{record.action.clone()}</small> });
    view! {
        <tr role="row">
            <th scope="row" role="rowheader" data-label="When">{when}</th>
            <td role="cell" data-label="Who">{who}</td>
            <td role="cell" data-label="What">{record.verb.label()}{action}</td>
            <td role="cell" data-label="Resource" class="text"><code>{record.resource.clone()}</code></td>
            <td role="cell" data-label="Outcome">{record.outcome.label()}</td>
            <td role="cell" data-label="Confirmed">{record.confirmation.label()}</td>
            <td role="cell" data-label="Where it stands">{place(&act.place, record.raw.first_line)}</td>
        </tr>
    }
}

/// Where a record stands among what its source sent.
fn place(place: &Place, line: u64) -> impl IntoView + use<> {
    let of = match (place.segment, place.batch) {
        (Some(segment), _) => format!("segment {segment}, line {line}"),
        (None, Some(batch)) => format!("batch {batch}, line {line}"),
        (None, None) => format!("line {line}"),
    };
    let source: &Id = &place.source;
    view! { <a href=format!("/watch/sources/{source}")>{of}</a> }
}
