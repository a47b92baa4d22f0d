//! The zone a time is told in: an IANA name, an abbreviation, or an offset.

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{OffsetName, Tz};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Instant;

/// The abbreviations understood, with their offset from UTC in minutes.
///
/// An abbreviation is a fixed offset: CET is +01:00 in July too. Where several
/// zones share one, the choice is: BST British Summer Time (not Bangladesh),
/// CST and CDT North American Central (not China, not Cuba), EST and EDT North
/// American Eastern (not Australia, which is AEST), IST India (not Ireland,
/// not Israel), MST and MDT North American Mountain (not Malaysia), PST and
/// PDT North American Pacific (not the Philippines), SST is refused.
const ABBREVIATIONS: &[(&str, i32)] = &[
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("CET", 60),
    ("CEST", 120),
    // The same in German and in French.
    ("MEZ", 60),
    ("MESZ", 120),
    ("HNEC", 60),
    ("HAEC", 120),
    ("WEZ", 0),
    ("WESZ", 60),
    ("OEZ", 120),
    ("OESZ", 180),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("IST", 330),
    ("SGT", 480),
    ("HKT", 480),
    ("AWST", 480),
    ("JST", 540),
    ("KST", 540),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("HST", -600),
    ("SAST", 120),
    ("CAT", 120),
    ("EAT", 180),
    ("WAT", 60),
    ("TRT", 180),
    ("PKT", 300),
    ("NPT", 345),
    ("ICT", 420),
    ("WIB", 420),
    ("WITA", 480),
    ("WIT", 540),
    ("MYT", 480),
    ("ACST", 570),
    ("ACDT", 630),
    ("BRT", -180),
    ("ART", -180),
    ("CLT", -240),
    ("CLST", -180),
    ("COT", -300),
    ("PET", -300),
    ("NST", -210),
    ("NDT", -150),
];

/// What people in North America call their zones the whole year round, while their clocks change: the place, and
/// what its clocks are called in winter and in summer.
const YEAR_ROUND: &[(&str, Tz, &str, &str)] = &[
    ("ET", Tz::America__New_York, "EST", "EDT"),
    ("CT", Tz::America__Chicago, "CST", "CDT"),
    ("MT", Tz::America__Denver, "MST", "MDT"),
    ("PT", Tz::America__Los_Angeles, "PST", "PDT"),
];

/// Places keep at most 14 hours from UTC; further is a slip of the pen.
const OFFSET_MINUTES_MAX: i32 = 14 * 60;

