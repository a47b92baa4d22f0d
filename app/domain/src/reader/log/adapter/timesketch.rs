//! Timesketch: `message, datetime, timestamp_desc`, and whatever else.

use super::row::Row;
use super::table::guess;
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::cell::untamed;
use crate::reader::log::act::Acts;
use crate::reader::log::definition::{LogFormat, Tells};
use crate::reader::log::logging::Family;
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, Ours, TEXT_CHARS_MAX, TimeFlag, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::split::{Splitter, rows_or_json};
use crate::reader::log::stamp::{LogTime, epoch_micros, read_stamp};
use crate::reader::log::wire::{Text, json, wire};
use crate::time::{Granularity, Instant, TimeRange, Zone};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, EventKind, Outcome, OutputMode, PreventedBy, ProvenanceLabel, Reversibility, Verb};
use crate::words::Tri;

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

impl LogFormat for Timesketch {
    const SIGNS: &'static [Sign] = &[
        Sign::Record(75, |record| record.all(&["message", "timestamp_desc"]) && record.any(&["datetime", "timestamp"])),
        Sign::Columns(80, |names| names.all(&["timestamp_desc", "message"]) && names.any(&["datetime", "timestamp"])),
    ];
    const NAMES_ITS_SOURCE: bool = false;
    const FAMILY: Option<Family> = Some(Family::Any);
    const TELLS: Tells = Tells::Prose;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Timesketch::default())
    }

    fn split(first: &[u8], limit: usize) -> Splitter {
        rows_or_json(first, Self::LISTS, limit)
    }
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
        // The last row of a timeline that we wrote: it names the head of the change log, and is no event.
        if row.is_some()
            && event.message.or_empty().contains("chain head sha256:")
            && event.what.or_empty() == "Last Change"
        {
            return Ok(Taken::Skipped);
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(time(&event));
        record.actor = party::person(event.user.or_empty());
        record.action =
            event.action.owned(NAME_CHARS_MAX).or_else(|| event.what.owned(NAME_CHARS_MAX)).unwrap_or_default();
        // What a timestamp means, such as “Write time”, says nothing of what somebody did.
        record.set_act(self.acts.act(event.action.or_empty()));
        if event.action.get().is_some() {
            guess(&mut record);
        }
        record.message = event.message.owned(TEXT_CHARS_MAX).unwrap_or_default();
        record.resource = event.resource.owned(TEXT_CHARS_MAX).unwrap_or_default();
        record.tool = event.tool.owned(NAME_CHARS_MAX);
        record.id = event.id.owned(NAME_CHARS_MAX);
        record.session = event.session.owned(NAME_CHARS_MAX);
        record.source_address = event.address.owned(NAME_CHARS_MAX);
        if let Some(row) = &row {
            of_ours(row, &mut record);
        }
        out.record(record);
        Ok(Taken::Read)
    }
}

/// `datetime` is what an analyst sees; `timestamp` is in microseconds, whatever its size. Where the one cannot be
/// read, the other counts.
fn time(event: &Event<'_>) -> LogTime {
    let shown = event.at.get().map(|at| read_stamp(at, None));
    if let Some(shown) = shown.as_ref().filter(|shown| shown.is_known()) {
        return shown.clone();
    }
    let epoch = match event.epoch.or_empty().parse::<i64>() {
        Ok(micros) if micros != 0 => epoch_micros(micros),
        _ => read_stamp(event.epoch.or_empty(), None),
    };
    if epoch.is_known() { epoch } else { shown.unwrap_or(epoch) }
}

/// What only our own export of a timeline tells: who the actor is, what was done, and between when and when.
fn of_ours(row: &Row<'_>, record: &mut LogRecord) {
    let cell = |name: &str| row.get(&[name]).get().map(untamed).unwrap_or_default();
    if row.get(&["event_id"]).get().is_none() || row.get(&["actor_kind"]).get().is_none() {
        return;
    }
    if let Ok(kind) = PrincipalKind::parse(&cell("actor_kind")) {
        record.actor = LogActor::new(kind, &cell("actor"));
    }
    let other = |name: &str| {
        let known = cell(name);
        // Tables from before the kinds of those two were in them do not say it.
        let told = PrincipalKind::parse(&cell(&format!("{name}_kind"))).map(|kind| LogActor::new(kind, &known));
        (!known.is_empty()).then(|| told.unwrap_or_else(|_| party::named(&known)))
    };
    record.on_behalf_of = other("on_behalf_of");
    record.verb = Verb::parse(&cell("verb")).unwrap_or(record.verb);
    record.effect = Effect::parse(&cell("effect")).unwrap_or(record.effect);
    record.outcome = Outcome::parse(&cell("outcome")).unwrap_or(record.outcome);
    record.hints.logging_control = record.verb == Verb::LoggingControl;
    record.action = cell("verb");
    // Our own words for an act are no guess.
    record.needs_review = None;
    record.resource = clip(&cell("resource"), TEXT_CHARS_MAX);
    record.id = Some(cell("event_id"));
    let trace = cell("trace");
    record.trace = (!trace.is_empty()).then_some(trace);
    let body = cell("body");
    if !body.is_empty() {
        record.message = clip(&body, TEXT_CHARS_MAX);
    }
    let time = time_of_ours(&cell);
    match time.as_ref().map(|time| (time.earliest, time.latest)) {
        Some((Some(first), Some(last))) if first == last => record.set_time(epoch_micros(first.micros())),
        Some((Some(first), Some(last))) => {
            record.set_time(LogTime { time: Some(first), latest: Some(last), flag: TimeFlag::Range });
        }
        // With one end open it is no time of a record: what is known of it is told, and nothing is made of it.
        Some((first, last)) => {
            let open = |word: &str, at: Option<Instant>| at.map(|at| format!("{word} {at}"));
            let known = open("since", first).or_else(|| open("until", last));
            let flag = known.map_or(TimeFlag::Absent, TimeFlag::Unreadable);
            record.set_time(LogTime { time: None, latest: None, flag });
        }
        None => {}
    }
    let answer = |name: &str| Tri::parse(&cell(name)).unwrap_or_default();
    record.ours = Some(Box::new(Ours {
        kind: EventKind::parse(&cell("kind")).unwrap_or_else(|_| record.event_kind()),
        time,
        invoked_by: other("invoked_by"),
        requested: answer("requested"),
        authorised: answer("authorised"),
        confirmed: answer("confirmed"),
        output_mode: OutputMode::parse(&cell("output_mode")).ok(),
        provenance_label: ProvenanceLabel::parse(&cell("provenance_label")).unwrap_or(ProvenanceLabel::Unknown),
        reversibility: Reversibility::parse(&cell("reversibility")).unwrap_or(Reversibility::Unknown),
        prevented_by: PreventedBy::parse(&cell("prevented_by")).ok(),
        body: body.chars().take(crate::limits::TEXT_CHARS_MAX).collect(),
    }));
}

/// The time of an event as it was known, where the table tells it whole.
fn time_of_ours(cell: &impl Fn(&str) -> String) -> Option<TimeRange> {
    let end = |name: &str| match cell(name) {
        text if text.is_empty() => Some(None),
        text => Instant::parse(&text).ok().map(Some),
    };
    let (earliest, latest) = (end("earliest")?, end("latest")?);
    if matches!((earliest, latest), (Some(first), Some(last)) if first > last) {
        return None;
    }
    let granularity = Granularity::parse(&cell("granularity")).ok()?;
    let zone = Zone::parse(&cell("reported_zone")).unwrap_or_else(|_| Zone::utc()).name().to_string();
    Some(TimeRange { earliest, latest, granularity, zone })
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
