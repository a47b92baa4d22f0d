//! Machines, agents and programs of one's own.

use domain::reader::log::Format;
use domain::vocabulary::{Channel, Op};
use serde_json::json;

use super::{SOURCE, Shape, Whole};
use crate::history::{Act, Deed};

pub fn shapes() -> Vec<Shape> {
    let ops = &[Op::Read, Op::Write, Op::Delete];
    vec![
        Shape {
            name: "auditd",
            format: Format::Auditd,
            channel: Channel::DirectDb,
            ops,
            whole: Whole::Serials,
            write: auditd,
            ..SOURCE
        },
        Shape {
            name: "claude_code",
            format: Format::ClaudeCode,
            channel: Channel::AgentTool,
            ops,
            write: transcript,
            ..SOURCE
        },
        Shape { name: "jsonl", format: Format::Jsonl, ops, write: lines, ..SOURCE },
        Shape {
            name: "csv",
            format: Format::Csv,
            ops,
            write: table,
            head: "time,user,action,resource,status\n",
            ..SOURCE
        },
    ]
}

fn auditd(act: &Act) -> Option<String> {
    let stamp = format!("audit({}.{:03}:{})", act.at / 1_000, act.at % 1_000, act.serial);
    let success = if act.denied { "success=no exit=-13" } else { "success=yes exit=3" };
    let call = |number: u32, arguments: &str| {
        format!(
            "type=SYSCALL msg={stamp}: arch=c000003e syscall={number} {success} {arguments} ppid=1 pid=2 auid=1000 uid=0 ses=3 comm=\"{}\" exe=\"/usr/bin/{}\" key=\"{}\"\n\
             type=CWD msg={stamp}: cwd=\"/root\"\n\
             type=PATH msg={stamp}: item=0 name=\"/srv/{}/{}\" inode=7 nametype=NORMAL\n",
            act.who, act.who, act.place, act.place, act.thing
        )
    };
    let other = |kind: &str, rest: &str| format!("type={kind} msg={stamp}: pid=9 uid=0 auid=1000 ses=3 {rest}\n");
    Some(match (act.deed, act.way) {
        (Deed::Do(Op::Read), 1) => call(437, "a0=ffffff9c a1=55 a2=7ffd11 a3=18"),
        (Deed::Do(Op::Read), 2) => call(2, "a0=7f a1=0 a2=1b6"),
        (Deed::Do(Op::Read), 3) => call(304, "a0=3 a1=7f a2=0"),
        (Deed::Do(Op::Read), 4) => call(265, "a0=ffffff9c a1=55 a2=ffffff9c a3=66"),
        (Deed::Do(Op::Read), _) => call(257, "a0=ffffff9c a1=55 a2=0 a3=0"),
        (Deed::Do(Op::Write), 1) => call(76, "a0=7f a1=0"),
        (Deed::Do(Op::Write), 2) => call(82, "a0=7f a1=8f"),
        (Deed::Do(Op::Write), 3) => call(437, "a0=ffffff9c a1=55 a2=7ffd11 a3=18"),
        (Deed::Do(Op::Write), _) => call(257, "a0=ffffff9c a1=55 a2=241 a3=1b6"),
        (Deed::Do(Op::Delete), 1) => call(263, "a0=ffffff9c a1=55 a2=0"),
        (Deed::Do(Op::Delete), _) => call(87, "a0=7f"),
        (Deed::Do(_), _) => return None,
        (Deed::SignIn, _) => {
            other("USER_LOGIN", &format!("msg='op=login acct=\"{}\" addr=192.0.2.7 res=success'", act.who))
        }
        (Deed::Manage, _) => other("SERVICE_START", "msg='unit=cron comm=\"systemd\" res=success'"),
        (Deed::Off, 1) => other("CONFIG_CHANGE", "op=set audit_enabled=0 old=1 res=1"),
        (Deed::Off, _) => other("CONFIG_CHANGE", &format!("op=remove_rule key=\"{}\" list=4 res=1", act.place)),
        (Deed::On, 1) => other("CONFIG_CHANGE", "op=set audit_enabled=1 old=0 res=1"),
        (Deed::On, _) => other("CONFIG_CHANGE", &format!("op=add_rule key=\"{}\" list=4 res=1", act.place)),
        (Deed::Rename, _) => return None,
    })
}

