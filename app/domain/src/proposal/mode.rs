//! What of the acts does the log record?

use crate::counted::counted;
use crate::reader::log::{Format, Summary, mark};
use crate::vocabulary::CoverageMode;

/// The weakest mode that fits what was read, and why.
pub(super) fn mode(summary: &Summary) -> (CoverageMode, String) {
    if summary.records == 0 {
        return (CoverageMode::Sampled, "No record was read: nothing shows what it records.".into());
    }
    match summary.format {
        Format::Cloudtrail => cloudtrail(summary),
        Format::K8sAudit if google_entries(summary) == 0 => kubernetes(summary),
        Format::K8sAudit | Format::GcpAudit => google(summary),
        Format::AzureActivity => (
            CoverageMode::ManagementOnly,
            "The activity log holds operations on subscriptions and their resources, not the reading or writing of what they hold.".into(),
        ),
        Format::M365 => microsoft(summary),
        Format::Auditd => (
            CoverageMode::All,
            "It records every act that its rules name: check that the rules name the paths you choose.".into(),
        ),
        Format::GithubAudit
        | Format::GoogleWorkspace
        | Format::Entra
        | Format::Okta
        | Format::SlackAudit
        | Format::AnthropicAudit
        | Format::OpenaiAudit => (
            CoverageMode::All,
            format!("{} is an audit log: it records each act of the kinds it knows. Check that the paths you choose are of these kinds.", summary.format),
        ),
        Format::Otlp => telemetry(summary),
        Format::ClaudeCode | Format::Codex | Format::OpenaiChat => transcript(summary),
        Format::CloudtrailDigest => (
            CoverageMode::Sampled,
            "A digest lists log files and holds no acts: it proves something about those files, not about what was done.".into(),
        ),
        Format::WebAccess | Format::VpcFlow | Format::Cloudflare => (
            CoverageMode::MetadataOnly,
            "It records that something was asked, from where, and how that ended, and not what was sent or answered.".into(),
        ),
        Format::VaultAudit if summary.marked(mark::ASKED) > summary.marked(mark::ANSWERED) * 2 => (
            CoverageMode::Sampled,
            "Vault writes each request and its response, and most of the responses are not there: it counts as a sample.".into(),
        ),
        Format::VaultAudit | Format::Teleport | Format::Databricks | Format::Snowflake | Format::Gitlab | Format::Salesforce => (
            CoverageMode::MetadataOnly,
            format!("{} records which acts were asked of it, and not what they held. What is recorded is for its own settings to say: attach them.", summary.format),
        ),
        Format::Auth0 | Format::Onepassword | Format::Zoom => (
            CoverageMode::ManagementOnly,
            format!("{} records sign-ins and changes of settings. Acts on what its resources hold are not shown to be recorded.", summary.format),
        ),
        Format::Guardduty => (
            CoverageMode::Sampled,
            "A finding tells of what was noticed: acts that nobody noticed leave none.".into(),
        ),
        Format::Postgres | Format::Journald | Format::WindowsEvent | Format::Ocsf => (
            CoverageMode::Sampled,
            "Which acts are recorded is for the settings of its source to say, and they are not in the file: it counts as a sample. If you know that it records every act, say so and attach the settings.".into(),
        ),
        Format::SlackExport | Format::Timesketch | Format::L2tcsv | Format::Csv | Format::Jsonl | Format::Text => (
            CoverageMode::Sampled,
            "Nothing in the file says which acts its source records, so that it counts as a sample. If you know that it records every act, say so and say from where you know it.".into(),
        ),
    }
}

fn cloudtrail(summary: &Summary) -> (CoverageMode, String) {
    let records = counted(summary.records, "record");
    match summary.marked(mark::DATA) {
        0 => (
            CoverageMode::ManagementOnly,
            format!(
                "None of its {records} says that it is a data event, so that reads and writes of what a resource holds are not shown to be recorded."
            ),
        ),
        data => (
            CoverageMode::All,
            format!(
                "Of its {records}, {data} say that they are data events. Which resources have data events is for the trail's selectors to say: check that those you choose are among them."
            ),
        ),
    }
}

fn kubernetes(summary: &Summary) -> (CoverageMode, String) {
    let bodies = summary.marked(mark::REQUEST) + summary.marked(mark::REQUEST_RESPONSE);
    let records = counted(summary.records, "record");
    match (bodies, summary.marked(mark::METADATA)) {
        (0, 0) => (
            CoverageMode::MetadataOnly,
            format!("None of its {records} says at which level it was recorded, so that none is shown to have a body."),
        ),
        (0, _) => {
            (CoverageMode::MetadataOnly, format!("None of its {records} is above level Metadata: there are no bodies."))
        }
        (bodies, _) => (
            CoverageMode::All,
            format!(
                "Of its {records}, {bodies} are above level Metadata. Which objects are recorded at which level is for the audit policy to say: check that those you choose are."
            ),
        ),
    }
}

fn google_entries(summary: &Summary) -> u64 {
    [mark::ACTIVITY, mark::DATA_ACCESS, mark::OTHER_LOG].iter().map(|mark| summary.marked(mark)).sum()
}

fn google(summary: &Summary) -> (CoverageMode, String) {
    let records = counted(summary.records, "record");
    match summary.marked(mark::DATA_ACCESS) {
        0 => (
            CoverageMode::ManagementOnly,
            format!(
                "None of its {records} is of a Data Access log, which is off by default: reads are not shown to be recorded."
            ),
        ),
        data => (
            CoverageMode::All,
            format!(
                "Of its {records}, {data} are of a Data Access log. Which services have one is for the audit configuration to say: check that those you choose do."
            ),
        ),
    }
}

fn microsoft(summary: &Summary) -> (CoverageMode, String) {
    let mail = match summary.marked(mark::MAIL_ITEMS_ACCESSED) {
        0 => {
            "None of its records is MailItemsAccessed: for reads of mail, check that they were recorded at all.".into()
        }
        count => format!("Reads of mail are among its records ({count})."),
    };
    (CoverageMode::All, format!("It is an audit log and records each act of the kinds it knows. {mail}"))
}

fn telemetry(summary: &Summary) -> (CoverageMode, String) {
    let sampled = match summary.marked(mark::SAMPLED) {
        0 => "Traces may be sampled, and nothing in them says that these were not.".into(),
        count => format!("{} that only some like it are kept.", says(count)),
    };
    let content = match (summary.marked(mark::CONTENT), summary.marked(mark::NO_CONTENT)) {
        (0, 0) => String::new(),
        (with, without) => {
            format!(" Of the calls of models and tools, {with} hold what was said and {without} do not.")
        }
    };
    (CoverageMode::Sampled, sampled + &content)
}

fn says(count: u64) -> String {
    if count == 1 { "1 record says".into() } else { format!("{count} records say") }
}

fn transcript(summary: &Summary) -> (CoverageMode, String) {
    // A compaction may be told by its mark, by the summary that follows it, or by both.
    let compactions = summary.marked(mark::COMPACTION).max(summary.marked(mark::COMPACT_SUMMARY));
    let compacted = match compactions {
        0 => String::new(),
        count => format!(" It was compacted {}.", if count == 1 { "once".into() } else { format!("{count} times") }),
    };
    let reason = "It is written by the host of the agent, and what the agent did beside it is not there.";
    (CoverageMode::Sampled, format!("{reason}{compacted}"))
}
