//! Durations as people say them.

use super::words::{DASH, words};
use crate::time::duration::{ABOUT_PART, DAY, DurationRange, HOUR, MINUTE, SECOND};

/// No incident lasts a hundred years; a longer duration is a slip of the pen.
const MICROS_MAX: i64 = 100 * 366 * DAY;

const NUMBERS: &[(&str, i64)] = &[
    ("a", 1),
    ("an", 1),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fifteen", 15),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("ninety", 90),
];

/// The words that widen what follows.
pub const ABOUT: &[&str] =
    &["about", "around", "approximately", "approx", "circa", "ca", "c", "roughly", "nearly", "almost", "some"];

/// A duration before “about” widens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spoken {
    /// The lower end.
    pub low: i64,
    /// The upper end.
    pub high: i64,
    /// The finest unit named, in microseconds.
    pub unit: i64,
    /// Whether it was said to be approximate.
    pub about: bool,
}

impl Spoken {
    /// The ends, widened by a twelfth when approximate.
    pub fn range(self) -> DurationRange {
        let slack = |end: i64| if self.about { end / ABOUT_PART } else { 0 };
        DurationRange { min: Some(self.low - slack(self.low)), max: Some(self.high + slack(self.high)) }
    }
}

/// Reads a duration as people type it: `2 h`, `about two hours`, `≈ 2 h`, `13 hours`, `110–130 min`,
/// `1 h 30 min`, `< 15 min`, `more than 2 h`, `unknown`. “About” is a twelfth either way,
/// so that about two hours are 110–130 minutes. The error is a sentence.
pub fn read_duration(text: &str) -> Result<DurationRange, String> {
    let words = if text.len() <= super::BYTES_MAX { words(text) } else { Vec::new() };
    let said: Vec<&str> = words.iter().map(String::as_str).collect();
    let end = |rest: &[&str]| spoken(rest).map(Spoken::range);
    let read = match said[..] {
        ["unknown" | "?"] => Some(DurationRange::unknown()),
        ["<" | "≤" | "under" | "below", ref rest @ ..]
        | ["less" | "fewer", "than", ref rest @ ..]
        | ["up", "to", ref rest @ ..]
        | ["at", "most", ref rest @ ..] => end(rest).map(|found| DurationRange { min: None, max: found.max }),
        [">" | "≥" | "over", ref rest @ ..]
        | ["more" | "longer", "than", ref rest @ ..]
        | ["at", "least", ref rest @ ..] => end(rest).map(|found| DurationRange { min: found.min, max: None }),
        ref all => end(all),
    };
    read.ok_or_else(|| {
        let shown: String = text.trim().chars().take(60).collect();
        format!("“{shown}” is not a duration understood here: write it like 45 s, 2 h 15 min, about 2 h, 110–130 min or unknown.")
    })
}

/// The duration these words say, if they say one and nothing else.
pub fn spoken(words: &[&str]) -> Option<Spoken> {
    let (about, words) = match words {
        [first, rest @ ..] if ABOUT.contains(first) => (true, rest),
        words => (false, words),
    };
    let (joint, words): (&[&str], _) = match words {
        ["between", rest @ ..] => (&["and"], rest),
        ["from", rest @ ..] => (&[DASH, "to"], rest),
        words => (&[DASH, "to", "or"], words),
    };
    let parts: Vec<String> = words.iter().flat_map(|word| letters_apart(word)).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let Some(middle) = parts.iter().position(|word| joint.contains(word)) else {
        let (amount, unit) = if joint == ["and"] { None } else { sum(&parts) }?;
        return Some(Spoken { low: amount, high: amount, unit, about });
    };
    let (left, right) = (&parts[..middle], &parts[middle + 1..]);
    let (high, unit) = sum(right)?;
    let (low, finest) = match (left, right) {
        ([only], [_, name]) => (scaled(only, micros(name)?)?, unit),
        _ => sum(left)?,
    };
    (low <= high).then_some(Spoken { low, high, unit: unit.min(finest), about })
}

