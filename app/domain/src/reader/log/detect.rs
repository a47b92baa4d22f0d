//! Which format is it?

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::format::Format;
use super::sign::{of_columns, of_lines, of_record, of_start};
use super::split::{HITS, Header, JsonSplit, Split, Step, cells, has_other_ends, write_ends};
use super::wrapper::{format_of, has_column, in_line, in_row, inside};
use crate::reader::zone_line;

/// So many records are looked at.
const SAMPLES_MAX: usize = 8;

/// So much of the file is looked at.
const LOOKED_AT_BYTES: usize = 64 << 10;

/// So many lines are looked at where the first alone does not tell.
const LINES_LOOKED_AT: usize = 12;

/// Every name of a list of records, and that of the parts of an answer.
static LISTS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut found: Vec<&str> = Vec::new();
    for list in Format::ALL.iter().flat_map(|format| format.lists()).chain(&["output"]) {
        if *list != HITS && !found.contains(list) {
            found.push(list);
        }
    }
    found
});

/// The format of a file, from its first bytes and, where they leave it open, its name. The bytes are what is inside gzip or zstd.
pub fn detect(first_bytes: &[u8], name: &str) -> Format {
    let bytes = &first_bytes[..first_bytes.len().min(LOOKED_AT_BYTES)];
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let name = name.to_ascii_lowercase();
    if let Some(format) = of_start(bytes) {
        return format;
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
    if let Some(format) = of_lines(&text).or_else(|| of_wrapped(&text)) {
        return format;
    }
    let table = [".csv", ".tsv"].iter().any(|ending| name.ends_with(ending));
    lines.next().and_then(|header| of_table(header, lines.next(), table)).unwrap_or(Format::Text)
}

/// The format of the records inside lines or rows that begin with something else, if most of those looked at hold one.
fn of_wrapped(text: &str) -> Option<Format> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(LINES_LOOKED_AT).collect();
    let of_line = |line: &&str| in_line(line.as_bytes()).and_then(format_of);
    let (header, rows) = lines.split_first()?;
    let delimiter =
        *[b'\t', b';', b'|', b','].iter().max_by_key(|sign| header.bytes().filter(|byte| byte == *sign).count())?;
    let names: Vec<String> = cells(header.as_bytes(), delimiter).iter().map(|name| name.trim().to_string()).collect();
    let is_table = !header.contains('{') && has_column(&names);
    let header = Header { delimiter, names };
    let of_row = |row: &&str| in_row(row.as_bytes(), &header).and_then(|inner| format_of(&inner));
    let found: Vec<Format> =
        if is_table { rows.iter().filter_map(of_row).collect() } else { lines.iter().filter_map(of_line).collect() };
    let looked_at = if is_table { rows.len() } else { lines.len() };
    let known: Vec<Format> = found.into_iter().filter(|format| format.is_json()).collect();
    let most = known.iter().copied().max_by_key(|format| known.iter().filter(|one| *one == format).count())?;
    (known.len() * 2 > looked_at).then_some(most)
}

/// `[{` or `[]`; a timeline begins with `[2026-03-18]`.
fn looks_like_list(bytes: &[u8]) -> bool {
    matches!(bytes.get(1..).map(<[u8]>::trim_ascii_start).and_then(<[u8]>::first), Some(b'{' | b']') | None)
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
    Some(of_columns(names).unwrap_or(Format::Csv))
}

/// The first whole records of a JSON file.
fn samples(bytes: &[u8]) -> Vec<Map<String, Value>> {
    let mut split = JsonSplit::new(&LISTS, LOOKED_AT_BYTES);
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
    if of_record(&record).is_some() {
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
    let known: Vec<Format> = found.iter().filter_map(of_record).collect();
    let count = |format: &Format| known.iter().filter(|vote| *vote == format).count();
    // Of equals, the first that was seen.
    let most = known.iter().rev().max_by_key(|format| count(format));
    most.map_or(Format::Jsonl, |format| format.whole(bytes))
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
