//! How a rule is set.

use serde::{Deserialize, Serialize};

use super::{Level, Response, RuleKind};
use crate::agent::Pattern;
use crate::spelling::parse_line;
use crate::{Id, Refusal, Ruled};

/// So many sources, agents, resources or labels are named in one list.
pub const LIST_MAX: usize = 500;

/// An alert takes in what happens again within so many seconds.
pub const WINDOW_SECONDS: u32 = 3_600;

/// The longest time a rule looks back over, in seconds: a day.
const SECONDS_MAX: u32 = 86_400;

/// The most acts a rule counts.
const COUNT_MAX: u32 = 1_000;

/// The longest label, in characters.
const LABEL_CHARS_MAX: usize = 100;

/// How a rule is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RuleSetting {
    /// The rule.
    pub kind: RuleKind,
    /// Whether it speaks at all.
    pub on: bool,
    /// How much its alerts matter.
    pub level: Level,
    /// What follows.
    pub response: Response,
    /// The sources it is for; all if there are none.
    #[serde(default)]
    pub sources: Vec<Id>,
    /// Sources it is not for.
    #[serde(default)]
    pub sources_except: Vec<Id>,
    /// The agents it is for; all if there are none.
    #[serde(default)]
    pub agents: Vec<Id>,
    /// Agents it is not for.
    #[serde(default)]
    pub agents_except: Vec<Id>,
    /// How many acts are too many.
    pub count: u32,
    /// Within so many seconds.
    pub seconds: u32,
    /// One alert takes in what happens again within so many seconds.
    pub window_seconds: u32,
    /// Where output needs a label; nowhere if there are none.
    #[serde(default)]
    pub resources: Vec<Pattern>,
    /// The texts of which one has to stand in labelled output.
    #[serde(default)]
    pub labels: Vec<String>,
}

impl RuleSetting {
    /// How a rule is set until somebody sets it otherwise.
    pub fn default_of(kind: RuleKind) -> Self {
        let (on, level, response) = match kind {
            RuleKind::OutOfScope | RuleKind::PrivilegeOrShare | RuleKind::DestructiveUnconfirmed => {
                (true, Level::Warning, Response::Alert)
            }
            RuleKind::UnknownAgent | RuleKind::SourceSilent => (true, Level::Warning, Response::Alert),
            RuleKind::LoggingControl | RuleKind::Burst | RuleKind::ActAfterStop => {
                (true, Level::Critical, Response::Draft)
            }
            // Both need to be told first what is asked for.
            RuleKind::UnlabelledOutput | RuleKind::ActingOnUnconfirmed => (false, Level::Note, Response::Note),
        };
        let (count, seconds) = if kind == RuleKind::Burst { (10, 60) } else { (1, 900) };
        Self {
            kind,
            on,
            level,
            response,
            sources: Vec::new(),
            sources_except: Vec::new(),
            agents: Vec::new(),
            agents_except: Vec::new(),
            count,
            seconds,
            window_seconds: WINDOW_SECONDS,
            resources: Vec::new(),
            labels: Vec::new(),
        }
    }

    /// How all rules are set until somebody sets them otherwise, in the order in which they are listed.
    pub fn defaults() -> Vec<Self> {
        RuleKind::ALL.iter().map(|kind| Self::default_of(*kind)).collect()
    }

    /// Whether it is on for a source.
    pub fn is_for_source(&self, source: &Id) -> bool {
        self.on && (self.sources.is_empty() || self.sources.contains(source)) && !self.sources_except.contains(source)
    }

    /// Whether it is for an agent; one that the registry does not know is only meant where all are.
    pub fn is_for_agent(&self, agent: Option<&Id>) -> bool {
        match agent {
            None => self.agents.is_empty(),
            Some(agent) => {
                (self.agents.is_empty() || self.agents.contains(agent)) && !self.agents_except.contains(agent)
            }
        }
    }
}

