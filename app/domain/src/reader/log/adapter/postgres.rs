//! The log of PostgreSQL: as text with the usual prefixes, as its CSV, which has no header, and as JSON.

use super::fields::Fields;
use super::{Adapter, Out, Piece, Taken, Wrong, sql};
use crate::reader::log::act::Act;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, settings_say};
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{CsvSplit, JsonSplit, LineSplit, Splitter, first_line};
use crate::reader::log::split::{cells, is_torn};
use crate::reader::log::stamp::{LogTime, read_stamp};
use crate::reader::log::summary::Summary;
use crate::vocabulary::{Effect, Outcome, Verb};

/// The severities that a line of text has behind its prefix.
const SEVERITIES: &[&str] = &[
    "DEBUG1",
    "DEBUG2",
    "DEBUG3",
    "DEBUG4",
    "DEBUG5",
    "INFO",
    "NOTICE",
    "WARNING",
    "ERROR",
    "LOG",
    "FATAL",
    "PANIC",
    "DETAIL",
    "HINT",
    "CONTEXT",
    "STATEMENT",
    "QUERY",
    "LOCATION",
];

/// The least and the most columns of its CSV, over the versions from 9 to 18.
const COLUMNS: std::ops::RangeInclusive<usize> = 22..=26;

/// So many lines may go on with the one above.
const LINES_ON_MAX: u32 = 1_000;

/// What one entry says, however it was written.
#[derive(Default)]
struct Entry {
    user: String,
    database: String,
    severity: String,
    message: String,
    command: String,
    /// The statement that an error was in.
    query: String,
    /// The five characters that stand for what went wrong.
    state: String,
    host: String,
    session: String,
    application: String,
}

/// Reads entries.
#[derive(Default)]
pub struct Postgres {
    /// The line of text that others may go on from, and what is known of it.
    last: Option<(LogRecord, Entry)>,
}

/// Whether a line of text is one of PostgreSQL: a time and a severity with its colon and two blanks.
pub fn looks_like(line: &str) -> bool {
    prefix(line).is_some() || is_csv(line)
}

/// Whether a line is one of its CSV: the first of so many columns is a time, and one of them a severity.
pub fn is_csv(line: &str) -> bool {
    if !line.starts_with("20") {
        return false;
    }
    let cells = cells(line.as_bytes(), b',');
    // A statement over several lines may be cut off here.
    cells.len() >= 14
        && cells.len() <= *COLUMNS.end()
        && SEVERITIES.contains(&cells[11].as_ref())
        && cells[5].contains('.')
}

impl LogFormat for Postgres {
    const SIGNS: &'static [Sign] = &[
        Sign::Record(68, |record| record.has("error_severity") && record.any(&["pid", "session_id", "dbname"])),
        Sign::Lines(60, |lines| looks_like(lines.record())),
    ];
    const IS_JSON: bool = false;
    const IS_TOLD_BY_FIRST_LINE: bool = true;
    const SOURCE: SourceKind = SourceKind::Database;
    const IS_STORED: bool = true;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Postgres::default())
    }

    fn split(first: &[u8], limit: usize) -> Splitter {
        if first.first() == Some(&b'{') {
            return Box::new(JsonSplit::new(Self::LISTS, limit));
        }
        let is_csv = is_csv(&String::from_utf8_lossy(first_line(first)));
        if is_csv { Box::new(CsvSplit::without_header(limit)) } else { Box::new(LineSplit::new(limit)) }
    }

    fn mode(_summary: &Summary) -> Mode {
        settings_say()
    }
}

impl Adapter for Postgres {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        if piece.bytes.starts_with(b"{") {
            return json(piece, out);
        }
        if piece.header.is_some() {
            return csv(piece, out);
        }
        let text = String::from_utf8_lossy(piece.bytes);
        let Some((told, head, severity, said)) = prefix(&text) else { return self.goes_on(&text, piece) };
        // What follows an entry with the same prefix belongs to it.
        let detail = matches!(severity, "DETAIL" | "HINT" | "CONTEXT" | "STATEMENT" | "QUERY" | "LOCATION");
        if detail && let Some((record, entry)) = &mut self.last {
            record.raw = record.raw.join(piece.raw);
            record.hints.pieces += 1;
            match severity {
                "STATEMENT" | "QUERY" => entry.query = clip(said, TEXT_CHARS_MAX),
                _ => record.message = clip(&format!("{}\n{said}", record.message), TEXT_CHARS_MAX),
            }
            return Ok(Taken::Merged);
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(told);
        let mut entry = Entry { severity: severity.into(), message: said.into(), ..Entry::default() };
        identity(head, &mut entry);
        record.message = clip(said, TEXT_CHARS_MAX);
        if let Some((record, entry)) = self.last.replace((record, entry)) {
            out.record(finished(record, &entry));
        }
        Ok(Taken::Read)
    }

