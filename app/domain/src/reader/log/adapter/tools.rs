//! Tool calls of agents: what they do, and which result belongs to which call.

use super::Out;
use crate::reader::log::act::{Act, act};
use crate::reader::log::command::{command_changes_logging, file_changes_logging};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::timeline::{Effect, Outcome, Verb};

/// The usual names of a command among arguments.
const COMMANDS: &[&str] = &["command", "cmd", "full_command", "bash_command", "code", "script"];

/// Arguments that are written, said or looked for, and not run.
const SAID: &[&str] = &[
    "content",
    "contents",
    "new_string",
    "old_string",
    "new_str",
    "old_str",
    "file_text",
    "insert_text",
    "text",
    "description",
    "prompt",
    "query",
    "pattern",
    "message",
    "body",
    "explanation",
    "justification",
    "thought",
    "input",
    "patch",
    "todos",
];

/// What a tool does, by its usual names and by what it is given to run, whatever that is called.
pub fn tool_act(tool: &str, arguments: &Pairs<'_>) -> Act {
    let is_said = |name: &str| SAID.iter().any(|said| said.eq_ignore_ascii_case(name));
    let mut given = arguments.0.iter().filter(|(name, _)| !is_said(name)).filter_map(|(_, value)| value.get());
    if given.any(command_changes_logging) {
        return Act { verb: Verb::LoggingControl, effect: Effect::Destructive };
    }
    named_act(tool, arguments)
}

fn named_act(tool: &str, arguments: &Pairs<'_>) -> Act {
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
    /// It only says that somebody has to allow the call first.
    pub waits: bool,
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
            Some(true) if refused => Self { outcome: Outcome::Denied, error: Some(beginning), waits: false },
            Some(true) => Self { outcome: Outcome::Error, error: Some(beginning), waits: false },
            Some(false) => Self { outcome: Outcome::Success, error: None, waits: false },
            None => Self { outcome: Outcome::Unknown, error: None, waits: false },
        }
    }
}
