//! Acts that were told as others, or as ended in another way.

use super::fixtures::read_detected;
use crate::reader::log::LogRecord;
use crate::vocabulary::{Effect, Outcome, Verb};

fn one(text: &str) -> LogRecord {
    let reading = read_detected(text);
    assert_eq!(reading.summary.unreadable, 0, "{text}");
    reading.records.into_iter().find(|record| record.verb != Verb::Post).unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn a_sign_in_that_failed_is_no_success() {
    for text in [
        r#"{"CreationTime":"2026-03-18T17:00:00","Id":"i","Operation":"UserLoginFailed","RecordType":15,"ResultStatus":"Success","UserType":0,"Workload":"AzureActiveDirectory","UserId":"vera@example.com","LogonError":"InvalidUserNameOrPassword"}"#,
        r#"{"logName":"organizations/1/logs/cloudaudit.googleapis.com%2Fdata_access","timestamp":"2026-03-18T17:00:00Z","protoPayload":{"authenticationInfo":{"principalEmail":"vera@example.com"},"methodName":"google.login.LoginService.loginFailure","serviceName":"login.googleapis.com","resourceName":"organizations/1"}}"#,
        r#"{"kind":"admin#reports#activity","id":{"time":"2026-03-18T17:00:00.000Z","uniqueQualifier":"1","applicationName":"login"},"actor":{"email":"vera@example.com"},"events":[{"type":"login","name":"login_challenge","parameters":[{"name":"login_challenge_status","value":"Challenge Failed."}]}]}"#,
        r#"{"eventTime":"2026-03-18T17:00:00Z","eventSource":"signin.amazonaws.com","eventName":"CredentialVerification","userIdentity":{"type":"IdentityCenterUser","onBehalfOf":{"userId":"u"}},"eventCategory":"Management","serviceEventDetails":{"CredentialVerification":"Failure"}}"#,
    ] {
        assert_eq!(one(text).outcome, Outcome::Denied, "{text}");
    }
}

#[test]
fn each_event_of_a_batch_is_a_record() {
    let event = |id: &str, verb: &str| {
        format!(
            r#"{{"level":"Metadata","auditID":"{id}","stage":"ResponseComplete","verb":"{verb}","requestURI":"/api/v1/namespaces/a/pods/b","user":{{"username":"vera"}},"objectRef":{{"resource":"pods","namespace":"a","name":"b"}},"responseStatus":{{"code":200}},"requestReceivedTimestamp":"2026-03-18T17:00:00.000000Z"}}"#
        )
    };
    let batch = |items: &[String]| {
        format!(
            r#"{{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{{}},"items":[{}]}}"#,
            items.join(",")
        )
    };
    let text = format!("{}\n{}\n", batch(&[event("1", "delete"), event("2", "get")]), batch(&[event("3", "delete")]));
    let reading = read_detected(&text);
    let told: Vec<_> =
        reading.records.iter().map(|record| (record.verb, record.resource.as_str(), record.time.is_some())).collect();
    assert_eq!(
        told,
        [(Verb::Delete, "a/pods/b", true), (Verb::Read, "a/pods/b", true), (Verb::Delete, "a/pods/b", true)]
    );
}

#[test]
fn a_statement_tells_what_a_tool_does() {
    let call = |name: &str, arguments: &str| {
        format!(
            r#"{{"role":"assistant","model":"m-1","content":[{{"type":"tool_use","id":"t","name":"{name}","input":{arguments}}}]}}"#
        )
    };
    let span = |name: &str, statement: &str| {
        format!(
            r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"t","spanId":"s","name":"{name}","startTimeUnixNano":"1773853200000000000","attributes":[{{"key":"db.system","value":{{"stringValue":"postgresql"}}}},{{"key":"db.statement","value":{{"stringValue":"{statement}"}}}}]}}]}}]}}]}}"#
        )
    };
    for (text, verb, effect, resource) in [
        (
            call("mcp__postgres__query", r#"{"sql":"DELETE FROM users"}"#),
            Verb::Delete,
            Effect::Destructive,
            "DELETE FROM users",
        ),
        (call("run_query", r#"{"query":"DROP TABLE users"}"#), Verb::Delete, Effect::Destructive, "DROP TABLE users"),
        (span("postgresql.query", "DROP TABLE users"), Verb::Delete, Effect::Destructive, "users"),
        (
            call("web_search", r#"{"query":"how to delete from users"}"#),
            Verb::Search,
            Effect::Read,
            "how to delete from users",
        ),
    ] {
        let record = one(&text);
        assert_eq!((record.verb, record.effect, record.resource.as_str()), (verb, effect, resource), "{text}");
    }
    for (arguments, verb, effect) in [
        (r#"{"command":"view","path":"/etc/shadow"}"#, Verb::Read, Effect::Read),
        (r#"{"command":"create","path":"/a","file_text":"x"}"#, Verb::Write, Effect::Mutating),
        (r#"{"command":"delete","path":"/memories/a"}"#, Verb::Delete, Effect::Destructive),
    ] {
        for tool in ["str_replace_based_edit_tool", "memory"] {
            let record = one(&call(tool, arguments));
            assert_eq!((record.verb, record.effect), (verb, effect), "{tool} {arguments}");
        }
    }
}

#[test]
fn who_is_logged_in_acts_and_not_the_account_that_is_entered() {
    let line = |kind: &str, rest: &str| {
        format!(
            "type={kind} msg=audit(1773853200.000:41): pid=7 uid=1000 auid=1000 ses=3 msg='{rest} exe=\"/usr/bin/su\" res=success'\n"
        )
    };
    for (kind, rest, name) in [
        ("USER_AUTH", "op=PAM:authentication acct=\"root\"", "uid 1000"),
        ("ADD_USER", "op=add-user acct=\"eve\"", "uid 1000"),
        ("DEL_USER", "op=delete-user acct=\"eve\"", "uid 1000"),
    ] {
        assert_eq!(one(&line(kind, rest)).actor.name, name, "{kind}");
    }
    // Who is not logged in yet is the one whose account it is.
    let first = line("USER_LOGIN", "op=login acct=\"vera\"")
        .replace("auid=1000", "auid=4294967295")
        .replace("ses=3", "ses=4294967295");
    assert_eq!(one(&first).actor.name, "vera");
    let denied = "type=SYSCALL msg=audit(1773853200.000:41): arch=x86_64 syscall=openat success=no exit=EACCES(Permission denied) a0=AT_FDCWD items=1 auid=vera uid=vera ses=3 exe=/usr/bin/cat\n";
    assert_eq!(one(denied).outcome, Outcome::Denied);
}

#[test]
fn calls_of_other_machines_are_told_by_their_numbers() {
    let line = |arch: &str, number: u32| {
        format!(
            "type=SYSCALL msg=audit(1773853200.000:41): arch={arch} syscall={number} success=yes exit=0 auid=1000 uid=0 ses=3 exe=\"/usr/bin/rm\"\n"
        )
    };
    for (arch, number, action, verb) in [
        ("c00000b7", 35, "unlinkat", Verb::Delete),
        ("c00000b7", 56, "openat", Verb::Read),
        ("c00000b7", 221, "execve", Verb::Execute),
        ("c00000b7", 276, "renameat2", Verb::Write),
        ("c00000b7", 53, "fchmodat", Verb::Grant),
        ("40000003", 10, "unlink", Verb::Delete),
        ("40000003", 11, "execve", Verb::Execute),
        ("40000003", 301, "unlinkat", Verb::Delete),
        ("c000003e", 87, "unlink", Verb::Delete),
    ] {
        let record = one(&line(arch, number));
        assert_eq!((record.action.as_str(), record.verb), (action, verb), "{arch} {number}");
    }
}

#[test]
fn a_journal_tells_what_the_audit_of_the_kernel_says() {
    let entry = |message: &str, name: &str| {
        format!(
            r#"{{"__CURSOR":"c","__REALTIME_TIMESTAMP":"1773853200000000","_TRANSPORT":"audit","SYSLOG_IDENTIFIER":"audit","_AUDIT_TYPE_NAME":"{name}","_AUDIT_ID":"41","_HOSTNAME":"web","MESSAGE":"{message}"}}"#
        )
    };
    for (message, name) in [
        ("CONFIG_CHANGE op=set audit_enabled=0 old=1 auid=1000 ses=3 res=1", "CONFIG_CHANGE"),
        (
            "SERVICE_STOP pid=1 uid=0 auid=4294967295 ses=4294967295 msg='unit=auditd comm=systemd res=success'",
            "SERVICE_STOP",
        ),
        (
            "USER_CMD pid=7 uid=1000 auid=1000 ses=3 msg='cwd=2F cmd=617564697463746C202D44 terminal=pts/0 res=success'",
            "USER_CMD",
        ),
    ] {
        let reading = read_detected(&entry(message, name));
        assert_eq!(reading.summary.logging_changes.len(), 1, "{message} {:?}", reading.records);
    }
    let failed = read_detected(&entry(
        "USER_CMD pid=7 uid=1000 auid=1000 ses=3 msg='cwd=2F cmd=6C73 terminal=pts/0 res=failed'",
        "USER_CMD",
    ));
    assert_eq!((failed.records[0].resource.as_str(), failed.records[0].outcome), ("ls", Outcome::Denied));
}

#[test]
fn a_page_after_which_more_follow_is_not_whole() {
    let activity = r#"{"kind":"admin#reports#activity","id":{"time":"2026-03-18T17:00:00.000Z","uniqueQualifier":"1","applicationName":"drive"},"actor":{"email":"vera@example.com"},"events":[{"type":"access","name":"view"}]}"#;
    let entry = r#"{"logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity","timestamp":"2026-03-18T17:00:00Z","protoPayload":{"authenticationInfo":{"principalEmail":"vera@example.com"},"methodName":"storage.buckets.get","resourceName":"projects/p"}}"#;
    for (text, gaps) in [
        (format!(r#"{{"kind":"admin#reports#activities","items":[{activity}],"nextPageToken":"A:1"}}"#), 1),
        (format!(r#"{{"kind":"admin#reports#activities","items":[{activity}]}}"#), 0),
        (format!(r#"{{"nextPageToken":"x","entries":[{entry}]}}"#), 1),
        (format!(r#"{{"nextPageToken":"","entries":[{entry}]}}"#), 0),
        (format!(r#"{{"total_count":900,"entries":[{entry}]}}"#), 1),
        (format!(r#"{{"totalCount":1,"entries":[{entry}]}}"#), 0),
        (format!(r#"{{"entries":[{entry}],"totalResults":"2"}}"#), 1),
        (format!(r#"{{"took":4,"_shards":{{"total":5}},"hits":{{"total":{{"value":1,"relation":"eq"}},"hits":[{{"_source":{entry}}}]}}}}"#), 0),
        (format!(r#"{{"took":4,"_shards":{{"total":5}},"hits":{{"total":{{"value":10000,"relation":"gte"}},"hits":[{{"_source":{entry}}}]}}}}"#), 1),
        (
            r#"{"@odata.context":"c","@odata.nextLink":"https://graph.example.com/next","value":[{"activityDisplayName":"Update user","activityDateTime":"2026-03-18T17:00:00Z","initiatedBy":{"user":{"userPrincipalName":"vera@example.com"}}}]}"#.to_string(),
            1,
        ),
    ] {
        let reading = read_detected(&text);
        assert_eq!((reading.records.len(), reading.gaps.len()), (1, gaps), "{text} {:?}", reading.gaps);
    }
}

#[test]
fn an_act_that_is_also_kept_without_its_body_is_shown_by_none() {
    let read = |id: u32, level: &str, name: &str| {
        format!(
            r#"{{"kind":"Event","level":"{level}","auditID":"{id}","stage":"ResponseComplete","verb":"get","requestURI":"/api/v1/namespaces/a/secrets/{name}","user":{{"username":"vera"}},"objectRef":{{"resource":"secrets","namespace":"a","name":"{name}"}},"responseStatus":{{"code":200}},"requestReceivedTimestamp":"2026-03-18T17:00:0{id}Z"}}"#
        )
    };
    let whole = [read(1, "RequestResponse", "books"), read(2, "RequestResponse", "books"), read(3, "Metadata", "keys")];
    let shown = |lines: &[String]| read_detected(&lines.join("\n")).summary.shown.len();
    assert_eq!(shown(&whole), 1);
    assert_eq!(shown(&[whole.as_slice(), &[read(4, "Metadata", "books")]].concat()), 0);
}

#[test]
fn a_request_that_was_too_large_to_be_logged_is_a_gap() {
    let call = |request: &str| {
        format!(
            r#"{{"Records":[{{"eventVersion":"1.09","eventTime":"2026-03-18T17:00:00Z","eventSource":"s3.amazonaws.com","eventName":"DeleteObjects","eventID":"e","userIdentity":{{"type":"IAMUser","userName":"robot"}},"requestParameters":{request}}}]}}"#
        )
    };
    let reading =
        read_detected(&call(r#"{"omitted":true,"originalSize":104010,"reason":"requestParameters too large"}"#));
    assert_eq!((reading.records.len(), reading.gaps.len()), (1, 1), "{:?}", reading.gaps);
    assert!(reading.gaps[0].from.is_some_and(|from| reading.gaps[0].to.is_some_and(|to| from < to)));
    assert_eq!(read_detected(&call(r#"{"bucketName":"south"}"#)).gaps.len(), 0);
}

#[test]
fn other_services_lose_their_logs_by_command_as_well() {
    use crate::reader::log::command::command_changes_logging;
    for command in [
        "vault audit disable file",
        "vault delete sys/audit/file",
        "curl -X DELETE -H 'X-Vault-Token: t' https://vault.example.com/v1/sys/audit/file",
        "Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $false",
        "Set-MailboxAuditBypassAssociation -Identity robot -AuditBypassEnabled $true",
        "aws eks update-cluster-config --name c --logging '{\"clusterLogging\":[{\"types\":[\"audit\"],\"enabled\":false}]}'",
        "eksctl utils update-cluster-logging --cluster c --disable-types all --approve",
        "curl -X DELETE https://logging.googleapis.com/v2/projects/p/sinks/s",
        "gh api -X DELETE /enterprises/e/audit-log/streams/1",
        "aws rds modify-db-instance --db-instance-identifier books --cloudwatch-logs-export-configuration '{\"DisableLogTypes\":[\"audit\"]}'",
        "aws elbv2 modify-load-balancer-attributes --load-balancer-arn lb --attributes Key=access_logs.s3.enabled,Value=false",
        "oc delete clusterlogforwarder instance",
    ] {
        assert!(command_changes_logging(command), "{command}");
    }
    for command in [
        "vault audit list",
        "curl https://vault.example.com/v1/sys/audit",
        "gh api /enterprises/e/audit-log/streams",
        "aws rds modify-db-instance --db-instance-identifier books --allocated-storage 20",
        "aws eks update-cluster-config --name c --resources-vpc-config endpointPublicAccess=false",
    ] {
        assert!(!command_changes_logging(command), "{command}");
    }
}

#[test]
fn what_no_convention_names_is_marked_as_a_guess() {
    let span = |name: &str, rest: &str| {
        format!(
            r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"t","spanId":"s","name":"{name}","startTimeUnixNano":"1773853200000000000","attributes":[{rest}]}}]}}]}}]}}"#
        )
    };
    assert!(one(&span("delete_customer", "")).needs_review.is_some_and(|why| why.contains("guessed")));
    let known = r#"{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}}"#;
    assert_eq!(one(&span("chat m-1", known)).needs_review, None);
}
