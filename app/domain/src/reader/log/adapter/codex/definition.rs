//! What is special about the format.

use serde_json::{Map, Value};

use super::Codex;
use crate::reader::log::adapter::Adapter;
use crate::reader::log::definition::{LARGE_PIECE_BYTES_MAX, LogFormat, Watched};
use crate::reader::log::format::Format;
use crate::reader::log::logging::Family;
use crate::reader::log::mode::{Mode, transcript};
use crate::reader::log::reader::Options;
use crate::reader::log::sign::{Sample, Sign};
use crate::reader::log::source::SourceKind;
use crate::reader::log::summary::Summary;

impl LogFormat for Codex {
    const SIGNS: &'static [Sign] = &[
        Sign::Record(55, looks_like),
        Sign::Record(40, |record| {
            matches!(record.text("type"), "function_call" | "function_call_output" | "local_shell_call")
                && record.has("call_id")
        }),
    ];
    const PIECE_BYTES_MAX: usize = LARGE_PIECE_BYTES_MAX;
    const SOURCE: SourceKind = SourceKind::Agent;
    const FAMILY: Option<Family> = Some(Family::Agent);
    const WATCHED: Watched = Watched::Calls;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Codex::default())
    }

    fn mode(summary: &Summary) -> Mode {
        transcript(summary)
    }

    // One response over several lines: its parts alone look like those of a rollout.
    fn whole(format: Format, bytes: &[u8]) -> Format {
        const MARK: &[u8] = b"\"object\":\"response\"";
        let dense: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        if dense.windows(MARK.len()).any(|part| part == MARK) { Format::OpenaiChat } else { format }
    }
}

fn looks_like(record: &Sample<'_>) -> bool {
    let kind = record.text("type");
    matches!(kind, "session_meta" | "response_item" | "event_msg" | "turn_context" | "compacted")
        && record.has("payload")
        || matches!(record.text("dir"), "from_tui" | "to_tui") && record.has("kind")
        || is_stream(record.0)
}

/// Whether it is a line that Codex prints where it runs without a terminal, or of its older protocol.
fn is_stream(record: &Map<String, Value>) -> bool {
    let kind = record.get("type").and_then(Value::as_str).unwrap_or_default();
    let named = |name: &str| record.get(name).and_then(|inner| inner.get("type")).is_some_and(Value::is_string);
    match kind {
        "thread.started" => record.contains_key("thread_id"),
        "turn.started" => record.len() == 1,
        "turn.completed" => record.contains_key("usage"),
        "turn.failed" => record.contains_key("error"),
        "item.started" | "item.updated" | "item.completed" => named("item"),
        "" => named("msg") && record.contains_key("id"),
        _ => false,
    }
}
