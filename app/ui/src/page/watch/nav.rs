//! The pages of the watch, side by side.

use domain::access::Permit;
use leptos::prelude::*;

use crate::component::shell::count_of_alerts;
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
        let count = (href == "/watch").then(|| count_of_alerts(frame.alerts)).flatten();
        view! { <a href=href aria-current=current>{label}{count}</a> }
    };
    let pages = PAGES.into_iter().filter(move |(href, _)| may || *href != NOTICES);
    view! { <nav class="tabs" aria-label="Watch">{pages.map(link).collect_view()}</nav> }
}
