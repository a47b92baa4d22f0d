//! CSV and JSON lines of no known format, by the names of their columns.

mod columns;

use std::borrow::Cow;
use std::collections::BTreeMap;

use self::columns::{Columns, zone_of};
use super::row::Row;
use super::table::guess;
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::Options;
use crate::reader::log::act::{Act, Acts};
use crate::reader::log::format::Format;
use crate::reader::log::mapping::{ColumnRole, Mapping, Wanted, in_brackets};
use crate::reader::log::mark;
use crate::reader::log::pairs::Flat;
use crate::reader::log::party;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, TimeFlag, clip};
use crate::reader::log::stamp::{LogTime, is_clock, read_stamp, read_stamp_as};
use crate::reader::log::terms::DateOrder;
use crate::reader::log::wire::json;
use crate::time::{Instant, Zone};
use crate::vocabulary::{Effect, Outcome, Verb};

/// Reads rows and objects by a mapping.
pub struct Generic {
    mapping: Option<Mapping>,
    /// The mapping, ready to be looked up; most files never need it.
    wanted: Option<Wanted>,
    collected_at: Option<Instant>,
    dates: Option<DateOrder>,
    acts: Acts,
    /// The names of the last record, and where its roles are; most records are alike.
    names: Vec<String>,
    places: BTreeMap<ColumnRole, Vec<usize>>,
    columns: Columns,
    /// The zone that the name of a column gives to its times, by the place of the column.
    zones: BTreeMap<usize, Zone>,
    /// The columns that share a name with one before them.
    doubled: Vec<(usize, usize)>,
}

impl Generic {
    /// By the mapping in the options, or the usual names.
    pub fn new(options: &Options) -> Self {
        Self {
            mapping: options.mapping.clone(),
            wanted: None,
            collected_at: options.collected_at,
            dates: options.terms.dates,
            acts: Acts::default(),
            names: Vec::new(),
            places: BTreeMap::new(),
            columns: Columns::default(),
            zones: BTreeMap::new(),
            doubled: Vec::new(),
        }
    }

    /// Reads an object that has no field of the format of its file.
    pub fn stray(&mut self, piece: &Piece<'_>, format: Format, out: &mut dyn Out) -> Result<Taken, String> {
        let flat: Flat = json(piece.bytes)?;
        if flat.fields.is_empty() {
            return Err("This object is empty: there is nothing to read in it.".into());
        }
        let mut record = self.object(piece, &flat);
        record.needs_review =
            Some(Cow::Owned(format!("It has no field of {}: it was read by the names of its fields.", format.label())));
        out.mark(mark::UNKNOWN);
        out.stranger("record without a field of this format");
        out.record(record);
        Ok(Taken::Read)
    }

    fn object(&mut self, piece: &Piece<'_>, flat: &Flat<'_>) -> LogRecord {
        let names: Vec<&str> = flat.fields.iter().map(|(name, _)| name.as_ref()).collect();
        self.find_places(&names);
        self.record(piece, &|place| flat.fields.get(place).and_then(|(_, value)| value.get()))
    }

    fn wanted(&mut self) -> &Wanted {
        let mapping = &self.mapping;
        self.wanted.get_or_insert_with(|| mapping.as_ref().map_or_else(|| Mapping::usual().wanted(), Mapping::wanted))
    }

    fn find_places(&mut self, names: &[&str]) {
        if self.names.len() != names.len() || self.names.iter().zip(names).any(|(known, name)| known != name) {
            self.places = self.wanted().places(names);
            self.columns = Columns::of(names);
            self.names = names.iter().map(|name| (*name).to_string()).collect();
            let zone = |name: &str| in_brackets(name).and_then(|(_, told)| zone_of(told));
            let zones = names.iter().enumerate().filter_map(|(place, name)| Some((place, zone(name)?)));
            self.zones = zones.collect();
            let mut first: BTreeMap<&str, usize> = BTreeMap::new();
            self.doubled.clear();
            for (place, name) in names.iter().enumerate() {
                let known = *first.entry(*name).or_insert(place);
                if known != place {
                    self.doubled.push((known, place));
                }
            }
        }
    }

