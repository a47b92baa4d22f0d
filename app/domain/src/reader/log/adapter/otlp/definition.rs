//! What is special about the format.

use serde_json::Value;

use super::Otlp;
use crate::reader::log::adapter::Adapter;
use crate::reader::log::definition::{LARGE_PIECE_BYTES_MAX, LogFormat, Watched};
use crate::reader::log::logging::Family;
use crate::reader::log::mark;
use crate::reader::log::mode::Mode;
use crate::reader::log::reader::Options;
use crate::reader::log::sign::{Sample, Sign};
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{JsonSplit, Splitter};
use crate::reader::log::summary::Summary;
use crate::vocabulary::CoverageMode;

impl LogFormat for Otlp {
    const SIGNS: &'static [Sign] = &[Sign::Record(95, looks_like)];
    const LISTS: &'static [&'static str] = &["resourceSpans", "resourceLogs"];
    const COMES_OVER_OTLP: bool = true;
    const PIECE_BYTES_MAX: usize = LARGE_PIECE_BYTES_MAX;
    const SOURCE: SourceKind = SourceKind::Agent;
    const FAMILY: Option<Family> = Some(Family::Agent);
    const WATCHED: Watched = Watched::Calls;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Otlp::default())
    }

    fn split(_first: &[u8], limit: usize) -> Splitter {
        Box::new(JsonSplit::of_batches(Self::LISTS, limit))
    }

    fn mode(summary: &Summary) -> Mode {
        mode(summary)
    }
}

/// A batch; or a span or a log record that stands alone in a line, or a line of Bedrock AgentCore.
fn looks_like(record: &Sample<'_>) -> bool {
    const BATCHES: &[&str] =
        &["resourceSpans", "scopeSpans", "resourceLogs", "scopeLogs", "instrumentationLibrarySpans"];
    let is_bare = record.exactly(&["startTimeUnixNano", "timeUnixNano", "observedTimeUnixNano"])
        && record.exactly(&["attributes", "resource"])
        && record.exactly(&["traceId", "spanId", "severityNumber", "severityText", "body"]);
    let agentcore = |arn: &Value| arn.as_str().is_some_and(|arn| arn.contains(":bedrock-agentcore:"));
    record.exactly(BATCHES)
        || is_bare
        || record.0.get("resource_arn").is_some_and(agentcore) && record.exactly(&["event_timestamp"])
}

/// Whether traces are whole, and whether they hold what was said.
fn mode(summary: &Summary) -> Mode {
    let sampled = match summary.marked(mark::SAMPLED) {
        0 => "Traces may be sampled, and nothing in them says that these were not.".into(),
        count => format!("{} that only some like it are kept.", says(count)),
    };
    let content = match (summary.marked(mark::CONTENT), summary.marked(mark::NO_CONTENT)) {
        (0, 0) => String::new(),
        (with, without) => {
            format!(" Of the calls of models and tools, {with} hold what was said and {without} do not.")
        }
    };
    (CoverageMode::Sampled, sampled + &content)
}

fn says(count: u64) -> String {
    if count == 1 { "1 record says".into() } else { format!("{count} records say") }
}
