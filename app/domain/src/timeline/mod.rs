//! The timeline: events, the links between them, and the marks that pin the clock.

mod cascade;
mod edge;
mod event;
mod mark;
mod phrase;

pub use cascade::{Cascade, Pause, cascade};
pub use edge::{Edge, EdgeDraft, EdgeKind};
pub use event::{
    Effect, Event, EventDraft, EventKind, EvidenceLink, Lines, Outcome, OutputMode, PreventedBy, ProvenanceLabel,
    Reversibility, Verb,
};
pub use mark::{Mark, MarkDraft, MarkName, order_warnings};
pub use phrase::first_line;
