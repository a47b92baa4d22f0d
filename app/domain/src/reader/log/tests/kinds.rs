//! Kinds of logs that were read wrongly once: one small input of each, and what it has to give.

use crate::reader::log::{Format, LogRecord, Options, TimeFlag, WholeLog, detect, read_as};
use crate::time::Instant;
use crate::vocabulary::PrincipalKind::{self, Agent, Human, System};
use crate::vocabulary::{Effect, Outcome, Verb};

fn read(text: &str) -> WholeLog {
    let options = Options { collected_at: Instant::parse("2026-05-02T09:00:00Z").ok(), ..Options::default() };
    read_as(text.as_bytes(), detect(text.as_bytes(), ""), &options)
}

/// Who did what to what, and how it ended.
type Told<'a> = (PrincipalKind, &'a str, Verb, &'a str, Outcome);

fn told(record: &LogRecord) -> Told<'_> {
    (record.actor.kind, &record.actor.name, record.verb, &record.resource, record.outcome)
}

/// Reads inputs that hold no other format's record, and looks for an act in each.
#[test]
fn acts_of_agents_are_found_in_every_shape() {
    let rows: &[(&str, &str, Told<'_>)] = &[
        (
            "blocks",
            r#"{"role":"assistant","model":"m-1","content":[{"type":"tool_use","id":"t","name":"delete_file","input":{"path":"/a"}}]}
{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"no such file","is_error":true}]}"#,
            (Agent, "m-1", Verb::Delete, "/a", Outcome::Error),
        ),
        (
            "blocks of an answer",
            r#"{"id":"m","type":"message","role":"assistant","model":"m-1","stop_reason":"tool_use","content":[{"type":"tool_use","id":"t","name":"delete_file","input":{"path":"/a"}}]}"#,
            (Agent, "m-1", Verb::Delete, "/a", Outcome::Unknown),
        ),
        (
            "a response",
            r#"{"object":"response","created_at":1773853200,"model":"m-2","input":"go","output":[{"type":"reasoning"},{"type":"function_call","call_id":"c","name":"delete_user","arguments":"{\"user\":\"eve\"}"}]}"#,
            (Agent, "m-2", Verb::Delete, "eve", Outcome::Unknown),
        ),
        (
            "a response over several lines",
            "{\n \"object\": \"response\",\n \"model\": \"m-2\",\n \"output\": [\n  {\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"delete_user\",\"arguments\":\"{\\\"user\\\":\\\"eve\\\"}\"}\n ]\n}",
            (Agent, "m-2", Verb::Delete, "eve", Outcome::Unknown),
        ),
        (
            "request and response",
            r#"{"timestamp":"2026-03-18T17:00:00Z","request":{"model":"m-3","messages":[{"role":"user","content":"go"}]},"response":{"choices":[{"message":{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"send_mail","arguments":"{\"to\":\"eve\"}"}}]}}]}}"#,
            (Agent, "m-3", Verb::Share, "eve", Outcome::Unknown),
        ),
        (
            "parts",
            r#"{"sessionId":"s","parentUuid":"1","type":"assistant","model":"m-4","message":{"role":"model","parts":[{"functionCall":{"id":"c","name":"run_shell_command","args":{"command":"rm -rf /b"}}}]}}"#,
            (Agent, "m-4", Verb::Execute, "rm -rf /b", Outcome::Unknown),
        ),
        (
            "calls with results",
            r#"{"sessionId":"s","messages":[{"type":"user","content":"go"},{"type":"gemini","model":"m-5","content":"","toolCalls":[{"id":"c","name":"write_file","args":{"path":"/c"},"status":"success","result":"done"}]}]}"#,
            (Agent, "m-5", Verb::Write, "/c", Outcome::Success),
        ),
        (
            "a call over MCP",
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"delete_issue","arguments":{"id":"9"}}}"#,
            (Agent, "assistant", Verb::Delete, "9", Outcome::Unknown),
        ),
        (
            "an invocation at a cloud",
            r#"{"schemaType":"ModelInvocationLog","timestamp":"2026-03-18T17:00:00Z","modelId":"m-6","output":{"outputBodyJson":{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"delete_key","input":{"name":"k"}}}]}}}}}"#,
            (Agent, "m-6", Verb::Delete, "k", Outcome::Unknown),
        ),
        (
            "steps of a benchmark",
            r#"{"trajectory":[{"action":"rm -rf /d","observation":"","thought":"tidy"}]}"#,
            (Agent, "assistant", Verb::Execute, "rm -rf /d", Outcome::Unknown),
        ),
        (
            "an assistant of an office",
            r#"{"CreationTime":"2026-03-18T17:00:00","Operation":"CopilotInteraction","Workload":"Copilot","UserType":0,"UserId":"vera@example.com","CopilotEventData":{"ThreadId":"t","AccessedResources":[{"Action":"Read","Name":"Pay.xlsx","SiteUrl":"https://example.com/hr"},{"Name":"Plan.docx"}]}}"#,
            (Agent, "Copilot", Verb::Read, "https://example.com/hr/Pay.xlsx", Outcome::Unknown),
        ),
    ];
    for (kind, text, wanted) in rows {
        let reading = read(text);
        assert_eq!(reading.summary.unreadable, 0, "{kind}");
        assert!(
            reading.records.iter().any(|record| told(record) == *wanted),
            "{kind}: {:?}",
            reading.records.iter().map(told).collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_turn_that_is_not_understood_is_counted() {
    for text in [
        r#"{"type":"assistant","sessionId":"s","uuid":"u","message":{"role":"assistant","blobs":[1]}}"#,
        r#"{"role":"assistant","content":[{"type":"levitate","height":3}]}"#,
        r#"{"type":"event_msg","payload":{"type":"teleported","message":"x"}}"#,
        r#"{"type":"response_item","payload":{"type":"hologram"}}"#,
    ] {
        let reading = read(text);
        assert_eq!((reading.records.len(), reading.summary.strangers()), (1, (1, 1)), "{text}");
        assert!(reading.records[0].needs_review.is_some(), "{text}");
    }
}

#[test]
fn acts_on_clouds_and_offices_are_what_they_are() {
    let aws = |source: &str, name: &str, request: &str| {
        format!(
            r#"{{"eventTime":"2026-03-18T17:00:00Z","eventSource":"{source}.amazonaws.com","eventName":"{name}","userIdentity":{{"type":"IAMUser","userName":"vera"}},"requestParameters":{request},"eventCategory":"Management"}}"#
        )
    };
    let act = |text: &str| {
        let reading = read(text);
        let record = &reading.records[0];
        (record.verb, record.effect, record.resource.clone())
    };
    let of = |verb, effect, resource: &str| (verb, effect, resource.to_string());
    assert_eq!(act(&aws("ssm", "StartSession", r#"{"target":"i-1"}"#)).0, Verb::Execute);
    assert_eq!(
        act(&aws("ssm", "SendCommand", r#"{"instanceIds":["i-1","i-2"]}"#)),
        of(Verb::Execute, Effect::Mutating, "i-1")
    );
    assert_eq!(act(&aws("kms", "DisableKey", r#"{"keyId":"k"}"#)), of(Verb::Delete, Effect::Destructive, "k"));
    assert_eq!(
        act(&aws("ec2", "TerminateInstances", r#"{"instancesSet":{"items":[{"instanceId":"i-7"}]}}"#)),
        of(Verb::Delete, Effect::Destructive, "i-7")
    );
    assert_eq!(act(&aws("s3", "PutBucketPolicy", r#"{"bucketName":"b"}"#)).0, Verb::Grant);
    assert_eq!(act(&aws("s3", "PutBucketLifecycle", r#"{"bucketName":"audit-trail"}"#)).0, Verb::LoggingControl);
    assert_eq!(
        act(&aws("s3", "DeleteObject", r#"{"bucketName":"b","key":"AWSLogs/1/CloudTrail/x"}"#)).0,
        Verb::LoggingControl
    );
    let plain = read(&aws("s3", "PutBucketLifecycle", r#"{"bucketName":"pictures"}"#));
    assert!(!plain.records[0].hints.logging_control && plain.records[0].needs_review.is_some());
    let google = |method: &str| {
        format!(
            r#"{{"timestamp":"2026-03-18T17:00:00Z","protoPayload":{{"methodName":"{method}","authenticationInfo":{{"principalEmail":"vera@example.com"}},"resourceName":"r"}}}}"#
        )
    };
    assert_eq!(act(&google("io.k8s.core.v1.pods.portforward.create")).0, Verb::Execute);
    assert_eq!(act(&google("io.k8s.core.v1.serviceaccounts.token.create")).0, Verb::Grant);
    assert_eq!(act(&google("io.k8s.core.v1.pods.create")).0, Verb::Write);
    let slack = r#"{"date_create":1773853200,"action":"role_transferred","actor":{"type":"user","user":{"email":"vera@example.com"}},"entity":{"type":"user"}}"#;
    assert_eq!(act(slack).1, Effect::Privilege);
}

#[test]
fn records_of_microsoft_are_read_in_every_envelope() {
    let rows: &[(&str, &str, Told<'_>)] = &[
        (
            "Graph",
            r#"{"category":"RoleManagement","result":"failure","activityDisplayName":"Add member to role","activityDateTime":"2026-03-18T17:00:00Z","initiatedBy":{"user":{"userPrincipalName":"vera@example.com"}},"targetResources":[{"displayName":"Admins"}]}"#,
            (Human, "vera@example.com", Verb::Grant, "Admins", Outcome::Error),
        ),
        (
            "Log Analytics",
            r#"{"TimeGenerated":"2026-03-18T17:00:00Z","Type":"AuditLogs","Category":"GroupManagement","ResourceId":"/tenants/0/providers/Microsoft.aadiam","OperationName":"Delete group","ActivityDisplayName":"Delete group","Result":"success","InitiatedBy":"{\"app\":{\"displayName\":\"sync\"}}","TargetResources":"[{\"displayName\":\"Ops\"}]"}"#,
            (PrincipalKind::Service, "sync", Verb::Delete, "Ops", Outcome::Success),
        ),
        (
            "a refused request",
            r#"{"time":"2026-03-18T17:00:00Z","category":"MicrosoftGraphActivityLogs","operationName":"Microsoft Graph Activity","resourceId":"/TENANTS/1/PROVIDERS/MICROSOFT.AADIAM","properties":{"requestMethod":"DELETE","requestUri":"https://graph/x","responseStatusCode":403,"userId":"u9"}}"#,
            (Human, "u9", Verb::Delete, "https://graph/x", Outcome::Denied),
        ),
        (
            "a vault",
            r#"{"time":"2026-03-18T17:00:00Z","category":"AuditEvent","operationName":"KeyDecrypt","resultType":"Success","identity":{"claim":{"upn":"vera@example.com"}},"properties":{"id":"https://v/keys/k","httpStatusCode":200},"resourceId":"/X/VAULTS/V"}"#,
            (Human, "vera@example.com", Verb::Read, "https://v/keys/k", Outcome::Success),
        ),
        (
            "a query of the audit log",
            r#"{"createdDateTime":"2026-03-18T17:00:00Z","operation":"FileDownloaded","userType":"Regular","userId":"vera@example.com","service":"SharePoint","objectId":"https://s/a.docx"}"#,
            (Human, "vera@example.com", Verb::Read, "https://s/a.docx", Outcome::Unknown),
        ),
    ];
    for (kind, text, wanted) in rows {
        let reading = read(text);
        assert_eq!(told(&reading.records[0]), *wanted, "{kind}");
        assert_eq!(reading.records[0].time.map(Instant::rfc3339).as_deref(), Some("2026-03-18T17:00:00Z"), "{kind}");
    }
}

#[test]
fn envelopes_are_taken_off() {
    let record = r#"{"eventTime":"2026-03-18T17:00:00Z","eventSource":"iam.amazonaws.com","eventName":"DeleteUser","userIdentity":{"type":"IAMUser","userName":"robot"},"requestParameters":{"userName":"eve"}}"#;
    let quoted = serde_json::to_string(record).unwrap();
    for text in [
        format!(
            r#"{{"version":"0","detail-type":"AWS API Call via CloudTrail","time":"2026-03-18T17:00:00Z","detail":{record}}}"#
        ),
        format!(r#"{{"_index":"trail","_source":{record}}}"#),
        format!(r#"{{"preview":false,"result":{{"_raw":{quoted}}}}}"#),
        format!(r#"{{"logEvents":[{{"id":"1","timestamp":1773853200000,"message":{quoted}}}]}}"#),
        format!(r#"{{"timestamp":1773853200000,"message":{quoted}}}"#),
    ] {
        let reading = read(&text);
        let [one] = reading.records.as_slice() else { panic!("{text}: {:?}", reading.records) };
        assert_eq!(
            (reading.format, one.action.as_str(), one.resource.as_str(), one.actor.name.as_str()),
            (Format::Cloudtrail, "DeleteUser", "eve", "robot"),
            "{text}"
        );
    }
}

#[test]
fn refusals_of_machines_are_denied() {
    let rows: &[(&str, &str, Verb, Outcome)] = &[
        (
            "type=AVC msg=audit(1700000000.0:1): apparmor=\"DENIED\" operation=\"open\" profile=\"p\" name=\"/etc/shadow\" requested_mask=\"r\" denied_mask=\"r\"",
            "open",
            Verb::Read,
            Outcome::Denied,
        ),
        (
            "type=AVC msg=audit(1700000000.0:1): apparmor=\"ALLOWED\" operation=\"ptrace\" profile=\"p\"",
            "ptrace",
            Verb::Execute,
            Outcome::Success,
        ),
        (
            "type=AVC msg=audit(1700000000.0:1): avc:  denied  { unlink } for  pid=1 comm=\"rm\" name=\"a\" permissive=0",
            "unlink",
            Verb::Delete,
            Outcome::Denied,
        ),
        (
            "type=AVC msg=audit(1700000000.0:1): avc:  denied  { read } for  pid=1 comm=\"cat\" permissive=1",
            "read",
            Verb::Read,
            Outcome::Unknown,
        ),
        (
            "type=DAEMON_CONFIG msg=audit(1700000000.0:3) config changed, auid=0 res=success",
            "DAEMON_CONFIG",
            Verb::LoggingControl,
            Outcome::Success,
        ),
        (
            "type=CONFIG_CHANGE msg=audit(1700000000.0:4): auid=0 audit_enabled=0 old=1 res=1",
            "CONFIG_CHANGE disable audit",
            Verb::LoggingControl,
            Outcome::Success,
        ),
    ];
    for (line, action, verb, outcome) in rows {
        let reading = read(line);
        assert_eq!(reading.summary.unreadable, 0, "{line}");
        let record = &reading.records[0];
        assert_eq!((record.action.as_str(), record.verb, record.outcome), (*action, *verb, *outcome), "{line}");
    }
    let interpreted = read(
        "----\ntype=USER_CMD msg=audit(04/30/26 08:00:01.500:9) : pid=1 uid=root auid=vera ses=1 msg='cwd=/ cmd=rm -rf /srv terminal=pts/0 res=success'\n",
    );
    let [one] = interpreted.records.as_slice() else { panic!("{:?}", interpreted.records) };
    assert_eq!(told(one), (Human, "vera", Verb::Execute, "rm -rf /srv", Outcome::Success));
    assert_eq!(
        (one.time.unwrap().rfc3339().as_str(), &one.time_flag),
        ("2026-04-30T08:00:01.500Z", &TimeFlag::AssumedUtc)
    );
}

#[test]
fn lines_of_programs_say_who_did_what() {
    let rows: &[(&str, Told<'_>)] = &[
        (
            "Apr 30 08:00:01 web sshd[1]: Failed password for invalid user eve from 192.0.2.9 port 1 ssh2",
            (Human, "eve", Verb::Login, "web", Outcome::Denied),
        ),
        (
            "<86>Apr 30 08:00:01 web sudo: vera : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/rm -rf /srv",
            (Human, "vera", Verb::Execute, "/bin/rm -rf /srv", Outcome::Success),
        ),
        (
            "<34>1 2026-04-30T08:00:01Z web su - ID47 [a@1 b=\"c\"] su root failed",
            (System, "su", Verb::Login, "", Outcome::Denied),
        ),
        (
            "192.0.2.1 - vera [30/Apr/2026:08:00:01 +0000] \"DELETE /api/users/9 HTTP/1.1\" 403 0 \"-\" \"curl/8\"",
            (Human, "vera", Verb::Delete, "/api/users/9", Outcome::Denied),
        ),
        (
            "192.0.2.1 - - [30/Apr/2026:08:00:01 +0000] \"GET /x HTTP/1.1\" 200 5",
            (PrincipalKind::Unknown, "", Verb::Read, "/x", Outcome::Success),
        ),
        (
            "2026-04-30 18:00:01 AEST [12-1] robot@prod LOG:  statement: DELETE FROM users",
            (PrincipalKind::Unknown, "robot", Verb::Delete, "prod/users", Outcome::Unknown),
        ),
    ];
    for (line, wanted) in rows {
        let reading = read(line);
        let format = match () {
            () if line.contains("HTTP/") => Format::WebAccess,
            () if line.contains("LOG:") => Format::Postgres,
            () => Format::Text,
        };
        assert_eq!((reading.format, reading.summary.unreadable, reading.records.len()), (format, 0, 1), "{line}");
        assert_eq!(told(&reading.records[0]), *wanted, "{line}");
        assert_eq!(reading.records[0].time.map(Instant::rfc3339).as_deref(), Some("2026-04-30T08:00:01Z"), "{line}");
    }
}

#[test]
fn nested_actors_and_outcomes_are_found() {
    let rows: &[(&str, (&str, Verb, Outcome))] = &[
        (
            r#"{"timestamp":1773853441000,"serviceName":"shop","actionName":"login","userIdentity":{"email":"vera@example.com"},"response":{"statusCode":403}}"#,
            ("vera@example.com", Verb::Login, Outcome::Denied),
        ),
        (
            r#"{"timestamp":"2026-03-18T17:04:01Z","accountId":"1","identity":{"arn":"arn:aws:sts::1:assumed-role/ops/robot"},"operation":"Delete"}"#,
            ("ops/robot", Verb::Delete, Outcome::Unknown),
        ),
        (
            r#"{"time":"2026-03-18 17:05:00","operator":"vera","action":"Delete","success":"true"}"#,
            ("vera", Verb::Delete, Outcome::Success),
        ),
        (
            r#"{"time":"2026-03-18T17:06:00Z","event":"auth","success":false,"user":"vera"}"#,
            ("vera", Verb::Login, Outcome::Denied),
        ),
    ];
    for (text, wanted) in rows {
        let reading = read(text);
        let record = &reading.records[0];
        assert_eq!((record.actor.name.as_str(), record.verb, record.outcome), *wanted, "{text}");
    }
}

#[test]
fn no_reading_of_a_time_is_far_from_any_log() {
    use crate::reader::log::stamp::read_stamp;
    for (text, time) in [
        ("20260430080001.024", "2026-04-30T08:00:01.024Z"),
        ("20260430T080001Z", "2026-04-30T08:00:01Z"),
        ("202604300800", "2026-04-30T08:00:00Z"),
        ("20260430080001024", "2026-04-30T08:00:01.024Z"),
        ("20260430", "2026-04-30T00:00:00Z"),
        ("2026-04-30 08:00:01 ET", "2026-04-30T12:00:01Z"),
        ("2026-04-30 08:00:01 SAST", "2026-04-30T06:00:01Z"),
    ] {
        assert_eq!(read_stamp(text, None).time.map(Instant::rfc3339).as_deref(), Some(time), "{text}");
    }
    // In the hour that the clocks showed twice, and of which nobody says which it was, it is one of two.
    let twice = read_stamp("2026-11-01 01:30:00 ET", None);
    let ends = [twice.time, twice.latest].map(|time| time.map(Instant::rfc3339).unwrap_or_default());
    assert_eq!((ends, twice.flag), (["2026-11-01T05:30:00Z".into(), "2026-11-01T06:30:00Z".into()], TimeFlag::Range));
    for text in
        ["0001-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "5", "99999999999", "20261340080001"]
    {
        assert_eq!(read_stamp(text, None).flag, TimeFlag::Unreadable(text.into()), "{text}");
    }
}
