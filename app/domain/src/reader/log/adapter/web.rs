//! Access logs of web servers and what stands before them: common and combined, S3, load balancers, CloudFront, IIS.

use super::{Adapter, Out, Piece, Taken, Wrong, program};
use crate::reader::log::act::Act;
use crate::reader::log::definition::{LogFormat, Watched};
use crate::reader::log::mode::{Mode, requests};
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::{Lines, Sign};
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{LineSplit, Splitter};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::summary::Summary;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

/// So many fields of one line are read.
const FIELDS_MAX: usize = 128;

/// Reads lines. Those that W3C's extended format begins with say which fields follow.
#[derive(Default)]
pub struct WebAccess {
    /// The names of the fields, in small letters.
    names: Vec<String>,
    /// The day that the head of the file gives, for lines with a clock time alone.
    date: Option<String>,
}

impl LogFormat for WebAccess {
    const SIGNS: &'static [Sign] = &[Sign::Lines(70, is_log)];
    const IS_JSON: bool = false;
    const SOURCE: SourceKind = SourceKind::Requests;
    const IS_STORED: bool = true;
    const WATCHED: Watched = Watched::Not;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(WebAccess::default())
    }

    fn split(_first: &[u8], limit: usize) -> Splitter {
        Box::new(LineSplit::new(limit))
    }

    fn mode(_summary: &Summary) -> Mode {
        requests()
    }
}

/// The first line decides, or most of those looked at; where comments stand first, one of them.
fn is_log(lines: &Lines<'_>) -> bool {
    if lines.record().is_empty() {
        return lines.all().any(|line| line.starts_with('#') && looks_like(line));
    }
    looks_like(lines.first()) || lines.most(looks_like)
}

impl Adapter for WebAccess {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let text = String::from_utf8_lossy(piece.bytes);
        if let Some(head) = text.strip_prefix('#') {
            self.head(head);
            return Ok(Taken::Skipped);
        }
        let record = if self.names.is_empty() { None } else { self.named(&text, piece) };
        let record = record.or_else(|| balancer(&text, piece)).or_else(|| program::access(&text, piece.raw));
        let Some(record) = record else {
            return Err(Wrong::Unreadable(
                "This is not a line of an access log: it names no request that is understood.".into(),
            ));
        };
        out.record(record);
        Ok(Taken::Read)
    }
}

/// Whether a line is one of an access log; the second of a file counts where the first is a comment.
pub fn looks_like(line: &str) -> bool {
    if let Some(head) = line.strip_prefix('#') {
        return head.starts_with("Software: Microsoft Internet Information")
            || (head.starts_with("Fields:") && ["cs-method", "cs-uri-stem"].iter().any(|name| head.contains(name)));
    }
    let raw = crate::reader::log::record::Raw::default();
    let piece = Piece { bytes: line.as_bytes(), raw, header: None };
    program::access(line, raw).is_some() || balancer(line, &piece).is_some()
}

impl WebAccess {
    fn head(&mut self, head: &str) {
        if let Some(names) = head.strip_prefix("Fields:") {
            self.names = names.split_ascii_whitespace().take(FIELDS_MAX).map(str::to_ascii_lowercase).collect();
        } else if let Some(date) = head.strip_prefix("Date:") {
            self.date = date.split_ascii_whitespace().next().map(str::to_string);
        }
    }

    /// A line whose fields the head has named: CloudFront has tabs between them, IIS blanks.
    fn named(&self, text: &str, piece: &Piece<'_>) -> Option<LogRecord> {
        let mark = if text.contains('\t') { '\t' } else { ' ' };
        let fields: Vec<&str> = text.split(mark).take(FIELDS_MAX).collect();
        if fields.len() != self.names.len() {
            return None;
        }
        let get = |wanted: &[&str]| {
            let place = wanted.iter().find_map(|wanted| self.names.iter().position(|name| name == wanted))?;
            fields.get(place).copied().filter(|field| !field.is_empty() && *field != "-")
        };
        let mut record = LogRecord::at(piece.raw);
        let day = get(&["date"]).or(self.date.as_deref());
        let stamp = match (day, get(&["time"])) {
            (Some(day), Some(clock)) => format!("{day} {clock}"),
            _ => get(&["timestamp", "timestamp(ms)"]).unwrap_or_default().to_string(),
        };
        // Both say that their times are UTC.
        record.set_time(read_stamp(&stamp, None).known_utc());
        record.source_address = get(&["c-ip", "x-forwarded-for"]).map(|text| clip(text, NAME_CHARS_MAX));
        record.tool =
            get(&["cs(user-agent)"]).map(|text| clip(&text.replace("%20", " ").replace('+', " "), NAME_CHARS_MAX));
        record.id = get(&["x-edge-request-id"]).map(|text| clip(text, NAME_CHARS_MAX));
        let query = get(&["cs-uri-query"]).map(|query| format!("?{query}")).unwrap_or_default();
        let target = format!("{}{query}", get(&["cs-uri-stem", "cs-uri"]).unwrap_or_default());
        let host = get(&["x-host-header", "cs(host)", "cs-host"]).unwrap_or_default();
        request(&mut record, get(&["cs-method"]).unwrap_or_default(), host, &target);
        record.outcome = get(&["sc-status"]).map_or(Outcome::Unknown, of_status);
        who(&mut record, get(&["cs-username"]));
        Some(record)
    }
}

