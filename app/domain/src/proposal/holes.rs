//! Where is something missing? Holes from every source, clipped, in order and apart.

use super::span::records;
use crate::draft::LINE_CHARS_MAX;
use crate::evidence::Hole;
use crate::interval::{Intervals, Span};
use crate::reader::log::Summary;
use crate::time::Instant;

/// A merged hole tells so many reasons.
const REASONS_MAX: usize = 3;

/// A hole between two moments, in whichever order they came. Records of one instant still have an instant between them.
pub(super) fn hole(from: i64, to: i64, reason: &str) -> Hole {
    let (from, to) = (from.min(to), from.max(to));
    Hole {
        from: Instant::from_micros(from),
        to: Instant::from_micros(to.max(from.saturating_add(1))),
        reason: reason.into(),
    }
}

/// What the reader noted: gaps that the log shows, and what could not be read.
pub(super) fn of_reader(summary: &Summary, span: Span) -> Vec<Hole> {
    let records = records(summary).unwrap_or(span);
    let gaps = summary.gaps.iter().chain(&summary.further_gaps);
    let gaps = gaps.map(|gap| opened(gap.from, gap.to, &gap.reason, records, span));
    let unread = summary.unread_spans.iter();
    let unread = unread.map(|unread| {
        // Before its first record or after its last one, a file without an order gives no time at all.
        let is_anywhere = !summary.format.is_in_order() && (unread.from.is_none() || unread.to.is_none());
        let (from, to) = if is_anywhere { (None, None) } else { (unread.from, unread.to) };
        opened(from, to, &unread.reason, records, span)
    });
    gaps.chain(unread).collect()
}

/// A hole with an open end reaches from the records to the end of the span, which may lie beyond them.
fn opened(from: Option<Instant>, to: Option<Instant>, reason: &str, records: Span, span: Span) -> Hole {
    let (first, last) = (records.0.min(span.0), records.1.max(span.1));
    let (from, to) = match (from.map(Instant::micros), to.map(Instant::micros)) {
        (Some(from), Some(to)) => return hole(from, to, reason),
        (Some(from), None) => (from.min(records.1), last),
        (None, Some(to)) => (first, to.max(records.0)),
        (None, None) => (first, last),
    };
    Hole { from: Instant::from_micros(from), to: Instant::from_micros(to), reason: reason.into() }
}

/// The holes inside the span, sorted; those that overlap are one.
pub(super) fn merged(holes: Vec<Hole>, span: Span) -> Vec<Hole> {
    let clip = |hole: Hole| (hole.from.micros().max(span.0), hole.to.micros().min(span.1), hole.reason);
    let mut clipped: Vec<_> = holes.into_iter().map(clip).filter(|(from, to, _)| from < to).collect();
    clipped.sort();
    let mut found: Vec<(i64, i64, Vec<String>)> = Vec::new();
    for (from, to, reason) in clipped {
        match found.last_mut() {
            Some((_, end, reasons)) if from < *end => {
                *end = to.max(*end);
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
            _ => found.push((from, to, vec![reason])),
        }
    }
    found.into_iter().map(|(from, to, reasons)| hole(from, to, &told(&reasons))).collect()
}

/// Whether the holes leave nothing of the span.
pub(super) fn fill(holes: &[Hole], span: Span) -> bool {
    let holes: Intervals = holes.iter().map(|hole| (hole.from.micros(), hole.to.micros())).collect();
    holes.holes(span).is_empty()
}

/// The reasons as one line that a coverage statement can hold.
fn told(reasons: &[String]) -> String {
    let more = match reasons.len().saturating_sub(REASONS_MAX) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let room = LINE_CHARS_MAX - more.chars().count();
    let listed = reasons.iter().take(REASONS_MAX).map(|reason| reason.trim()).collect::<Vec<_>>().join("; ");
    if listed.chars().count() <= room {
        return listed + &more;
    }
    let cut: String = listed.chars().take(room - 1).collect();
    format!("{cut}…{more}")
}
