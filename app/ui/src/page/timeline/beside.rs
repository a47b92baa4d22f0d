//! What stands beside the events: the alerts of the incident, and how its agents were stopped. Rows of their own kind, for
//! they are kept with the watch and the registry, and say how matters stand now.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use domain::time::{day_heading, show_clock};
use domain::watch::{Alert, Containment};
use domain::{Instant, TimeRange};
use leptos::prelude::*;

use crate::frame::Frame;
use crate::markdown::writer::Html;

/// The alerts and containments of an incident.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// The alerts, in any order.
    pub alerts: Vec<Alert>,
    /// Whether there are more than these.
    pub has_more_alerts: bool,
    /// The containments, each with the name of its agent.
    pub containments: Vec<(Containment, String)>,
}

/// What stands before the id of an alert in the trace of the event that tells it.
const ALERT: &str = "alert/";

/// One row.
enum Row<'a> {
    Alert(&'a Alert),
    Containment(&'a Containment, &'a str),
}

/// The rows in the order of their times, and which of them is next.
#[derive(Default)]
pub(super) struct Rows<'a> {
    rows: Vec<(Instant, Row<'a>)>,
    /// Alerts that an event tells already: they stand with it.
    told: Vec<&'a Alert>,
    next: Cell<usize>,
    /// The heading of the day under which the last row stands.
    day: RefCell<Option<String>>,
}

impl Beside {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.alerts.is_empty() && self.containments.is_empty()
    }
}

impl<'a> Rows<'a> {
    /// `traces` are those of all events: one that tells an alert has its id there.
    pub(super) fn of<'b>(beside: &'a Beside, traces: impl Iterator<Item = &'b str>) -> Self {
        let known: HashSet<&str> = traces.filter_map(|trace| trace.strip_prefix(ALERT)).collect();
        let (told, alone): (Vec<&Alert>, Vec<&Alert>) =
            beside.alerts.iter().partition(|alert| known.contains(alert.id.as_str()));
        let alerts = alone.into_iter().map(|alert| (alert.raised_at, Row::Alert(alert)));
        let stops = beside.containments.iter();
        let stops = stops.map(|(stop, name)| (stop.requested_at, Row::Containment(stop, name)));
        let mut rows: Vec<_> = alerts.chain(stops).collect();
        rows.sort_by_key(|(at, _)| *at);
        Self { rows, told, next: Cell::new(0), day: RefCell::default() }
    }

    /// Writes how matters stand with the alert that an event tells.
    pub(super) fn write_told(&self, html: &mut Html, trace: &str) {
        let Some(id) = trace.strip_prefix(ALERT) else { return };
        let Some(alert) = self.told.iter().find(|alert| alert.id.as_str() == id) else { return };
        html.raw("<p class=\"cluster\">");
        link(html, alert);
        html.raw("<span class=\"flag\">").text(alert.state.label()).raw("</span></p>");
    }

    /// Leaves out what stands on the pages before.
    pub(super) fn skip_before(&self, at: Option<Instant>) {
        while self.is_next_before(at) {
            self.next.set(self.next.get() + 1);
        }
    }

    /// Writes the heading of a day, unless it is written already.
    pub(super) fn write_day(&self, html: &mut Html, today: String) {
        let is_new = self.day.borrow().as_ref() != Some(&today);
        if is_new {
            html.raw("<li class=\"tl-day\"><h3>").text(&today).raw("</h3></li>");
        }
        self.stand_under(Some(today));
    }

    /// What follows stands under the heading of this day.
    pub(super) fn stand_under(&self, day: Option<String>) {
        *self.day.borrow_mut() = day;
    }

    /// Writes the rows that come before an event.
    pub(super) fn write_before(&self, html: &mut Html, at: Option<Instant>) {
        while self.is_next_before(at) {
            let (at, row) = &self.rows[self.next.get()];
            self.write_day(html, day_heading(&TimeRange::exact(*at), &Frame::current().zone));
            write(html, row);
            self.next.set(self.next.get() + 1);
        }
    }

    /// The rows that come after all events of a page; all that are left where none follows.
    pub(super) fn rest(&self, until: Option<Instant>) -> Option<AnyView> {
        let until = Some(until.unwrap_or(Instant::from_micros(i64::MAX)));
        let mut html = Html::default();
        let first = self.next.get();
        self.write_before(&mut html, until);
        (self.next.get() > first).then(|| view! { <ol class="tl" inner_html=html.finish()></ol> }.into_any())
    }

    fn is_next_before(&self, at: Option<Instant>) -> bool {
        self.rows.get(self.next.get()).is_some_and(|(next, _)| at.is_some_and(|at| *next < at))
    }
}

