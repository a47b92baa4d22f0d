//! OpenTelemetry traces and logs in JSON, with the attributes of generative AI and of MCP.

mod agentcore;
mod agents;
mod batch;
mod definition;

use super::gate::Gate;
use super::table::guess;
use super::{Adapter, Out, Piece, Taken, Wrong, sql};
use crate::reader::log::act::{Act, Acts};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, Raw, TEXT_CHARS_MAX, clip};
use crate::reader::log::split::count_lines;
use crate::reader::log::stamp::{LogTime, epoch_micros, read_stamp};
use crate::reader::log::wire::{Text, json, wire};
use crate::reader::log::{mark, party};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

use super::tools::{tool_act, tool_resource};
use batch::Batch;

wire! {
    Resource<'a> { attributes: Pairs<'a> = "attributes" }
    Span<'a> {
        trace: Text<'a> = "traceId" | "trace_id", id: Text<'a> = "spanId" | "span_id", parent: Text<'a> = "parentSpanId" | "parent_span_id", name: Text<'a> = "name" | "eventName", start: Text<'a> = "startTimeUnixNano" | "timeUnixNano",
        end: Text<'a> = "endTimeUnixNano", observed: Text<'a> = "observedTimeUnixNano", status: Status<'a> = "status", attributes: Pairs<'a> = "attributes",
        body: Body<'a> = "body", state: Text<'a> = "traceState",
    }
    Status<'a> { code: Text<'a> = "code", message: Text<'a> = "message" }
    Body<'a> { string: Text<'a> = "stringValue" }
}

/// Reads the batches of a file; each span or log is a record, with its own place. A batch is large, so that it is
/// taken apart and never held as a whole.
#[derive(Default)]
pub struct Otlp {
    acts: Acts,
    gate: Gate,
}

impl Adapter for Otlp {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        // This also says whether all of it is whole.
        let batch: Batch = json(piece.bytes)?;
        if !batch.has_scopes {
            let taken = self.bare(piece, &batch.resource.attributes, out);
            self.gate.pass(piece.raw.offset + piece.raw.length, out);
            return taken;
        }
        let taken = if batch.records.is_empty() { Taken::Skipped } else { Taken::Read };
        let mut place = Place { raw: piece.raw, bytes: piece.bytes, at: 0, line: piece.raw.first_line };
        for text in batch.records {
            let raw = place.of(text.as_ptr().addr() - piece.bytes.as_ptr().addr(), text.as_bytes());
            match json(text.as_bytes()) {
                Ok(span) => self.put(raw, &batch.resource.attributes, &span, out),
                Err(reason) => out.parse_error(raw, &reason, text),
            }
        }
        self.gate.pass(piece.raw.offset + piece.raw.length, out);
        Ok(taken)
    }

    /// A session may go on in another file.
    fn pause(&mut self, _out: &mut dyn Out) {}

    fn goes_on(&self) -> bool {
        true
    }

    fn finish(&mut self, out: &mut dyn Out) {
        self.gate.finish(out);
    }
}

/// Counts the lines inside a batch.
struct Place<'a> {
    raw: Raw,
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Place<'_> {
    /// Of a part that does not begin before the last one asked for.
    fn of(&mut self, at: usize, part: &[u8]) -> Raw {
        self.line += self.bytes.get(self.at..at).map_or(0, count_lines);
        self.at = at;
        Raw {
            first_line: self.line,
            last_line: self.line + count_lines(part),
            offset: self.raw.offset + at as u64,
            length: part.len() as u64,
        }
    }
}

/// Times are nanoseconds since the epoch, as a number or a string; 0 is no time.
fn nanoseconds(text: &Text<'_>) -> LogTime {
    match text.or_empty().parse::<i64>() {
        Ok(0) => LogTime::absent(),
        Ok(nanoseconds) => epoch_micros(nanoseconds / 1_000),
        Err(_) => read_stamp(text.or_empty(), None),
    }
}

