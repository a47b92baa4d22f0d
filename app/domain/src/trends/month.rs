//! A month of the calendar.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Instant;
use crate::time::Zone;

/// A month of a year: `2026-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(NaiveDate);

impl Month {
    /// The month that a clock in the zone shows at that moment.
    pub fn of(at: Instant, zone: &Zone) -> Self {
        let date = zone.local(at).date();
        Self(date.with_day(1).unwrap_or(date))
    }

    /// Reads `2026-03`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let number = |digits: &str, many: usize| {
            let is_number = digits.len() == many && digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| digits.parse::<u32>().ok()).flatten()
        };
        let parts = text.trim().split_once('-').and_then(|(year, month)| number(year, 4).zip(number(month, 2)));
        let date = parts.and_then(|(year, month)| NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1));
        let shown: String = text.chars().take(40).collect();
        date.map(Self).ok_or_else(|| format!("“{shown}” is not a month: write one like 2026-03."))
    }

    /// That many months before.
    pub fn minus(self, months: u32) -> Self {
        Self(self.0.checked_sub_months(chrono::Months::new(months)).unwrap_or(self.0))
    }

    /// Where it begins and where the next one does, in that zone.
    pub fn ends(self, zone: &Zone) -> (Instant, Instant) {
        let next = self.0.checked_add_months(chrono::Months::new(1)).unwrap_or(self.0);
        let begin = |date: NaiveDate| zone.edges(date.and_time(chrono::NaiveTime::MIN)).0;
        (begin(self.0), begin(next))
    }

    /// As people write it: `March 2026`.
    pub fn label(self) -> String {
        self.0.format("%B %Y").to_string()
    }

    /// The same where there is little room: `Mar`.
    pub fn short(self) -> String {
        self.0.format("%b").to_string()
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.year()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Month {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Month".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "description": "A month, such as 2026-03." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{at, berlin};

    #[test]
    fn a_month_begins_and_ends_by_the_clocks_of_the_zone() {
        let march = Month::parse("2026-03").unwrap();
        assert_eq!(march.ends(&berlin()), (at("2026-02-28T23:00:00Z"), at("2026-03-31T22:00:00Z")));
        assert_eq!(Month::of(at("2026-02-28T23:00:00Z"), &berlin()), march);
        assert_eq!(Month::of(at("2026-02-28T23:00:00Z"), &Zone::utc()).to_string(), "2026-02");
        assert_eq!((march.label().as_str(), march.short().as_str(), march.year()), ("March 2026", "Mar", 2026));
        assert_eq!(march.minus(3).to_string(), "2025-12");
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for text in ["", "2026", "2026-3", "2026-13", "2026-00", "26-03", "2026-03-01", "march", "-026-03", "2026-+3"] {
            assert!(Month::parse(text).is_err(), "{text}");
        }
    }
}
