//! Acts on logging itself: which they are, which way they turn, and which logs they touch.
//!
//! The catalogue is data per provider. It was written in November 2026 after the providers' own lists, not checked entry by entry: AWS's
//! "Service Authorization Reference", Google's "Audit logging" pages of the Logging API, Microsoft's "Audit log
//! activities" and Azure's resource provider operations, the event lists of Okta, GitHub and Slack, and the man pages
//! of `auditctl` and `auditd`. What is not in it is told by its words, as in `act.rs`.

use super::act::words;
use super::format::Format;

/// Which way an act turns logging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Less is logged, or kept, from then on.
    Off,
    /// Logging was set going: before that it may not have been.
    On,
    /// It was changed, and the log does not say which way.
    Changed,
}

/// Which logs an act touches beside the one that tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The provider's own audit log.
    Own,
    /// A place in which logs of any kind are kept.
    Store,
    /// Another log, such as that of a network.
    Other,
}

/// Calls of one service that change what is logged.
struct Entry {
    format: Format,
    service: &'static str,
    reach: Reach,
    names: &'static str,
}

const fn entry(format: Format, service: &'static str, reach: Reach, names: &'static str) -> Entry {
    Entry { format, service, reach, names }
}

const CATALOGUE: &[Entry] = &[
    entry(
        Format::Cloudtrail,
        "cloudtrail.",
        Reach::Own,
        "StopLogging StartLogging DeleteTrail UpdateTrail CreateTrail PutEventSelectors PutInsightSelectors \
         DeleteEventDataStore UpdateEventDataStore StopEventDataStoreIngestion StartEventDataStoreIngestion \
         RestoreEventDataStore DeleteChannel DeleteResourcePolicy DeregisterOrganizationDelegatedAdmin",
    ),
    entry(
        Format::Cloudtrail,
        "logs.",
        Reach::Store,
        "DeleteLogGroup DeleteLogStream PutRetentionPolicy DeleteRetentionPolicy DeleteSubscriptionFilter \
         DeleteDestination DeleteDataProtectionPolicy DeleteDelivery DeleteDeliverySource DeleteDeliveryDestination",
    ),
    entry(Format::Cloudtrail, "eks.", Reach::Store, "UpdateClusterConfig"),
    entry(Format::Cloudtrail, "ec2.", Reach::Other, "DeleteFlowLogs CreateFlowLogs"),
    entry(
        Format::Cloudtrail,
        "guardduty.",
        Reach::Other,
        "DeleteDetector UpdateDetector StopMonitoringMembers DisassociateFromMasterAccount \
         DisassociateFromAdministratorAccount DisassociateMembers DeleteMembers DeletePublishingDestination",
    ),
    entry(
        Format::Cloudtrail,
        "config.",
        Reach::Other,
        "StopConfigurationRecorder StartConfigurationRecorder DeleteConfigurationRecorder PutConfigurationRecorder \
         DeleteDeliveryChannel",
    ),
    entry(Format::Cloudtrail, "s3.", Reach::Other, "PutBucketLogging"),
    entry(
        Format::Cloudtrail,
        "bedrock.",
        Reach::Other,
        "PutModelInvocationLoggingConfiguration DeleteModelInvocationLoggingConfiguration",
    ),
    entry(Format::Cloudtrail, "securityhub.", Reach::Other, "DisableSecurityHub"),
    entry(
        Format::Cloudtrail,
        "route53resolver.",
        Reach::Other,
        "DeleteResolverQueryLogConfig DisassociateResolverQueryLogConfig",
    ),
    entry(Format::Cloudtrail, "wafv2.", Reach::Other, "DeleteLoggingConfiguration PutLoggingConfiguration"),
    entry(
        Format::GcpAudit,
        "google.logging.v2.ConfigServiceV2.",
        Reach::Own,
        "CreateSink UpdateSink DeleteSink CreateExclusion UpdateExclusion DeleteExclusion UpdateSettings \
         UpdateCmekSettings",
    ),
    entry(
        Format::GcpAudit,
        "google.logging.v2.ConfigServiceV2.",
        Reach::Store,
        "CreateBucket UpdateBucket DeleteBucket UndeleteBucket CreateView UpdateView DeleteView",
    ),
    entry(Format::GcpAudit, "google.logging.v2.LoggingServiceV2.", Reach::Store, "DeleteLog"),
    entry(
        Format::M365,
        "",
        Reach::Own,
        "Set-AdminAuditLogConfig Set-MailboxAuditBypassAssociation New-UnifiedAuditLogRetentionPolicy \
         Set-UnifiedAuditLogRetentionPolicy Remove-UnifiedAuditLogRetentionPolicy Disable-OrganizationCustomization",
    ),
    entry(
        Format::AzureActivity,
        "microsoft.insights/",
        Reach::Own,
        "microsoft.insights/diagnosticsettings/write microsoft.insights/diagnosticsettings/delete \
         microsoft.insights/logprofiles/write microsoft.insights/logprofiles/delete",
    ),
    entry(
        Format::AzureActivity,
        "microsoft.",
        Reach::Store,
        "microsoft.operationalinsights/workspaces/delete microsoft.operationalinsights/workspaces/purge/action \
         microsoft.operationalinsights/workspaces/tables/write microsoft.eventhub/namespaces/delete \
         microsoft.eventhub/namespaces/eventhubs/delete microsoft.network/networkwatchers/flowlogs/delete \
         microsoft.network/networkwatchers/flowlogs/write",
    ),
    entry(
        Format::Okta,
        "",
        Reach::Own,
        "system.log_stream.lifecycle.create system.log_stream.lifecycle.activate \
         system.log_stream.lifecycle.deactivate system.log_stream.lifecycle.delete system.log_stream.lifecycle.update \
         event_hook.deactivated event_hook.deleted event_hook.updated",
    ),
    entry(
        Format::GithubAudit,
        "",
        Reach::Own,
        "audit_log_streaming.create audit_log_streaming.update audit_log_streaming.destroy \
         audit_log_streaming.check org.audit_log_export hook.destroy",
    ),
];

