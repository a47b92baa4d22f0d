//! The incident's clock, drawn: when it began, when somebody knew, when it was over.
//!
//! The axis is linear between the start of the impact and its end. Longer
//! waits outside of that are cut short and marked with a break.

mod layout;
mod scale;

use domain::TimeRange;
use domain::metrics::{Metric, MetricName, MetricState, metrics};
use domain::time::{DurationRange, show_clock};
use domain::timeline::{Event, MarkName};
use domain::vocabulary::PrincipalKind;
use leptos::prelude::*;

use self::layout::{Label, place_labels};
use self::scale::Scale;
use crate::case::Case;
use crate::component::actor_mark::actor_mark;
use crate::frame::Frame;

const WIDTH: f64 = 800.0;
/// How high a line of a label is.
const LINE: f64 = 14.0;
/// How high a label of two lines is, with the space around it.
const LEVEL: f64 = 33.0;
/// Half the height of the band on the axis.
const BAND: f64 = 13.0;
/// How many events are drawn besides those that carry a mark.
const EVENTS_MAX: usize = 60;

/// An event on the axis.
struct Point {
    words: String,
    clock: String,
    time: TimeRange,
    x: f64,
    symbol: Symbol,
}

#[derive(Clone, Copy)]
enum Symbol {
    Harm,
    Plain,
    Actor(PrincipalKind),
}

/// Closer than this, two events stand on one point.
const APART: f64 = 12.0;

/// Whether most events stand on one point, as where only the day is known: labels would pile up and say nothing.
fn are_piled(points: &[Point]) -> bool {
    let mut places: Vec<f64> = points.iter().map(|point| point.x).collect();
    places.sort_by(f64::total_cmp);
    let close = places.windows(2).filter(|two| two[1] - two[0] < APART).count();
    points.len() > 3 && close * 2 > points.len()
}

/// The events to draw with their scale; nothing where no marked event has a time.
fn points(case: &Case) -> Option<(Vec<Point>, Scale)> {
    let marked = marked_events(case);
    if !marked.iter().any(|(event, _)| event.time.sort_key().is_some()) {
        return None;
    }
    let start = case.dossier.marked(MarkName::ImpactStart).map(|(_, time)| time);
    let end = case.dossier.marked(MarkName::Contained).map(|(_, time)| time);
    let scale = Scale::of(marked.iter().map(|(event, _)| &event.time), start, end);
    let points = marked.into_iter().filter_map(|(event, marks)| point(case, event, &marks, &scale)).collect();
    Some((points, scale))
}

/// Whether the clock of that incident is not drawn because its times are too coarse.
pub fn is_piled(case: &Case) -> bool {
    points(case).is_some_and(|(points, _)| are_piled(&points))
}

/// The clock of an incident. Without a single timed mark there is nothing to draw, and nothing is drawn; nor where
/// labels would pile up.
#[component]
pub fn ClockChart(
    /// The incident.
    case: Case,
) -> impl IntoView {
    let (points, scale) = points(&case).filter(|(points, _)| !are_piled(points))?;
    let start = case.dossier.marked(MarkName::ImpactStart).map(|(_, time)| time.clone());
    let end = case.dossier.marked(MarkName::Contained).map(|(_, time)| time.clone());
    let labels = place_labels(
        points.iter().map(|point| (point.x, point.words.chars().count().max(point.clock.chars().count()))),
    );
    let above = labels.iter().filter(|label| label.above).map(|label| label.level + 1).max().unwrap_or(0);
    let below = labels.iter().filter(|label| !label.above).map(|label| label.level + 1).max().unwrap_or(0);
    let axis = above as f64 * LEVEL + BAND + 10.0;
    let spans_at = axis + BAND + 12.0 + below as f64 * LEVEL;
    let spans = span_rows(&case, &scale);
    let height = spans_at + spans.len() as f64 * 30.0 + 6.0;
    let leaders = points.iter().zip(&labels).map(|(point, label)| leader(point, label, axis)).collect_view();
    let drawn = points.iter().zip(&labels).map(|(point, label)| point_view(point, label, axis)).collect_view();
    let words = told(&points, &spans);
    Some(view! {
        <div class="scroll" tabindex="0" role="region" aria-label="The clock, drawn">
            <svg class="clock" viewBox=format!("0 0 {WIDTH} {height:.0}") role="img" aria-label=words>
                {band(start.as_ref(), end.as_ref(), &scale, axis)}
                <line class="axis" x1="16" x2="784" y1=n(axis) y2=n(axis)></line>
                {scale.breaks().iter().map(|x| break_view(*x, axis)).collect_view()}
                {others(&case, &scale, axis)}
                {leaders}
                {drawn}
                {spans.into_iter().enumerate().map(|(row, span)| span_view(span, spans_at + row as f64 * 30.0)).collect_view()}
            </svg>
        </div>
    })
}

