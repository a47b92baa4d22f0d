//! Acts that were lost or bent once: what each small log has to give.

use super::fixtures::{SEEDS, read_detected as read};
use crate::reader::log::{Format, LogRecord, Options, WholeLog, read_as};
use crate::vocabulary::{Effect, Outcome, Verb};

/// What was done to what, and how it ended.
type Told<'a> = (Verb, Effect, &'a str, Outcome);

fn told(record: &LogRecord) -> Told<'_> {
    (record.verb, record.effect, &record.resource, record.outcome)
}

/// Whether one of the records is this one.
fn holds(kind: &str, reading: &WholeLog, wanted: Told<'_>) {
    assert!(
        reading.records.iter().any(|record| told(record) == wanted),
        "{kind}: wanted {wanted:?}, got {:?}",
        reading.records.iter().map(told).collect::<Vec<_>>()
    );
}

#[test]
fn a_sign_in_that_failed_is_denied_whatever_else_the_record_says() {
    let rows = [
        (
            "an office whose status is of the record, not of the sign-in",
            r#"{"CreationTime":"2026-03-18T17:00:00","Id":"1","RecordType":15,"Operation":"UserLoginFailed","Workload":"AzureActiveDirectory","UserType":0,"UserId":"vera@example.com","ResultStatus":"Success","LogonError":"InvalidUserNameOrPassword","ObjectId":"app"}"#,
        ),
        (
            "an office with the reason alone",
            r#"{"CreationTime":"2026-03-18T17:00:00","Id":"1","RecordType":15,"Operation":"UserLoggedIn","Workload":"AzureActiveDirectory","UserType":0,"UserId":"vera@example.com","ResultStatus":"Success","LogonError":"InvalidUserNameOrPassword","ObjectId":"app"}"#,
        ),
        (
            "a cloud whose method says it",
            r#"{"timestamp":"2026-03-18T17:00:00Z","logName":"organizations/1/logs/cloudaudit.googleapis.com%2Fdata_access","protoPayload":{"methodName":"google.login.LoginService.loginFailure","serviceName":"login.googleapis.com","authenticationInfo":{"principalEmail":"vera@example.com"},"resourceName":"app"}}"#,
        ),
        (
            "a challenge that was not met",
            r#"{"kind":"admin#reports#activity","id":{"time":"2026-03-18T17:00:00Z","applicationName":"login","uniqueQualifier":"1"},"actor":{"email":"vera@example.com"},"events":[{"type":"login","name":"login_challenge","parameters":[{"name":"login_challenge_status","value":"Challenge Failed."},{"name":"app_name","value":"app"}]}]}"#,
        ),
        (
            "an identity centre",
            r#"{"eventTime":"2026-03-18T17:00:00Z","eventSource":"signin.amazonaws.com","eventName":"CredentialVerification","eventType":"AwsServiceEvent","userIdentity":{"type":"Unknown","userName":"vera"},"requestParameters":{"name":"app"},"serviceEventDetails":{"CredentialVerification":"Failure"}}"#,
        ),
        (
            "a role that was not taken on",
            r#"{"eventTime":"2026-03-18T17:00:00Z","eventSource":"signin.amazonaws.com","eventName":"SwitchRole","userIdentity":{"type":"IAMUser","userName":"vera"},"requestParameters":{"name":"app"},"responseElements":{"SwitchRole":"Failure"}}"#,
        ),
    ];
    for (kind, text) in rows {
        holds(kind, &read(text), (Verb::Login, Effect::None, "app", Outcome::Denied));
    }
    let rows = [
        r#"{"timestamp":"2026-03-18T17:00:00Z","protoPayload":{"methodName":"google.login.LoginService.loginSuccess","serviceName":"login.googleapis.com","authenticationInfo":{"principalEmail":"vera@example.com"},"resourceName":"app"}}"#,
        r#"{"kind":"admin#reports#activity","id":{"time":"2026-03-18T17:00:00Z","applicationName":"login","uniqueQualifier":"1"},"actor":{"email":"vera@example.com"},"events":[{"type":"login","name":"login_challenge","parameters":[{"name":"login_challenge_status","value":"Challenge Passed."},{"name":"app_name","value":"app"}]}]}"#,
        r#"{"eventTime":"2026-03-18T17:00:00Z","eventSource":"signin.amazonaws.com","eventName":"CredentialVerification","userIdentity":{"type":"Unknown","userName":"vera"},"requestParameters":{"name":"app"},"serviceEventDetails":{"CredentialVerification":"Success"}}"#,
    ];
    for text in rows {
        holds(text, &read(text), (Verb::Login, Effect::None, "app", Outcome::Success));
    }
}

