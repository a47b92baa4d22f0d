//! The line that ties a document to the log it was written from: whoever keeps the document can later tell whether
//! that log was shortened or rewritten.

use std::fmt;

use serde::Serialize;

use crate::{Id, Key};

/// How the line begins in a postmortem.
const LABEL: &str = "**Change log:** ";

/// How the name of an agent's chain begins.
const AGENT: &str = "Agent ";

/// What has a chain of changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Chained {
    /// An incident.
    Incident(Key),
    /// The instance: accounts, tokens, invitations.
    Instance,
    /// An agent of the registry.
    Agent(Id),
}

impl fmt::Display for Chained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incident(key) => key.fmt(f),
            Self::Instance => f.write_str("Instance"),
            Self::Agent(id) => write!(f, "{AGENT}{id}"),
        }
    }
}

/// The hash of the last change of a log at some revision. It stands for all changes up to there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChainHead {
    /// Whose log.
    pub of: Chained,
    /// How many changes it has.
    pub revision: u64,
    /// The hash of the last of them, in hex.
    pub sha256: String,
}

impl ChainHead {
    /// Of an incident.
    pub fn of_incident(key: Key, revision: u64, sha256: &str) -> Self {
        Self { of: Chained::Incident(key), revision, sha256: sha256.into() }
    }

    /// Of the instance.
    pub fn of_instance(revision: u64, sha256: &str) -> Self {
        Self { of: Chained::Instance, revision, sha256: sha256.into() }
    }

    /// Of an agent of the registry.
    pub fn of_agent(id: Id, revision: u64, sha256: &str) -> Self {
        Self { of: Chained::Agent(id), revision, sha256: sha256.into() }
    }

    /// The heads that a text names: a postmortem above its first section, a timeline in its last row, or a list of
    /// lines. What people wrote into a document is not looked at.
    pub fn read_all(text: &str) -> Vec<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let lines: Vec<&str> = if text.starts_with("message,") {
            text.lines().next_back().and_then(|row| row.split(',').next()).into_iter().collect()
        } else {
            let head = text.split("\n## ").next().unwrap_or_default();
            let bare = |line| str::trim(line).trim_start_matches("- ").trim_start_matches(LABEL);
            head.lines().map(bare).collect()
        };
        lines.into_iter().filter_map(Self::read).collect()
    }

    fn read(line: &str) -> Option<Self> {
        let (of, rest) = line.split_once(" · Revision ")?;
        let (revision, sha256) = rest.split_once(" · chain head sha256:")?;
        let of = match of.strip_prefix(AGENT) {
            Some(id) => Chained::Agent(Id::new(id)),
            None if of == "Instance" => Chained::Instance,
            None => Chained::Incident(Key::parse(of)?),
        };
        let is_digest = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_digest.then_some(Self { of, revision: revision.parse().ok()?, sha256: sha256.into() })
    }
}

impl fmt::Display for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} · Revision {} · chain head sha256:{}", self.of, self.revision, self.sha256)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let heads =
            [ChainHead::of_incident(Key(12), 42, &"ab".repeat(32)), ChainHead::of_instance(7, &"01".repeat(32))];
        let text = format!("{}\nsomething else\n{}\n", heads[0], heads[1]);
        assert_eq!(ChainHead::read_all(&text), heads);
    }

    #[test]
    fn what_people_wrote_names_no_head() {
        let head = ChainHead::of_incident(Key(12), 42, &"ab".repeat(32));
        let false_one = ChainHead::of_incident(Key(12), 1, &"cd".repeat(32));
        let markdown = format!("# INC-12: x\n\n- {LABEL}{head}\n\n## Summary\n\n{false_one}\n");
        assert_eq!(ChainHead::read_all(&markdown), std::slice::from_ref(&head));
        let csv = format!("message,datetime\n\"a\n{false_one}\nb\",\n{head},2026\n");
        assert_eq!(ChainHead::read_all(&csv), [head]);
        assert_eq!(ChainHead::read_all("INC-1 · Revision 4 · chain head sha256:short"), []);
    }
}
