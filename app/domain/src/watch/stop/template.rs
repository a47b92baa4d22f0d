//! Filling in what is sent. A template is JSON, and placeholders stand inside of its texts: what is filled in stays a
//! text whatever it holds, and nobody adds a field by the name of an agent.

use serde_json::Value;

use super::{Header, SECRET_PREFIX, StopSetting};
use crate::{Id, Instant, Refusal, Ruled};

/// The longest body, in bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// What placeholders stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateValues {
    /// `{{containment.id}}`
    pub containment: Id,
    /// `{{containment.why}}`
    pub why: String,
    /// `{{containment.rule}}`: empty where a person asked.
    pub rule: String,
    /// `{{containment.requested_at}}`
    pub requested_at: Instant,
    /// `{{agent.id}}`
    pub agent: Id,
    /// `{{agent.name}}`
    pub name: String,
    /// `{{agent.identifiers}}` as a list, and `{{agent.identifier}}` for the first that is no pattern.
    pub identifiers: Vec<String>,
    /// `{{action}}`: `suspend` or `restore`.
    pub action: String,
}

/// The names of all placeholders, and what comes of them.
const NAMES: [&str; 9] = [
    "action",
    "agent.id",
    "agent.identifier",
    "agent.identifiers",
    "agent.name",
    "containment.id",
    "containment.requested_at",
    "containment.rule",
    "containment.why",
];

impl TemplateValues {
    fn value(&self, name: &str) -> Option<Value> {
        let first = || self.identifiers.iter().find(|known| !known.contains('*')).unwrap_or(&self.name);
        Some(match name {
            "action" => self.action.clone().into(),
            "agent.id" => self.agent.to_string().into(),
            "agent.identifier" => first().clone().into(),
            "agent.identifiers" => self.identifiers.clone().into(),
            "agent.name" => self.name.clone().into(),
            "containment.id" => self.containment.to_string().into(),
            "containment.requested_at" => self.requested_at.rfc3339().into(),
            "containment.rule" => self.rule.clone().into(),
            "containment.why" => self.why.clone().into(),
            _ => return None,
        })
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(match self.value(name)? {
            Value::String(text) => text,
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            other => other.to_string(),
        })
    }
}

/// A part of a text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// What is told of the agent or the containment.
    Told(String),
    /// A secret of the environment, by the name of its variable.
    Secret(String),
}

/// Takes a text apart at `{{…}}`. The error is a sentence.
pub fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find("{{") {
        let (before, after) = rest.split_at(start);
        let Some(end) = after.find("}}") else {
            return Err("A placeholder that begins with {{ ends with }}.".into());
        };
        let name = after[2..end].trim();
        if !before.is_empty() {
            pieces.push(Piece::Text(before.into()));
        }
        pieces.push(piece(name)?);
        rest = &after[end + 2..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.into()));
    }
    Ok(pieces)
}

fn piece(name: &str) -> Result<Piece, String> {
    if let Some(secret) = name.strip_prefix("secret:") {
        return secret_name(secret.trim()).map(Piece::Secret);
    }
    if NAMES.contains(&name) {
        return Ok(Piece::Told(name.into()));
    }
    Err(format!(
        "“{{{{{name}}}}}” is no placeholder: use one of {}, or secret:{SECRET_PREFIX}… in a header.",
        NAMES.join(", ")
    ))
}

/// The name of an environment variable that may hold a secret. The error is a sentence.
pub fn secret_name(name: &str) -> Result<String, String> {
    let is_name = |rest: &str| {
        !rest.is_empty()
            && rest.len() <= 100
            && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    match name.strip_prefix(SECRET_PREFIX) {
        Some(rest) if is_name(rest) => Ok(name.into()),
        _ => Err(format!(
            "Write the name of an environment variable that begins with {SECRET_PREFIX}, in capitals: never the secret itself."
        )),
    }
}

/// The secrets that a text names.
pub fn secret_names(text: &str) -> Vec<String> {
    let named = |piece| if let Piece::Secret(name) = piece { Some(name) } else { None };
    pieces(text).unwrap_or_default().into_iter().filter_map(named).collect()
}

/// A request with everything filled in but the secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Where it goes.
    pub url: String,
    /// Its headers: what stands in a value, and what secrets.
    pub headers: Vec<(String, Vec<Piece>)>,
    /// Its body; empty for none.
    pub body: String,
}

