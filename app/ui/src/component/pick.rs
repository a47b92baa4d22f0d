//! What forms offer to choose from: events and evidence of the incident.

use domain::Id;
use domain::casefile::CaseItem;
use domain::timeline::Event;

use super::field::Choice;
use crate::case::Case;
use crate::frame::Frame;

/// How many events a form offers: more boxes than that help nobody.
pub const EVENTS_OFFERED_MAX: usize = 60;

/// The events to choose from, in the order of the timeline. On a long one those
/// that are chosen, carry a mark, changed something or ended well by luck come first.
pub fn event_choices(case: &Case, chosen: &[Id]) -> Vec<Choice> {
    let zone = &Frame::current().zone;
    let timeline = case.dossier.timeline();
    let weight = |event: &Event| match event {
        event if chosen.contains(&event.id) => 0,
        event if event.prevented_by.is_some() || !case.dossier.marks_on(&event.id).is_empty() => 1,
        event if event.effect.is_effectful() => 2,
        _ => 3,
    };
    let mut places: Vec<usize> = (0..timeline.len()).collect();
    if timeline.len() > EVENTS_OFFERED_MAX {
        places.sort_by_key(|place| weight(timeline[*place]));
        places.truncate(EVENTS_OFFERED_MAX.max(chosen.len()));
        places.sort_unstable();
    }
    let choice = |event: &CaseItem<Event>| (event.id.to_string(), case.event_line(event, zone));
    places.into_iter().map(|place| choice(timeline[place])).collect()
}

/// Every evidence item to choose from.
pub fn evidence_choices(case: &Case) -> Vec<Choice> {
    case.dossier
        .evidence
        .iter()
        .map(|item| (item.id.to_string(), format!("{} ({})", item.name, item.status.label().to_lowercase())))
        .collect()
}

/// Ids as the values of a field.
pub fn ids(list: &[Id]) -> Vec<String> {
    list.iter().map(Id::to_string).collect()
}