fn write(html: &mut Html, row: &Row<'_>) {
    match row {
        Row::Alert(alert) => write_alert(html, alert),
        Row::Containment(containment, name) => write_containment(html, containment, name),
    }
}

fn write_alert(html: &mut Html, alert: &Alert) {
    let id = alert.id.as_str();
    begin(html, "alert", id, alert.raised_at);
    link(html, alert);
    html.raw(" ");
    html.text(&alert.name);
    if !alert.resource.is_empty() {
        html.raw(" <span class=\"muted\">on</span> ").text(&alert.resource);
    }
    html.raw("</p><p class=\"muted\">").text(&alert.why).raw("</p><div class=\"ev-meta\"><ul class=\"flags\">");
    flag(html, alert.state.label());
    flag(html, alert.level.label());
    flag(html, &domain::counted::counted(usize::try_from(alert.count).unwrap_or(usize::MAX), "act"));
    html.raw("</ul></div></div></li>");
}

fn link(html: &mut Html, alert: &Alert) {
    let id = alert.id.as_str();
    html.raw("<a href=\"/watch#alert-").text(id).raw("\">Alert: ").text(alert.rule.label()).raw("</a>");
}

fn write_containment(html: &mut Html, containment: &Containment, name: &str) {
    let (id, agent) = (containment.id.as_str(), containment.agent.as_str());
    begin(html, "containment", id, containment.requested_at);
    html.raw("<a href=\"/agents/").text(agent).raw("#containment-").text(id).raw("\">Containment</a> of ");
    html.text(name).raw("</p><p class=\"muted\">").text(&containment.why);
    html.raw("</p><div class=\"ev-meta\"><ul class=\"flags\">");
    flag(html, containment.state().label());
    if containment.is_dry_run {
        flag(html, "dry run");
    }
    html.raw("</ul></div></div></li>");
}

fn begin(html: &mut Html, kind: &'static str, id: &str, at: Instant) {
    // As exact as the events beside it.
    let time = TimeRange::exact(Instant::from_micros(at.micros() - at.micros().rem_euclid(1_000)));
    html.raw("<li class=\"ev beside\" id=\"")
        .raw(kind)
        .raw("-")
        .text(id)
        .raw("\"><time datetime=\"")
        .text(&at.rfc3339());
    html.raw("\" title=\"").text(&domain::time::show_in_utc(&time)).raw("\">");
    html.text(&show_clock(&time, &Frame::current().zone)).raw("</time><i class=\"dot\"></i><div><p class=\"act\">");
}

fn flag(html: &mut Html, words: &str) {
    html.raw("<li class=\"flag\">").text(words).raw("</li>");
}

/// That there are more alerts than a page shows.
pub(super) fn more(case: &crate::case::Case, beside: &Beside) -> Option<impl IntoView + use<>> {
    let href = format!("/watch?incident={}", case.key());
    let shown = beside.alerts.len();
    beside.has_more_alerts.then(|| {
        view! { <p class="muted">{format!("The newest {shown} alerts are shown here. ")}<a href=href>"All alerts of this incident"</a></p> }
    })
}