#[test]
fn lists_of_records_one_a_line_are_the_records_in_them() {
    let event = |second: u8, name: &str| {
        format!(
            r#"{{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a{second}","stage":"ResponseComplete","verb":"delete","user":{{"username":"agent"}},"objectRef":{{"resource":"pods","namespace":"d","name":"{name}"}},"responseStatus":{{"code":200}},"requestReceivedTimestamp":"2026-03-18T17:00:0{second}Z","stageTimestamp":"2026-03-18T17:00:0{second}Z"}}"#
        )
    };
    let list = |events: &[String]| {
        format!(
            r#"{{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{{}},"items":[{}]}}"#,
            events.join(",")
        )
    };
    let batches = format!("{}\n{}\n", list(&[event(1, "p"), event(2, "q")]), list(&[event(3, "r")]));
    for (kind, text) in [("batches", batches.clone()), ("among single ones", format!("{}\n{batches}", event(0, "o")))] {
        let reading = read(&text);
        for name in ["d/pods/p", "d/pods/q", "d/pods/r"] {
            holds(kind, &reading, (Verb::Delete, Effect::Destructive, name, Outcome::Success));
        }
        assert!(reading.records.iter().all(|record| record.time.is_some()), "{kind}: {:?}", reading.records);
        assert_eq!(reading.summary.unreadable, 0, "{kind}");
    }
    // What a log store answers with.
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let stored = format!(
        r#"{{"events":[{{"timestamp":1773853200000,"message":{}}},{{"timestamp":1773853201000,"message":{}}}],"searchedLogStreams":[]}}"#,
        quoted(&event(1, "p")),
        quoted(&event(2, "q"))
    );
    let google = |name: &str| {
        quoted(&format!(
            r#"{{"timestamp":"2026-03-18T17:00:00Z","protoPayload":{{"methodName":"storage.objects.delete","authenticationInfo":{{"principalEmail":"agent@example.com"}},"resourceName":"{name}"}}}}"#
        ))
    };
    let other = format!(
        r#"{{"events":[{{"timestamp":1773853200000,"message":{}}},{{"timestamp":1773853201000,"message":{}}}],"searchedLogStreams":[]}}"#,
        google("d/pods/p"),
        google("d/pods/q")
    );
    for text in [stored, other] {
        let reading = read(&text);
        assert_eq!(reading.records.len(), 2, "{text}: {:?}", reading.records);
        for name in ["d/pods/p", "d/pods/q"] {
            holds(&text, &reading, (Verb::Delete, Effect::Destructive, name, Outcome::Success));
        }
    }
}

#[test]
fn a_list_in_one_line_holds_the_records_of_its_lines() {
    let mut tried = 0;
    for (format, seed) in SEEDS.iter() {
        let lines: Vec<&str> = seed.lines().filter(|line| !line.trim().is_empty()).collect();
        let is_record = |line: &&str| {
            let object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line);
            object.is_ok_and(|object| !format.lists().iter().any(|list| object.contains_key(*list)))
        };
        // A batch of spans is a document itself.
        if *format == Format::Otlp || !format.is_json() || !lines.iter().all(is_record) {
            continue;
        }
        for list in format.lists() {
            let text = format!(r#"{{"{list}":[{}]}}"#, lines.join(","));
            let read = |text: &str| read_as(text.as_bytes(), *format, &Options::default());
            let (one, all) = (read(seed), read(&text));
            let acts =
                |reading: &WholeLog| reading.records.iter().map(|record| record.action.clone()).collect::<Vec<_>>();
            assert_eq!(acts(&one), acts(&all), "{format} in {list}");
            tried += 1;
        }
    }
    assert!(tried > 10, "{tried}");
}

