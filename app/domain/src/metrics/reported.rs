//! Lengths that are reported though their ends are not known: “about two hours”, on a day without clock times.
//!
//! Such a length is a claim on a metric. It is shown as reported; coverage is judged on the window all the same.

use schemars::JsonSchema;
use serde::Serialize;

use super::MetricName;
use crate::Id;
use crate::casefile::Dossier;
use crate::claim::{Claim, ClaimStatus};
use crate::time::{DurationRange, read_duration};

/// What claims say of a metric.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Reported {
    /// From the shortest to the longest that is claimed.
    pub range: DurationRange,
    /// The claims that give it, in the order in which they were recorded.
    pub claims: Vec<Id>,
    /// Whether they differ and nobody has chosen between them.
    pub disputed: bool,
}

impl MetricName {
    /// The metric that claims on this matter are about: `exposure`, `time to detect`, `length of the exposure`.
    pub fn of_matter(matter: &str) -> Option<Self> {
        let matter = matter.trim().to_lowercase();
        let bare = ["length of ", "duration of "].iter().find_map(|prefix| matter.strip_prefix(prefix));
        let bare = bare.unwrap_or(&matter);
        let bare = bare.strip_prefix("the ").unwrap_or(bare);
        let named = Self::ALL.iter().copied().find(|name| bare == name.word() || bare == name.label());
        named.filter(|name| *name != Self::DamageRepairRatio).or(match bare {
            "detection" => Some(Self::TimeToDetect),
            "containment" => Some(Self::TimeToContain),
            "disruption" | "outage" => Some(Self::TimeToResolve),
            _ => None,
        })
    }
}

/// What is reported of a metric, where a claim that is not refuted gives it a length. A claim that was adopted
/// stands alone.
pub fn reported(dossier: &Dossier, name: MetricName) -> Option<Reported> {
    let adopted: Vec<&Id> = dossier.conflicts.iter().filter_map(|kept| Some(&kept.adopted.as_ref()?.claim)).collect();
    let about =
        |claim: &&Claim| claim.status != ClaimStatus::Refuted && MetricName::of_matter(&claim.field) == Some(name);
    let mut lengths: Vec<(&Id, DurationRange)> = dossier
        .claims
        .iter()
        .map(|kept| &kept.record)
        .filter(about)
        .filter_map(|claim| Some((&claim.id, read_duration(&claim.value).ok()?)))
        .filter(|(_, length)| *length != DurationRange::unknown())
        .collect();
    if lengths.iter().any(|(claim, _)| adopted.contains(claim)) {
        lengths.retain(|(claim, _)| adopted.contains(claim));
    }
    let (_, first) = *lengths.first()?;
    let disputed = lengths.iter().any(|(_, length)| *length != first);
    let hull = |hull: DurationRange, (_, length): &(&Id, DurationRange)| DurationRange {
        min: hull.min.zip(length.min).map(|(a, b)| a.min(b)),
        max: hull.max.zip(length.max).map(|(a, b)| a.max(b)),
    };
    let range = lengths.iter().fold(first, hull);
    Some(Reported { range, claims: lengths.into_iter().map(|(claim, _)| claim.clone()).collect(), disputed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::Story;
    use crate::claim::ClaimDraft;
    use serde_json::json;

    const HOUR: i64 = 3_600_000_000;

    #[test]
    fn matters_are_recognised_by_word_label_and_in_plain_english() {
        let table = [
            ("exposure", Some(MetricName::Exposure)),
            ("Length of the exposure", Some(MetricName::Exposure)),
            ("time_to_detect", Some(MetricName::TimeToDetect)),
            ("time to detect", Some(MetricName::TimeToDetect)),
            ("length of the outage", Some(MetricName::TimeToResolve)),
            ("exposed resources", None),
            ("damage_repair_ratio", None),
            ("", None),
        ];
        for (matter, expected) in table {
            assert_eq!(MetricName::of_matter(matter), expected, "{matter}");
        }
    }

    #[test]
    fn a_length_is_what_standing_claims_give() {
        let of = |claims: &[(&str, &str, &str)]| {
            let mut story = Story::new();
            for (field, value, status) in claims {
                let claim = json!({ "statement": "It took a while.", "field": field, "value": value, "source": "the press", "source_kind": "press", "status": status });
                let draft: ClaimDraft = serde_json::from_value(claim).unwrap();
                story.enter("Ada", |entry| entry.put_claim(None, draft)).unwrap();
            }
            reported(&story.dossier, MetricName::Exposure)
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("exposure", "a while", "reported")]), None, "no length");
        assert_eq!(of(&[("exposure", "2 h", "refuted")]), None, "refuted");
        let one = of(&[("length of the exposure", "about 2 h", "reported")]).unwrap();
        assert_eq!((one.range.show().as_str(), one.disputed), ("≈ 2 h", false));
        let same = of(&[("exposure", "≈ 2 h", "reported"), ("length of the exposure", "about two hours", "reported")]);
        assert_eq!((same.as_ref().unwrap().claims.len(), same.unwrap().disputed), (2, false));
        let two = of(&[("exposure", "2 h", "reported"), ("exposure", "5 h", "reported")]).unwrap();
        assert!(two.disputed);
        assert_eq!(two.range, DurationRange { min: Some(2 * HOUR), max: Some(5 * HOUR) });
    }
}
