//! Impacts: one for each facet of which something is known.

use serde_json::{Value, json};

use super::{IMPACT, Pen};
use crate::severity::Dimension;
use crate::verdict::Verdict;

/// What an impact says of its kind.
type Extent = (&'static str, Value);

impl Pen<'_> {
    pub(super) fn impacts(&mut self) -> Vec<String> {
        let facets = self.told.judged.verdict.facets;
        let level = self.told.level(Dimension::Availability);
        let known = [
            ("confidentiality", confidentiality(facets.access)),
            ("integrity", integrity(facets.integrity)),
            ("availability", availability(facets.availability, level)),
        ];
        let mut ids = Vec::new();
        for (category, extent) in known {
            let Some((extension, extent)) = extent else { continue };
            let extensions = json!({ IMPACT: { "extension_type": "new-sdo" }, extension: extent });
            let fields = json!({ "impact_category": category, "extensions": extensions });
            ids.push(self.put("impact", category, fields));
        }
        ids
    }
}

/// The kind of information is not recorded. "None" is said of a verified verdict alone; where nothing is determined, nothing
/// is said, which there means that it is not shared.
pub(crate) fn confidentiality(access: Verdict) -> Option<Extent> {
    let extent = match access {
        Verdict::HarmConfirmed => json!({ "loss_type": "exploited-loss", "information_type": "unknown" }),
        Verdict::AccessConfirmed => json!({ "loss_type": "confirmed-loss", "information_type": "unknown" }),
        Verdict::HarmSuspected => json!({ "loss_type": "suspected-loss", "information_type": "unknown" }),
        Verdict::VerifiedNoOp => json!({ "loss_type": "none" }),
        Verdict::NoEvidenceOfHarm | Verdict::Undetermined | Verdict::NotAssessed | Verdict::NotApplicable => {
            return None;
        }
    };
    Some(("confidentiality-ext", extent))
}

pub(crate) fn integrity(integrity: Verdict) -> Option<Extent> {
    let extent = match integrity {
        Verdict::HarmConfirmed => json!({ "alteration": "partial-modification", "information_type": "unknown" }),
        Verdict::HarmSuspected | Verdict::AccessConfirmed => {
            json!({ "alteration": "potential-modification", "information_type": "unknown" })
        }
        Verdict::VerifiedNoOp => json!({ "alteration": "none" }),
        Verdict::NoEvidenceOfHarm | Verdict::Undetermined | Verdict::NotAssessed | Verdict::NotApplicable => {
            return None;
        }
    };
    Some(("integrity-ext", extent))
}

/// The number comes from the rating, in the ranges of their appendix A; without one nothing is said.
pub(crate) fn availability(availability: Verdict, level: Option<i64>) -> Option<Extent> {
    let impact = match (availability, level?) {
        (Verdict::VerifiedNoOp, 0) => 0,
        (Verdict::HarmConfirmed | Verdict::HarmSuspected | Verdict::AccessConfirmed, level @ 1..) => match level {
            1 => 5,
            2 => 65,
            3 => 75,
            _ => 90,
        },
        _ => return None,
    };
    Some(("availability-ext", json!({ "availability_impact": impact })))
}
