//! Commands that change what is logged by what they are given: a place of an interface, or a parameter of a call.

use crate::reader::log::format::Format;
use crate::reader::log::logging::Family;

/// Places of interfaces over HTTP that decide what is logged.
const REQUESTED: &[(&str, Family)] = &[
    ("/sys/audit", Family::Own(Format::VaultAudit)),
    ("logging.googleapis.com", Family::Google),
    ("audit-log/streams", Family::Own(Format::GithubAudit)),
    ("/api/v1/logstreams", Family::Own(Format::Okta)),
    ("diagnosticsettings", Family::Microsoft),
    ("audit_events/streaming", Family::Own(Format::Gitlab)),
    ("/logpush/jobs", Family::Own(Format::Cloudflare)),
];

/// Whose logs a request over HTTP changes that deletes or sets something.
pub(super) fn requested(words: &[&str]) -> Option<Family> {
    let changes = |word: &&str| {
        let word = word.trim_start_matches("-X").trim_start_matches("--request=").to_ascii_uppercase();
        matches!(word.as_str(), "DELETE" | "PUT" | "PATCH")
    };
    let small = |word: &&str| word.to_lowercase();
    words.iter().find(|word| changes(word))?;
    REQUESTED
        .iter()
        .find(|(part, _)| words.iter().map(small).any(|word| word.contains(part)))
        .map(|(_, family)| *family)
}

/// Whether a line speaks of logs and switches something off.
pub(super) fn given_off(line: &str) -> bool {
    let small: String =
        line.to_lowercase().chars().filter(|letter| !matches!(letter, '"' | '\'' | ' ' | '\\')).collect();
    let off = ["enabled:false", "enabled=false", "value=false", "value:false", "loglevel,value=off", "disablelogtypes"];
    small.contains("log") && off.iter().any(|off| small.contains(off))
}