impl Otlp {
    /// A span or a log that stands alone, as one JSON in a line.
    fn bare(&mut self, piece: &Piece<'_>, resource: &Pairs<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        if let Some(record) = agentcore::record(piece)? {
            out.record(record);
            return Ok(Taken::Read);
        }
        let span: Span = json(piece.bytes)?;
        let is_timed = [&span.start, &span.end, &span.observed].iter().any(|time| time.get().is_some());
        if !is_timed || span.trace.get().is_none() && span.attributes.0.is_empty() {
            return Err(Wrong::Foreign);
        }
        self.put(piece.raw, resource, &span, out);
        Ok(Taken::Read)
    }

    fn record(&mut self, raw: Raw, resource: &Pairs<'_>, span: &Span<'_>) -> LogRecord {
        let own = &span.attributes;
        let get = |names: &[&str]| own.get(names).or_else(|| resource.get(names));
        let name = |names: &[&str]| get(names).map(|value| clip(value, NAME_CHARS_MAX));
        let mut record = LogRecord::at(raw);
        let start = nanoseconds(&span.start);
        record.set_time(if start.time.is_some() { start } else { nanoseconds(&span.observed) });
        record.received = nanoseconds(&span.end).time.or(nanoseconds(&span.observed).time);
        let service = get(&["service.name"]).unwrap_or_default();
        record.actor = match get(&["gen_ai.agent.name", "gen_ai.agent.id"]) {
            Some(agent) => LogActor::new(PrincipalKind::Agent, agent).with_id(own.get(&["gen_ai.agent.id"])),
            None if party::kind_of(service) == PrincipalKind::Agent => LogActor::new(PrincipalKind::Agent, service),
            None => LogActor::new(PrincipalKind::Service, service),
        };
        record.on_behalf_of =
            get(&["enduser.id", "user.email", "user.name", "user.account_id", "user.id"]).map(party::person);
        let arguments = agents::arguments(own);
        record.tool = agents::tool(own, &arguments, span.name.or_empty());
        let operation = own.get(&[
            "gen_ai.operation.name",
            "mcp.method.name",
            "event.name",
            "rpc.method",
            "db.operation.name",
            "http.request.method",
        ]);
        record.arguments_sha256 = arguments.digest();
        record.action = clip(operation.or(span.name.get()).unwrap_or_default(), NAME_CHARS_MAX);
        let (act, is_known) = self.act(&record.action, record.tool.as_deref(), &arguments, span.name.or_empty());
        record.set_act(act);
        // What no convention names is told by its words.
        if !is_known && act.verb != Verb::Other {
            guess(&mut record);
        }
        const RESOURCES: &[&str] = &[
            "mcp.resource.uri",
            "gen_ai.tool.name",
            "mcp.tool.name",
            "tool_name",
            "url.full",
            "http.url",
            "url.path",
            "db.collection.name",
            "db.sql.table",
            "aws.s3.bucket",
            "aws.dynamodb.table_names",
            "messaging.destination.name",
            "db.namespace",
            "db.name",
            "gen_ai.data_source.id",
            "gen_ai.request.model",
            "gen_ai.response.model",
            "server.address",
        ];
        record.resource = clip(own.get(RESOURCES).unwrap_or_default(), TEXT_CHARS_MAX);
        statement(&mut record, own);
        if record.tool.is_some() && !arguments.0.is_empty() {
            record.resource = tool_resource(&arguments);
        }
        record.outcome = outcome(span);
        record.error = span.status.message.owned(TEXT_CHARS_MAX).or_else(|| {
            own.get(&["error.type", "exception.message", "error"]).map(|error| clip(error, TEXT_CHARS_MAX))
        });
        record.message = span
            .body
            .string
            .owned(TEXT_CHARS_MAX)
            .or_else(|| span.body.scalar.owned(TEXT_CHARS_MAX))
            .unwrap_or(record.message);
        record.source_address = name(&["client.address", "network.peer.address", "net.peer.ip"]);
        record.id = span.id.owned(NAME_CHARS_MAX);
        record.trace = span.trace.owned(NAME_CHARS_MAX);
        record.session = name(&[
            "gen_ai.conversation.id",
            "mcp.session.id",
            "session.id",
            "conversation.id",
            "thread.id",
            "aws.bedrock.agentcore.session_id",
        ]);
        record.hints.class = class(span).map(Into::into);
        record
    }

    /// What a span does, and whether a convention says so rather than its words.
    fn act(&mut self, operation: &str, tool: Option<&str>, arguments: &Pairs<'_>, name: &str) -> (Act, bool) {
        let (verb, effect) = match (agents::short(operation), tool) {
            ("execute_tool" | "tools/call" | "tool_result" | "tool_decision" | "tool" | "ai.toolCall", Some(tool)) => {
                return (tool_act(tool, arguments), true);
            }
            ("chat" | "text_completion" | "generate_content" | "embeddings", _) => (Verb::Call, Effect::None),
            ("invoke_agent" | "create_agent" | "execute_tool" | "tools/call" | "invoke_workflow", _) => {
                (Verb::Call, Effect::Mutating)
            }
            ("retrieval" | "search_memory" | "retrieve_memory", _) => (Verb::Search, Effect::Read),
            ("create_memory" | "upsert_memory" | "update_memory", _) => (Verb::Write, Effect::Mutating),
            ("delete_memory" | "delete_memory_store", _) => (Verb::Delete, Effect::Destructive),
            ("plan" | "gen_ai.evaluation.result" | "evaluation", _) => (Verb::Other, Effect::None),
            (quiet, _) if agents::is_quiet(quiet) => (Verb::Other, Effect::None),
            ("permission_mode_changed", _) => (Verb::Config, Effect::Privilege),
            ("resources/read" | "prompts/get" | "GET" | "HEAD" | "OPTIONS" | "SELECT", _) => (Verb::Read, Effect::Read),
            ("tools/list" | "resources/list" | "prompts/list" | "resources/templates/list", _) => {
                (Verb::List, Effect::Read)
            }
            ("POST" | "PUT" | "PATCH" | "INSERT" | "UPDATE", _) => (Verb::Write, Effect::Mutating),
            ("DELETE" | "DROP" | "TRUNCATE", _) => (Verb::Delete, Effect::Destructive),
            // By the semantic conventions for MCP (opentelemetry.io, read 2026-11-28): messages that do nothing by themselves.
            (
                "initialize"
                | "ping"
                | "elicitation/create"
                | "completion/complete"
                | "server/discover"
                | "logging/setLevel"
                | "roots/list",
                _,
            ) => (Verb::Other, Effect::None),
            (message, _) if message.starts_with("notifications/") || message.starts_with("subscriptions/") => {
                (Verb::Other, Effect::None)
            }
            ("sampling/createMessage", _) => (Verb::Call, Effect::None),
            // A gateway of AgentCore asks its policies; the call itself is a span of its own.
            (policy, _) if policy.starts_with("AgentCore.Policy.") => (Verb::Other, Effect::None),
            // A library's own words for it.
            (_, Some(tool)) => return (tool_act(tool, arguments), true),
            _ => {
                let found = self.acts.act(operation);
                let act = if found.verb == Verb::Other { self.acts.act(name) } else { found };
                return (act, false);
            }
        };
        (Act { verb, effect }, true)
    }
}

