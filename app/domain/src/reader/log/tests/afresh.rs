//! Ways in which logging was taken away, or a log ended, that were passed over.

use super::fixtures::read_detected;
use crate::evidence::breaks;
use crate::reader::log::{Format, LoggingChange, Options, Turn, WholeLog, read_as};
use crate::vocabulary::{Outcome, Verb};

fn changes(text: &str) -> Vec<LoggingChange> {
    read_detected(text).summary.logging_changes
}

fn aws(source: &str, name: &str, request: &str, rest: &str) -> String {
    format!(
        r#"{{"eventTime":"2026-03-18T16:50:00Z","eventSource":"{source}.amazonaws.com","eventName":"{name}","userIdentity":{{"type":"IAMUser","userName":"vera"}},"requestParameters":{request},"readOnly":false,"eventCategory":"Management"{rest}}}"#
    )
}

#[test]
fn a_command_that_takes_logging_away_lasts_whatever_its_act_is_called() {
    let exec = r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","stage":"ResponseComplete","verb":"create","user":{"username":"vera"},"objectRef":{"resource":"pods","namespace":"a","name":"b","subresource":"exec"},"requestURI":"/api/v1/namespaces/a/pods/b/exec?command=auditctl&command=-D&stdout=true","requestReceivedTimestamp":"2026-03-18T16:50:00Z","responseStatus":{"code":101}}"#;
    let rule = |list: &str, key: &str| {
        format!(
            "type=CONFIG_CHANGE msg=audit(1773852600.000:41): auid=1000 ses=3 op=add_rule key={key} list={list} res=1\n"
        )
    };
    for (text, turn) in [
        (exec.to_string(), Turn::Off),
        (rule("1", "(null)"), Turn::Changed),
        (rule("5", "(null)"), Turn::Changed),
        (rule("4", "(null)"), Turn::Changed),
        (rule("4", "\"books\""), Turn::On),
    ] {
        let found = changes(&text);
        assert_eq!(found.iter().map(LoggingChange::turn).collect::<Vec<_>>(), [turn], "{text}");
        let lasts = breaks(found.iter().map(|change| (None, change))).iter().any(|one| one.span.1 == i64::MAX);
        assert_eq!(lasts, turn != Turn::On, "{text}");
    }
}

