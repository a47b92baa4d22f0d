//! What the clock comes to, each with its formula and the two events behind it.

use domain::Id;
use domain::metrics::{Metric, MetricName, MetricState, metrics};
use domain::time::{DurationRange, show_clock};
use leptos::prelude::*;

use crate::case::Case;
use crate::component::clock_chart::is_over;
use crate::frame::Frame;

/// The table of durations.
pub(super) fn measures(case: &Case) -> impl IntoView + use<> {
    let rows = metrics(&case.dossier).into_iter().map(|metric| row(case, &metric)).collect_view();
    view! {
        <table class="metrics">
            <caption class="visually-hidden">"What the clock comes to"</caption>
            <thead><tr><th scope="col">"Duration"</th><th scope="col">"Value"</th><th scope="col">"Target"</th><th scope="col">"From these events"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn row(case: &Case, metric: &Metric) -> impl IntoView + use<> {
    let target = (metric.name == MetricName::TimeToDetect)
        .then(|| case.incident().map_or(60, |incident| incident.detection_target_seconds));
    let (class, value) = match &metric.state {
        MetricState::Recorded(range) if target.is_some_and(|target| is_over(range, target)) => ("over", range.show()),
        MetricState::Recorded(range) => ("", range.show()),
        MetricState::Ratio(least, most) => ("", MetricState::show_ratio(*least, *most)),
        MetricState::Pending(mark) => ("pending", format!("“{mark}” is not timed yet")),
        MetricState::NotApplicable => ("none", "does not apply".into()),
        MetricState::Invalid => ("invalid", "ends before it begins".into()),
    };
    let over = class == "over";
    let shown = match &metric.reported {
        None => value.into_any(),
        Some(told) => {
            let told = format!("{} as reported", told.range.show());
            view! { {told}<small class="muted clock-says">"by the clock "{value}</small> }.into_any()
        }
    };
    let target = target.map(|target| DurationRange::exact(i64::from(target) * 1_000_000).show());
    let name = metric.name.label();
    let name = name[..1].to_uppercase() + &name[1..];
    view! {
        <tr class=class>
            <th scope="row">{name}</th>
            <td class="num">{shown}{over.then(|| view! { <span class="visually-hidden">" (over the target)"</span> })}</td>
            <td data-label="Target">{target}</td>
            <td><code>{metric.formula.clone()}</code>{ends(case, metric)}</td>
        </tr>
    }
}

/// The two events, as links.
fn ends(case: &Case, metric: &Metric) -> Option<AnyView> {
    let zone = Frame::current().zone.clone();
    let link = |id: &Id| {
        let event = case.dossier.events.get(id)?;
        let words = format!("{} {}", show_clock(&event.time, &zone), case.name_of(&event.actor));
        let href = case.event_url(id);
        Some(view! { <a href=href>{words}</a> })
    };
    let (from, to) = (metric.from.as_ref().and_then(link), metric.to.as_ref().and_then(link));
    (from.is_some() || to.is_some()).then(|| {
        let arrow = (from.is_some() && to.is_some()).then_some(" → ");
        view! { <small class="muted">" "{from}{arrow}{to}</small> }.into_any()
    })
}
