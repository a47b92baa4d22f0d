//! A time as it is known: exact, a range, or unknown at either end.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Instant;
use crate::words::words;

words! {
    /// How finely a time was reported.
    Granularity is "a granularity" {
        Second "second" "to the second", Minute "minute" "to the minute", Hour "hour" "to the hour",
        Date "date" "to the day", Month "month" "to the month", Year "year" "to the year",
    }
}

/// When something happened, as far as it is known. Exact when both ends agree;
/// an end that is `None` is unknown and stays so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeRange {
    /// Not before this.
    #[serde(default)]
    pub earliest: Option<Instant>,
    /// Not after this.
    #[serde(default)]
    pub latest: Option<Instant>,
    /// How finely it was reported.
    #[serde(default = "second")]
    pub granularity: Granularity,
    /// The zone it was reported in: an IANA name, an abbreviation or an offset. Display only; the ends are UTC.
    #[serde(default = "utc")]
    pub zone: String,
}

fn second() -> Granularity {
    Granularity::Second
}

fn utc() -> String {
    "UTC".into()
}

impl TimeRange {
    /// An exact instant, reported in UTC.
    pub fn exact(at: Instant) -> Self {
        Self { earliest: Some(at), latest: Some(at), granularity: Granularity::Second, zone: utc() }
    }

    /// A time of which nothing is known.
    pub fn unknown() -> Self {
        Self { earliest: None, latest: None, granularity: Granularity::Second, zone: utc() }
    }

    /// Whether both ends are known and the same.
    pub fn is_exact(&self) -> bool {
        self.earliest.is_some() && self.earliest == self.latest
    }

    /// The best single instant to sort by: the earliest end, else the latest.
    pub fn sort_key(&self) -> Option<Instant> {
        self.earliest.or(self.latest)
    }
}
