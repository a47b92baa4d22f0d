//! Whether an act stays one act where the log gives it no id, tells it twice, or tells its end first.

use super::confirmation::{FIXTURES, event, is_act};
use crate::reader::log::{LogRecord, read_all};
use crate::vocabulary::Confirmation;
use crate::vocabulary::{Outcome, Verb};

/// An event of a session at a terminal.
fn told(at: u64, name: &str, more: &[(&'static str, &str)]) -> String {
    let all = [("event.name", name), ("session.id", "s-1"), ("tool_name", "Bash"), ("terminal.type", "xterm")];
    let all: Vec<_> = all.iter().chain(more).map(|(name, value)| (*name, value.to_string())).collect();
    event(Some(at), &all)
}

fn yes(at: u64, more: &[(&'static str, &str)]) -> String {
    let yes = [("decision", "accept"), ("source", "user_temporary")];
    told(at, "tool_decision", &[&yes, more].concat())
}

fn no(at: u64) -> String {
    told(at, "tool_decision", &[("decision", "reject"), ("source", "user_reject")])
}

fn result(at: u64, more: &[(&'static str, &str)]) -> String {
    let result = [("success", "true"), ("tool_parameters", r#"{"full_command":"rm -rf build"}"#)];
    told(at, "tool_result", &[&result, more].concat())
}

/// How the acts of some lines were confirmed.
fn acts(lines: &[String]) -> Vec<Confirmation> {
    let records = read_all(lines.join("\n").as_bytes(), "").records;
    assert_eq!(records.len(), lines.len(), "nothing is lost");
    records.iter().filter(|record| is_act(record)).map(|record| record.confirmation).collect()
}

const OPEN: Confirmation = Confirmation::Unknown;

#[test]
fn a_decision_without_an_id_is_no_act_beside_the_one_it_can_be_of() {
    let mut lines: Vec<String> = (1..=3).flat_map(|at| [yes(at * 10, &[]), result(at * 10 + 5, &[])]).collect();
    assert_eq!(acts(&lines), [OPEN; 3]);
    lines.reverse();
    assert_eq!(acts(&lines), [OPEN; 3]);
    // All decisions first, and all results.
    lines.sort_by_key(|line| line.contains("tool_result"));
    assert_eq!(acts(&lines), [OPEN; 3]);
    // One half has the id.
    for (decision, act) in [(vec![("tool_use_id", "t-1")], vec![]), (vec![], vec![("tool_use_id", "t-1")])] {
        let mut lines = [yes(1, &decision), result(2, &act)];
        assert_eq!(acts(&lines), [OPEN], "{decision:?}");
        lines.reverse();
        assert_eq!(acts(&lines), [OPEN], "{decision:?}");
    }
}

#[test]
fn what_cannot_be_of_an_act_stays_an_act_of_its_own() {
    let read = |lines: &[String]| {
        let mut acts = acts(lines);
        acts.sort_by_key(|how| how.word());
        acts
    };
    // A yes after the act, and a yes too many: one of them may be of the act that is there, and nobody knows which.
    assert_eq!(read(&[result(1, &[]), yes(5, &[])]), [OPEN; 2]);
    assert_eq!(read(&[yes(1, &[]), yes(2, &[]), result(3, &[])]), [OPEN; 2]);
    // An act that was refused did not go through.
    assert_eq!(read(&[no(1), result(2, &[])]), [Confirmation::Refused, OPEN]);
    // Where no act is told at all, the decision is all there is of it.
    assert_eq!(read(&[yes(1, &[])]), [Confirmation::Human]);
    let elsewhere = result(2, &[]).replace("s-1", "s-2");
    assert_eq!(read(&[yes(1, &[]), elsewhere]), [Confirmation::Human, OPEN]);
    let other_tool = result(2, &[]).replace("Bash", "WebFetch");
    assert_eq!(read(&[yes(1, &[]), other_tool]), [OPEN; 2]);
}

/// A log does show a decision, so that it cannot be said to show none.
#[test]
fn an_act_beside_decisions_without_ids_is_not_said_to_have_none() {
    let lines = [
        yes(1, &[("tool_use_id", "t-1")]),
        result(2, &[("tool_use_id", "t-1")]),
        yes(3, &[]),
        result(4, &[]),
        result(5, &[("tool_use_id", "t-2")]),
    ];
    let mut all = acts(&lines);
    all.sort_by_key(|how| how.word());
    assert_eq!(all, [Confirmation::Human, OPEN, OPEN]);
}

#[test]
fn a_decision_far_after_an_act_of_its_id_is_no_second_act() {
    let id = [("tool_use_id", "t-1")];
    let mut lines = vec![result(5, &id)];
    lines.extend((0..3_100).map(|_| told(6, "api_request", &[])));
    lines.push(yes(4, &id));
    assert_eq!(acts(&lines), [OPEN]);
}

#[test]
fn everybody_who_said_yes_is_named_and_nobody_twice() {
    let id = ("tool_use_id", "t-1");
    let by = |at: u64, who: &'static str| yes(at, &[id, ("user.email", who)]);
    let people = |lines: &[String]| {
        let records = read_all(lines.join("\n").as_bytes(), "").records;
        let act = records.iter().find(|record| is_act(record)).expect("the act").clone();
        act.confirmers().map(|by| by.name.clone()).collect::<Vec<_>>()
    };
    let done = result(9, &[id]);
    let both = [by(1, "ada@example.com"), by(2, "grace@example.com"), done.clone()];
    assert_eq!(people(&both), ["grace@example.com", "ada@example.com"]);
    let one = [by(1, "ada@example.com"), by(2, "ADA@example.com"), done.clone()];
    assert_eq!(people(&one), ["ADA@example.com"]);
    // Where somebody said no, the yes before it does not count.
    let refused = told(2, "tool_decision", &[id, ("decision", "reject"), ("source", "user_reject")]);
    let again = [by(1, "ada@example.com"), refused, by(3, "grace@example.com"), done];
    assert_eq!(people(&again), ["grace@example.com"]);
}

/// The acts of a text, by what they are and how they were confirmed.
fn counted(lines: &[&str]) -> Vec<(String, &'static str, Outcome, &'static str)> {
    let records = read_all(lines.join("\n").as_bytes(), "").records;
    let about = |record: &LogRecord| {
        let name = format!("{} {} {}", record.actor.name, record.action, record.resource);
        (name, record.verb.word(), record.outcome, record.confirmation.word())
    };
    // A change of the mode of a session has no id, and of what is not known none is known.
    let is_counted =
        |record: &&LogRecord| is_act(record) && record.verb != Verb::Config && record.action != "codex.telepathy";
    let mut acts: Vec<_> = records.iter().filter(is_counted).map(about).collect();
    acts.sort_by(|one, other| (&one.0, one.1, one.3).cmp(&(&other.0, other.1, other.3)));
    acts
}

fn lines(name: &str) -> Vec<&'static str> {
    FIXTURES.iter().find(|(known, ..)| *known == name).unwrap().2.lines().collect()
}

#[test]
fn a_log_that_was_delivered_twice_tells_every_act_once() {
    for name in [
        "claude_code_events",
        "claude_code_spans",
        "codex_events",
        "codex_rollout",
        "openclaw",
        "mcp_approvals",
        "chatgpt_workspace",
    ] {
        let once = lines(name);
        let twice: Vec<&str> = once.iter().chain(&once).copied().collect();
        assert_eq!(counted(&once), counted(&twice), "{name}: one after the other");
        let each: Vec<&str> = once.iter().flat_map(|line| [*line; 2]).collect();
        assert_eq!(counted(&once), counted(&each), "{name}: line by line");
    }
}

#[test]
fn a_log_that_tells_its_end_first_tells_the_same() {
    let confirmed = |lines: &[&str]| {
        let mut acts: Vec<_> = counted(lines)
            .into_iter()
            .map(|(name, verb, outcome, how)| {
                // The agent of a rollout has its name from a line before.
                let name = name.replace("Codex ", "agent ").replace("model-3 ", "agent ").replace("gpt-5 ", "agent ");
                (name, verb, outcome, how)
            })
            .collect();
        acts.sort_by(|one, other| (&one.0, one.1, one.3).cmp(&(&other.0, other.1, other.3)));
        acts
    };
    for name in ["codex_rollout", "chatgpt_workspace", "claude_code_events", "claude_code_spans", "codex_events"] {
        let (mut text, known) = (lines(name), confirmed(&lines(name)));
        text.reverse();
        assert_eq!(confirmed(&text), known, "{name}");
    }
}
