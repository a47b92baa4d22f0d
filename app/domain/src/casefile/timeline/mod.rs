//! The timeline: events, the links between them, and the marks that pin the clock.

mod cascade;
mod edge;
mod event;
mod mark;
mod phrase;

pub use cascade::{Cascade, Pause, cascade};
pub use edge::{Edge, EdgeDraft, EdgeKind};
pub use event::{Detail, Event, EventDraft, EvidenceLink, Lines};
pub use mark::{Mark, MarkDraft, MarkName, Marked, order_warnings};
pub use phrase::first_line;

pub use crate::vocabulary::{
    Effect, EventKind, Outcome, OutputMode, PreventedBy, ProvenanceLabel, Reversibility, Verb,
};

/// Where the event stands that a record names in a field.
fn place_of(record: &serde_json::Value, field: &str) -> String {
    let event = record.get(field).and_then(serde_json::Value::as_str);
    event.map_or_else(|| "timeline".into(), |id| format!("timeline?event={id}#event-{id}"))
}
