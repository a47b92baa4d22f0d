//! Who acts, as far as a name tells.

use super::record::LogActor;
use crate::vocabulary::PrincipalKind;

/// Words in a name that speak of an AI agent.
const AGENTS: &[&str] = &["agent", "copilot", "claude", "codex", "chatgpt", "gpt", "devin", "assistant", "llm"];

/// The actor behind a name, with the kind its name suggests; without a hint it stays unknown.
pub(super) fn named(name: &str) -> LogActor {
    LogActor::new(kind_of(name), name)
}

/// The part of an ARN that names who acts; anything else stays.
pub(super) fn of_arn(name: &str) -> &str {
    if !name.starts_with("arn:") {
        return name;
    }
    let of = |mark: &str| name.split_once(mark).map(|(_, rest)| rest);
    of(":assumed-role/").or_else(|| of(":user/")).or_else(|| of(":role/")).unwrap_or(name)
}

/// What a name suggests.
pub(super) fn kind_of(name: &str) -> PrincipalKind {
    let small = name.to_ascii_lowercase();
    if small.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| AGENTS.contains(&word)) {
        return PrincipalKind::Agent;
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| small.ends_with(ending));
    let begins = |openings: &[&str]| openings.iter().any(|opening| small.starts_with(opening));
    if ends(&["gserviceaccount.com", "[bot]", "-bot", "_bot"])
        || begins(&["system:serviceaccount:", "serviceaccount:", "app@", "sa-"])
    {
        return PrincipalKind::Service;
    }
    if begins(&["system:", "nt authority\\", "nt service\\"])
        || ends(&[".amazonaws.com", ".googleapis.com"])
        || small == "system"
        || small == "root"
    {
        return PrincipalKind::System;
    }
    if small.contains('@') { PrincipalKind::Human } else { PrincipalKind::Unknown }
}

/// The actor behind a name that is known to be a person's, unless the name says otherwise.
pub(super) fn person(name: &str) -> LogActor {
    let kind = match kind_of(name) {
        PrincipalKind::Unknown if !name.is_empty() => PrincipalKind::Human,
        kind => kind,
    };
    LogActor::new(kind, name)
}
