//! The sentences a verdict allows, and a look at those people write.

use super::Verdict;
use super::basis::{Basis, Weight};
use super::coverage::{CoverageFigures, Uncovered};
use super::facets::mean_is_below_half;
use super::gates::Gate;
use super::spans::{list, sorted_list, span_text, window_text};
use crate::counted::percent;
use crate::lint::Prose;
use crate::vocabulary::ResourceClass;

const NOT_PROOF: &str = "Absence of evidence is not evidence of absence.";

impl Verdict {
    /// What a verdict means, in a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::VerifiedNoOp => {
                "Everything was logged, all of it was reviewed, nothing was found, and two people have signed."
            }
            Self::NoEvidenceOfHarm => {
                "Nothing was found in what was reviewed, and a condition of certainty is not met."
            }
            Self::Undetermined => "Too little is known to say anything about harm.",
            Self::HarmSuspected => "Something points to harm and has not been resolved.",
            Self::AccessConfirmed => "Somebody looked who should not have; whether that did harm is not established.",
            Self::HarmConfirmed => "Misuse or an unauthorised change is confirmed.",
            Self::NotAssessed => "No window or no resource is recorded, so nobody has asked the question yet.",
            Self::NotApplicable => "There is nothing of this kind to judge.",
        }
    }
}

pub(super) fn write(verdict: Verdict, coverage: &CoverageFigures, gates: &[Gate], basis: &Basis) -> String {
    match verdict {
        Verdict::VerifiedNoOp => verified(basis),
        Verdict::NoEvidenceOfHarm => no_evidence(coverage, gates, basis),
        Verdict::Undetermined => {
            format!("Whether harm occurred cannot be determined: {}.", unknowns(basis).join("; "))
        }
        Verdict::HarmSuspected => format!("Harm is suspected and has not been ruled out: {}.", suspicions(basis)),
        Verdict::AccessConfirmed => format!(
            "Unauthorised access is confirmed by {}. Whether it did harm has not been established.",
            named(basis, Weight::Access)
        ),
        Verdict::HarmConfirmed => format!("Harm is confirmed by {}.", named(basis, Weight::Harm)),
        Verdict::NotAssessed | Verdict::NotApplicable => format!("Harm has not been assessed: {}.", missing(basis)),
    }
}

fn verified(basis: &Basis) -> String {
    let window = basis.window.map(window_text).unwrap_or_default();
    let paths = match basis.cells.len() {
        1 => "the one open path was".to_string(),
        count => format!("all {count} open paths were"),
    };
    format!(
        "No unauthorised access and no harm occurred through the exposed paths in the window {window}: {paths} \
         completely logged and reviewed, every gate passes, and {} people have signed.",
        basis.signers.len()
    )
}

fn no_evidence(coverage: &CoverageFigures, gates: &[Gate], basis: &Basis) -> String {
    let window = basis.window.map(window_text).unwrap_or_default();
    let whole = basis.cells.iter().all(|cell| cell.uncovered.is_empty());
    let figures = format!(
        "No evidence of harm was found in what was reviewed. In the window {window} the least reviewed of {} is \
         reviewed for {}, the weighted mean is {}.",
        cells_text(basis),
        percent(coverage.reviewed_min, whole),
        percent(coverage.reviewed_mean, whole)
    );
    let holes = basis.cells.iter().flat_map(|cell| cell.uncovered.iter().map(|hole| (cell.name(), hole)));
    let holes: Vec<String> = holes.map(|(name, hole)| hole_text(&name, hole, basis)).collect();
    let holes = if holes.is_empty() {
        "No span is left uncovered.".into()
    } else {
        format!("Not covered: {}.", holes.join(", "))
    };
    let failed: Vec<&str> = gates.iter().filter(|gate| !gate.passes).map(|gate| gate.gate.unmet()).collect();
    let rest = match failed.as_slice() {
        [] => format!("Every gate passes; {} of 2 people have signed.", basis.signers.len().min(2)),
        failed => format!("What is missing for a verified no-op: {}.", failed.join("; ")),
    };
    format!("{figures} {holes} {rest} {NOT_PROOF}")
}

fn hole_text(name: &str, hole: &Uncovered, basis: &Basis) -> String {
    let span = match (hole.from, hole.to, basis.window) {
        (Some(from), Some(to), Some(window)) => span_text((from.micros(), to.micros()), window),
        _ => "without end".into(),
    };
    format!("{name} {span} ({})", hole.why)
}

fn cells_text(basis: &Basis) -> String {
    match basis.cells.len() {
        1 => "1 open path".into(),
        count => format!("{count} open paths"),
    }
}

/// Why nothing can be determined, in the order of the rule.
fn unknowns(basis: &Basis) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    if basis.window.is_none() {
        reasons.push("the exposure window has no known start or no known end".into());
    }
    if !basis.exposure().is_some_and(|exposure| exposure.resources_enumerated) {
        reasons.push("the exposed resources are not enumerated".into());
    }
    if !basis.exposure().is_some_and(|exposure| exposure.principals_enumerated) {
        reasons.push("the exposed principals are not enumerated".into());
    }
    if basis.cells.is_empty() {
        reasons.push("no open path is recorded".into());
    }
    let unseen =
        basis.cells.iter().filter(|cell| cell.class >= ResourceClass::Confidential && cell.lanes.reviewed.is_empty());
    let unseen: Vec<String> = unseen.map(|cell| cell.name()).collect();
    if basis.window.is_some() && !unseen.is_empty() {
        reasons.push(format!("nothing is reviewed of {}", list(unseen)));
    }
    if basis.window.is_some() && mean_is_below_half(basis) {
        reasons.push("less than half of the exposed paths and time is reviewed".into());
    }
    if reasons.is_empty() {
        reasons.push("a finding concerns a facet of which no open path is recorded".into());
    }
    reasons
}