fn n(number: f64) -> String {
    format!("{number:.1}")
}

/// Events that carry marks, in the order of time, with their marks.
fn marked_events(case: &Case) -> Vec<(&Event, Vec<MarkName>)> {
    let events = case.dossier.timeline().into_iter();
    let events = events.map(|event| (&event.record, case.dossier.marks_on(&event.id)));
    events.filter(|(_, marks)| !marks.is_empty()).collect()
}

fn point(case: &Case, event: &Event, marks: &[MarkName], scale: &Scale) -> Option<Point> {
    let x = scale.x(event.time.sort_key()?);
    let x = event.time.latest.map_or(x, |latest| (x + scale.x(latest)) / 2.0);
    let names: Vec<&str> = marks.iter().map(|mark| mark.label()).collect();
    let more = names.len().saturating_sub(2);
    let words = names.iter().take(2).copied().collect::<Vec<_>>().join(", ")
        + &if more > 0 { format!(" +{more}") } else { String::new() };
    let actor = case.dossier.principals.find(&event.actor).map_or(PrincipalKind::Unknown, |kept| kept.kind);
    let symbol = match marks {
        _ if marks.contains(&MarkName::Detected) => Symbol::Harm,
        _ if marks.contains(&MarkName::Contained) || marks.contains(&MarkName::Resolved) => Symbol::Plain,
        _ => Symbol::Actor(actor),
    };
    Some(Point { words, clock: show_clock(&event.time, &Frame::current().zone), time: event.time.clone(), x, symbol })
}

/// How long it was exposed: solid between what is certain, hatched where an end is a range, a dashed line where it is unknown.
fn band(start: Option<&TimeRange>, end: Option<&TimeRange>, scale: &Scale, axis: f64) -> Option<AnyView> {
    let start = start.filter(|start| start.sort_key().is_some())?;
    let end = end.filter(|end| end.sort_key().is_some());
    let from = start.earliest.map_or(0.0, |at| scale.x(at));
    let sure_from = start.latest.map_or(from, |at| scale.x(at));
    let to = end.map_or(WIDTH, |end| end.latest.map_or(WIDTH, |at| scale.x(at)));
    let sure_to = end.map_or(sure_from, |end| end.earliest.map_or(sure_from, |at| scale.x(at)));
    let (y, height) = (n(axis - BAND), n(BAND * 2.0));
    let hatched = |from: f64, to: f64| {
        (to - from > 0.5).then(
            || view! { <rect class="hatched" x=n(from) y=y.clone() width=n(to - from) height=height.clone()></rect> },
        )
    };
    let (left, right) = (hatched(from, sure_from), hatched(sure_to.max(sure_from), to));
    let width = n((to - from).max(2.0));
    Some(view! { <rect class="exposed" x=n(from) y=y.clone() width=width height=height.clone() rx="3"></rect>{left}{right} }.into_any())
}

/// The events without a mark, as small dots of their actors.
fn others(case: &Case, scale: &Scale, axis: f64) -> AnyView {
    let unmarked = case.dossier.timeline().into_iter().filter(|event| case.dossier.marks_on(&event.id).is_empty());
    let inside = unmarked.filter_map(|event| scale.inside(event.time.sort_key()?).map(|x| (x, event)));
    let dot = |(x, event): (f64, &domain::casefile::CaseItem<Event>)| {
        let kind = case.dossier.principals.find(&event.actor).map_or(PrincipalKind::Unknown, |kept| kept.kind);
        view! { <circle class=format!("mark-{}", kind.word()) cx=n(x) cy=n(axis) r="2.5"></circle> }
    };
    inside.take(EVENTS_MAX).map(dot).collect_view().into_any()
}

fn break_view(x: f64, axis: f64) -> impl IntoView {
    let d = format!("M{:.1} {:.1}l4 -12M{:.1} {:.1}l4 -12", x - 4.0, axis + 6.0, x + 1.0, axis + 6.0);
    view! { <path class="span" d=d></path> }
}

/// Where the first of a label's two lines stands.
fn baseline(label: &Label, axis: f64) -> f64 {
    let away = label.level as f64 * LEVEL;
    if label.above { axis - BAND - 8.0 - LINE - away } else { axis + BAND + 16.0 + away }
}

