//! The compliance logs of a ChatGPT workspace: agents of the workspace, apps that conversations call, Codex, and what
//! people administer.
//!
//! After the samples of `openai_chatgpt_enterprise` in github.com/elastic/integrations (read 2026-11-28); `OpenAI` gives its
//! own description to its customers alone. A call of a connector is told when it is requested and when it is completed,
//! under one id. `requires_elicitation` says that somebody had to be asked, and nothing says who answered: whether a person
//! confirmed such a call is not known. Where nobody had to be asked, or the agent was built so that its connector never
//! asks, the settings allowed it.

mod agents;
mod calls;
mod entry;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use self::agents::Agents;
use self::calls::{Call, Calls};
use self::entry::{Entry, about, act_of_tool, decided, key, outcome, tool};
use super::table::{Known, Table};
use super::{Out, Piece, Taken, Wrong};
use crate::reader::log::act::Act;
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::json;
use crate::vocabulary::{Confirmation, PrincipalKind};
use crate::vocabulary::{Effect, Outcome, Verb};

/// So many calls wait for their end, and so many agents are known.
const HELD_MAX: usize = 1_000;

/// So many entries are known by their ids.
const KNOWN_MAX: usize = 1 << 20;

/// What is recorded, by its type; after the same samples.
const ACTS: &[Known] = &[
    (Verb::Write, Effect::Mutating, "AGENT_CREATED|TRIGGER_CREATED|MEMORY_WRITE"),
    (Verb::Config, Effect::Mutating, "AGENT_UPDATED|AGENT_PUBLISHED|TRIGGER_UPDATED|WORKSPACE_TOGGLE_FEATURE"),
    (Verb::Delete, Effect::Destructive, "AGENT_DELETED|TRIGGER_DELETED|MEMORY_DELETE"),
    (Verb::Read, Effect::Read, "MEMORY_READ"),
    (Verb::List, Effect::Read, "LIST_WORKSPACE_LOG_FILES"),
    (Verb::Call, Effect::Mutating, "AGENT_RUN_CREATED|SKILL_USED|CONNECTOR_CALL|APP_CALL"),
    (Verb::Call, Effect::None, "PROMPT_RESPONSE_RECEIVED"),
    (Verb::Post, Effect::None, "AGENT_RUN_MESSAGE|CONVERSATION_MESSAGE"),
    (Verb::Other, Effect::None, "AGENT_RUN_COMPLETED|AGENT_RUN_FAILED"),
    (Verb::Grant, Effect::Privilege, "CONNECTOR_OAUTH_RESOLVED|ACCESS_TOKEN_CREATED|USER_ROLE_UPDATED|INVITE_SEND"),
    (Verb::Revoke, Effect::Privilege, "ACCESS_TOKEN_REVOKED|ACCESS_TOKEN_DELETED"),
];

/// The events that an agent causes, though its user is named as their actor.
const OF_AGENTS: &[&str] = &[
    "AGENT_RUN_MESSAGE",
    "AGENT_RUN_COMPLETED",
    "AGENT_RUN_FAILED",
    "SKILL_USED",
    "CONNECTOR_CALL_REQUESTED",
    "CONNECTOR_CALL_COMPLETED",
];

/// Whether a document is an entry of such a log.
pub fn is_entry(principal_type: &str) -> bool {
    principal_type == "CHATGPT_WORKSPACE"
}

/// Reads entries.
pub struct Compliance {
    table: Table,
    agents: Agents,
    calls: Calls,
    /// The entries that have ids, by their hashes: one that is delivered again says nothing new.
    known: HashSet<u64>,
}

impl Default for Compliance {
    fn default() -> Self {
        Self { table: Table::new(ACTS), agents: Agents::default(), calls: Calls::default(), known: HashSet::new() }
    }
}

