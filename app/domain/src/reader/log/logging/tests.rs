//! What counts as a change of logging, and how it is undone.

use super::*;

#[test]
fn acts_on_logging_turn_it_off_on_or_some_way() {
    for (action, way) in [
        ("StopLogging", Turn::Off),
        ("DeleteTrail", Turn::Off),
        ("StartLogging", Turn::On),
        ("CreateTrail", Turn::On),
        ("PutEventSelectors", Turn::Changed),
        ("google.logging.v2.ConfigServiceV2.CreateExclusion", Turn::Changed),
        ("system.log_stream.lifecycle.deactivate", Turn::Off),
        ("CONFIG_CHANGE remove_rule", Turn::Off),
        ("CONFIG_CHANGE add_rule", Turn::On),
        ("DAEMON_CONFIG", Turn::Changed),
    ] {
        assert_eq!(turn(action), way, "{action}");
    }
}

#[test]
fn an_act_touches_the_logs_of_its_provider_and_those_kept_in_what_it_changes() {
    use Format::{Auditd, ClaudeCode, Cloudtrail, GcpAudit, Jsonl, K8sAudit, Okta};
    let rows = [
        (Cloudtrail, "DeleteTrail", Cloudtrail, true),
        (Cloudtrail, "DeleteTrail", GcpAudit, false),
        (Cloudtrail, "DeleteTrail", Jsonl, false),
        (Cloudtrail, "DeleteFlowLogs", Cloudtrail, false),
        (Cloudtrail, "DeleteFlowLogs", Jsonl, true),
        (Cloudtrail, "DeleteLogGroup", K8sAudit, true),
        (Okta, "system.log_stream.lifecycle.deactivate", Auditd, false),
        (Jsonl, "DeleteTrail", Cloudtrail, true),
        (Jsonl, "DeleteTrail", GcpAudit, false),
        (ClaudeCode, "Bash", Auditd, true),
    ];
    for (told_in, action, source, expected) in rows {
        assert_eq!(touches(Some(told_in), action, Some(source)), expected, "{told_in} {action} {source}");
    }
}

#[test]
fn commands_that_take_logging_away_are_known() {
    for command in [
        "sudo auditctl -e 0",
        "systemctl stop auditd",
        "rm -rf ~/.claude/projects/x",
        "aws cloudtrail stop-logging --name t",
    ] {
        assert!(command_changes_logging(command), "{command}");
    }
    for command in ["cat /var/log/syslog", "ls ~/.claude/projects", "git log", "auditctl -l"] {
        assert!(!command_changes_logging(command), "{command}");
    }
}
