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
        assert_eq!(touches(Some(told_in), &told(action, ""), Some(source)), expected, "{told_in} {action} {source}");
    }
}

fn told(action: &str, resource: &str) -> LoggingChange {
    LoggingChange {
        at: None,
        action: action.into(),
        actor: String::new(),
        resource: resource.into(),
        outcome: crate::vocabulary::Outcome::Success,
        line: 1,
        command: None,
        place: None,
    }
}

#[test]
fn a_command_touches_what_it_reaches_wherever_it_is_told_of() {
    use Format::{Auditd, Cloudtrail, GcpAudit, Journald, Jsonl, M365, Ocsf, Okta, Teleport};
    let rows = [
        (Ocsf, "StopLogging", "data", Cloudtrail, true),
        (Ocsf, "StopLogging", "data", GcpAudit, false),
        (Ocsf, "Launch", "auditctl -D", Auditd, true),
        (Ocsf, "novel", "thing", Auditd, true),
        (Teleport, "exec", "auditctl -D", Auditd, true),
        (Teleport, "exec", "auditctl -D", Cloudtrail, false),
        (Journald, "command", "/usr/sbin/auditctl -D", Auditd, true),
        (Journald, "command", "/usr/bin/aws cloudtrail stop-logging --name data", Cloudtrail, true),
        (Journald, "command", "/usr/bin/aws cloudtrail stop-logging --name data", GcpAudit, false),
        (Journald, "stop logging", "", Auditd, true),
        (Auditd, "USER_CMD", "aws cloudtrail delete-trail --name data", Cloudtrail, true),
        (Auditd, "CONFIG_CHANGE remove_rule", "books", Cloudtrail, false),
        (Okta, "x", "az monitor diagnostic-settings delete --name x", M365, true),
        (Cloudtrail, "StopLogging", "data", Ocsf, true),
        (Journald, "command", "auditctl -D", Jsonl, true),
    ];
    for (told_in, action, resource, source, expected) in rows {
        assert_eq!(
            touches(Some(told_in), &told(action, resource), Some(source)),
            expected,
            "{told_in} {action} {resource} {source}"
        );
    }
}
