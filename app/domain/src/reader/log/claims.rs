//! Whether a file that could not be read as records claims to hold acts: what it tells of logging then, nobody knows.
//!
//! A picture, a letter or a configuration tells of none. A log, a transcript, a table or a history of commands may.

use serde_json::Value;

/// So much of a file is looked at.
const LOOKED_AT_BYTES: usize = 64 << 10;

/// Endings of files that hold records, also in forms that nobody here reads.
const RECORDS: &[&str] = &[
    "log", "logs", "jsonl", "ndjson", "csv", "tsv", "evtx", "journal", "cast", "trace", "xlsx", "ods", "parquet",
    "avro",
];

/// Endings of pictures and of documents in which the words are packed.
const PICTURES: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "heic", "bmp", "tif", "tiff", "svg", "mp4", "mov", "pdf", "doc", "docx",
    "odt", "rtf", "ppt", "pptx", "odp", "key", "pages",
];

/// Endings of what people or programs write to be read or obeyed, and not to say what was done.
const PAPERS: &[&str] = &[
    "md",
    "markdown",
    "rst",
    "adoc",
    "tex",
    "html",
    "htm",
    "eml",
    "msg",
    "yaml",
    "yml",
    "toml",
    "ini",
    "conf",
    "cfg",
    "config",
    "rules",
    "tf",
    "hcl",
    "tfvars",
    "properties",
    "env",
    "xml",
    "pem",
    "crt",
    "cer",
    "pub",
    "asc",
    "sig",
    "sh",
    "py",
    "rs",
    "js",
    "ts",
    "go",
    "rb",
    "java",
    "c",
    "h",
    "sql",
    "css",
];

/// Words in the name of a file that say that it is what somebody or something did.
const KEPT: &[&str] =
    &["history", "transcript", "transcripts", "typescript", "session", "sessions", "chat", "audit_log"];

/// Whether a file that nobody could read as records may say what was done, by its beginning and its name.
pub fn claims_acts(first_bytes: &[u8], name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let bare = name.rsplit('/').next().unwrap_or(&name);
    let ending = ending(bare);
    let bytes = &first_bytes[..first_bytes.len().min(LOOKED_AT_BYTES)];
    if is_of(PICTURES, ending) || !holds_words(bytes) {
        return false;
    }
    let words: Vec<&str> = bare.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    if is_of(RECORDS, ending) || words.iter().any(|word| KEPT.contains(word)) {
        return true;
    }
    !is_of(PAPERS, ending) && is_text(bytes) && tells_acts(&String::from_utf8_lossy(bytes))
}

/// Whether a file is a picture or a document by its name, in which nothing is looked for.
pub fn is_picture(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    is_of(PICTURES, ending(name.rsplit('/').next().unwrap_or(&name)))
}

/// The ending of a name, without those of packing and turning over: `audit.log.1.gz` ends in `log`.
fn ending(name: &str) -> &str {
    const PACKED: &[&str] = &["gz", "zst", "bz2", "xz", "zip", "tar", "tgz", "old", "bak", "txt"];
    let mut parts = name.split('.').skip(1).filter(|part| !part.is_empty()).collect::<Vec<_>>();
    while parts.len() > 1
        && parts.last().is_some_and(|part| PACKED.contains(part) || part.bytes().all(|byte| byte.is_ascii_digit()))
    {
        parts.pop();
    }
    parts.last().copied().unwrap_or_default()
}

fn is_of(list: &[&str], ending: &str) -> bool {
    list.contains(&ending)
}

/// Whether there is a word in it: a record without one tells of no act.
fn holds_words(bytes: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => says(&value),
        Err(_) => {
            let lines = bytes.split(|byte| *byte == b'\n').take(100).filter(|line| !line.trim_ascii().is_empty());
            lines.clone().any(|line| match serde_json::from_slice::<Value>(line) {
                Ok(value) => says(&value),
                Err(_) => line.iter().any(is_letter),
            })
        }
    }
}

fn says(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => list.iter().any(says),
        Value::Object(object) => object.values().any(says),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// More than a few signs that no text has.
fn is_text(bytes: &[u8]) -> bool {
    let strange = bytes.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
    strange * 50 <= bytes.len()
}

/// Whether a text has the shape of records: objects one after the other, fields with names, times, or commands behind a
/// prompt.
fn tells_acts(text: &str) -> bool {
    if let Ok(value) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) {
        return match &value {
            Value::Array(list) => list.iter().filter(|item| item.is_object() && says(item)).count() > 1,
            // The keys that CloudTrail signs with say from when to when they do.
            Value::Object(object) if object.contains_key("PublicKeyList") => false,
            value => timed_items(value) > 1,
        };
    }
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(200).collect();
    let is_object =
        |line: &&&str| serde_json::from_str::<Value>(line).is_ok_and(|value| value.is_object() && says(&value));
    if lines.iter().filter(is_object).count() > 1 {
        return true;
    }
    // A long list that breaks off where the sample ends is no JSON.
    if text.trim_start().starts_with(['{', '[']) && text.len() + 8 > LOOKED_AT_BYTES {
        return true;
    }
    let is_prompt = |line: &&str| ["$ ", "# ", "> ", "PS ", "#### ", "% "].iter().any(|sign| line.starts_with(sign));
    let commands =
        || lines.iter().filter(|line| is_prompt(line) && !line.ends_with(['.', ':'])).count() * 3 > lines.len();
    let timed = lines.iter().filter(|line| line.split(' ').any(looks_like_time)).count();
    let named = lines.iter().filter(|line| pairs(line) > 1).count();
    timed > 1 || named * 2 > lines.len() || (lines.len() > 2 && commands())
}

