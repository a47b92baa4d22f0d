//! The library of OpenTelemetry judges: what it writes in protobuf, it reads the same from our JSON. Lists are not empty
//! here, because it does not take JSON without them, though protobuf leaves them out.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, LogsData, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, TracesData};
use proptest::collection::vec;
use proptest::prelude::*;
use prost::Message;

use super::to_json;
use crate::watch::Signal;

/// Texts with what JSON escapes, and what is no ASCII.
const TEXT: &str = "[ -~\n\t\\\\\"\u{0}é🦀]{0,12}";

fn any_value() -> impl Strategy<Value = AnyValue> {
    let leaf = prop_oneof![
        TEXT.prop_map(Value::StringValue),
        any::<bool>().prop_map(Value::BoolValue),
        any::<i64>().prop_map(Value::IntValue),
        any::<i32>().prop_map(|number| Value::DoubleValue(f64::from(number) / 8.0)),
        vec(any::<u8>(), 0..9).prop_map(Value::BytesValue),
    ];
    let value = leaf.prop_recursive(3, 12, 3, |inner| {
        let value = inner.prop_map(|value| AnyValue { value: Some(value) });
        let named = ("[a-z.]{1,8}", value.clone()).prop_map(|(key, value)| pair(key, value));
        prop_oneof![
            vec(value, 1..3).prop_map(|values| Value::ArrayValue(ArrayValue { values })),
            vec(named, 1..3).prop_map(|values| Value::KvlistValue(KeyValueList { values })),
        ]
    });
    value.prop_map(|value| AnyValue { value: Some(value) })
}

fn pair(key: String, value: AnyValue) -> KeyValue {
    KeyValue { key, value: Some(value), ..KeyValue::default() }
}

fn attributes() -> impl Strategy<Value = Vec<KeyValue>> {
    vec(("[a-z._]{1,12}", any_value()).prop_map(|(key, value)| pair(key, value)), 0..4)
}

fn resource() -> impl Strategy<Value = Option<Resource>> {
    let resource = (attributes(), any::<u32>()).prop_map(|(attributes, dropped_attributes_count)| Resource {
        attributes,
        dropped_attributes_count,
        ..Resource::default()
    });
    proptest::option::of(resource)
}

fn scope() -> impl Strategy<Value = Option<InstrumentationScope>> {
    let scope =
        (TEXT, TEXT, attributes(), any::<u32>()).prop_map(|(name, version, attributes, dropped_attributes_count)| {
            InstrumentationScope { name, version, attributes, dropped_attributes_count }
        });
    proptest::option::of(scope)
}

fn ids() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    (vec(any::<u8>(), 16), vec(any::<u8>(), 8))
}

fn event() -> impl Strategy<Value = Event> {
    (any::<u64>(), TEXT, attributes(), any::<u32>()).prop_map(
        |(time_unix_nano, name, attributes, dropped_attributes_count)| Event {
            time_unix_nano,
            name,
            attributes,
            dropped_attributes_count,
        },
    )
}

fn link() -> impl Strategy<Value = Link> {
    (ids(), TEXT, attributes(), any::<u32>(), any::<u32>()).prop_map(
        |((trace_id, span_id), trace_state, attributes, dropped_attributes_count, flags)| Link {
            trace_id,
            span_id,
            trace_state,
            attributes,
            dropped_attributes_count,
            flags,
        },
    )
}

fn span() -> impl Strategy<Value = Span> {
    let status = proptest::option::of((TEXT, 0..3).prop_map(|(message, code)| Status { message, code }));
    let texts = (TEXT, TEXT);
    let numbers = (any::<u32>(), -1..6, any::<u64>(), any::<u64>(), any::<u32>());
    let lists = (attributes(), vec(event(), 0..2), vec(link(), 0..2));
    (ids(), ids(), texts, numbers, lists, status).prop_map(|(own, parent, texts, numbers, lists, status)| Span {
        trace_id: own.0,
        span_id: own.1,
        parent_span_id: parent.1,
        trace_state: texts.0,
        name: texts.1,
        flags: numbers.0,
        kind: numbers.1,
        start_time_unix_nano: numbers.2,
        end_time_unix_nano: numbers.3,
        dropped_attributes_count: numbers.4,
        dropped_events_count: numbers.4 / 2,
        dropped_links_count: numbers.4 / 3,
        attributes: lists.0,
        events: lists.1,
        links: lists.2,
        status,
    })
}

fn log() -> impl Strategy<Value = LogRecord> {
    let numbers = (any::<u64>(), any::<u64>(), 0..25, any::<u32>(), any::<u32>());
    (ids(), (TEXT, TEXT), numbers, proptest::option::of(any_value()), attributes()).prop_map(
        |(own, texts, numbers, body, attributes)| LogRecord {
            trace_id: own.0,
            span_id: own.1,
            severity_text: texts.0,
            event_name: texts.1,
            time_unix_nano: numbers.0,
            observed_time_unix_nano: numbers.1,
            severity_number: numbers.2,
            dropped_attributes_count: numbers.3,
            flags: numbers.4,
            body,
            attributes,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn traces_are_read_as_the_library_reads_them(
        parts in vec((resource(), scope(), vec(span(), 1..3), TEXT), 1..3)
    ) {
        let records: usize = parts.iter().map(|part| part.2.len()).sum();
        let resource_spans = parts.into_iter().map(|(resource, scope, spans, schema_url)| ResourceSpans {
            resource,
            scope_spans: vec![ScopeSpans { scope, spans, schema_url: schema_url.clone() }],
            schema_url,
        });
        let sent = TracesData { resource_spans: resource_spans.collect() };
        let (line, counted) = to_json(Signal::Traces, &sent.encode_to_vec()).expect("read");
        prop_assert_eq!(counted, records as u64);
        let read: TracesData = serde_json::from_slice(&line).expect("OTLP/JSON");
        prop_assert_eq!(read, sent);
    }

    #[test]
    fn logs_are_read_as_the_library_reads_them(
        parts in vec((resource(), scope(), vec(log(), 1..3), TEXT), 1..3)
    ) {
        let records: usize = parts.iter().map(|part| part.2.len()).sum();
        let resource_logs = parts.into_iter().map(|(resource, scope, log_records, schema_url)| ResourceLogs {
            resource,
            scope_logs: vec![ScopeLogs { scope, log_records, schema_url: schema_url.clone() }],
            schema_url,
        });
        let sent = LogsData { resource_logs: resource_logs.collect() };
        let (line, counted) = to_json(Signal::Logs, &sent.encode_to_vec()).expect("read");
        prop_assert_eq!(counted, records as u64);
        let read: LogsData = serde_json::from_slice(&line).expect("OTLP/JSON");
        prop_assert_eq!(read, sent);
    }
}
