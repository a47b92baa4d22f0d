//! Taking one object apart that is in memory.

use super::{JsonSplit, Split, Step};

/// The objects in the lists under these names of one whole JSON object, and where each begins.
pub fn elements<'a>(object: &'a [u8], lists: &'static [&'static str]) -> impl Iterator<Item = (usize, &'a [u8])> {
    let mut split = JsonSplit::new(lists, usize::MAX >> 1);
    // The object itself is no element.
    split.reject();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = object.get(at..)?;
            let (from, in_list) = (at, split.in_list());
            match split.step(rest, true) {
                Step::More => return None,
                Step::Try(_) => split.reject(),
                Step::Bad(0, _) => {}
                Step::Blank(length) | Step::Frame(length) | Step::Worse(length) | Step::Bad(length, _) => at += length,
                Step::Piece(length) => {
                    at += length;
                    if in_list {
                        return Some((from, &rest[..length]));
                    }
                }
            }
        }
    })
}
