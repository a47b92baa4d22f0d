//! No rule is in a command: it turns what was sent into a draft, and the rule that judges it is in `domain`.

use super::{lines_with, rust};

/// Where commands refuse what is about the request itself.
const REQUEST: &str = "server/web/src/command/request.rs";

#[test]
fn a_command_refuses_nothing_by_itself() {
    let makes = |line: &str| ["Refusal::", "Refusal { ", "RefusalKind"].iter().any(|sign| line.contains(sign));
    // An address that leads nowhere, and a name that is missing or not known: nothing is forbidden there, or has to wait.
    let is_of_the_request = |line: &str| line.contains("Refusal::absent(") || line.contains("Refusal::field(");
    let found: Vec<String> = rust("server/web/src/command")
        .flat_map(|(path, text)| {
            let is_request = path == REQUEST;
            lines_with(&path, &text, |line| makes(line) && !(is_request && is_of_the_request(line)))
        })
        .collect();
    assert!(
        found.is_empty(),
        "A command makes a refusal. If it is a rule, write it in its noun's file in app/domain and call it here. If only \
         the request cannot be read, add it to {REQUEST}:\n{}",
        found.join("\n")
    );
}
