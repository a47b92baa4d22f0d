//! How long something took, as far as it is known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TimeRange;

pub(super) const SECOND: i64 = 1_000_000;
pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// “About” widens a duration by a twelfth either way: two hours become 110–130 minutes.
pub(super) const ABOUT_PART: i64 = 12;

/// A duration in microseconds: exact when both ends agree; an end that is
/// `None` is unknown. Negative when the later event came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DurationRange {
    /// Not shorter than this.
    #[serde(default)]
    pub min: Option<i64>,
    /// Not longer than this.
    #[serde(default)]
    pub max: Option<i64>,
}

impl DurationRange {
    /// A duration known to the microsecond.
    pub const fn exact(micros: i64) -> Self {
        Self { min: Some(micros), max: Some(micros) }
    }

    /// A duration of which nothing is known.
    pub const fn unknown() -> Self {
        Self { min: None, max: None }
    }

    /// “About” this long: a twelfth either way.
    pub const fn about(micros: i64) -> Self {
        let slack = micros / ABOUT_PART;
        Self { min: Some(micros.saturating_sub(slack)), max: Some(micros.saturating_add(slack)) }
    }

    /// From one time to another: range in, range out. An end is unknown where a time is open on the side it needs.
    pub fn between(from: &TimeRange, to: &TimeRange) -> Self {
        let minus = |to: Option<super::Instant>, from: Option<super::Instant>| {
            Some(to?.micros().saturating_sub(from?.micros()))
        };
        Self { min: minus(to.earliest, from.latest), max: minus(to.latest, from.earliest) }
    }

    /// Whether both ends are known and the same.
    pub fn is_exact(&self) -> bool {
        self.min.is_some() && self.min == self.max
    }

    /// What a reader sees: `45 s`, `95–108 min`, `≈ 2 h`, `< 15 min`, `> 2 h`, `unknown`.
    /// The ends of a range are rounded outwards, never inwards.
    pub fn show(&self) -> String {
        match (self.min, self.max) {
            (None, None) => "unknown".into(),
            (None, Some(max)) | (Some(0), Some(max)) if max > 0 => format!("< {}", one(max)),
            (None, Some(max)) => format!("< {}", one(max)),
            (Some(min), None) => format!("> {}", one(min)),
            (Some(min), Some(max)) if min == max => one(min),
            (Some(min), Some(max)) => match middle(min, max) {
                Some(about) => format!("≈ {}", one(about)),
                None => span(min, max),
            },
        }
    }
}

impl std::fmt::Display for DurationRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.show())
    }
}

/// The duration that “about” would have widened to exactly these ends.
fn middle(min: i64, max: i64) -> Option<i64> {
    let sum = min.checked_add(max).filter(|sum| min > 0 && sum % 2 == 0)?;
    let about = sum / 2;
    (about >= SECOND && DurationRange::about(about) == DurationRange { min: Some(min), max: Some(max) })
        .then_some(about)
}

/// One duration: whole units, or two or three of them.
fn one(micros: i64) -> String {
    if micros < 0 {
        return format!("−{}", one(micros.saturating_neg()));
    }
    match micros {
        0 => "0 s".into(),
        1..1_000 => format!("{micros} µs"),
        1_000..SECOND => format!("{} ms", decimal(micros, 1_000)),
        _ if micros < 2 * MINUTE => format!("{} s", decimal(micros, SECOND)),
        _ if micros < 3 * HOUR && micros % MINUTE == 0 && micros % HOUR != 0 => format!("{} min", micros / MINUTE),
        _ => units((micros.saturating_add(SECOND / 2)) / SECOND),
    }
}

/// A number of units with as many decimals as it needs, at most three.
fn decimal(micros: i64, unit: i64) -> String {
    let text = format!("{}.{:03}", micros / unit, micros % unit * 1_000 / unit);
    text.trim_end_matches('0').trim_end_matches('.').into()
}

/// Seconds as days, hours, minutes and seconds, without those that are zero. Up to two days are hours.
fn units(seconds: i64) -> String {
    let days = if seconds < 2 * 86_400 { 0 } else { seconds / 86_400 };
    let hours = (seconds - days * 86_400) / 3_600;
    let mut parts = Vec::new();
    for (count, unit) in [(days, "days"), (hours, "h"), (seconds % 3_600 / 60, "min"), (seconds % 60, "s")] {
        if count > 0 {
            parts.push(format!("{count} {unit}"));
        }
    }
    parts.join(" ")
}

