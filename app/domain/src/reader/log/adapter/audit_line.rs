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
    let plain = stamp.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if stamp.is_empty() || !(plain || interpreted(stamp).is_some()) {
        return None;
    }
    // The daemon leaves out the colon behind its own stamps, and `ausearch -i` puts a blank before it.
    let fields = rest.trim_start().strip_prefix(':').or_else(|| rest.starts_with(' ').then_some(rest))?;
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
    let mut found = pairs(fields, !plain);
    found.extend(decision(fields));
    Some((
        Head { node: word("node").unwrap_or_default(), stamp },
        serial,
        Line { kind: clip(kind, NAME_CHARS_MAX), fields: found },
    ))
}

/// `03/18/26 17:00:01.123`, as `ausearch -i` writes a stamp where the machine's language is American; in microseconds
/// of the machine's own clock.
pub fn interpreted(stamp: &str) -> Option<i64> {
    let (date, clock) = stamp.split_once(' ')?;
    let mut parts = date.split(['/', '.', '-']).map(|part| part.parse::<u32>().ok());
    let (first, second, third) = (parts.next()??, parts.next()??, parts.next()??);
    let (year, month, day) = match (first, second, third) {
        (1_000.., ..) => (first, second, third),
        // Where the first cannot be a month, the day stands first.
        (13.., ..) => (third, second, first),
        _ => (third, first, second),
    };
    let year = if year < 100 { 2_000 + year } else { year };
    let date = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let clock = chrono::NaiveTime::parse_from_str(clock, "%H:%M:%S%.f").ok()?;
    Some(date.and_time(clock).and_utc().timestamp_micros())
}

/// What a security module decided, which it says in words: `avc:  denied  { read } for  pid=1`.
fn decision(text: &str) -> Vec<(String, String)> {
    let Some((before, rest)) = text.split_once('{') else { return Vec::new() };
    let Some((asked, _)) = rest.split_once('}') else { return Vec::new() };
    let result = before.split_ascii_whitespace().find(|word| matches!(*word, "denied" | "granted"));
    let pair = |name: &str, value: &str| (name.to_string(), clip(value.trim(), NAME_CHARS_MAX));
    result.map(|result| vec![pair("seresult", result), pair("seperms", asked)]).unwrap_or_default()
}

/// `a=1 b="two words" msg='c=3 d=4'`; what the daemon adds in clear words follows a group separator.
/// In an interpreted line a command is not quoted and ends before the next name.
fn pairs(text: &str, interpreted: bool) -> Vec<(String, String)> {
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
            None if interpreted && matches!(name, "cmd" | "proctitle") => after.split_at(unquoted(after)),
            None => after.split_at(after.find([' ', '\u{1d}', '\'']).unwrap_or(after.len())),
        };
        found.push((clip(name, NAME_CHARS_MAX), clip(value, TEXT_CHARS_MAX)));
        rest = after;
    }
    found
}

/// Where the value ends that goes on until the next name.
fn unquoted(text: &str) -> usize {
    let mut end = 0;
    for word in text.split(' ') {
        let is_name =
            |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if end > 0 && word.split_once('=').is_some_and(|(name, _)| is_name(name)) {
            return end - 1;
        }
        end += word.len() + 1;
    }
    text.trim_end_matches('\'').len().min(text.len())
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