/// `2h15m` as `2`, `h`, `15`, `m`.
fn letters_apart(word: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut was = None;
    for letter in word.chars() {
        let number = letter.is_ascii_digit() || letter == '.';
        if was != Some(number) {
            parts.push(String::new());
        }
        was = Some(number);
        if let Some(last) = parts.last_mut() {
            last.push(letter);
        }
    }
    parts
}

/// Amounts with units, added up; with the finest unit named.
fn sum(words: &[&str]) -> Option<(i64, i64)> {
    let (mut total, mut finest, mut rest) = (0_i64, i64::MAX, words);
    while !rest.is_empty() {
        let (amount, unit, after) = match rest {
            ["and", after @ ..] if total > 0 && !after.is_empty() => {
                rest = after;
                continue;
            }
            ["half", "a" | "an", name, after @ ..] | ["half", name, after @ ..] => {
                (micros(name)? / 2, micros(name)? / 60, after)
            }
            [number, name, after @ ..] => (scaled(number, micros(name)?)?, micros(name)?, after),
            _ => return None,
        };
        (total, finest, rest) = (total.checked_add(amount)?, finest.min(unit), after);
    }
    (finest < i64::MAX && total <= MICROS_MAX).then_some((total, finest))
}

/// A number, in words or with decimals, of a unit.
fn scaled(number: &str, unit: i64) -> Option<i64> {
    if let Some((_, count)) = NUMBERS.iter().find(|(name, _)| *name == number) {
        return Some(count * unit);
    }
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let plain =
        |digits: &str, most: usize| (1..=most).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !plain(whole, 12) || !plain(part, 6) {
        return None;
    }
    let scale = 10_i128.pow(part.len() as u32);
    let amount = (whole.parse::<i128>().ok()? * scale + part.parse::<i128>().ok()?) * i128::from(unit) / scale;
    i64::try_from(amount).ok().filter(|amount| *amount <= MICROS_MAX)
}

fn micros(unit: &str) -> Option<i64> {
    Some(match unit {
        "µs" | "μs" | "us" | "microsecond" | "microseconds" => 1,
        "ms" | "millisecond" | "milliseconds" => 1_000,
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7 * DAY,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_said() {
        for (typed, shown) in [
            ("2 h", "2 h"),
            ("about two hours", "≈ 2 h"),
            ("≈ 2 h", "≈ 2 h"),
            ("~2h", "≈ 2 h"),
            ("13 hours", "13 h"),
            ("110–130 min", "≈ 2 h"),
            ("110-130 min", "≈ 2 h"),
            ("95 to 108 minutes", "95–108 min"),
            ("2h15m", "135 min"),
            ("1 hour and 30 min", "90 min"),
            ("half an hour", "30 min"),
            ("1.5 h", "90 min"),
            ("45 s", "45 s"),
            ("350ms", "350 ms"),
            ("between 2 and 13 h", "2–13 h"),
            ("< 15 min", "< 15 min"),
            ("more than 2 h", "> 2 h"),
            ("unknown", "unknown"),
            ("an hour", "1 h"),
            ("3 days", "3 days"),
            ("90 s – 2 min", "90–120 s"),
        ] {
            assert_eq!(read_duration(typed).map(|found| found.show()), Ok(shown.to_string()), "{typed}");
        }
        let minutes = |count: i64| Some(count * MINUTE);
        assert_eq!(read_duration("about 2 h"), Ok(DurationRange { min: minutes(110), max: minutes(130) }));
        for wrong in [
            "",
            "2",
            "h",
            "2 moons",
            "2 months",
            "130–110 min",
            "1,5 h",
            "999999999999 weeks",
            "-",
            "between 2 h",
            "2 h 2",
        ] {
            assert!(read_duration(wrong).unwrap_err().contains("write it like"), "{wrong}");
        }
    }
}