impl Filled {
    /// Fills in what a stop says. The error is a sentence.
    pub fn of(stop: &StopSetting, told: &TemplateValues) -> Result<Self, String> {
        Ok(Self {
            url: fill_url(&stop.url, told)?,
            headers: fill_headers(&stop.headers, told)?,
            body: fill_body(&stop.template, told)?,
        })
    }

    /// The same for whoever tries a stop out.
    pub fn tried(stop: &StopSetting, told: &TemplateValues) -> Ruled<Self> {
        Self::of(stop, told).map_err(Refusal::rule)
    }

    /// The request as people may see it: of each secret its name.
    pub fn shown_headers(&self) -> Vec<Header> {
        let shown = |piece: &Piece| match piece {
            Piece::Secret(name) => format!("{{{{secret:{name}}}}}"),
            Piece::Text(text) | Piece::Told(text) => text.clone(),
        };
        let header = |(name, pieces): &(String, Vec<Piece>)| Header {
            name: name.clone(),
            value: pieces.iter().map(shown).collect(),
        };
        self.headers.iter().map(header).collect()
    }
}

fn fill_url(url: &str, told: &TemplateValues) -> Result<String, String> {
    let filled = pieces(url)?.into_iter().map(|piece| match piece {
        Piece::Text(text) => Ok(text),
        Piece::Told(name) => {
            let text = told.text(&name).unwrap_or_default();
            // A path that loses a part is another resource, and perhaps all of them.
            if text.trim().is_empty() || text == "." || text == ".." {
                return Err(format!("There is nothing to put in the place of {{{{{name}}}}} in the address."));
            }
            Ok(percent(&text))
        }
        Piece::Secret(_) => Err("A secret has no place in an address: put it into a header.".into()),
    });
    filled.collect()
}

/// Every byte but letters, digits and `-._~` as `%41`.
fn percent(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn fill_headers(headers: &[Header], told: &TemplateValues) -> Result<Vec<(String, Vec<Piece>)>, String> {
    let fill = |piece: Piece| match piece {
        // A line end would begin another header.
        Piece::Told(name) => Piece::Text(percent_controls(&told.text(&name).unwrap_or_default())),
        piece => piece,
    };
    let filled = |header: &Header| {
        let pieces = pieces(&header.value)?.into_iter().map(fill).collect();
        Ok((header.name.clone(), pieces))
    };
    headers.iter().map(filled).collect()
}

/// What is not printable in ASCII as `%0A`.
fn percent_controls(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b' '..=b'~' if byte != b'%' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn fill_body(template: &str, told: &TemplateValues) -> Result<String, String> {
    if template.trim().is_empty() {
        return Ok(String::new());
    }
    let mut value: Value = serde_json::from_str(template).map_err(|error| format!("The body is no JSON: {error}."))?;
    fill_value(&mut value, told)?;
    let body = value.to_string();
    if body.len() > BODY_BYTES_MAX {
        return Err(format!("The body is longer than {BODY_BYTES_MAX} bytes."));
    }
    Ok(body)
}

fn fill_value(value: &mut Value, told: &TemplateValues) -> Result<(), String> {
    match value {
        Value::String(text) => {
            let parts = pieces(text)?;
            if let [Piece::Told(name)] = parts.as_slice() {
                *value = told.value(name).unwrap_or_default();
                return Ok(());
            }
            let mut filled = String::new();
            for part in parts {
                match part {
                    Piece::Text(text) => filled.push_str(&text),
                    Piece::Told(name) => filled.push_str(&told.text(&name).unwrap_or_default()),
                    Piece::Secret(_) => return Err("A secret has no place in a body: put it into a header.".into()),
                }
            }
            *value = filled.into();
            Ok(())
        }
        // Few levels: JSON that is read has at most 128.
        Value::Array(items) => items.iter_mut().try_for_each(|item| fill_value(item, told)),
        Value::Object(fields) => {
            if let Some(name) = fields.keys().find(|name| name.contains("{{")) {
                return Err(format!("“{name}” is the name of a field: placeholders stand in values."));
            }
            fields.values_mut().try_for_each(|field| fill_value(field, told))
        }
        _ => Ok(()),
    }
}
