//! One gap: how the control stood, what shows it, and what closes it.

use domain::Id;
use domain::casefile::{CaseItem, Noun};
use domain::gap::{Control, Gap, GapState};
use domain::remediation::RemediationStatus;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::discussion::discussion;
use crate::component::past::history_of;
use crate::component::{ActButton, Sign};
use crate::frame::Frame;
use crate::markdown::to_html;

/// The card of a gap.
pub(super) fn item(case: &Case, gap: &CaseItem<Gap>) -> impl IntoView + use<> {
    let enforcement = gap.enforcement.map(|kind| format!(" · {kind} control")).unwrap_or_default();
    let tags = gap.tags.join(" · ");
    view! {
        <article class=format!("gap {}", gap.state.word()) id=format!("gap-{}", gap.id) data-item="" tabindex="0"><div class="stack">
            <h3>{gap.control.label()}</h3>
            <p><span class=flag(gap.state)>{gap.state.label()}</span><span class="muted">{enforcement}</span></p>
            <div class="md" inner_html=to_html(&gap.statement)></div>
            {particulars(gap)}
            {shown_by(case, gap)}
            {closed_by(case, gap)}
            {(!tags.is_empty()).then(|| view! { <p class="muted"><small>{tags}</small></p> })}
            {tools(case, gap)}
            {discussion(case, &format!("gap/{}", gap.id), gap.control.label())}
        </div></article>
    }
}

/// A control that was not there is dashed, one that held by luck hatched.
fn flag(state: GapState) -> &'static str {
    match state {
        GapState::Worked => "flag yes",
        GapState::Lucky => "flag un",
        GapState::Absent => "flag off",
        _ => "flag no",
    }
}

/// The questions that only this control asks.
fn particulars(gap: &Gap) -> Option<AnyView> {
    let answers: &[(&'static str, &String)] = match gap.control {
        Control::Authorization => {
            &[("Granted", &gap.granted_scope), ("Needed by the task", &gap.needed_scope), ("Done", &gap.done_scope)]
        }
        Control::HumanTrust => {
            &[("What marked it", &gap.signal), ("Who relied on it", &gap.relied_by), ("Verified first", &gap.verified)]
        }
        _ => return None,
    };
    let line = |(question, answer): &(&'static str, &String)| {
        let answer = if answer.is_empty() {
            view! { <span class="muted">"not said"</span> }.into_any()
        } else {
            (*answer).clone().into_any()
        };
        view! { <dt>{*question}</dt><dd>{answer}</dd> }
    };
    Some(view! { <dl class="facts">{answers.iter().map(line).collect_view()}</dl> }.into_any())
}

/// The events it shows in and the evidence for it.
fn shown_by(case: &Case, gap: &Gap) -> Option<AnyView> {
    let events = gap.events.iter().map(|id| event_link(case, id)).collect::<Vec<_>>();
    let evidence = gap.evidence.iter().map(|id| evidence_link(case, id)).collect::<Vec<_>>();
    (!events.is_empty() || !evidence.is_empty())
        .then(|| view! { <ul class="flags" aria-label="Shown by">{events}{evidence}</ul> }.into_any())
}

/// An event as a link in a row of flags.
pub(super) fn event_link(case: &Case, id: &Id) -> AnyView {
    let Some(event) = case.dossier.events.get(id) else {
        return view! { <li class="flag off">"an event that was deleted"</li> }.into_any();
    };
    let line = case.event_line(event, &Frame::current().zone);
    view! { <li><a class="flag" href=case.event_url(id)>{line}</a></li> }.into_any()
}

fn evidence_link(case: &Case, id: &Id) -> AnyView {
    let name =
        case.dossier.evidence.find(id).map_or_else(|| "evidence that is gone".to_string(), |item| item.name.clone());
    let href = format!("{}#evidence-{id}", case.url("evidence"));
    view! { <li><a class="flag lines" href=href>{name}</a></li> }.into_any()
}

/// Its remediation, or that there is none.
fn closed_by(case: &Case, gap: &Gap) -> AnyView {
    if gap.state == GapState::Worked {
        return view! { <p class="muted">"It held, so nothing has to be mended."</p> }.into_any();
    }
    let items: Vec<_> = case.dossier.remediations.iter().filter(|item| item.gaps.contains(&gap.id)).collect();
    let add = format!("{}#add-remediation", case.url(&format!("remediation?gap={}", gap.id)));
    if items.is_empty() {
        let link = case.may_edit().then(
            || view! { " " <a href=add>"Add one"<span class="visually-hidden">" for "{gap.control.label()}</span></a> },
        );
        return view! { <p><Sign kind="x"/>" No remediation yet."{link}</p> }.into_any();
    }
    let closed = case.dossier.gap_is_closed(gap);
    let line = |item: &domain::remediation::Remediation| {
        let href = format!("{}#remediation-{}", case.url("remediation"), item.id);
        let sign = if item.status == RemediationStatus::Verified { "ok" } else { "un" };
        view! { <li><Sign kind=sign/><span><a href=href>{item.title.clone()}</a>" "<span class="muted">{item.status.label()}</span></span></li> }
    };
    let lines = items.into_iter().map(|item| line(&item.record)).collect_view();
    view! {
        <div><p>{if closed { "Closed by" } else { "Not closed yet" }}</p><ul class="todo">{lines}</ul></div>
    }
    .into_any()
}

fn tools(case: &Case, gap: &CaseItem<Gap>) -> AnyView {
    let edit = format!("{}#gap-form", case.url(&format!("gaps?edit={}", gap.id)));
    let delete = case.url(&format!("gaps/{}/delete", gap.id));
    let name = gap.control.label();
    view! {
        <div class="actions">
            {case.may_edit().then(|| view! {
                <a class="btn quiet small" href=edit data-edit="" aria-label=format!("Edit {name}")>"Edit"</a>
                <ActButton action=delete label="Delete" title=format!("Delete {name}") seen=gap.version/>
            })}
            {history_of(case, Noun::Gap, &gap.id, name)}
        </div>
    }
    .into_any()
}
