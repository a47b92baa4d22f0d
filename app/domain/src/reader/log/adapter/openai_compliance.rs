//! The compliance logs of a ChatGPT workspace: agents of the workspace, apps that conversations call, Codex, and what
//! people administer.
//!
//! After the samples of `openai_chatgpt_enterprise` in github.com/elastic/integrations (read 2026-11-28); `OpenAI` gives its
//! own description to its customers alone. A call of a connector is told when it is requested and when it is completed,
//! under one id. `requires_elicitation` says that somebody had to be asked, and nothing says who answered: whether a person
//! confirmed such a call is not known. Where nobody had to be asked, or the agent was built so that its connector never
//! asks, the settings allowed it.

mod entry;

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use self::entry::{Entry, about, act_of_tool, decided, key, outcome, refused, tool};
use super::table::{Known, Table};
use super::{Out, Piece, Taken, Wrong};
use crate::reader::log::act::Act;
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, Raw, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::json;
use crate::timeline::{Effect, Outcome, Verb};
use crate::vocabulary::{Confirmation, PrincipalKind};

/// So many calls wait for their end, and so many agents are known.
const HELD_MAX: usize = 1_000;

/// A call waits over so many lines and bytes, as acts and decisions do (`gate.rs`).
const BEHIND_LINES_MAX: u64 = 3_000;
const BEHIND_BYTES_MAX: u64 = 3 << 20;

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

/// What is known of an agent of the workspace.
#[derive(Default)]
struct Agent {
    name: String,
    /// The connectors that never ask, as its newest version that was told has them.
    never_asks: Vec<String>,
}

/// Reads entries.
pub struct Compliance {
    table: Table,
    agents: HashMap<String, Agent>,
    /// Calls whose end was not told yet, in their order.
    calls: VecDeque<(String, LogRecord)>,
}

impl Default for Compliance {
    fn default() -> Self {
        Self { table: Table::new(ACTS), agents: HashMap::new(), calls: VecDeque::new() }
    }
}

