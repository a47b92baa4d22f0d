//! Acts on logging that stand in other evidence, in whatever format and under whatever name.

use serde_json::{Value, json};

use super::proof::{told, world};
use crate::proposal::Proposal;
use crate::reader::log::{Format, Options, read_as};
use crate::vocabulary::{Completeness, CoverageMode};

const RUN: &str = "aws cloudtrail stop-logging --name data";

/// A log of CloudTrail that shows reads of a bucket, or a Linux audit log that shows reads of a folder.
fn relied(format: Format) -> (String, &'static str, &'static str) {
    if format == Format::Auditd {
        let line = |serial: u32| {
            format!(
                "type=SYSCALL msg=audit({}.000:{serial}): arch=c000003e syscall=257 success=yes exit=3 a2=0 auid=1000 key=\"books\"\n",
                1_773_853_200 + (serial - 100) * 600
            )
        };
        return ((100..=112).map(line).collect(), "books", "direct_db");
    }
    let line = |clock: &str| {
        json!({ "eventTime": format!("2026-03-18T{clock}:00Z"), "eventSource": "s3.amazonaws.com", "eventName": "GetObject",
            "userIdentity": { "type": "IAMUser", "userName": "robot" }, "eventCategory": "Data",
            "requestParameters": { "bucketName": "south", "key": "k" } })
        .to_string()
            + "\n"
    };
    (["17:00", "18:00", "19:00"].map(line).concat(), "south", "api")
}

fn proposal(source: Format, other: Format, text: &str) -> Proposal {
    let (log, resource, channel) = relied(source);
    let mut world = world(source, &log, resource, "read", channel);
    world.others.push(told("other", other, text));
    world.propose()
}

fn span(attributes: Value) -> String {
    let list: Vec<Value> = attributes
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| json!({ "key": key, "value": { "stringValue": value } }))
        .collect();
    json!({ "resourceSpans": [{ "resource": { "attributes": [] }, "scopeSpans": [{ "spans": [{ "traceId": "a", "spanId": "b",
        "name": "work", "startTimeUnixNano": "1773855000000000000", "endTimeUnixNano": "1773855001000000000",
        "attributes": list, "status": {} }] }] }] })
    .to_string()
}

fn event(attributes: Value, body: &str) -> String {
    let list: Vec<Value> = attributes
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| json!({ "key": key, "value": { "stringValue": value } }))
        .collect();
    json!({ "resourceLogs": [{ "resource": { "attributes": [] }, "scopeLogs": [{ "logRecords": [{
        "timeUnixNano": "1773855000000000000", "body": { "stringValue": body }, "attributes": list }] }] }] })
    .to_string()
}

fn journal(program: &str, said: &str) -> String {
    json!({ "__REALTIME_TIMESTAMP": "1773855000000000", "_HOSTNAME": "h", "SYSLOG_IDENTIFIER": program, "MESSAGE": said })
        .to_string()
        + "\n"
}

fn audit(kind: &str, rest: &str) -> String {
    format!("type={kind} msg=audit(1773855000.000:7): {rest}\n")
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02X}")).collect()
}

