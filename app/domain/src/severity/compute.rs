//! The arithmetic of a rating. All in integers, so that a threshold is a
//! threshold: the modifier is kept in hundredths.

use super::rubric::{self, Rubric};
use super::{Class, Dimension, Levels, Sev, Severity, SeverityFacts};
use crate::refusal::{Refusal, Ruled};

/// How an unknown level is read when no worst credible one is given.
pub(super) const UNKNOWN_READ_AS: u8 = 3;

/// From this modifier on, in hundredths, the severity may rise by one.
const MODIFIER_RAISES: u32 = 300;

const IMPACT: [Dimension; 4] = [Dimension::Exposure, Dimension::Integrity, Dimension::Availability, Dimension::People];

pub(super) fn rate(facts: &SeverityFacts) -> Ruled<Severity> {
    let rubric = rubric::find(&facts.rubric).ok_or_else(|| {
        Refusal::field("rubric", format!("“{}” is not a rubric: use {}.", facts.rubric, rubric::ASR_1.version))
    })?;
    check("dimensions", &facts.dimensions)?;
    check("worst_credible", &facts.worst_credible)?;
    let worst = Rated::of(facts, rubric, |dimension| {
        known(&facts.dimensions, dimension)
            .or_else(|| known(&facts.worst_credible, dimension))
            .unwrap_or(UNKNOWN_READ_AS)
    });
    let mildest = Rated::of(facts, rubric, |dimension| known(&facts.dimensions, dimension).unwrap_or(0));
    let mut reasons = unknowns(facts);
    reasons.extend(worst.reasons);
    if mildest.sev != worst.sev {
        reasons.push(format!(
            "With everything unknown read as 0 it would be {}; the more severe reading counts.",
            mildest.sev
        ));
    }
    Ok(Severity {
        sev: worst.sev,
        label: worst.sev.label().into(),
        range: [worst.sev, mildest.sev],
        impact: worst.impact,
        modifier: f64::from(worst.modifier) / 100.0,
        score: score(worst.impact, worst.modifier),
        reasons,
    })
}

fn check(part: &str, levels: &Levels) -> Ruled<()> {
    for (dimension, level) in levels {
        if let Some(level) = level.filter(|level| !(0..=4).contains(level)) {
            let word = dimension.word();
            return Err(Refusal::field(
                format!("{part}.{word}"),
                format!("{level} is not a level of {word}: use 0 to 4, or null if it is unknown."),
            ));
        }
    }
    Ok(())
}

/// The level of a dimension; `check` has made sure that it fits.
fn known(levels: &Levels, dimension: Dimension) -> Option<u8> {
    levels.get(&dimension).copied().flatten().and_then(|level| u8::try_from(level).ok())
}

/// 100 (0.7 impact/4 + 0.3 modifier/4) with one decimal, ties down: 72.75 is 72.7.
fn score(impact: u8, modifier: u32) -> f64 {
    let thousandths = 17_500 * u32::from(impact) + 75 * modifier;
    f64::from((thousandths + 49) / 100) / 10.0
}

fn unknowns(facts: &SeverityFacts) -> Vec<String> {
    let unknown = |dimension: &&Dimension| known(&facts.dimensions, **dimension).is_none();
    let sentence = |dimension: &Dimension| match known(&facts.worst_credible, *dimension) {
        Some(level) => format!("{dimension} is unknown: read as {level}, the worst that is credible."),
        None => format!("{dimension} is unknown: read as {UNKNOWN_READ_AS}, for no worst credible level is given."),
    };
    Dimension::ALL.iter().filter(unknown).map(sentence).collect()
}

/// One reading of the facts, with no unknowns left.
struct Rated {
    sev: Sev,
    impact: u8,
    modifier: u32,
    reasons: Vec<String>,
}

impl Rated {
    fn of(facts: &SeverityFacts, rubric: &Rubric, level: impl Fn(Dimension) -> u8) -> Self {
        let impact = IMPACT.into_iter().map(&level).max().unwrap_or(0);
        let modifier =
            rubric.scales.iter().map(|scale| u32::from(scale.weight) * u32::from(level(scale.dimension))).sum();
        let mut reasons = vec![impact_reason(rubric, impact, &level)];
        let people = level(Dimension::People);
        let mut sev = 4 - impact.min(4);
        let (raised, what) = apply_modifier(sev, impact, modifier, people);
        sev = raised;
        reasons.push(format!("{}: {what}.", modifier_reason(rubric, modifier, &level)));
        let mut fire = |fires: bool, to: u8, why: &str| {
            if fires {
                sev = to.min(sev);
                reasons.push(format!("{why}: {} or worse.", Sev(to)));
            }
        };
        fire(people == 4, 0, "People is at 4");
        fire(facts.ongoing && impact >= 2, 1, "It is ongoing and its impact is 2 or more");
        fire(
            level(Dimension::Authority) == 4 && impact >= 2,
            1,
            "A hard control was circumvented and the impact is 2 or more",
        );
        if facts.class == Class::Hazard {
            sev = sev.max(3);
            reasons.push(format!("The effect was prevented, so this is a hazard: {} or milder.", Sev(3)));
        }
        Self { sev: Sev(sev), impact, modifier, reasons }
    }
}

fn impact_reason(rubric: &Rubric, impact: u8, level: &impl Fn(Dimension) -> u8) -> String {
    if impact == 0 {
        return format!("Impact is 0: no dimension of it is above 0. That alone is {}.", Sev(4));
    }
    let meaning = |dimension: Dimension| {
        let words = rubric.scale(dimension).and_then(|scale| scale.levels.get(usize::from(impact)));
        format!("{} (“{}”)", dimension.word(), words.copied().unwrap_or_default())
    };
    let set_by: Vec<String> = IMPACT.into_iter().filter(|d| level(*d) == impact).map(meaning).collect();
    format!("Impact is {impact}, set by {}. That alone is {}.", set_by.join(" and "), Sev(4 - impact.min(4)))
}

fn modifier_reason(rubric: &Rubric, modifier: u32, level: &impl Fn(Dimension) -> u8) -> String {
    let term = |scale: &rubric::Scale| {
        format!("0.{:02} × {} {}", scale.weight, scale.dimension.word(), level(scale.dimension))
    };
    let terms: Vec<String> = rubric.scales.iter().filter(|scale| scale.weight > 0).map(term).collect();
    format!("The modifier is {}.{:02} ({})", modifier / 100, modifier % 100, terms.join(" + "))
}

/// The severity after the modifier, and what it did.
fn apply_modifier(sev: u8, impact: u8, modifier: u32, people: u8) -> (u8, String) {
    if modifier < MODIFIER_RAISES {
        (sev, "below 3.00, so it changes nothing".into())
    } else if impact == 0 {
        (sev, "3.00 or more, but without impact it changes nothing".into())
    } else if sev == 0 {
        (sev, "3.00 or more, but there is nothing worse than Sev 0".into())
    } else if sev == 1 && people < 3 {
        (sev, "3.00 or more, but Sev 0 needs people at 3 or more, so it changes nothing".into())
    } else {
        (sev - 1, format!("3.00 or more, which raises it to {}", Sev(sev - 1)))
    }
}
