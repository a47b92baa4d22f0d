//! The public samples beside the workspace, where they are.

use std::path::PathBuf;

use crate::reader::log::{Format, Reading, read_all};

/// The bytes of a sample; `None`, with a printed reason, where the samples are not there.
pub fn sample(name: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            println!("skipped: the sample {name} is not here ({error})");
            None
        }
    }
}

fn read(name: &str) -> Option<Reading> {
    sample(name).map(|bytes| read_all(&bytes, name))
}

#[test]
fn every_sample_is_detected_and_read_without_parse_error() {
    let rows: &[(&str, Format, u64, u64)] = &[
        ("cloudtrail.jsonl", Format::Cloudtrail, 60, 0),
        // One request is there in two stages.
        ("k8s_audit.jsonl", Format::K8sAudit, 59, 1),
        ("github_audit.jsonl", Format::GithubAudit, 60, 0),
        ("gcp_audit.jsonl", Format::GcpAudit, 60, 0),
        ("google_workspace.jsonl", Format::GoogleWorkspace, 60, 0),
        ("entra.jsonl", Format::Entra, 60, 0),
        ("azure_activity.jsonl", Format::AzureActivity, 60, 0),
        ("okta.jsonl", Format::Okta, 60, 0),
        ("slack_audit.jsonl", Format::SlackAudit, 60, 0),
        ("anthropic_audit.jsonl", Format::AnthropicAudit, 38, 0),
        ("openai_audit.jsonl", Format::OpenaiAudit, 33, 0),
        ("stratus/aws.credential-access.secretsmanager-retrieve-secrets.json", Format::Cloudtrail, 21, 0),
        ("stratus/aws.defense-evasion.cloudtrail-event-selectors.json", Format::Cloudtrail, 1, 0),
        ("stratus/aws.defense-evasion.cloudtrail-stop.json", Format::Cloudtrail, 1, 0),
        ("stratus/aws.exfiltration.ec2-share-ebs-snapshot.json", Format::Cloudtrail, 1, 0),
        ("stratus/aws.impact.bedrock-invoke-model.json", Format::Cloudtrail, 15, 0),
        ("stratus/aws.initial-access.console-login-without-mfa.json", Format::Cloudtrail, 1, 0),
        ("stratus/aws.persistence.iam-create-admin-user.json", Format::Cloudtrail, 3, 0),
        ("auditd-normal.log", Format::Auditd, 5, 12),
        ("auditd-out-of-order.log", Format::Auditd, 5, 12),
        ("claude_code-representative.jsonl", Format::ClaudeCode, 12, 0),
        ("claude_code-todowrite.jsonl", Format::ClaudeCode, 12, 0),
        ("timesketch-csv_timestamp_as_datetime.csv", Format::Timesketch, 4, 0),
        ("timesketch-sigma_events.csv", Format::Timesketch, 4, 0),
        ("timesketch-sigma_events.jsonl", Format::Timesketch, 5, 0),
        ("timesketch-validate_time_precision.csv", Format::Timesketch, 2, 0),
    ];
    for (name, format, records, merged) in rows {
        let Some(reading) = read(name) else { return };
        let summary = &reading.summary;
        println!(
            "{name}: {} {} records, {} merged, {} skipped",
            summary.format.word(),
            summary.records,
            summary.merged,
            summary.skipped
        );
        assert_eq!(reading.parse_errors, [], "{name}");
        assert_eq!((summary.format, summary.records, summary.merged), (*format, *records, *merged), "{name}");
        assert_eq!(
            (summary.records, summary.unreadable, summary.skipped),
            (reading.records.len() as u64, 0, 0),
            "{name}"
        );
        assert_eq!(summary.gap_count, 0, "{name}");
    }
}