fn suspicions(basis: &Basis) -> String {
    let findings = basis.facts.findings.iter().filter(|finding| basis.weight_of(finding) == Weight::Suspicion);
    let findings = findings.map(|finding| format!("finding {} is unresolved", finding.id));
    let reviews = basis.doubtful_reviews().map(|review| format!("review {} is {}", review.id, review.outcome.word()));
    let tainted = basis.tainted().map(|item| format!("evidence {} is tainted", item.id));
    sorted_list(findings.chain(reviews).chain(tainted))
}

fn named(basis: &Basis, weight: Weight) -> String {
    let findings = basis.facts.findings.iter().filter(|finding| basis.weight_of(finding) == weight);
    sorted_list(findings.map(|finding| format!("finding {} ({})", finding.id, finding.class.label().to_lowercase())))
}

fn missing(basis: &Basis) -> &'static str {
    match basis.exposure() {
        Some(exposure) if exposure.window.is_some() => "no exposed resource is recorded",
        _ => "no exposure window is recorded",
    }
}

/// Words that say nothing happened. `~` stands for up to three words, none of
/// which weakens the claim (“no evidence that …” claims less).
const DENIALS: &[&str] = &[
    "no ~ access ~ occurred",
    "no ~ access ~ happened",
    "no ~ access ~ took place",
    "there was no ~ access",
    "no ~ harm",
    "without ~ harm",
    "harmless",
    "no ~ misuse",
    "no ~ breach",
    "no ~ impact",
    "no ~ was mishandled",
    "no ~ was misused",
    "no ~ was accessed",
    "no ~ was exfiltrated",
    "no ~ was leaked",
    "no ~ was stolen",
    "no ~ was compromised",
    "no ~ was affected",
    "no ~ was lost",
    "no ~ was changed",
    "no ~ were mishandled",
    "no ~ were misused",
    "no ~ were accessed",
    "no ~ were leaked",
    "no ~ were compromised",
    "no ~ were affected",
    "none of ~ accessed",
    "none of ~ mishandled",
    "nothing was ~ accessed",
    "nothing was ~ mishandled",
    "nothing was ~ lost",
    "nothing was ~ changed",
    "nothing happened",
    "nobody ~ accessed",
    "nobody ~ looked",
    "no one ~ accessed",
    "was not ~ accessed",
    "was not ~ mishandled",
    "was not ~ misused",
    "were not ~ accessed",
    "were not ~ mishandled",
    "wasn't ~ accessed",
    "wasn't ~ mishandled",
    "was never ~ accessed",
    "was never ~ mishandled",
    "were never ~ accessed",
    "remained safe",
    "remained secure",
];

/// What a text may not say under a verdict: one sentence for each claim too many.
pub fn lint_statement(text: &str, verdict: Verdict) -> Vec<String> {
    let prose = Prose::of(text);
    let mut parse_errors = Vec::new();
    if verdict != Verdict::VerifiedNoOp {
        let mut found: Vec<String> = DENIALS.iter().filter_map(|pattern| prose.phrase(pattern)).collect();
        found.sort();
        found.dedup();
        let instead = instead(verdict);
        parse_errors.extend(found.into_iter().map(|words| {
            format!("“{words}” may be said only of a verified no-op; the verdict is “{verdict}”. {instead}")
        }));
    }
    let found =
        ["no ~ evidence of ~ harm", "no ~ evidence of ~ access", "no ~ evidence of ~ misuse", "no ~ evidence that"];
    let Some(words) = found.iter().find_map(|pattern| prose.phrase(pattern)) else { return parse_errors };
    if Verdict::NoEvidenceOfHarm.is_better_than(verdict) {
        parse_errors.push(format!("“{words}” says more than “{verdict}” allows. {}", instead(verdict)));
    } else if verdict == Verdict::NoEvidenceOfHarm
        && prose.phrase("absence of evidence is not evidence of absence").is_none()
    {
        parse_errors.push(format!("“{words}” needs the reviewed coverage, what is not covered, and: {NOT_PROOF}"));
    }
    parse_errors
}

fn instead(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::VerifiedNoOp | Verdict::NoEvidenceOfHarm => {
            "Write that no evidence of harm was found, with the reviewed coverage and what is not covered."
        }
        Verdict::Undetermined => "Write that it cannot be determined.",
        Verdict::NotAssessed | Verdict::NotApplicable => "Write that it has not been assessed.",
        Verdict::HarmSuspected => "Write that harm is suspected and has not been ruled out.",
        Verdict::AccessConfirmed => "Write that unauthorised access is confirmed.",
        Verdict::HarmConfirmed => "Write that harm is confirmed.",
    }
}
