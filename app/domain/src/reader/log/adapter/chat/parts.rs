//! The parts of a turn: calls, results, and what was said.

use std::borrow::Cow;

use super::*;

/// A call as its shape tells it.
pub(super) struct Call<'a> {
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) name: &'a str,
    pub(super) arguments: Option<&'a Value>,
}

/// Requests of the Model Context Protocol that reach something, beside the call of a tool.
const REQUESTS: &[&str] = &[
    "resources/read",
    "resources/subscribe",
    "resources/unsubscribe",
    "resources/list",
    "resources/templates/list",
    "prompts/get",
    "prompts/list",
    "tools/list",
];

pub(super) fn argument(object: &Map<String, Value>) -> Option<&Value> {
    ARGUMENTS.iter().find_map(|name| object.get(*name))
}

/// The call that an object is: by its type, by what is in it, or by a name beside arguments.
pub(super) fn call_of<'a>(object: &'a Map<String, Value>, kind: &'a str) -> Option<Call<'a>> {
    let of = |inner: &'a Map<String, Value>, id: Option<&'a str>| {
        text(inner, &["name", "toolName", "tool_name", "tool"]).map(|name| Call {
            id: id.map(Cow::Borrowed),
            name,
            arguments: argument(inner),
        })
    };
    for name in ["functionCall", "toolUse", "function_call"] {
        if let Some(inner) = object.get(name).and_then(Value::as_object)
            && !object.contains_key("role")
        {
            return of(inner, text(inner, IDS).or_else(|| text(object, IDS)));
        }
    }
    // A group of actions of an agent of Bedrock: a function, or a path of an interface.
    if let Some(inner) = object.get("actionGroupInvocationInput").and_then(Value::as_object) {
        let name = text(inner, &["function", "apiPath", "actionGroupName"])?;
        return Some(Call { id: None, name, arguments: argument(inner) });
    }
    if let Some(inner) = object.get("knowledgeBaseLookupInput").and_then(Value::as_object) {
        return Some(Call { id: None, name: "search_knowledge_base", arguments: inner.get("text") });
    }
    // Tools of the provider stand under their own name.
    if let Some(inner) = object
        .get(kind)
        .and_then(Value::as_object)
        .filter(|_| matches!(kind, "code_interpreter" | "file_search" | "custom"))
    {
        let name = text(inner, &["name"]).unwrap_or(kind);
        let arguments = argument(inner).or_else(|| object.get(kind));
        return Some(Call { id: text(object, IDS).map(Cow::Borrowed), name, arguments });
    }
    if let Some(inner) = object.get("function").and_then(Value::as_object) {
        return of(inner, text(object, IDS));
    }
    let asked = text(object, &["method"]).filter(|_| object.contains_key("jsonrpc"));
    if let Some(name) = asked.filter(|method| REQUESTS.contains(method)) {
        return Some(Call { id: text_of(object, &["id"]).map(Cow::Owned), name, arguments: object.get("params") });
    }
    if text(object, &["method"]) == Some("tools/call") {
        let call = object.get("params").and_then(Value::as_object).and_then(|inner| of(inner, None));
        return call.map(|call| Call { id: text_of(object, &["id"]).map(Cow::Owned), ..call });
    }
    let small = kind.to_ascii_lowercase();
    let is_call = small.ends_with("_call")
        || small.ends_with("tool_use")
        || matches!(
            small.as_str(),
            "toolcall" | "tool-call" | "tool_call_request" | "tool.execution_start" | "tool_invocation" | "action"
        );
    if is_call {
        let id = text(object, IDS);
        // Some keep what is called beside the type, in a thing of its own.
        if let Some(inner) = inner_of(object).filter(|_| of(object, None).is_none()) {
            return call_of(inner, "").or_else(|| of(inner, text(inner, IDS)));
        }
        let own = if small == "local_shell_call" { kind } else { kind.strip_suffix("_call").unwrap_or(kind) };
        return of(object, id).or(Some(Call { id: id.map(Cow::Borrowed), name: own, arguments: argument(object) }));
    }
    let named = matches!(kind, "" | "function")
        && text(object, &["name", "toolName"]).is_some()
        && !object.contains_key("role");
    let with = ["args", "arguments", "input", "toolCallId"].iter().any(|name| object.contains_key(*name));
    (named && with).then(|| of(object, text(object, IDS))).flatten()
}

/// How a call ended, by the status beside it. That a call which the caller has to run is `completed` says that it was
/// written in full, and no more.
pub(super) fn ended(call: &Map<String, Value>) -> Option<(Outcome, Option<String>)> {
    let kind = text(call, &["type"]).unwrap_or_default();
    let is_theirs = !matches!(kind, "function_call" | "custom_tool_call" | "local_shell_call" | "computer_call");
    let why = || call.get("error").filter(|error| !error.is_null()).map(|error| clip(&said_in(error), TEXT_CHARS_MAX));
    match text(call, &["status"])?.to_ascii_lowercase().as_str() {
        // A person took it back, or did not allow it.
        "cancelled" | "canceled" | "rejected" | "denied" | "declined" => Some((Outcome::Denied, why())),
        "error" | "failed" | "failure" | "incomplete" | "expired" => Some((Outcome::Error, why())),
        "success" | "completed" | "ok" if is_theirs => Some((Outcome::Success, None)),
        _ => None,
    }
}

