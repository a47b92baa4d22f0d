//! Which commands change what is logged.

use super::*;

#[test]
fn commands_that_take_logging_away_are_known() {
    for command in [
        "sudo auditctl -e 0",
        "auditctl -e0",
        "/sbin/auditctl -D",
        "auditctl -d always,exit -F path=/srv",
        "auditctl -a never,exit -S all",
        "bash -c \"auditctl -D\"",
        "systemctl stop auditd",
        "systemctl --now disable auditd.service",
        "service auditd stop",
        "sc.exe stop eventlog",
        "pkill -9 auditd",
        "kill -STOP $(pidof auditd)",
        "kill -9 `cat /var/run/auditd.pid`",
        "systemctl --no-block stop rsyslog",
        "rm -rf ~/.claude/projects/x",
        "rm -rf /var/log",
        "truncate -s 0 /var/log/audit/audit.log",
        "sed -i '/books/d' /etc/audit/rules.d/audit.rules",
        "aws cloudtrail stop-logging --name t",
        "aws --profile prod --region us-east-1 cloudtrail stop-logging --name data",
        "python3 -c 'import boto3; boto3.client(\"cloudtrail\").stop_logging(Name=\"data\")'",
        "await client.send(new StopLoggingCommand({ Name: \"data\" }))",
        "client.StopLogging(ctx, &cloudtrail.StopLoggingInput{})",
        "aws logs delete-log-group --log-group-name x",
        "terraform destroy -target=aws_cloudtrail.data -auto-approve",
        "aws s3 rm --recursive s3://trail-logs/AWSLogs/",
        "gcloud --project p logging sinks delete data",
        "az monitor diagnostic-settings delete --name x",
        "kubectl -n kube-system delete daemonset fluent-bit",
        "wevtutil.exe cl Security",
        "auditpol /set /category:* /success:disable /failure:disable",
        "Stop-CTLogging -Name data",
        "/api/v1/namespaces/a/pods/b/exec?command=auditctl&command=-D&stdout=true",
        "history -c",
        "unset HISTFILE",
        "export OTEL_SDK_DISABLED=true",
    ] {
        assert!(command_changes_logging(command), "{command}");
    }
}

#[test]
fn other_commands_are_not_taken_for_such() {
    for command in [
        "cat /var/log/syslog",
        "ls ~/.claude/projects",
        "git log",
        "auditctl -l",
        "auditctl -w /srv -p r -k books",
        "systemctl status auditd",
        "systemctl restart nginx",
        "systemctl stop nginx",
        "kill -9 4711",
        "aws cloudtrail describe-trails",
        "aws cloudtrail start-logging --name data",
        "aws s3 rm s3://pictures/a.png",
        "terraform destroy -target=aws_instance.web",
        "gcloud logging sinks list",
        "history | tail",
        "cloudtrail:StopLogging",
        "aws-cli/2.13 md/command#cloudtrail.stop-logging",
        "s3.delete_bucket(Bucket='x')",
    ] {
        assert!(!command_changes_logging(command), "{command}");
    }
}

#[test]
fn every_command_is_met_by_the_search_before_it() {
    for text in ["xx auditctl", "AUDITD", "stop-logging", "StopLogging", "stop_logging", "audit_lost=1", ".claude/"] {
        assert!(Anchors::get().meets(text.as_bytes()), "{text}");
    }
    assert!(!Anchors::get().meets(b"{\"eventName\":\"GetObject\",\"bucketName\":\"south\"}"));
    assert!(!Anchors::get().meets(b""));
}
