//! How fast it is: `cargo test --release -p domain reader::log::tests::speed -- --ignored --nocapture`.

use std::time::Instant;

use super::samples::sample;
use crate::reader::Complaint;
use crate::reader::log::{Format, LogRecord, Options, Reader, Sink};

/// Counts and lets go.
struct Counter(u64);

impl Sink for Counter {
    fn record(&mut self, record: LogRecord) {
        self.0 += u64::from(record.time.is_some() || record.raw.length > 0);
    }

    fn complaint(&mut self, complaint: Complaint) {
        panic!("{complaint:?}");
    }
}

/// So much is read of each format.
const BYTES: usize = 200 << 20;

#[test]
#[ignore = "a measurement, for release builds"]
fn records_a_second() {
    let rows = [
        (Format::Cloudtrail, "cloudtrail.jsonl"),
        (Format::Cloudtrail, "stratus/aws.credential-access.secretsmanager-retrieve-secrets.json"),
        (Format::K8sAudit, "k8s_audit.jsonl"),
        (Format::GcpAudit, "gcp_audit.jsonl"),
        (Format::Okta, "okta.jsonl"),
        (Format::Entra, "entra.jsonl"),
        (Format::AnthropicAudit, "anthropic_audit.jsonl"),
        (Format::ClaudeCode, "claude_code-todowrite.jsonl"),
        (Format::Timesketch, "timesketch-sigma_events.jsonl"),
        (Format::Jsonl, "okta.jsonl"),
    ];
    for (format, name) in rows {
        let Some(mut bytes) = sample(name) else { return };
        bytes.push(b'\n');
        // A chunk is about what a socket gives.
        let (mut reader, mut counter) = (Reader::new(format, &Options::default()), Counter(0));
        let start = Instant::now();
        let times = BYTES / bytes.len();
        for _ in 0..times {
            bytes.chunks(64 << 10).for_each(|chunk| reader.feed(chunk, &mut counter));
        }
        reader.finish(&mut counter);
        let seconds = start.elapsed().as_secs_f64();
        let (records, megabytes) = (counter.0 as f64, (times * bytes.len()) as f64 / 1e6);
        println!("{name} as {}: {:.0} records/s, {:.0} MB/s", format.word(), records / seconds, megabytes / seconds);
    }
}
