//! The pages of the watch, side by side.

use domain::access::Permit;
use leptos::prelude::*;

use crate::frame::Frame;

const PAGES: [(&str, &str); 5] = [
    ("/watch", "Alerts"),
    ("/watch/rules", "Rules"),
    ("/watch/stops", "Stops"),
    ("/watch/sources", "Sources"),
    (NOTICES, "Notices"),
];

/// Who is told is for admins.
const NOTICES: &str = "/watch/notices";

/// The links above each of them.
pub(super) fn nav() -> impl IntoView {
    let frame = Frame::current();
    let may = frame.may(Permit::Admin);
    let path = frame.at.split('?').next().unwrap_or_default().to_string();
    let link = move |(href, label): (&'static str, &'static str)| {
        let below = if href == "/watch" { "/watch/alerts/".to_string() } else { format!("{href}/") };
        let current = (path == href || path.starts_with(&below)).then_some("page");
        let count = (href == "/watch").then(|| count(frame.alerts)).flatten();
        view! { <a href=href aria-current=current>{label}{count}</a> }
    };
    let pages = PAGES.into_iter().filter(move |(href, _)| may || *href != NOTICES);
    view! { <nav class="tabs" aria-label="Watch">{pages.map(link).collect_view()}</nav> }
}

/// How many alerts are open, for those who see it and those who hear it.
pub(crate) fn count(alerts: u64) -> Option<impl IntoView> {
    let words = if alerts == 1 { ": 1 open alert".to_string() } else { format!(": {alerts} open alerts") };
    let shown = if alerts > 99 { "99+".to_string() } else { alerts.to_string() };
    (alerts > 0).then(|| view! { " "<span class="count num" aria-hidden="true">{shown}</span><span class="visually-hidden">{words}</span> })
}
