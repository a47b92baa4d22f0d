//! Samples of many records in the shapes that real logs have: odd times, no kind of identity, arrays, several lines for
//! one act, in order and out of it. They are made up; `read.txt` says how many records each has.

use std::path::Path;

use crate::reader::log::{WholeLog, read_all};

/// The bytes of a sample.
pub fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/reader/log/fixtures/samples").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(name: &str) -> WholeLog {
    read_all(&sample(name), name)
}

#[test]
fn every_sample_is_read_without_complaint() {
    let rows: &[(&str, u64, u64)] = &[
        ("anthropic_audit.jsonl", 12, 0),
        ("auditd-mixed.log", 5, 12),
        ("auditd.log", 5, 12),
        ("azure_activity.jsonl", 24, 0),
        ("claude_code.jsonl", 9, 0),
        ("cloudtrail-grant.json", 3, 0),
        ("cloudtrail-login.json", 1, 0),
        ("cloudtrail-secrets.json", 21, 0),
        ("cloudtrail-selectors.json", 1, 0),
        ("cloudtrail-stop.json", 1, 0),
        ("cloudtrail.jsonl", 12, 0),
        ("entra.jsonl", 12, 0),
        ("gcp_audit.jsonl", 12, 0),
        ("github_audit.jsonl", 12, 0),
        ("google_workspace.jsonl", 24, 0),
        ("k8s_audit.jsonl", 12, 1),
        ("okta.jsonl", 12, 0),
        ("openai_audit.jsonl", 12, 0),
        ("slack_audit.jsonl", 12, 0),
        ("timesketch-days.csv", 2, 0),
        ("timesketch-stamps.csv", 4, 0),
        ("timesketch.jsonl", 5, 0),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/reader/log/fixtures/samples");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), rows.len(), "each sample has its row");
    for (name, records, merged) in rows {
        let reading = read(name);
        let summary = &reading.summary;
        assert!(name.starts_with(summary.format.word()), "{name}: {}", summary.format);
        assert_eq!(reading.parse_errors, [], "{name}");
        assert_eq!((summary.records, summary.merged), (*records, *merged), "{name}");
        assert_eq!(
            (summary.records, summary.unreadable, summary.skipped),
            (reading.records.len() as u64, 0, 0),
            "{name}"
        );
        assert_eq!(summary.gap_count, 0, "{name}");
    }
}
