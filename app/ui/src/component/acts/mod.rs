//! The chain of acts, drawn: who did what, in which order, how one act led to the next, and while what was exposed.
//!
//! Every act is a link to its event. The same acts stand below as a list: on a phone and for a screen reader that is
//! the chain.

mod chain;
mod layout;

use std::collections::HashMap;

use domain::Id;
use domain::metrics::{MetricName, metrics};
use domain::timeline::MarkName;
use leptos::prelude::*;

use self::chain::{ACTS_MAX, Act, LANES};
use self::layout::{HALF, LEFT, LINE, Lane, Place, WIDTH};
use crate::case::Case;
use crate::component::actor_mark::actor_mark;

/// The drawing, with its list; nothing while there are no events. `part` is the page of a long chain, from 0.
pub fn chain_of_acts(case: &Case, part: usize) -> Option<AnyView> {
    let all = chain::acts(&case.dossier);
    if all.is_empty() {
        return None;
    }
    let parts = all.len().div_ceil(ACTS_MAX);
    let part = part.min(parts - 1);
    let acts = &all[part * ACTS_MAX..all.len().min((part + 1) * ACTS_MAX)];
    let (shares, by_time) = chain::shares(acts);
    Some(
        view! {
            <figure class="acts">
                {drawing(case, acts, &shares)}
                <figcaption>{caption(case, acts.len(), by_time)}</figcaption>
                {(parts > 1).then(|| parts_nav(case, part, parts))}
                <details class="acts-list"><summary>"The same as a list"</summary>{list(case, acts)}</details>
            </figure>
        }
        .into_any(),
    )
}

fn drawing(case: &Case, acts: &[Act], shares: &[f64]) -> impl IntoView + use<> {
    let places = layout::places(shares);
    let to_label: Vec<_> = acts.iter().zip(&places).map(|(act, x)| (act.lane, *x, act.label.chars().count())).collect();
    let (placed, lanes) = layout::label(&to_label, LANES.len());
    let heights = middles(acts, &lanes);
    let bottom = heights.last().map_or(0.0, |(_, end)| *end) + 4.0;
    let middle = |lane: usize| heights[lane].0;
    let of: HashMap<&Id, usize> =
        acts.iter().enumerate().flat_map(|(number, act)| act.events.iter().map(move |id| (id, number))).collect();
    let point = |number: usize| (placed[number].x, middle(acts[number].lane));
    let links = links(case, &of).into_iter().map(|(from, to)| link(point(from), point(to))).collect_view();
    let present = |lane: usize| acts.iter().any(|act| act.lane == lane);
    let rails = (0..LANES.len()).filter(|lane| present(*lane)).map(|lane| {
        let y = middle(lane);
        view! { <line class="axis" x1=n(LEFT) x2=n(WIDTH - 8.0) y1=n(y) y2=n(y)></line><text class="muted" x="0" y=n(y + 4.0)>{LANES[lane]}</text> }
    });
    let marks = acts.iter().zip(&placed).map(|(act, place)| mark(case, act, *place, middle(act.lane))).collect_view();
    let opened = exposed(case, &of).map(|(from, to)| band(case, placed[from].x, placed[to].x, bottom));
    let height = bottom + if opened.is_some() { 40.0 } else { 0.0 };
    view! {
        <div class="scroll acts-drawn" tabindex="0" role="region" aria-label="The chain of acts, drawn">
            <svg class="clock" viewBox=format!("0 0 {WIDTH} {height:.0}") role="group" aria-label="The chain of acts">
                {rails.collect_view()}{links}{opened}{marks}
            </svg>
        </div>
    }
}

/// The middle and the end of each lane, from the top; a lane without acts takes no room.
fn middles(acts: &[Act], lanes: &[Lane]) -> Vec<(f64, f64)> {
    let mut y = 4.0;
    let of = |(number, lane): (usize, &Lane)| {
        if !acts.iter().any(|act| act.lane == number) {
            return (y, y);
        }
        let middle = y + f64::from(lane.above) * LINE + HALF + 4.0;
        y = middle + HALF + f64::from(lane.below) * LINE + 12.0;
        (middle, y)
    };
    lanes.iter().enumerate().map(of).collect()
}

/// From cause to effect, as places among the acts that are drawn.
fn links(case: &Case, of: &HashMap<&Id, usize>) -> Vec<(usize, usize)> {
    let mut links: Vec<(usize, usize)> = case
        .dossier
        .edges
        .iter()
        .filter_map(|edge| Some((*of.get(&edge.to)?, *of.get(&edge.from)?)))
        .filter(|(from, to)| from != to)
        .collect();
    links.sort_unstable();
    links.dedup();
    links
}

