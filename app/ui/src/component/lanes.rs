//! Coverage, drawn: one lane for each open path, solid where it is reviewed.

use domain::counted::percent;
use domain::verdict::{Cell, Uncovered};
use domain::{Id, Instant};
use leptos::prelude::*;

use super::Sign;
use super::address::encode;
use super::shell::Empty;
use super::times::{length_text, span_text};
use crate::case::Case;

/// The drawing's width in its own units.
const WIDTH: f64 = 1000.0;
/// A span narrower than this is drawn wider, so that it can be seen and hit.
const WIDTH_MIN: f64 = 4.0;
/// How many uncovered spans are listed before the rest is only counted.
const LISTED_MAX: usize = 24;

/// The lanes of every open path, their legend, and what is not covered as links to what would cover it.
#[component]
pub fn Lanes(
    /// The incident.
    case: Case,
    /// Whether what is not covered is listed below, too.
    #[prop(default = true)]
    listed: bool,
) -> impl IntoView {
    let exposure = case.dossier.exposure();
    let cells = &case.evaluation.verdict.cells;
    if cells.is_empty() {
        let link = case.url("exposure#the-resources");
        return view! {
            <Empty title="No open path is recorded" text="A lane appears here for each access path to each exposed resource. It shows which part of the exposure was logged, and which part somebody has reviewed. First record the window, then what was exposed.">
                <p><a class="btn" href=link>"Record exposed resources"</a></p>
            </Empty>
        }
        .into_any();
    }
    let window = exposure.start.and_then(|start| start.earliest).zip(exposure.end.and_then(|end| end.latest));
    view! {
        {match window {
            Some(window) => axis(window).into_any(),
            None => unbounded(&case).into_any(),
        }}
        {cells.iter().map(|cell| lane(&case, cell, window)).collect_view()}
        <div class="stack">
            <ul class="legend">
                <li><i class="reviewed"></i>"reviewed"</li>
                <li><i class="complete"></i>"logged, not reviewed"</li>
                <li><i class="logged"></i>"logged, completeness unknown"</li>
                <li><i class="dark"></i>"dark: nothing recorded"</li>
            </ul>
            {listed.then(|| uncovered_list(&case, cells))}
        </div>
    }
    .into_any()
}

type Window = (Instant, Instant);

fn unbounded(case: &Case) -> impl IntoView + use<> {
    view! { <p><Sign kind="un"/> " " <a href=case.url("exposure#the-window")>"The window has no known start or no known end: nothing can be measured against it."</a></p> }
}

fn axis((from, to): Window) -> impl IntoView {
    view! {
        <div class="lane axis-row">
            <span>"Exposure window, " {length_text(Some(from), Some(to))}</span>
            <div>{span_text(Some(from), Some(to))}</div>
            <b></b>
        </div>
    }
}

fn lane(case: &Case, cell: &Cell, window: Option<Window>) -> impl IntoView + use<> {
    let percent = percent(cell.reviewed, cell.uncovered.is_empty());
    let label = format!("{}: {percent} reviewed", cell.name());
    let class = cell.class.label().to_lowercase();
    let name = format!("{} · {} ", cell.resource, cell.path);
    view! {
        <div class="lane">
            <span>{name} <small class="muted">{class}</small></span>
            <div class="track">
                <svg class="lane-svg" viewBox="0 0 1000 20" preserveAspectRatio="none" role="group" aria-label=label>
                    {window.map(|window| spans(case, cell, window))}
                </svg>
            </div>
            <b class="num nowrap">{percent}</b>
        </div>
    }
}

fn spans(case: &Case, cell: &Cell, window: Window) -> impl IntoView + use<> {
    let reviewed = cell.lanes.reviewed.spans().iter().map(|span| {
        let (x, width) = place(*span, window);
        view! { <rect class="reviewed" x=x width=width height="20"/> }
    });
    let open = cell.uncovered.iter().filter_map(|hole| {
        let (x, width) = place((hole.from?.micros(), hole.to?.micros()), window);
        let (href, class) = (close_url(case, cell, hole), hatch(hole));
        let label = format!("{} {}: {}", cell.name(), span_text(hole.from, hole.to), hole.why);
        Some(view! { <a href=href aria-label=label><rect class=class x=x width=width height="20"/></a> })
    });
    (reviewed.collect_view(), open.collect_view())
}