    fn finish(&mut self, out: &mut dyn Out) {
        if let Some((record, entry)) = self.last.take() {
            out.record(finished(record, &entry));
        }
    }
}

impl Postgres {
    fn goes_on(&mut self, text: &str, piece: &Piece<'_>) -> Result<Taken, Wrong> {
        match &mut self.last {
            Some((record, entry)) if record.hints.pieces <= LINES_ON_MAX => {
                record.raw = record.raw.join(piece.raw);
                record.hints.pieces += 1;
                let place = if entry.query.is_empty() { &mut entry.message } else { &mut entry.query };
                if place.len() < TEXT_CHARS_MAX {
                    *place = clip(&format!("{place}\n{text}"), TEXT_CHARS_MAX);
                }
                Ok(Taken::Merged)
            }
            _ => Err(Wrong::Unreadable(
                "This line does not begin as an entry of PostgreSQL, and there is none above that it goes on from."
                    .into(),
            )),
        }
    }
}

/// The time, what stands behind it, the severity and the text: `2026-03-18 17:04:27 UTC [123-1] ada@prod LOG:  …`.
fn prefix(line: &str) -> Option<(LogTime, &str, &str, &str)> {
    let (head, said) = SEVERITIES
        .iter()
        .filter_map(|severity| {
            let mark = format!("{severity}:  ");
            let at = line.find(&mark)?;
            let clear = at == 0 || matches!(line.as_bytes()[at - 1], b' ' | b':' | b']');
            clear.then_some((at, at + mark.len()))
        })
        .min()?;
    let severity = line[head..said].trim_end_matches(":  ");
    let before = &line[..head];
    // The time is the longest beginning that can be read as one.
    let ends = before
        .char_indices()
        .filter(|(at, letter)| *at >= 19 && (letter.is_whitespace() || matches!(letter, ':' | '[' | ']')))
        .map(|(at, _)| at);
    let ends: Vec<usize> = ends.take(6).collect();
    let begun = before.trim_start_matches('[');
    let skipped = before.len() - begun.len();
    ends.into_iter().rev().filter(|end| *end > skipped).find_map(|end| {
        let told = read_stamp(before[skipped..end].trim(), None);
        told.is_known().then(|| (told, &before[end..], severity, &line[said..]))
    })
}

/// Who asked which database: `ada@prod`, `user=ada,db=prod`, `ada prod`.
fn identity(head: &str, entry: &mut Entry) {
    for word in head.split([' ', ',', '[', ']', ':', '(', ')']).filter(|word| !word.is_empty()) {
        let named = word.split_once('=');
        match named {
            Some(("user" | "u", name)) => entry.user = name.into(),
            Some(("db" | "database" | "d", name)) => entry.database = name.into(),
            Some(("app" | "a", name)) => entry.application = name.into(),
            Some(("client" | "host" | "h" | "r", name)) => entry.host = name.into(),
            Some(_) => {}
            None => {
                if let Some((user, database)) = word.split_once('@') {
                    (entry.user, entry.database) = (user.into(), database.into());
                }
            }
        }
    }
}

fn csv(piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
    if is_torn(piece.bytes, b',') {
        return Err(Wrong::Unreadable(
            "A quote within a quoted field of this row is not doubled: where the field ends cannot be told.".into(),
        ));
    }
    let cells = cells(piece.bytes, b',');
    if !COLUMNS.contains(&cells.len()) {
        return Err(Wrong::Unreadable(format!(
            "This row has {} fields; the CSV of PostgreSQL has from 22 to 26.",
            cells.len()
        )));
    }
    let cell = |place: usize| cells.get(place).map(|cell| cell.trim().to_string()).unwrap_or_default();
    let mut record = LogRecord::at(piece.raw);
    record.set_time(read_stamp(&cell(0), None));
    let entry = Entry {
        user: cell(1),
        database: cell(2),
        host: cell(4),
        session: cell(5),
        command: cell(7),
        severity: cell(11),
        state: cell(12),
        message: cell(13),
        query: cell(19),
        application: cell(22),
    };
    record.message = clip(&entry.message, TEXT_CHARS_MAX);
    out.record(finished(record, &entry));
    Ok(Taken::Read)
}

fn json(piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
    let fields = Fields::of(piece)?;
    if !fields.has("error_severity") {
        return Err(Wrong::Foreign);
    }
    let text = |name: &str| fields.text(&[name]).into_owned();
    let mut record = LogRecord::at(piece.raw);
    record.set_time(super::events::time(&fields, &["timestamp"]));
    let entry = Entry {
        user: text("user"),
        database: text("dbname"),
        host: text("remote_host"),
        session: text("session_id"),
        command: text("ps"),
        severity: text("error_severity"),
        state: text("state_code"),
        message: text("message"),
        query: text("statement"),
        application: text("application_name"),
    };
    record.message = clip(&entry.message, TEXT_CHARS_MAX);
    out.record(finished(record, &entry));
    Ok(Taken::Read)
}

