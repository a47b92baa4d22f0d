//! A small file of every format, with the oddities that real ones have.

use crate::reader::log::{Format, Options, Reading, detect, read_all, read_as};

/// Reads the file of a format.
pub fn read(format: Format) -> Reading {
    read_as(seed(format).as_bytes(), format, &Options::default())
}

/// The file of a format.
pub fn seed(format: Format) -> &'static str {
    SEEDS.iter().find(|(known, _)| *known == format).map(|(_, seed)| *seed).unwrap()
}

/// Reads a small text in the format that it is found to be in.
pub fn read_detected(text: &str) -> Reading {
    read_all(text.as_bytes(), "")
}

/// One file of every format.
pub const SEEDS: &[(Format, &str)] = &[
    (Format::Cloudtrail, include_str!("../fixtures/cloudtrail.jsonl")),
    (Format::CloudtrailDigest, include_str!("../fixtures/cloudtrail_digest.json")),
    (Format::K8sAudit, include_str!("../fixtures/k8s_audit.jsonl")),
    (Format::GithubAudit, include_str!("../fixtures/github_audit.json")),
    (Format::GcpAudit, include_str!("../fixtures/gcp_audit.jsonl")),
    (Format::GoogleWorkspace, include_str!("../fixtures/google_workspace.json")),
    (Format::Entra, include_str!("../fixtures/entra.jsonl")),
    (Format::AzureActivity, include_str!("../fixtures/azure_activity.json")),
    (Format::M365, include_str!("../fixtures/m365.jsonl")),
    (Format::Okta, include_str!("../fixtures/okta.json")),
    (Format::SlackAudit, include_str!("../fixtures/slack_audit.json")),
    (Format::AnthropicAudit, include_str!("../fixtures/anthropic_audit.jsonl")),
    (Format::OpenaiAudit, include_str!("../fixtures/openai_audit.json")),
    (Format::SlackExport, include_str!("../fixtures/slack_export.json")),
    (Format::Auditd, include_str!("../fixtures/auditd.log")),
    (Format::Otlp, include_str!("../fixtures/otlp.json")),
    (Format::ClaudeCode, include_str!("../fixtures/claude_code.jsonl")),
    (Format::Codex, include_str!("../fixtures/codex.jsonl")),
    (Format::OpenaiChat, include_str!("../fixtures/openai_chat.json")),
    (Format::Ocsf, include_str!("../fixtures/ocsf.jsonl")),
    (Format::WebAccess, include_str!("../fixtures/web_access.log")),
    (Format::VpcFlow, include_str!("../fixtures/vpc_flow.log")),
    (Format::Postgres, include_str!("../fixtures/postgres.log")),
    (Format::Journald, include_str!("../fixtures/journald.export")),
    (Format::WindowsEvent, include_str!("../fixtures/windows_event.xml")),
    (Format::VaultAudit, include_str!("../fixtures/vault_audit.jsonl")),
    (Format::Guardduty, include_str!("../fixtures/guardduty.json")),
    (Format::Auth0, include_str!("../fixtures/auth0.jsonl")),
    (Format::Onepassword, include_str!("../fixtures/onepassword.json")),
    (Format::Snowflake, include_str!("../fixtures/snowflake.csv")),
    (Format::Salesforce, include_str!("../fixtures/salesforce.csv")),
    (Format::Gitlab, include_str!("../fixtures/gitlab.jsonl")),
    (Format::Zoom, include_str!("../fixtures/zoom.json")),
    (Format::Teleport, include_str!("../fixtures/teleport.jsonl")),
    (Format::Databricks, include_str!("../fixtures/databricks.jsonl")),
    (Format::Cloudflare, include_str!("../fixtures/cloudflare.jsonl")),
    (Format::L2tcsv, include_str!("../fixtures/l2tcsv.csv")),
    (Format::Timesketch, include_str!("../fixtures/timesketch.csv")),
    (Format::Csv, include_str!("../fixtures/orders.csv")),
    (Format::Jsonl, include_str!("../fixtures/app.jsonl")),
    (Format::Text, include_str!("../fixtures/timeline.txt")),
];

#[test]
fn every_format_has_a_file_that_is_detected_and_read() {
    for format in Format::ALL {
        let seed = seed(*format);
        assert_eq!(detect(seed.as_bytes(), ""), *format);
        let reading = read_all(seed.as_bytes(), "");
        assert_eq!(reading.parse_errors, [], "{format}");
        assert!(reading.summary.records > 0, "{format}");
        assert!(
            reading
                .records
                .iter()
                .any(|record| record.time.is_some() && record.time_flag != crate::reader::log::TimeFlag::Absent),
            "{format}"
        );
    }
}

#[test]
fn a_file_is_detected_by_its_first_bytes_and_with_a_byte_order_mark() {
    for (format, seed) in SEEDS {
        let marked = format!("\u{feff}{}", seed.replace('\n', "\r\n"));
        assert_eq!(detect(marked.as_bytes(), ""), *format);
        let (plain, marked) = (read_all(seed.as_bytes(), ""), read_all(marked.as_bytes(), ""));
        assert_eq!(marked.parse_errors, [], "{format}");
        assert_eq!(marked.summary.records, plain.summary.records, "{format}");
    }
    assert_eq!(detect(b"PK\x03\x04\x14\0", "export.zip"), Format::SlackExport);
    assert_eq!(detect(b"", ""), Format::Text);
    assert_eq!(detect(b"a,b\n1,2\n", "x.csv"), Format::Csv);
    assert_eq!(detect(b"[2026-03-18] Engineer asks", ""), Format::Text);
    assert_eq!(detect(b"Hello, world\nthis is prose, and more, of it\n", ""), Format::Text);
    // The first element is not whole within the bytes.
    assert_eq!(detect(br#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name""#, ""), Format::Otlp);
    assert_eq!(
        detect(br#"{"Records":[{"eventVersion":"1.08","eventSource":"s3.amazonaws.com","eventName":"Get"#, ""),
        Format::Cloudtrail
    );
}
