//! Counting incidents by month.

use super::{
    Counted, Detection, DetectionCount, FiledBy, Group, Groups, Lengths, MONTHS, Month, MonthRow, SeverityCount,
    Trends, VerdictCount,
};
use crate::Instant;
use crate::severity::Sev;
use crate::time::{DurationRange, Zone};
use crate::verdict::Verdict;

impl Month {
    /// The months that trends show at that moment, the present one last.
    pub fn last(now: Instant, zone: &Zone) -> Vec<Self> {
        let present = Self::of(now, zone);
        (0..MONTHS).rev().map(|months| present.minus(months)).collect()
    }
}

/// The trends of these incidents; `earlier` of them began before. What lies in none of the months is passed over.
pub fn trends(incidents: &[Counted], earlier: u64, now: Instant, zone: &Zone) -> Trends {
    let months = Month::last(now, zone);
    let dated: Vec<(Month, &Counted)> =
        incidents.iter().map(|counted| (Month::of(counted.figures.at, zone), counted)).collect();
    let inside = dated.iter().filter(|(month, _)| months.contains(month)).map(|(_, counted)| *counted);
    let whole = groups(&inside.collect::<Vec<_>>());
    let row = |month: Month| {
        let of_month = dated.iter().filter(|(other, _)| *other == month).map(|(_, counted)| *counted);
        MonthRow { month, groups: groups(&of_month.collect::<Vec<_>>()) }
    };
    Trends { zone: zone.name().into(), months: months.into_iter().map(row).collect(), whole, earlier }
}

fn groups(incidents: &[&Counted]) -> Groups {
    let by = |filed_by: FiledBy| {
        let made = incidents.iter().filter(|counted| counted.filed_by == filed_by);
        group(&made.copied().collect::<Vec<_>>())
    };
    Groups { all: group(incidents), by_rule: by(FiledBy::Rule), by_people: by(FiledBy::People) }
}

fn group(incidents: &[&Counted]) -> Group {
    let count = |wanted: &dyn Fn(&Counted) -> bool| number(incidents.iter().filter(|counted| wanted(counted)).count());
    let severities = Sev::ALL.into_iter().map(Some).chain([None]);
    let detection = |wanted: Detection| count(&|counted| counted.figures.detection == wanted);
    Group {
        incidents: number(incidents.len()),
        dated_by_filing: count(&|counted| counted.figures.at == counted.filed_at),
        severities: severities
            .map(|severity| SeverityCount { severity, incidents: count(&|counted| counted.severity == severity) })
            .collect(),
        verdicts: Verdict::ALL
            .iter()
            .map(|&verdict| VerdictCount { verdict, incidents: count(&|counted| counted.verdict == verdict) })
            .collect(),
        detection: DetectionCount {
            within: detection(Detection::Within),
            possibly: detection(Detection::Possibly),
            over: detection(Detection::Over),
            unknown: detection(Detection::Unknown),
        },
        time_to_detect: lengths(incidents.iter().map(|counted| counted.figures.detect)),
        time_to_contain: lengths(incidents.iter().map(|counted| counted.figures.contain)),
        remediations_open: incidents.iter().map(|counted| counted.open).sum(),
        remediations_verified: incidents.iter().map(|counted| counted.verified).sum(),
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The shortest that these lengths may be are ordered by themselves, and so are the longest: whatever they truly are,
/// the one at a place lies between those at that place.
fn lengths(all: impl Iterator<Item = DurationRange>) -> Lengths {
    let (known, unknown): (Vec<_>, Vec<_>) = all.partition(|length| *length != DurationRange::unknown());
    // An end that is not known is the furthest on its side.
    let mut shortest: Vec<i64> = known.iter().map(|length| length.min.unwrap_or(i64::MIN)).collect();
    let mut longest: Vec<i64> = known.iter().map(|length| length.max.unwrap_or(i64::MAX)).collect();
    shortest.sort_unstable();
    longest.sort_unstable();
    let between = |end: &dyn Fn(&[i64]) -> Option<i64>| {
        let is_known = !known.is_empty();
        is_known.then(|| DurationRange { min: end(&shortest), max: end(&longest) })
    };
    Lengths {
        known: number(known.len()),
        unknown: number(unknown.len()),
        median: between(&median),
        p90: between(&|sorted| finite(*sorted.get((sorted.len() * 9).div_ceil(10).checked_sub(1)?)?)),
    }
}

/// The middle one, or halfway between the two in the middle.
fn median(sorted: &[i64]) -> Option<i64> {
    let upper = finite(*sorted.get(sorted.len() / 2)?)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = finite(*sorted.get(sorted.len() / 2 - 1)?)?;
    Some(lower.saturating_add(upper.saturating_sub(lower) / 2))
}

fn finite(micros: i64) -> Option<i64> {
    (micros != i64::MIN && micros != i64::MAX).then_some(micros)
}

#[cfg(test)]
mod tests;