#[test]
fn what_is_made_anew_does_not_undo_what_was_deleted() {
    let at = |name: &str, minute: u8| {
        aws("cloudtrail", name, r#"{"name":"data"}"#, "").replace("16:50", &format!("16:{minute}"))
    };
    for (later, lasts) in [("StartLogging", false), ("CreateTrail", true)] {
        let found = changes(&format!("{}\n{}", at("StopLogging", 50), at(later, 55)));
        let all = breaks(found.iter().map(|change| (None, change)));
        assert_eq!(
            all.iter().any(|one| one.change.action == "StopLogging" && one.span.1 == i64::MAX),
            lasts,
            "{later}"
        );
    }
}

/// Whether the first of two records lasts, though the second comes after it.
fn lasts(first: &str, second: &str) -> bool {
    let found = changes(&format!("{first}\n{second}\n"));
    assert_eq!(found.len(), 2, "{first}\n{second}\n{found:?}");
    let first = found.iter().min_by_key(|change| change.at).expect("an act");
    breaks(found.iter().map(|change| (None, change))).iter().any(|one| one.change == first && one.span.1 == i64::MAX)
}

#[test]
fn what_turns_logging_on_elsewhere_undoes_nothing_here() {
    let trail = |name: &str, minute: u8, trail: &str, region: &str, account: &str| {
        let request = format!(r#"{{"name":"{trail}"}}"#);
        let place = format!(r#","awsRegion":"{region}","recipientAccountId":"{account}""#);
        aws("cloudtrail", name, &request, &place).replace("16:50", &format!("16:{minute}"))
    };
    let arn = |region: &str, account: &str| format!("arn:aws:cloudtrail:{region}:{account}:trail/data");
    let (here, there) = ("eu-west-1", "us-east-1");
    for (name, region, account, last) in [
        ("data".to_string(), here, "1", false),
        (arn(here, "1"), here, "1", false),
        // The name tells where the trail is, wherever the call was made.
        (arn(here, "1"), there, "2", false),
        ("data".into(), there, "1", true),
        ("data".into(), here, "2", true),
        (arn(there, "1"), here, "1", true),
        (arn(here, "2"), here, "1", true),
        ("other".into(), here, "1", true),
    ] {
        for stopped in ["data".to_string(), arn(here, "1")] {
            let (stop, start) =
                (trail("StopLogging", 50, &stopped, here, "1"), trail("StartLogging", 55, &name, region, account));
            assert_eq!(lasts(&stop, &start), last, "{stopped}, then {name} in {region} of {account}");
        }
    }
    // A trail that was deleted is another one once it is started again, and a recorder of that name is no trail.
    let deleted = trail("DeleteTrail", 50, "data", here, "1");
    assert!(lasts(&deleted, &trail("StartLogging", 55, "data", here, "1")));
    let stop = trail("StopLogging", 50, "data", here, "1");
    let recorder = trail("StartConfigurationRecorder", 55, "data", here, "1").replace("cloudtrail.", "config.");
    assert!(lasts(&stop, &recorder));
}

#[test]
fn what_turns_logging_on_is_of_the_same_machine_project_and_bucket() {
    let service = |kind: &str, second: u32, node: &str, unit: &str| {
        format!(
            "node={node} type={kind} msg=audit({}.000:{second}): pid=1 uid=0 auid=4294967295 ses=4294967295 msg='unit={unit} comm=\"systemd\" exe=\"/usr/lib/systemd/systemd\" res=success'",
            1_773_852_600 + second
        )
    };
    let stop = service("SERVICE_STOP", 1, "web1", "auditd");
    for (node, unit, last) in [("web1", "auditd", false), ("web2", "auditd", true), ("web1", "rsyslog", true)] {
        assert_eq!(lasts(&stop, &service("SERVICE_START", 2, node, unit)), last, "{unit} on {node}");
    }
    let bucket = |method: &str, minute: u8, project: &str, name: &str| {
        format!(
            r#"{{"logName":"projects/{project}/logs/cloudaudit.googleapis.com%2Factivity","timestamp":"2026-03-18T16:{minute}:00Z","resource":{{"type":"logging_bucket","labels":{{"project_id":"{project}"}}}},"protoPayload":{{"authenticationInfo":{{"principalEmail":"vera@example.com"}},"methodName":"google.logging.v2.ConfigServiceV2.{method}","resourceName":"{name}","serviceName":"logging.googleapis.com"}}}}"#
        )
    };
    let full = |project: &str| format!("projects/{project}/locations/global/buckets/b");
    let gone = bucket("DeleteBucket", 50, "p", &full("p"));
    for (project, name, last) in [
        ("p", full("p"), false),
        ("q", full("q"), true),
        ("q", "b".to_string(), true),
        ("p", full("p").replace("buckets/b", "buckets/c"), true),
    ] {
        assert_eq!(lasts(&gone, &bucket("UndeleteBucket", 55, project, &name)), last, "{name} of {project}");
    }
}

#[test]
fn trails_end_by_calls_to_other_services() {
    for (source, name, request) in [
        ("organizations", "DisableAWSServiceAccess", r#"{"servicePrincipal":"cloudtrail.amazonaws.com"}"#),
        (
            "organizations",
            "DeregisterDelegatedAdministrator",
            r#"{"accountId":"1","servicePrincipal":"cloudtrail.amazonaws.com"}"#,
        ),
        ("organizations", "RemoveAccountFromOrganization", r#"{"accountId":"1"}"#),
        ("organizations", "LeaveOrganization", "{}"),
        ("iam", "DeleteServiceLinkedRole", r#"{"roleName":"AWSServiceRoleForCloudTrail"}"#),
        ("cloudcontrolapi", "DeleteResource", r#"{"typeName":"AWS::CloudTrail::Trail","identifier":"data"}"#),
        (
            "scheduler",
            "CreateSchedule",
            r#"{"name":"s","target":{"arn":"arn:aws:scheduler:::aws-sdk:cloudtrail:stopLogging","input":"{}"}}"#,
        ),
        (
            "states",
            "CreateStateMachine",
            r#"{"definition":"{\"States\":{\"A\":{\"Resource\":\"arn:aws:states:::aws-sdk:cloudtrail:stopLogging\"}}}"}"#,
        ),
        (
            "ssm",
            "StartAutomationExecution",
            r#"{"documentName":"AWS-x","parameters":{"Service":["cloudtrail"],"Api":["StopLogging"]}}"#,
        ),
        ("kms", "DisableKey", r#"{"keyId":"alias/cloudtrail"}"#),
    ] {
        assert_eq!(changes(&aws(source, name, request, "")).len(), 1, "{name} {request}");
    }
    for (source, name, request) in [
        ("iam", "DeleteServiceLinkedRole", r#"{"roleName":"AWSServiceRoleForECS"}"#),
        ("cloudcontrolapi", "DeleteResource", r#"{"typeName":"AWS::S3::Bucket","identifier":"pictures"}"#),
        ("scheduler", "CreateSchedule", r#"{"target":{"arn":"arn:aws:lambda:us-east-1:1:function:f"}}"#),
        ("kms", "DisableKey", r#"{"keyId":"alias/books"}"#),
    ] {
        assert_eq!(changes(&aws(source, name, request, "")).len(), 0, "{name} {request}");
    }
}

#[test]
fn a_word_for_no_error_is_none() {
    for (rest, outcome) in [
        (r#","errorCode":"null","errorMessage":"null""#, Outcome::Success),
        (r#","errorCode":"None""#, Outcome::Success),
        (r#","errorCode":"AccessDenied""#, Outcome::Denied),
    ] {
        assert_eq!(
            changes(&aws("cloudtrail", "StopLogging", r#"{"name":"data"}"#, rest))[0].outcome,
            outcome,
            "{rest}"
        );
    }
}

#[test]
fn calls_of_agents_that_name_service_and_operation_apart_are_seen() {
    let call = |name: &str, arguments: &str| {
        format!(
            r#"{{"role":"assistant","model":"m-1","content":[{{"type":"tool_use","id":"t","name":"{name}","input":{arguments}}}]}}"#
        )
    };
    let claude = r#"{"type":"user","sessionId":"s","uuid":"u","timestamp":"2026-03-18T17:00:00Z","message":{"role":"user","content":"<bash-input>sudo auditctl -D</bash-input>"}}"#;
    let span = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"t","spanId":"s","name":"exec","startTimeUnixNano":"1773853200000000000","attributes":[{"key":"process.command_line","value":{"stringValue":"auditctl -D"}}]}]}]}]}"#;
    for text in [
        call("call_api", r#"{"service":"cloudtrail","operation":"StopLogging","parameters":"{}"}"#),
        call("use_aws", r#"{"service_name":"cloudtrail","operation_name":"stop_logging","region":"us-east-1"}"#),
        call(
            "http_request",
            r#"{"method":"POST","headers":{"X-Amz-Target":"com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.StopLogging"},"url":"https://cloudtrail.us-east-1.amazonaws.com"}"#,
        ),
        call("delete_resource", r#"{"resource_type":"AWS::CloudTrail::Trail","identifier":"data"}"#),
        call("run", r#"{"program":"auditctl","args":["-D"]}"#),
        call("computer", r#"{"action":"type","text":"auditctl -D\n"}"#),
        claude.to_string(),
        span.to_string(),
    ] {
        let reading = read_detected(&text);
        assert_eq!(reading.summary.logging_changes.len(), 1, "{text} {:?}", reading.records);
    }
    for text in [
        call("search", r#"{"query":"StopLogging"}"#),
        call("write_file", r#"{"path":"modules/aws_cloudtrail/main.tf","content":"resource"}"#),
        call("use_aws", r#"{"service_name":"cloudtrail","operation_name":"describe_trails"}"#),
    ] {
        assert_eq!(changes(&text).len(), 0, "{text}");
    }
}

#[test]
fn what_cannot_be_read_still_tells_of_logging() {
    let insights = r#"{"results":[[{"field":"@message","value":"{\"eventSource\":\"cloudtrail.amazonaws.com\",\"eventName\":\"StopLogging\"}"}]],"status":"Complete"}"#;
    for text in [
        "#### /run auditctl -D\n".to_string(),
        "#1773853200\nauditctl -D\n".to_string(),
        "EVENTS\tvera\tStopLogging\tcloudtrail.amazonaws.com\n".to_string(),
        "eventName=StopLogging eventSource=cloudtrail.amazonaws.com user=vera\n".to_string(),
        "- EventName: StopLogging\n  EventSource: cloudtrail.amazonaws.com\n".to_string(),
        insights.to_string(),
        r#"{"type":"item.completed","item":{"id":"i","type":"command_execution","command":"bash -lc 'auditctl -D'","exit_code":0,"status":"completed"}}"#.to_string(),
        r#"{"id":"1","msg":{"type":"exec_command_begin","call_id":"c","command":["auditctl","-D"],"cwd":"/"}}"#.to_string(),
    ] {
        let reading = read_detected(&text);
        assert_eq!(reading.summary.logging_changes.len(), 1, "{text} {:?} {:?}", reading.records, reading.parse_errors);
    }
}

#[test]
fn whoever_writes_that_logging_was_taken_away_is_heard() {
    for (text, told) in [
        ("2026-03-18 17:30 agent stopped CloudTrail logging for trail data\n", true),
        ("2026-03-18 17:30 vera disabled audit logging on the cluster\n", true),
        ("2026-03-18 17:30 agent deleted the branch and looked at the dashboards of the team\n", false),
        ("2026-03-18 17:30 agent read the audit log\n", false),
    ] {
        assert_eq!(changes(text).len(), usize::from(told), "{text}");
    }
}

#[test]
fn commands_and_machines_that_end_logging_in_other_words_are_known() {
    use crate::reader::log::command::command_changes_logging;
    for command in [
        "/etc/init.d/auditd stop",
        "apt-get -y purge auditd",
        "dnf remove -y audit",
        "ansible all -m service -a \"name=auditd state=stopped\"",
        "auditctl -b 1",
        "aws organizations disable-aws-service-access --service-principal cloudtrail.amazonaws.com",
        "pulumi destroy --target urn:pulumi:prod::a::aws:cloudtrail/trail:Trail::data",
    ] {
        assert!(command_changes_logging(command), "{command}");
    }
    for command in ["auditctl -b 8192", "apt-get install auditd", "dnf remove nginx", "auditd -v"] {
        assert!(!command_changes_logging(command), "{command}");
    }
    for line in [
        "kernel: Out of memory: Killed process 812 (auditd) total-vm:1kB",
        "kernel: auditd[812]: segfault at 0 ip 0 sp 0",
        "kernel: audit: *NO* daemon at audit_pid=812",
        "auditd[812]: Record was not written to disk (No space left on device)",
        "systemd[1]: Failed to start auditd.service - Security Auditing Service.",
    ] {
        let text = format!("Mar 18 17:30:00 web {line}\n");
        let reading = read_as(text.as_bytes(), Format::Text, &Options::default());
        assert_eq!(reading.summary.logging_changes.len(), 1, "{line} {:?}", reading.records);
    }
}

/// Lines of calls that a machine numbers, a second apart.
fn machine(node: &str, from: u64, to: u64) -> String {
    let line = |at: u64| {
        format!(
            "node={node} type=SYSCALL msg=audit({}.000:{}): arch=c000003e syscall=257 success=yes exit=3 auid=1000 uid=0 ses=3 exe=\"/usr/bin/cat\"\n",
            1_773_853_200 + at,
            100 + at
        )
    };
    (from..to).map(line).collect()
}

#[test]
fn where_the_log_of_one_machine_ends_before_that_of_another_there_is_a_gap() {
    let read = |text: &str| -> WholeLog { read_as(text.as_bytes(), Format::Auditd, &Options::default()) };
    let whole = machine("h1", 0, 60);
    for (text, gaps) in [
        (whole.clone(), 0),
        (whole.clone() + &machine("h2", 0, 60), 0),
        (whole.clone() + &machine("h2", 0, 20), 1),
        (whole.clone() + &machine("h2", 30, 60), 1),
        (whole + &machine("h2", 20, 40), 2),
    ] {
        let reading = read(&text);
        assert_eq!(reading.gaps.len(), gaps, "{:?}", reading.gaps);
    }
}

#[test]
fn what_is_known_of_a_file_is_no_reading_of_it() {
    let line = "type=SYSCALL msg=audit(1773853200.000:41): arch=c000003e syscall=4 success=yes exit=0 auid=1000 uid=0 ses=3 exe=\"/usr/bin/ls\" key=\"books\"\n";
    assert_ne!(read_detected(line).records[0].verb, Verb::Read);
}
