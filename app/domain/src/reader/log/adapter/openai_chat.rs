//! Chat transcripts as OpenAI and many others write them: messages, responses, and the export of ChatGPT.

use super::tools::{Calls, Ending, set_call};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::{Many, Text, Values, json, wire};
use crate::timeline::{Effect, Outcome, Verb};
use crate::vocabulary::PrincipalKind;

wire! {
    Message<'a> {
        role: Text<'a> = "role", content: Many<Part<'a>, 16> = "content", name: Text<'a> = "name", calls: Many<Call<'a>, 4096> = "tool_calls",
        answers: Text<'a> = "tool_call_id" | "call_id", function: Function<'a> = "function_call", kind: Text<'a> = "type", id: Text<'a> = "id",
        arguments: Text<'a> = "arguments", output: Text<'a> = "output", at: Text<'a> = "timestamp" | "created_at" | "create_time" | "created",
        model: Text<'a> = "model", session: Text<'a> = "conversation_id" | "session_id" | "thread_id",
        choices: Many<Choice<'a>> = "choices", mapping: Values<Node<'a>> = "mapping",
    }
    Part<'a> { text: Text<'a> = "text", parts: Text<'a> = "parts" }
    Call<'a> { id: Text<'a> = "id", function: Function<'a> = "function", name: Text<'a> = "name", arguments: Text<'a> = "arguments" }
    Function<'a> { name: Text<'a> = "name", arguments: Text<'a> = "arguments" }
    Author<'a> { role: Text<'a> = "role", name: Text<'a> = "name" }
    Choice<'a> { message: Inner<'a> = "message" }
    Node<'a> { message: Inner<'a> = "message" }
    Inner<'a> {
        role: Text<'a> = "role", content: Many<Part<'a>, 16> = "content", calls: Many<Call<'a>, 4096> = "tool_calls", function: Function<'a> = "function_call",
        author: Author<'a> = "author", at: Text<'a> = "create_time", id: Text<'a> = "id",
    }
}

/// Reads messages. A call is held until its result is there.
#[derive(Default)]
pub struct OpenaiChat {
    calls: Calls,
}

impl Adapter for OpenaiChat {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let message: Message = json(piece.bytes)?;
        let mut base = LogRecord::at(piece.raw);
        base.set_time(read_stamp(message.at.or_empty(), None));
        base.session = message.session.owned(NAME_CHARS_MAX);
        let model = message.model.get().unwrap_or("assistant").to_string();
        if !message.mapping.0.is_empty() || !message.choices.0.is_empty() {
            let mut inner: Vec<Inner> = message.mapping.0.into_iter().map(|node| node.message).collect();
            inner.extend(message.choices.0.into_iter().map(|choice| choice.message));
            inner.sort_by_cached_key(|inner| read_stamp(inner.at.or_empty(), None).time);
            let mut taken = Taken::Skipped;
            for inner in inner {
                let role = inner.role.get().or(inner.author.role.get()).unwrap_or_default().to_string();
                let mut record = base.clone();
                if inner.at.get().is_some() {
                    record.set_time(read_stamp(inner.at.or_empty(), None));
                }
                record.id = inner.id.owned(NAME_CHARS_MAX);
                let calls = of_calls(&inner.calls.0, &inner.function);
                if !role.is_empty()
                    && self.turn(
                        record,
                        &role,
                        &model,
                        inner.author.name.get(),
                        None,
                        text(&inner.content.0),
                        &calls,
                        out,
                    )
                {
                    taken = Taken::Read;
                }
            }
            return Ok(taken);
        }
        base.id = message.id.owned(NAME_CHARS_MAX);
        match (message.role.get(), message.kind.or_empty()) {
            (None, "function_call" | "mcp_call") => {
                let calls = [(
                    message.answers.get().or(message.id.get()),
                    message.name.or_empty(),
                    message.arguments.or_empty(),
                )];
                self.turn(base, "assistant", &model, None, None, "", &calls, out);
            }
            (None, "function_call_output") => {
                self.turn(base, "tool", &model, None, message.answers.get(), message.output.or_empty(), &[], out);
            }
            (
                None,
                "reasoning" | "web_search_call" | "file_search_call" | "code_interpreter_call" | "computer_call",
            ) => return Ok(Taken::Skipped),
            (Some(role), _) => {
                let calls = of_calls(&message.calls.0, &message.function);
                if !self.turn(
                    base,
                    role,
                    &model,
                    message.name.get(),
                    message.answers.get(),
                    text(&message.content.0),
                    &calls,
                    out,
                ) {
                    return Ok(Taken::Skipped);
                }
            }
            _ => return Err(Wrong::Foreign),
        }
        Ok(Taken::Read)
    }

    fn finish(&mut self, out: &mut dyn Out) {
        self.calls.finish(out);
    }
}

/// The id, name and arguments of a call.
type Asked<'a> = (Option<&'a str>, &'a str, &'a str);

fn of_calls<'a>(calls: &'a [Call<'_>], function: &'a Function<'_>) -> Vec<Asked<'a>> {
    let mut found: Vec<Asked> = Vec::new();
    for call in calls {
        let name = call.function.name.get().or(call.name.get()).unwrap_or_default();
        found.push((call.id.get(), name, call.function.arguments.get().or(call.arguments.get()).unwrap_or_default()));
    }
    if let Some(name) = function.name.get() {
        found.push((None, name, function.arguments.or_empty()));
    }
    found
}

fn text<'a>(parts: &'a [Part<'_>]) -> &'a str {
    parts.iter().find_map(|part| part.scalar.get().or(part.text.get()).or(part.parts.get())).unwrap_or_default()
}

impl OpenaiChat {
    /// One turn; answers whether there was anything in it.
    #[expect(clippy::too_many_arguments, reason = "the parts of a message, which three shapes share")]
    fn turn(
        &mut self,
        base: LogRecord,
        role: &str,
        model: &str,
        name: Option<&str>,
        answers: Option<&str>,
        text: &str,
        calls: &[Asked<'_>],
        out: &mut dyn Out,
    ) -> bool {
        let agent = LogActor::new(PrincipalKind::Agent, model);
        let user = LogActor::new(PrincipalKind::Human, "user");
        if matches!(role, "tool" | "function") {
            let mut record = base;
            record.actor = LogActor::new(PrincipalKind::System, name.unwrap_or("tool"));
            record.action = "tool_result".into();
            record.message = clip(text, TEXT_CHARS_MAX);
            let failed = text.trim_start().to_ascii_lowercase().starts_with("error").then_some(true);
            self.calls.result(answers, Ending::of(text, failed), record, out);
            return true;
        }
        if !text.is_empty() {
            let mut record = base.clone();
            (record.verb, record.effect, record.outcome) = (Verb::Post, Effect::None, Outcome::Success);
            record.action = "message".into();
            record.message = clip(text, TEXT_CHARS_MAX);
            match role {
                "assistant" => (record.actor, record.on_behalf_of) = (agent.clone(), Some(user.clone())),
                "user" => record.actor = LogActor::new(PrincipalKind::Human, name.unwrap_or("user")),
                role => record.actor = LogActor::new(PrincipalKind::System, role),
            }
            out.record(record);
        }
        for (id, name, arguments) in calls {
            let mut record = base.clone();
            let arguments: Pairs = json(arguments.as_bytes()).unwrap_or_default();
            set_call(&mut record, name, &arguments);
            (record.actor, record.on_behalf_of) = (agent.clone(), Some(user.clone()));
            self.calls.call(*id, record, out);
        }
        !text.is_empty() || !calls.is_empty()
    }
}
