//! Which format is it?

use serde_json::{Map, Value};

use super::adapter::{is_access, is_flow, is_journal_name, is_postgres, is_table_of_traces};
use super::format::Format;
use super::looks::of_record;
use super::split::{HITS, Header, JsonSplit, Split, Step, cells, has_other_ends, write_ends};
use super::wrapper::{format_of, has_column, in_line, in_row, inside};
use crate::reader::zone_line;

/// So many records are looked at.
const SAMPLES_MAX: usize = 8;

/// So much of the file is looked at.
const LOOKED_AT_BYTES: usize = 64 << 10;

/// So many lines are looked at where the first alone does not tell.
const LINES_LOOKED_AT: usize = 12;

const ZIP: &[u8] = b"PK\x03\x04";

/// Every name of a list of records.
const LISTS: &[&str] = &[
    "Records",
    "Events",
    "items",
    "entries",
    "value",
    "records",
    "data",
    "messages",
    "resourceSpans",
    "resourceLogs",
    "output",
    "events",
    "logs",
    "results",
    "logEvents",
    "Findings",
    "findings",
    "operation_logs",
    "activity_logs",
    "result",
];

/// The format of a file, from its first bytes and, where they leave it open, its name. The bytes are what is inside gzip or zstd.
pub fn detect(first_bytes: &[u8], name: &str) -> Format {
    let bytes = &first_bytes[..first_bytes.len().min(LOOKED_AT_BYTES)];
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let name = name.to_ascii_lowercase();
    if bytes.starts_with(ZIP) {
        return Format::SlackExport;
    }
    let mut trimmed = bytes.trim_ascii_start();
    // Lines that give the zone of what follows say nothing of its format.
    while let Some(end) = trimmed.iter().position(|byte| *byte == b'\n')
        && std::str::from_utf8(&trimmed[..end]).is_ok_and(|line| zone_line(line).is_some())
    {
        trimmed = trimmed[end..].trim_ascii_start();
    }
    if trimmed.starts_with(b"{") || (trimmed.starts_with(b"[") && looks_like_list(trimmed)) {
        return of_json(trimmed);
    }
    let mut ended = trimmed.to_vec();
    if has_other_ends(&ended, true) == Some(true) {
        write_ends(&mut ended);
    }
    let text = String::from_utf8_lossy(&ended);
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    if lines.clone().take(5).any(is_audit) {
        return Format::Auditd;
    }
    if let Some(format) = of_lines(&text) {
        return format;
    }
    if let Some(format) = of_wrapped(&text) {
        return format;
    }
    let table = [".csv", ".tsv"].iter().any(|ending| name.ends_with(ending));
    lines.next().and_then(|header| of_table(header, lines.next(), table)).unwrap_or(Format::Text)
}

/// The formats whose lines are told by their shape: the first lines that say something decide, and not one of many.
fn of_lines(text: &str) -> Option<Format> {
    if text.starts_with("<Event") || text.starts_with("<?xml") && text.contains("<Event") {
        return Some(Format::WindowsEvent);
    }
    let is_field = |line: &str| line.split_once('=').is_some_and(|(name, _)| is_journal_name(name.as_bytes()));
    let own = ["__CURSOR=", "__REALTIME_TIMESTAMP="];
    if own.iter().any(|name| text.starts_with(name)) && text.lines().take(2).all(is_field) {
        return Some(Format::Journald);
    }
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).take(LINES_LOOKED_AT);
    let first = lines.next()?;
    if first.starts_with('#') {
        return std::iter::once(first)
            .chain(lines)
            .any(|line| line.starts_with('#') && is_access(line))
            .then_some(Format::WebAccess);
    }
    let all = || std::iter::once(first).chain(lines.clone());
    let most = |is: &dyn Fn(&str) -> bool| all().filter(|line| is(line)).count() * 2 > all().count();
    match () {
        () if is_flow(first) => Some(Format::VpcFlow),
        () if is_access(first) || most(&is_access) => Some(Format::WebAccess),
        () if is_postgres(first) => Some(Format::Postgres),
        () => None,
    }
}