fn finished(mut record: LogRecord, entry: &Entry) -> LogRecord {
    let some = |text: &str| {
        Some(text).filter(|text| !text.is_empty() && *text != "[unknown]").map(|text| clip(text, NAME_CHARS_MAX))
    };
    record.actor = party::named(some(&entry.user).as_deref().unwrap_or_default());
    record.source_address = some(entry.host.rsplit_once(':').map_or(entry.host.as_str(), |(host, _)| host));
    record.session = some(&entry.session);
    record.tool = some(&entry.application);
    let failed = matches!(entry.severity.as_str(), "ERROR" | "FATAL" | "PANIC");
    // 42501 is a lack of rights, and class 28 a sign-in that was refused.
    let said = &entry.message;
    let denied = entry.state == "42501"
        || entry.state.starts_with("28")
        || said.starts_with("permission denied")
        || said.contains("authentication failed")
        || said.starts_with("no pg_hba.conf entry");
    record.outcome = match (failed, denied) {
        (true, true) => Outcome::Denied,
        (true, false) => Outcome::Error,
        // That a statement began is logged before it ends.
        (false, _) => Outcome::Unknown,
    };
    if failed {
        record.error = Some(clip(said, TEXT_CHARS_MAX));
    }
    let statement = statement(said)
        .map(str::to_string)
        .or_else(|| Some(entry.query.clone()).filter(|query| failed && !query.is_empty()));
    if let Some(statement) = statement {
        record.set_act(sql::statement_act(&statement));
        let word = statement.split_ascii_whitespace().next().unwrap_or_default();
        record.action = clip(&word.to_ascii_uppercase(), NAME_CHARS_MAX);
        let table = sql::tables(&statement).into_iter().next().unwrap_or_default();
        record.resource = clip(&sql::place(&[&entry.database], &table), TEXT_CHARS_MAX);
        record.message = clip(&statement, TEXT_CHARS_MAX);
        if !failed && said.starts_with("duration:") {
            record.outcome = Outcome::Success;
        }
        return record;
    }
    record.resource = clip(&entry.database, TEXT_CHARS_MAX);
    told_by_message(&mut record, entry, denied);
    record
}

/// The statement in a message: of `log_statement`, of `log_min_duration_statement`, of `pgaudit`.
fn statement(said: &str) -> Option<&str> {
    if let Some(audit) = said.strip_prefix("AUDIT: ") {
        // Class, number, and so on, and the statement as the eighth.
        let mut parts = audit.splitn(8, ',');
        let behind = |rest: &'_ str| -> usize {
            // Parameters come last; a statement in quotes may hold anything.
            let quoted = rest.strip_prefix('"').and_then(|inner| inner.rfind("\",")).map(|at| at + 2);
            quoted.or_else(|| [",<none>", ",<not logged>"].iter().find_map(|end| rest.rfind(end))).unwrap_or(rest.len())
        };
        return parts.nth(7).map(|rest| rest[..behind(rest)].trim_matches('"'));
    }
    let at = ["statement: ", "execute "].iter().filter_map(|mark| said.find(mark).map(|at| at + mark.len())).min()?;
    let begins = said.starts_with("statement: ") || said.starts_with("execute ") || said.starts_with("duration: ");
    let rest = begins.then(|| said.get(at..)).flatten()?;
    if said[..at].ends_with("execute ") { rest.split_once(": ").map(|(_, statement)| statement) } else { Some(rest) }
}

fn told_by_message(record: &mut LogRecord, entry: &Entry, denied: bool) {
    let said = entry.message.as_str();
    let begins = |words: &[&str]| words.iter().any(|word| said.starts_with(word));
    let (action, act) = match () {
        () if begins(&["connection authorized", "connection authenticated"]) => {
            ("sign-in", Act::new(Verb::Login, Effect::None))
        }
        () if denied && entry.severity == "FATAL" => ("sign-in", Act::new(Verb::Login, Effect::None)),
        () if begins(&["disconnection", "connection received"]) => ("connection", Act::new(Verb::Other, Effect::None)),
        () if said.contains("parameter \"log_") && said.contains("changed to") => {
            ("logging setting", Act::new(Verb::LoggingControl, Effect::Mutating))
        }
        () if said.contains("parameter \"") && said.contains("changed to") => {
            ("setting", Act::new(Verb::Config, Effect::Mutating))
        }
        () => ("message", Act::new(Verb::Other, Effect::None)),
    };
    record.action = if entry.command.is_empty() || action != "message" {
        action.into()
    } else {
        clip(&entry.command, NAME_CHARS_MAX)
    };
    record.set_act(act);
    if begins(&["connection authorized", "connection authenticated"]) {
        record.outcome = Outcome::Success;
    }
}
