//! The log of the invocations of models that Amazon Bedrock keeps. What was said and called in one is read as any other
//! conversation; that it was made at all, by whom and how it ended, stands around that.

use serde_json::{Map, Value};

use crate::reader::log::act::Act;
use crate::reader::log::party;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

/// The invocation that a record is of, where it failed or nothing of what was said is in it.
pub fn invocation(record: &Map<String, Value>, base: &LogRecord) -> Option<LogRecord> {
    let text = |name: &str| record.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let is_log =
        text("schemaType") == Some("ModelInvocationLog") || (text("modelId").is_some() && text("operation").is_some());
    let kept = |part: &str, name: &str| record.get(part).and_then(|part| part.get(name)).is_some();
    let code = text("errorCode");
    if !is_log || (code.is_none() && (kept("input", "inputBodyJson") || kept("output", "outputBodyJson"))) {
        return None;
    }
    let mut found = base.clone();
    found.set_time(read_stamp(text("timestamp").unwrap_or_default(), None));
    found.action = clip(text("operation").unwrap_or("InvokeModel"), NAME_CHARS_MAX);
    found.set_act(Act::new(Verb::Call, Effect::None));
    found.resource = clip(text("modelId").unwrap_or_default(), TEXT_CHARS_MAX);
    found.trace = text("requestId").map(|id| clip(id, NAME_CHARS_MAX));
    let arn =
        record.get("identity").and_then(|identity| identity.get("arn")).and_then(Value::as_str).unwrap_or_default();
    let session =
        arn.split_once(":assumed-role/").and_then(|(_, rest)| rest.split_once('/')).map(|(_, session)| session);
    let name = session.unwrap_or(party::of_arn(arn));
    let kind = match party::kind_of(name) {
        PrincipalKind::Unknown if arn.contains(":assumed-role/") => PrincipalKind::Service,
        kind => kind,
    };
    found.actor = LogActor::new(kind, name).with_id(Some(arn).filter(|arn| !arn.is_empty()));
    found.outcome = match code {
        None => Outcome::Success,
        Some(code)
            if ["AccessDenied", "Unauthorized", "UnrecognizedClient", "ExpiredToken"]
                .iter()
                .any(|word| code.contains(word)) =>
        {
            Outcome::Denied
        }
        Some(_) => Outcome::Error,
    };
    found.error = code.map(|code| clip(text("errorMessage").unwrap_or(code), TEXT_CHARS_MAX));
    Some(found)
}
