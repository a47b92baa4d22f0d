//! The CSV of log2timeline: seventeen columns, in which a row is one timestamp of one thing.

use super::row::Row;
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::definition::{LogFormat, Tells};
use crate::reader::log::logging::Family;
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, TimeFlag, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::split::{CsvSplit, Splitter};
use crate::reader::log::stamp::{LogTime, read_stamp_as};
use crate::reader::log::terms::DateOrder;
use crate::time::Zone;
use crate::vocabulary::{Effect, Outcome, Verb};

/// Reads rows.
pub struct L2tcsv;

impl LogFormat for L2tcsv {
    const SIGNS: &'static [Sign] = &[Sign::Columns(95, |names| names.all(&["macb", "sourcetype", "timezone"]))];
    const IS_JSON: bool = false;
    const COMES_IN_PIECES: bool = false;
    const NAMES_ITS_SOURCE: bool = false;
    const FAMILY: Option<Family> = Some(Family::Any);
    const TELLS: Tells = Tells::Prose;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Self)
    }

    fn split(_first: &[u8], limit: usize) -> Splitter {
        Box::new(CsvSplit::new(limit))
    }
}

impl Adapter for L2tcsv {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let Some(row) = Row::of(piece).transpose()? else { return Err(Wrong::Foreign) };
        let cell = |name: &str| row.get(&[name]).get().filter(|text| *text != "-").unwrap_or_default().to_string();
        let mut record = LogRecord::at(piece.raw);
        record.set_time(time(&cell("date"), &cell("time"), &cell("timezone")));
        record.actor = party::named(&cell("user"));
        // Which of its times this is, such as “Content Modification Time”.
        record.action = clip(&cell("type"), NAME_CHARS_MAX);
        record.resource = clip(&cell("filename"), TEXT_CHARS_MAX);
        let said = row.get(&["desc", "short"]);
        record.message = clip(said.or_empty(), TEXT_CHARS_MAX);
        record.tool = Some(clip(&cell("sourcetype"), NAME_CHARS_MAX)).filter(|tool| !tool.is_empty());
        record.hints.node = Some(clip(&cell("host"), NAME_CHARS_MAX)).filter(|host| !host.is_empty());
        record.outcome = Outcome::Unknown;
        // A timestamp says that a thing was changed, not by whom; what else it was made from is in its other logs.
        (record.verb, record.effect) = match cell("MACB").as_str() {
            macb if macb.contains('M') && record.resource.contains(['/', '\\']) && cell("source") == "FILE" => {
                (Verb::Write, Effect::Mutating)
            }
            _ => (Verb::Other, Effect::None),
        };
        out.record(record);
        Ok(Taken::Read)
    }
}

/// The date is written with its month first; the zone stands in a column of its own.
fn time(date: &str, clock: &str, zone: &str) -> LogTime {
    let text = format!("{date} {clock}");
    let told = read_stamp_as(text.trim(), None, Some(DateOrder::MonthFirst));
    if told.flag != TimeFlag::AssumedUtc {
        return told;
    }
    let known = Zone::short(zone).or_else(|| Zone::place(zone)).and_then(|zone| told.clone().in_zone(&zone));
    known.unwrap_or(told)
}
