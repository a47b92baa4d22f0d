//! What a record of each JSON format looks like.

use serde_json::{Map, Value};

use super::adapter::is_trace;
use super::format::Format;

fn is_otlp(record: &Map<String, Value>) -> bool {
    ["resourceSpans", "scopeSpans", "resourceLogs", "scopeLogs", "instrumentationLibrarySpans"]
        .iter()
        .any(|key| record.contains_key(*key))
        || is_bare_otlp(record)
}

/// A span or a log record that stands alone in a line, or a line of Bedrock AgentCore.
fn is_bare_otlp(record: &Map<String, Value>) -> bool {
    let any = |keys: &[&str]| keys.iter().any(|key| record.contains_key(*key));
    let agentcore = |arn: &Value| arn.as_str().is_some_and(|arn| arn.contains(":bedrock-agentcore:"));
    any(&["startTimeUnixNano", "timeUnixNano", "observedTimeUnixNano"])
        && any(&["attributes", "resource"])
        && any(&["traceId", "spanId", "severityNumber", "severityText", "body"])
        || record.get("resource_arn").is_some_and(agentcore) && any(&["event_timestamp"])
}

/// What one record looks like, the clearer signs first.
pub fn of_record(record: &Map<String, Value>) -> Format {
    let get = |wanted: &str| record.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value);
    let has = |wanted: &str| get(wanted).is_some();
    let any = |wanted: &[&str]| wanted.iter().any(|key| has(key));
    let text = |wanted: &str| get(wanted).and_then(Value::as_str).unwrap_or_default();
    let inside = |outer: &str, inner: &str| get(outer).and_then(|value| value.get(inner)).is_some();
    let actor_kind = get("actor").and_then(|actor| actor.get("type")).and_then(Value::as_str).unwrap_or_default();
    let category = text("category");
    match () {
        () if is_otlp(record) => Format::Otlp,
        () if has("digestStartTime") && has("digestEndTime") => Format::CloudtrailDigest,
        () if has("eventSource") && has("eventName") || has("CloudTrailEvent") => Format::Cloudtrail,
        () if has("auditID")
            || text("apiVersion").starts_with("audit.k8s.io")
            || category.starts_with("kube-audit") =>
        {
            Format::K8sAudit
        }
        () if text("kind") == "Event" && any(&["verb", "requestURI", "objectRef", "responseStatus"]) => {
            Format::K8sAudit
        }
        () if has("protoPayload") || text("logName").contains("cloudaudit.googleapis.com") => Format::GcpAudit,
        () if text("kind").starts_with("admin#reports#activit") || inside("id", "applicationName") => {
            Format::GoogleWorkspace
        }
        // The compliance logs of a ChatGPT workspace.
        () if has("event_id") && get("principal").is_some_and(|principal| principal["type"] == "CHATGPT_WORKSPACE") => {
            Format::OpenaiAudit
        }
        () if text("object") == "organization.audit_log" || (has("effective_at") && has("type") && has("actor")) => {
            Format::OpenaiAudit
        }
        () if has("actor_info") && has("event") && any(&["created_at", "event_info", "entity_info"]) => {
            Format::AnthropicAudit
        }
        () if has("created_at")
            && has("type")
            && (actor_kind.ends_with("_actor") || (has("organization_id") && has("actor"))) =>
        {
            Format::AnthropicAudit
        }
        () if has("eventType")
            && any(&["published", "legacyEventType", "debugContext", "displayMessage", "authenticationContext"]) =>
        {
            Format::Okta
        }
        () if has("action") && inside("actor", "type") && any(&["entity", "context", "date_create"]) => {
            Format::SlackAudit
        }
        () if has("Operation") && any(&["Workload", "RecordType", "UserType"]) => Format::M365,
        () if has("message") && has("timestamp_desc") && any(&["datetime", "timestamp"]) => Format::Timesketch,
        () if is_trace(record) => Format::OpenaiChat,
        () if is_copilot(record) => Format::OpenaiChat,
        () if text("schemaType") == "ModelInvocationLog" => Format::OpenaiChat,
        // A conversation of ChatGPT Enterprise, as its Compliance API gives it.
        () if text("object").starts_with("compliance.workspace.conversation") => Format::OpenaiChat,
        // The gateway of OpenClaw.
        () if text("type") == "event" && text("event").contains(".approval.") => Format::OpenaiChat,
        () if of_responders(record) != Format::Jsonl => of_responders(record),
        // A turn in parts is not one in blocks, whatever stands around it.
        () if inside("message", "parts") && (has("sessionId") || has("parentUuid")) => Format::OpenaiChat,
        // The wire of Kimi's command line.
        () if inside("message", "type") && inside("message", "payload") => Format::OpenaiChat,
        // A whole session in one document.
        () if !has("type") && get("messages").is_some_and(Value::is_array) => Format::OpenaiChat,
        () if matches!(
            text("object"),
            "response"
                | "chat.completion"
                | "chat.completion.chunk"
                | "thread.message"
                | "thread.run.step"
                | "realtime.response"
        ) =>
        {
            Format::OpenaiChat
        }
        () if matches!(text("type"), "session_meta" | "response_item" | "event_msg" | "turn_context" | "compacted")
            && has("payload")
            || matches!(text("dir"), "from_tui" | "to_tui") && has("kind")
            || is_codex_stream(record) =>
        {
            Format::Codex
        }
        // What was typed into Gemini's command line, and what an agent of Bedrock did.
        () if has("sessionId") && has("messageId") && get("message").is_some_and(Value::is_string)
            || inside("trace", "orchestrationTrace") =>
        {
            Format::OpenaiChat
        }
        () if any(&["sessionId", "leafUuid", "parentUuid"])
            && (matches!(text("type"), "user" | "assistant" | "summary" | "system")
                || text("type").is_empty() && has("message")) =>
        {
            Format::ClaudeCode
        }
        () if any(&["leafUuid", "parentUuid", "messageId", "sessionId"])
            && has("type")
            && any(&["uuid", "snapshot", "operation", "summary"]) =>
        {
            Format::ClaudeCode
        }
        () if is_entra(text("resourceId"), category)
            || any(&["activityDisplayName", "appDisplayName"]) && any(&["initiatedBy", "userPrincipalName"]) =>
        {
            Format::Entra
        }
        () if has("operationName") && any(&["resourceId", "resourceGroupName", "callerIpAddress", "caller"]) => {
            Format::AzureActivity
        }
        () if has("action")
            && has("actor")
            && any(&["org", "repo", "business", "@timestamp", "_document_id", "at_sign_timestamp", "repository"]) =>
        {
            Format::GithubAudit
        }
        () if matches!(text("type"), "function_call" | "function_call_output" | "local_shell_call")
            && has("call_id") =>
        {
            Format::Codex
        }
        () if has("role") && any(&["content", "tool_calls", "function_call", "parts"])
            || has("mapping") && any(&["title", "conversation_id"]) =>
        {
            Format::OpenaiChat
        }
        () if text("type") == "function_call" && has("arguments") => Format::OpenaiChat,
        () if is_chat(record) => Format::OpenaiChat,
        () if text("type") == "message" && has("role") && has("content") => Format::OpenaiChat,
        () if has("ts") && (text("type") == "message" || any(&["client_msg_id", "user_profile", "bot_id"])) => {
            Format::SlackExport
        }
        () => Format::Jsonl,
    }
}

