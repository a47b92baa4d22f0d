//! One point in time.

use chrono::{DateTime, SecondsFormat, Timelike, Utc};
use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// Year 0000 and year 9999: RFC 3339 knows no other years.
    const MIN: i64 = -62_167_219_200_000_000;
    const MAX: i64 = 253_402_300_799_999_999;

    /// From microseconds since the epoch; a value outside the years 0000–9999 is held at the edge.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(Self::MIN, Self::MAX))
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This instant moved by a number of microseconds, held at the edges.
    pub fn plus_micros(self, micros: i64) -> Self {
        Self::from_micros(self.0.saturating_add(micros))
    }

    /// Reads RFC 3339; the error is a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let time = DateTime::parse_from_rfc3339(text.trim())
            .map_err(|_| format!("“{text}” is not a time: write it like 2026-03-18T17:05:00Z."))?;
        // A leap second has no place among microseconds since the epoch: it would become the second after it.
        if time.nanosecond() >= 1_000_000_000 {
            return Err(format!(
                "“{text}” has a sixtieth second: write the second before it, 59, or the one after it, 00."
            ));
        }
        Ok(Self::from_micros(time.timestamp_micros()))
    }

    /// The instant as a UTC date and time.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }

    /// RFC 3339 in UTC with `Z`, with as many decimals as it needs.
    pub fn rfc3339(self) -> String {
        let form = if self.0 % 1_000_000 == 0 {
            SecondsFormat::Secs
        } else if self.0 % 1_000 == 0 {
            SecondsFormat::Millis
        } else {
            SecondsFormat::Micros
        };
        self.utc().to_rfc3339_opts(form, true)
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sixtieth_second_is_refused_and_not_moved() {
        for text in ["2026-03-18T17:05:60Z", "2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5+00:00"] {
            assert!(Instant::parse(text).is_err_and(|sentence| sentence.contains("59")), "{text}");
        }
        assert!(Instant::parse("2016-12-31T23:59:59.999999Z").is_ok());
    }
}
