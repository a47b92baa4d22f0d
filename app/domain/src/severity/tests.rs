//! The worked examples, the arithmetic at its edges, and the promise that
//! nothing worse ever rates milder.

use proptest::prelude::*;

use super::*;

fn facts(levels: [i64; 8]) -> SeverityFacts {
    let dimensions = Dimension::ALL.iter().copied().zip(levels.map(Some)).collect();
    SeverityFacts { dimensions, ..SeverityFacts::default() }
}

#[test]
fn the_worked_examples_come_out_as_written() {
    let incident = Class::Incident;
    let examples = [
        ("Meta", incident, [3, 3, 0, 1, 3, 3, 3, 1], 2.70, 1),
        ("Kiro", incident, [0, 3, 2, 0, 3, 1, 3, 2], 2.35, 1),
        ("OpenClaw inbox", incident, [0, 2, 0, 1, 3, 1, 2, 2], 2.10, 2),
        ("Moltbook", incident, [4, 3, 0, 2, 1, 3, 4, 1], 2.25, 0),
        ("ROME", incident, [2, 2, 1, 1, 4, 3, 4, 1], 3.30, 1),
        ("a wrong post nobody acted on", incident, [0, 1, 0, 0, 2, 1, 2, 1], 1.60, 3),
        ("a gate blocked it", Class::Hazard, [3, 3, 0, 0, 2, 0, 0, 0], 0.70, 3),
    ];
    for (name, class, levels, modifier, sev) in examples {
        let answer = SeverityFacts { class, ..facts(levels) }.rate().unwrap();
        assert_eq!((answer.modifier, answer.sev), (modifier, Sev(sev)), "{name}: {:?}", answer.reasons);
        assert_eq!(answer.range, [Sev(sev), Sev(sev)], "{name}");
    }
    assert_eq!(facts([3, 3, 0, 1, 3, 3, 3, 1]).rate().unwrap().score, 72.7);
}

#[test]
fn the_example_of_the_api_reads_and_answers_as_written() {
    let json = r#"{ "rubric": "asr-1", "class": "incident", "ongoing": false,
        "dimensions": { "exposure": 3, "integrity": 3, "availability": 0, "people": 1,
                        "authority": 3, "propagation": 3, "duration": 3, "recoverability": null },
        "worst_credible": { "recoverability": 2 } }"#;
    let facts: SeverityFacts = serde_json::from_str(json).unwrap();
    let mut answer = serde_json::to_value(facts.rate().unwrap()).unwrap();
    assert!(answer["reasons"].as_array_mut().unwrap().drain(..).len() >= 3);
    let expected = r#"{ "sev": 1, "label": "Sev 1 (2nd of 5)", "range": [1, 1], "impact": 3, "modifier": 2.85, "score": 73.9, "reasons": [] }"#;
    assert_eq!(answer, serde_json::from_str::<serde_json::Value>(expected).unwrap());
}

#[test]
fn each_rule_fires_where_it_should_and_says_so() {
    let cases: [(&str, SeverityFacts, u8, &str); 9] = [
        ("modifier raises", facts([0, 2, 0, 0, 3, 3, 3, 3]), 1, "raises it to Sev 1"),
        ("just below", facts([0, 2, 0, 0, 3, 3, 3, 2]), 2, "below 3.00"),
        ("no impact", facts([0, 0, 0, 0, 4, 4, 4, 4]), 4, "without impact"),
        ("Sev 0 needs people", facts([3, 0, 0, 2, 3, 4, 4, 4]), 1, "needs people"),
        ("people at 3", facts([3, 0, 0, 3, 3, 4, 4, 4]), 0, "raises it to Sev 0"),
        ("people at 4", facts([0, 0, 0, 4, 0, 0, 0, 0]), 0, "People is at 4"),
        ("authority at 4", facts([2, 0, 0, 0, 4, 0, 0, 0]), 1, "hard control"),
        ("ongoing", SeverityFacts { ongoing: true, ..facts([2, 0, 0, 0, 0, 0, 4, 0]) }, 1, "ongoing"),
        ("hazard", SeverityFacts { class: Class::Hazard, ..facts([4, 4, 4, 4, 4, 4, 4, 4]) }, 3, "prevented"),
    ];
    for (name, facts, sev, reason) in cases {
        let answer = facts.rate().unwrap();
        assert_eq!(answer.sev, Sev(sev), "{name}: {:?}", answer.reasons);
        assert!(answer.reasons.iter().any(|text| text.contains(reason)), "{name}: {:?}", answer.reasons);
    }
}

