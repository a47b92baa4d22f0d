//! The names under which conversations keep their parts.

/// So deep a transcript is followed.
pub(super) const DEPTH_MAX: usize = 12;

/// So many things of one piece are read.
pub(super) const THINGS_MAX: usize = 1 << 16;

/// Lists of messages, turns, steps or blocks.
pub(super) const LISTS: &[&str] = &[
    "system",
    "history",
    "messages",
    "chat_messages",
    "contents",
    "input",
    "turns",
    "trajectory",
    "traj",
    "steps",
    "events",
    "items",
    "conversation",
    "choices",
    "candidates",
    "output",
    "content",
    "parts",
    "toolCalls",
    "tool_calls",
    "toolRequests",
    "toolResults",
    "tool_results",
    "results",
];

/// Things that hold one message, request or answer.
pub(super) const INSIDE: &[&str] = &[
    "request",
    "requestBody",
    "inputBodyJson",
    "message",
    "msg",
    "response",
    "outputBodyJson",
    "responseBody",
    "body",
    "payload",
    "data",
    "item",
    "input",
    "output",
    "content",
    "params",
    "result",
    "trace",
    "orchestrationTrace",
    "invocationInput",
    "observation",
];

pub(super) const TIMES: &[&str] = &[
    "timestamp",
    "created_at",
    "createdAt",
    "create_time",
    "createTime",
    "created",
    "time",
    "ts",
    "date",
    "startTime",
    "start_time",
    "eventTime",
];
pub(super) const SESSIONS: &[&str] = &[
    "conversation_id",
    "conversationId",
    "session_id",
    "sessionId",
    "thread_id",
    "threadId",
    "chat_id",
    "chatId",
    "requestId",
];
pub(super) const MODELS: &[&str] = &[
    "model",
    "model_slug",
    "modelId",
    "modelVersion",
    "model_name",
    "modelName",
    "agent",
    "agent_name",
    "assistant_id",
    "agentId",
];
pub(super) const IDS: &[&str] = &["call_id", "callId", "toolCallId", "tool_call_id", "tool_use_id", "toolUseId", "id"];
pub(super) const ANSWERS: &[&str] =
    &["tool_use_id", "toolUseId", "tool_call_id", "toolCallId", "call_id", "callId", "id"];
pub(super) const ARGUMENTS: &[&str] = &[
    "arguments",
    "args",
    "input",
    "parameters",
    "params",
    "action",
    "operation",
    "queries",
    "query",
    "code",
    "tool_input",
    "toolInput",
];
pub(super) const TEXTS: &[&str] = &[
    "text",
    "content",
    "output",
    "response",
    "result",
    "resultDisplay",
    "message",
    "observation",
    "value",
    "thought",
    "prompt",
    "output_text",
    "refusal",
];

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker {
    User,
    Agent,
    Tool,
    System,
}

pub(super) fn role_of(word: &str) -> Option<Speaker> {
    Some(match word.to_ascii_lowercase().as_str() {
        "user" | "human" | "user.message" | "prompt" | "input" => Speaker::User,
        "assistant" | "model" | "ai" | "bot" | "agent" | "gemini" | "qwen" | "chatbot" | "assistant.message" => {
            Speaker::Agent
        }
        "tool" | "function" | "ipython" | "tool_result" | "toolresult" | "environment" | "observation" => Speaker::Tool,
        "system" | "developer" | "info" | "error" | "warning" | "about" => Speaker::System,
        _ => return None,
    })
}
