//! What a person says of a log as a whole, where its bytes leave it open.

use serde::{Deserialize, Serialize};

use super::record::{LogRecord, TimeFlag};
use super::stamp::Told;
use crate::time::Zone;
use crate::words::words;

words! {
    /// What comes first in dates such as 03/04/2026.
    DateOrder is "an order of dates" { DayFirst "day_first" "Day before month", MonthFirst "month_first" "Month before day" }
}

/// How the whole of a log is to be understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The encoding of its text; told from its bytes unless it is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// The zone of its times that name none; UTC is assumed unless it is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
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
        let Some(zone) = &self.zone else { return };
        let assumed = matches!(record.time_flag, TimeFlag::AssumedUtc | TimeFlag::AssumedYear);
        let Some(time) = record.time.filter(|_| assumed) else { return };
        let told = Told { time: Some(time), latest: None, flag: record.time_flag.clone() };
        let moved = told.in_zone(zone).map(|told| match told.flag {
            TimeFlag::Exact => Told { flag: TimeFlag::ToldZone, ..told },
            _ => told,
        });
        record.set_time(moved.unwrap_or_else(|| Told {
            time: None,
            latest: None,
            // The clocks of the zone skipped it.
            flag: TimeFlag::Unreadable(format!("{} {}", time.utc().format("%Y-%m-%d %H:%M:%S"), zone.name())),
        }));
    }
}
