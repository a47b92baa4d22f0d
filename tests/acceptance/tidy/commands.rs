//! No rule is in a command: it turns what was sent into a draft, and the rule that judges it is in `domain`.

use super::{lines_with, rust};

#[test]
fn a_command_forbids_nothing_by_itself() {
    // What may not be is said by a rule. That something is not there, or not spelt as it must be, a command may say.
    let forbids = ["Refusal::forbidden", "Refusal::state", "RefusalKind::Forbidden", "RefusalKind::State"];
    let found: Vec<String> = rust("server/web/src/command")
        .flat_map(|(path, text)| lines_with(&path, &text, |line| forbids.iter().any(|sign| line.contains(sign))))
        .collect();
    assert!(found.is_empty(), "This is a rule: write it in app/domain, and ask it here:\n{}", found.join("\n"));
}
