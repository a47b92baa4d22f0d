//! One item: what it closes, who sees to it, and the way to its verified end.

use domain::casefile::{CaseItem, Noun};
use domain::remediation::{Remediation, RemediationStatus};
use leptos::prelude::*;

use super::form;
use crate::case::Case;
use crate::component::discussion::discussion;
use crate::component::past::history_of;
use crate::component::times::to_minute;
use crate::component::{ActButton, Icon, When};
use crate::frame::Frame;
use crate::markdown::to_html;

/// The row of an item, with its form when it is being edited.
pub(super) fn item(case: &Case, item: &CaseItem<Remediation>, editing: bool) -> impl IntoView + use<> {
    let close = format!("{}#remediation-{}", case.url("remediation"), item.id);
    view! {
        <li id=format!("remediation-{}", item.id) class="stack" data-item="" tabindex="0">
            <div class="spread">
                <h3>{item.title.clone()}</h3>
                <span class="cluster">
                    <span class="badge plain">{item.priority.label()}</span>
                    <span class="badge plain">{item.kind.label()}" · "{item.enforcement.label()}</span>
                </span>
            </div>
            {facts(case, item)}
            {end(item)}
            {(editing && case.may_edit()).then(|| view! { {form::edit(case, item)} <p><a href=close>"Close this form"</a></p> })}
            {(!editing).then(|| tools(case, item))}
            {discussion(case, &format!("remediation/{}", item.id), &item.title)}
        </li>
    }
}

/// A status as the heading of its items.
pub(crate) fn heading(status: RemediationStatus) -> &'static str {
    match status {
        RemediationStatus::Open => "Open",
        RemediationStatus::InProgress => "In progress",
        RemediationStatus::Done => "Done, not verified yet",
        RemediationStatus::Verified => "Verified",
        RemediationStatus::WontFix => "Will not be done",
    }
}

/// Until when, with the word for what is late.
pub(crate) fn due(item: &Remediation) -> AnyView {
    let frame = Frame::current();
    let Some(text) = item.due_in(&frame.zone) else {
        return view! { <span class="flag un">"no date"</span> }.into_any();
    };
    if item.is_overdue(frame.now) {
        return view! { <span class="flag no">"overdue since "{text}</span> }.into_any();
    }
    view! { <span class="num">{text}</span> }.into_any()
}

fn facts(case: &Case, item: &Remediation) -> impl IntoView + use<> {
    let gap = |id: &domain::Id| {
        let name = case.dossier.gaps.get(id).map_or("a gap that was deleted", |gap| gap.control.label());
        view! { <li><a class="flag" href=format!("{}#gap-{id}", case.url("gaps"))>{name}</a></li> }
    };
    let gaps = item.gaps.iter().map(gap).collect::<Vec<_>>();
    let gaps = if gaps.is_empty() {
        view! { <span class="muted">"no gap"</span> }.into_any()
    } else {
        view! { <ul class="flags">{gaps}</ul> }.into_any()
    };
    let owner = if item.owner.is_empty() {
        view! { <span class="flag un">"nobody yet"</span> }.into_any()
    } else {
        item.owner.clone().into_any()
    };
    let evidence = |id: &domain::Id| {
        let name = case
            .dossier
            .evidence
            .find(id)
            .map_or_else(|| "evidence that is gone".to_string(), |item| item.name.clone());
        view! { <li><a class="flag lines" href=format!("{}#evidence-{id}", case.url("evidence"))>{name}</a></li> }
    };
    let evidence = item.evidence.iter().map(evidence).collect::<Vec<_>>();
    let link = item.link.clone();
    view! {
        <dl class="facts">
            <dt>"Closes"</dt><dd>{gaps}</dd>
            <dt>"Owner"</dt><dd>{owner}</dd>
            <dt>"Due"</dt><dd>{due(item)}</dd>
            {text("Acceptance test", &item.acceptance_test)}
            {text("Shown by", &item.completion)}
            {(!evidence.is_empty()).then(|| view! { <dt>"Evidence"</dt><dd><ul class="flags">{evidence}</ul></dd> })}
            {(!link.is_empty()).then(|| view! { <dt>"Tracked at"</dt><dd><a href=link.clone() rel="noopener noreferrer nofollow"><Icon name="link"/>" "{link.clone()}</a></dd> })}
        </dl>
    }
}

fn text(name: &'static str, text: &str) -> Option<AnyView> {
    (!text.is_empty())
        .then(|| view! { <dt>{name}</dt><dd><div class="md" inner_html=to_html(text)></div></dd> }.into_any())
}

/// Who ended it, and how.
fn end(item: &Remediation) -> Option<AnyView> {
    if let Some(stamp) = &item.verified {
        let (name, at) = (stamp.by.name.clone(), to_minute(stamp.at));
        return Some(view! { <p><Icon name="check"/>" Verified by "{name}", "<When time=at/></p> }.into_any());
    }
    let end = item.wont_fix.as_ref()?;
    let (name, at, reason) = (end.stamp.by.name.clone(), to_minute(end.stamp.at), end.reason.clone());
    Some(view! { <p><Icon name="cross"/>" Approved by "{name}", "<When time=at/>": "{reason}</p> }.into_any())
}

/// The buttons that this status allows.
fn tools(case: &Case, item: &CaseItem<Remediation>) -> AnyView {
    use RemediationStatus::{Done, InProgress, Open, Verified, WontFix};
    let path = format!("remediations/{}", item.id);
    let next: &[(RemediationStatus, &'static str)] = match item.status {
        Open => &[(InProgress, "Begin"), (Done, "Mark as done")],
        InProgress => &[(Done, "Mark as done"), (Open, "Back to open")],
        Done => &[(Open, "Back to open")],
        Verified | WontFix => &[],
    };
    // The query tells one button's form from the other's; the command does not read it.
    let step = |(status, label): &(RemediationStatus, &'static str)| {
        let action = case.url(&format!("{path}/status?to={}", status.word()));
        view! { <ActButton action=action label=*label title=format!("{label}: {}", item.title) fields=vec![("status", status.word().to_string())]/> }
    };
    let steps = next.iter().map(step).collect_view();
    let edit = format!("{}#remediation-{}", case.url(&format!("remediation?edit={}", item.id)), item.id);
    let (reopen, delete) = (case.url(&format!("{path}/reopen")), case.url(&format!("{path}/delete")));
    let over = matches!(item.status, Verified | WontFix);
    view! {
        <div class="actions">
            {case.may_edit().then(|| view! {
                {steps}
                {over.then(|| view! { <ActButton action=reopen label="It happened again" title=format!("Open again: {}", item.title)/> })}
                <a class="btn quiet small" href=edit data-edit="" aria-label=format!("Edit {}", item.title)>"Edit"</a>
            })}
            {(case.may_review() && matches!(item.status, InProgress | Done)).then(|| form::verify(case, item))}
            {(case.may_review() && !over).then(|| form::give_up(case, item))}
            {case.may_edit().then(|| view! { <ActButton action=delete label="Delete" title=format!("Delete {}", item.title) seen=item.version/> })}
            {history_of(case, Noun::Remediation, &item.id, &item.title)}
        </div>
    }
    .into_any()
}
