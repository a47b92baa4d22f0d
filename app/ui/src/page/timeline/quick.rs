//! A new event on one line, where it will stand.

use domain::casefile::CaseItem;
use domain::time::day_of;
use domain::timeline::{Event, EventKind};
use leptos::prelude::*;

use crate::case::Case;
use crate::component::{Field, Form, Select, choices, time_text};
use crate::frame::Frame;
use crate::island::Understood;

/// The form between two events: the time of the one before is there already, as it may be the same, and the people
/// and agents of the incident are offered by name.
pub(super) fn quick(case: &Case, before: Option<&CaseItem<Event>>, next: Option<&CaseItem<Event>>) -> AnyView {
    let names: Vec<String> = case.dossier.principals.iter().map(|kept| kept.name.clone()).collect();
    let time = before.or(next).map(|event| time_text(&event.time)).unwrap_or_default();
    let label = match (before, next) {
        (Some(before), Some(next)) => between(case, before, next),
        _ => "Add an event".to_string(),
    };
    view! {
        <section class="quick" aria-label=label>
            <Form id="quick-event" action=case.url("events") submit="Add" keep="events/quick">
                <Field name="time" label="When" value=time required=true/>
                <Field name="actor.name" label="Who" list="quick-names" required=true/>
                <Select name="kind" label="Kind" options=choices(EventKind::ALL, EventKind::word, EventKind::label) value="action"/>
                <Field name="body" label="What happened" required=true/>
            </Form>
            <datalist id="quick-names">{names.into_iter().map(|name| view! { <option value=name></option> }).collect_view()}</datalist>
            <Understood input="quick-event-time".to_string()/>
        </section>
    }
    .into_any()
}

fn between(case: &Case, before: &Event, next: &Event) -> String {
    let zone = &Frame::current().zone;
    let name = |event: &Event| format!("{} {}", case.name_of(&event.actor), event.act());
    let days = (day_of(&before.time, zone), day_of(&next.time, zone));
    let day = days.0.filter(|day| days.1 == Some(*day)).map(|day| day.format(", %-d %B").to_string());
    format!("Add an event between “{}” and “{}”{}", name(before), name(next), day.unwrap_or_default())
}