/// A time zone, and the name it goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    rule: Rule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Place(Tz),
    Fixed(FixedOffset),
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".into(), rule: Rule::Fixed(Utc.fix()) }
    }

    /// Reads `Europe/Berlin`, `CET`, `+02:00` or `UTC+2`, in any case; the error is a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        Self::short(text).or_else(|| Self::place(text)).ok_or_else(|| {
            if let Some(sentence) = Self::neither(text) {
                return sentence;
            }
            let shown: String = text.chars().take(40).collect();
            format!("“{shown}” is not a time zone known here: write one like Europe/Berlin, CET or +02:00.")
        })
    }

    /// Whether a word is the city of a zone: `Berlin`.
    pub(crate) fn has_city(word: &str) -> bool {
        let is_city = |zone: &Tz| zone.name().rsplit_once('/').is_some_and(|(_, city)| city.eq_ignore_ascii_case(word));
        chrono_tz::TZ_VARIANTS.iter().any(is_city)
    }

    /// An abbreviation or an offset.
    pub(crate) fn short(text: &str) -> Option<Self> {
        let known = ABBREVIATIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        if let Some((name, minutes)) = known {
            let name = if *name == "Z" { "UTC" } else { name };
            return Some(Self { name: name.into(), rule: Rule::Fixed(FixedOffset::east_opt(minutes * 60)?) });
        }
        let head = text.get(..3).filter(|head| head.eq_ignore_ascii_case("UTC") || head.eq_ignore_ascii_case("GMT"));
        let minutes = offset_minutes(head.map_or(text, |_| &text[3..]))?;
        let sign = if minutes < 0 { '-' } else { '+' };
        let name = format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
        Some(Self { name, rule: Rule::Fixed(FixedOffset::east_opt(minutes * 60)?) })
    }

    /// Why a name such as PT, which is neither winter's nor summer's, is no zone of a person's time: `PT` may be
    /// the clock of Los Angeles, or what somebody writes for PST the whole year round.
    pub(crate) fn neither(text: &str) -> Option<String> {
        let (name, place, winter, summer) = YEAR_ROUND.iter().find(|(name, ..)| name.eq_ignore_ascii_case(text))?;
        Some(format!(
            "“{name}” does not say whether {winter} or {summer} is meant: write one of them, or {}.",
            place.name()
        ))
    }

    /// The zone a log means by a name such as PT: programs write it for the clock of the place.
    pub(crate) fn of_log(text: &str) -> Option<Self> {
        let round = YEAR_ROUND.iter().find(|(name, ..)| name.eq_ignore_ascii_case(text));
        match round {
            Some((_, tz, ..)) => Some(Self { name: tz.name().into(), rule: Rule::Place(*tz) }),
            None => Self::short(text),
        }
    }

    /// A place of the IANA database.
    pub(crate) fn place(text: &str) -> Option<Self> {
        let text = text.replace(' ', "_");
        let tz = chrono_tz::TZ_VARIANTS.iter().find(|tz| tz.name().eq_ignore_ascii_case(&text))?;
        Some(Self { name: tz.name().into(), rule: Rule::Place(*tz) })
    }

    /// What the zone is called: `Europe/Berlin`, `CET`, `+02:00`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its clocks are called at that moment: `CET` or `CEST` in Berlin; `UTC-03:00` where there is no abbreviation.
    pub fn abbreviation(&self, at: Instant) -> String {
        let name = match self.rule {
            Rule::Place(tz) => {
                tz.offset_from_utc_datetime(&at.utc().naive_utc()).abbreviation().unwrap_or_default().to_string()
            }
            Rule::Fixed(_) => self.name.clone(),
        };
        if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return name;
        }
        let minutes = (self.local(at) - at.utc().naive_utc()).num_minutes();
        format!("UTC{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
    }

    /// What a clock in the zone shows at that instant.
    pub fn local(&self, at: Instant) -> NaiveDateTime {
        match self.rule {
            Rule::Place(tz) => at.utc().with_timezone(&tz).naive_local(),
            Rule::Fixed(offset) => at.utc().with_timezone(&offset).naive_local(),
        }
    }

    /// The instants at which a clock in the zone shows this: the same one twice,
    /// or first and second where the clocks went back. A time the clocks
    /// skipped is refused with a sentence.
    pub fn instants(&self, local: NaiveDateTime) -> Result<(Instant, Instant), String> {
        self.find(local).ok_or_else(|| {
            let clock = local.format("%H:%M");
            let date = local.format("%-d %B %Y");
            let name = &self.name;
            format!("There was no {clock} on {date} in {name}, because the clocks skipped it: write another time, or give the time in UTC.")
        })
    }

    /// The first instant at which a clock in the zone shows this or later, and
    /// the last at which it turns to this: where a day begins, though midnight be skipped.
    pub(crate) fn edges(&self, local: NaiveDateTime) -> (Instant, Instant) {
        if let Some(found) = self.find(local) {
            return found;
        }
        let (mut before, mut after) = (local.and_utc().timestamp_micros(), local.and_utc().timestamp_micros());
        (before, after) = (before - 30 * 3_600_000_000, after + 30 * 3_600_000_000);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            let shown = self.local(Instant::from_micros(middle));
            if shown < local { before = middle } else { after = middle }
        }
        (Instant::from_micros(after), Instant::from_micros(after))
    }

    /// Whether the clocks show a reading twice.
    pub(crate) fn comes_twice(&self, local: NaiveDateTime) -> bool {
        self.find(local).is_some_and(|(first, last)| first != last)
    }

    /// Whether the clocks are not set alike at two moments.
    pub(crate) fn is_set_between(&self, one: Instant, other: Instant) -> bool {
        let ahead = |at: Instant| self.local(at).and_utc().timestamp_micros().saturating_sub(at.micros());
        ahead(one) != ahead(other)
    }

    fn find(&self, local: NaiveDateTime) -> Option<(Instant, Instant)> {
        match self.rule {
            Rule::Place(tz) => pair(tz.from_local_datetime(&local)),
            Rule::Fixed(offset) => pair(offset.from_local_datetime(&local)),
        }
    }
}

