//! What moves a case forward: the acts that are open, in the order of their effect on what can be said.
//!
//! First what makes every figure wrong (no window, no resources), then what the verdict waits for from the logs to the
//! signatures, then severity, then what the postmortem waits for. Every act names what it changes and one page.

mod proof;
mod report;

#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::Serialize;

use crate::casefile::Dossier;
use crate::verdict::{Evaluation, Verdict};

/// How many acts a page shows.
pub const ACTS_SHOWN: usize = 5;

/// Something to do, what it changes, and where it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NextAct {
    /// What to do, as a sentence without its full stop.
    pub what: String,
    /// What it changes, as a sentence.
    pub effect: String,
    /// What the link says: a verb and what it is about.
    pub link: &'static str,
    /// The page below the incident, with its anchor.
    pub page: String,
}

impl NextAct {
    fn new(what: impl Into<String>, effect: impl Into<String>, link: &'static str, page: impl Into<String>) -> Self {
        Self { what: what.into(), effect: effect.into(), link, page: page.into() }
    }
}

/// Every open act, the most telling first.
pub fn next_acts(dossier: &Dossier, evaluation: &Evaluation) -> Vec<NextAct> {
    let mut acts = Vec::new();
    // Its records stand elsewhere, and here nothing can be done.
    if dossier.merged_into().is_some() {
        return acts;
    }
    // Harm that is certain, or no harm that is verified: more logs change neither.
    let settled =
        matches!(evaluation.verdict.verdict, Verdict::HarmConfirmed | Verdict::AccessConfirmed | Verdict::VerifiedNoOp);
    if !settled {
        proof::open(dossier, &evaluation.verdict, &mut acts);
    }
    report::open(dossier, evaluation, &mut acts);
    acts
}

/// `“a”`, `“a” and “b”`, `“a”, “b” and 3 more`.
fn names(names: &[String]) -> String {
    let quoted = |name: &String| format!("“{name}”");
    match names {
        [] => String::new(),
        [one] => quoted(one),
        [one, two] => format!("{} and {}", quoted(one), quoted(two)),
        [one, two, rest @ ..] => format!("{}, {} and {} more", quoted(one), quoted(two), rest.len()),
    }
}
