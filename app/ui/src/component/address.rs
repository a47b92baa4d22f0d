//! Parts of addresses: names in paths, queries and anchors.

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::frame::Frame;

/// What does not stand in a path or query as it is.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':').remove(b'/');

/// A name as a part of a path or query.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// A name as a part of an id on the page: different names stay different.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' => slug.push(char::from(byte)),
            _ => drop(write!(slug, "_{byte:02x}")),
        }
    }
    slug
}

/// What the address of this page asks for under a name: `?edit=…`.
pub fn asked(name: &str) -> Option<String> {
    let frame = Frame::current();
    let (_, query) = frame.at.split_once('?')?;
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::{encode, slug};

    #[test]
    fn names_survive_the_way_through_an_address() {
        for name in ["repo-a/api", "wiki & more", "Prüfung 100 %", "a+b=c"] {
            let query = format!("a=b&edit={}", encode(name));
            let found = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "edit");
            assert_eq!(found.map(|(_, value)| value.into_owned()).as_deref(), Some(name));
        }
        assert_ne!(slug("a b"), slug("a_b"));
    }
}