#[test]
fn a_statement_is_what_it_does_wherever_it_was_run() {
    let google = |method: &str, more: &str| {
        format!(
            r#"{{"timestamp":"2026-03-18T17:00:00Z","logName":"projects/p/logs/cloudaudit.googleapis.com%2Fdata_access","protoPayload":{{"methodName":"{method}","authenticationInfo":{{"principalEmail":"agent@example.com"}},"resourceName":"projects/p/instances/i"{more}}}}}"#
        )
    };
    let aws = |service: &str, name: &str, request: &str| {
        format!(
            r#"{{"eventTime":"2026-03-18T17:00:00Z","eventSource":"{service}.amazonaws.com","eventName":"{name}","userIdentity":{{"type":"IAMUser","userName":"vera"}},"requestParameters":{request}}}"#
        )
    };
    let block = |tool: &str, input: &str| {
        format!(
            r#"{{"role":"assistant","model":"m","content":[{{"type":"tool_use","id":"t","name":"{tool}","input":{input}}}]}}"#
        )
    };
    let span = |attributes: &str| {
        format!(
            r#"{{"resourceSpans":[{{"resource":{{}},"scopeSpans":[{{"spans":[{{"traceId":"t","spanId":"s","name":"postgresql.query","startTimeUnixNano":"1773853200000000000","endTimeUnixNano":"1773853201000000000","attributes":[{attributes}]}}]}}]}}]}}"#
        )
    };
    let gone = |resource, outcome| (Verb::Delete, Effect::Destructive, resource, outcome);
    let rows = [
        (
            "an audited database",
            google(
                "cloudsql.instances.query",
                r#","request":{"@type":"type.googleapis.com/google.cloud.sql.audit.v1.PgAuditEntry","command":"DELETE","statement":"DELETE FROM hr.users","database":"prod"}"#,
            ),
            gone("projects/p/instances/i/prod/hr/users", Outcome::Success),
        ),
        (
            "an audited database that hides its statements",
            google(
                "cloudsql.instances.query",
                r#","request":{"command":"DROP TABLE","object":"hr.users","statement":"[not logged]","database":"prod"}"#,
            ),
            gone("projects/p/instances/i/prod/hr/users", Outcome::Success),
        ),
        (
            "a job of a warehouse",
            google(
                "google.cloud.bigquery.v2.JobService.InsertJob",
                r#","metadata":{"jobInsertion":{"job":{"jobConfig":{"type":"QUERY","queryConfig":{"query":"DROP TABLE hr.users","statementType":"DROP_TABLE"}}}}}"#,
            ),
            gone("projects/p/instances/i/hr/users", Outcome::Success),
        ),
        (
            "a job of a warehouse, as it was told before",
            google(
                "jobservice.insert",
                r#","serviceData":{"jobInsertRequest":{"resource":{"jobConfiguration":{"query":{"query":"TRUNCATE TABLE hr.users"}}}}}"#,
            ),
            gone("projects/p/instances/i/hr/users", Outcome::Success),
        ),
        (
            "a query over files",
            aws("athena", "StartQueryExecution", r#"{"queryString":"DROP TABLE hr.users","workGroup":"w"}"#),
            gone("hr/users", Outcome::Success),
        ),
        (
            "a database behind an API",
            aws("rds-data", "ExecuteStatement", r#"{"resourceArn":"arn:c","sql":"delete from users where id = 1"}"#),
            gone("arn:c/users", Outcome::Success),
        ),
        (
            "a table behind an API",
            aws("dynamodb", "ExecuteStatement", r#"{"statement":"DELETE FROM south WHERE id=1"}"#),
            gone("south", Outcome::Success),
        ),
        (
            "a tool of an agent",
            block("mcp__postgres__query", r#"{"sql":"DELETE FROM users"}"#),
            gone("DELETE FROM users", Outcome::Unknown),
        ),
        (
            "a tool of an agent, under the name of a search",
            block("run_query", r#"{"query":"DROP TABLE users","database":"prod"}"#),
            gone("DROP TABLE users", Outcome::Unknown),
        ),
        (
            "a span",
            span(
                r#"{"key":"db.statement","value":{"stringValue":"DROP TABLE users"}},{"key":"db.name","value":{"stringValue":"prod"}}"#,
            ),
            gone("prod/users", Outcome::Unknown),
        ),
        (
            "a span whose name is of another act",
            span(
                r#"{"key":"db.operation.name","value":{"stringValue":"SELECT"}},{"key":"db.query.text","value":{"stringValue":"WITH x AS (DELETE FROM users RETURNING *) SELECT * FROM x"}},{"key":"db.collection.name","value":{"stringValue":"users"}}"#,
            ),
            gone("users", Outcome::Unknown),
        ),
        (
            "a question is no statement",
            block("search_docs", r#"{"query":"drop tables in a database"}"#),
            (Verb::Search, Effect::Read, "drop tables in a database", Outcome::Unknown),
        ),
        (
            "a statement that only reads",
            block("run_query", r#"{"query":"SELECT id FROM users"}"#),
            (Verb::Read, Effect::Read, "SELECT id FROM users", Outcome::Unknown),
        ),
    ];
    for (kind, text, wanted) in rows {
        holds(kind, &read(&text), wanted);
    }
}

#[test]
fn a_tool_with_several_commands_does_the_one_it_is_given() {
    let block = |tool: &str, input: &str| {
        format!(
            r#"{{"role":"assistant","model":"m","content":[{{"type":"tool_use","id":"t","name":"{tool}","input":{input}}}]}}"#
        )
    };
    let rows = [
        (
            block("str_replace_based_edit_tool", r#"{"command":"view","path":"/etc/shadow"}"#),
            (Verb::Read, Effect::Read, "/etc/shadow"),
        ),
        (block("str_replace_editor", r#"{"command":"view","path":"/a"}"#), (Verb::Read, Effect::Read, "/a")),
        (
            block("str_replace_based_edit_tool", r#"{"command":"insert","path":"/a"}"#),
            (Verb::Write, Effect::Mutating, "/a"),
        ),
        (block("text_editor_20250728", r#"{"command":"create","path":"/a"}"#), (Verb::Write, Effect::Mutating, "/a")),
        (block("memory", r#"{"command":"delete","path":"/notes/a"}"#), (Verb::Delete, Effect::Destructive, "/notes/a")),
        (block("memory", r#"{"command":"view","path":"/notes"}"#), (Verb::Read, Effect::Read, "/notes")),
        (block("manage_users", r#"{"action":"delete","name":"eve"}"#), (Verb::Delete, Effect::Destructive, "eve")),
        (
            block("http_fetch", r#"{"method":"DELETE","url":"https://a/b"}"#),
            (Verb::Delete, Effect::Destructive, "https://a/b"),
        ),
        (block("http_fetch", r#"{"method":"GET","url":"https://a/b"}"#), (Verb::Read, Effect::Read, "https://a/b")),
        (block("bash", r#"{"command":"view"}"#), (Verb::Execute, Effect::Mutating, "view")),
    ];
    for (text, (verb, effect, resource)) in rows {
        holds(&text, &read(&text), (verb, effect, resource, Outcome::Unknown));
    }
}

#[test]
fn steps_of_a_run_hold_the_calls_of_an_assistant() {
    let step = |status: &str, call: &str| {
        format!(
            r#"{{"id":"step_1","object":"thread.run.step","created_at":1773853200,"run_id":"run_1","assistant_id":"asst_7","thread_id":"th","type":"tool_calls","status":"{status}","last_error":{{"code":"server_error","message":"no such user"}},"step_details":{{"type":"tool_calls","tool_calls":[{call}]}}}}"#
        )
    };
    let function = r#"{"id":"c","type":"function","function":{"name":"delete_user","arguments":"{\"id\":\"eve\"}","output":null}}"#;
    let answered = r#"{"id":"c","type":"function","function":{"name":"delete_user","arguments":"{\"id\":\"eve\"}","output":"gone"}}"#;
    let code = r#"{"id":"c","type":"code_interpreter","code_interpreter":{"input":"import os","outputs":[]}}"#;
    let rows = [
        (step("failed", function), (Verb::Delete, Effect::Destructive, "eve", Outcome::Error)),
        (step("completed", answered), (Verb::Delete, Effect::Destructive, "eve", Outcome::Success)),
        (step("completed", code), (Verb::Execute, Effect::Mutating, "import os", Outcome::Success)),
    ];
    for (step, wanted) in rows {
        for text in [step.clone(), format!(r#"{{"object":"list","data":[{step}]}}"#)] {
            let reading = read(&text);
            holds(&text, &reading, wanted);
            let record = reading.records.iter().find(|record| told(record) == wanted).unwrap();
            assert_eq!((record.actor.name.as_str(), record.session.as_deref()), ("asst_7", Some("th")), "{text}");
            assert!(record.time.is_some(), "{text}");
        }
    }
}

#[test]
fn spans_of_every_library_name_the_tool_that_was_called() {
    let attribute = |name: &str, value: &str| {
        format!(r#"{{"key":"{name}","value":{{"stringValue":{}}}}}"#, serde_json::to_string(value).unwrap())
    };
    let span = |name: &str, attributes: &[(&str, &str)]| {
        let attributes: Vec<String> = attributes.iter().map(|(name, value)| attribute(name, value)).collect();
        format!(
            r#"{{"resourceSpans":[{{"resource":{{}},"scopeSpans":[{{"spans":[{{"traceId":"t","spanId":"s","name":"{name}","startTimeUnixNano":"1773853200000000000","endTimeUnixNano":"1773853201000000000","status":{{"code":1}},"attributes":[{}]}}]}}]}}]}}"#,
            attributes.join(",")
        )
    };
    let rows = [
        span(
            "ai.toolCall",
            &[
                ("operation.name", "ai.toolCall"),
                ("ai.toolCall.name", "deleteFile"),
                ("ai.toolCall.args", r#"{"path":"/x"}"#),
            ],
        ),
        span(
            "deleteFile.tool",
            &[
                ("traceloop.span.kind", "tool"),
                ("traceloop.entity.name", "deleteFile"),
                ("traceloop.entity.input", r#"{"path":"/x"}"#),
            ],
        ),
        span(
            "deleteFile",
            &[("openinference.span.kind", "TOOL"), ("tool.name", "deleteFile"), ("input.value", r#"{"path":"/x"}"#)],
        ),
        span(
            "deleteFile",
            &[("langfuse.observation.type", "tool"), ("langfuse.observation.input", r#"{"path":"/x"}"#)],
        ),
        span("deleteFile", &[("mlflow.spanType", "TOOL"), ("mlflow.spanInputs", r#"{"path":"/x"}"#)]),
        span("running tool", &[("gen_ai.tool.name", "deleteFile"), ("tool_arguments", r#"{"path":"/x"}"#)]),
    ];
    for text in rows {
        let reading = read(&text);
        holds(&text, &reading, (Verb::Delete, Effect::Destructive, "/x", Outcome::Success));
        assert_eq!(reading.records[0].tool.as_deref(), Some("deleteFile"), "{text}");
    }
}

#[test]
fn observations_without_their_trace_are_each_a_record() {
    let tool = r#"{"id":"o1","traceId":"t1","type":"TOOL","name":"delete_file","startTime":"2026-03-18T17:00:01.000Z","endTime":"2026-03-18T17:00:02.000Z","level":"ERROR","statusMessage":"EACCES permission denied","input":{"path":"/srv"},"output":null}"#;
    let answer = r#"{"id":"o2","traceId":"t1","type":"GENERATION","name":"llm","startTime":"2026-03-18T17:00:00.000Z","model":"m-1","output":{"role":"assistant","tool_calls":[{"id":"x","type":"function","function":{"name":"send_mail","arguments":"{\"to\":\"eve\"}"}}]},"level":"DEFAULT"}"#;
    let plain = r#"{"id":"o3","traceId":"t1","type":"EVENT","name":"stopped","startTime":"2026-03-18T17:00:03.000Z","level":"DEFAULT"}"#;
    let wanted = (Verb::Delete, Effect::Destructive, "/srv", Outcome::Error);
    for (list, count) in
        [(vec![tool], 1), (vec![tool, answer, plain], 4), (vec![answer, tool], 3), (vec![plain, tool], 2)]
    {
        for text in [
            format!(r#"{{"data":[{}],"meta":{{"page":1,"totalItems":3}}}}"#, list.join(",")),
            format!("{{\n\"data\":[\n{}\n],\n\"meta\":{{\"page\":1}}\n}}", list.join(",\n")),
        ] {
            let reading = read(&text);
            holds(&text, &reading, wanted);
            assert_eq!(reading.records.len(), count, "{text}: {:?}", reading.records);
            let record = reading.records.iter().find(|record| told(record) == wanted).unwrap();
            assert_eq!(
                record.time.map(crate::time::Instant::rfc3339).as_deref(),
                Some("2026-03-18T17:00:01Z"),
                "{text}"
            );
            assert!(record.error.as_deref().is_some_and(|error| error.contains("EACCES")), "{text}");
        }
    }
}