fn pair<Z: TimeZone>(found: MappedLocalTime<DateTime<Z>>) -> Option<(Instant, Instant)> {
    let instant = |time: DateTime<Z>| Instant::from_micros(time.timestamp_micros());
    match found {
        MappedLocalTime::Single(one) => Some((instant(one.clone()), instant(one))),
        MappedLocalTime::Ambiguous(first, second) => Some((instant(first), instant(second))),
        MappedLocalTime::None => None,
    }
}

/// `+2`, `-05`, `+0530`, `+05:30` in minutes.
fn offset_minutes(text: &str) -> Option<i32> {
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix(['-', '−'])?),
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None if rest.len() == 4 && rest.is_ascii() => rest.split_at(2),
        None => (rest, "00"),
    };
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(hours, 2) || !digits(minutes, 2) || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= OFFSET_MINUTES_MAX).then_some(sign * total)
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    #[test]
    fn names_abbreviations_and_offsets_are_read() {
        for (typed, name) in [
            ("europe/berlin", "Europe/Berlin"),
            ("America/New York", "America/New_York"),
            ("cet", "CET"),
            ("Z", "UTC"),
            ("GMT", "GMT"),
            ("+02:00", "+02:00"),
            ("-0530", "-05:30"),
            ("UTC+2", "+02:00"),
            ("GMT-5", "-05:00"),
            ("−5", "-05:00"),
            ("utc", "UTC"),
        ] {
            assert_eq!(Zone::parse(typed).unwrap().name(), name, "{typed}");
        }
        for wrong in ["", "+", "+99:00", "+14:30", "+1:5", "Middle-earth", "🙂🙂🙂", "UT", "SST"] {
            assert!(Zone::parse(wrong).unwrap_err().contains("write one like"), "{wrong}");
        }
    }

    #[test]
    fn a_name_for_the_whole_year_is_refused_with_the_two_it_may_mean() {
        for (typed, winter, summer) in [("PT", "PST", "PDT"), ("et", "EST", "EDT"), ("Mt", "MST", "MDT")] {
            let why = Zone::parse(typed).unwrap_err();
            assert!(why.contains(winter) && why.contains(summer) && why.contains("America/"), "{why}");
        }
        assert_eq!(Zone::of_log("ET").unwrap().name(), "America/New_York");
        assert_eq!(Zone::of_log("CET").unwrap().name(), "CET");
    }

    #[test]
    fn local_times_become_instants() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let (at, same) = berlin.instants(local("2026-03-18 17:05")).unwrap();
        assert_eq!(at, same);
        assert_eq!(at.rfc3339(), "2026-03-18T16:05:00Z");
        assert_eq!(berlin.local(at), local("2026-03-18 17:05"));
        assert_eq!(berlin.abbreviation(at), "CET");
        let (first, second) = berlin.instants(local("2026-10-25 02:30")).unwrap();
        assert_eq!((first.rfc3339(), second.rfc3339()), ("2026-10-25T00:30:00Z".into(), "2026-10-25T01:30:00Z".into()));
        assert!(berlin.instants(local("2026-03-29 02:30")).unwrap_err().contains("the clocks skipped it"));
    }

    #[test]
    fn a_day_begins_though_midnight_be_skipped() {
        let beirut = Zone::parse("Asia/Beirut").unwrap();
        let midnight = NaiveDate::from_ymd_opt(2022, 3, 27).unwrap().and_hms_opt(0, 0, 0).unwrap();
        assert!(beirut.instants(midnight).is_err());
        assert_eq!(beirut.edges(midnight).0.rfc3339(), "2022-03-26T22:00:00Z");
    }
}
