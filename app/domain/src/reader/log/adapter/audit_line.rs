//! One line of Linux audit.

use std::borrow::Cow;

use crate::reader::log::record::{NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};

/// So many fields of a line are read.
const FIELDS_MAX: usize = 64;

/// One line: its type and its fields.
pub struct Line {
    pub kind: String,
    pub fields: Vec<(String, String)>,
}

pub struct Head<'a> {
    pub node: &'a str,
    pub stamp: &'a str,
}

/// `node=host type=SYSCALL msg=audit(1492037289.295:58): arch=…`, also as the kernel or syslog pass it on.
pub fn read(text: &str) -> Option<(Head<'_>, u32, Line)> {
    let (before, rest) = text.split_once("audit(")?;
    let (stamp, rest) = rest.split_once(')')?;
    let (stamp, serial) = stamp.rsplit_once(':')?;
    let serial = serial.parse().ok()?;
    if !stamp.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') || stamp.is_empty() {
        return None;
    }
    let fields = rest.strip_prefix(':')?;
    let word = |name: &str| before.split_ascii_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    let kind = word("type").unwrap_or("UNKNOWN");
    let kind = match kind {
        "1300" => "SYSCALL",
        "1302" => "PATH",
        "1305" => "CONFIG_CHANGE",
        "1309" => "EXECVE",
        "1400" => "AVC",
        kind => kind,
    };
    Some((
        Head { node: word("node").unwrap_or_default(), stamp },
        serial,
        Line { kind: clip(kind, NAME_CHARS_MAX), fields: pairs(fields) },
    ))
}

/// `a=1 b="two words" msg='c=3 d=4'`; what the daemon adds in clear words follows a group separator.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while found.len() < FIELDS_MAX {
        rest = rest.trim_start_matches([' ', '\t', '\u{1d}', ',', '\'']);
        let Some((name, after)) = rest.split_once('=') else { break };
        let name = name.rsplit([' ', '\u{1d}']).next().unwrap_or_default();
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None if after.starts_with('\'') => {
                rest = after;
                continue;
            }
            None => after.split_at(after.find([' ', '\u{1d}', '\'']).unwrap_or(after.len())),
        };
        found.push((clip(name, NAME_CHARS_MAX), clip(value, TEXT_CHARS_MAX)));
        rest = after;
    }
    found
}

impl Line {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !matches!(*value, "" | "?" | "(null)" | "(none)"))
    }

    /// A value that is in hex where it holds odd bytes.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get(name).map(unhexed)
    }
}

pub fn unhexed(value: &str) -> Cow<'_, str> {
    let bytes = value.as_bytes();
    if bytes.len() < 4
        || !bytes.len().is_multiple_of(2)
        || !bytes.iter().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte))
    {
        return Cow::Borrowed(value);
    }
    let digit = |byte: u8| if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 };
    let decoded: Vec<u8> =
        bytes.chunks(2).map(|pair| digit(pair[0]) * 16 + pair.get(1).map_or(0, |low| digit(*low))).collect();
    let text = String::from_utf8_lossy(&decoded).replace('\0', " ");
    // Digits alone are more likely a number.
    if bytes.iter().all(u8::is_ascii_digit) && text.chars().any(char::is_control) {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(text)
    }
}

/// `02000050A9FEA9FE…` is 169.254.169.254:80; `01007075…` is a path.
pub fn socket(address: &str) -> Option<String> {
    let byte = |at: usize| u8::from_str_radix(address.get(at * 2..at * 2 + 2)?, 16).ok();
    match (byte(0)?, byte(1)?) {
        (2, 0) => Some(format!(
            "{}.{}.{}.{}:{}",
            byte(4)?,
            byte(5)?,
            byte(6)?,
            byte(7)?,
            u16::from_be_bytes([byte(2)?, byte(3)?])
        )),
        (1, 0) => {
            let path: Vec<u8> = (2..).map_while(byte).take_while(|byte| *byte != 0).collect();
            Some(String::from_utf8_lossy(&path).into_owned())
        }
        _ => None,
    }
}