/// An event of a session of Copilot's command line, by the types that no other source has.
fn is_copilot(record: &Map<String, Value>) -> bool {
    const KINDS: &[&str] = &[
        "user.message",
        "assistant.message",
        "assistant.turn_start",
        "assistant.turn_end",
        "assistant.intent",
        "assistant.reasoning",
        "assistant.usage",
        "tool.user_requested",
        "tool.execution_start",
        "tool.execution_complete",
    ];
    let kind = record.get("type").and_then(Value::as_str).unwrap_or_default();
    let Some(data) = record.get("data").and_then(Value::as_object) else { return false };
    let begins = matches!(kind, "session.start" | "session.resume")
        && ["sessionId", "producer", "copilotVersion", "resumeTime"].iter().any(|name| data.contains_key(*name));
    begins || KINDS.contains(&kind)
}

/// Whether it is a line that Codex prints where it runs without a terminal, or of its older protocol.
fn is_codex_stream(record: &Map<String, Value>) -> bool {
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

/// Whether it holds turns of a conversation, steps of an agent, or a call of a tool.
fn is_chat(record: &Map<String, Value>) -> bool {
    let inside = |outer: &str, inner: &[&str]| {
        record
            .get(outer)
            .and_then(Value::as_object)
            .is_some_and(|value| inner.iter().any(|key| value.contains_key(*key)))
    };
    let turns = |list: &str| {
        let first = record.get(list).and_then(Value::as_array).and_then(|list| list.first()).and_then(Value::as_object);
        first.is_some_and(|first| {
            ["role", "toolCalls", "observation", "action", "thought", "parts", "from", "sender", "type"]
                .iter()
                .any(|key| first.contains_key(*key))
        })
    };
    let lists = [
        "messages",
        "contents",
        "candidates",
        "history",
        "trajectory",
        "traj",
        "steps",
        "chat_messages",
        "turns",
        "conversation",
    ];
    let rpc =
        record.contains_key("jsonrpc")
            && (record.get("method").and_then(Value::as_str).is_some_and(|method| {
                ["tools/", "resources/", "prompts/"].iter().any(|head| method.starts_with(head))
            }) || inside("result", &["content", "isError", "tools"])
                || inside("params", &["arguments"]));
    rpc || lists.iter().any(|list| turns(list))
        || inside("message", &["role", "parts"])
        || inside("request", &["messages", "input", "contents"])
        || inside("response", &["output", "choices", "content", "candidates"])
        || record.contains_key("custom_id") && inside("response", &["body"])
        || inside("input", &["inputBodyJson"])
        || inside("output", &["outputBodyJson"])
        || inside("data", &["toolName", "toolRequests", "toolCallId"])
        || record
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|kind| matches!(kind, "tool_use" | "tool_result" | "toolCall" | "toolResult"))
}

