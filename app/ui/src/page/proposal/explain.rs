//! Changes of logging that leave open whether a log is whole, and what people say of them.

use domain::casefile::CaseItem;
use domain::evidence::{Evidence, breaks_of};
use domain::explanation::Explanation;
use domain::reader::log::LoggingChange;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::times::to_minute;
use crate::component::{ActButton, Choice, Form, Many, OpenForm, Sign, TextArea, When};
use crate::frame::Frame;

/// So many changes are shown one by one.
const CHANGES_MAX: usize = 40;

/// Every effective change of logging that touches an item, with its explanation or the form for one.
pub(super) fn changes(case: &Case, item: &Evidence) -> Option<AnyView> {
    let breaks = breaks_of(item, case.dossier.evidence.iter().map(|kept| &kept.record));
    let owner = |change: &LoggingChange| {
        let holds = |kept: &&CaseItem<Evidence>| kept.logging_changes.iter().any(|own| std::ptr::eq(own, change));
        case.dossier.evidence.iter().find(holds)
    };
    let rows: Vec<AnyView> = breaks
        .iter()
        .take(CHANGES_MAX)
        .enumerate()
        .filter_map(|(place, one)| Some(row(case, place, owner(one.change)?, one.change)))
        .collect();
    if rows.is_empty() {
        return None;
    }
    Some(
        view! {
            <section class="card" id="explanations">
                <header><h2>"Changes of logging"</h2></header>
                <p>"From such a change on, the log is not known to be whole: its lanes are hatched. If it is whole all the same, somebody says why and shows it by other evidence, and a second person accepts that."</p>
                <ul class="hairline">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

fn row(case: &Case, place: usize, item: &CaseItem<Evidence>, change: &LoggingChange) -> AnyView {
    let known = case.dossier.explanations.iter().find(|kept| kept.is_of(&item.id, change));
    let (said, name) = (change.told(), item.name.clone());
    let sign = if known.is_some_and(|kept| kept.accepted.is_some()) { "ok" } else { "x" };
    view! {
        <li class="stack">
            <p><Sign kind=sign/> " " {said} <span class="muted">" · " {name}</span></p>
            {match known {
                Some(known) => explained(case, known).into_any(),
                None if case.may_edit() => form(case, place, item, change).into_any(),
                None => view! { <p class="muted">"Nobody has explained it."</p> }.into_any(),
            }}
        </li>
    }
    .into_any()
}

fn explained(case: &Case, known: &CaseItem<Explanation>) -> impl IntoView + use<> {
    let action = case.url(&format!("explanations/{}", known.id));
    let me = Frame::current().reader.as_ref().map(|reader| reader.id.clone());
    let is_mine = me.as_ref() == Some(&known.stated.by.id);
    let shown_by = known.shown_by.iter().map(|id| {
        let href = format!("{}#evidence-{id}", case.url("evidence"));
        let name = case.dossier.evidence.find(id).map(|kept| kept.name.clone()).unwrap_or_default();
        view! { <li><a href=href>{name}</a></li> }
    });
    let standing = match &known.accepted {
        Some(accepted) => {
            let (name, at) = (accepted.by.name.clone(), to_minute(accepted.at));
            view! { <p>"Accepted by " {name} ", " <When time=at/></p> }.into_any()
        }
        None if is_mine => {
            view! { <p><b>"Waits for a second person: "</b> "whoever explains it does not accept it."</p> }.into_any()
        }
        None => view! { <p><b>"Waits for a second person."</b></p> }.into_any(),
    };
    let accept = (known.accepted.is_none() && case.may_review() && !is_mine).then(
        || view! { <ActButton action=format!("{action}/accept") label="Accept the explanation" class="btn small"/> },
    );
    let (stated, at) = (known.stated.by.name.clone(), to_minute(known.stated.at));
    view! {
        <p>{known.reason.clone()}</p>
        <p class="muted">"Said by " {stated} ", " <When time=at/> ", shown by"</p>
        <ul>{shown_by.collect_view()}</ul>
        {standing}
        <div class="actions">
            {accept}
            {case.may_edit().then(|| view! { <ActButton action=format!("{action}/delete") label="Take it back" class="btn quiet small" seen=known.version/> })}
        </div>
    }
}

fn form(case: &Case, place: usize, item: &CaseItem<Evidence>, change: &LoggingChange) -> impl IntoView + use<> {
    let (id, action) = (format!("explain-{place}"), case.url("explanations"));
    let others = case.dossier.evidence.iter().filter(|kept| kept.id != item.id);
    let others: Vec<Choice> = others.map(|kept| (kept.id.to_string(), kept.name.clone())).collect();
    let (evidence, line, act) = (item.id.to_string(), change.line.to_string(), change.action.clone());
    view! {
        <OpenForm label="Explain it" form=id.clone() quiet=true>
            <Form id=id action=action submit="Explain this change">
                <input type="hidden" name="evidence" value=evidence/>
                <input type="hidden" name="line:n" value=line/>
                <input type="hidden" name="action" value=act/>
                <TextArea name="reason" label="Why the log is whole all the same" rows=3 hint="What recorded the acts meanwhile, or why none could happen."/>
                <Many name="shown_by[]" label="What shows it" options=others empty="No other evidence yet: add a change ticket, a configuration or a second log first."/>
            </Form>
        </OpenForm>
    }
}
