//! What tells how much a source records, and how its acts ended.

use super::fixtures::read;
use crate::reader::log::{Format, MissingRecords, Options, Outcomes, Summary, mark, read_as};
use crate::time::Instant;

fn marks(format: Format, text: &str) -> Vec<(String, u64)> {
    read_as(text.as_bytes(), format, &Options::default()).summary.marks.into_iter().collect()
}

#[test]
fn each_format_tells_what_it_records() {
    let google = |log: &str| {
        format!(
            "{{\"logName\":\"projects/p/logs/cloudaudit.googleapis.com{log}\",\"protoPayload\":{{\"methodName\":\"get\"}}}}\n"
        )
    };
    let trail = |field: &str| format!("{{\"eventName\":\"GetObject\",\"eventSource\":\"s3.amazonaws.com\"{field}}}\n");
    let level =
        |level: &str| format!("{{\"apiVersion\":\"audit.k8s.io/v1\",\"verb\":\"get\",\"level\":\"{level}\"}}\n");
    let span = |rest: &str| {
        format!(
            "{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{{\"traceId\":\"t\",\"name\":\"chat\"{rest}}}]}}]}}]}}\n"
        )
    };
    let said = |key: &str| {
        format!(
            ",\"attributes\":[{{\"key\":\"gen_ai.operation.name\",\"value\":{{\"stringValue\":\"chat\"}}}},{{\"key\":\"{key}\",\"value\":{{\"stringValue\":\"x\"}}}}]"
        )
    };
    let rows = [
        (Format::Cloudtrail, trail(""), vec![]),
        (Format::Cloudtrail, trail(",\"managementEvent\":true"), vec![mark::MANAGEMENT]),
        (Format::Cloudtrail, trail(",\"managementEvent\":false"), vec![mark::DATA]),
        (
            Format::Cloudtrail,
            trail(",\"managementEvent\":false,\"eventCategory\":\"Management\""),
            vec![mark::MANAGEMENT],
        ),
        (Format::Cloudtrail, trail(",\"eventCategory\":\"Data\""), vec![mark::DATA]),
        (Format::Cloudtrail, trail(",\"eventCategory\":\"Insight\""), vec![mark::OTHER_CATEGORY]),
        (Format::K8sAudit, level("Metadata"), vec![mark::METADATA]),
        (Format::K8sAudit, level("Request"), vec![mark::REQUEST]),
        (Format::K8sAudit, level("RequestResponse"), vec![mark::REQUEST_RESPONSE]),
        (Format::GcpAudit, google("%2Factivity"), vec![mark::ACTIVITY]),
        (Format::GcpAudit, google("/data_access"), vec![mark::DATA_ACCESS]),
        (Format::GcpAudit, google("%2Fsystem_event"), vec![mark::OTHER_LOG]),
        (Format::M365, "{\"Operation\":\"MailItemsAccessed\"}".into(), vec![mark::MAIL_ITEMS_ACCESSED]),
        (Format::M365, "{\"Operation\":\"FileAccessed\"}".into(), vec![]),
        (Format::Otlp, span(""), vec![]),
        (Format::Otlp, span(",\"traceState\":\"a=b,ot=rv:1;th:8\""), vec![mark::SAMPLED]),
        (Format::Otlp, span(",\"traceState\":\"ot=th:0\""), vec![]),
        (Format::Otlp, span(&said("gen_ai.input.messages")), vec![mark::CONTENT]),
        (Format::Otlp, span(&said("gen_ai.request.model")), vec![mark::NO_CONTENT]),
        (Format::Codex, "{\"type\":\"compacted\",\"payload\":{\"message\":\"m\"}}".into(), vec![mark::COMPACTION]),
        (Format::ClaudeCode, "{\"type\":\"system\",\"subtype\":\"compact_boundary\"}".into(), vec![mark::COMPACTION]),
        (
            Format::Auditd,
            "type=LOGIN msg=audit(1773853200.0:1): a=1\ntype=DAEMON_START msg=audit(1773853200.0:9): a=1".into(),
            vec![mark::NUMBERED],
        ),
    ];
    for (format, text, wanted) in rows {
        let wanted: Vec<_> = wanted.into_iter().map(|mark| (mark.to_string(), 1)).collect();
        assert_eq!(marks(format, &text), wanted, "{text}");
    }
}

#[test]
fn outcomes_are_counted() {
    assert_eq!(read(Format::Cloudtrail).summary.outcomes, Outcomes { success: 3, denied: 1, error: 1, unknown: 0 });
}

#[test]
fn gaps_beyond_the_list_are_told_as_one() {
    let mut summary = Summary::new(Format::Auditd);
    let at = |second: i64| Some(Instant::from_micros(second * 1_000_000));
    for second in 0..1_003 {
        summary.gap(&MissingRecords { from: at(second), to: at(second + 1), missing: Some(2), reason: "lost".into() });
    }
    let further = summary.further_gaps.clone().unwrap();
    assert_eq!((summary.gaps.len(), further.from, further.to, further.missing), (1_000, at(1_000), at(1_003), Some(6)));
    assert_eq!(further.reason, "The log shows 3 more gaps than are listed: they are told as one.");
    summary.gap(&MissingRecords { from: None, to: at(1), missing: None, reason: "lost".into() });
    let further = summary.further_gaps.unwrap();
    assert_eq!((further.from, further.to, further.missing), (None, at(1_003), None));
}

#[test]
fn a_summary_of_before_is_still_read() {
    let mut told = serde_json::to_value(read(Format::Cloudtrail).summary).unwrap();
    let fields = told.as_object_mut().unwrap();
    for new in ["marks", "outcomes", "unread_spans", "pulses", "content_sha256", "further_gaps"] {
        assert!(fields.remove(new).is_some(), "{new}");
    }
    let read: Summary = serde_json::from_value(told).unwrap();
    assert!(read.marks.is_empty() && read.records == 5);
}
