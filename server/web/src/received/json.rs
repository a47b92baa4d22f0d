//! JSON, measured before it is read: what is made of it takes many times its bytes, and is walked by recursion.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Held, Unreceived};
use crate::quota::Full;

/// How deep JSON may be nested. What the API takes is nested five deep.
const DEPTH_MAX: usize = 32;
/// How many values and names JSON may hold: 2 MB of small events have some 90,000.
const VALUES_MAX: usize = 100_000;
/// What a value takes in memory, with its name: 32 bytes, a text, and its place in a map.
const VALUE_BYTES: usize = 128;

/// How deep JSON is nested, and how much is in it at most.
#[derive(Debug, PartialEq, Eq)]
struct Measure {
    depth: usize,
    values: usize,
}

/// One pass over the bytes. What is no JSON is measured as well: it is refused by whoever reads it.
fn measure(bytes: &[u8]) -> Measure {
    let (mut depth, mut deepest, mut values) = (0_usize, 0, 1);
    let (mut in_text, mut escaped) = (false, false);
    for byte in bytes {
        if in_text {
            in_text = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
                values += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' | b':' => values += 1,
            _ => {}
        }
    }
    Measure { depth: deepest, values }
}

/// Reads JSON that is neither nested too deeply nor too much. What is made of it counts as held.
pub fn read_json(held: &mut Held) -> Result<Value, Unreceived> {
    let Measure { depth, values } = measure(&held.bytes);
    if depth > DEPTH_MAX {
        let sentence = format!("This JSON is nested {depth} deep, and a call takes {DEPTH_MAX}: send it less nested.");
        return Err(Unreceived::Unreadable(sentence));
    }
    if values > VALUES_MAX {
        let sentence =
            format!("This JSON holds some {values} values, and a call takes {VALUES_MAX}: send it in parts.");
        return Err(Unreceived::Unreadable(sentence));
    }
    held.place.grow(values * VALUE_BYTES).map_err(|full| match full {
        Full::Share => Unreceived::Share,
        Full::Everybody => Unreceived::Busy,
    })?;
    once_each(&held.bytes).map_err(|error| match error.to_string().split_once(TWICE) {
        Some((_, rest)) => {
            let name = rest.rsplit_once(TWICE).map_or(rest, |(name, _)| name);
            let shown: String = name.chars().take(60).collect();
            let sentence = format!("“{shown}” is there twice in one object, and one value is meant: send it once.");
            Unreceived::Twice(name.to_string(), sentence)
        }
        None => Unreceived::Unreadable(format!("This is not JSON: {error}. Send one JSON object.")),
    })
}

/// Reads JSON in which each name stands once in its object: of two values one would be passed over.
pub fn once_each(bytes: &[u8]) -> serde_json::Result<Value> {
    // Programs on Windows begin a text with the mark of its encoding.
    serde_json::from_slice::<Once>(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).map(|once| once.0)
}

/// The mark around a name that stands twice in an error of this reader.
const TWICE: char = '\u{1}';

/// A value whose objects have each name once.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor).map(Self)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Once(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = pairs.next_key::<String>()? {
            if fields.contains_key(&name) {
                return Err(A::Error::custom(format!("{TWICE}{name}{TWICE}")));
            }
            let Once(value) = pairs.next_value()?;
            fields.insert(name, value);
        }
        Ok(fields.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quota::Quota;

    fn read(text: &str) -> Result<Value, Unreceived> {
        let place = Quota::new(usize::MAX, usize::MAX).take("a", 0).expect("a place");
        read_json(&mut Held { bytes: text.as_bytes().to_vec(), place })
    }

    #[test]
    fn brackets_inside_of_texts_are_no_nesting() {
        let text = r#"{"a": "[[[[\"]]]", "b": [1, {"c": null}]}"#;
        assert_eq!(measure(text.as_bytes()), Measure { depth: 3, values: 9 });
        assert!(read(text).is_ok());
    }

    #[test]
    fn what_is_nested_too_deeply_is_refused_before_it_is_read() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(DEPTH_MAX - 1)).is_ok());
        assert!(matches!(read(&nested(DEPTH_MAX)), Err(Unreceived::Unreadable(_))));
        assert!(matches!(read(&"[".repeat(1_000_000)), Err(Unreceived::Unreadable(_))));
    }

    #[test]
    fn what_holds_too_many_values_is_refused_before_it_is_read() {
        let many = format!("{{\"a\":[{}0]}}", "0,".repeat(VALUES_MAX));
        assert!(matches!(read(&many), Err(Unreceived::Unreadable(sentence)) if sentence.contains("values")));
    }

    #[test]
    fn a_name_that_stands_twice_is_refused_and_named() {
        let twice = |text: &str| match read(text) {
            Err(Unreceived::Twice(name, sentence)) if sentence.contains(&format!("“{name}” is there twice")) => {
                name
            }
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(twice(r#"{"visibility": "private", "visibility": "open"}"#), "visibility");
        assert_eq!(twice(r#"{"a": [{"b": {"c": 1, "d": 2, "c": 1}}]}"#), "c");
        assert_eq!(twice(r#"{"caf\u00e9": 1, "café": 2}"#), "café");
        assert_eq!(twice(r#"{"": 1, "": 2}"#), "");
        let each = r#"{"a": {"a": [{"a": 1}, {"a": -2, "b": 0.5, "c": null, "d": true, "e": "x"}]}, "A": 18446744073709551615}"#;
        assert_eq!(read(each), Ok(serde_json::from_str(each).unwrap()));
    }

    #[test]
    fn what_is_made_of_it_counts() {
        let place = Quota::new(1000, 1000).take("a", 0).expect("a place");
        let mut held = Held { bytes: b"[1,2,3,4,5,6,7,8,9,10]".to_vec(), place };
        assert_eq!(read_json(&mut held), Err(Unreceived::Busy));
    }
}
