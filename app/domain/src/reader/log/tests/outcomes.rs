//! How acts ended, where the source says it in a place or in words of its own.

use super::fixtures::read_detected;
use crate::reader::log::LogRecord;
use crate::vocabulary::Outcome::{self, Denied, Error, Success};
use crate::vocabulary::{Effect, Verb};

/// The first record that does something, and what it is done to.
fn act(text: &str) -> LogRecord {
    let reading = read_detected(text);
    assert_eq!(reading.summary.unreadable, 0, "{text}");
    let found = reading.records.iter().find(|record| !matches!(record.verb, Verb::Post | Verb::Other));
    found.unwrap_or_else(|| panic!("{text}: {:?}", reading.records)).clone()
}

#[test]
fn a_call_of_an_agent_that_failed_has_failed() {
    let item = |rest: &str| {
        format!(
            r#"{{"object":"response","model":"m","output":[{{"type":"mcp_call","id":"m1","server_label":"files","name":"delete_file","arguments":"{{\"path\":\"/a\"}}",{rest}}}]}}"#
        )
    };
    let block = |kind: &str, content: &str| {
        format!(
            r#"{{"id":"m","type":"message","role":"assistant","model":"m-1","content":[{{"type":"server_tool_use","id":"s1","name":"{kind}","input":{{"url":"https://example.com/a"}}}},{{"type":"{kind}_tool_result","tool_use_id":"s1","content":{content}}}]}}"#
        )
    };
    let answer = |response: &str| {
        format!(
            r#"{{"contents":[{{"role":"model","parts":[{{"functionCall":{{"id":"f","name":"delete_file","args":{{"path":"/a"}}}}}}]}},{{"role":"user","parts":[{{"functionResponse":{{"id":"f","name":"delete_file","response":{response}}}}}]}}]}}"#
        )
    };
    let rows: &[(String, Outcome, Option<&str>)] = &[
        (item(r#""output":null,"error":"forbidden""#), Denied, Some("forbidden")),
        (item(r#""output":null,"error":"no such file","status":"failed""#), Error, Some("no such file")),
        (
            item(r#""output":null,"error":{"type":"http_error","code":403,"message":"Forbidden"}"#),
            Denied,
            Some("Forbidden"),
        ),
        (
            item(
                r#""output":null,"error":{"type":"mcp_tool_execution_error","content":[{"type":"text","text":"disk full"}]}"#,
            ),
            Error,
            Some("disk full"),
        ),
        (item(r#""output":null,"error":null,"status":"failed""#), Error, Some("failed")),
        (item(r#""output":"done","error":null,"status":"completed""#), Success, None),
        (
            block("web_fetch", r#"{"type":"web_fetch_tool_result_error","error_code":"url_not_accessible"}"#),
            Error,
            Some("url_not_accessible"),
        ),
        (
            block("web_fetch", r#"{"type":"web_fetch_tool_result_error","error_code":"url_not_allowed"}"#),
            Denied,
            Some("url_not_allowed"),
        ),
        (
            block("web_search", r#"{"type":"web_search_tool_result_error","error_code":"max_uses_exceeded"}"#),
            Error,
            Some("max_uses_exceeded"),
        ),
        (
            block("code_execution", r#"{"type":"code_execution_tool_result_error","error_code":"unavailable"}"#),
            Error,
            Some("unavailable"),
        ),
        (
            block(
                "bash_code_execution",
                r#"{"type":"bash_code_execution_result","stdout":"","stderr":"no","return_code":1}"#,
            ),
            Error,
            Some("no"),
        ),
        (
            block(
                "bash_code_execution",
                r#"{"type":"bash_code_execution_result","stdout":"ok","stderr":"","return_code":0}"#,
            ),
            Success,
            None,
        ),
        (
            block(
                "web_fetch",
                r#"{"type":"web_fetch_result","url":"https://example.com/a","content":{"type":"document"}}"#,
            ),
            Success,
            None,
        ),
        (answer(r#"{"error":"no such file"}"#), Error, Some("no such file")),
        (answer(r#"{"error":{"code":403,"message":"nope","status":"PERMISSION_DENIED"}}"#), Denied, Some("nope")),
        (answer(r#"{"error":null,"output":"done"}"#), Outcome::Unknown, None),
    ];
    for (text, outcome, error) in rows {
        let act = act(text);
        assert_eq!((act.outcome, act.error.as_deref()), (*outcome, *error), "{text}");
    }
}

#[test]
fn an_operation_of_azure_that_was_forbidden_was_denied() {
    let operation = |rest: &str| {
        format!(
            r#"{{"time":"2026-03-18T17:00:00Z","resourceId":"/SUBSCRIPTIONS/1/RESOURCEGROUPS/A/PROVIDERS/MICROSOFT.STORAGE/STORAGEACCOUNTS/X","operationName":"MICROSOFT.STORAGE/STORAGEACCOUNTS/DELETE","callerIpAddress":"192.0.2.1","caller":"vera@example.com",{rest}}}"#
        )
    };
    for (rest, outcome) in [
        (
            r#""status":{"value":"Failed"},"subStatus":{"value":"Forbidden","localizedValue":"Forbidden (HTTP Status Code: 403)"}"#,
            Denied,
        ),
        (r#""status":{"value":"Failed"},"subStatus":{"value":"AuthorizationFailed"}"#, Denied),
        (r#""status":{"value":"Failed"},"subStatus":{"value":"Conflict"}"#, Error),
        (r#""resultType":"Failure","resultSignature":"Failed.Forbidden""#, Denied),
        (r#""resultType":"Failed","resultSignature":"Failed.LinkedAuthorizationFailed""#, Denied),
        (r#""ActivityStatusValue":"Failure","ActivitySubstatusValue":"Forbidden""#, Denied),
        (r#""ActivityStatus":"Failed","ActivitySubstatus":"Unauthorized (HTTP Status Code: 401)""#, Denied),
        (r#""status":{"value":"Failed"},"properties":{"statusCode":"Forbidden"}"#, Denied),
        (
            r#""status":{"value":"Failed"},"properties":{"statusCode":"BadRequest","statusMessage":"{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"no\"}}"}"#,
            Denied,
        ),
        (
            r#""resultType":"Failure","properties":{"statusMessage":"{\"error\":{\"code\":\"RequestDisallowedByPolicy\"}}"}"#,
            Denied,
        ),
        (r#""status":{"value":"Failed"},"properties":{"statusCode":"Conflict"}"#, Error),
        (r#""status":{"value":"Succeeded"},"subStatus":{"value":"OK"}"#, Success),
        (r#""resultType":"Success","properties":{"statusCode":"OK"}"#, Success),
    ] {
        assert_eq!(act(&operation(rest)).outcome, outcome, "{rest}");
    }
}

#[test]
fn an_invocation_of_a_model_that_was_denied_is_a_record() {
    let head = r#""schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-03-18T17:00:00Z","accountId":"111122223333","identity":{"arn":"arn:aws:sts::111122223333:assumed-role/Robot/run-7"},"region":"us-east-1","requestId":"r-1","operation":"Converse","modelId":"m-6""#;
    for (rest, outcome) in [
        (
            r#""errorCode":"AccessDeniedException","input":{"inputContentType":"application/json","inputBodyJson":{"messages":[{"role":"user","content":[{"text":"go"}]}]}}"#,
            Denied,
        ),
        (r#""errorCode":"AccessDeniedException""#, Denied),
        (r#""errorCode":"ThrottlingException","input":{"inputBodyS3Path":"s3://b/k"}"#, Error),
        (r#""input":{"inputBodyS3Path":"s3://b/k"},"output":{"outputBodyS3Path":"s3://b/k2"}"#, Success),
    ] {
        let text = format!("{{{head},{rest}}}");
        let act = act(&text);
        assert_eq!((act.action.as_str(), act.verb, act.effect), ("Converse", Verb::Call, Effect::None), "{text}");
        assert_eq!((act.outcome, act.resource.as_str(), act.trace.as_deref()), (outcome, "m-6", Some("r-1")), "{text}");
        assert_eq!(act.actor.name, "run-7", "{text}");
        assert_eq!(act.time.map(|at| at.rfc3339()).as_deref(), Some("2026-03-18T17:00:00Z"), "{text}");
    }
}
