//! What tools that edit files are told to do: the operations of a patch, and the commands of an editor.

use crate::reader::log::act::Act;
use crate::reader::log::pairs::Pairs;
use crate::vocabulary::{Effect, Verb};

/// So many files of one patch are named.
const FILES_MAX: usize = 64;

/// The files that a patch names: those it deletes first. In the words of its operation (`delete_file`), or by the heads of
/// its parts (`*** Delete File: a`).
struct Files {
    deleted: Vec<String>,
    changed: Vec<String>,
}

fn files(arguments: &Pairs<'_>) -> Files {
    let (mut deleted, mut changed) = (Vec::new(), Vec::new());
    if let (Some(kind), Some(path)) = (arguments.get(&["type", "operation"]), arguments.get(&["path", "file_path"])) {
        let list = if kind.to_ascii_lowercase().contains("delete") { &mut deleted } else { &mut changed };
        list.push(path.to_string());
    }
    let texts = arguments.0.iter().filter_map(|(_, value)| value.get());
    for line in texts.flat_map(str::lines) {
        let Some((head, path)) = line.trim().strip_prefix("*** ").and_then(|rest| rest.split_once(": ")) else {
            continue;
        };
        let list = match head {
            "Delete File" => &mut deleted,
            "Update File" | "Add File" | "Move to" => &mut changed,
            _ => continue,
        };
        if list.len() < FILES_MAX {
            list.push(path.trim().to_string());
        }
    }
    Files { deleted, changed }
}

/// What a patch does.
pub fn act(arguments: &Pairs<'_>) -> Act {
    if files(arguments).deleted.is_empty() {
        Act::new(Verb::Write, Effect::Mutating)
    } else {
        Act::new(Verb::Delete, Effect::Destructive)
    }
}

/// The files of a patch with blanks between them, the deleted ones first; nothing where it names none.
pub fn resource(arguments: &Pairs<'_>) -> Option<String> {
    let Files { deleted, changed } = files(arguments);
    let all = [deleted, changed].concat();
    (!all.is_empty()).then(|| all.join(" "))
}

/// What an editor does that is told it by a word of its own.
pub fn edit_act(arguments: &Pairs<'_>) -> Act {
    let (verb, effect) = match arguments.get(&["command", "operation"]).unwrap_or_default() {
        "view" => (Verb::Read, Effect::Read),
        "delete" => (Verb::Delete, Effect::Destructive),
        _ => (Verb::Write, Effect::Mutating),
    };
    Act { verb, effect }
}
