//! How long texts may be, and how many things one act names.

use crate::{Refusal, Ruled};

/// The longest name, in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// The longest one-line text such as a title, in characters.
pub const LINE_CHARS_MAX: usize = 300;
/// The longest Markdown text, in characters: about thirty printed pages.
pub const TEXT_CHARS_MAX: usize = 100_000;
/// The longest list of names, such as tags. With the longest names it is 200 × 200 characters.
pub const LIST_MAX: usize = 200;
/// The longest list of names as it is typed, with its repeats.
pub(crate) const TYPED_MAX: usize = 5 * LIST_MAX;
/// The longest list of links to other records: 500 ids of 36 characters are 18 KB in the record.
pub const LINKS_MAX: usize = 500;
/// How many records one act adds. A thousand events with three new names each are written in some 100 ms.
pub const ITEMS_MAX: usize = 1_000;

/// Trims a text and refuses one that is too long. Texts that people write go through [`written`](crate::spelling::written).
pub(crate) fn bounded(field: &str, text: String, chars_max: usize) -> Ruled<String> {
    let count = text.chars().count();
    if count > chars_max {
        return Err(Refusal::field(
            field,
            format!("This is {count} characters long; at most {chars_max} fit here. Shorten it."),
        ));
    }
    // A form sends every line end as the same one, so there is only one.
    Ok(text.replace("\r\n", "\n").replace('\r', "\n").trim().to_string())
}
