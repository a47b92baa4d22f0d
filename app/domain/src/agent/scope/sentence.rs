//! A decision of scope in words.

use super::{Decided, Decision, Deed, Scope, ScopePart};
use crate::Instant;
use crate::agent::{ConfirmationRule, Grant, Pattern};

impl Decision<'_> {
    /// The decision with its sentence, to keep and to send.
    pub fn told(&self, deed: &Deed) -> Decided {
        Decided {
            scope: self.scope,
            grant: self.grant.map(|grant| grant.id.clone()),
            parts: self.parts.iter().collect(),
            sentence: self.sentence(deed),
        }
    }

    /// The decision as a sentence.
    pub fn sentence(&self, deed: &Deed) -> String {
        match (self.scope, self.grant) {
            (Scope::Within, _) => "A grant that held then allows this act.".into(),
            (Scope::Unconfirmed, Some(grant)) => match grant.rule {
                ConfirmationRule::TwoPeople => {
                    "A grant allows this act if two different people confirm it first; that is not shown.".into()
                }
                _ => "A grant allows this act if a person confirms it first; that is not shown.".into(),
            },
            (Scope::Expired, Some(grant)) => lapsed(grant, deed),
            (Scope::Suspended, _) => "The agent was not active at that time.".into(),
            (Scope::UnknownAgent, _) => "The registry does not know this agent.".into(),
            (Scope::CannotTell, Some(grant)) => {
                let sentence = "A grant allows this act, but it cannot be told whether the grant held and the agent was active at that time";
                match deed.is_before_record(grant) {
                    true => format!("{sentence}: it was recorded only on {}.", shown(grant.since())),
                    false => format!("{sentence}."),
                }
            }
            (Scope::CannotTell, None) => {
                let unknown = self.parts.iter().map(|part| match part {
                    ScopePart::Verb => "what was done",
                    ScopePart::Resource => "to what",
                    ScopePart::Agent => "which of several agents of that name it was",
                    _ => "when",
                });
                format!("It cannot be told: it is not known {}.", listed(unknown))
            }
            (_, Some(grant)) => {
                let differing = self.parts.iter().filter_map(|part| difference(part, grant, deed));
                format!("Outside every grant. Against the nearest one: {}.", differing.collect::<Vec<_>>().join("; "))
            }
            (_, None) => "The agent was granted nothing.".into(),
        }
    }
}

fn lapsed(grant: &Grant, deed: &Deed) -> String {
    let has_ended = || grant.ends().is_some_and(|end| deed.earliest.is_some_and(|earliest| end <= earliest));
    if deed.is_before_record(grant) && !has_ended() {
        return format!(
            "Granted afterwards: a grant allows this act, and is said to hold since {}, but it was recorded only on {}. When the act happened, nothing allowed it.",
            shown(grant.from),
            shown(grant.since())
        );
    }
    match grant.ends().filter(|end| deed.earliest.is_some_and(|earliest| *end <= earliest)) {
        Some(end) => format!("A grant allowed this act until {}; it did not hold any more.", shown(end)),
        None => format!("A grant allows this act only since {}; it did not hold yet.", shown(grant.from)),
    }
}

/// What a part of the act is, and what the grant allows.
fn difference(part: ScopePart, grant: &Grant, deed: &Deed) -> Option<String> {
    Some(match part {
        ScopePart::Verb => {
            format!("“{}” is not among {}", deed.verb.label(), listed(grant.verbs.iter().map(|verb| verb.label())))
        }
        ScopePart::Resource => {
            format!("{} is not among {}", deed.resource, listed(grant.resources.iter().map(Pattern::as_str)))
        }
        ScopePart::Effect => {
            format!("the act {}, and at most “{}” is allowed", effect(deed), grant.ceiling.label())
        }
        ScopePart::Task => format!("the grant is for the task {}", grant.task.reference),
        ScopePart::Time => "it did not hold at that time".into(),
        ScopePart::Confirmation | ScopePart::Agent | ScopePart::Record => return None,
    })
}

fn effect(deed: &Deed) -> &'static str {
    if deed.effect == crate::vocabulary::Effect::None { "changes nothing" } else { deed.effect.label() }
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    match words.as_slice() {
        [] => "nothing".into(),
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => words.concat(),
    }
}

/// A time as people read it. In UTC, because a sentence is kept for readers in any zone.
fn shown(at: Instant) -> String {
    at.utc().format("%-d %B %Y, %H:%M:%S UTC").to_string()
}
