//! Shapes that were taken for others, or of which a part was passed over.

use super::fixtures::read_detected;
use crate::reader::log::{Format, LogRecord};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

fn acts(text: &str) -> Vec<LogRecord> {
    let reading = read_detected(text);
    assert_eq!(reading.summary.unreadable, 0, "{text}: {:?}", reading.parse_errors);
    reading.records.into_iter().filter(|record| !matches!(record.verb, Verb::Post | Verb::Other)).collect()
}

fn one(text: &str) -> LogRecord {
    acts(text).into_iter().next().unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn a_session_of_copilot_is_read_with_and_without_its_executions() {
    let lines = [
        r#"{"type":"session.start","id":"e0","parentId":null,"timestamp":"2026-03-18T17:00:00.000Z","data":{"sessionId":"s","version":1,"producer":"copilot-agent","selectedModel":"m-7"}}"#,
        r#"{"type":"user.message","id":"e1","parentId":"e0","timestamp":"2026-03-18T17:00:01.000Z","data":{"content":"tidy up","attachments":[]}}"#,
        r#"{"type":"assistant.message","id":"e2","parentId":"e1","timestamp":"2026-03-18T17:00:02.000Z","data":{"messageId":"m","content":"","toolRequests":[{"toolCallId":"c1","name":"bash","arguments":{"command":"rm -rf build"},"type":"function"}]}}"#,
    ];
    let flat = lines.map(|line| line.replace("\"parentId\"", "\"parentUuid\"").replace("\"id\":\"e", "\"uuid\":\"e"));
    let sessions = lines.map(|line| line.replacen("\"data\"", "\"sessionId\":\"s\",\"uuid\":\"u\",\"data\"", 1));
    for text in [lines.join("\n"), lines[1..].join("\n"), lines[2].to_string(), flat.join("\n"), sessions.join("\n")] {
        let reading = read_detected(&text);
        assert_eq!(reading.format, Format::OpenaiChat, "{text}");
        let act = reading
            .records
            .iter()
            .find(|record| record.verb == Verb::Execute)
            .unwrap_or_else(|| panic!("{text}: {:?}", reading.records));
        assert_eq!((act.resource.as_str(), act.effect), ("rm -rf build", Effect::Destructive), "{text}");
        assert_eq!(reading.summary.strangers(), (0, 0), "{text}: {:?}", reading.summary.strange);
    }
}

#[test]
fn requests_over_mcp_tell_what_they_reach() {
    for (method, params, verb, effect, resource) in [
        ("resources/read", r#"{"uri":"file:///etc/passwd"}"#, Verb::Read, Effect::Read, "file:///etc/passwd"),
        ("resources/subscribe", r#"{"uri":"file:///etc/passwd"}"#, Verb::Read, Effect::Read, "file:///etc/passwd"),
        ("prompts/get", r#"{"name":"plan"}"#, Verb::Read, Effect::Read, "plan"),
        ("resources/list", "{}", Verb::List, Effect::Read, ""),
        ("tools/list", "{}", Verb::List, Effect::Read, ""),
    ] {
        let request = format!(r#"{{"jsonrpc":"2.0","id":7,"method":"{method}","params":{params}}}"#);
        let record = one(&request);
        assert_eq!((record.verb, record.effect, record.resource.as_str()), (verb, effect, resource), "{method}");
        let answer = r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32002,"message":"Resource not found"}}"#;
        let record = one(&format!("{request}\n{answer}"));
        assert_eq!((record.outcome, record.resource.as_str()), (Outcome::Error, resource), "{method}");
    }
}

#[test]
fn a_patch_names_the_files_that_it_deletes() {
    let call = |operation: &str| {
        format!(
            r#"{{"object":"response","model":"m","output":[{{"type":"apply_patch_call","id":"a","call_id":"c","status":"completed","operation":{operation}}},{{"type":"apply_patch_call_output","call_id":"c","status":"failed","output":"no such file"}}]}}"#
        )
    };
    let patch = |patch: &str| {
        format!(
            r#"{{"type":"response_item","timestamp":"2026-03-18T17:00:00Z","payload":{{"type":"custom_tool_call","call_id":"c","name":"apply_patch","input":"{patch}"}}}}"#
        )
    };
    let function = r#"{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"apply_patch","arguments":"{\"input\":\"*** Begin Patch\\n*** Delete File: src/a.rs\\n*** End Patch\"}"}}]}"#;
    for (text, verb, effect, resource) in [
        (call(r#"{"type":"delete_file","path":"src/a.rs"}"#), Verb::Delete, Effect::Destructive, "src/a.rs"),
        (call(r#"{"type":"create_file","path":"src/b.rs","diff":"+x"}"#), Verb::Write, Effect::Mutating, "src/b.rs"),
        (call(r#"{"type":"update_file","path":"src/c.rs","diff":"-x"}"#), Verb::Write, Effect::Mutating, "src/c.rs"),
        (
            patch(r"*** Begin Patch\n*** Delete File: src/a.rs\n*** End Patch"),
            Verb::Delete,
            Effect::Destructive,
            "src/a.rs",
        ),
        (
            patch(r"*** Begin Patch\n*** Update File: src/b.rs\n@@\n-x\n+y\n*** Delete File: src/a.rs\n*** End Patch"),
            Verb::Delete,
            Effect::Destructive,
            "src/a.rs src/b.rs",
        ),
        (
            patch(r"*** Begin Patch\n*** Add File: src/d.rs\n+x\n*** End Patch"),
            Verb::Write,
            Effect::Mutating,
            "src/d.rs",
        ),
        (function.to_string(), Verb::Delete, Effect::Destructive, "src/a.rs"),
    ] {
        let record = one(&text);
        assert_eq!((record.verb, record.effect, record.resource.as_str()), (verb, effect, resource), "{text}");
    }
    assert_eq!(one(&call(r#"{"type":"delete_file","path":"src/a.rs"}"#)).outcome, Outcome::Error);
}

#[test]
fn a_table_of_observations_is_read_as_the_trace_that_it_is() {
    let header = "id,traceId,type,name,startTime,endTime,level,statusMessage,input,output,model,userId,sessionId";
    let rows = [
        r#"o1,t1,TOOL,delete_file,2026-03-18T17:00:00.000Z,2026-03-18T17:00:01.000Z,ERROR,no such file,"{""path"":""/a""}",,,vera@example.com,s1"#,
        r#"o2,t1,TOOL,read_file,2026-03-18T17:00:02.000Z,,DEFAULT,,"{""path"":""/b""}",text,,vera@example.com,s1"#,
        r#"o3,t1,GENERATION,answer,2026-03-18T17:00:03.000Z,,DEFAULT,,,done,m-8,vera@example.com,s1"#,
    ];
    let spaced = header
        .replace("traceId", "Trace ID")
        .replace("startTime", "Start Time")
        .replace("statusMessage", "Status Message");
    let snake = header
        .replace("traceId", "trace_id")
        .replace("startTime", "start_time")
        .replace("statusMessage", "status_message");
    for header in [header, &spaced, &snake] {
        let reading = read_detected(&format!("{header}\n{}\n", rows.join("\n")));
        assert_eq!((reading.format, reading.summary.unreadable), (Format::OpenaiChat, 0), "{header}");
        let told: Vec<_> = reading
            .records
            .iter()
            .map(|record| (record.tool.as_deref(), record.verb, record.resource.as_str(), record.outcome))
            .collect();
        assert_eq!(
            told,
            [
                (Some("delete_file"), Verb::Delete, "/a", Outcome::Error),
                (Some("read_file"), Verb::Read, "/b", Outcome::Unknown),
                (None, Verb::Call, "m-8", Outcome::Unknown),
            ],
            "{header}"
        );
        assert_eq!(reading.records[0].error.as_deref(), Some("no such file"));
        assert_eq!(reading.records[0].time.map(|at| at.rfc3339()).as_deref(), Some("2026-03-18T17:00:00Z"));
        assert_eq!(reading.records[0].raw.first_line, 2);
    }
}

#[test]
fn a_bucket_logs_acts_that_nobody_asked_for_over_http() {
    let line = |operation: &str, key: &str| {
        format!(
            r#"79a5 books [18/Mar/2026:17:00:00 +0000] - AmazonS3 9C22 {operation} {key} "-" - - - 3 - - "-" "-" - - - - - - - -"#
        )
    };
    for (operation, effect) in [
        ("S3.EXPIRE.OBJECT", Effect::Destructive),
        ("S3.CREATE.DELETEMARKER", Effect::Destructive),
        ("S3.TRANSITION_GDA.OBJECT", Effect::Mutating),
    ] {
        let record = one(&line(operation, "a.txt"));
        assert_eq!((record.action.as_str(), record.effect), (operation, effect));
        assert_eq!((record.resource.as_str(), record.outcome), ("books/a.txt", Outcome::Success), "{operation}");
        assert_eq!((record.actor.kind, record.actor.name.as_str()), (PrincipalKind::System, "AmazonS3"), "{operation}");
    }
    let batch = r#"79a5 books [18/Mar/2026:17:00:00 +0000] 192.0.2.3 arn:aws:iam::111122223333:user/vera 3E57 BATCH.DELETE.OBJECT a.txt "-" 204 - - 1 - - "-" "-" - - SigV4 - AuthHeader - - - -"#;
    let record = one(batch);
    assert_eq!((record.verb, record.effect, record.outcome), (Verb::Delete, Effect::Destructive, Outcome::Success));
    assert_eq!((record.resource.as_str(), record.actor.name.as_str()), ("books/a.txt", "vera"));
    let refused = batch.replace(" 204 - - 1", " 403 AccessDenied - 1");
    assert_eq!(one(&refused).outcome, Outcome::Denied);
}

#[test]
fn what_was_deleted_is_named_by_its_id() {
    for (kind, id, resource) in [
        ("api_key.deleted", r#""api_key.deleted":{"id":"key_1"}"#, "key_1"),
        ("user.deleted", r#""user.deleted":{"id":"user-2"}"#, "user-2"),
        ("service_account.deleted", r#""service_account.deleted":{"id":"sa-3"}"#, "sa-3"),
        ("user.deleted", r#""user_deleted":{"id":"user-2"}"#, "user-2"),
        ("role.assignment.deleted", r#""role.assignment.deleted":{"id":"ra-4","principal_id":"user-5"}"#, "ra-4"),
    ] {
        let record = one(&format!(
            r#"{{"object":"organization.audit_log","id":"l","type":"{kind}","effective_at":1773853200,"actor":{{"type":"session","session":{{"user":{{"id":"u","email":"vera@example.com"}}}}}},"project":{{"id":"proj","name":"Books"}},{id}}}"#
        ));
        assert_eq!((record.resource.as_str(), record.effect.is_effectful()), (resource, true), "{kind} {id}");
    }
}

#[test]
fn a_user_of_identity_center_is_the_one_who_acts() {
    let event = |identity: &str, rest: &str| {
        format!(
            r#"{{"eventTime":"2026-03-18T17:00:00Z","eventSource":"sso.amazonaws.com","eventName":"ListApplications","userIdentity":{identity},"eventCategory":"Management"{rest}}}"#
        )
    };
    let direct = r#"{"type":"IdentityCenterUser","accountId":"111122223333","onBehalfOf":{"userId":"c061-7","identityStoreArn":"arn:aws:identitystore::111122223333:identitystore/d-1"},"credentialId":"cred"}"#;
    let named = r#","additionalEventData":{"UserName":"vera@example.com","CredentialType":"PASSWORD"}"#;
    let record = one(&event(direct, ""));
    assert_eq!((record.actor.kind, record.actor.name.as_str()), (PrincipalKind::Human, "c061-7"));
    assert_eq!(record.on_behalf_of, None, "nobody acts for oneself");
    let record = one(&event(direct, named));
    assert_eq!(record.actor.name, "vera@example.com");
    assert_eq!(record.actor.id.as_deref(), Some("c061-7"));
    let role = r#"{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/Robot/run-7","accountId":"111122223333","onBehalfOf":{"userId":"c061-7","identityStoreArn":"arn:aws:identitystore::111122223333:identitystore/d-1"}}"#;
    let record = one(&event(role, ""));
    assert_eq!(
        (record.actor.name.as_str(), record.on_behalf_of.map(|one| one.name).as_deref()),
        ("run-7", Some("c061-7"))
    );
}

#[test]
fn a_sign_in_that_failed_at_gitlab_was_denied() {
    for text in [
        r#"{"severity":"INFO","time":"2026-03-18T17:00:00.000Z","correlation_id":"c","author_id":-1,"author_name":"vera","entity_id":1,"entity_type":"User","failed_login":"STANDARD","ip_address":"192.0.2.1","target_details":"vera"}"#,
        r#"{"id":1,"author_id":-1,"author_name":"vera","entity_id":1,"entity_type":"User","created_at":"2026-03-18T17:00:00.000Z","details":{"failed_login":"STANDARD","author_name":"vera","target_details":"vera","ip_address":"192.0.2.1"}}"#,
        r#"{"id":1,"author_id":-1,"author_name":"vera","entity_id":1,"entity_type":"User","created_at":"2026-03-18T17:00:00.000Z","event_name":"login_failed_with_standard_authentication","details":{"custom_message":"Failed to login with STANDARD authentication"}}"#,
    ] {
        let record = one(text);
        assert_eq!(
            (record.verb, record.outcome, record.actor.name.as_str()),
            (Verb::Login, Outcome::Denied, "vera"),
            "{text}"
        );
    }
}

#[test]
fn a_command_in_a_session_of_teleport_is_told_whole() {
    let record = one(
        r#"{"event":"session.command","code":"T4000I","time":"2026-03-18T17:00:00Z","uid":"u","ei":1,"cluster_name":"c","user":"vera","login":"root","sid":"s","server_id":"n","namespace":"default","pid":7,"ppid":6,"cgroup_id":1,"program":"rm","path":"/usr/bin/rm","argv":["-rf","/srv/books"],"return_code":1}"#,
    );
    assert_eq!((record.verb, record.effect), (Verb::Execute, Effect::Destructive));
    assert_eq!((record.resource.as_str(), record.outcome), ("/usr/bin/rm -rf /srv/books", Outcome::Error));
    assert_eq!(record.actor.name, "vera");
    let stopped = one(
        r#"{"event":"session.command","code":"T4000I","time":"2026-03-18T17:00:00Z","uid":"u","ei":1,"cluster_name":"c","user":"vera","sid":"s","program":"auditctl","path":"/sbin/auditctl","argv":["-D"],"return_code":0}"#,
    );
    assert_eq!((stopped.verb, stopped.outcome), (Verb::LoggingControl, Outcome::Success));
    let reached = one(
        r#"{"event":"session.disk","code":"T4001I","time":"2026-03-18T17:00:00Z","uid":"u","ei":1,"cluster_name":"c","user":"vera","sid":"s","program":"cat","path":"/srv/books/a","flags":0,"return_code":-13}"#,
    );
    assert_eq!((reached.verb, reached.effect), (Verb::Read, Effect::Read));
    assert_eq!((reached.resource.as_str(), reached.outcome), ("/srv/books/a", Outcome::Denied));
    let dialled = one(
        r#"{"event":"session.network","code":"T4002I","time":"2026-03-18T17:00:00Z","uid":"u","ei":1,"cluster_name":"c","user":"vera","sid":"s","program":"curl","src_addr":"192.0.2.1","dst_addr":"198.51.100.7","dst_port":443,"action":1}"#,
    );
    assert_eq!(
        (dialled.verb, dialled.resource.as_str(), dialled.outcome),
        (Verb::Call, "198.51.100.7:443", Outcome::Denied)
    );
}

#[test]
fn activities_at_anthropic_are_read_in_the_shape_of_an_export() {
    for (actor, kind, name) in [
        (
            r#"{"name":"Vera","uuid":"u-1","metadata":{"email_address":"vera@example.com"}}"#,
            PrincipalKind::Human,
            "vera@example.com",
        ),
        (r#"{"type":"user","email":"vera@example.com","id":"u-1"}"#, PrincipalKind::Human, "vera@example.com"),
        (r#"{"type":"api_key","api_key_id":"key-1","name":"ci"}"#, PrincipalKind::Service, "ci"),
    ] {
        let record = one(&format!(
            r#"{{"created_at":"2026-03-18T17:00:00Z","actor_info":{actor},"event":"project_deleted","event_info":"deleted","entity_info":{{"name":"Books","uuid":"p-1","type":"project"}},"ip_address":"192.0.2.1","user_agent":"x"}}"#
        ));
        assert_eq!((record.actor.kind, record.actor.name.as_str()), (kind, name), "{actor}");
        assert_eq!(
            (record.action.as_str(), record.verb, record.outcome),
            ("project_deleted", Verb::Delete, Outcome::Success)
        );
        assert_eq!((record.resource.as_str(), record.source_address.as_deref()), ("Books", Some("192.0.2.1")));
    }
    let failed = one(
        r#"{"created_at":"2026-03-18T17:00:00Z","actor_info":{"name":"Vera","uuid":"u-1"},"event":"sso_login_failed","event_info":"","entity_info":null,"ip_address":"192.0.2.1"}"#,
    );
    assert_eq!((failed.verb, failed.outcome), (Verb::Login, Outcome::Denied));
}

#[test]
fn audit_lines_inside_a_table_are_read_as_such() {
    let lines = [
        r#"type=SYSCALL msg=audit(1773853200.123:41): arch=c000003e syscall=87 success=yes exit=0 a0=1 items=2 ppid=1 pid=7 auid=1000 uid=0 gid=0 ses=3 comm="rm" exe="/usr/bin/rm" key="books""#,
        r#"type=PATH msg=audit(1773853200.123:41): item=0 name="/srv/books/a" nametype=DELETE"#,
        r#"type=SYSCALL msg=audit(1773853201.123:43): arch=c000003e syscall=87 success=yes exit=0 items=1 ppid=1 pid=7 auid=1000 uid=0 ses=3 comm="rm" exe="/usr/bin/rm""#,
    ];
    let quoted = |line: &str| format!("\"{}\"", line.replace('"', "\"\""));
    let splunk = |lines: &[&str]| {
        let rows: Vec<String> = lines
            .iter()
            .map(|line| format!("{},\"2026-03-18T17:00:00.123+0000\",web-1,linux_audit", quoted(line)))
            .collect();
        format!("\"_raw\",\"_time\",host,sourcetype\n{}\n", rows.join("\n"))
    };
    let insights = format!(
        "@timestamp,@message\n{}\n",
        lines.map(|line| format!("2026-03-18 17:00:00.123,{}", quoted(line))).join("\n")
    );
    for text in [splunk(&lines), insights] {
        let reading = read_detected(&text);
        assert_eq!(
            (reading.format, reading.summary.unreadable),
            (Format::Auditd, 0),
            "{text}: {:?}",
            reading.parse_errors
        );
        assert_eq!(reading.records.len(), 2, "{text}: {:?}", reading.records);
        let first = &reading.records[0];
        assert_eq!(
            (first.action.as_str(), first.resource.as_str(), first.actor.name.as_str()),
            ("unlink", "/srv/books/a", "uid 1000")
        );
        assert_eq!(first.raw.first_line, 2);
        assert_eq!(reading.summary.gap_count, 1, "serial 42 is missing");
    }
    // What is in one cell may be the lines of a whole event.
    let joined = splunk(&[&lines[..2].join("\n"), lines[2]]);
    let reading = read_detected(&joined);
    assert_eq!((reading.format, reading.records.len()), (Format::Auditd, 2), "{:?}", reading.records);
    assert_eq!(reading.records[0].resource, "/srv/books/a");
    let stopped = splunk(&[
        r#"type=USER_CMD msg=audit(1773853200.123:41): pid=7 uid=1000 auid=1000 ses=3 msg='cwd="/" cmd="auditctl -D" terminal=pts/0 res=success'"#,
    ]);
    assert_eq!(read_detected(&stopped).summary.logging_changes.len(), 1);
}
