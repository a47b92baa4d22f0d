//! What would look better after a write. An agent's token may make matters look worse, and never better.
//!
//! The headline alone does not tell: while a finding holds, closing a path or dropping another finding
//! leaves it as it is, and prepares a better one for the day on which a person resolves the finding. So
//! the facts themselves are compared: whatever stands against a better verdict has to stand there still.

mod facts;

use super::gates::GateName;
use super::{Facets, Judgement, Verdict, judge};
use crate::facts::{Facts, Review};
use crate::vocabulary::{EvidenceStatus, FindingClass, ReviewOutcome, ReviewStatus};
use facts::of_facts;

pub use facts::OUT_OF_THE_ACTORS;

/// Facts and what is judged of them.
pub struct Judged<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// The judgement.
    pub judgement: &'a Judgement,
}

/// What is better after a write than before it, as something an agent may not do.
pub fn gain(was: &Judged<'_>, is: &Judged<'_>) -> Option<String> {
    if is_better(was.judgement.verdict, is.judgement.verdict) {
        return Some("raise a verdict".into());
    }
    of_facts(was.facts, is.facts)
        .or_else(|| of_facets(&was.judgement.facets, &is.judgement.facets))
        .or_else(|| of_gates(was, is))
        .or_else(|| of_eligibility(was.judgement, is.judgement))
        .or_else(|| of_what_comes(was.facts, is.facts))
}

fn of_eligibility(was: &Judgement, is: &Judgement) -> Option<String> {
    (is.eligible && !was.eligible).then(|| "make a verdict ready for signing".into())
}

/// What is better once people have resolved what keeps the headline where it is.
fn of_what_comes(was: &Facts, is: &Facts) -> Option<String> {
    let (was, is) = (judge(&settled(was)), judge(&settled(is)));
    let better = is_better(was.verdict, is.verdict) || of_facets(&was.facets, &is.facets).is_some();
    let better = better || of_eligibility(&was, &is).is_some();
    better.then(|| "prepare a better verdict".into())
}

/// The facts with everything resolved that people can resolve for the better.
fn settled(facts: &Facts) -> Facts {
    let mut facts = facts.clone();
    facts.findings.iter_mut().for_each(|finding| finding.class = FindingClass::Authorised);
    facts.conflicts.clear();
    for item in facts.evidence.iter_mut().filter(|item| item.status == EvidenceStatus::Tainted) {
        item.status = EvidenceStatus::Withdrawn;
    }
    for review in facts.reviews.iter_mut().filter(|review| !is_clean(review)) {
        review.status = ReviewStatus::Revoked;
    }
    facts
}

fn is_clean(review: &Review) -> bool {
    matches!(review.outcome, ReviewOutcome::None | ReviewOutcome::AuthorisedOnly)
}

/// To record the first of an exposure is to say that there is something to look at, not that it is well.
fn is_better(was: Verdict, is: Verdict) -> bool {
    let says_good = matches!(is, Verdict::VerifiedNoOp | Verdict::NoEvidenceOfHarm);
    is.is_better_than(was) && (was != Verdict::NotAssessed || says_good)
}

fn of_facets(was: &Facets, is: &Facets) -> Option<String> {
    let parts = |of: &Facets| [("access", of.access), ("integrity", of.integrity), ("availability", of.availability)];
    let no_longer_applies = |was: Verdict, is: Verdict| {
        is == Verdict::NotApplicable && !matches!(was, Verdict::NotApplicable | Verdict::NotAssessed)
    };
    let mut pairs = parts(was).into_iter().zip(parts(is));
    let (was, is) = pairs.find(|((_, was), (_, is))| is_better(*was, *is) || no_longer_applies(*was, *is))?;
    Some(format!("raise the verdict on {} from “{}” to “{}”", was.0, was.1, is.1))
}

/// The gates that pass now and did not before. That every path is open, or impossible with a reason, follows
/// from what `of_facts` compares; a window that is recorded for the first time is something to look at.
fn of_gates(was: &Judged<'_>, is: &Judged<'_>) -> Option<String> {
    let first_window = was.facts.exposure.as_ref().is_none_or(|exposure| exposure.window.is_none());
    let mut pairs = was.judgement.gates.iter().zip(&is.judgement.gates);
    let (_, gate) = pairs.find(|(was, is)| {
        let recorded = is.gate == GateName::G4 || (is.gate == GateName::G1 && first_window);
        is.passes && !was.passes && !recorded
    })?;
    Some(format!("meet a condition of a verified verdict ({}: {})", gate.gate.word(), gate.gate.label().to_lowercase()))
}

#[cfg(test)]
mod tests;
