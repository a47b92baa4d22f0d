//! What a machine says of its own logging: that it stopped, or lost messages.

use super::Noticed;

/// What a machine says of its own logging.
pub(super) fn of_machine(text: &str) -> Option<Noticed> {
    let line = text.lines().find_map(|line| {
        let small = line.to_lowercase();
        if is_loss(&small) {
            Some(Noticed::Lost(line.trim().to_string()))
        } else if is_stop(&small) {
            Some(Noticed::Stopped(line.trim().to_string()))
        } else {
            None
        }
    })?;
    Some(line)
}

/// Whether a machine lost messages: those of the kernel's audit, of the journal, and of the syslog daemons.
fn is_loss(small: &str) -> bool {
    const SAID: &[&str] = &[
        "hold queue overflow",
        "retry queue overflow",
        "audit: backlog limit exceeded",
        "audit: rate limit exceeded",
        "audit: auditd disappeared",
        "audit backlog limit exceeded",
        "dropping event",
        "event lost",
        "audit: *no* daemon",
        "record was not written to disk",
    ];
    let counted = small
        .split_once("audit_lost=")
        .and_then(|(_, rest)| rest.chars().next())
        .is_some_and(|digit| ('1'..='9').contains(&digit));
    let messages = small.contains("messages")
        && (small.contains("imuxsock lost ")
            || small.contains("messages lost")
            || small.contains("suppressed ")
            || small.contains("missed "))
        && small.chars().any(|letter| letter.is_ascii_digit());
    counted || messages || SAID.iter().any(|said| small.contains(said))
}

/// Whether a service that logs was stopped, or gave up.
fn is_stop(small: &str) -> bool {
    const SERVICES: &[&str] = &[
        "auditd",
        "erased: audit",
        "removed: audit",
        "audit daemon",
        "auditing service",
        "rsyslog",
        "syslog-ng",
        "system logging service",
        "systemd-journald",
        "journal service",
    ];
    const ENDS: &[&str] = &[
        "stopped ",
        "stopping ",
        "deactivated",
        "main process exited",
        "failed with result",
        "is exiting",
        "exiting on signal",
        "suspending logging",
        "is disabled",
        "has no space left",
        "no longer running",
        "was killed",
        "killed process",
        "segfault",
        "failed to start",
        "failed to restart",
        "removed auditd",
        "remove auditd",
        "erased: audit",
        "removed: audit",
    ];
    let has = |list: &[&str]| list.iter().any(|part| small.contains(part));
    has(SERVICES) && has(ENDS)
}

/// Whether somebody writes in plain words that logging was taken away: `the agent stopped CloudTrail logging`.
pub(super) fn of_prose(text: &str) -> Option<Noticed> {
    const WAYS: &[&str] = &[
        "stopped ",
        "stops ",
        "disabled ",
        "disables ",
        "turned off ",
        "turns off ",
        "switched off ",
        "switches off ",
        "deleted ",
        "deletes ",
        "paused ",
        "killed ",
        "wiped ",
        "cleared ",
        "truncated ",
    ];
    const THINGS: &[&str] = &[
        "cloudtrail",
        "audit log",
        "audit trail",
        "auditing",
        "auditd",
        "logging",
        "flow log",
        "log group",
        "diagnostic setting",
    ];
    const NEAR_BYTES: usize = 40;
    let is_told = |line: &str| {
        let small = line.to_lowercase();
        WAYS.iter().filter_map(|way| Some(small.find(way)? + way.len())).any(|end| {
            let near = small.get(end..).unwrap_or_default();
            THINGS.iter().filter_map(|thing| near.find(thing)).any(|at| at <= NEAR_BYTES)
        })
    };
    let line = text.lines().find(|line| is_told(line))?;
    Some(Noticed::Command(line.trim().to_string()))
}
