//! CloudTrail delivers many small files. A file has records from its first to its last; that there are none until the next
//! file begins is shown by the digests, which list every file there is.

use super::Source;
use super::digests::{LATE_MICROS, is_own, is_whole, links_of};
use crate::interval::Span;
use crate::reader::log::Digests;

/// How far the time reaches of which a file speaks, where a chain of digests lists it: back to the beginning of the
/// chain if no other file begins before, and on until the next file begins. Each moment without records is so claimed by
/// one file, and a review of all files has seen all records.
pub(super) fn extended(source: &Source<'_>, own: Span) -> Span {
    if source.summary.format.digests() != Digests::List
        || source.summary.unreadable > 0
        || source.summary.without_time > 0
    {
        return own;
    }
    let links = links_of(source);
    let (Some(first), Some(last)) = (links.first(), links.last()) else { return own };
    if !is_whole(source, &links) {
        return own;
    }
    let (begin, end) = (first.from.micros(), last.to.micros().saturating_sub(LATE_MICROS));
    // A chain that begins after the file says nothing of the time between.
    if begin > own.1 {
        return own;
    }
    // A file without its times may hold records of any time of its digest.
    let others = links.iter().flat_map(|digest| {
        let others = digest.log_files.iter().filter(|file| !is_own(source, file));
        others.map(|file| {
            let (from, to) = (file.from.unwrap_or(digest.from), file.to.unwrap_or(digest.to));
            (from.micros().min(to.micros()), from.micros().max(to.micros()))
        })
    });
    let (mut from, mut to) = (begin, end);
    for (other_from, other_to) in others {
        if other_from < own.0 {
            from = own.0;
        }
        if other_to >= own.1 {
            to = to.min(other_from.max(own.1));
        }
    }
    (from.min(own.0), to.max(own.1))
}