/// The formats of machines, databases and services that responders hold. Each is told by names that no other has together.
fn of_responders(record: &Map<String, Value>) -> Format {
    let get = |wanted: &str| record.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value);
    let has = |wanted: &str| get(wanted).is_some();
    let any = |wanted: &[&str]| wanted.iter().any(|key| has(key));
    let text = |wanted: &str| get(wanted).and_then(Value::as_str).unwrap_or_default();
    let inside = |outer: &str, inner: &str| get(outer).and_then(|value| value.get(inner)).is_some();
    let is_event =
        |code: &str| code.len() >= 5 && code.starts_with('T') && code[1..5].bytes().all(|byte| byte.is_ascii_digit());
    match () {
        () if any(&["class_uid", "type_uid"]) && any(&["category_uid", "activity_id", "severity_id", "metadata"]) => {
            Format::Ocsf
        }
        () if any(&["__REALTIME_TIMESTAMP", "__CURSOR"]) => Format::Journald,
        () if inside("Event", "System")
            || inside("winlog", "event_id")
            || has("EventID")
                && any(&["Channel", "ProviderName", "SourceName", "EventSourceName", "Provider", "EventData"])
            || has("Id") && has("LogName") && has("ProviderName") =>
        {
            Format::WindowsEvent
        }
        () if matches!(text("type"), "request" | "response")
            && inside("request", "operation")
            && any(&["auth", "time"]) =>
        {
            Format::VaultAudit
        }
        () if has("service")
            && has("severity")
            && any(&["accountId", "arn"])
            && any(&["schemaVersion", "resource"]) =>
        {
            Format::Guardduty
        }
        () if has("date")
            && has("type")
            && any(&["log_id", "client_id", "tenant_name", "user_id"])
            && any(&["log_id", "connection", "ip", "description"]) =>
        {
            Format::Auth0
        }
        () if has("uuid")
            && has("timestamp")
            && (has("actor_uuid") && any(&["object_type", "object_uuid"])
                || has("item_uuid") && has("vault_uuid")
                || has("target_user") && has("category")) =>
        {
            Format::Onepassword
        }
        () if has("QUERY_ID") && any(&["QUERY_TEXT", "QUERY_TYPE", "DIRECT_OBJECTS_ACCESSED", "QUERY_START_TIME"])
            || has("EVENT_TIMESTAMP")
                && has("EVENT_TYPE")
                && has("USER_NAME")
                && any(&["IS_SUCCESS", "REPORTED_CLIENT_TYPE"]) =>
        {
            Format::Snowflake
        }
        () if has("EVENT_TYPE") && any(&["TIMESTAMP_DERIVED", "ORGANIZATION_ID"])
            || has("EventIdentifier") && has("EventDate")
            || has("Action") && has("Section") && any(&["Display", "CreatedDate"]) =>
        {
            Format::Salesforce
        }
        () if has("author_id") && any(&["entity_type", "entity_path", "entity_id"])
            || any(&["controller", "route"])
                && has("method")
                && has("path")
                && any(&["correlation_id", "remote_ip"]) =>
        {
            Format::Gitlab
        }
        () if has("operator") && has("category_type")
            || has("client_type") && has("email") && matches!(text("type"), "Sign in" | "Sign out") =>
        {
            Format::Zoom
        }
        () if has("event") && is_event(text("code")) && has("time") && any(&["uid", "ei", "cluster_name"]) => {
            Format::Teleport
        }
        () if has("serviceName") && has("actionName")
            || has("service_name") && has("action_name") && any(&["user_identity", "workspace_id"]) =>
        {
            Format::Databricks
        }
        () if inside("action", "type") && any(&["when", "interface", "zone"]) && has("actor")
            || has("ActionType") && has("When") && any(&["ActorEmail", "ActorID", "ActorType"])
            || has("RayID") && any(&["EdgeStartTimestamp", "ClientRequestURI", "ClientRequestMethod"])
            || inside("action", "type") && inside("action", "time") && has("actor") && has("resource") =>
        {
            Format::Cloudflare
        }
        () if has("error_severity") && any(&["pid", "session_id", "dbname"]) => Format::Postgres,
        () => Format::Jsonl,
    }
}

fn is_entra(resource: &str, category: &str) -> bool {
    const CATEGORIES: &[&str] = &[
        "SignInLogs",
        "AuditLogs",
        "NonInteractiveUserSignInLogs",
        "ServicePrincipalSignInLogs",
        "ManagedIdentitySignInLogs",
        "ADFSSignInLogs",
        "RiskyUsers",
        "UserRiskEvents",
        "ProvisioningLogs",
        "MicrosoftGraphActivityLogs",
    ];
    resource.to_ascii_lowercase().contains("microsoft.aadiam") || CATEGORIES.contains(&category)
}