/// Calls on a bucket that change how long what is in it stays, or who may change it.
const KEEPING: &[&str] = &[
    "PutBucketLifecycle",
    "PutBucketLifecycleConfiguration",
    "DeleteBucketLifecycle",
    "PutBucketPolicy",
    "DeleteBucketPolicy",
    "PutBucketAcl",
    "PutBucketVersioning",
    "PutBucketReplication",
    "DeleteBucketReplication",
    "PutObjectLockConfiguration",
    "DeleteBucket",
    "DeleteObject",
    "DeleteObjects",
];

/// Words in the name of a bucket or file that say that it holds logs.
const LOG_WORDS: &[&str] = &["log", "logs", "logging", "trail", "trails", "cloudtrail", "audit", "audits", "siem"];

/// Parts of a command line that switch logging off, or take away what was logged.
const COMMANDS: &[&str] = &[
    "auditctl -e 0",
    "auditctl -e0",
    "auditctl -d",
    "stop auditd",
    "disable auditd",
    "mask auditd",
    "auditd stop",
    "pkill auditd",
    "killall auditd",
    "stop rsyslog",
    "disable rsyslog",
    "stop systemd-journald",
    "journalctl --vacuum",
    "journalctl --rotate",
    "cloudtrail stop-logging",
    "cloudtrail delete-trail",
    "cloudtrail update-trail",
    "cloudtrail put-event-selectors",
    "logs delete-log-group",
    "logs delete-log-stream",
    "delete-flow-logs",
    "delete-detector",
    "logging sinks delete",
    "logging logs delete",
    "logging buckets delete",
    "diagnostic-settings delete",
    "setenforce 0",
    "wevtutil cl",
    "clear-eventlog",
    "history -c",
    "unset histfile",
    "histfile=/dev/null",
    "claude_code_enable_telemetry=0",
    "otel_sdk_disabled=true",
    "rm -rf /var/log",
    "rm -f /var/log",
    "truncate -s 0 /var/log",
];

/// Files in which agents keep their transcripts and the settings of their hooks and telemetry.
const AGENT_FILES: &[&str] = &[
    ".claude/projects",
    ".claude/settings",
    ".claude/hooks",
    ".codex/sessions",
    ".codex/config",
    ".gemini/settings",
    ".gemini/tmp",
    ".qwen/settings",
    ".qwen/tmp",
    ".copilot/",
    ".bash_history",
    ".zsh_history",
    "/var/log/",
    "/etc/audit/",
    "auditd.conf",
    "audit.rules",
];

/// Whether a call of a service changes what is logged.
pub(super) fn changes_logging(format: Format, service: &str, name: &str) -> bool {
    find(format, name).is_some_and(|entry| entry.service.is_empty() || service.starts_with(entry.service))
}

