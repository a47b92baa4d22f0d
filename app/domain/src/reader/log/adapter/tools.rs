//! Tool calls of agents: what they do, and which result belongs to which call.

use super::{Out, patch, sql};
use crate::reader::log::act::{Act, act};
use crate::reader::log::command::{command_changes_logging, declares_logging, file_changes_logging, is_call};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::vocabulary::{Effect, Outcome, Verb};

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

/// A program, a service or an argument is not longer.
const WORD_BYTES_MAX: usize = 1_000;

/// What a tool does, by its usual names and by what it is given to run, whatever that is called.
pub fn tool_act(tool: &str, arguments: &Pairs<'_>) -> Act {
    let act = named_act(tool, arguments);
    let types = arguments.get(&["action"]) == Some("type");
    let is_said = |name: &str| SAID.iter().any(|said| said.eq_ignore_ascii_case(name)) && !(types && name == "text");
    let given = || arguments.0.iter().filter(|(name, _)| !is_said(name)).filter_map(|(_, value)| value.get());
    // A program and its arguments may stand apart, as may a service and its operation.
    let program = arguments.get(&["program", "executable", "binary", "exe"]);
    let words = || program.into_iter().chain(given().filter(|value| value.len() <= WORD_BYTES_MAX));
    let line = || words().collect::<Vec<_>>().join(" ");
    let deletes = act.verb == Verb::Delete;
    if given().any(|value| command_changes_logging(value) || is_call(value) || (deletes && declares_logging(value)))
        || (arguments.0.len() > 1 && command_changes_logging(&line()))
    {
        return Act { verb: Verb::LoggingControl, effect: Effect::Destructive };
    }
    act
}

/// The usual names of a statement among arguments.
const STATEMENTS: &[&str] = &["sql", "sql_query", "statement", "query", "query_string", "q", "input"];

/// The usual names of what a tool is to do, where it can do several things.
const DEEDS: &[&str] = &["command", "method", "http_method", "action", "operation", "op"];