fn transcript(act: &Act) -> Option<String> {
    let file = format!("/srv/{}/{}", act.place, act.thing);
    let (tool, input) = match (act.deed, act.way) {
        (Deed::Do(Op::Read), 1) => ("Bash", json!({ "command": format!("cat {file}") })),
        (Deed::Do(Op::Read), 2) => ("Grep", json!({ "pattern": act.thing, "path": format!("/srv/{}", act.place) })),
        (Deed::Do(Op::Read), 3) => ("mcp__files__fetch", json!({ "uri": format!("file://{file}") })),
        (Deed::Do(Op::Read), _) => ("Read", json!({ "file_path": file })),
        (Deed::Do(Op::Write), 1) => ("Bash", json!({ "command": format!("echo x > {file}") })),
        (Deed::Do(Op::Write), 2) => ("Write", json!({ "file_path": file, "content": "x" })),
        (Deed::Do(Op::Write), _) => ("Edit", json!({ "file_path": file, "old_string": "a", "new_string": "b" })),
        (Deed::Do(Op::Delete), _) => ("Bash", json!({ "command": format!("rm {file}") })),
        (Deed::Do(_), _) => return None,
        (Deed::SignIn, _) => ("WebFetch", json!({ "url": "https://example.com/" })),
        (Deed::Manage, _) => ("Bash", json!({ "command": "ls /tmp" })),
        (Deed::Off, 1) => ("Bash", json!({ "command": "rm -rf ~/.claude/projects/x" })),
        (Deed::Off, _) => {
            ("Edit", json!({ "file_path": "~/.claude/settings.json", "old_string": "hooks", "new_string": "x" }))
        }
        (Deed::On, _) => ("Bash", json!({ "command": "true" })),
        (Deed::Rename, _) => ("Bash", json!({ "command": format!("mv /srv/{} /srv/{}", act.thing, act.place) })),
    };
    let id = format!("c-{}-{}", act.at, act.thing);
    let call = json!({ "type": "assistant", "uuid": format!("u-{id}"), "timestamp": act.stamp(), "sessionId": "s1",
        "message": { "role": "assistant", "model": act.who, "content": [{ "type": "tool_use", "id": id, "name": tool, "input": input }] } });
    let result = json!({ "type": "user", "uuid": format!("r-{id}"), "timestamp": act.stamp(), "sessionId": "s1",
        "message": { "role": "user", "content": [{ "type": "tool_result", "tool_use_id": id, "is_error": act.denied,
            "content": if act.denied { "Permission denied" } else { "done" } }] } });
    Some(format!("{call}\n{result}\n"))
}

/// The words of a program's own log.
fn words(act: &Act) -> Option<(&'static str, String)> {
    let thing = format!("{}/{}", act.place, act.thing);
    Some(match (act.deed, act.way) {
        (Deed::Do(Op::Read), 1) => ("export", thing),
        (Deed::Do(Op::Read), 2) => ("report_generated", thing),
        (Deed::Do(Op::Read), 3) => ("copy", format!("elsewhere/x from {thing}")),
        (Deed::Do(Op::Read), _) => ("read", thing),
        (Deed::Do(Op::Write), 1) => ("merged", thing),
        (Deed::Do(Op::Write), 2) => ("bulk_job", thing),
        (Deed::Do(Op::Write), _) => ("update", thing),
        (Deed::Do(Op::Delete), 1) => ("cleanup", thing),
        (Deed::Do(Op::Delete), _) => ("delete", thing),
        (Deed::Do(_), _) => return None,
        (Deed::SignIn, _) => ("login", "session".into()),
        (Deed::Manage, _) => ("health", "self".into()),
        (Deed::Off, _) => ("audit_log_disabled", "audit".into()),
        (Deed::On, _) => ("audit_log_enabled", "audit".into()),
        (Deed::Rename, _) => ("rename", format!("{} to {}", act.thing, act.place)),
    })
}

fn lines(act: &Act) -> Option<String> {
    let (action, resource) = words(act)?;
    let status = if act.denied { "denied" } else { "success" };
    let value =
        json!({ "time": act.stamp(), "user": act.who, "action": action, "resource": resource, "status": status });
    Some(format!("{value}\n"))
}

fn table(act: &Act) -> Option<String> {
    let (action, resource) = words(act)?;
    Some(format!("{},{},{action},{resource},{}\n", act.stamp(), act.who, if act.denied { "denied" } else { "success" }))
}