fn link((x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> impl IntoView + use<> {
    let bend = (x2 - x1) * 0.45;
    let path = format!("M{x1:.1} {y1:.1}C{:.1} {y1:.1} {:.1} {y2:.1} {x2:.1} {y2:.1}", x1 + bend, x2 - bend);
    view! { <path class="act-link" d=path></path> }
}

/// The first and last act of the time in which something lay open, where both are drawn.
fn exposed(case: &Case, of: &HashMap<&Id, usize>) -> Option<(usize, usize)> {
    let place = |mark| case.dossier.marked(mark).and_then(|(event, _)| of.get(event).copied());
    let (from, to) = (place(MarkName::ImpactStart)?, place(MarkName::Contained)?);
    (from < to).then_some((from, to))
}

fn band(case: &Case, from: f64, to: f64, y: f64) -> impl IntoView + use<> {
    let words = length(case).map_or_else(|| "exposed".to_string(), |length| format!("exposed {length}"));
    let half = words.chars().count() as f64 * 3.4;
    let middle = f64::midpoint(from, to).clamp(LEFT + half, WIDTH - half - 4.0);
    view! {
        <rect class="exposed" x=n(from) y=n(y) width=n((to - from).max(4.0)) height="14" rx="4"></rect>
        <rect class="hatched" x=n(from) y=n(y) width=n((to - from).max(4.0)) height="14" rx="4"></rect>
        <text class="doubt" x=n(middle) y=n(y + 29.0) text-anchor="middle">{words}</text>
    }
}

/// How long it was exposed, with where that is from.
fn length(case: &Case) -> Option<String> {
    let metric = metrics(&case.dossier).into_iter().find(|metric| metric.name == MetricName::Exposure)?;
    let (range, reported) = metric.headline()?;
    Some(if reported { format!("{} (reported)", range.show()) } else { range.show() })
}

fn mark(case: &Case, act: &Act, place: Place, y: f64) -> impl IntoView + use<> {
    let (x, href) = (place.x, case.event_url(&act.event));
    let (kind, shape) = actor_mark(act.kind, x, y);
    let class = format!("{kind}{}", if act.doubtful { " doubtful" } else { "" });
    let label = place.line.map(|line| {
        let at = if line > 0 {
            y - HALF - f64::from(line - 1) * LINE - 2.0
        } else {
            y + HALF + f64::from(-line) * LINE - 3.0
        };
        let class = if act.doubtful { "doubt" } else { "" };
        view! { <text class=class x=n(place.label_x) y=n(at) text-anchor="middle">{act.label.clone()}</text> }
    });
    let lucky = act.lucky.then(|| view! { <circle class="luck" cx=n(x) cy=n(y) r="11"></circle> });
    view! { <a class="act" href=href><title>{act.sentence.clone()}</title>{lucky}<path class=class d=shape></path>{label}</a> }
}

fn caption(case: &Case, drawn: usize, by_time: bool) -> String {
    let scale = if by_time {
        "Drawn to scale of time."
    } else {
        "Drawn in order: the distances say nothing of the time between."
    };
    let lucky = case.dossier.lucky_events().len();
    let luck = match lucky {
        0 => "",
        1 => " One act (ringed) did no worse only by luck.",
        _ => " The ringed acts did no worse only by luck.",
    };
    let cascade = domain::timeline::cascade(&case.dossier).map(|cascade| format!(" {}", cascade.sentence()));
    if drawn < 2 { String::new() } else { format!("{scale}{luck}{}", cascade.unwrap_or_default()) }
}

fn parts_nav(case: &Case, part: usize, parts: usize) -> impl IntoView + use<> {
    let link = |at: usize| {
        let current = (at == part).then_some("page");
        view! { <a href=format!("{}?acts={at}#chain", case.url("")) aria-current=current>{(at + 1).to_string()}</a> }
    };
    view! { <nav class="cluster" aria-label="Parts of the chain">"Part "{(0..parts).map(link).collect_view()}</nav> }
}

fn list(case: &Case, acts: &[Act]) -> impl IntoView + use<> {
    let row = |act: &Act| {
        let class = if act.doubtful { "doubt" } else { "" };
        view! { <li class=class><a href=case.event_url(&act.event)>{act.sentence.clone()}</a>{act.lucky.then_some(" (no worse only by luck)")}</li> }
    };
    view! { <ol>{acts.iter().map(row).collect_view()}</ol> }
}

/// A coordinate without more digits than can be seen.
fn n(value: f64) -> String {
    format!("{value:.1}")
}