/// Evidence that tells how logging was changed, with the log that this touches and one that it leaves alone.
fn rows() -> Vec<(&'static str, Format, String, Format)> {
    use Format::{
        Auditd, ClaudeCode, Cloudtrail, Codex, Csv, Journald, K8sAudit, Ocsf, OpenaiChat, Otlp, Teleport, Text,
    };
    let ocsf = |operation: &str| {
        json!({ "class_uid": 6003, "class_name": "API Activity", "activity_id": 99, "time": 1_773_855_000_000_i64, "status_id": 1,
            "status": "Success", "api": { "operation": operation, "service": { "name": "cloudtrail.amazonaws.com" } },
            "actor": { "user": { "name": "robot" } }, "metadata": { "version": "1.1.0", "product": { "name": "CloudTrail" } } })
        .to_string()
    };
    let process = json!({ "class_uid": 1007, "class_name": "Process Activity", "activity_id": 1, "time": 1_773_855_000_000_i64,
        "status_id": 1, "process": { "cmd_line": "auditctl -D", "name": "auditctl" }, "actor": { "user": { "name": "robot" } },
        "metadata": { "version": "1.1.0" } });
    let teleport = json!({ "event": "exec", "code": "T3002I", "time": "2026-03-18T17:30:00Z", "uid": "u", "user": "robot",
        "login": "root", "command": "auditctl -D", "exitCode": "0", "sid": "s" });
    let asked = |name: &str, arguments: Value| {
        json!({ "type": "assistant", "uuid": "a", "sessionId": "s", "timestamp": "2026-03-18T17:30:00Z", "message": { "role": "assistant",
            "content": [{ "type": "tool_use", "id": "t", "name": name, "input": arguments }] } })
        .to_string()
            + "\n"
    };
    let shell = json!({ "id": "resp_2", "object": "response", "created_at": 1_773_855_000, "model": "m", "output": [
        { "type": "shell_call", "id": "x", "call_id": "k", "action": { "commands": [RUN] }, "status": "completed" }] });
    let stdin = format!(
        "{}\n{}\n",
        json!({ "timestamp": "2026-03-18T17:29:00Z", "type": "session_meta", "payload": { "id": "x", "cwd": "/w" } }),
        json!({ "timestamp": "2026-03-18T17:30:00Z", "type": "response_item", "payload": { "type": "function_call",
            "name": "write_stdin", "call_id": "c", "arguments": json!({ "session_id": 1, "chars": format!("{RUN}\n") }).to_string() } })
    );
    let stream = json!({ "schemaType": "ModelInvocationLog", "timestamp": "2026-03-18T17:30:00Z", "accountId": "1",
        "identity": { "arn": "arn:aws:sts::1:assumed-role/agent/s" }, "requestId": "r", "operation": "InvokeModelWithResponseStream",
        "modelId": "m", "input": { "inputBodyJson": { "messages": [] } }, "output": { "outputBodyJson": [
            { "type": "content_block_start", "index": 0, "content_block": { "type": "tool_use", "id": "t", "name": "bash", "input": {} } },
            { "type": "content_block_delta", "index": 0, "delta": { "type": "input_json_delta", "partial_json": json!({ "command": RUN }).to_string() } }] } });
    let bench = json!({ "info": { "mini_version": "1" }, "messages": [{ "role": "assistant", "content": "go",
        "extra": { "actions": [{ "command": RUN }], "timestamp": 1_773_855_000.5 } }], "trajectory_format": "mini-swe-agent-1" });
    let hands = json!([{ "id": 1, "timestamp": "2026-03-18T17:30:00.123", "source": "agent", "message": "Running", "action": "run", "args": { "command": RUN } },
        { "id": 2, "timestamp": "2026-03-18T17:30:02.123", "source": "agent", "cause": 1, "observation": "run", "content": "ok" }]);
    let command = json!({ "eventTime": "2026-03-18T17:30:00Z", "eventSource": "ssm.amazonaws.com", "eventName": "SendCommand",
        "userIdentity": { "type": "IAMUser", "userName": "robot" }, "eventCategory": "Management", "requestParameters":
        { "instanceIds": ["i-1"], "documentName": "AWS-RunShellScript", "parameters": { "commands": ["auditctl -D"] } } });
    let exec = json!({ "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": "a", "stage": "ResponseComplete",
        "requestURI": "/api/v1/namespaces/n/pods/p/exec?command=auditctl&command=-D&stdout=true", "verb": "create",
        "user": { "username": "robot" }, "objectRef": { "resource": "pods", "namespace": "n", "name": "p", "subresource": "exec" },
        "responseStatus": { "code": 101 }, "requestReceivedTimestamp": "2026-03-18T17:30:00Z", "stageTimestamp": "2026-03-18T17:30:00Z" });
    let syslog = |said: &str| format!("<86>1 2026-03-18T17:30:00Z h {said}\n");
    vec![
        ("StopLogging in OCSF", Ocsf, ocsf("StopLogging"), Cloudtrail),
        ("DeleteTrail in OCSF", Ocsf, ocsf("DeleteTrail"), Cloudtrail),
        ("a process in OCSF", Ocsf, process.to_string(), Auditd),
        ("a session of Teleport", Teleport, teleport.to_string(), Auditd),
        (
            "sudo in the journal",
            Journald,
            journal("sudo", "robot : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/sbin/auditctl -D"),
            Auditd,
        ),
        (
            "sudo aws in the journal",
            Journald,
            journal("sudo", &format!("robot : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/{RUN}")),
            Cloudtrail,
        ),
        (
            "sudo pkill in syslog",
            Text,
            syslog("sudo 1 - - robot : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/pkill -9 auditd"),
            Auditd,
        ),
        (
            "lost in the journal",
            Journald,
            journal("kernel", "audit: audit_lost=42 audit_rate_limit=0 audit_backlog_limit=64"),
            Auditd,
        ),
        ("a queue in the journal", Journald, journal("kernel", "audit: kauditd hold queue overflow"), Auditd),
        (
            "stopped in the journal",
            Journald,
            journal("systemd", "Stopped auditd.service - Security Auditing Service."),
            Auditd,
        ),
        ("exiting in the journal", Journald, journal("auditd", "The audit daemon is exiting."), Auditd),
        ("lost in syslog", Text, syslog("kernel - - - audit: audit_lost=42 audit_rate_limit=0"), Auditd),
        ("lost in dmesg", Text, "[Wed Mar 18 17:30:00 2026] audit: audit_lost=42 audit_rate_limit=0\n".into(), Auditd),
        (
            "an audit command",
            Auditd,
            audit(
                "USER_CMD",
                &format!(
                    "pid=1 uid=1000 auid=1000 ses=1 msg='cwd=\"/\" cmd={} exe=\"/usr/bin/sudo\" res=success'",
                    hex(RUN)
                ),
            ),
            Cloudtrail,
        ),
        (
            "an audit of keys",
            Auditd,
            audit("TTY", &format!("tty pid=1 uid=0 auid=1000 ses=1 comm=\"bash\" data={}", hex(RUN))),
            Cloudtrail,
        ),
        ("shell_call", OpenaiChat, shell.to_string(), Cloudtrail),
        (
            "arguments of a span",
            Otlp,
            span(
                json!({ "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "bash", "gen_ai.tool.call.arguments": json!({ "command": RUN }).to_string() }),
            ),
            Cloudtrail,
        ),
        (
            "messages of a span",
            Otlp,
            span(
                json!({ "gen_ai.operation.name": "chat", "gen_ai.output.messages": json!([{ "role": "assistant", "parts": [{ "type": "tool_call", "id": "q", "name": "bash", "arguments": { "command": RUN } }] }]).to_string() }),
            ),
            Cloudtrail,
        ),
        (
            "full_command",
            Otlp,
            event(
                json!({ "event.name": "tool_result", "tool_name": "Bash", "success": "true", "tool_parameters": json!({ "bash_command": "aws", "full_command": RUN }).to_string() }),
                "claude_code.tool_result",
            ),
            Cloudtrail,
        ),
        (
            "function_args",
            Otlp,
            event(
                json!({ "event.name": "gemini_cli.tool_call", "function_name": "run_shell_command", "function_args": json!({ "command": RUN }).to_string() }),
                "Tool call",
            ),
            Cloudtrail,
        ),
        ("cli_command", ClaudeCode, asked("mcp__aws__call_aws", json!({ "cli_command": RUN })), Cloudtrail),
        (
            "a library",
            ClaudeCode,
            asked(
                "Bash",
                json!({ "command": "python3 -c 'import boto3; boto3.client(\"cloudtrail\").stop_logging(Name=\"data\")'" }),
            ),
            Cloudtrail,
        ),
        (
            "terraform",
            ClaudeCode,
            asked("Bash", json!({ "command": "terraform destroy -target=aws_cloudtrail.data -auto-approve" })),
            Cloudtrail,
        ),
        ("a signal", ClaudeCode, asked("Bash", json!({ "command": "kill -STOP $(pidof auditd)" })), Auditd),
        ("write_stdin", Codex, stdin, Cloudtrail),
        ("a streamed answer", OpenaiChat, stream.to_string(), Cloudtrail),
        ("actions of a benchmark", OpenaiChat, bench.to_string(), Cloudtrail),
        ("an action named run", OpenaiChat, hands.to_string(), Cloudtrail),
        ("SendCommand", Cloudtrail, command.to_string(), Auditd),
        ("exec into a pod", K8sAudit, exec.to_string(), Auditd),
        ("a column", Csv, format!("time,user,command\n2026-03-18T17:30:00Z,robot,{RUN}\n"), Cloudtrail),
        ("a call in a timeline", Format::Timesketch, "message,datetime,timestamp_desc,source_short\nrobot called StopLogging on trail data,2026-03-18T17:30:00+00:00,Event Time,AWS\n".into(), Cloudtrail),
        ("a pasted timeline", Text, format!("2026-03-18 17:30:00 UTC robot ran {RUN}\n"), Cloudtrail),
        ("a line of a timeline", Text, "2026-03-18 17:30 UTC robot runs auditctl -D on the host\n2026-03-18 17:31 UTC nothing\n".into(), Auditd),
    ]
}

#[test]
fn a_change_of_logging_in_any_evidence_ends_the_proof_of_what_it_touches() {
    let wrong: Vec<String> = rows()
        .iter()
        .filter_map(|(name, format, text, source)| {
            let proposal = proposal(*source, *format, text);
            let objected =
                proposal.objection.as_ref().is_some_and(|said| said.contains("“other”") || said.contains("other"));
            let is_right = objected
                && proposal.completeness == Completeness::None
                && proposal.logging_changes.elsewhere.len() == 1;
            (!is_right).then(|| format!("{name}: {:?} {:?}", proposal.objection, proposal.logging_changes.elsewhere))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows().len(), wrong.join("\n"));
}

#[test]
fn what_is_only_said_of_logging_ends_no_proof() {
    let said = |role: &str, content: Value| {
        json!({ "type": role, "uuid": "a", "sessionId": "s", "timestamp": "2026-03-18T17:30:00Z",
            "message": { "role": role, "content": content } })
        .to_string()
            + "\n"
    };
    let answer = json!({ "type": "tool_result", "tool_use_id": "t", "content": format!("{{\"command\": \"{RUN}\"}}") });
    let rows = [
        (Format::ClaudeCode, said("user", json!(format!("Never run {RUN}")))),
        (Format::ClaudeCode, said("assistant", json!([{ "type": "text", "text": format!("Do not run {RUN}") }]))),
        (Format::ClaudeCode, said("assistant", json!([{ "type": "tool_use", "id": "t", "name": "Grep", "input": { "pattern": "stop-logging" } }]))),
        (Format::ClaudeCode, said("user", json!([answer]))),
        (Format::Journald, journal("kernel", "audit: audit_enabled=1 audit_lost=0 audit_backlog=0")),
        (Format::Journald, journal("systemd", "Stopped nginx.service.")),
        (Format::Cloudtrail, json!({ "eventTime": "2026-03-18T17:30:00Z", "eventSource": "iam.amazonaws.com", "eventName": "PutRolePolicy",
            "userIdentity": { "type": "IAMUser", "userName": "robot" }, "requestParameters":
            { "roleName": "r", "policyDocument": "{\"Effect\":\"Deny\",\"Action\":\"cloudtrail:StopLogging\"}" } }).to_string()),
    ];
    for (format, text) in rows {
        for source in [Format::Cloudtrail, Format::Auditd] {
            let proposal = proposal(source, format, &text);
            assert_eq!(proposal.objection, None, "{text}");
        }
    }
}

#[test]
fn an_audit_log_that_tells_its_own_end_is_not_whole() {
    let (log, ..) = relied(Format::Auditd);
    for told in [
        audit(
            "SERVICE_STOP",
            "pid=1 uid=0 auid=4294967295 ses=4294967295 msg='unit=auditd comm=\"systemd\" res=success'",
        ),
        audit(
            "USER_CMD",
            &format!("pid=1 uid=1000 auid=1000 ses=1 msg='cwd=\"/\" cmd={} res=success'", hex("auditctl -D")),
        ),
        audit("SYSCALL", "arch=c000003e syscall=59 success=yes exit=0 auid=1000 uid=0 comm=\"auditctl\"")
            + &audit("EXECVE", "argc=2 a0=\"auditctl\" a1=\"-D\""),
        audit("SYSCALL", "arch=c000003e syscall=59 success=yes exit=0 auid=1000 uid=0 comm=\"auditctl\"")
            + &audit("PATH", "item=0 name=\"/sbin/auditctl\" nametype=NORMAL")
            + &audit("PROCTITLE", &format!("proctitle={}", hex("auditctl\0-D"))),
    ] {
        let told = told.replace(":7)", ":104)").replace("1773855000", "1773855600");
        let text: String =
            log.lines().map(|line| if line.contains(":104)") { told.clone() } else { format!("{line}\n") }).collect();
        let proposal = world(Format::Auditd, &text, "books", "read", "direct_db").propose();
        assert!(proposal.objection.is_some(), "{told}");
        assert_eq!(proposal.logging_changes.effective.len(), 1, "{told}");
    }
}

#[test]
fn records_of_types_that_are_not_known_are_counted_and_prove_less() {
    let (log, ..) = relied(Format::Auditd);
    for kind in ["UNKNOWN[1420]", "ZZZ_NEW", "INTEGRITY_RULE"] {
        let text: String = log
            .lines()
            .enumerate()
            .map(|(at, line)| {
                format!(
                    "{}\n",
                    if (3..10).contains(&at) {
                        line.replace("type=SYSCALL", &format!("type={kind}"))
                    } else {
                        line.into()
                    }
                )
            })
            .collect();
        let summary = read_as(text.as_bytes(), Format::Auditd, &Options::default()).summary;
        assert_eq!(summary.strange.get(kind), Some(&7), "{:?}", summary.strange);
        let proposal = world(Format::Auditd, &text, "books", "read", "direct_db").propose();
        assert_ne!(proposal.mode, CoverageMode::All, "{}", proposal.mode_reason);
    }
    let (trail, ..) = relied(Format::Cloudtrail);
    let proposal =
        world(Format::Cloudtrail, &format!("{trail}{{\"kind\":\"weird\"}}\n"), "south", "read", "api").propose();
    assert_ne!(proposal.mode, CoverageMode::All, "{}", proposal.mode_reason);
}