/// How many items of one list bear a time, of the list in which most do.
fn timed_items(value: &Value) -> usize {
    let own = match value {
        Value::Array(list) => list.iter().filter(|item| bears_time(item)).count(),
        _ => 0,
    };
    let inner = match value {
        Value::Array(list) => list.iter().map(timed_items).max(),
        Value::Object(object) => object.values().map(timed_items).max(),
        _ => None,
    };
    own.max(inner.unwrap_or_default())
}

fn bears_time(value: &Value) -> bool {
    match value {
        Value::String(text) => looks_like_time(text),
        Value::Number(number) => looks_like_time(&number.to_string()),
        Value::Array(list) => list.iter().any(bears_time),
        Value::Object(object) => object.values().any(bears_time),
        Value::Null | Value::Bool(_) => false,
    }
}

/// How many fields with a name stand in a line: `user=ada action=delete`.
fn pairs(line: &str) -> usize {
    let is_pair = |word: &&str| {
        word.split_once('=').is_some_and(|(name, value)| {
            !value.is_empty()
                && name.len() > 1
                && name.bytes().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'.' | b'-'))
                && !name.starts_with('-')
        })
    };
    line.split([' ', '\t', ',', ';']).filter(is_pair).count()
}

/// Whether a word has the shape of a day, a time of day, or seconds since 1970.
fn looks_like_time(word: &str) -> bool {
    let has = |form: &str| {
        word.as_bytes().windows(form.len()).any(|part| {
            part.iter()
                .zip(form.bytes())
                .all(|(byte, wanted)| if wanted == b'0' { byte.is_ascii_digit() } else { *byte == wanted })
        })
    };
    let digits = word.trim_start_matches('#');
    let is_epoch = matches!(digits.len(), 10 | 13 | 16)
        && digits.starts_with('1')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    has("0000-00-00") || has("0000/00/00") || has("00/00/0000") || has("00:00:00") || is_epoch
}

#[cfg(test)]
mod tests {
    use super::claims_acts;

    #[test]
    fn what_may_say_what_was_done_is_told_from_papers_and_pictures() {
        let rows: &[(&str, &str, bool)] = &[
            ("notes.log", "words that are in no form of a log\n", true),
            ("acts", "user=ada action=delete target=books\nuser=ada action=read target=books\n", true),
            ("out.txt", "{\"did\":\"delete\"}\n{\"did\":\"read\"}\n", true),
            ("answer.json", "[{\"did\":\"delete\"},{\"did\":\"read\"}]", true),
            ("result.json", "{\"rows\":[{\"t\":\"2026-03-18 17:00\"},{\"t\":\"2026-03-18 17:01\"}]}", true),
            (".bash_history", "ls\nrm -rf books\n", true),
            (".aider.chat.history.md", "#### /run ls\n", true),
            ("shell.txt", "#1773853200\nls\n#1773853260\nrm x\n", true),
            ("screen.txt", "$ ls\nbooks\n$ rm -rf books\n", true),
            ("Security.evtx", "ElfFile\0\0", true),
            ("audit.log.1.gz", "words", true),
            ("letter.txt", "Dear Ada,\nnothing happened.\nYours, Grace\n", false),
            ("selectors.txt", "Data events of every bucket.", false),
            ("selectors.json", "{\"TrailARN\":\"x\",\"EventSelectors\":[{\"ReadWriteType\":\"All\"}]}", false),
            (
                "status.json",
                "{\"IsLogging\":true,\"StartLoggingTime\":\"2026-03-01T00:00:00Z\",\"LatestDeliveryTime\":\"2026-03-18T00:00:00Z\"}",
                false,
            ),
            (
                "keys.json",
                "{\"PublicKeyList\":[{\"ValidityStartTime\":1773853200.0,\"Value\":\"x\"},{\"ValidityStartTime\":\"2026-03-18\"}]}",
                false,
            ),
            ("runbook.md", "# How\n\n1. 2026-03-18 first\n2. 2026-03-18 second\n", false),
            ("policy.yaml", "rules:\n- level: Metadata\n", false),
            ("rules.txt", "-w /srv/books -p r -k books\n-a always,exit -S openat -k open\n", false),
            ("report.pdf", "%PDF-1.7 words", false),
            ("log.png", "\u{89}PNG words", false),
            ("blob.bin", "\u{1}\u{2}\u{3}\u{4}words", false),
            ("empty.log", "", false),
            ("numbers.jsonl", "{\"line\":1}\n{}\n", false),
        ];
        for (name, text, claims) in rows {
            assert_eq!(claims_acts(text.as_bytes(), name), *claims, "{name}");
        }
    }
}