/// A call of a database does what its statement says, whatever its span is called.
fn statement(record: &mut LogRecord, own: &Pairs<'_>) {
    let text = own.get(&["db.query.text", "db.statement"]).filter(|text| sql::is_statement(text));
    let Some(text) = text else { return };
    let act = sql::statement_act(text);
    if act.verb == Verb::Other || record.tool.is_some() {
        return;
    }
    record.set_act(act);
    record.needs_review = None;
    record.message = clip(text, TEXT_CHARS_MAX);
    if record.resource.is_empty() {
        record.resource = clip(text, TEXT_CHARS_MAX);
    }
    if own.get(&["db.collection.name", "db.sql.table"]).is_none()
        && let Some(table) = sql::tables(text).first()
    {
        let database = own.get(&["db.namespace", "db.name"]).unwrap_or_default();
        record.resource = clip(&sql::place(&[database], table), TEXT_CHARS_MAX);
    }
}

/// Whether it says that others like it were dropped; else, of a call of a model or tool, whether it holds what was said.
fn class(span: &Span<'_>) -> Option<&'static str> {
    const RATES: &[&str] =
        &["sampling.probability", "sampling.ratio", "sampling_rate", "sample_rate", "SampleRate", "sampler.param"];
    const SAID: &[&str] = &[
        "gen_ai.input.messages",
        "gen_ai.output.messages",
        "gen_ai.tool.call.arguments",
        "gen_ai.tool.call.result",
        "gen_ai.prompt",
        "gen_ai.completion",
        "input.value",
        "output.value",
    ];
    // The threshold of consistent sampling; 0 keeps every span.
    let ours = span.state.or_empty().split(',').filter_map(|part| part.trim().strip_prefix("ot="));
    let mut thresholds = ours.flat_map(|ours| ours.split(';')).filter_map(|part| part.strip_prefix("th:"));
    let rated = span.attributes.get(RATES).is_some_and(|rate| rate.parse::<f64>().is_ok_and(|rate| rate != 1.0));
    if rated || thresholds.any(|threshold| threshold != "0") {
        return Some(mark::SAMPLED);
    }
    span.attributes.get(&["gen_ai.operation.name", "mcp.method.name"])?;
    Some(if span.attributes.get(SAID).is_some() { mark::CONTENT } else { mark::NO_CONTENT })
}

/// A span whose status is not set says nothing about how it ended, unless it names an error.
fn outcome(span: &Span<'_>) -> Outcome {
    let own = &span.attributes;
    let denied = own
        .get(&["http.response.status_code", "http.status_code"])
        .is_some_and(|code| matches!(code, "401" | "403"))
        || own.get(&["error.type"]).is_some_and(|kind| {
            kind.to_ascii_lowercase().contains("denied") || kind.contains("Forbidden") || kind.contains("Unauthorized")
        })
        || own.get(&["decision"]).is_some_and(|decision| decision == "reject" || decision == "denied");
    let failed = own.get(&["error.type", "exception.type"]).is_some() || own.get(&["success"]) == Some("false");
    // 7 is permission denied and 16 unauthenticated.
    let call = own.get(&["rpc.grpc.status_code", "rpc.response.status_code"]);
    let code = own.get(&["http.response.status_code", "http.status_code"]).and_then(|code| code.parse::<u16>().ok());
    match span.status.code.get() {
        _ if denied || matches!(call, Some("7" | "16" | "PERMISSION_DENIED" | "UNAUTHENTICATED")) => Outcome::Denied,
        Some("2" | "STATUS_CODE_ERROR") => Outcome::Error,
        Some("1" | "STATUS_CODE_OK") => Outcome::Success,
        _ if failed => Outcome::Error,
        _ if call.is_some() => {
            if matches!(call, Some("0" | "OK")) {
                Outcome::Success
            } else {
                Outcome::Error
            }
        }
        _ if code.is_some_and(|code| code >= 400) => Outcome::Error,
        _ if code.is_some_and(|code| (100..400).contains(&code)) => Outcome::Success,
        _ if own.get(&["success"]) == Some("true") => Outcome::Success,
        _ => Outcome::Unknown,
    }
}