impl Compliance {
    /// Reads one entry.
    pub fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let entry = Entry(json(piece.bytes)?);
        self.pass(piece.raw, out);
        self.learn(&entry);
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(entry.text(&["timestamp"]).unwrap_or_default(), None));
        record.id = entry.name(&["event_id"]);
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
            (_, "CONNECTOR_CALL_REQUESTED") => self.requested(record, &entry, out),
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

    /// Gives out calls that are so far behind that nobody keeps their pieces for much longer.
    fn pass(&mut self, now: Raw, out: &mut dyn Out) {
        let is_old = |raw: &Raw| {
            now.first_line.saturating_sub(raw.first_line) > BEHIND_LINES_MAX
                || now.offset.saturating_sub(raw.offset) > BEHIND_BYTES_MAX
        };
        while let Some((_, record)) = self.calls.pop_front_if(|(_, record)| is_old(&record.raw)) {
            out.record(record);
        }
    }

    /// Gives out the calls whose end was never told.
    pub fn finish(&mut self, out: &mut dyn Out) {
        self.calls.drain(..).for_each(|(_, record)| out.record(record));
    }

    /// What an entry says of an agent as it is from then on.
    fn learn(&mut self, entry: &Entry) {
        let Some(id) = entry.text(&["event_details.agent_id"]) else { return };
        let (name, tools) =
            (entry.text(&["event_details.agent_fields.name"]), entry.at("event_details.agent_fields.tools"));
        if (name.is_none() && tools.is_none()) || (self.agents.len() >= HELD_MAX && !self.agents.contains_key(id)) {
            return;
        }
        let known = self.agents.entry(id.to_string()).or_default();
        if let Some(name) = name {
            known.name = clip(name, NAME_CHARS_MAX);
        }
        if let Some(connectors) = tools.and_then(|tools| tools.get("connectors")).and_then(Value::as_array) {
            let never = connectors.iter().filter(|one| one["user_approvals"] == "never");
            known.never_asks = never.filter_map(|one| one["connector_id"].as_str()).map(str::to_string).collect();
        }
    }

    /// Who did it, and for whom.
    fn who(&self, record: &mut LogRecord, entry: &Entry, action: &str) {
        let person = |at: &str| {
            let name = entry.text(&[&format!("{at}.user_email"), &format!("{at}.user_id")])?;
            Some(LogActor::new(PrincipalKind::Human, name).with_id(entry.text(&[&format!("{at}.user_id")])))
        };
        let agent_id = entry.text(&["event_details.agent_id"]);
        let agent = agent_id.map(|id| {
            let known = self.agents.get(id).map(|known| known.name.as_str()).filter(|name| !name.is_empty());
            LogActor::new(PrincipalKind::Agent, known.unwrap_or(id)).with_id(Some(id))
        });
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
    fn requested(&mut self, mut record: LogRecord, entry: &Entry, out: &mut dyn Out) {
        self.connector(&mut record, entry);
        record.outcome = Outcome::Unknown;
        let (raw, never) = (record.raw, self.never_asks(entry));
        let (how, says) = match entry.at("event_details.requires_elicitation").and_then(Value::as_bool) {
            Some(true) => (Confirmation::Unknown, "requires_elicitation: true, and not who answered"),
            Some(false) => (Confirmation::Automatic, "requires_elicitation: false"),
            None if never => (Confirmation::Automatic, "user_approvals: never"),
            None => return self.hold(record, entry, out),
        };
        record.set_confirmation(how, says, raw);
        self.hold(record, entry, out);
    }

    fn hold(&mut self, record: LogRecord, entry: &Entry, out: &mut dyn Out) {
        match key(entry) {
            Some(key) => self.calls.push_back((key, record)),
            None => out.record(record),
        }
        if self.calls.len() > HELD_MAX
            && let Some((_, oldest)) = self.calls.pop_front()
        {
            out.record(oldest);
        }
    }

    /// The end of a call: of the one that was asked for, if the log tells of that.
    fn completed(&mut self, mut record: LogRecord, entry: &Entry, out: &mut dyn Out) -> Taken {
        let place = key(entry).and_then(|key| self.calls.iter().position(|(known, _)| *known == key));
        let Some((_, mut asked)) = place.and_then(|place| self.calls.remove(place)) else {
            self.connector(&mut record, entry);
            if self.never_asks(entry) {
                let raw = record.raw;
                record.set_confirmation(Confirmation::Automatic, "user_approvals: never", raw);
            }
            refused(&mut record);
            out.record(record);
            return Taken::Read;
        };
        (asked.received, asked.outcome, asked.error) = (record.time, record.outcome, record.error.take());
        refused(&mut asked);
        out.record(asked);
        Taken::Merged
    }

    fn never_asks(&self, entry: &Entry) -> bool {
        let known = entry.text(&["event_details.agent_id"]).and_then(|id| self.agents.get(id));
        let connector = entry.text(&["event_details.connector_id"]).unwrap_or_default();
        known.is_some_and(|known| known.never_asks.iter().any(|id| id == connector))
    }

    /// A call of a connector is told by its action.
    fn connector(&self, record: &mut LogRecord, entry: &Entry) {
        let action = entry.text(&["event_details.action_name"]).unwrap_or_default();
        let connector = entry.text(&["event_details.connector_name", "event_details.connector_id"]).unwrap_or_default();
        act_of_tool(record, action, &Pairs::default());
        record.tool = Some(clip(&format!("{connector}.{action}"), NAME_CHARS_MAX));
        record.resource = clip(connector, TEXT_CHARS_MAX);
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
            self.calls.push_back((key, record));
            return;
        }
        // Two that wait could be either's.
        let mut waiting = self.calls.iter().enumerate().filter(|(_, (known, _))| *known == key).map(|(place, _)| place);
        let asked = match (waiting.next(), waiting.next()) {
            (Some(place), None) => self.calls.remove(place).map(|(_, asked)| asked),
            _ => None,
        };
        let answers = entry.at("output").and_then(Value::as_array).cloned().unwrap_or_default();
        let answers = if answers.is_empty() { vec![Value::Null] } else { answers };
        for answer in answers {
            let mut one = record.clone();
            let answer = answer.get("response").unwrap_or(&answer);
            let action = answer["action_name"].as_str().unwrap_or_default();
            act_of_tool(&mut one, action, &Pairs::default());
            one.tool = Some(clip(&format!("{app}.{action}"), NAME_CHARS_MAX));
            one.outcome = match answer["result"]["isError"].as_bool() {
                Some(true) => Outcome::Error,
                Some(false) => Outcome::Success,
                None => Outcome::Unknown,
            };
            if let Some(asked) = &asked {
                (one.received, one.time) = (one.time, asked.time);
                one.message.clone_from(&asked.message);
            }
            out.record(one);
        }
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
