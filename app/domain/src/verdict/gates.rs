//! The eleven conditions of a verified no-op.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::coverage::{Cell, Lanes};
use super::spans::{list, set_text, sorted_list, window_text};
use crate::interval::Intervals;
use crate::spelling::shows_something;
use crate::vocabulary::{ConflictStatus, PathStatus};
use crate::words::words;

words! {
    /// The names of the gates.
    GateName is "a gate" {
        G1 "G1" "Window bounded, both ends linked to evidence", G2 "G2" "Resources enumerated",
        G3 "G3" "Principals enumerated", G4 "G4" "Every path open, or impossible with a reason",
        G5 "G5" "Everything logged", G6 "G6" "Every log complete", G7 "G7" "Sources out of reach of those exposed",
        G8 "G8" "Everything reviewed, by two people", G9 "G9" "No adverse finding unresolved",
        G10 "G10" "No open conflict that bears on it", G11 "G11" "Computed on the current revision",
    }
}

impl GateName {
    /// What is so while the condition is not met, for readers who do not know its name.
    pub const fn unmet(self) -> &'static str {
        match self {
            Self::G1 => "the window is not bounded at both ends by evidence",
            Self::G2 => "the list of exposed resources is not confirmed to be complete",
            Self::G3 => "the list of those who could have had access is not confirmed to be complete",
            Self::G4 => "an access path is neither open nor shown to be impossible",
            Self::G5 => "not everything was logged",
            Self::G6 => "not every log is shown to be complete",
            Self::G7 => "a log was within reach of those whom it records",
            Self::G8 => "not everything was reviewed, by two people",
            Self::G9 => "a finding is not resolved",
            Self::G10 => "accounts disagree on what the verdict rests on",
            Self::G11 => "the verdict was not computed on the current revision",
        }
    }
}

/// A condition, whether it holds, and on what it rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// Which.
    pub gate: GateName,
    /// Whether it holds.
    pub passes: bool,
    /// Why, concretely.
    pub detail: String,
}

/// Why a gate holds, or why it does not.
type Finding = Result<String, String>;

/// A gate's condition.
type Rule = fn(&Basis) -> Finding;

pub(super) fn all(basis: &Basis) -> Vec<Gate> {
    let gates: [(GateName, Rule); 11] = [
        (GateName::G1, window),
        (GateName::G2, resources),
        (GateName::G3, principals),
        (GateName::G4, paths),
        (GateName::G5, logged),
        (GateName::G6, complete),
        (GateName::G7, out_of_reach),
        (GateName::G8, reviewed),
        (GateName::G9, findings),
        (GateName::G10, conflicts),
        (GateName::G11, |_| Ok("computed on these facts".into())),
    ];
    let gate = |(gate, rule): (GateName, Rule)| match rule(basis) {
        Ok(detail) => Gate { gate, passes: true, detail },
        Err(detail) => Gate { gate, passes: false, detail },
    };
    gates.into_iter().map(gate).collect()
}

fn verify(faults: Vec<String>, passes: &str) -> Finding {
    if faults.is_empty() { Ok(passes.into()) } else { Err(faults.join("; ")) }
}

fn window(basis: &Basis) -> Finding {
    let Some(window) = basis.exposure().and_then(|exposure| exposure.window.as_ref()) else {
        return Err("no window is recorded".into());
    };
    let faults = [
        (window.start_earliest.is_none(), "the earliest start is unknown"),
        (window.end_latest.is_none(), "the latest end is unknown"),
        (window.start_evidence.is_empty(), "no evidence is linked to the start"),
        (window.end_evidence.is_empty(), "no evidence is linked to the end"),
    ];
    let faults = faults.into_iter().filter(|(fails, _)| *fails).map(|(_, fault)| fault.into()).collect();
    let text = basis.window.map(window_text).unwrap_or_default();
    verify(faults, &format!("{text}, both ends linked to evidence"))
}

fn resources(basis: &Basis) -> Finding {
    match basis.exposure() {
        Some(exposure) if exposure.resources_enumerated => Ok("the resources are enumerated".into()),
        _ => Err("the exposed resources are not enumerated".into()),
    }
}

fn principals(basis: &Basis) -> Finding {
    match basis.exposure() {
        Some(exposure) if exposure.principals_enumerated => Ok("the principals are enumerated".into()),
        _ => Err("the exposed principals are not enumerated".into()),
    }
}

