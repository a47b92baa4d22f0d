//! Watching while agents act: where records come in, what they are judged by, what is said about those that offend, and
//! how an agent is stopped.

mod alert;
mod contained;
mod decided;
pub mod drafting;
mod health;
pub mod notice;
mod offence;
mod otlp;
mod outputs;
mod protobuf;
mod roster;
mod rule;
mod segment;
mod setting;
mod source;
pub mod stop;
mod trial;
mod watcher;

pub use crate::agent::containment::{self, Cause, Containment, ContainmentState};
pub use crate::agent::{Act, Place};
pub use crate::vocabulary::RuleKind;
pub use alert::{Alert, AlertState, AlertStep, MUTE_DAYS_MAX, MuteDraft, Precision, REASON_CHARS_MAX, Sample};
pub use decided::{Decided, SOURCE_CLOSED, SPEAKS_AGAIN, Standing};
pub use health::{SourceHealth, SourceState, silent_since};
pub use notice::{NoticeDraft, NoticeSetting};
pub use offence::{Gathered, MANY_AGENTS, MANY_RESOURCES, Offence, gather};
pub use otlp::{Export, Signal};
pub use roster::{Roster, Who};
pub use rule::{Level, Response};
pub use segment::{FIRST_LINK, Segment, link_hash};
pub use setting::{LIST_MAX, RuleDraft, RuleSetting, WINDOW_SECONDS};
pub use source::{HEARTBEAT_SECONDS_MAX, Source, SourceDraft};
pub use trial::{RuleTrial, Said, TRIED_MAX, TrialRead, Tried};
pub use watcher::{Intake, Watcher};
