//! The application logs of AWS Bedrock AgentCore: one JSON per line with the ARN of the runtime, gateway or memory.
//!
//! By docs.aws.amazon.com/bedrock-agentcore/latest/devguide/observability-service-provided.html and the pages on memory
//! and gateway beside it (read 2026-11-27). Its spans and the logs of its agents are OpenTelemetry as everywhere.

use crate::reader::log::adapter::tools::{set_call, tool_resource};
use crate::reader::log::adapter::{Piece, Wrong};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::{Text, json, wire};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

wire! {
    Line<'a> {
        arn: Text<'a> = "resource_arn", at: Text<'a> = "event_timestamp", request: Text<'a> = "request_id",
        session: Text<'a> = "session_id", trace: Text<'a> = "trace_id", id: Text<'a> = "span_id", actor: Text<'a> = "actor_id",
        operation: Text<'a> = "operation" | "operation_name", body: Body<'a> = "body",
    }
    Body<'a> {
        log: Text<'a> = "log" | "message", failed: Text<'a> = "isError", request: Request<'a> = "requestBody",
        response: Response<'a> = "responseBody",
    }
    Request<'a> { method: Text<'a> = "method", params: Params<'a> = "params" }
    Params<'a> { name: Text<'a> = "name", uri: Text<'a> = "uri", arguments: Pairs<'a> = "arguments" }
    Response<'a> { result: Answer<'a> = "result", error: Answer<'a> = "error" }
    Answer<'a> { failed: Text<'a> = "isError", message: Text<'a> = "message" }
}

/// The record of a line, if it is one of these.
pub fn record(piece: &Piece<'_>) -> Result<Option<LogRecord>, Wrong> {
    let line: Line = json(piece.bytes)?;
    let Some(arn) = line.arn.get().filter(|arn| arn.contains(":bedrock-agentcore:")) else { return Ok(None) };
    let mut record = LogRecord::at(piece.raw);
    record.set_time(read_stamp(line.at.or_empty(), None));
    // `…:gateway/name`, `…:memory/name`, `…:runtime/name`.
    let place = arn.rsplit(':').next().unwrap_or(arn);
    record.actor = LogActor::new(PrincipalKind::Service, place).with_id(Some(arn));
    let body = &line.body;
    let method = body.request.method.get();
    record.action = method
        .or(line.operation.get())
        .or(body.log.get())
        .map(|text| clip(text, NAME_CHARS_MAX))
        .unwrap_or_else(|| place.to_string());
    record.resource = clip(arn, TEXT_CHARS_MAX);
    record.message = body.log.owned(TEXT_CHARS_MAX).unwrap_or_default();
    record.session = line.session.owned(NAME_CHARS_MAX);
    record.trace = line.trace.owned(NAME_CHARS_MAX);
    record.id = line.request.owned(NAME_CHARS_MAX).or_else(|| line.id.owned(NAME_CHARS_MAX));
    if line.actor.get().is_some() {
        record.on_behalf_of = Some(LogActor::new(PrincipalKind::Unknown, line.actor.or_empty()));
    }
    match (method, body.request.params.name.get()) {
        (Some("tools/call"), Some(tool)) => {
            set_call(&mut record, tool, &body.request.params.arguments);
            if body.request.params.arguments.0.is_empty() {
                record.resource = tool.to_string();
            } else {
                record.resource = tool_resource(&body.request.params.arguments);
            }
            if line.session.get().is_some() {
                record.delegation.push(place.to_string());
            }
        }
        (Some("resources/read" | "prompts/get"), _) => {
            (record.verb, record.effect) = (Verb::Read, Effect::Read);
            record.resource = body.request.params.uri.owned(TEXT_CHARS_MAX).unwrap_or(record.resource);
        }
        (Some("tools/list" | "resources/list" | "prompts/list"), _) => {
            (record.verb, record.effect) = (Verb::List, Effect::Read);
        }
        _ => {}
    }
    let answered = body.response.result.failed.get().or(body.failed.get());
    record.outcome = match answered {
        Some("true") => Outcome::Error,
        Some("false") => Outcome::Success,
        _ => Outcome::Unknown,
    };
    record.error = body.response.error.message.owned(TEXT_CHARS_MAX);
    if record.error.is_some() {
        record.outcome = Outcome::Error;
    }
    Ok(Some(record))
}
