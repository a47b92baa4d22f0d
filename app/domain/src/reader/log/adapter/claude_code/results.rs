//! What results of calls say of their end, and what a person runs at the prompt.

use super::Block;
use crate::reader::log::adapter::tools::set_call;
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::LogRecord;
use crate::reader::log::wire::Text;
use crate::vocabulary::Outcome;
use crate::vocabulary::PrincipalKind;

/// What a result says, and whether its call failed: by its own flag, by an error of a tool of the server, or by the code
/// that a program ended with.
pub(super) fn told<'b>(block: &'b Block<'_>) -> (&'b str, bool) {
    let parts = &block.content.0;
    let is_error = |kind: &Text<'_>| kind.get().is_some_and(|kind| kind.ends_with("_error"));
    let wrong = parts.iter().find(|part| is_error(&part.kind) || part.code.get().is_some());
    let exit = parts.iter().find_map(|part| part.exit.get()).is_some_and(|code| code != "0");
    let said = parts.iter().find_map(|part| part.scalar.get().or(part.text.get()));
    let code = wrong.and_then(|part| part.code.get().or(part.kind.get()));
    (said.or(code).unwrap_or_default(), block.failed.is("true") || wrong.is_some() || exit)
}

/// A person runs a command at the prompt: `<bash-input>ls</bash-input>`.
pub(super) fn typed(record: &mut LogRecord, text: &str) {
    const BEGIN: &str = "<bash-input>";
    const END: &str = "</bash-input>";
    let inside = text.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END));
    let Some((command, _)) = inside.filter(|_| record.actor.kind == PrincipalKind::Human) else { return };
    let message = std::mem::take(&mut record.message);
    set_call(record, "Bash", &Pairs(vec![("command".into(), command.trim().to_string().into())]));
    record.message = message;
    // How it ended is in the message after it, in words.
    record.outcome = Outcome::Unknown;
}
