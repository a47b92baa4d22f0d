//! Timesketch: `message, datetime, timestamp_desc`, and whatever else.

use super::row::Row;
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Acts;
use crate::reader::log::party;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::reader::log::stamp::{Told, epoch_micros, read_stamp};
use crate::reader::log::wire::{Text, json, wire};

wire! {
    Event<'a> {
        message: Text<'a> = "message", at: Text<'a> = "datetime", epoch: Text<'a> = "timestamp", what: Text<'a> = "timestamp_desc",
        user: Text<'a> = "username" | "user" | "uid" | "actor", action: Text<'a> = "event_type" | "action" | "data_type", tool: Text<'a> = "tool" | "parser",
        resource: Text<'a> = "resource" | "filename" | "display_name" | "computer_name", id: Text<'a> = "unique_id", session: Text<'a> = "session_id",
        address: Text<'a> = "ip_address" | "source_ip" | "src_ip",
    }
}

/// Reads events.
#[derive(Default)]
pub struct Timesketch {
    acts: Acts,
}

impl Adapter for Timesketch {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let row = Row::of(piece).transpose()?;
        let event = match &row {
            Some(row) => of_row(row),
            None => json(piece.bytes)?,
        };
        if event.message.get().is_none() && event.at.get().is_none() && event.epoch.get().is_none() {
            return Err(if row.is_some() {
                Wrong::Unreadable("This row has neither a message nor a time.".into())
            } else {
                Wrong::Foreign
            });
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(time(&event));
        record.actor = party::person(event.user.or_empty());
        record.action =
            event.action.owned(NAME_CHARS_MAX).or_else(|| event.what.owned(NAME_CHARS_MAX)).unwrap_or_default();
        // What a timestamp means, such as “Write time”, says nothing of what somebody did.
        record.set_act(self.acts.act(event.action.or_empty()));
        record.message = event.message.owned(TEXT_CHARS_MAX).unwrap_or_default();
        record.resource = event.resource.owned(TEXT_CHARS_MAX).unwrap_or_default();
        record.tool = event.tool.owned(NAME_CHARS_MAX);
        record.id = event.id.owned(NAME_CHARS_MAX);
        record.session = event.session.owned(NAME_CHARS_MAX);
        record.source_address = event.address.owned(NAME_CHARS_MAX);
        out.record(record);
        Ok(Taken::Read)
    }
}

/// `datetime` is what an analyst sees; `timestamp` is in microseconds, whatever its size.
fn time(event: &Event<'_>) -> Told {
    match (event.at.get(), event.epoch.or_empty().parse::<i64>()) {
        (None, Ok(micros)) if micros > 0 => epoch_micros(micros),
        _ => read_stamp(event.at.get().unwrap_or(event.epoch.or_empty()), None),
    }
}

fn of_row<'a>(row: &'a Row<'_>) -> Event<'a> {
    Event {
        message: row.get(&["message"]),
        at: row.get(&["datetime"]),
        epoch: row.get(&["timestamp"]),
        what: row.get(&["timestamp_desc"]),
        user: row.get(&["username", "user", "uid", "actor"]),
        action: row.get(&["event_type", "action", "data_type"]),
        tool: row.get(&["tool", "parser"]),
        resource: row.get(&["resource", "filename", "display_name", "computer_name"]),
        id: row.get(&["unique_id"]),
        session: row.get(&["session_id"]),
        address: row.get(&["ip_address", "source_ip", "src_ip"]),
        ..Event::default()
    }
}