/// The format of the records inside lines or rows that begin with something else, if most of those looked at hold one.
fn of_wrapped(text: &str) -> Option<Format> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(LINES_LOOKED_AT).collect();
    let of_line = |line: &&str| in_line(line.as_bytes()).map(format_of);
    let (header, rows) = lines.split_first()?;
    let delimiter =
        *[b'\t', b';', b'|', b','].iter().max_by_key(|sign| header.bytes().filter(|byte| byte == *sign).count())?;
    let names: Vec<String> = cells(header.as_bytes(), delimiter).iter().map(|name| name.trim().to_string()).collect();
    let is_table = !header.contains('{') && has_column(&names);
    let header = Header { delimiter, names };
    let of_row = |row: &&str| in_row(row.as_bytes(), &header).map(|inner| format_of(&inner));
    let found: Vec<Format> =
        if is_table { rows.iter().filter_map(of_row).collect() } else { lines.iter().filter_map(of_line).collect() };
    let looked_at = if is_table { rows.len() } else { lines.len() };
    let known: Vec<Format> = found.into_iter().filter(|format| *format != Format::Jsonl && format.is_json()).collect();
    let most = known.iter().copied().max_by_key(|format| known.iter().filter(|one| *one == format).count())?;
    (known.len() * 2 > looked_at).then_some(most)
}

/// `[{` or `[]`; a timeline begins with `[2026-03-18]`.
fn looks_like_list(bytes: &[u8]) -> bool {
    matches!(bytes.get(1..).map(<[u8]>::trim_ascii_start).and_then(<[u8]>::first), Some(b'{' | b']') | None)
}

/// Whether a line is one of Linux audit, or holds one.
pub(super) fn is_audit(line: &str) -> bool {
    let stamp = line.split_once("audit(").and_then(|(_, rest)| rest.split_once(')')).map(|(stamp, _)| stamp);
    stamp
        .and_then(|stamp| stamp.rsplit_once(':'))
        .is_some_and(|(_, serial)| !serial.is_empty() && serial.bytes().all(|byte| byte.is_ascii_digit()))
}

fn of_table(header: &str, next: Option<&str>, named: bool) -> Option<Format> {
    let count = |line: &str, delimiter: char| line.chars().filter(|letter| *letter == delimiter).count();
    let delimiter = ['|', '\t', ';', ','].into_iter().max_by_key(|delimiter| count(header, *delimiter))?;
    if count(header, delimiter) == 0 {
        return named.then_some(Format::Csv);
    }
    let byte = u8::try_from(delimiter).ok()?;
    let names: Vec<String> =
        cells(header.trim_end().as_bytes(), byte).into_iter().map(|name| name.trim().to_ascii_lowercase()).collect();
    let is_name = |name: &String| {
        name.len() <= 60
            && name.split_whitespace().count() <= 4
            && !name.chars().next().is_some_and(|first| first.is_ascii_digit() || "[({-".contains(first))
    };
    let alike =
        next.is_none_or(|next| next.contains('"') || cells(next.trim_end().as_bytes(), byte).len() == names.len());
    let has_header = named || (alike && names.iter().all(is_name));
    if !has_header {
        return None;
    }
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    Some(match () {
        () if has("macb") && has("sourcetype") && has("timezone") => Format::L2tcsv,
        () if has("query_id") && (has("query_text") || has("query_type") || has("direct_objects_accessed"))
            || has("event_timestamp") && has("event_type") && has("user_name") && has("is_success") =>
        {
            Format::Snowflake
        }
        () if has("event_type") && (has("timestamp_derived") || has("organization_id"))
            || has("action") && has("section") && has("display") =>
        {
            Format::Salesforce
        }
        () if has("author id") && has("entity type") || has("author_id") && has("entity_type") => Format::Gitlab,
        () if has("operator") && has("category_type") => Format::Zoom,
        () if has("actor_info") && has("event") => Format::AnthropicAudit,
        () if is_table_of_traces(&names) => Format::OpenaiChat,
        () if has("timestamp_desc") && has("message") && (has("datetime") || has("timestamp")) => Format::Timesketch,
        () if has("auditdata") && (has("operation") || has("operations") || has("recordtype")) => Format::M365,
        () if has("action")
            && (has("actor") || has("actor.login"))
            && ["org", "repo", "business", "@timestamp"].iter().any(|name| has(name)) =>
        {
            Format::GithubAudit
        }
        () => Format::Csv,
    })
}

