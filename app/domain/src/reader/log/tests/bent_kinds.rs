//! More acts that were lost or bent once: one small input of each kind, and what it has to give.

use super::fixtures::read_detected as read;
use crate::reader::log::LogRecord;
use crate::vocabulary::Outcome::{self, Denied, Error, Success, Unknown};
use crate::vocabulary::{Effect, Verb};

/// Who did what to what, and how it ended.
type Told<'a> = (&'a str, Verb, Effect, &'a str, Outcome);

fn told(record: &LogRecord) -> Told<'_> {
    (&record.actor.name, record.verb, record.effect, &record.resource, record.outcome)
}

fn check(rows: &[(&str, String, Told<'_>)]) {
    for (kind, text, wanted) in rows {
        let reading = read(text);
        assert_eq!(reading.summary.unreadable, 0, "{kind}");
        let found: Vec<_> = reading.records.iter().map(told).collect();
        assert!(found.contains(wanted), "{kind}: wanted {wanted:?}, got {found:?}");
    }
}

#[test]
fn acts_in_transcripts() {
    let line = |kind: &str, content: &str| {
        format!(
            r#"{{"type":"{kind}","timestamp":"2026-03-18T17:00:00Z","sessionId":"s","uuid":"u","parentUuid":null,"message":{{"role":"{kind}","model":"m","content":{content}}}}}"#
        )
    };
    let event =
        |payload: &str| format!(r#"{{"timestamp":"2026-03-18T17:00:00Z","type":"event_msg","payload":{payload}}}"#);
    let begin =
        event(r#"{"type":"exec_command_begin","call_id":"c","command":["bash","-lc","rm -rf /srv"],"cwd":"/"}"#);
    let end = event(r#"{"type":"exec_command_end","call_id":"c","exit_code":1,"stderr":"no"}"#);
    let deleted = |outcome| ("Codex", Verb::Execute, Effect::Destructive, "bash -lc rm -rf /srv", outcome);
    let result = |content: &str| {
        format!(
            "{}\n{}",
            r#"{"role":"assistant","model":"m","content":[{"type":"server_tool_use","id":"t","name":"bash_code_execution","input":{"command":"rm -rf /srv"}}]}"#,
            format_args!(
                r#"{{"role":"assistant","model":"m","content":[{{"type":"bash_code_execution_tool_result","tool_use_id":"t","content":{content}}}]}}"#
            )
        )
    };
    let gemini = |status: &str| {
        format!(
            r#"{{"sessionId":"s","messages":[{{"type":"user","content":"go"}},{{"type":"gemini","model":"m","content":"","toolCalls":[{{"id":"c","name":"write_file","args":{{"path":"/c"}},"status":"{status}"}}]}}]}}"#
        )
    };
    let response = |kind: &str, status: &str| {
        format!(
            r#"{{"object":"response","created_at":1773853200,"model":"m","output":[{{"type":"{kind}","id":"c","name":"delete_user","call_id":"c","status":"{status}","code":"import os","arguments":"{{\"name\":\"eve\"}}"}}]}}"#
        )
    };
    check(&[
        (
            "a command of the person",
            line("user", r#""<bash-input>rm -rf /srv</bash-input>""#),
            ("user", Verb::Execute, Effect::Destructive, "rm -rf /srv", Unknown),
        ),
        ("a command that began and ended", format!("{begin}\n{end}"), deleted(Error)),
        ("a command that began", begin.clone(), deleted(Unknown)),
        (
            "a code at the end of a program",
            result(r#"{"type":"bash_code_execution_result","stdout":"","stderr":"x","return_code":1}"#),
            ("m", Verb::Execute, Effect::Destructive, "rm -rf /srv", Error),
        ),
        (
            "the code of a program that went well",
            result(r#"{"type":"bash_code_execution_result","stdout":"","stderr":"","return_code":0}"#),
            ("m", Verb::Execute, Effect::Destructive, "rm -rf /srv", Success),
        ),
        ("taken back", gemini("cancelled"), ("m", Verb::Write, Effect::Mutating, "/c", Denied)),
        ("done, without a result", gemini("success"), ("m", Verb::Write, Effect::Mutating, "/c", Success)),
        ("failed, without a result", gemini("error"), ("m", Verb::Write, Effect::Mutating, "/c", Error)),
        (
            "code that failed",
            response("code_interpreter_call", "failed"),
            ("m", Verb::Delete, Effect::Destructive, "eve", Error),
        ),
        (
            "a call that was only written in full",
            response("function_call", "completed"),
            ("m", Verb::Delete, Effect::Destructive, "eve", Unknown),
        ),
        (
            "turned away by a hook",
            format!(
                "{}\n{}",
                line("assistant", r#"[{"type":"tool_use","id":"t","name":"Bash","input":{"command":"rm -rf /srv"}}]"#),
                line("user", r#"[{"type":"tool_result","tool_use_id":"t","is_error":true,"content":"Hook PreToolUse:Bash denied this tool"}]"#)
            ),
            ("m", Verb::Execute, Effect::Destructive, "rm -rf /srv", Denied),
        ),
        (
            "a place in three arguments",
            r#"{"role":"assistant","model":"m","content":[{"type":"tool_use","id":"t","name":"merge_pull_request","input":{"owner":"o","repo":"r","pullNumber":7}}]}"#.into(),
            ("m", Verb::Write, Effect::Mutating, "o/r/7", Unknown),
        ),
    ]);
}

#[test]
fn acts_on_machines() {
    let audit = |kind: &str, rest: &str| format!("type={kind} msg=audit(1773853200.123:500): {rest}\n");
    let syslog =
        |app: &str, said: &str| format!("Mar 18 17:00:01 web {app}[7]: {said}\nMar 18 17:00:02 web cron[8]: x\n");
    let opened = |call: &str, more: &str| {
        format!(
            "{}{more}{}",
            audit("SYSCALL", call),
            audit("PATH", r#"item=0 name="/etc/passwd" inode=4 nametype=NORMAL"#)
        )
    };
    check(&[
        (
            "who becomes another one",
            audit("USER_AUTH", r#"pid=1 uid=0 auid=1000 ses=1 msg='op=PAM:authentication acct="root" exe="/usr/bin/su" hostname=? addr=? terminal=pts/0 res=failed'"#),
            ("uid 1000", Verb::Login, Effect::None, "root", Denied),
        ),
        (
            "who signs in",
            audit("USER_LOGIN", r#"pid=1 uid=0 auid=4294967295 ses=4294967295 msg='op=login acct="vera" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.1 terminal=ssh res=failed'"#),
            ("vera", Verb::Login, Effect::None, "login", Denied),
        ),
        (
            "flags in octal",
            opened(
                r#"arch=c000003e syscall=437 success=yes exit=3 a0=ffffff9c a1=7f a2=7f a3=18 items=1 auid=1000 uid=0 comm="sh" exe="/bin/sh""#,
                &audit("OPENAT2", "oflag=01102 mode=0600 resolve=0x0"),
            ),
            ("uid 1000", Verb::Write, Effect::Mutating, "/etc/passwd", Success),
        ),
        (
            "flags in octal that only read",
            opened(
                r#"arch=c000003e syscall=437 success=yes exit=3 a0=ffffff9c a1=7f a2=243 a3=18 items=1 auid=1000 uid=0 comm="sh" exe="/bin/sh""#,
                &audit("OPENAT2", "oflag=02000000 mode=0 resolve=0x0"),
            ),
            ("uid 1000", Verb::Read, Effect::Read, "/etc/passwd", Success),
        ),
        (
            "a file that is emptied",
            opened(r#"arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7f a2=200 items=1 auid=1000 uid=0 comm="sh" exe="/bin/sh""#, ""),
            ("uid 1000", Verb::Write, Effect::Mutating, "/etc/passwd", Success),
        ),
        (
            "an error with its words",
            "----\ntype=SYSCALL msg=audit(03/18/26 17:00:01.123:9) : arch=x86_64 syscall=unlink success=no exit=EACCES(Permission denied) auid=vera uid=vera comm=rm exe=/usr/bin/rm\n".into(),
            ("vera", Verb::Delete, Effect::Destructive, "", Denied),
        ),
        ("su", syslog("su", "(to root) vera on pts/0"), ("vera", Verb::Login, Effect::Privilege, "root", Success)),
        ("su that failed", syslog("su", "FAILED SU (to root) vera on pts/0"), ("vera", Verb::Login, Effect::Privilege, "root", Denied)),
        (
            "said three times",
            syslog("sshd", "message repeated 3 times: [ Failed password for root from 192.0.2.9 port 1 ssh2]"),
            ("root", Verb::Login, Effect::None, "web", Denied),
        ),
        ("a new account", syslog("useradd", "new user: name=eve, UID=1001, GID=1001, home=/home/eve"), ("useradd", Verb::Grant, Effect::Privilege, "eve", Success)),
        ("an account that is gone", syslog("userdel", "delete user 'eve'"), ("userdel", Verb::Revoke, Effect::Privilege, "eve", Success)),
        ("a group", syslog("usermod", "add 'eve' to group 'sudo'"), ("usermod", Verb::Grant, Effect::Privilege, "eve", Success)),
    ]);
}

#[test]
fn acts_on_clouds() {
    let aws = |service: &str, name: &str, more: &str| {
        format!(
            r#"{{"eventTime":"2026-03-18T17:00:00Z","eventSource":"{service}.amazonaws.com","eventName":"{name}","userIdentity":{{"type":"IAMUser","userName":"vera"}},{more}}}"#
        )
    };
    let google = |method: &str, who: &str| {
        format!(
            r#"{{"timestamp":"2026-03-18T17:00:00Z","protoPayload":{{"methodName":"{method}","authenticationInfo":{{{who}}},"resourceName":"r"}}}}"#
        )
    };
    let vera = r#""principalEmail":"vera@example.com""#;
    let federated =
        "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/g/subject/repo:o/r";
    let directory = |reason: &str, by: &str| {
        format!(
            r#"{{"id":"1","category":"X","activityDateTime":"2026-03-18T17:00:00Z","activityDisplayName":"Delete user","result":"failure","resultReason":"{reason}","initiatedBy":{by},"targetResources":[{{"displayName":"eve"}}]}}"#
        )
    };
    check(&[
        (
            "behind an access point",
            aws("s3", "GetObject", r#""requestParameters":{"bucketName":"arn:aws:s3:eu-central-1:1:accesspoint/ap","key":"k"},"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::south/k"},{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::south"}]"#),
            ("vera", Verb::Read, Effect::Read, "south/k", Success),
        ),
        (
            "a batch that deletes",
            aws("dynamodb", "BatchWriteItem", r#""requestParameters":{"requestItems":{"south":[{"deleteRequest":{"key":{"id":"1"}}}]}}"#),
            ("vera", Verb::Delete, Effect::Destructive, "south", Success),
        ),
        (
            "a batch that writes",
            aws("dynamodb", "BatchWriteItem", r#""requestParameters":{"requestItems":{"south":[{"putRequest":{}}],"north":[{"putRequest":{}}]}}"#),
            ("vera", Verb::Write, Effect::Mutating, "south, north", Success),
        ),
        (
            "a transaction that deletes",
            aws("dynamodb", "TransactWriteItems", r#""requestParameters":{"transactItems":[{"put":{"tableName":"south"}},{"delete":{"tableName":"south"}}]}"#),
            ("vera", Verb::Delete, Effect::Destructive, "south", Success),
        ),
        ("a model", google("google.cloud.aiplatform.v1.PredictionService.GenerateContent", vera), ("vera@example.com", Verb::Call, Effect::None, "r", Success)),
        (
            "a federated identity",
            google("storage.objects.get", &format!(r#""principalSubject":"{federated}""#)),
            (federated, Verb::Read, Effect::Read, "r", Success),
        ),
        (
            "what an application did by a token",
            r#"{"kind":"admin#reports#activity","id":{"time":"2026-03-18T17:00:00Z","applicationName":"token","uniqueQualifier":"1"},"actor":{"email":"vera@example.com"},"events":[{"type":"auth","name":"activity","parameters":[{"name":"app_name","value":"agent"},{"name":"method_name","value":"gmail.users.messages.delete"}]}]}"#.into(),
            ("vera@example.com", Verb::Delete, Effect::Destructive, "agent", Success),
        ),
        (
            "a directory that did not allow it",
            directory("Authorization_RequestDenied", r#"{"user":{"userPrincipalName":"vera@example.com"}}"#),
            ("vera@example.com", Verb::Delete, Effect::Destructive, "eve", Denied),
        ),
        (
            "an application known by its id alone",
            directory("other", r#"{"app":{"displayName":null,"appId":"app-7"}}"#),
            ("app-7", Verb::Delete, Effect::Destructive, "eve", Error),
        ),
        (
            "a machine that is put away",
            r#"{"time":"2026-03-18T17:00:00Z","resourceId":"/SUBSCRIPTIONS/S/VM","operationName":"MICROSOFT.COMPUTE/VIRTUALMACHINES/DEALLOCATE/ACTION","category":"Administrative","resultType":"Success","caller":"vera@example.com"}"#.into(),
            ("vera@example.com", Verb::Execute, Effect::Mutating, "/SUBSCRIPTIONS/S/VM", Success),
        ),
        (
            "an audited statement and what comes behind it",
            "2026-03-18 17:00:00 UTC [7] vera@prod LOG:  AUDIT: SESSION,1,1,WRITE,DELETE,TABLE,public.hr,\"DELETE FROM hr WHERE name = 'a,b'\",<none>\n".into(),
            ("vera", Verb::Delete, Effect::Destructive, "prod/hr", Unknown),
        ),
    ]);
}

#[test]
fn acts_in_tables_and_lines_of_no_known_format() {
    let csv = |header: &str, row: &str| format!("{header}\n{row}\n");
    let at = |text: &str| {
        let reading = read(text);
        reading.records.first().and_then(|record| record.time).map(crate::time::Instant::rfc3339).unwrap_or_default()
    };
    let header = "Date,Time,TZ,User,Action,Target";
    assert_eq!(at(&csv(header, "2026-03-18,18:00:00,+01:00,vera,delete,x")), "2026-03-18T17:00:00Z");
    assert_eq!(at(&csv(header, "2026-03-18,18:00:00,PST,vera,delete,x")), "2026-03-19T02:00:00Z");
    assert_eq!(at(&csv("Time (PST),User,Action,Target", "2026-03-18 18:00:00,vera,delete,x")), "2026-03-19T02:00:00Z");
    assert_eq!(
        at(&csv("TimeGenerated [UTC],User,Action,Target", "2026-03-18 18:00:00,vera,delete,x")),
        "2026-03-18T18:00:00Z"
    );
    assert_eq!(
        at(&csv("Level,Date and Time,Source,Event", "Warning,2026-03-18 18:00:00,app,delete")),
        "2026-03-18T18:00:00Z"
    );
    let row =
        |action: &str| csv("time,actor,action,target,status", &format!("2026-03-18T17:00:00Z,vera,{action},x,ok"));
    let json = |rest: &str| format!(r#"{{"time":"2026-03-18T17:00:00Z",{rest}}}"#);
    check(&[
        ("overwritten", row("overwritten"), ("vera", Verb::Write, Effect::Mutating, "x", Success)),
        ("sent", row("sent email"), ("vera", Verb::Share, Effect::Mutating, "x", Success)),
        ("not done", row("did not delete"), ("vera", Verb::Other, Effect::None, "x", Success)),
        (
            "not allowed",
            json(r#""user":"vera","action":"delete","target":"x","allowed":false"#),
            ("vera", Verb::Delete, Effect::Destructive, "x", Denied),
        ),
        (
            "a program that was killed",
            json(r#""user":"vera","action":"delete","target":"x","exit_code":137"#),
            ("vera", Verb::Delete, Effect::Destructive, "x", Error),
        ),
        (
            "a program that went well",
            json(r#""user":"vera","action":"delete","target":"x","exit_code":0"#),
            ("vera", Verb::Delete, Effect::Destructive, "x", Success),
        ),
        (
            "a principal in an object",
            json(r#""principal":{"type":"agent","id":"agent-7"},"action":"delete","target":"x""#),
            ("agent-7", Verb::Delete, Effect::Destructive, "x", Unknown),
        ),
        (
            "a chat",
            "[18/03/2026, 17:00:30] Vera Maro: STOP\n[18/03/2026, 17:00:40] Vera Maro: now\n".into(),
            ("Vera Maro", Verb::Post, Effect::None, "", Unknown),
        ),
        (
            "Caddy",
            r#"{"level":"info","ts":1773853200.1,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"192.0.2.1","method":"DELETE","uri":"/a/7","headers":{"User-Agent":["curl"]}},"user_id":"vera","status":403}"#.into(),
            ("vera", Verb::Delete, Effect::Destructive, "/a/7", Denied),
        ),
        (
            "a load balancer",
            r#"{"timestamp":"2026-03-18T17:00:00Z","logName":"projects/p/logs/requests","httpRequest":{"requestMethod":"DELETE","requestUrl":"https://a/7","status":200,"remoteIp":"192.0.2.1"}}"#.into(),
            ("", Verb::Delete, Effect::Destructive, "https://a/7", Success),
        ),
        (
            "Traefik",
            r#"{"ClientHost":"192.0.2.1","ClientUsername":"vera","DownstreamStatus":403,"RequestMethod":"DELETE","RequestPath":"/a/7","StartUTC":"2026-03-18T17:00:00Z","time":"2026-03-18T17:00:00Z","level":"info","msg":""}"#.into(),
            ("vera", Verb::Delete, Effect::Destructive, "/a/7", Denied),
        ),
        (
            "a firewall",
            r#"{"timestamp":1773853200000,"webaclId":"arn:w","action":"BLOCK","httpRequest":{"clientIp":"192.0.2.1","uri":"/a/7","httpMethod":"DELETE"}}"#.into(),
            ("", Verb::Delete, Effect::Destructive, "/a/7", Denied),
        ),
    ]);
}
