//! Whether a text holds one of many words, in one pass: nearly every record holds none, and is done with after it.

use std::sync::LazyLock;

use crate::reader::log::logging::lessening;

/// Parts of words of which at least one is in every text that changes what is logged or tells that something was lost.
const PARTS: &[&str] = &[
    "auditd",
    "auditctl",
    "auditbeat",
    "go-audit",
    "syslog",
    "journal",
    "osquery",
    "falco",
    "filebeat",
    "fluent",
    "td-agent",
    "google-cloud-ops",
    "cloudwatch-agent",
    "splunk",
    "wazuh",
    "sysmon",
    "eventlog",
    "otelcol",
    "vector",
    "laurel",
    "setenforce",
    "history",
    "histfile",
    "histsize",
    "wevtutil",
    "auditpol",
    "logman",
    "gcloud",
    "diagnostic-settings",
    "log-profiles",
    "log-analytics",
    "azdiagnosticsetting",
    "azlogprofile",
    "auditenabled",
    "auditdisabled",
    "-ctlogging",
    "-cttrail",
    "cteventselector",
    "ctinsightselector",
    "-cwllog",
    "-cwlretention",
    "ec2flowlog",
    "aws_cloudtrail",
    "service-access",
    "sys/audit",
    "vault audit",
    "adminauditlog",
    "mailboxauditbypass",
    "cluster-logging",
    "cluster-config",
    "clusterlog",
    "logging.googleapis",
    "/logstreams",
    "diagnosticsettings",
    "audit_events/",
    "/logpush",
    "disablelogtypes",
    "access_logs",
    "loglevel",
    "update-distribution",
    "linked-role",
    "aws:cloudtrail",
    "aws:ec2/flow",
    "aws:cloudwatch",
    "no* daemon",
    "written to disk",
    "aws_flow_log",
    "aws_cloudwatch_log",
    "google_logging",
    "google_project_iam_audit",
    "azurerm_monitor_diagnostic",
    "azurerm_log_analytics",
    "aws::cloudtrail",
    "kubectl",
    "s3://",
    ".claude/",
    ".codex/",
    ".gemini/",
    ".qwen/",
    ".copilot/",
    "/var/log",
    "/etc/audit/",
    "audit.rules",
    "claude_code_enable",
    "otel_",
    "audit_lost",
    "audit daemon",
    "audit: ",
    " audit",
    "imuxsock",
    "messages lost",
    "suppressed",
    "missed ",
    "dropping event",
    "event lost",
    "audit backlog",
    "auditing service",
    "logging service",
    "cloudtrail",
    "audit log",
    "audit-log",
    "audit trail",
    "auditing",
    " logging",
    "flow log",
    "log group",
    "diagnostic setting",
];

/// The shortest part has so many bytes: what ends later than this behind a place begins later than there.
const SHORTEST: usize = 5;

/// So many places has the table of pairs of letters.
const PLACES: usize = 1 << 12;

/// Finds out whether a text holds a part, whatever the case of its letters.
pub struct Anchors {
    /// How far the text can be passed over, by the two letters that end at a place.
    shifts: Vec<u8>,
    /// The parts whose first letters end in such a pair.
    parts: Vec<Vec<Vec<u8>>>,
}

/// Letters of either case are one; so are some signs, which makes the search no less sure, for parts are folded as well.
const fn fold(byte: u8) -> u8 {
    byte | 0x20
}

const fn place(one: u8, other: u8) -> usize {
    (((fold(one) as usize) << 5) ^ fold(other) as usize) & (PLACES - 1)
}

static ANCHORS: LazyLock<Anchors> =
    LazyLock::new(|| Anchors::new(PARTS.iter().map(ToString::to_string).chain(lessening())));

impl Anchors {
    /// The parts of all that is looked for.
    pub fn get() -> &'static Self {
        &ANCHORS
    }

    fn new(parts: impl Iterator<Item = String>) -> Self {
        let mut anchors = Self { shifts: vec![(SHORTEST - 1) as u8; PLACES], parts: vec![Vec::new(); PLACES] };
        for part in parts.filter(|part| part.len() >= SHORTEST) {
            let folded: Vec<u8> = part.bytes().map(fold).collect();
            for end in 1..SHORTEST {
                let at = place(folded[end - 1], folded[end]);
                anchors.shifts[at] = anchors.shifts[at].min((SHORTEST - 1 - end) as u8);
            }
            let last = place(folded[SHORTEST - 2], folded[SHORTEST - 1]);
            anchors.parts[last].push(folded);
        }
        anchors
    }

    /// Whether a text holds one.
    pub fn meets(&self, text: &[u8]) -> bool {
        let mut end = SHORTEST - 1;
        while end < text.len() {
            let at = place(text[end - 1], text[end]);
            let shift = usize::from(self.shifts[at]);
            if shift > 0 {
                end += shift;
                continue;
            }
            let rest = &text[end + 1 - SHORTEST..];
            let fits = |part: &Vec<u8>| {
                rest.len() >= part.len() && rest.iter().zip(part).all(|(byte, known)| fold(*byte) == *known)
            };
            if self.parts[at].iter().any(fits) {
                return true;
            }
            end += 1;
        }
        false
    }
}
