//! The overview: how bad, do we know, for how long, what is missing.

mod facts;
mod measures;

use domain::gap::{Control, Gap};
use domain::record::Kept;
use domain::timeline::Event;
use leptos::prelude::*;

use super::case::{Case, case_page};
use super::timeline::Rows;
use crate::component::Lanes;
use crate::component::clock_chart::ClockChart;
use crate::component::html::Html;
use crate::frame::Frame;

/// How many events the overview shows before it picks those that matter most.
const EVENTS_MAX: usize = 15;
/// How much of a gap's statement its card shows.
const STATEMENT_CHARS_MAX: usize = 220;

/// The overview of an incident.
pub fn page(case: &Case) -> AnyView {
    let new = case.dossier.events.is_empty();
    let body = view! {
        {summary(case)}
        {if new { first_steps(case) } else { known(case) }}
        {facts::facts(case)}
    };
    case_page(case, "overview", body.into_any())
}

fn summary(case: &Case) -> Option<AnyView> {
    let text = case.incident().map(|incident| incident.summary.clone()).filter(|text| !text.is_empty())?;
    let mut html = Html::default();
    html.prose(&text);
    Some(
        view! { <section class="card"><h2>"In short"</h2><div class="md" inner_html=html.finish()></div></section> }
            .into_any(),
    )
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
                {step("exposure", "Say what lay open, and when", "Without a window and the resources in it, nothing can be said about harm.")}
                {step("severity", "Rate the severity", "What is unknown may stay unknown: the answer is then a range.")}
            </ol>
        </section>
    }
    .into_any()
}

fn known(case: &Case) -> AnyView {
    view! {
        {clock(case)}
        <section class="card">
            <header><h2>"Exposure and coverage"</h2><small><a href=case.url("exposure")>"What lay open"</a></small></header>
            <Lanes case=case.clone()/>
        </section>
        {timeline(case)}
        {gaps(case)}
    }
    .into_any()
}

fn clock(case: &Case) -> impl IntoView + use<> {
    let zone = Frame::current().zone.name().to_string();
    let untimed = case.dossier.events.iter().filter(|event| event.time.sort_key().is_none()).count();
    let unmarked = case.dossier.marks.is_empty();
    let href = case.url("timeline?flag=marked");
    view! {
        <section class="card">
            <header><h2>"The clock"</h2><small class="muted">{zone}" · what is not exact is hatched"</small></header>
            <ClockChart case=case.clone()/>
            {unmarked.then(|| view! { <p class="muted">"No event carries a mark yet. Open an event in the "<a href=case.url("timeline")>"timeline"</a>" and say that it is where the impact starts, where it was detected, or where it was contained: then the clock is drawn and measured."</p> })}
            {(untimed > 0).then(|| view! { <p class="muted">{if untimed == 1 { "One event has no known time and is not drawn.".to_string() } else { format!("{untimed} events have no known time and are not drawn.") }}</p> })}
            {measures::measures(case)}
            {(!unmarked).then(|| view! { <p><a href=href>"The events that carry the marks"</a></p> })}
        </section>
    }
}

/// The timeline, or where it is long the events that matter most.
fn timeline(case: &Case) -> impl IntoView + use<> {
    let all = case.dossier.timeline();
    let count = all.len();
    let matters = |event: &&Kept<Event>| {
        let doubted = [event.requested, event.authorised, event.confirmed].contains(&domain::Tri::No);
        doubted || event.effect.is_effectful() || case.dossier.marks.iter().any(|mark| mark.event == event.id)
    };
    let mut shown = if count <= EVENTS_MAX { all } else { all.into_iter().filter(matters).collect() };
    shown.truncate(EVENTS_MAX);
    let left = count - shown.len();
    let rows = Rows::new(case, "").compact().list(&shown, None);
    let (add, whole) = (case.url("timeline?add=1#open-add-event"), case.url("timeline"));
    view! {
        <section class="card">
            <header>
                <h2>"Timeline"</h2>
                <div class="actions">
                    <a class="btn" href=whole.clone()>{format!("All {count} events")}</a>
                    {case.may_edit().then(|| view! { <a class="btn p" href=add>"Add event"</a> })}
                </div>
            </header>
            {rows}
            {(left > 0).then(|| view! { <p class="muted">{format!("{left} more events are in the ")}<a href=whole>"timeline"</a>"."</p> })}
        </section>
    }
}

fn gaps(case: &Case) -> impl IntoView + use<> {
    let cards = case.dossier.gaps.iter().map(|gap| gap_card(case, &gap.record)).collect_view();
    let missing =
        case.dossier.missing_mandatory_gaps().into_iter().map(|control| missing_card(case, control)).collect_view();
    view! {
        <section class="card">
            <header><h2>"Control gaps"</h2><small><a href=case.url("gaps")>"All controls"</a></small></header>
            <div class="gaps">{cards}{missing}</div>
        </section>
    }
}

fn gap_card(case: &Case, gap: &Gap) -> impl IntoView + use<> {
    let href = format!("{}#gap-{}", case.url("gaps"), gap.id);
    let enforcement = gap.enforcement.map(|enforcement| format!(" · {}", enforcement.label())).unwrap_or_default();
    let count = case.dossier.remediations.iter().filter(|item| item.gaps.contains(&gap.id)).count();
    let open = gap.state != domain::gap::GapState::Worked;
    let remediation = match count {
        0 if open => view! { " · "<span class="x">"no remediation yet"</span> }.into_any(),
        0 => ().into_any(),
        1 => " · 1 remediation".into_any(),
        many => format!(" · {many} remediations").into_any(),
    };
    view! {
        <article class=format!("gap {}", gap.state.word())>
            <h3><a href=href>{gap.control.label()}</a></h3>
            <p>{beginning(&gap.statement)}</p>
            <p class="muted">{format!("{}{enforcement}", gap.state.label())}{remediation}</p>
        </article>
    }
}

/// A control of which every postmortem must speak, and nobody has yet.
fn missing_card(case: &Case, control: Control) -> impl IntoView + use<> {
    view! {
        <article class="gap absent">
            <h3><a href=case.url("gaps")>{control.label()}</a></h3>
            <p>{control.question()}</p>
            <p class="muted">"not answered yet"</p>
        </article>
    }
}

fn beginning(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if line.chars().count() <= STATEMENT_CHARS_MAX {
        return line.into();
    }
    let cut: String = line.chars().take(STATEMENT_CHARS_MAX).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole))
}
