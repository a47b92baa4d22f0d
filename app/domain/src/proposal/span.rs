//! Of what time does the log speak?

use super::delivered::extended;
use super::{Source, told};
use crate::counted::counted;
use crate::interval::Span;
use crate::reader::log::Summary;

/// The span that is proposed, and why.
pub(super) struct Extent {
    /// Half open; `None` where nothing can be claimed.
    pub span: Option<Span>,
    pub reason: String,
}

/// So far behind UTC clocks are at most, and so far ahead of it.
const WEST_MICROS_MAX: i64 = 12 * 3_600_000_000;
const EAST_MICROS_MAX: i64 = 14 * 3_600_000_000;

/// From the first record to the last, inside the conservative reading of the window. Where the file breaks off, the
/// span goes on to the window's end, for the gap to be seen: nothing more is claimed by that.
pub(super) fn extent(source: &Source<'_>) -> Extent {
    let (summary, exposure) = (source.summary, source.exposure);
    let Some((first, last)) = records(summary) else {
        let reason = match summary.records {
            0 => "No record was read: there is no time of which it speaks.",
            _ => "No record has a time that could be read: it cannot be said of when they speak.",
        };
        return Extent { span: None, reason: reason.into() };
    };
    let start = exposure.start.as_ref().and_then(|start| start.earliest).map(|start| start.micros());
    let end = exposure.end.as_ref().and_then(|end| end.latest).map(|end| end.micros());
    let open_first = summary.unread_spans.iter().any(|span| span.from.is_none());
    let open_last = summary.unread_spans.iter().any(|span| span.to.is_none());
    let mut reason = format!("Its records are from {} to {}.", told(first), told(last));
    // Read as UTC, a time may be that of any zone on earth.
    let (mut first, mut last) = (first, last);
    if summary.assumed_zone * 2 >= summary.records && summary.records > 0 {
        (first, last) = (first.saturating_add(WEST_MICROS_MAX), last.saturating_sub(EAST_MICROS_MAX));
        if first >= last {
            reason.push_str(" Its times bear no zone, so that they may be hours off: say the zone of the log, and have it read again.");
            return Extent { span: None, reason };
        }
        reason.push_str(
            " Its times bear no zone: claimed is what holds in every zone. Say the zone of the log for all of it.",
        );
    }
    let own = (first, last);
    let (first, last) = extended(source, own);
    if (first, last) != own {
        reason.push_str(&format!(
            " By the digests no file of its trail has others from {} to {}: those times are claimed with it.",
            told(first),
            told(last)
        ));
    }
    if first.max(start.unwrap_or(first)) >= last.min(end.unwrap_or(last)) {
        reason.push_str(" None of that lies in the exposure window.");
        return Extent { span: None, reason };
    }
    let from = start.map_or(first, |start| if open_first { start } else { first.max(start) });
    let to = end.map_or(last, |end| if open_last { end } else { last.min(end) });
    if from > first || to < last {
        reason.push_str(" What lies outside of the exposure window is left out.");
    }
    if start.is_none() || end.is_none() {
        reason.push_str(" The exposure window has an unknown end, so that it may be longer.");
    }
    if open_first || open_last {
        reason.push_str(" What belongs before its first or after its last record could not be read.");
    }
    if summary.without_time > 0 {
        reason.push_str(&format!(" {} without a readable time.", are(summary.without_time)));
    }
    if summary.assumed_time > 0 {
        reason.push_str(&format!(" {} with an assumed zone, day or year.", are(summary.assumed_time)));
    }
    Extent { span: Some((from, to)), reason }
}

fn are(count: u64) -> String {
    format!("{} {}", counted(count, "record"), if count == 1 { "is" } else { "are" })
}

/// From the first record to the last; a single instant is told as the shortest span there is.
pub(super) fn records(summary: &Summary) -> Option<Span> {
    let (one, other) = (summary.first_at?, summary.last_at?);
    let first = one.min(other);
    Some((first.micros(), one.max(other).max(first.plus_micros(1)).micros()))
}
