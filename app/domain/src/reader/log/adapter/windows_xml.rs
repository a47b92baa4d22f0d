//! Events of Windows in XML.

use serde_json::{Map, Value, json};

use super::Wrong;

/// So many fields of one event are read.
const FIELDS_MAX: usize = 256;

/// The fields of one event in XML, in the shape that its JSON has.
pub fn event(bytes: &[u8]) -> Result<Map<String, Value>, Wrong> {
    let text = std::str::from_utf8(bytes).map_err(|_| Wrong::Unreadable("This event is no text in UTF-8.".into()))?;
    if !text.ends_with("</Event>") && !text.ends_with("/>") {
        return Err(Wrong::Unreadable("This event is cut off: its end is missing.".into()));
    }
    let (mut system, mut own, mut rendered) = (Map::new(), Map::new(), Map::new());
    let mut part = "";
    let mut rest = text;
    let mut unnamed = 0;
    while let Some(at) = rest.find('<') {
        let Some(end) = rest[at..].find('>').map(|end| at + end) else { break };
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        let name = tag.split([' ', '\t', '\r', '\n', '/']).find(|name| !name.is_empty()).unwrap_or_default();
        match name {
            "System" | "EventData" | "UserData" | "RenderingInfo" if !tag.starts_with('/') => part = name,
            _ => {}
        }
        if tag.starts_with(['/', '!', '?']) || system.len() + own.len() > FIELDS_MAX {
            continue;
        }
        let inner = rest.find('<').map_or("", |next| &rest[..next]);
        let value = unescaped(inner.trim());
        if name == "Data" {
            let named = attribute_of(tag, "Name").unwrap_or_else(|| {
                unnamed += 1;
                format!("param{unnamed}")
            });
            own.entry(named).or_insert(Value::String(value));
            continue;
        }
        let target = match part {
            "System" => &mut system,
            "RenderingInfo" => &mut rendered,
            _ => &mut own,
        };
        let told: Map<String, Value> = ["SystemTime", "UserID", "Name"]
            .into_iter()
            .filter_map(|attribute| Some((attribute.to_string(), Value::String(attribute_of(tag, attribute)?))))
            .collect();
        if !told.is_empty() {
            target.entry(name.to_string()).or_insert(Value::Object(told));
        } else if !tag.ends_with('/') && !value.is_empty() {
            target.entry(name.to_string()).or_insert(Value::String(value));
        }
    }
    let event = json!({ "Event": { "System": system, "EventData": own, "RenderingInfo": rendered } });
    match event {
        Value::Object(event) => Ok(event),
        _ => Ok(Map::new()),
    }
}

fn attribute_of(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}="))?;
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest[1..].split_once(quote).map(|(value, _)| unescaped(value))
}

fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_string();
    }
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    plain
        .replace("&#xD;", "\r")
        .replace("&#xA;", "\n")
        .replace("&#13;", "\r")
        .replace("&#10;", "\n")
        .replace("&amp;", "&")
}