/// The answer to a call over JSON-RPC, as the Model Context Protocol makes it: the id of the request, and what came.
/// A failed tool answers with `isError`, a failed request with `error`.
pub(super) fn rpc_answer(object: &Map<String, Value>) -> Option<(String, String, bool)> {
    if !object.contains_key("jsonrpc") || object.contains_key("method") {
        return None;
    }
    let id = text_of(object, &["id"])?;
    if let Some(error) = object.get("error").filter(|error| !error.is_null()) {
        return Some((id, said_in(error), true));
    }
    let result = object.get("result")?;
    Some((id, said_in(result), result.get("isError") == Some(&Value::Bool(true))))
}

/// What an event holds beside its type and its time.
pub(super) fn inner_of(object: &Map<String, Value>) -> Option<&Map<String, Value>> {
    ["data", "payload"].iter().find_map(|name| object.get(*name)?.as_object())
}

/// Whether an object is the result of a call.
pub(super) fn is_result(object: &Map<String, Value>, kind: &str, around: &Around) -> bool {
    let small = kind.to_ascii_lowercase();
    ["functionResponse", "toolResult", "function_response", "actionGroupInvocationOutput"]
        .iter()
        .any(|name| object.get(*name).is_some_and(Value::is_object))
        || small.ends_with("tool_result")
        || small.ends_with("_call_output")
        || matches!(small.as_str(), "toolresult" | "tool-result" | "tool.execution_complete" | "tool_output")
        || (around.role == Some(Speaker::Tool)
            && object.contains_key("role")
            && ANSWERS.iter().any(|name| *name != "id" && object.contains_key(*name)))
}

pub(super) fn inner_role(around: &Around, name: &str) -> Around {
    let mut around = around.clone();
    match name {
        // What goes in without a role was said by whoever asked, and what comes out by the agent.
        "input" | "contents" | "request" | "requestBody" | "inputBodyJson" if around.role.is_none() => {
            around.role = None
        }
        "output" | "choices" | "candidates" | "response" | "outputBodyJson" | "responseBody"
            if around.role.is_none() =>
        {
            around.role = Some(Speaker::Agent);
        }
        "system" => around.role = Some(Speaker::System),
        _ => {}
    }
    around
}

pub(super) fn actor(around: &Around) -> LogActor {
    match around.role {
        Some(Speaker::Agent) => LogActor::new(PrincipalKind::Agent, &around.model),
        Some(Speaker::User) => LogActor::new(PrincipalKind::Human, around.name.as_deref().unwrap_or("user")),
        Some(Speaker::Tool) => LogActor::new(PrincipalKind::System, "tool"),
        Some(Speaker::System) | None => LogActor::new(PrincipalKind::System, "system"),
    }
}

pub(super) fn failed_text(said: &str) -> Option<bool> {
    said.trim_start().to_ascii_lowercase().starts_with("error").then_some(true)
}

/// The first of these that is a text.
pub(super) fn text<'a>(object: &'a Map<String, Value>, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| object.get(*name)?.as_str()).filter(|text| !text.is_empty())
}

/// The same, of numbers too.
pub(super) fn text_of(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match object.get(*name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// What is said in a result: its first text, or the whole as JSON.
pub(super) fn said_in(value: &Value) -> String {
    match value {
        Value::String(said) => said.clone(),
        Value::Array(list) => list.iter().map(said_in).filter(|said| !said.is_empty()).collect::<Vec<_>>().join("\n"),
        Value::Object(object) => {
            match TEXTS.iter().chain(&["error", "stderr", "stdout"]).find_map(|name| object.get(*name)) {
                Some(inner) => said_in(inner),
                None => value.to_string(),
            }
        }
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Arguments as names and scalars; JSON in a string is read, and a list counts as its first command.
pub(super) fn arguments(value: Option<&Value>) -> Pairs<'static> {
    let text = match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(object)) => Value::Object(object.clone()).to_string(),
        // Names and values in pairs.
        Some(Value::Array(list))
            if list.first().is_some_and(|pair| pair.get("name").is_some() && pair.get("value").is_some()) =>
        {
            Value::Array(list.clone()).to_string()
        }
        Some(other) if !other.is_null() => Value::from_iter([("arguments", other.clone())]).to_string(),
        _ => return Pairs::default(),
    };
    let pairs: Pairs = crate::reader::log::wire::json(text.as_bytes()).unwrap_or_default();
    if pairs.0.is_empty() && !text.trim_start().starts_with(['{', '[']) && !text.trim().is_empty() {
        return Pairs(vec![("command".into(), text.into())]);
    }
    Pairs(
        pairs
            .0
            .into_iter()
            .map(|(name, value)| (name.into_owned().into(), value.or_empty().to_string().into()))
            .collect(),
    )
}
