//! Tool calls of agents: what they do, and which result belongs to which call.

use std::collections::VecDeque;

use super::Out;
use crate::reader::log::act::{Act, act};
use crate::reader::log::logging::{command_changes_logging, file_changes_logging};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::timeline::{Effect, Outcome, Verb};
use crate::vocabulary::Confirmation;

/// So many calls wait for their results.
const WAITING_MAX: usize = 256;

/// The usual names of a command among arguments.
const COMMANDS: &[&str] = &["command", "cmd", "full_command", "bash_command", "code", "script"];

/// What a tool does, by its usual names.
pub fn tool_act(tool: &str, arguments: &Pairs<'_>) -> Act {
    let small = tool.to_ascii_lowercase();
    let (verb, effect) = match small.as_str() {
        "bash"
        | "shell"
        | "exec"
        | "exec_command"
        | "local_shell"
        | "local_shell_call"
        | "run_command"
        | "run_shell_command"
        | "shell_command"
        | "execute_command"
        | "run_terminal_cmd"
        | "run_terminal_command"
        | "run_in_terminal"
        | "execute_bash"
        | "bash_tool"
        | "bash_code_execution"
        | "code_execution"
        | "powershell"
        | "repl"
        | "terminal"
        | "python"
        | "code_interpreter"
        | "container.exec"
        | "computer"
        | "killshell"
        | "write_stdin" => {
            return command_act(arguments.get(COMMANDS).unwrap_or_default());
        }
        "read"
        | "view"
        | "notebookread"
        | "webfetch"
        | "bashoutput"
        | "taskoutput"
        | "read_file"
        | "view_image"
        | "readmcpresourcetool" => (Verb::Read, Effect::Read),
        "grep" | "websearch" | "web_search" | "web_search_call" | "toolsearch" => (Verb::Search, Effect::Read),
        "glob" | "ls" | "list_dir" | "listmcpresourcestool" => (Verb::List, Effect::Read),
        "write"
        | "edit"
        | "multiedit"
        | "notebookedit"
        | "apply_patch"
        | "str_replace_editor"
        | "str_replace_based_edit_tool"
        | "write_file" => (Verb::Write, Effect::Mutating),
        "task" | "agent" | "skill" | "slashcommand" | "spawn_agent" => (Verb::Call, Effect::Mutating),
        // Plans and questions change nothing but the conversation.
        "todowrite" | "todoread" | "update_plan" | "exitplanmode" | "enterplanmode" | "askuserquestion"
        | "taskcreate" | "taskupdate" | "tasklist" => (Verb::Write, Effect::None),
        _ => {
            let own = small.rsplit("__").next().unwrap_or(&small);
            let found = act(own);
            return if found.verb == Verb::Other { Act { verb: Verb::Call, effect: Effect::Mutating } } else { found };
        }
    };
    Act { verb, effect }
}

const READING: &[&str] = &[
    "ls", "cat", "pwd", "grep", "rg", "find", "head", "tail", "wc", "which", "whoami", "date", "stat", "tree", "file",
    "du", "df", "ps",
];

const DESTROYING: &[&str] = &[
    "rm ",
    "rmdir ",
    "shred ",
    "mkfs",
    "dd if=",
    "git reset --hard",
    "git clean -",
    "push --force",
    "push -f",
    "drop table",
    "drop database",
    "truncate table",
    "delete from",
    "terraform destroy",
    "kubectl delete",
    "docker rm",
    "docker volume rm",
    "find . -delete",
    "aws s3 rm",
    "gcloud delete",
];

/// What a command line can change: only plain reading commands are known not to.
pub fn command_act(command: &str) -> Act {
    let small = command.to_ascii_lowercase();
    if command_changes_logging(command) {
        return Act { verb: Verb::LoggingControl, effect: Effect::Destructive };
    }
    let effect = if DESTROYING.iter().any(|word| small.contains(word)) {
        Effect::Destructive
    } else if !small.contains([';', '&', '|', '>', '`', '$', '\n'])
        && small.split_whitespace().next().is_some_and(|first| READING.contains(&first))
        && !small.contains("-exec")
    {
        Effect::Read
    } else {
        Effect::Mutating
    };
    Act { verb: Verb::Execute, effect }
}

/// What a tool works on, by the usual names of its arguments.
pub fn tool_resource(arguments: &Pairs<'_>) -> String {
    const NAMES: &[&str] = &[
        "file_path",
        "notebook_path",
        "path",
        "command",
        "cmd",
        "full_command",
        "bash_command",
        "url",
        "uri",
        "query",
        "pattern",
        "code",
        "script",
        "action",
        "description",
        "prompt",
        "name",
        "id",
    ];
    clip(arguments.get(NAMES).or_else(|| arguments.first()).unwrap_or_default().trim(), TEXT_CHARS_MAX)
}