fn find(format: Format, name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| {
        entry.format == format && entry.names.split(' ').any(|known| known.eq_ignore_ascii_case(name.trim()))
    })
}

/// Whether a call changes how long logs are kept, by the name of the bucket and what is in it.
pub(super) fn keeps_logs(name: &str, bucket: &str, key: &str) -> bool {
    KEEPING.contains(&name)
        && (holds_logs(bucket) || key.contains("/CloudTrail/") || key.contains("/CloudTrail-Digest/"))
}

/// Whether a call changes how long something is kept that may be logs.
pub(super) fn keeps_anything(name: &str) -> bool {
    KEEPING.contains(&name) && name.contains("Lifecycle")
}

/// Whether a name says that there are logs in it.
pub(super) fn holds_logs(name: &str) -> bool {
    words(name).iter().any(|word| LOG_WORDS.contains(&word.as_str()))
}

/// Whether a command line switches logging off, or takes away what was logged.
pub(super) fn command_changes_logging(command: &str) -> bool {
    let small = command.to_lowercase();
    let takes_away =
        ["rm ", "rm\t", "shred ", "truncate ", "unlink ", "> /", ">/", "mv "].iter().any(|word| small.contains(word));
    COMMANDS.iter().any(|part| small.contains(part))
        || (takes_away && AGENT_FILES.iter().any(|file| small.contains(file)))
}

/// Whether a file that is written or deleted is one that decides what is logged, or holds what was.
pub(super) fn file_changes_logging(path: &str) -> bool {
    let small = path.to_lowercase();
    AGENT_FILES.iter().any(|file| small.contains(file))
}

/// Which way an act turns logging, by its words.
pub fn turn(action: &str) -> Turn {
    const OFF: &[&str] = &[
        "stop",
        "delete",
        "deleted",
        "disable",
        "disabled",
        "deactivate",
        "deactivated",
        "remove",
        "removed",
        "destroy",
        "purge",
        "disassociate",
        "deregister",
        "detach",
        "end",
        "abort",
    ];
    const ON: &[&str] =
        &["start", "create", "created", "enable", "enabled", "activate", "activated", "resume", "restore", "undelete"];
    let words = words(action);
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let adds = words.iter().any(|word| word == "add");
    // An exclusion that is created leaves something out.
    let leaves_out = words.iter().any(|word| word == "exclusion");
    match () {
        () if adds => Turn::On,
        () if leaves_out => Turn::Changed,
        () if any(ON) => Turn::On,
        () if any(OFF) => Turn::Off,
        () => Turn::Changed,
    }
}

/// The provider that keeps the log of a format.
#[derive(Debug, PartialEq, Eq)]
enum Family {
    Amazon,
    Google,
    Microsoft,
    Agent,
    Own(Format),
    Any,
}

impl Family {
    const fn of(format: Option<Format>) -> Self {
        let Some(format) = format else { return Self::Any };
        match format {
            Format::Cloudtrail | Format::CloudtrailDigest => Self::Amazon,
            Format::GcpAudit | Format::GoogleWorkspace => Self::Google,
            Format::Entra | Format::AzureActivity | Format::M365 => Self::Microsoft,
            Format::Otlp | Format::ClaudeCode | Format::Codex | Format::OpenaiChat => Self::Agent,
            Format::Timesketch | Format::Csv | Format::Jsonl | Format::Text | Format::SlackExport => Self::Any,
            format => Self::Own(format),
        }
    }
}

/// Whether an act that a log in one format tells of touches the source of a log in another. What is not known not to,
/// does.
pub fn touches(told_in: Option<Format>, action: &str, source: Option<Format>) -> bool {
    let known = CATALOGUE.iter().find(|entry| {
        told_in.is_none_or(|format| Family::of(Some(format)) == Family::Any || format == entry.format)
            && entry.names.split(' ').any(|name| name.eq_ignore_ascii_case(action.trim()))
    });
    let teller = known.map_or(Family::of(told_in), |entry| Family::of(Some(entry.format)));
    let reach = known.map_or(Reach::Own, |entry| entry.reach);
    match (teller, Family::of(source)) {
        // An agent reaches whatever its tools do.
        (Family::Any | Family::Agent, _) => true,
        (teller, source) if teller == source => reach != Reach::Other,
        (_, Family::Any | Family::Agent | Family::Own(Format::K8sAudit)) => reach != Reach::Own,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