    fn record<'v>(&mut self, piece: &Piece<'_>, value: &dyn Fn(usize) -> Option<&'v str>) -> LogRecord {
        let places = &self.places;
        let get = |role: ColumnRole| {
            places.get(&role)?.iter().find_map(|place| value(*place).map(str::trim).filter(|value| !value.is_empty()))
        };
        let name = |role: ColumnRole| get(role).map(|value| clip(value, NAME_CHARS_MAX));
        let mut record = LogRecord::at(piece.raw);
        let told = |text: &str| read_stamp_as(text, self.collected_at, self.dates);
        let times = places.get(&ColumnRole::Time).into_iter().flatten();
        let times: Vec<(usize, &str)> = times
            .filter_map(|place| Some((*place, value(*place)?.trim())))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let texts: Vec<&str> = times.iter().map(|(_, text)| *text).collect();
        let told = time_of(&texts, told);
        let beside = times.iter().find_map(|(place, _)| self.zones.get(place)).cloned().map(Ok);
        let told_zone = get(ColumnRole::Zone).map(|text| zone_of(text).ok_or_else(|| clip(text, NAME_CHARS_MAX)));
        match told_zone.or(beside) {
            Some(zone) if told.flag == TimeFlag::AssumedUtc => in_zone(&mut record, told, zone),
            _ => record.set_time(told),
        }
        let differ = |(one, other): &(usize, usize)| {
            let cell = |place: usize| value(place).map(str::trim).unwrap_or_default();
            !cell(*other).is_empty() && cell(*one) != cell(*other)
        };
        if let Some((first, _)) = self.doubled.iter().find(|pair| differ(pair)) {
            let name = self.names.get(*first).map(String::as_str).unwrap_or_default();
            record.needs_review = Some(Cow::Owned(format!(
                "Two columns are called “{}” and say different things: only the first is read. Give them names of their own, and add the file again.",
                clip(name, 60)
            )));
        }
        if let TimeFlag::Unreadable(text) = &record.time_flag
            && is_ambiguous(text)
        {
            record.needs_review = Some(Cow::Borrowed(AMBIGUOUS));
        }
        record.received = read_stamp(get(ColumnRole::Received).unwrap_or_default(), self.collected_at).time;
        record.actor =
            party::named(party::of_arn(get(ColumnRole::Actor).unwrap_or_default())).with_id(get(ColumnRole::ActorId));
        record.on_behalf_of = get(ColumnRole::OnBehalfOf).map(party::named);
        record.action = name(ColumnRole::Action).unwrap_or_default();
        record.resource = get(ColumnRole::Resource).map(|value| clip(value, TEXT_CHARS_MAX)).unwrap_or_default();
        record.message = get(ColumnRole::Message).map(|value| clip(value, TEXT_CHARS_MAX)).unwrap_or_default();
        record.error = get(ColumnRole::Error).map(|value| clip(value, TEXT_CHARS_MAX));
        let ended = places.get(&ColumnRole::Outcome).into_iter().flatten().find_map(|place| {
            let told = value(*place).map(str::trim).filter(|told| !told.is_empty())?;
            Some(columns::outcome_of(self.names.get(*place)?, told))
        });
        record.outcome = ended.unwrap_or(Outcome::Unknown);
        record.source_address = name(ColumnRole::SourceAddress);
        record.session = name(ColumnRole::Session);
        record.trace = name(ColumnRole::Trace);
        record.tool = name(ColumnRole::Tool);
        record.id = name(ColumnRole::Id);
        record.set_act(match columns::is_negated(&record.action) {
            true => Act::new(Verb::Other, Effect::None),
            false => self.acts.act(&record.action),
        });
        self.columns.request(&mut record, value);
        guess(&mut record);
        // Who could not sign in was turned away; and an error beside an outcome that says nothing is one.
        match record.outcome {
            Outcome::Error if record.verb == Verb::Login => record.outcome = Outcome::Denied,
            Outcome::Unknown if record.error.is_some() => record.outcome = Outcome::Error,
            _ => {}
        }
        record
    }
}