fn paths(basis: &Basis) -> Finding {
    let mut faults = Vec::new();
    for resource in basis.exposure().iter().flat_map(|exposure| &exposure.resources) {
        if resource.paths.is_empty() {
            faults.push(format!("{} has no recorded path", resource.id));
        }
        for path in resource.paths.iter().filter(|path| path.status == PathStatus::Impossible) {
            if path.justification.as_deref().is_none_or(|reason| !shows_something(reason)) {
                faults.push(format!("{}/{} is called impossible without a reason", resource.id, path.id));
            }
        }
    }
    if !basis.is_assessed() {
        return Err("no exposure is recorded".into());
    }
    if faults.is_empty() {
        Ok("every path is open, or impossible with a reason".into())
    } else {
        Err(sorted_list(faults))
    }
}

fn logged(basis: &Basis) -> Finding {
    verify(short_cells(basis, "logged", |lanes| &lanes.logged), "every open path is logged for the whole window")
}

fn complete(basis: &Basis) -> Finding {
    let mut faults = short_cells(basis, "known to be complete", |lanes| &lanes.complete);
    let changed = basis.used_evidence().filter(|item| item.logging_changed_in_window || !item.logging_acts.is_empty());
    let told = |item: &crate::facts::Evidence| match item.logging_acts.is_empty() {
        true => item.id.to_string(),
        false => format!("{} ({})", item.id, sorted_list(item.logging_acts.iter().cloned())),
    };
    let changed = sorted_list(changed.map(told));
    if !changed.is_empty() {
        faults.push(format!("logging was changed in the window on {changed}"));
    }
    let unread: BTreeSet<String> = basis.used_evidence().flat_map(|item| item.unread.iter().cloned()).collect();
    if !unread.is_empty() {
        let unread = sorted_list(unread.iter().map(|name| format!("“{name}”")));
        faults.push(format!("nobody could read {unread}, and it may tell of a change of logging: have it read in its format, or review all of it"));
    }
    verify(faults, "every log is known to be complete, and no logging was changed in the window")
}

fn out_of_reach(basis: &Basis) -> Finding {
    let writable = basis.used_evidence().filter(|item| item.writable_by_exposed);
    let writable = sorted_list(writable.map(|item| item.id.to_string()));
    if writable.is_empty() {
        return Ok("no source relied on could be written by those exposed or the agent".into());
    }
    Err(format!("those exposed or the agent could write to {writable}"))
}

fn reviewed(basis: &Basis) -> Finding {
    let mut faults = short_cells(basis, "reviewed", |lanes| &lanes.reviewed);
    match basis.reviewers.len() {
        0 => faults.push("no review counts".into()),
        1 => faults.push("only one reviewer's reviews count; two different ones are needed".into()),
        _ => {}
    }
    verify(faults, &format!("everything is reviewed, by {} people who took no part", basis.reviewers.len()))
}

fn findings(basis: &Basis) -> Finding {
    let open = basis.facts.findings.iter().filter(|finding| finding.is_adverse() && !finding.resolved);
    let open = sorted_list(open.map(|finding| format!("{} ({})", finding.id, finding.class.label().to_lowercase())));
    if open.is_empty() { Ok("no adverse finding is unresolved".into()) } else { Err(format!("unresolved: {open}")) }
}

fn conflicts(basis: &Basis) -> Finding {
    let open = basis.facts.conflicts.iter().filter(|conflict| conflict.status == ConflictStatus::Open);
    let open = open.filter(|conflict| conflict.touches.iter().any(|subject| subject.bears_on_verdict()));
    let text = |conflict: &crate::facts::Conflict| {
        let mut touches: Vec<_> = conflict.touches.iter().filter(|subject| subject.bears_on_verdict()).collect();
        touches.sort();
        touches.dedup();
        let touches: Vec<&str> = touches.into_iter().map(|subject| subject.word()).collect();
        format!("{} touches {}", conflict.id, touches.join(" and "))
    };
    let open = sorted_list(open.map(text));
    if open.is_empty() { Ok("no open conflict bears on the verdict".into()) } else { Err(format!("open: {open}")) }
}

/// What is missing of the window in each cell, named.
fn short_cells(basis: &Basis, what: &str, set: fn(&Lanes) -> &Intervals) -> Vec<String> {
    if basis.cells.is_empty() {
        return vec!["no open path is recorded".into()];
    }
    let Some(window) = basis.window else {
        return vec!["without both ends of the window no share of it can be told".into()];
    };
    let missing = |cell: &Cell| {
        let holes = set(&cell.lanes).holes(window);
        (!holes.is_empty()).then(|| format!("{} is not {what} {}", cell.name(), set_text(&holes, window)))
    };
    let faults: Vec<String> = basis.cells.iter().filter_map(missing).collect();
    if faults.is_empty() { faults } else { vec![list(faults)] }
}
