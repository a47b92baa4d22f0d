//! Other people's formats: the case told in the words of those to whom it is sent.
//!
//! Each format is one file with one function of a [`Told`] case, and one table of what becomes of each fact
//! ([`Mapping`]): its field there, a text that tells it, or nothing. `FORMATS.md` beside this file is written from the
//! tables. No format makes more of a verdict than it says: what is not determined is in none of them "pass", "benign" or
//! "no impact".

mod aiid;
mod ocsf;
mod safe;
mod stix;
mod table;
#[cfg(test)]
mod tests;
mod told;
mod veris;

use serde_json::Value;

use crate::spelling::shown_with;

pub(crate) use aiid::aiid;
pub(crate) use ocsf::ocsf;
pub(crate) use safe::safe;
pub(crate) use stix::stix;
#[cfg(test)]
use table::page;
pub use table::{Fate, Mapping, NOWHERE, Row};
pub(crate) use told::Told;
pub(crate) use veris::veris;

/// What becomes of the facts, by format.
pub const MAPPINGS: [&Mapping; 5] = [
    &safe::table::MAPPING,
    &ocsf::table::MAPPING,
    &veris::table::MAPPING,
    &stix::table::MAPPING,
    &aiid::table::MAPPING,
];

/// A document as text: sorted, a line for each value, so that people read it before they send it.
pub(crate) fn text(document: &Value) -> String {
    let mut lines = String::new();
    write(document, 0, &mut lines);
    lines.push('\n');
    // A control stands by its number: the value is the same, and a terminal that prints it is not acted on.
    let number = |c: char| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    shown_with(&lines, number).into_owned()
}

fn write(value: &Value, depth: usize, lines: &mut String) {
    let indent = |depth: usize| format!("\n{}", "  ".repeat(depth));
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| name.as_str());
            lines.push('{');
            for (place, (name, field)) in fields.into_iter().enumerate() {
                lines.push_str(if place == 0 { "" } else { "," });
                lines.push_str(&format!("{}{}: ", indent(depth + 1), Value::from(name.as_str())));
                write(field, depth + 1, lines);
            }
            lines.push_str(&format!("{}}}", indent(depth)));
        }
        Value::Array(items) if !items.is_empty() => {
            lines.push('[');
            for (place, item) in items.iter().enumerate() {
                lines.push_str(if place == 0 { "" } else { "," });
                lines.push_str(&indent(depth + 1));
                write(item, depth + 1, lines);
            }
            lines.push_str(&format!("{}]", indent(depth)));
        }
        plain => lines.push_str(&plain.to_string()),
    }
}
