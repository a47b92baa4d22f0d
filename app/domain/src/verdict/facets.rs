//! The verdict of each facet: the first condition that holds, from the worst.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Verdict;
use super::basis::{Basis, Weight};
use super::coverage::weighted_reviewed;
use crate::vocabulary::{Facet, FindingRole, ResourceClass};

/// A verdict for each facet of harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Facets {
    /// Was something seen?
    pub access: Verdict,
    /// Was something changed?
    pub integrity: Verdict,
    /// Did something stop working?
    pub availability: Verdict,
}

impl Facets {
    /// The worst facet that applies. When none does, nothing open was recorded
    /// and nothing can be determined.
    pub(super) fn headline(self, basis: &Basis) -> Verdict {
        let applicable = [self.access, self.integrity, self.availability].into_iter();
        let worst =
            applicable.filter(|verdict| *verdict != Verdict::NotApplicable).max_by_key(|verdict| verdict.rank());
        worst.unwrap_or(if basis.is_suspicious() { Verdict::HarmSuspected } else { Verdict::Undetermined })
    }

    /// The same after verification: what applies is verified.
    pub(super) fn verified(self) -> Self {
        let verify = |verdict| if verdict == Verdict::NotApplicable { verdict } else { Verdict::VerifiedNoOp };
        Self { access: verify(self.access), integrity: verify(self.integrity), availability: verify(self.availability) }
    }
}

pub(super) fn judge(basis: &Basis) -> Facets {
    Facets {
        access: judge_facet(basis, Facet::Access),
        integrity: judge_facet(basis, Facet::Integrity),
        availability: judge_facet(basis, Facet::Availability),
    }
}

fn judge_facet(basis: &Basis, facet: Facet) -> Verdict {
    if !basis.is_assessed() {
        return Verdict::NotAssessed;
    }
    let has_cells = basis.cells.iter().any(|cell| cell.facet == facet);
    let findings =
        basis.facts.findings.iter().filter(|finding| finding.facet == facet && finding.role == FindingRole::Effect);
    let worst = findings.map(|finding| basis.weight_of(finding)).max();
    match worst {
        None if !has_cells => Verdict::NotApplicable,
        Some(Weight::Harm) => Verdict::HarmConfirmed,
        Some(Weight::Access) => Verdict::AccessConfirmed,
        Some(Weight::Suspicion) => Verdict::HarmSuspected,
        _ if basis.is_suspicious() => Verdict::HarmSuspected,
        _ if !has_cells || undetermined(basis, facet) => Verdict::Undetermined,
        _ => Verdict::NoEvidenceOfHarm,
    }
}

fn undetermined(basis: &Basis, facet: Facet) -> bool {
    let enumerated = basis.exposure().is_some_and(|all| all.resources_enumerated && all.principals_enumerated);
    basis.window.is_none() || !enumerated || unseen(basis, facet) || mean_is_below_half(basis)
}

/// Whether a sensitive cell of the facet is not reviewed at all.
fn unseen(basis: &Basis, facet: Facet) -> bool {
    let mut cells = basis.cells.iter().filter(|cell| cell.facet == facet);
    cells.any(|cell| cell.class >= ResourceClass::Confidential && cell.lanes.reviewed.is_empty())
}

/// Whether less than half of all cells together is reviewed.
pub(super) fn mean_is_below_half(basis: &Basis) -> bool {
    let (reviewed, whole) = weighted_reviewed(basis);
    reviewed * 2 < whole
}