/// A change of how a rule is set: what is not sent stays as it is.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
pub struct RuleDraft {
    /// Whether it speaks at all.
    pub on: Option<bool>,
    /// How much its alerts matter.
    pub level: Option<Level>,
    /// What follows.
    pub response: Option<Response>,
    /// The sources it is for.
    pub sources: Option<Vec<Id>>,
    /// Sources it is not for.
    pub sources_except: Option<Vec<Id>>,
    /// The agents it is for.
    pub agents: Option<Vec<Id>>,
    /// Agents it is not for.
    pub agents_except: Option<Vec<Id>>,
    /// How many acts are too many.
    pub count: Option<u32>,
    /// Within so many seconds.
    pub seconds: Option<u32>,
    /// One alert takes in what happens again within so many seconds.
    pub window_seconds: Option<u32>,
    /// Where output needs a label.
    pub resources: Option<Vec<String>>,
    /// The texts of which one has to stand in labelled output.
    pub labels: Option<Vec<String>>,
}

impl RuleDraft {
    /// The setting after the change.
    pub fn apply(self, old: &RuleSetting) -> Ruled<RuleSetting> {
        let kind = old.kind;
        let response = self.response.unwrap_or(old.response);
        if kind == RuleKind::SourceSilent && response > Response::Alert {
            return Err(Refusal::field(
                "response",
                "A silent source is nobody's act: list it or tell people, nothing beyond that.",
            ));
        }
        let settled = RuleSetting {
            kind,
            on: self.on.unwrap_or(old.on),
            level: self.level.unwrap_or(old.level),
            response,
            sources: bounded("sources", self.sources, &old.sources)?,
            sources_except: bounded("sources_except", self.sources_except, &old.sources_except)?,
            agents: bounded("agents", self.agents, &old.agents)?,
            agents_except: bounded("agents_except", self.agents_except, &old.agents_except)?,
            count: within("count", self.count.unwrap_or(old.count), COUNT_MAX)?,
            seconds: within("seconds", self.seconds.unwrap_or(old.seconds), SECONDS_MAX)?,
            window_seconds: within("window_seconds", self.window_seconds.unwrap_or(old.window_seconds), SECONDS_MAX)?,
            resources: match self.resources {
                None => old.resources.clone(),
                Some(texts) => patterns(texts)?,
            },
            labels: match self.labels {
                None => old.labels.clone(),
                Some(texts) => labels(texts)?,
            },
        };
        let asks = !settled.resources.is_empty() && !settled.labels.is_empty();
        if settled.on && kind == RuleKind::UnlabelledOutput && !asks {
            return Err(Refusal::field(
                if settled.resources.is_empty() { "resources" } else { "labels" },
                "Say where output needs a label, and which texts count as one; then switch the rule on.",
            ));
        }
        Ok(settled)
    }
}

fn bounded(field: &str, sent: Option<Vec<Id>>, old: &[Id]) -> Ruled<Vec<Id>> {
    let mut list = sent.unwrap_or_else(|| old.to_vec());
    refuse_many(field, list.len())?;
    list.retain(|id| !id.as_str().trim().is_empty());
    list.sort();
    list.dedup();
    Ok(list)
}

fn refuse_many(field: &str, count: usize) -> Ruled<()> {
    if count > LIST_MAX {
        return Err(Refusal::field(field, format!("These are {count}; name at most {LIST_MAX}.")));
    }
    Ok(())
}

fn within(field: &str, number: u32, most: u32) -> Ruled<u32> {
    if (1..=most).contains(&number) {
        return Ok(number);
    }
    Err(Refusal::field(field, format!("Give a number from 1 to {most}.")))
}

fn patterns(texts: Vec<String>) -> Ruled<Vec<Pattern>> {
    refuse_many("resources", texts.len())?;
    let texts = texts.iter().filter(|text| !text.trim().is_empty());
    texts.map(|text| Pattern::parse("resources", text)).collect()
}

fn labels(texts: Vec<String>) -> Ruled<Vec<String>> {
    refuse_many("labels", texts.len())?;
    let mut kept = Vec::new();
    for text in texts {
        let text = parse_line("labels", text, LABEL_CHARS_MAX)?;
        if !text.is_empty() && !kept.contains(&text) {
            kept.push(text);
        }
    }
    Ok(kept)
}
