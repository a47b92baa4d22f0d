use serde_json::{Value, json};

use super::*;
use crate::reader::log::{Format, Options, read_as};

/// A field on the wire.
fn field(number: u32, bytes: &[u8]) -> Vec<u8> {
    [varint(u64::from(number) << 3 | 2), varint(bytes.len() as u64), bytes.to_vec()].concat()
}

fn number(field: u32, value: u64) -> Vec<u8> {
    [varint(u64::from(field) << 3), varint(value)].concat()
}

fn eight(field: u32, value: u64) -> Vec<u8> {
    [varint(u64::from(field) << 3 | 1), value.to_le_bytes().to_vec()].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn pair(key: &str, value: &[u8]) -> Vec<u8> {
    [field(1, key.as_bytes()), field(2, value)].concat()
}

fn span() -> Vec<u8> {
    [
        field(1, &[0xab; 16]),
        field(2, &[0x01; 8]),
        field(5, "execute_tool “x”\n".as_bytes()),
        number(6, 3),
        eight(7, 1_700_000_000_000_000_000),
        eight(8, 1_700_000_001_000_000_000),
        field(9, &pair("gen_ai.agent.name", &field(1, b"triage-bot"))),
        field(9, &pair("gen_ai.usage.input_tokens", &number(3, 5))),
        // A field of another schema in between, and one more attribute after it.
        field(99, b"whatever"),
        field(9, &pair("is", &number(2, 0))),
        field(9, &pair("ratio", &eight(4, 0.5_f64.to_bits()))),
        field(9, &pair("raw", &field(7, b"ab"))),
        field(9, &pair("list", &field(5, &[field(1, &field(1, b"a")), field(1, &number(3, u64::MAX))].concat()))),
        field(15, &number(3, 2)),
    ]
    .concat()
}

fn request(spans: &[Vec<u8>]) -> Vec<u8> {
    let resource = field(1, &field(1, &pair("service.name", &field(1, b"ci"))));
    let scope = field(2, &spans.iter().flat_map(|span| field(2, span)).collect::<Vec<u8>>());
    field(1, &[resource, scope].concat())
}

#[test]
fn protobuf_becomes_the_json_of_the_same_request() {
    let export = Signal::Traces.of_protobuf(&request(&[span(), span()])).unwrap();
    assert_eq!((export.records, export.rejected), (2, 0));
    assert_eq!(export.line.iter().filter(|byte| **byte == b'\n').count(), 1, "one line");
    let read: Value = serde_json::from_slice(&export.line).unwrap();
    let expected = json!({
        "traceId": "abababababababababababababababab", "spanId": "0101010101010101", "name": "execute_tool “x”\n", "kind": 3,
        "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000001000000000",
        "attributes": [
            { "key": "gen_ai.agent.name", "value": { "stringValue": "triage-bot" } },
            { "key": "gen_ai.usage.input_tokens", "value": { "intValue": "5" } },
            { "key": "is", "value": { "boolValue": false } },
            { "key": "ratio", "value": { "doubleValue": 0.5 } },
            { "key": "raw", "value": { "bytesValue": "YWI=" } },
            { "key": "list", "value": { "arrayValue": { "values": [{ "stringValue": "a" }, { "intValue": "-1" }] } } },
        ],
        "status": { "code": 2 },
    });
    assert_eq!(read["resourceSpans"][0]["scopeSpans"][0]["spans"][1], expected);
    assert_eq!(
        read["resourceSpans"][0]["resource"]["attributes"][0],
        json!({ "key": "service.name", "value": { "stringValue": "ci" } })
    );
    let records = read_as(&export.line, Format::Otlp, &Options::default()).records;
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].actor.name, "triage-bot");
}

#[test]
fn protobuf_that_is_cut_anywhere_is_told_or_shorter_and_never_a_panic() {
    let whole = request(&[span(), span()]);
    for length in 1..whole.len() {
        let cut = Signal::Traces.of_protobuf(&whole[..length]);
        assert!(cut.is_err(), "{length}");
    }
    assert_eq!(Signal::Traces.of_protobuf(b"").unwrap().line, b"{}\n");
    let noise: Vec<u8> = (0..=255).collect();
    assert!(Signal::Logs.of_protobuf(&noise).is_err());
}

#[test]
fn what_nests_without_end_is_refused() {
    let mut value = field(1, b"a");
    for _ in 0..40 {
        value = field(5, &field(1, &value));
    }
    let deep = request(&[field(9, &pair("deep", &value))]);
    assert!(Signal::Traces.of_protobuf(&deep).unwrap_err().contains("nests"));
    let mut value = field(1, b"a");
    for _ in 0..23 {
        value = field(6, &field(1, &pair("a", &value)));
    }
    let export = Signal::Traces.of_protobuf(&request(&[field(9, &pair("deep", &value))])).unwrap();
    assert!(serde_json::from_slice::<Value>(&export.line).is_ok(), "what is let in can be read");
}

#[test]
fn json_stays_as_it_came_in_one_line() {
    let text =
        "{\n  \"resourceSpans\": [{\"scopeSpans\":\r\n[{\"spans\":[{\"name\":\"a\\nb\", \"x\": [1, {}]}, 7, {}]}]}]}";
    let export = Signal::Traces.of_json(text.as_bytes().to_vec()).unwrap();
    assert_eq!((export.records, export.rejected), (2, 1));
    assert_eq!(export.line.len(), text.len() + 1);
    assert_eq!(export.line.iter().position(|byte| *byte == b'\n'), Some(text.len()));
    assert_eq!(
        serde_json::from_slice::<Value>(&export.line).unwrap(),
        serde_json::from_str::<Value>(text).unwrap(),
        "the same values"
    );
}

#[test]
fn json_that_is_no_request_of_this_kind_is_told() {
    let read = |signal: Signal, text: &str| signal.of_json(text.as_bytes().to_vec());
    assert_eq!(read(Signal::Traces, "{}").unwrap().records, 0, "an empty request is one");
    assert!(read(Signal::Traces, "{\"resourceLogs\":[]}").unwrap_err().contains("/v1/logs"));
    assert!(read(Signal::Logs, "{\"resource_logs\":[]}").unwrap_err().contains("resourceLogs"));
    assert!(read(Signal::Logs, "[]").is_err());
    assert!(read(Signal::Logs, "{\"resourceLogs\":[").is_err());
    assert!(read(Signal::Logs, "").is_err());
    let nested = format!("{{\"resourceLogs\":{}", "[".repeat(100_000));
    assert!(read(Signal::Logs, &nested).is_err());
    assert_eq!(read(Signal::Logs, "{\"resourceLogs\":null}").unwrap().records, 0);
}