#[test]
fn the_unknown_is_read_as_the_worst_credible_and_shown_as_a_range() {
    let answer = SeverityFacts::default().rate().unwrap();
    assert_eq!((answer.sev, answer.range), (Sev(0), [Sev(0), Sev(4)]));
    assert!(answer.reasons[0].contains("Exposure is unknown: read as 3"));
    let mut credible = facts([0; 8]);
    credible.dimensions.insert(Dimension::Exposure, None);
    credible.worst_credible.insert(Dimension::Exposure, Some(2));
    assert_eq!(credible.rate().unwrap().range, [Sev(2), Sev(4)]);
}

#[test]
fn what_is_not_in_the_rubric_is_refused_by_name() {
    let refusal = facts([0, 5, 0, 0, 0, 0, 0, 0]).rate().unwrap_err();
    assert_eq!(refusal.field.as_deref(), Some("dimensions.integrity"));
    let unknown = serde_json::from_str::<SeverityFacts>(r#"{ "dimensions": { "blame": 2 } }"#).unwrap_err();
    assert!(unknown.to_string().contains("blame"));
    assert!(serde_json::from_str::<SeverityFacts>(r#"{ "sevrity": 2 }"#).unwrap_err().to_string().contains("sevrity"));
    let other = SeverityFacts { rubric: "asr-9".into(), ..facts([0; 8]) };
    assert_eq!(other.rate().unwrap_err().field.as_deref(), Some("rubric"));
}

#[test]
fn only_a_verified_no_op_lowers_exposure_and_never_below_one() {
    let exposure = |facts: &SeverityFacts| facts.dimensions[&Dimension::Exposure];
    for (before, after) in [(0, 0), (1, 1), (2, 1), (4, 3)] {
        let facts = facts([before, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(exposure(&facts.lower_exposure_if_verified(true)), Some(after));
        assert_eq!(facts.lower_exposure_if_verified(false), facts);
    }
    let unknown = SeverityFacts::default().lower_exposure_if_verified(true);
    assert_eq!(unknown.worst_credible[&Dimension::Exposure], Some(2));
}

#[test]
fn the_rubric_is_whole() {
    let rubric = &rubric::ASR_1;
    let dimensions: Vec<Dimension> = rubric.scales.iter().map(|scale| scale.dimension).collect();
    assert_eq!(dimensions, Dimension::ALL);
    assert_eq!(rubric.scales.iter().map(|scale| scale.weight).sum::<u16>(), 100);
}

fn any_levels() -> impl Strategy<Value = [Option<i64>; 8]> {
    proptest::array::uniform8(proptest::option::weighted(0.8, 0i64..=4))
}

prop_compose! {
    fn any_facts()(known in any_levels(), credible in any_levels(), ongoing: bool, hazard in proptest::bool::weighted(0.2)) -> SeverityFacts {
        SeverityFacts {
            class: if hazard { Class::Hazard } else { Class::Incident },
            ongoing,
            dimensions: Dimension::ALL.iter().copied().zip(known).collect(),
            worst_credible: Dimension::ALL.iter().copied().zip(credible).collect(),
            ..SeverityFacts::default()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn raising_a_dimension_never_makes_it_milder(facts in any_facts(), at in 0usize..8, by in 0i64..=4, credible: bool) {
        let dimension = Dimension::ALL[at];
        let mut raised = facts.clone();
        let worst_credible = facts.worst_credible[&dimension].unwrap_or(3);
        if credible {
            raised.worst_credible.insert(dimension, Some((worst_credible + by).min(4)));
        } else {
            let effective = facts.dimensions[&dimension].unwrap_or(worst_credible);
            raised.dimensions.insert(dimension, Some((effective + by).min(4)));
        }
        let (before, after) = (facts.rate().unwrap(), raised.rate().unwrap());
        prop_assert!(!before.sev.is_worse_than(after.sev), "{before:?} {after:?}");
        prop_assert!(!before.range[1].is_worse_than(after.range[1]), "{before:?} {after:?}");
        prop_assert!(after.score >= before.score);
        prop_assert!(!after.range[1].is_worse_than(after.range[0]));
    }

    #[test]
    fn going_on_never_makes_it_milder_and_verification_never_worse(facts in any_facts()) {
        let sev = facts.rate().unwrap().sev;
        let ongoing = SeverityFacts { ongoing: true, ..facts.clone() }.rate().unwrap().sev;
        prop_assert!(!sev.is_worse_than(ongoing));
        let verified = facts.lower_exposure_if_verified(true).rate().unwrap().sev;
        prop_assert!(!verified.is_worse_than(sev));
    }
}
