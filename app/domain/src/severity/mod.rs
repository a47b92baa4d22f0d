//! How bad it was, and how bad it could have been: the rubric, the facts a
//! rating rests on, and the answer with its working.

mod compute;
mod prose;
pub mod rubric;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::refusal::Ruled;
use crate::words::words;

words! {
    /// What a rating looks at. The first four are the impact, the last four the modifier.
    Dimension is "a dimension" {
        Exposure "exposure" "Exposure", Integrity "integrity" "Integrity", Availability "availability" "Availability",
        People "people" "People", Authority "authority" "Authority", Propagation "propagation" "Propagation",
        Duration "duration" "Duration", Recoverability "recoverability" "Recoverability",
    }
}

words! {
    /// Whether the effect happened, or was prevented.
    Class is "a class" { Incident "incident" "Incident", Hazard "hazard" "Hazard: the effect was prevented" }
}

/// A severity: 0 is the worst, 4 the mildest. A smaller number is more severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Sev(u8);

impl Sev {
    /// All five, the worst first.
    pub const ALL: [Self; 5] = [Self(0), Self(1), Self(2), Self(3), Self(4)];

    /// The severity with this number; `None` outside 0–4.
    pub const fn new(number: u8) -> Option<Self> {
        if number <= 4 { Some(Self(number)) } else { None }
    }

    /// Reads `2`; the error is a sentence for whoever typed it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let number = text.parse().ok().and_then(Self::new);
        number.ok_or_else(|| format!("“{text}” is not a severity: use 0 to 4."))
    }

    /// The number, 0 (worst) to 4.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The number with its rank: the sources disagree on what “Sev 1” means.
    pub const fn label(self) -> &'static str {
        match self.0 {
            0 => "Sev 0 (1st of 5)",
            1 => "Sev 1 (2nd of 5)",
            2 => "Sev 2 (3rd of 5)",
            3 => "Sev 3 (4th of 5)",
            _ => "Sev 4 (5th of 5)",
        }
    }

    /// Whether this is more severe than the other.
    pub const fn is_worse_than(self, other: Self) -> bool {
        self.0 < other.0
    }
}

impl std::fmt::Display for Sev {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.label())
    }
}

impl<'de> Deserialize<'de> for Sev {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        Self::new(number).ok_or_else(|| serde::de::Error::custom(format!("{number} is not a severity: use 0 to 4.")))
    }
}

/// Levels by dimension. A missing or `null` level is unknown.
pub type Levels = BTreeMap<Dimension, Option<i64>>;

/// What a rating rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeverityFacts {
    /// The rubric's version.
    #[serde(default = "asr_1")]
    pub rubric: String,
    /// Whether the effect happened.
    #[serde(default = "incident")]
    pub class: Class,
    /// Whether it still goes on.
    #[serde(default)]
    pub ongoing: bool,
    /// The levels that are known.
    #[serde(default)]
    pub dimensions: Levels,
    /// For an unknown level, the worst that is credible.
    #[serde(default)]
    pub worst_credible: Levels,
}

fn asr_1() -> String {
    rubric::ASR_1.version.into()
}

fn incident() -> Class {
    Class::Incident
}

impl Default for SeverityFacts {
    fn default() -> Self {
        Self {
            rubric: asr_1(),
            class: Class::Incident,
            ongoing: false,
            dimensions: Levels::new(),
            worst_credible: Levels::new(),
        }
    }
}

impl SeverityFacts {
    /// Rates the facts by their rubric; refuses levels outside 0–4 and unknown rubrics.
    pub fn rate(&self) -> Ruled<Severity> {
        compute::rate(self)
    }

    /// The facts of the *final* rating: only a verified no-op may lower
    /// exposure, by one, and to no less than 1.
    #[must_use]
    pub fn lower_exposure_if_verified(&self, verified: bool) -> Self {
        let mut facts = self.clone();
        if !verified {
            return facts;
        }
        let known = facts.dimensions.get(&Dimension::Exposure).copied().flatten();
        let credible = facts.worst_credible.get(&Dimension::Exposure).copied().flatten();
        let lower = |level: i64| if level > 1 { level - 1 } else { level };
        match known {
            Some(level) => facts.dimensions.insert(Dimension::Exposure, Some(lower(level))),
            None => {
                let level = credible.unwrap_or(i64::from(compute::UNKNOWN_READ_AS));
                facts.worst_credible.insert(Dimension::Exposure, Some(lower(level)))
            }
        };
        facts
    }
}

/// A rating with its working.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Severity {
    /// The effective severity: the more severe end of the range.
    pub sev: Sev,
    /// The same with its rank.
    pub label: String,
    /// The worst and the mildest reading of what is unknown.
    pub range: [Sev; 2],
    /// The highest of exposure, integrity, availability and people.
    pub impact: u8,
    /// The weighted sum of the other four, 0 to 4.
    pub modifier: f64,
    /// Orders incidents inside one severity only, 0 to 100.
    pub score: f64,
    /// How it came about, in sentences.
    pub reasons: Vec<String>,
}
