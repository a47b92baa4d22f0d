//! Parts of addresses: names in paths, queries and anchors.

use std::fmt::Write;

use crate::frame::Frame;

/// A name as a part of a path or query.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b'/' => {
                encoded.push(char::from(byte))
            }
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
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
    let value = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1;
    Some(decode(value))
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{decode, encode, slug};

    #[test]
    fn names_survive_the_way_through_an_address() {
        for name in ["repo-a/api", "wiki & more", "Prüfung 100 %", "a+b=c"] {
            assert_eq!(decode(&encode(name)), name);
        }
        assert_ne!(slug("a b"), slug("a_b"));
    }
}
