//! Events in words.

use domain::time::{Zone, show_clock};
use domain::timeline::Event;

use crate::page::case::Case;

/// An event in a line: `17:00 forum-agent posts an answer`.
pub fn event_line(case: &Case, event: &Event, zone: &Zone) -> String {
    format!("{} {}", show_clock(&event.time, zone), event.line(&case.dossier))
}