/// Fills in what a call does.
pub fn set_call(record: &mut LogRecord, tool: &str, arguments: &Pairs<'_>) {
    record.action = clip(tool, NAME_CHARS_MAX);
    record.tool = Some(record.action.clone());
    record.set_act(tool_act(tool, arguments));
    record.arguments_sha256 = arguments.digest();
    record.resource = tool_resource(arguments);
    // What an agent is told to forget, and where its hooks are, is written like any other file.
    if matches!(record.verb, Verb::Write | Verb::Delete) && file_changes_logging(&record.resource) {
        record.set_act(Act { verb: Verb::LoggingControl, effect: record.effect });
    }
}

/// A record of a type that is not understood: it is kept by its name, and counted.
pub fn stranger(mut record: LogRecord, kind: &str, text: &str, out: &mut dyn Out) {
    record.action = clip(kind, NAME_CHARS_MAX);
    record.message = clip(text, TEXT_CHARS_MAX);
    (record.verb, record.effect, record.outcome) = (Verb::Other, Effect::None, Outcome::Unknown);
    record.needs_review = Some("This type of record is not understood: see what it says in the file.".into());
    out.stranger(&record.action);
    out.record(record);
}

/// How a result says that the call ended.
pub struct Ending {
    /// The outcome.
    pub outcome: Outcome,
    /// What went wrong.
    pub error: Option<String>,
}

const REFUSALS: &[&str] = &[
    "user doesn't want to proceed",
    "user rejected",
    "rejected by user",
    "requested permissions",
    "permission to use",
    "haven't granted",
    "denied by the user",
    "was rejected",
    "not allowed by",
    "blocked by hook",
    "sandbox denied",
    "declined by user",
];

impl Ending {
    /// From the text of a result and whether it is marked as an error; unmarked, it is one if `failed` says so.
    pub fn of(text: &str, failed: Option<bool>) -> Self {
        let beginning = clip(text, TEXT_CHARS_MAX);
        let small = beginning.to_lowercase();
        let refused = REFUSALS.iter().any(|refusal| small.contains(refusal));
        match failed {
            Some(true) if refused => Self { outcome: Outcome::Denied, error: Some(beginning) },
            Some(true) => Self { outcome: Outcome::Error, error: Some(beginning) },
            Some(false) => Self { outcome: Outcome::Success, error: None },
            None => Self { outcome: Outcome::Unknown, error: None },
        }
    }
}

struct Waiting {
    id: Option<String>,
    batch: u64,
    record: LogRecord,
}

/// Calls that wait for their results. Ids may repeat or be missing: a result belongs to the latest run of calls
/// without a result between them, and in it to the first with its id.
#[derive(Default)]
pub struct Calls {
    waiting: VecDeque<Waiting>,
    batch: u64,
    answered: bool,
}

impl Calls {
    /// Holds a call.
    pub fn call(&mut self, id: Option<&str>, record: LogRecord, out: &mut dyn Out) {
        if std::mem::take(&mut self.answered) {
            self.batch += 1;
        }
        self.waiting.push_back(Waiting { id: id.map(|id| clip(id, NAME_CHARS_MAX)), batch: self.batch, record });
        if self.waiting.len() > WAITING_MAX
            && let Some(oldest) = self.waiting.pop_front()
        {
            out.record(oldest.record);
        }
    }

    /// Gives out the call that a result belongs to, then the result as a record of its own.
    pub fn result(&mut self, id: Option<&str>, ending: Ending, mut result: LogRecord, out: &mut dyn Out) {
        self.answered = true;
        let id = id.map(|id| clip(id, NAME_CHARS_MAX));
        let fits = |waiting: &&Waiting| id.is_none() || waiting.id == id;
        let count = self.waiting.iter().filter(fits).count();
        let latest = self.waiting.iter().filter(fits).map(|waiting| waiting.batch).max();
        let place = self.waiting.iter().position(|waiting| fits(&waiting) && Some(waiting.batch) == latest);
        (result.outcome, result.error) = (ending.outcome, ending.error);
        match place.and_then(|place| self.waiting.remove(place)) {
            Some(Waiting { record: mut call, .. }) => {
                (call.outcome, call.error) = (result.outcome, result.error.clone());
                if call.outcome == Outcome::Denied {
                    call.set_confirmation(
                        Confirmation::Refused,
                        result.error.as_deref().unwrap_or("denied"),
                        result.raw,
                    );
                }
                if id.is_some() && count > 1 {
                    call.needs_review = Some("Several calls have this id: the result was given to the nearest.".into());
                }
                (result.tool, result.resource) = (call.tool.clone(), call.resource.clone());
                out.record(call);
            }
            None => {
                result.needs_review =
                    Some("The call that this result belongs to is not in the file, or too far above.".into())
            }
        }
        out.record(result);
    }

    /// Whether a call of this id has no result yet.
    pub fn waits_for(&self, id: &str) -> bool {
        self.waiting.iter().any(|waiting| waiting.id.as_deref() == Some(id))
    }

    /// Gives out the calls that have no result.
    pub fn finish(&mut self, out: &mut dyn Out) {
        self.waiting.drain(..).for_each(|waiting| out.record(waiting.record));
    }
}
