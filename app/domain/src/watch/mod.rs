//! Watching while agents act: what their acts are judged by, and what is said about those that offend.

mod act;
mod alert;
mod offence;
mod outputs;
mod roster;
mod rule;
mod setting;
mod watcher;

pub use act::{Act, Intake, Place};
pub use alert::{Alert, AlertState, AlertStep, MUTE_DAYS_MAX, MuteDraft, Precision, REASON_CHARS_MAX, Sample};
pub use offence::{Gathered, MANY_AGENTS, MANY_RESOURCES, Offence, gather};
pub use roster::{Roster, Who};
pub use rule::{Level, Response, RuleKind};
pub use setting::{LIST_MAX, RuleDraft, RuleSetting, WINDOW_SECONDS};
pub use watcher::Watcher;
