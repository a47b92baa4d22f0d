//! Events in words.

use domain::time::{Zone, show_clock};
use domain::timeline::{Event, EventKind, Verb};

use crate::page::case::Case;

/// An event in a line: `17:00 forum-agent posts an answer`.
pub fn event_line(case: &Case, event: &Event, zone: &Zone) -> String {
    let space = if event.resource.is_empty() { "" } else { " " };
    format!(
        "{} {} {}{space}{}",
        show_clock(&event.time, zone),
        case.dossier.name_of(&event.actor),
        verb_phrase(event),
        event.resource
    )
}

/// What the actor does, as a sentence says it.
pub fn verb_phrase(event: &Event) -> &'static str {
    match event.verb {
        Verb::Read => "reads",
        Verb::List => "lists",
        Verb::Search => "searches",
        Verb::Write => "writes",
        Verb::Post => "posts",
        Verb::Call => "calls",
        Verb::Execute => "executes",
        Verb::Grant => "grants",
        Verb::Revoke => "revokes",
        Verb::Delete => "deletes",
        Verb::Share => "shares",
        Verb::Login => "logs in",
        Verb::Config => "configures",
        Verb::LoggingControl => "changes logging",
        Verb::Other => match event.kind {
            EventKind::Action => "acts",
            EventKind::Grant => "grants",
            EventKind::Access => "gains access",
            EventKind::Message => "says",
            EventKind::Alert => "raises an alert",
            EventKind::Decision => "decides",
            EventKind::Stop => "stops",
            EventKind::Containment => "contains",
            EventKind::Note => "notes",
        },
    }
}
