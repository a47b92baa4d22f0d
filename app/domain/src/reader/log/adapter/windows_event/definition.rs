//! What is special about the format.

use super::WindowsEvent;
use crate::reader::log::adapter::Adapter;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, settings_say};
use crate::reader::log::reader::Options;
use crate::reader::log::sign::{Sample, Sign};
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{ElementSplit, JsonSplit, Splitter};
use crate::reader::log::summary::Summary;

impl LogFormat for WindowsEvent {
    const SIGNS: &'static [Sign] = &[
        Sign::Record(70, looks_like),
        Sign::Lines(90, |lines| {
            lines.0.starts_with("<Event") || lines.0.starts_with("<?xml") && lines.0.contains("<Event")
        }),
    ];
    const LISTS: &'static [&'static str] = &["records", "value", "Events"];
    const IS_JSON: bool = false;
    const SOURCE: SourceKind = SourceKind::Machine;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Self)
    }

    fn split(first: &[u8], limit: usize) -> Splitter {
        if first.first() == Some(&b'<') {
            return Box::new(ElementSplit::new("<Event", "</Event>", limit));
        }
        Box::new(JsonSplit::new(Self::LISTS, limit))
    }

    fn mode(_summary: &Summary) -> Mode {
        settings_say()
    }
}

fn looks_like(record: &Sample<'_>) -> bool {
    record.inside("Event", "System")
        || record.inside("winlog", "event_id")
        || record.has("EventID")
            && record.any(&["Channel", "ProviderName", "SourceName", "EventSourceName", "Provider", "EventData"])
        || record.all(&["Id", "LogName", "ProviderName"])
}
