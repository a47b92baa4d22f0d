//! A source: a named intake, from which records come while agents act.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::reader::log::Format;
use crate::spelling::{parse_line, parse_name};
use crate::{Id, Instant, Refusal, Ruled};

/// The longest time after which silence means something: a week.
pub const HEARTBEAT_SECONDS_MAX: i64 = 7 * 24 * 3600;
/// Between two signs of life lie at least so many seconds: less than that is a matter of the network.
const HEARTBEAT_SECONDS_MIN: i64 = 5;
/// The longest that anything is kept, in days: ten years.
const RETENTION_DAYS_MAX: i64 = 3650;
/// The longest a segment stays open, in seconds.
const SEAL_SECONDS_MAX: i64 = 3600;
/// How long it stays open unless somebody says otherwise.
const SEAL_SECONDS: i64 = 60;
/// How many agents or resources a source names at most.
const NAMED_MAX: usize = 1_000;
/// The longest name of a resource.
const RESOURCE_CHARS_MAX: usize = 500;

/// An intake of records.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Source {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// The format of what comes; nothing where the bytes tell it.
    pub format: Option<Format>,
    /// The agents whose acts it shows, by the registry: that it shows no act of one of these says something.
    pub agents: Vec<Id>,
    /// The resources on which it shows acts.
    pub resources: Vec<String>,
    /// Whether only agents act here, so that an actor whom nobody knows is an agent that nobody knows.
    pub agents_only: bool,
    /// Silence of more than so many seconds means that something is wrong.
    pub heartbeat_seconds: Option<i64>,
    /// What is older than so many days is removed, unless an incident holds it.
    pub retention_days: Option<i64>,
    /// A segment is sealed after so many seconds, if it was not full before.
    pub seal_seconds: i64,
    /// Since when it is there.
    pub created_at: Instant,
    /// Since when its token works.
    pub token_at: Instant,
    /// Since when it takes nothing any more.
    pub closed_at: Option<Instant>,
}

impl Source {
    /// Whether it says of itself that it shows what this agent does.
    pub fn names(&self, agent: &Id) -> bool {
        self.closed_at.is_none() && self.agents.contains(agent)
    }
}

/// A source as it is sent.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
pub struct SourceDraft {
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// A format, or `auto`.
    pub format: Option<String>,
    /// The agents whose acts it shows.
    #[serde(default)]
    pub agents: Vec<Id>,
    /// The resources on which it shows acts.
    #[serde(default)]
    pub resources: Vec<String>,
    /// Whether only agents act here.
    #[serde(default)]
    pub agents_only: bool,
    /// Silence of more than so many seconds means that something is wrong.
    pub heartbeat_seconds: Option<i64>,
    /// What is older than so many days is removed.
    pub retention_days: Option<i64>,
    /// A segment is sealed after so many seconds.
    pub seal_seconds: Option<i64>,
}

impl SourceDraft {
    /// The source that it describes, if it may be so. Whether the agents are there is for whoever knows the registry.
    pub fn apply(self, id: Id, now: Instant) -> Ruled<Source> {
        let seconds = self.heartbeat_seconds;
        Ok(Source {
            id,
            name: parse_name("name", self.name, "Give the source a name, such as the system whose records come.")?,
            format: read_format(self.format.as_deref())?,
            agents: once_each("agents", self.agents)?,
            resources: resources(self.resources)?,
            agents_only: self.agents_only,
            heartbeat_seconds: within("heartbeat_seconds", seconds, HEARTBEAT_SECONDS_MIN, HEARTBEAT_SECONDS_MAX)?,
            retention_days: within("retention_days", self.retention_days, 1, RETENTION_DAYS_MAX)?,
            seal_seconds: within("seal_seconds", self.seal_seconds, 1, SEAL_SECONDS_MAX)?.unwrap_or(SEAL_SECONDS),
            created_at: now,
            token_at: now,
            closed_at: None,
        })
    }
}

/// A format whose records can be read from the middle on: what comes in pieces has no first line that explains it.
fn read_format(word: Option<&str>) -> Ruled<Option<Format>> {
    let word = word.map(str::trim).unwrap_or_default();
    if word.is_empty() || word == "auto" {
        return Ok(None);
    }
    let format = Format::parse(word)
        .map_err(|sentence| Refusal::field("format", format!("{sentence} Or auto to tell it from what comes.")))?;
    if !format.comes_in_pieces() {
        return Err(Refusal::field(
            "format",
            "A table is only understood with its first line, which is not in what follows: send JSON lines instead, or upload the whole file as evidence.",
        ));
    }
    Ok(Some(format))
}

fn once_each(field: &str, ids: Vec<Id>) -> Ruled<Vec<Id>> {
    if ids.len() > NAMED_MAX {
        return Err(Refusal::field(field, format!("Name at most {NAMED_MAX}.")));
    }
    Ok(ids.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
}

fn resources(lines: Vec<String>) -> Ruled<Vec<String>> {
    if lines.len() > NAMED_MAX {
        return Err(Refusal::field("resources", format!("Name at most {NAMED_MAX} resources.")));
    }
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for (place, line) in lines.into_iter().enumerate() {
        let line = parse_line(&format!("resources.{place}"), line, RESOURCE_CHARS_MAX)?;
        if !line.is_empty() && seen.insert(line.clone()) {
            kept.push(line);
        }
    }
    Ok(kept)
}

fn within(field: &str, number: Option<i64>, least: i64, most: i64) -> Ruled<Option<i64>> {
    match number {
        Some(number) if number < least || number > most => {
            Err(Refusal::field(field, format!("Give a number from {least} to {most}, or none.")))
        }
        number => Ok(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(name: &str) -> SourceDraft {
        SourceDraft { name: name.into(), ..SourceDraft::default() }
    }

    fn settled(draft: SourceDraft) -> Ruled<Source> {
        draft.apply(Id::new("s"), Instant::from_micros(0))
    }

    #[test]
    fn a_source_needs_a_name_and_has_sensible_defaults() {
        assert_eq!(settled(draft(" ")).unwrap_err().field.as_deref(), Some("name"));
        let source = settled(draft("Claude Code in CI")).unwrap();
        assert_eq!((source.format, source.seal_seconds, source.heartbeat_seconds), (None, 60, None));
    }

    #[test]
    fn a_format_that_needs_its_first_line_is_refused() {
        let refused = settled(SourceDraft { format: Some("csv".into()), ..draft("a") }).unwrap_err();
        assert!(refused.sentence.contains("first line"), "{}", refused.sentence);
        let known = settled(SourceDraft { format: Some("otlp".into()), ..draft("a") }).unwrap();
        assert_eq!(known.format, Some(Format::Otlp));
        assert!(settled(SourceDraft { format: Some("xyz".into()), ..draft("a") }).is_err());
    }

    #[test]
    fn numbers_have_bounds() {
        let none = settled(SourceDraft { heartbeat_seconds: Some(0), ..draft("a") }).unwrap_err();
        assert_eq!(none.field.as_deref(), Some("heartbeat_seconds"));
        assert!(settled(SourceDraft { retention_days: Some(i64::MAX), ..draft("a") }).is_err());
        assert!(settled(SourceDraft { seal_seconds: Some(-1), ..draft("a") }).is_err());
    }

    #[test]
    fn agents_are_named_once() {
        let twice = vec![Id::new("b"), Id::new("a"), Id::new("b")];
        let source = settled(SourceDraft { agents: twice, ..draft("a") }).unwrap();
        assert_eq!(source.agents, [Id::new("a"), Id::new("b")]);
    }
}