/// The words of a line: quoted ones are one each, without their quotes.
pub fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && found.len() < FIELDS_MAX {
        let (word, behind) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        found.push(word);
        rest = behind.trim_start();
    }
    found
}

/// `https 2018-07-02T22:23:00.186641Z app/lb/1 192.0.2.1:2817 10.0.0.1:80 0.1 0.1 0.1 200 200 34 366 "GET https://… HTTP/1.1"
/// "agent" …`; the classic balancer has no word before the time.
fn balancer(text: &str, piece: &Piece<'_>) -> Option<LogRecord> {
    let words = words(text);
    const KINDS: &[&str] = &["http", "https", "h2", "grpcs", "ws", "wss"];
    let at = usize::from(KINDS.contains(words.first()?));
    let stamp = words.get(at).filter(|stamp| stamp.len() >= 19 && stamp.contains('T'))?;
    let told = read_stamp(stamp, None);
    // The request is the first of the quoted ones.
    let place = text.find('"').map(|_| at + 11)?;
    let asked = words.get(place)?;
    let mut parts = asked.split(' ');
    let (method, url) = (parts.next()?, parts.next()?);
    if !told.is_known() || parts.next().is_none_or(|version| !version.starts_with("HTTP/") && version != "-") {
        return None;
    }
    let mut record = LogRecord::at(piece.raw);
    record.set_time(told);
    let host = words.get(at + 1)?;
    let client = words.get(at + 2)?;
    record.source_address = client.rsplit_once(':').map(|(address, _)| clip(address, NAME_CHARS_MAX));
    record.tool = words.get(place + 1).filter(|agent| **agent != "-").map(|agent| clip(agent, NAME_CHARS_MAX));
    record.trace = words
        .get(place + 5)
        .filter(|trace| trace.starts_with("Root=") || trace.starts_with("Self="))
        .map(|trace| clip(trace, NAME_CHARS_MAX));
    request(&mut record, method, host, url);
    // What it answered the caller; where it answered nothing, what the target did.
    let status = [words.get(at + 7), words.get(at + 8)].into_iter().flatten().find(|status| **status != "-");
    record.outcome = status.map_or(Outcome::Unknown, |status| of_status(status));
    who(&mut record, None);
    Some(record)
}

fn request(record: &mut LogRecord, method: &str, host: &str, target: &str) {
    record.action = clip(method, NAME_CHARS_MAX);
    record.set_act(request_act(method));
    let whole = if target.contains("://") || host.is_empty() { target.to_string() } else { format!("{host}{target}") };
    record.resource = clip(&whole, TEXT_CHARS_MAX);
    record.message = clip(&format!("{method} {whole}"), TEXT_CHARS_MAX);
}

/// Who asked: by name, or what the caller says of itself.
fn who(record: &mut LogRecord, user: Option<&str>) {
    record.actor = user.map(|user| party::person(party::of_arn(user))).unwrap_or_default();
    if record.actor.name.is_empty() {
        record.actor.kind = record.tool.as_deref().map_or(PrincipalKind::Unknown, party::kind_of);
    }
}

/// What a request over HTTP does, by its method.
pub fn request_act(method: &str) -> Act {
    let (verb, effect) = match method.to_ascii_uppercase().as_str() {
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "REPORT" | "WATCH" => (Verb::Read, Effect::Read),
        "PROPFIND" | "LIST" => (Verb::List, Effect::Read),
        "SEARCH" | "QUERY" => (Verb::Search, Effect::Read),
        "DELETE" | "PURGE" | "DELETECOLLECTION" => (Verb::Delete, Effect::Destructive),
        "POST" | "PUT" | "PATCH" | "MKCOL" | "COPY" | "MOVE" | "PROPPATCH" | "LOCK" | "UNLOCK" | "CREATE"
        | "UPDATE" => (Verb::Write, Effect::Mutating),
        "CONNECT" => (Verb::Call, Effect::None),
        _ => (Verb::Other, Effect::None),
    };
    Act { verb, effect }
}

/// What a status of HTTP says.
pub fn of_status(code: &str) -> Outcome {
    match code.trim().parse::<u16>() {
        Ok(401 | 403 | 407) => Outcome::Denied,
        Ok(100..=399) => Outcome::Success,
        Ok(400..=599) => Outcome::Error,
        _ => Outcome::Unknown,
    }
}