/// A range: one unit for both ends where that is honest.
fn span(min: i64, max: i64) -> String {
    if min < 0 {
        return format!("{} to {}", one(min), one(max));
    }
    let whole = |unit: i64| min % unit == 0 && max % unit == 0;
    let (unit, name) = match max {
        _ if max < 1_000 => (1, "µs"),
        _ if max < SECOND => (1_000, "ms"),
        _ if max < 3 * MINUTE && !whole(MINUTE) => (SECOND, "s"),
        _ if whole(DAY) && max > DAY => (DAY, "days"),
        _ if whole(HOUR) => (HOUR, "h"),
        _ if max < 3 * HOUR => (MINUTE, "min"),
        _ => return format!("{} – {}", outward(min, 0), outward(max, MINUTE - 1)),
    };
    let (low, high) = (min / unit, max / unit + i64::from(max % unit != 0));
    if low == high { format!("{low} {name}") } else { format!("{low}–{high} {name}") }
}

/// One end of a long range, to the minute (or to the second below two minutes).
fn outward(micros: i64, add: i64) -> String {
    if micros < 2 * MINUTE { one(micros) } else { one((micros.saturating_add(add)) / MINUTE * MINUTE) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Instant;

    #[test]
    fn durations_are_shown_in_fitting_units() {
        let show = |min: i64, max: i64| DurationRange { min: Some(min), max: Some(max) }.show();
        assert_eq!(show(95 * MINUTE, 108 * MINUTE), "95–108 min");
        assert_eq!(show(110 * MINUTE, 130 * MINUTE), "≈ 2 h");
        assert_eq!(show(0, 15 * MINUTE), "< 15 min");
        assert_eq!(show(45 * SECOND, 45 * SECOND), "45 s");
        assert_eq!(show(1_500_000, 1_500_000), "1.5 s");
        assert_eq!(show(2 * HOUR, 13 * HOUR), "2–13 h");
        assert_eq!(show(13 * HOUR, 13 * HOUR), "13 h");
        assert_eq!(show(95 * MINUTE + 30 * SECOND, 95 * MINUTE + 30 * SECOND), "1 h 35 min 30 s");
        assert_eq!(show(4 * DAY + 2 * HOUR, 4 * DAY + 2 * HOUR), "4 days 2 h");
        assert_eq!(show(0, 0), "0 s");
        assert_eq!(show(-5 * MINUTE, 10 * MINUTE), "−5 min to 10 min");
        assert_eq!(show(95 * MINUTE + 1, 108 * MINUTE - 1), "95–108 min");
        assert_eq!(show(HOUR / 2, 6 * HOUR + 1), "30 min – 6 h 1 min");
        assert_eq!(DurationRange::unknown().show(), "unknown");
        assert_eq!(DurationRange { min: None, max: Some(15 * MINUTE) }.show(), "< 15 min");
        assert_eq!(DurationRange { min: Some(HOUR), max: None }.show(), "> 1 h");
    }

    #[test]
    fn times_are_subtracted_end_from_end() {
        let at = |minute: i64| Some(Instant::from_micros(minute * MINUTE));
        let range = |earliest, latest| TimeRange { earliest, latest, ..TimeRange::unknown() };
        let took = |from, to| DurationRange::between(&from, &to);
        assert_eq!(took(range(at(0), at(10)), range(at(100), at(105))).show(), "90–105 min");
        assert_eq!(took(range(at(0), at(0)), range(at(7), at(7))), DurationRange::exact(7 * MINUTE));
        assert_eq!(
            took(range(None, at(10)), range(at(100), at(105))),
            DurationRange { min: Some(90 * MINUTE), max: None }
        );
        assert_eq!(took(range(at(0), None), range(at(100), None)), DurationRange::unknown());
    }

    proptest::proptest! {
        #[test]
        fn any_duration_can_be_shown(min: Option<i64>, max: Option<i64>) {
            let shown = DurationRange { min, max }.show();
            proptest::prop_assert!(!shown.is_empty());
        }
    }
}
