//! Remediation: what is done so that it does not happen again, to a verified end.

mod form;
mod item;

use domain::Id;
use domain::casefile::CaseItem;
use domain::gap::{Enforcement, Gap, GapState};
use domain::remediation::{Remediation, RemediationStatus};
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::address::asked;
use crate::component::shell::Empty;
use crate::component::{Icon, OpenForm, Sign};
use crate::frame::Frame;

pub(crate) use item::{due, heading};

/// The items by status. `edit` names the one whose form is open; `?gap=` opens the form for a new one that closes that gap.
pub fn page(case: &Case, edit: Option<&Id>) -> AnyView {
    let none = case.dossier.remediations.is_empty();
    let groups = RemediationStatus::ALL.iter().filter_map(|status| group(case, *status, edit)).collect_view();
    let body = view! {
        {gaps_without(case)}
        {hard_control(case)}
        {add(case, none)}
        {none.then(|| view! {
            <section class="card">
                <h2>"Items"</h2>
                <Empty title="Nothing is planned yet" text="Each gap needs an item with an owner and a date. Two failures need two fixes: prefer controls that cannot be argued with. An item ends when somebody other than its owner has verified it."/>
            </section>
        })}
        {groups}
    };
    case_page(case, "remediation", body.into_any())
}

/// Gaps that no item with an owner and a date closes.
fn gaps_without(case: &Case) -> Option<AnyView> {
    let covered = |gap: &CaseItem<Gap>| {
        case.dossier
            .remediations
            .iter()
            .any(|item| item.gaps.contains(&gap.id) && !item.owner.is_empty() && item.due.is_some())
    };
    let open: Vec<_> = case.dossier.gaps.iter().filter(|gap| gap.state != GapState::Worked && !covered(gap)).collect();
    if open.is_empty() {
        return None;
    }
    let line = |gap: &CaseItem<Gap>| {
        let (shown, add) = (
            format!("{}#gap-{}", case.url("gaps"), gap.id),
            format!("{}#add-remediation", case.url(&format!("remediation?gap={}", gap.id))),
        );
        let started = case.dossier.remediations.iter().any(|item| item.gaps.contains(&gap.id));
        let what = if started { "its items lack an owner or a date" } else { "no item yet" };
        view! {
            <li>
                <Sign kind="x"/>
                <span>
                    <a href=shown>{gap.control.label()}</a>": "{what}" "
                    {case.may_edit().then(|| view! { <a href=add>"Add one"<span class="visually-hidden">" for "{gap.control.label()}</span></a> })}
                </span>
            </li>
        }
    };
    let lines = open.into_iter().map(line).collect_view();
    Some(
        view! {
            <section class="card" id="uncovered">
                <header><h2>"Gaps without an owned and dated item"</h2></header>
                <ul class="todo">{lines}</ul>
            </section>
        }
        .into_any(),
    )
}

/// A Sev 0 or 1 needs at least one control that cannot be argued with.
fn hard_control(case: &Case) -> Option<AnyView> {
    let severe = case.dossier.effective_severity(case.verdict()).is_some_and(|sev| sev.number() <= 1);
    let hard = case.dossier.remediations.iter().any(|item| item.enforcement == Enforcement::Hard);
    (severe && !hard).then(|| {
        view! {
            <div class="notice warn"><Icon name="warn"/><div><b>"No hard control yet"</b>" A Sev 0 or 1 needs at least one item that cannot be argued with, such as a gate or a removed permission."</div></div>
        }
        .into_any()
    })
}

fn add(case: &Case, first: bool) -> Option<AnyView> {
    if !case.may_edit() {
        return None;
    }
    let gap = asked("gap").map(Id::new).filter(|id| case.dossier.gaps.get(id).is_some());
    let open = gap.is_some() || first;
    let chosen: Vec<Id> = gap.into_iter().collect();
    let case = case.clone();
    Some(
        view! {
            <section class="card">
                <OpenForm label="Add an item" form="add-remediation" key="n" open=open>{form::add(&case, &chosen)}</OpenForm>
            </section>
        }
        .into_any(),
    )
}

fn group(case: &Case, status: RemediationStatus, edit: Option<&Id>) -> Option<AnyView> {
    let now = Frame::current().now;
    let mut items: Vec<&CaseItem<Remediation>> =
        case.dossier.remediations.iter().filter(|item| item.status == status).collect();
    if items.is_empty() {
        return None;
    }
    items.sort_by_key(|item| (item.priority, item.due.is_none(), item.due, item.id.clone()));
    let late = items.iter().filter(|item| item.is_overdue(now)).count();
    let counted = if late > 0 { format!("{}, {late} overdue", items.len()) } else { items.len().to_string() };
    let rows = items.into_iter().map(|item| item::item(case, item, edit == Some(&item.id))).collect_view();
    let name = heading(status);
    Some(
        view! {
            <section class="card">
                <header><h2>{name}</h2><small class="muted num">{counted}</small></header>
                <ul class="hairline">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}
