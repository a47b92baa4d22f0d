//! Records inside the exports of stores and search engines.

use serde_json::{Value, json};

use super::fixtures::read_detected;
use crate::reader::log::{Format, WholeLog, detect, read_as};

fn stop() -> Value {
    json!({ "eventVersion": "1.08", "eventTime": "2026-03-18T17:30:00Z", "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "StopLogging", "userIdentity": { "type": "IAMUser", "userName": "robot" }, "requestParameters": { "name": "data, \"main\"" } })
}

fn quoted(value: &Value) -> String {
    format!("\"{}\"", value.to_string().replace('"', "\"\""))
}

fn check(text: &str, name: &str) -> WholeLog {
    assert_eq!(detect(text.as_bytes(), name), Format::Cloudtrail, "{text}");
    let reading = read_as(text.as_bytes(), Format::Cloudtrail, &crate::reader::log::Options::default());
    let changes = &reading.summary.logging_changes;
    assert_eq!(changes.len(), 1, "{text} {:?}", reading.records);
    assert_eq!((changes[0].action.as_str(), changes[0].actor.as_str()), ("StopLogging", "robot"), "{text}");
    assert_eq!(reading.summary.unreadable, 0, "{text} {:?}", reading.parse_errors);
    reading
}

#[test]
fn an_act_on_logging_is_read_whatever_its_record_is_packed_in() {
    let stop = stop();
    let other = json!({ "eventTime": "2026-03-18T17:31:00Z", "eventSource": "ec2.amazonaws.com", "eventName": "DescribeInstances",
        "userIdentity": { "type": "IAMUser", "userName": "robot" } });
    let found = |record: &Value| json!({ "_index": "trail", "_id": "1", "_source": record });
    let hits = json!({ "took": 3, "timed_out": false, "hits": { "total": { "value": 2 }, "hits": [found(&stop), found(&other)] }, "aggregations": {} });
    check(&format!("2026-03-18T17:30:00.000Z {stop}\n"), "x.log");
    check(&format!("2026-03-18T17:30:00.000Z {stop}\n2026-03-18T17:31:00.000Z {other}\n"), "x.log");
    check(&format!("\"_raw\",\"_time\",host\n{},\"2026-03-18T17:30:00.000+0000\",h\n", quoted(&stop)), "x.csv");
    check(
        &format!(
            "@timestamp,@message\n2026-03-18 17:30:00.000,{}\n2026-03-18 17:31:00.000,{}\n",
            quoted(&stop),
            quoted(&other)
        ),
        "x.csv",
    );
    check(
        &format!(
            "<134>1 2026-03-18T17:30:00Z h cloudtrail - - - {stop}\n<134>1 2026-03-18T17:31:00Z h cloudtrail - - - {other}\n"
        ),
        "x.log",
    );
    check(&format!("{hits}"), "x.json");
    check(&serde_json::to_string_pretty(&hits).unwrap(), "x.json");
    let reading =
        check(&format!("{}\n", json!({ "preview": false, "result": { "_raw": stop.to_string() } })), "x.json");
    assert_eq!(reading.records.len(), 1);
}

/// The names of envelopes and of columns, written down once more: detection and reading know all of them, and both do.
#[test]
fn each_envelope_and_column_is_known_to_detection_and_to_reading() {
    for name in [
        "detail",
        "_source",
        "_raw",
        "result",
        "message",
        "@message",
        "Message",
        "rawEvent",
        "raw_event",
        "raw",
        "RawData",
        "original",
        "event",
        "record",
        "data",
        "body",
        "payload",
        "jsonPayload",
        "auditData",
        "AuditData",
        "log",
        "request",
    ] {
        check(&format!("{}\n", json!({ name: stop() })), "x.json");
        check(&format!("{}\n", json!({ name: stop().to_string() })), "x.json");
    }
    for column in [
        "_raw",
        "@message",
        "message",
        "raw",
        "raw_event",
        "rawevent",
        "event",
        "line",
        "log",
        "content",
        "payload",
        "original",
        "msg",
    ] {
        check(&format!("_time,{column}\nx,{}\n", quoted(&stop())), "x.csv");
    }
}

#[test]
fn other_formats_are_read_in_the_same_envelopes() {
    let okta = json!({ "eventType": "user.session.start", "published": "2026-03-18T17:30:00Z", "outcome": { "result": "SUCCESS" },
        "displayMessage": "x", "actor": { "alternateId": "ada@example.com" } });
    let cluster = json!({ "kind": "Event", "apiVersion": "audit.k8s.io/v1", "auditID": "a", "verb": "delete", "stage": "ResponseComplete",
        "user": { "username": "ada@example.com" }, "objectRef": { "resource": "pods", "name": "p" }, "requestReceivedTimestamp": "2026-03-18T17:30:00Z" });
    for (record, format) in [(okta, Format::Okta), (cluster, Format::K8sAudit)] {
        for text in [
            format!("2026-03-18T17:30:00.000Z {record}\n"),
            format!("_raw,_time\n{},x\n", quoted(&record)),
            format!("<134>1 2026-03-18T17:30:00Z h x - - - {record}\n"),
            json!({ "took": 1, "hits": { "hits": [{ "_source": record }] } }).to_string(),
        ] {
            assert_eq!(detect(text.as_bytes(), "x"), format, "{text}");
            let reading = read_detected(&text);
            let actors: Vec<&str> = reading.records.iter().map(|record| record.actor.name.as_str()).collect();
            assert_eq!((actors, reading.summary.unreadable), (vec!["ada@example.com"], 0), "{text}");
        }
    }
}