/// The line from a mark to a label that stands further off.
fn leader(point: &Point, label: &Label, axis: f64) -> Option<AnyView> {
    let first = baseline(label, axis);
    let (from, to) = if label.above { (axis - BAND, first + LINE + 3.0) } else { (axis + BAND, first - LINE + 3.0) };
    (label.level > 0)
        .then(|| view! { <line class="tick" x1=n(point.x) x2=n(point.x) y1=n(from) y2=n(to)></line> }.into_any())
}

/// A mark and its label. The label has a rim of the ground's colour, so that lines behind it do not cross it.
fn point_view(point: &Point, label: &Label, axis: f64) -> impl IntoView + use<> {
    let first = baseline(label, axis);
    let range = match (point.time.earliest, point.time.latest) {
        (Some(a), Some(b)) if a == b => None,
        _ => Some(view! { <circle class="mark-unknown" cx=n(point.x) cy=n(axis) r="8.5"></circle> }),
    };
    let (words, clock) = (point.words.clone(), point.clock.clone());
    view! {
        {range}
        {symbol(point.symbol, point.x, axis)}
        <text class="label" x=n(label.x) y=n(first) text-anchor="middle" paint-order="stroke" stroke="var(--card)" stroke-width="4">{words}</text>
        <text class="label muted" x=n(label.x) y=n(first + LINE) text-anchor="middle" paint-order="stroke" stroke="var(--card)" stroke-width="4">{clock}</text>
    }
}

fn symbol(symbol: Symbol, x: f64, y: f64) -> AnyView {
    match symbol {
        Symbol::Harm => view! { <circle class="mark-harm" cx=n(x) cy=n(y) r="5.5"></circle> }.into_any(),
        Symbol::Plain => view! { <circle class="mark-plain" cx=n(x) cy=n(y) r="5.5"></circle> }.into_any(),
        Symbol::Actor(kind) => {
            let (class, shape) = actor_mark(kind, x, y);
            view! { <path class=class d=shape></path> }.into_any()
        }
    }
}

/// A duration below the axis.
struct SpanRow {
    from: f64,
    to: f64,
    words: String,
    over: bool,
}

fn span_rows(case: &Case, scale: &Scale) -> Vec<SpanRow> {
    let measured = metrics(&case.dossier);
    let find = |name: MetricName| measured.iter().find(|metric| metric.name == name);
    let target = case.incident().map_or(60, |incident| incident.detection_target_seconds);
    let row = |metric: &Metric, words: String, over: bool| {
        let middle = |id: &domain::Id| {
            let time = &case.dossier.events.get(id)?.time;
            let (first, last) = (time.sort_key()?, time.latest.or(time.earliest)?);
            Some((scale.x(first) + scale.x(last)) / 2.0)
        };
        let (from, to) = (middle(metric.from.as_ref()?)?, middle(metric.to.as_ref()?)?);
        Some(SpanRow { from, to, words, over })
    };
    let recorded = |name: MetricName| {
        find(name).and_then(|metric| match &metric.state {
            MetricState::Recorded(range) => Some((metric, *range)),
            _ => None,
        })
    };
    let detect = recorded(MetricName::TimeToDetect).and_then(|(metric, range)| {
        let words = format!(
            "time to detect {}, target {}",
            range.show(),
            DurationRange::exact(i64::from(target) * 1_000_000).show()
        );
        row(metric, words, is_over(&range, target))
    });
    let exposed = recorded(MetricName::Exposure)
        .and_then(|(metric, range)| row(metric, format!("exposed {}", range.show()), false));
    exposed.into_iter().chain(detect).collect()
}

/// Whether a duration is certainly longer than a target in seconds.
pub fn is_over(range: &DurationRange, target_seconds: u32) -> bool {
    range.min.is_some_and(|min| min > i64::from(target_seconds) * 1_000_000)
}

fn span_view(span: SpanRow, y: f64) -> impl IntoView {
    let class = if span.over { "span over" } else { "span" };
    let half = span.words.chars().count() as f64 * 3.2;
    let x = ((span.from + span.to) / 2.0).clamp(half + 2.0, WIDTH - half - 2.0);
    let d = format!(
        "M{:.1} {:.1}v6M{:.1} {y:.1}H{:.1}M{:.1} {:.1}v6",
        span.from,
        y - 3.0,
        span.from,
        span.to,
        span.to,
        y - 3.0
    );
    view! {
        <path class=class d=d></path>
        <text class="label muted" x=n(x) y=n(y + 15.0) text-anchor="middle">{span.words}</text>
    }
}

/// The drawing in words.
fn told(points: &[Point], spans: &[SpanRow]) -> String {
    let points = points.iter().map(|point| format!("{} {}", point.clock, point.words));
    let spans = spans.iter().map(|span| span.words.clone());
    format!("The clock of the incident: {}.", points.chain(spans).collect::<Vec<_>>().join("; "))
}
