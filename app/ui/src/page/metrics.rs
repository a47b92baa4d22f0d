//! The clock of an incident: drawn, and every duration with its formula and the two events behind it.

mod rows;

use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::clock_chart::{ClockChart, is_piled};
use crate::frame::Frame;

/// The page of an incident's metrics.
pub fn page(case: &Case) -> AnyView {
    let zone = Frame::current().zone.name().to_string();
    let untimed = case.dossier.events.iter().filter(|event| event.time.sort_key().is_none()).count();
    let unmarked = case.dossier.marks.is_empty();
    let href = case.url("timeline?flag=marked");
    let piled = is_piled(case);
    let untimed = match untimed {
        0 => None,
        1 => Some("One event has no known time and is not drawn.".to_string()),
        many => Some(format!("{many} events have no known time and are not drawn.")),
    };
    let body = view! {
        <section class="card">
            <header><h2>"The clock"</h2><small class="muted">{zone}" · what is not exact is hatched"</small></header>
            <ClockChart case=case.clone()/>
            {unmarked.then(|| view! { <p class="muted">"No event carries a mark yet. Open an event in the "<a href=case.url("timeline")>"timeline"</a>" and mark where the impact starts, where it was detected and where it was contained: then durations are computed."</p> })}
            {piled.then(|| view! { <p class="muted">"Most times are not known finely enough to tell events apart here. Their order is drawn as "<a href=format!("{}#chain", case.url(""))>"the chain of acts"</a>"."</p> })}
            {untimed.map(|sentence| view! { <p class="muted">{sentence}</p> })}
        </section>
        <section class="card">
            <header><h2>"Durations"</h2>{(!unmarked).then(|| view! { <small><a href=href>"Marked events"</a></small> })}</header>
            {rows::measures(case)}
        </section>
    };
    case_page(case, "metrics", body.into_any())
}