/// What one word of the arguments says that a tool does, such as `view` of an editor or `DELETE` of a request.
fn deed(arguments: &Pairs<'_>) -> Option<Act> {
    let word = DEEDS.iter().find_map(|name| arguments.get(&[name]).map(str::trim))?;
    let is_word = word.len() <= 40 && !word.contains(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let found = match word.to_ascii_lowercase().as_str() {
        "str_replace" | "insert" | "undo_edit" | "create" => Act::new(Verb::Write, Effect::Mutating),
        "post" => Act::new(Verb::Post, Effect::Mutating),
        word if is_word => act(word),
        _ => return None,
    };
    (found.verb != Verb::Other).then_some(found)
}

const fn gravity(effect: Effect) -> u8 {
    match effect {
        Effect::None => 0,
        Effect::Read => 1,
        Effect::Mutating => 2,
        Effect::Privilege => 3,
        Effect::Destructive => 4,
    }
}

/// What a statement does that a tool was given.
fn queried_act(arguments: &Pairs<'_>) -> Option<Act> {
    let text = STATEMENTS.iter().filter_map(|name| arguments.get(&[name])).find(|text| sql::is_statement(text))?;
    Some(sql::statement_act(text)).filter(|act| act.verb != Verb::Other)
}

fn named_act(tool: &str, arguments: &Pairs<'_>) -> Act {
    if let Some(act) = queried_act(arguments) {
        return act;
    }
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
        "apply_patch" => return patch::act(arguments),
        "str_replace_editor" | "str_replace_based_edit_tool" | "text_editor_code_execution" | "memory" => {
            return patch::edit_act(arguments);
        }
        "write" | "edit" | "multiedit" | "notebookedit" | "write_file" => (Verb::Write, Effect::Mutating),
        // What a client asks of a server over the Model Context Protocol.
        "resources/read" | "resources/subscribe" | "resources/unsubscribe" | "prompts/get" => {
            (Verb::Read, Effect::Read)
        }
        "resources/list" | "resources/templates/list" | "prompts/list" | "tools/list" => (Verb::List, Effect::Read),
        "task" | "agent" | "skill" | "slashcommand" | "spawn_agent" => (Verb::Call, Effect::Mutating),
        // Plans and questions change nothing but the conversation.
        "todowrite" | "todoread" | "update_plan" | "exitplanmode" | "enterplanmode" | "askuserquestion"
        | "taskcreate" | "taskupdate" | "tasklist" => (Verb::Write, Effect::None),
        _ => {
            let own = tool.rsplit("__").next().unwrap_or(tool);
            let own = if own.starts_with("text_editor") { Act::new(Verb::Other, Effect::None) } else { act(own) };
            let found = if own.verb == Verb::Other { Act { verb: Verb::Call, effect: Effect::Mutating } } else { own };
            // Beside a name that says little, a word among the arguments says what is done, or that it is graver.
            return match deed(arguments) {
                Some(deed) if found.verb == Verb::Call || gravity(deed.effect) > gravity(found.effect) => deed,
                _ => found,
            };
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
    "*** delete file: ",
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
        "old_path",
        "command",
        "cmd",
        "full_command",
        "bash_command",
        "url",
        "uri",
        "query",
        "sql",
        "statement",
        "pattern",
        "code",
        "script",
        "description",
        "prompt",
        "name",
        "id",
        "action",
    ];
    // A place that several arguments name together.
    if let (Some(owner), Some(repository)) = (arguments.get(&["owner"]), arguments.get(&["repo", "repository"])) {
        let part = arguments.get(&["path", "pullNumber", "pull_number", "issue_number", "branch"]).unwrap_or_default();
        let parts = [owner, repository, part].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        return clip(&parts.join("/"), TEXT_CHARS_MAX);
    }
    clip(arguments.get(NAMES).or_else(|| arguments.first()).unwrap_or_default().trim(), TEXT_CHARS_MAX)
}

/// Fills in what a call does.
pub fn set_call(record: &mut LogRecord, tool: &str, arguments: &Pairs<'_>) {
    record.action = clip(tool, NAME_CHARS_MAX);
    record.tool = Some(record.action.clone());
    record.set_act(tool_act(tool, arguments));
    record.arguments_sha256 = arguments.digest();
    let patched = if tool.eq_ignore_ascii_case("apply_patch") { patch::resource(arguments) } else { None };
    record.resource = patched.map_or_else(|| tool_resource(arguments), |files| clip(&files, TEXT_CHARS_MAX));
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
    "denied this tool",
    "hook denied",
    "sandbox denied",
    "declined by user",
];

/// What stands alone where a call was turned away.
const TURNED_AWAY: &[&str] = &[
    "forbidden",
    "403",
    "403 forbidden",
    "401",
    "401 unauthorized",
    "unauthorized",
    "unauthenticated",
    "access denied",
    "access_denied",
    "accessdenied",
    "accessdeniedexception",
    "permission denied",
    "permission_denied",
    "permission_error",
    "not authorized",
    "not_authorized",
    "url_not_allowed",
];

/// Whether a code or a word says that a call was turned away.
pub fn turns_away(word: &str) -> bool {
    let word = word.trim().trim_end_matches('.');
    TURNED_AWAY.iter().any(|known| known.eq_ignore_ascii_case(word))
}

impl Ending {
    /// From the text of a result and whether it is marked as an error; unmarked, it is one if `failed` says so.
    pub fn of(text: &str, failed: Option<bool>) -> Self {
        let beginning = clip(text, TEXT_CHARS_MAX);
        let small = beginning.to_lowercase();
        let refused = REFUSALS.iter().any(|refusal| small.contains(refusal)) || turns_away(&small);
        match failed {
            Some(true) if refused => Self { outcome: Outcome::Denied, error: Some(beginning), waits: false },
            Some(true) => Self { outcome: Outcome::Error, error: Some(beginning), waits: false },
            Some(false) => Self { outcome: Outcome::Success, error: None, waits: false },
            None => Self { outcome: Outcome::Unknown, error: None, waits: false },
        }
    }
}