/// The time of a record in the zone that another column or the name of its own gives.
fn in_zone(record: &mut LogRecord, told: LogTime, zone: Result<Zone, String>) {
    let found = zone.as_ref().ok().and_then(|zone| told.clone().in_zone(zone));
    match (found, zone) {
        (Some(found), _) => record.set_time(found),
        (None, Ok(zone)) => {
            record.set_time(told);
            record.needs_review = Some(Cow::Owned(format!(
                "The clocks of {} skipped this time: it is read as UTC until somebody says when it was.",
                zone.name()
            )));
        }
        (None, Err(unknown)) => {
            record.set_time(told);
            record.needs_review = Some(Cow::Owned(format!(
                "Its zone, “{unknown}”, is none that is known here: the time is read as UTC. Say the zone of the log, and read it again."
            )));
        }
    }
}

/// Why a date such as 03/04/2026 is not read.
const AMBIGUOUS: &str =
    "Its date may be of two months: say whether the day or the month comes first, and read the log again.";

/// Whether a time could be read, if it were known whether the day or the month comes first.
fn is_ambiguous(text: &str) -> bool {
    read_stamp_as(text, None, Some(DateOrder::DayFirst)).is_known()
}

/// The first of several times that tells more than a day; else a day and a time of day together; else the day. A column
/// that cannot be read gives way to one that can.
fn time_of(texts: &[&str], told: impl Fn(&str) -> LogTime) -> LogTime {
    let all: Vec<LogTime> = texts.iter().map(|text| told(text)).collect();
    if let Some(whole) = all.iter().find(|told| told.is_known() && !told.is_day()) {
        return whole.clone();
    }
    let day = all.iter().position(LogTime::is_day);
    let clock = texts.iter().find(|text| is_clock(text));
    if let Some((day, clock)) = day.zip(clock) {
        let both = told(&format!("{} {clock}", texts[day]));
        if both.is_known() {
            return both;
        }
    }
    day.map(|day| &all[day]).or(all.first()).cloned().unwrap_or_else(LogTime::absent)
}

/// What a status says; what it does not say clearly stays unknown.
pub(super) fn outcome(told: &str) -> Outcome {
    if let Ok(code) = told.parse::<u16>() {
        return match code {
            401 | 403 => Outcome::Denied,
            200..=399 => Outcome::Success,
            400..=599 => Outcome::Error,
            _ => Outcome::Unknown,
        };
    }
    match told.to_ascii_lowercase().as_str() {
        "success" | "succeeded" | "successful" | "ok" | "true" | "allow" | "allowed" | "granted" | "pass"
        | "passed" | "yes" | "accepted" => Outcome::Success,
        "denied" | "deny" | "forbidden" | "unauthorized" | "unauthorised" | "blocked" | "rejected" | "refused" => {
            Outcome::Denied
        }
        "error" | "failure" | "failed" | "fail" | "exception" | "timeout" | "false" | "unsuccessful" => Outcome::Error,
        _ => Outcome::Unknown,
    }
}

impl Adapter for Generic {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        if let Some(row) = Row::of(piece).transpose()? {
            let names: Vec<&str> =
                piece.header.map(|header| header.names.iter().map(String::as_str).collect()).unwrap_or_default();
            self.find_places(&names);
            let record = self.record(piece, &|place| row.cells.get(place).map(Cow::as_ref));
            out.record(record);
            return Ok(Taken::Read);
        }
        let flat: Flat = json(piece.bytes)?;
        // A document around a list of records is not a record; asked again, it is taken apart.
        let lists = Format::Jsonl.lists();
        let mut around = || {
            let names: Vec<&str> = flat.fields.iter().map(|(name, _)| name.as_ref()).collect();
            !self.wanted().places(&names).contains_key(&ColumnRole::Time)
        };
        if flat.fields.is_empty() || (flat.lists.iter().any(|list| lists.contains(&list.as_str())) && around()) {
            return Err(Wrong::Foreign);
        }
        let record = self.object(piece, &flat);
        out.record(record);
        Ok(Taken::Read)
    }
}