/// Where a span lies in the drawing.
fn place((from, to): (i64, i64), (start, end): Window) -> (String, String) {
    let length = (end.micros() - start.micros()).max(1) as f64;
    let at = |micros: i64| ((micros - start.micros()) as f64 / length * WIDTH).clamp(0.0, WIDTH);
    let width = (at(to) - at(from)).max(WIDTH_MIN);
    let x = at(from).min(WIDTH - width);
    (format!("{x:.1}"), format!("{width:.1}"))
}

/// What is known of an uncovered span: the second and third word of the visual rule.
fn hatch(hole: &Uncovered) -> &'static str {
    match hole.why.as_str() {
        NOT_REVIEWED => "complete",
        NOT_COMPLETE => "logged",
        _ => "dark",
    }
}

const NOT_REVIEWED: &str = "logged, not reviewed";
const NOT_COMPLETE: &str = "logged but completeness unknown";

/// The form that would close the hole, prefilled: a review where there is a
/// log to read, of its records where they were read, a coverage statement where there is none, else the window.
pub fn close_url(case: &Case, cell: &Cell, hole: &Uncovered) -> String {
    let (Some(from), Some(to)) = (hole.from, hole.to) else { return case.url("exposure#the-window") };
    let query = format!("exposure?close={}&from={from}&to={to}", encode(&cell.name()));
    if hole.why != NOT_REVIEWED {
        return case.url(&format!("{query}#cover"));
    }
    let log = log_of(case, cell, from, to);
    let is_read =
        |id: &Id| case.dossier.evidence.get(id).is_some_and(|item| item.records.is_some_and(|count| count > 0));
    if let Some(id) = log.as_ref().filter(|id| is_read(id)) {
        return case.url(&format!("evidence/{}/review?from={from}&to={to}", encode(id.as_str())));
    }
    let evidence = log.map(|id| format!("&evidence={}", encode(id.as_str()))).unwrap_or_default();
    case.url(&format!("{query}{evidence}#review"))
}

/// The evidence that logs the cell in that span.
fn log_of(case: &Case, cell: &Cell, from: Instant, to: Instant) -> Option<Id> {
    let logs = |kept: &&domain::casefile::CaseItem<domain::evidence::Coverage>| {
        kept.resource == cell.resource && kept.path == cell.path && kept.from < to && kept.to > from
    };
    case.dossier.coverage.iter().find(logs).map(|kept| kept.evidence.clone())
}

fn uncovered_list(case: &Case, cells: &[Cell]) -> Option<AnyView> {
    let holes: Vec<(&Cell, &Uncovered)> =
        cells.iter().flat_map(|cell| cell.uncovered.iter().map(move |hole| (cell, hole))).collect();
    if holes.is_empty() {
        return None;
    }
    let more = holes.len().saturating_sub(LISTED_MAX);
    let summary =
        if holes.len() == 1 { "1 gap in coverage".to_string() } else { format!("{} gaps in coverage", holes.len()) };
    let item = |(cell, hole): &(&Cell, &Uncovered)| {
        let href = close_url(case, cell, hole);
        let text = format!("{} · {}: {}", cell.resource, cell.path, span_text(hole.from, hole.to));
        view! { <li><a href=href>{text}</a> <span class="muted">{format!("{} ({})", length_text(hole.from, hole.to), hole.why)}</span></li> }
    };
    let items = holes.iter().take(LISTED_MAX).map(item).collect_view();
    Some(
        view! {
            <details class="uncovered">
                <summary>{summary}</summary>
                <ul class="hairline">{items}{(more > 0).then(|| view! { <li class="muted">{format!("and {more} more, in the lanes above")}</li> })}</ul>
            </details>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_span_stays_in_sight_and_in_the_drawing() {
        let window = (Instant::from_micros(0), Instant::from_micros(1_000_000));
        assert_eq!(place((0, 500_000), window), ("0.0".into(), "500.0".into()));
        assert_eq!(place((999_999, 1_000_000), window), ("996.0".into(), "4.0".into()));
    }
}
