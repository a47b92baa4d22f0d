//! What a draft is called, and what its summary says: facts alone.

use super::Raised;
use crate::agent::AgentCase;
use crate::agent::scope::{Scope, decide};
use crate::draft::LINE_CHARS_MAX;
use crate::reader::log::LogRecord;
use crate::spelling::shown_line;
use crate::timeline::{Outcome, Verb};
use crate::watch::{Act, Place, RuleKind};

/// So much of a name, and of a resource, stands in a title.
const PART_CHARS_MAX: usize = 120;

/// `forum-agent deleted payroll/records outside its grants`.
pub(super) fn title(raised: &Raised, agent: Option<&AgentCase>, more: usize) -> String {
    let alert = &raised.alert;
    let name = shown_line(&alert.name, PART_CHARS_MAX);
    let first = raised.acts.first().map(|act| &act.record);
    let what = first.map_or_else(|| format!("acted on {}", alert.resource), done);
    let more = match more {
        0 => String::new(),
        1 => " and did more".into(),
        more => format!(" and did {more} things more"),
    };
    let title = match alert.rule {
        RuleKind::LoggingControl => format!("{name} {}{more}", first.map_or("changed what is logged".into(), logging)),
        RuleKind::Burst => format!("{name} destroyed much within a short time; it {what}"),
        rule => format!("{name} {what}{more} {}", clause(rule, raised, agent)),
    };
    title.chars().take(LINE_CHARS_MAX).collect()
}

/// How the act stands to the rule that it offended.
fn clause(rule: RuleKind, raised: &Raised, agent: Option<&AgentCase>) -> &'static str {
    match rule {
        RuleKind::UnknownAgent => "and the registry does not know it",
        RuleKind::DestructiveUnconfirmed => "without confirmation",
        RuleKind::ActAfterStop => "after it was stopped",
        RuleKind::UnlabelledOutput => "without a label",
        RuleKind::ActingOnUnconfirmed => "on output that nobody confirmed",
        _ => match scope(raised, agent) {
            Some(Scope::Unconfirmed) => "without the confirmation that its grant asks for",
            Some(Scope::Expired) => "when no grant of it held",
            Some(Scope::Suspended) => "while it was not active",
            _ => "outside its grants",
        },
    }
}

/// How the first act stands to what the agent was granted.
pub(super) fn scope(raised: &Raised, agent: Option<&AgentCase>) -> Option<Scope> {
    let (agent, first) = (agent?, raised.acts.first()?);
    let place = Place { source: raised.alert.source.clone(), batch: None, segment: None };
    let act = Act { agent: None, place, record: first.record.clone() };
    let people: Vec<&str> = first.record.confirmers().map(|by| by.name.as_str()).collect();
    let file = agent.file().ok()?;
    let scope = decide(Some(file.known()), &act.deed(&people)).scope;
    Some(scope)
}

/// What was done to what: `deleted payroll/records`, `tried to delete payroll/records`.
fn done(record: &LogRecord) -> String {
    let (past, verb) = words(record.verb);
    let resource = match shown_line(&record.resource, PART_CHARS_MAX) {
        resource if resource.is_empty() => "something that the log does not name".into(),
        resource => resource,
    };
    match record.outcome {
        Outcome::Denied | Outcome::Error => format!("tried to {verb} {resource}"),
        Outcome::Success | Outcome::Unknown => format!("{past} {resource}"),
    }
}

fn logging(record: &LogRecord) -> String {
    let at = match shown_line(&record.resource, PART_CHARS_MAX) {
        resource if resource.is_empty() => String::new(),
        resource => format!(" at {resource}"),
    };
    let tried = matches!(record.outcome, Outcome::Denied | Outcome::Error);
    format!("{} what is logged{at}", if tried { "tried to change" } else { "changed" })
}

const fn words(verb: Verb) -> (&'static str, &'static str) {
    match verb {
        Verb::Read => ("read", "read"),
        Verb::List => ("listed", "list"),
        Verb::Search => ("searched", "search"),
        Verb::Write => ("wrote", "write"),
        Verb::Post => ("posted to", "post to"),
        Verb::Call => ("called", "call"),
        Verb::Execute => ("executed", "execute"),
        Verb::Grant => ("granted rights on", "grant rights on"),
        Verb::Revoke => ("revoked rights on", "revoke rights on"),
        Verb::Delete => ("deleted", "delete"),
        Verb::Share => ("shared", "share"),
        Verb::Login => ("logged in to", "log in to"),
        Verb::Config => ("configured", "configure"),
        Verb::LoggingControl => ("changed logging at", "change logging at"),
        Verb::Other => ("acted on", "act on"),
    }
}

/// What the summary of a draft says.
pub(super) fn summary(raised: &Raised) -> String {
    let source = raised.source.replace('`', "'");
    let from = if source.is_empty() { "a source".into() } else { format!("the source `{source}`") };
    format!(
        "Drafted by the rule “{}” from what {from} sent; nobody has looked at it yet. What is not said here is not known.",
        raised.alert.rule
    )
}