/// The first whole records of a JSON file.
fn samples(bytes: &[u8]) -> Vec<Map<String, Value>> {
    let mut split = JsonSplit::new(LISTS, LOOKED_AT_BYTES);
    let mut found = Vec::new();
    let mut at = 0;
    while found.len() < SAMPLES_MAX {
        let rest = &bytes[at..];
        let step = split.step(rest, false);
        match step {
            Step::More => break,
            Step::Blank(length) | Step::Frame(length) | Step::Worse(length) | Step::Bad(length, _) => at += length,
            Step::Try(length) | Step::Piece(length) => match serde_json::from_slice(&rest[..length]) {
                Ok(Value::Object(record)) => {
                    found.extend(unwrapped(record));
                    at += length;
                }
                _ if matches!(step, Step::Try(_)) => split.reject(),
                _ => at += length,
            },
        }
    }
    // The last line may have no line end yet.
    if found.is_empty()
        && let Ok(Value::Object(record)) = serde_json::from_slice(bytes.trim_ascii())
    {
        found.extend(unwrapped(record));
    }
    found
}

/// The records of a document that holds a list of them; any other is itself one.
fn unwrapped(record: Map<String, Value>) -> Vec<Map<String, Value>> {
    if of_record(&record) != Format::Jsonl {
        return vec![record];
    }
    if let Some((_, inner)) = inside(&record) {
        return vec![inner];
    }
    let hits = record.get(HITS).and_then(|hits| hits.get(HITS));
    for list in LISTS.iter().filter_map(|list| record.get(*list)).chain(hits) {
        if let Value::Array(items) = list {
            let records = items.iter().filter_map(Value::as_object).take(SAMPLES_MAX);
            let records: Vec<_> =
                records.map(|item| inside(item).map_or_else(|| item.clone(), |(_, inner)| inner)).collect();
            if !records.is_empty() {
                return records;
            }
        }
    }
    vec![record]
}

fn of_json(bytes: &[u8]) -> Format {
    let mut found = samples(bytes);
    if found.is_empty() {
        found.push(keys(bytes));
    }
    let votes: Vec<Format> = found.iter().map(of_record).collect();
    let known = votes.iter().filter(|format| **format != Format::Jsonl);
    let count = |format: &Format| votes.iter().filter(|vote| *vote == format).count();
    // Of equals, the first that was seen.
    let found = known.rev().max_by_key(|format| count(format)).copied().unwrap_or(Format::Jsonl);
    if found == Format::Codex && is_response(bytes) { Format::OpenaiChat } else { found }
}

/// Whether it is one response over several lines: its parts alone look like those of a rollout.
fn is_response(bytes: &[u8]) -> bool {
    let dense: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    const MARK: &[u8] = b"\"object\":\"response\"";
    dense.windows(MARK.len()).any(|part| part == MARK)
}

/// Every key there is, where no record is whole within the bytes.
fn keys(bytes: &[u8]) -> Map<String, Value> {
    let mut found = Map::new();
    let mut parts = bytes.split(|byte| *byte == b'"');
    let mut previous: Option<&[u8]> = None;
    for part in parts.by_ref() {
        if let Some(name) = previous.filter(|_| part.trim_ascii_start().starts_with(b":"))
            && let Ok(name) = std::str::from_utf8(name)
        {
            let value = part.trim_ascii_start().get(1..).map(<[u8]>::trim_ascii_start).and_then(<[u8]>::first);
            found.entry(name).or_insert(if value == Some(&b'"') { Value::String(String::new()) } else { Value::Null });
        }
        previous = Some(part);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_that_a_reader_takes_is_known_to_detection() {
        let taken = Format::ALL.iter().flat_map(|format| format.lists().iter().map(move |list| (format.word(), *list)));
        let unknown: Vec<_> = taken.filter(|(_, list)| !LISTS.contains(list) && *list != HITS).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