impl Compliance {
    /// Reads one entry.
    pub fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let entry = Entry(json(piece.bytes)?);
        self.calls.pass(piece.raw, &self.agents, out);
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(entry.text(&["timestamp"]).unwrap_or_default(), None));
        record.id = entry.name(&["event_id"]);
        if record.id.is_some() && self.is_repeated(piece.bytes) {
            return Ok(Taken::Merged);
        }
        self.agents.learn(&entry, record.time);
        record.session = entry.name(&[
            "event_details.run_id",
            "event_details.session_id",
            "event_details.conversation_id",
            "conversation_id",
            "conversation.id",
        ]);
        record.source_address = entry.name(&["request_metadata.client_ip"]);
        let action = entry.text(&["event_type", "action", "type"]).unwrap_or_default().to_string();
        self.who(&mut record, &entry, &action);
        record.action = clip(&action, NAME_CHARS_MAX);
        (record.outcome, record.error) = outcome(&entry, &action);
        match (entry.kind(), action.as_str()) {
            (_, "CONNECTOR_CALL_REQUESTED") => return Ok(self.requested(record, &entry, out)),
            (_, "CONNECTOR_CALL_COMPLETED") => return Ok(self.completed(record, &entry, out)),
            ("APP_LOG", _) => self.app(record, &entry, out),
            (_, "TOOL_CALL_COMPLETED" | "APP_MCP_CALL") => {
                tool(&mut record, &entry);
                decided(&mut record, &entry);
                out.record(record);
            }
            ("CONVERSATION_MESSAGE", _) => self.said(record, &entry, out),
            _ => {
                self.table.set(&mut record, &action, out);
                record.resource = about(&entry);
                record.message = clip(
                    entry
                        .text(&[
                            "event_details.text",
                            "event_details.invoker.user_message_text",
                            "event_details.prompt_text",
                        ])
                        .unwrap_or_default(),
                    TEXT_CHARS_MAX,
                );
                decided(&mut record, &entry);
                out.record(record);
            }
        }
        Ok(Taken::Read)
    }

    /// Whether the very same entry was read before.
    fn is_repeated(&mut self, bytes: &[u8]) -> bool {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let hash = hasher.finish();
        self.known.contains(&hash) || (self.known.len() < KNOWN_MAX && !self.known.insert(hash))
    }

    /// Gives out what waits for its other half.
    pub fn finish(&mut self, out: &mut dyn Out) {
        self.calls.finish(&self.agents, out);
    }

    /// Who did it, and for whom.
    fn who(&self, record: &mut LogRecord, entry: &Entry, action: &str) {
        let person = |at: &str| {
            let name = entry.text(&[&format!("{at}.user_email"), &format!("{at}.user_id")])?;
            Some(LogActor::new(PrincipalKind::Human, name).with_id(entry.text(&[&format!("{at}.user_id")])))
        };
        let agent_id = entry.text(&["event_details.agent_id"]);
        let agent = agent_id.map(|id| self.agents.actor(id, record.time));
        (record.actor, record.on_behalf_of) = match entry.text(&["actor.type"]).unwrap_or_default() {
            "AGENT" => {
                let name = entry.text(&["actor.name", "actor.id"]).unwrap_or_default();
                let id = entry.text(&["actor.product_id", "actor.id"]);
                (LogActor::new(PrincipalKind::Agent, name).with_id(id), person("actor.agent_runtime.delegator"))
            }
            "API_KEY" => {
                let key = entry.text(&["actor.redacted_id", "actor.id"]).unwrap_or("API key");
                (LogActor::new(PrincipalKind::Service, key), None)
            }
            _ => {
                let user = person("actor").unwrap_or_default();
                let codex = || LogActor::new(PrincipalKind::Agent, "Codex");
                match (agent, action) {
                    (Some(agent), action) if OF_AGENTS.contains(&action) => (agent, Some(user)),
                    (_, "TOOL_CALL_COMPLETED" | "APP_MCP_CALL" | "PROMPT_RESPONSE_RECEIVED") => (codex(), Some(user)),
                    _ => (user, None),
                }
            }
        };
    }

    /// A call that is asked for waits for its end.
    fn requested(&mut self, mut record: LogRecord, entry: &Entry, out: &mut dyn Out) -> Taken {
        connector(&mut record, entry);
        record.outcome = Outcome::Unknown;
        let says = match entry.at("event_details.requires_elicitation").and_then(Value::as_bool) {
            Some(true) => Some((Confirmation::Unknown, "requires_elicitation: true, and not who answered")),
            Some(false) => Some((Confirmation::Automatic, "requires_elicitation: false")),
            None => None,
        };
        self.half(Call { says, asked: Some(record), ..half(entry) }, out)
    }

    /// The end of a call: of the one that was asked for, if the log tells of that.
    fn completed(&mut self, mut record: LogRecord, entry: &Entry, out: &mut dyn Out) -> Taken {
        connector(&mut record, entry);
        self.half(Call { ended: Some(record), ..half(entry) }, out)
    }

    fn half(&mut self, half: Call, out: &mut dyn Out) -> Taken {
        if self.calls.connector(half, &self.agents, out) { Taken::Merged } else { Taken::Read }
    }

    /// A call of an app: asked for, or answered. Of one that is answered, the answer alone names the action.
    fn app(&mut self, mut record: LogRecord, entry: &Entry, out: &mut dyn Out) {
        let app = entry.text(&["app_name", "app_id"]).unwrap_or_default();
        record.resource = clip(app, TEXT_CHARS_MAX);
        if let LogActor { kind: PrincipalKind::Human, .. } = record.actor {
            record.on_behalf_of = Some(std::mem::take(&mut record.actor));
            record.actor = LogActor::new(PrincipalKind::Agent, "ChatGPT");
        }
        let session = record.session.clone().unwrap_or_default();
        let key = format!("app {session} {}", entry.text(&["app_id"]).unwrap_or_default());
        if entry.text(&["log_type"]) != Some("response") {
            record.set_act(Act { verb: Verb::Call, effect: Effect::Mutating });
            record.outcome = Outcome::Unknown;
            let input = entry.at("input").and_then(|input| input.get("query")).and_then(Value::as_str);
            record.message = clip(input.unwrap_or_default(), TEXT_CHARS_MAX);
            return self.calls.app_asked(key, record, out);
        }
        let answers = entry.at("output").and_then(Value::as_array).cloned().unwrap_or_default();
        let answers = if answers.is_empty() { vec![Value::Null] } else { answers };
        let told = answers.iter().map(|answer| {
            let mut one = record.clone();
            let answer = answer.get("response").unwrap_or(answer);
            let action = answer["action_name"].as_str().unwrap_or_default();
            act_of_tool(&mut one, action, &Pairs::default());
            one.tool = Some(clip(&format!("{app}.{action}"), NAME_CHARS_MAX));
            one.outcome = match answer["result"]["isError"].as_bool() {
                Some(true) => Outcome::Error,
                Some(false) => Outcome::Success,
                None => Outcome::Unknown,
            };
            one
        });
        self.calls.app_answered(key, told.collect(), out);
    }

    /// What was said in a conversation, and the tools that were used for it.
    fn said(&mut self, mut record: LogRecord, entry: &Entry, out: &mut dyn Out) {
        self.table.set(&mut record, "CONVERSATION_MESSAGE", out);
        record.outcome = Outcome::Success;
        record.message = clip(entry.text(&["message.content.value"]).unwrap_or_default(), TEXT_CHARS_MAX);
        record.resource = clip(entry.text(&["conversation.title"]).unwrap_or_default(), TEXT_CHARS_MAX);
        if entry.text(&["message.author.type"]) != Some("user") {
            let model = entry.text(&["message.author.model"]).unwrap_or("ChatGPT");
            record.on_behalf_of = Some(std::mem::take(&mut record.actor));
            record.actor = LogActor::new(PrincipalKind::Agent, model);
        }
        let tools = entry.at("message.author.tools_used").and_then(Value::as_array).cloned().unwrap_or_default();
        for name in tools.iter().filter_map(Value::as_str) {
            let mut call = record.clone();
            act_of_tool(&mut call, name, &Pairs::default());
            (call.tool, call.outcome) = (Some(clip(name, NAME_CHARS_MAX)), Outcome::Unknown);
            call.message.clear();
            out.record(call);
        }
        out.record(record);
    }
}

/// A call of a connector of which nothing is told yet.
fn half(entry: &Entry) -> Call {
    let connector = entry.text(&["event_details.connector_id"]).unwrap_or_default();
    Call {
        key: key(entry),
        of: (entry.text(&["event_details.agent_id"]).map(str::to_string), connector.to_string()),
        asked: None,
        says: None,
        ended: None,
    }
}

/// A call of a connector is told by its action.
fn connector(record: &mut LogRecord, entry: &Entry) {
    let action = entry.text(&["event_details.action_name"]).unwrap_or_default();
    let connector = entry.text(&["event_details.connector_name", "event_details.connector_id"]).unwrap_or_default();
    act_of_tool(record, action, &Pairs::default());
    record.tool = Some(clip(&format!("{connector}.{action}"), NAME_CHARS_MAX));
    record.resource = clip(connector, TEXT_CHARS_MAX);
}
