//! The overview: how bad, do we know, for how long, what is missing.

mod answers;
mod facts;

use domain::counted::counted;
use domain::gap::{Control, GapState};
use domain::next::{ACTS_SHOWN, NextAct, next_acts};
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::acts::chain_of_acts;
use crate::markdown::writer::Html;

/// How much of a gap's statement its row shows.
const STATEMENT_CHARS_MAX: usize = 160;

/// The overview of an incident.
pub fn page(case: &Case, part: usize) -> AnyView {
    let new = case.is_new();
    let body = view! {
        {case.common("overview: answers", move |case| view! { {(!new).then(|| answers::answers(case))} {summary(case)} }.into_any())}
        {crate::page::drafted::decide(case)}
        {match (new, part) {
            (true, _) => first_steps(case),
            // Of a long chain each part is a page: the first is the one that is read again and again.
            (false, 0) => case.common("overview: acts", |case| known(case, 0)),
            (false, part) => known(case, part),
        }}
        {facts::facts(case)}
    };
    case_page(case, "overview", body.into_any())
}

fn summary(case: &Case) -> Option<AnyView> {
    let text = case.incident().map(|incident| incident.summary.clone()).filter(|text| !text.is_empty())?;
    let mut html = Html::default();
    html.prose(&text);
    Some(view! { <div class="md lead" inner_html=html.finish()></div> }.into_any())
}

/// An incident of which only the head is known: what to do, in which order, and why.
fn first_steps(case: &Case) -> AnyView {
    let step = |page: &str, name: &'static str, why: &'static str| {
        let href = case.url(page);
        view! { <li><a href=href>{name}</a><p class="muted">{why}</p></li> }
    };
    view! {
        <section class="card">
            <h2>"Begin here"</h2>
            <p>"This page will answer four questions, with their working: what happened, how bad it was, whether it is known that nothing was harmed, and which control should have stopped it. For now it knows only what was filed."</p>
            <ol class="hairline">
                {step("timeline?add=1#open-add-event", "Add the first event", "Begin with what is certain, such as when it was noticed. Times may be ranges, or unknown.")}
                {step("timeline?paste=1#open-paste-timeline", "Or paste a timeline", "Notes and chat messages with a time on each line become events, after you have checked them.")}
                {step("evidence", "Add logs as evidence", "Files are kept unchanged under their hash, so that events can point at the lines that show them.")}
                {step("exposure", "List what was exposed, and when", "Without a window and the resources in it, nothing can be said about harm.")}
                {step("severity", "Rate the severity", "What is unknown may stay unknown: the answer is then a range.")}
            </ol>
        </section>
    }
    .into_any()
}

fn known(case: &Case, part: usize) -> AnyView {
    view! {
        {next(case)}
        {chain_of_acts(case, part).map(|drawn| view! {
            <section class="card" id="chain">
                <header><h2>"The chain of acts"</h2><small><a href=case.url("timeline")>{format!("Timeline, {}", counted(case.dossier.events.len(), "event"))}</a></small></header>
                {drawn}
            </section>
        })}
        {controls(case)}
    }
    .into_any()
}

/// The next acts, the most telling first.
fn next(case: &Case) -> Option<impl IntoView + use<>> {
    let acts = next_acts(&case.dossier, &case.evaluation);
    let more = acts.len().saturating_sub(ACTS_SHOWN);
    let row = |act: &NextAct| {
        view! { <li><span>{act.what.clone()}". "<small class="muted">{act.effect.clone()}</small></span><a href=case.url(&act.page)>{act.link}</a></li> }
    };
    let rest = || {
        let rows = acts[ACTS_SHOWN..].iter().map(row).collect_view();
        view! { <details><summary>{format!("{more} more")}</summary><ol class="next" start=(ACTS_SHOWN + 1).to_string()>{rows}</ol></details> }
    };
    (!acts.is_empty()).then(|| {
        view! {
            <section class="card">
                <h2>"What moves this case forward"</h2>
                <ol class="next">{acts.iter().take(ACTS_SHOWN).map(row).collect_view()}</ol>
                {(more > 0).then(rest)}
            </section>
        }
    })
}

/// The controls of which every postmortem speaks, with what is recorded of each.
fn controls(case: &Case) -> impl IntoView + use<> {
    let (gaps, items) = (case.dossier.gaps.len(), case.dossier.remediations.len());
    let rows = Control::MANDATORY.into_iter().map(|control| control_row(case, control)).collect_view();
    view! {
        <section class="card">
            <header><h2>"The three mandatory controls"</h2><small><a href=case.url("gaps")>{format!("All controls: {gaps} recorded")}</a>" · "<a href=case.url("remediation")>{counted(items, "remediation item")}</a></small></header>
            <table class="controls"><tbody>{rows}</tbody></table>
        </section>
    }
}

fn control_row(case: &Case, control: Control) -> impl IntoView + use<> {
    let gap = case.dossier.gaps.iter().find(|gap| gap.control == control).map(|gap| &gap.record);
    let Some(gap) = gap else {
        let href = format!("{}?control={}", case.url("gaps"), control.word());
        return view! { <tr><th scope="row"><a href=href>{control.label()}</a></th><td class="muted">"not answered"</td><td class="muted">{control.question()}</td></tr> }.into_any();
    };
    let items: Vec<_> = case.dossier.remediations.iter().filter(|item| item.gaps.contains(&gap.id)).collect();
    let count = match items.len() {
        0 if gap.state == GapState::Worked => String::new(),
        0 => "no remediation yet".into(),
        many => counted(many, "item"),
    };
    let state = gap.enforcement.map_or_else(
        || gap.state.label().to_string(),
        |enforcement| format!("{} · {}", gap.state.label(), enforcement.label()),
    );
    let class = if gap.state == GapState::Worked { "" } else { "x" };
    let href = format!("{}#gap-{}", case.url("gaps"), gap.id);
    view! { <tr><th scope="row"><a href=href>{control.label()}</a></th><td class=class>{state}</td><td>{beginning(&gap.statement)}" "<small class="muted">{count}</small></td></tr> }.into_any()
}

fn beginning(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if line.chars().count() <= STATEMENT_CHARS_MAX {
        return line.into();
    }
    let cut: String = line.chars().take(STATEMENT_CHARS_MAX).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole))
}
