//! Do we *know* that nothing was harmed, or have we only not seen harm?
//!
//! The engine computes the verdict and whether a verified one is within reach;
//! people sign. Nothing here promotes itself.

mod basis;
pub mod catalogue;
mod coverage;
mod facets;
mod gain;
mod gates;
mod spans;
mod statement;

#[cfg(test)]
mod generated;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::Facts;
use crate::refusal::{Refusal, Ruled};
use crate::severity::Severity;
use crate::words::words;

pub use coverage::{Cell, CoverageFigures, Lanes, Uncovered};
pub use facets::Facets;
pub use gain::{Judged, OUT_OF_THE_ACTORS, gain};
pub use gates::{Gate, GateName};
pub use statement::lint_statement;

words! {
    /// What may be said about harm, from the best to the worst; the last two
    /// stand outside that order.
    Verdict is "a verdict" {
        VerifiedNoOp "verified_no_op" "Verified no-op", NoEvidenceOfHarm "no_evidence_of_harm" "No evidence of harm",
        Undetermined "undetermined" "Undetermined", HarmSuspected "harm_suspected" "Harm suspected",
        AccessConfirmed "access_confirmed" "Access confirmed", HarmConfirmed "harm_confirmed" "Harm confirmed",
        NotAssessed "not_assessed" "Not assessed", NotApplicable "not_applicable" "Not applicable",
    }
}

impl Verdict {
    /// Whether this says something better than the other. “Not assessed” tells
    /// less than “undetermined” and accuses nobody, so it stands between that
    /// and “harm suspected”. A facet that does not apply is neither better nor worse.
    pub fn is_better_than(self, other: Self) -> bool {
        match (self.rank(), other.rank()) {
            (Some(mine), Some(theirs)) => mine < theirs,
            _ => false,
        }
    }

    const fn rank(self) -> Option<u8> {
        match self {
            Self::VerifiedNoOp => Some(0),
            Self::NoEvidenceOfHarm => Some(1),
            Self::Undetermined => Some(2),
            Self::NotAssessed => Some(3),
            Self::HarmSuspected => Some(4),
            Self::AccessConfirmed => Some(5),
            Self::HarmConfirmed => Some(6),
            Self::NotApplicable => None,
        }
    }
}

/// The answer: how bad, and what is known of harm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evaluation {
    /// The severity; `None` when the facts say nothing of it.
    pub severity: Option<Severity>,
    /// The verdict with its working.
    pub verdict: Judgement,
}

/// A verdict with its working.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judgement {
    /// The headline: the worst applicable facet.
    pub verdict: Verdict,
    /// Whether two signatures are, or were, all that is missing for a verified no-op.
    pub eligible: bool,
    /// The verdict of each facet.
    pub facets: Facets,
    /// How much of the window was logged, complete and reviewed.
    pub coverage: CoverageFigures,
    /// The same for each open path, sorted by resource and path.
    pub cells: Vec<Cell>,
    /// The conditions of a verified no-op.
    pub gates: Vec<Gate>,
    /// The sentences this verdict allows.
    pub statement: String,
}

/// Evaluates facts; refuses those that contradict themselves.
pub fn evaluate(facts: &Facts) -> Ruled<Evaluation> {
    facts.check()?;
    let severity = facts.severity.as_ref().map(|severity| severity.rate()).transpose();
    let severity = severity.map_err(|refusal| Refusal {
        field: Some(refusal.field.map_or("severity".into(), |field| format!("severity.{field}"))),
        ..refusal
    })?;
    Ok(Evaluation { severity, verdict: judge(facts) })
}

impl Evaluation {
    /// The answer to no facts at all.
    pub fn unassessed() -> Self {
        Self { severity: None, verdict: judge(&Facts::default()) }
    }
}

fn judge(facts: &Facts) -> Judgement {
    let basis = basis::Basis::of(facts);
    let gates = gates::all(&basis);
    let facets = facets::judge(&basis);
    let headline = facets.headline(&basis);
    let eligible = !Verdict::NoEvidenceOfHarm.is_better_than(headline) && gates.iter().all(|gate| gate.passes);
    let verified = eligible && basis.signers.len() >= 2;
    let (verdict, facets) = if verified { (Verdict::VerifiedNoOp, facets.verified()) } else { (headline, facets) };
    let coverage = CoverageFigures::of(&basis);
    let statement = statement::write(verdict, &coverage, &gates, &basis);
    Judgement { verdict, eligible, facets, coverage, cells: basis.cells, gates, statement }
}
