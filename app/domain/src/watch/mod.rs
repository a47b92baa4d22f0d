//! Watching while agents act: where records come in, what they are judged by, what is said about those that offend, and
//! how an agent is stopped.

mod act;
mod alert;
pub mod containment;
mod offence;
mod outputs;
mod roster;
mod rule;
mod setting;
pub mod stop;
mod watcher;

pub use act::{Act, Intake, Place};
pub use alert::{Alert, AlertState, AlertStep, MUTE_DAYS_MAX, MuteDraft, Precision, REASON_CHARS_MAX, Sample};
pub use containment::{Cause, Containment, ContainmentState};
pub use offence::{Gathered, MANY_AGENTS, MANY_RESOURCES, Offence, gather};
pub use roster::{Roster, Who};
pub use rule::{Level, Response, RuleKind};
pub use setting::{LIST_MAX, RuleDraft, RuleSetting, WINDOW_SECONDS};
pub use watcher::Watcher;
