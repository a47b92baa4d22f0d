//! What a person says of a log as a whole, where its bytes leave it open.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::record::{LogRecord, TimeFlag};
use super::stamp::LogTime;
use crate::time::{Instant, Zone};
use crate::words::words;

const HOUR_MICROS: i64 = 3_600_000_000;

words! {
    /// What comes first in dates such as 03/04/2026.
    DateOrder is "an order of dates" { DayFirst "day_first" "Day before month", MonthFirst "month_first" "Month before day" }
}

/// How the whole of a log is to be understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The encoding of its text; told from its bytes unless it is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// The zone of its times that name none; UTC is assumed unless it is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// When the incident occurred: the day of times that bear no date and have none above them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred: Option<Instant>,
    /// What comes first in its dates; dates that may be two days are not read unless it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
}

impl Terms {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Puts a record whose log names no zone into the zone that was told.
    pub(super) fn apply(&self, record: &mut LogRecord) {
        if let Some(zone) = &self.zone {
            place(record, zone, TimeFlag::ToldZone);
        }
    }
}

/// Whether the zone of a record's time is left open by its log.
pub(super) fn is_open(record: &LogRecord) -> bool {
    matches!(record.time_flag, TimeFlag::AssumedUtc | TimeFlag::AssumedYear | TimeFlag::AssumedDay)
        || (record.time_flag == TimeFlag::Range && record.hints.zone_assumed)
}

/// Puts a record whose log leaves its zone open into a zone; `flag` says who named it.
pub(super) fn place(record: &mut LogRecord, zone: &Zone, flag: TimeFlag) {
    let Some(time) = record.time.filter(|_| is_open(record)) else { return };
    if let Some(latest) = record.time_latest {
        let moved = |at: Instant| zone.instants(at.utc().naive_utc()).ok();
        // An end that the clocks of the zone skipped is as far from UTC as what is an hour later.
        let edge = |at: Instant| moved(at).or_else(|| moved(at.plus_micros(HOUR_MICROS)));
        if let Some(((first, _), (_, last))) = edge(time).zip(edge(latest)) {
            (record.time, record.time_latest) = (Some(first), Some(last));
            record.hints.zone_assumed = false;
        }
        return;
    }
    let told = LogTime { time: Some(time), latest: None, flag: record.time_flag.clone() };
    let moved = told.in_zone(zone).map(|told| match told.flag {
        TimeFlag::Exact => LogTime { flag, ..told },
        _ => told,
    });
    record.set_time(moved.unwrap_or_else(|| LogTime {
        time: None,
        latest: None,
        // The clocks of the zone skipped it.
        flag: TimeFlag::Unreadable(format!("{} {}", time.utc().format("%Y-%m-%d %H:%M:%S"), zone.name())),
    }));
    // A span between two readings of one clock is no open one, even if it were a day long.
    record.hints.zone_assumed = false;
}
