//! Logs whose records are one flat event each: where their fields are, and what their acts mean.

use super::fields::Fields;
use super::generic::outcome;
use super::table::{Known, Table};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Act;
use crate::reader::log::party;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::{LogTime, read_stamp};
use crate::vocabulary::{Outcome, Verb};

/// What is special about a record, once its plain fields are read.
pub enum Special {
    /// Nothing: its action is looked up in the table.
    Nothing,
    /// It means this.
    Act(Act),
}

/// The paths of the fields of one source, the better ones first.
pub struct Spec {
    /// A record has one of these, or is none of this source.
    pub needed: &'static [&'static str],
    /// When it happened.
    pub time: &'static [&'static str],
    /// Whether the source says that its times are UTC where they name no zone.
    pub is_utc: bool,
    /// Who acted.
    pub actor: &'static [&'static str],
    /// The same by an id.
    pub actor_id: &'static [&'static str],
    /// What was done.
    pub action: &'static [&'static str],
    /// To what.
    pub resource: &'static [&'static str],
    /// How it ended.
    pub outcome: &'static [&'static str],
    /// What went wrong.
    pub error: &'static [&'static str],
    /// What is said of it.
    pub message: &'static [&'static str],
    /// Where it came from.
    pub address: &'static [&'static str],
    /// The id of the record.
    pub id: &'static [&'static str],
    /// What ties it to others.
    pub trace: &'static [&'static str],
    /// In which session.
    pub session: &'static [&'static str],
    /// With which program.
    pub tool: &'static [&'static str],
    /// What the acts mean.
    pub acts: &'static [Known],
    /// Looks at what is special.
    pub special: fn(&Fields<'_>, &mut LogRecord) -> Special,
}

/// A source with no fields, to fill in from.
pub const NOTHING: Spec = Spec {
    needed: &[],
    time: &[],
    is_utc: false,
    actor: &[],
    actor_id: &[],
    action: &[],
    resource: &[],
    outcome: &[],
    error: &[],
    message: &[],
    address: &[],
    id: &[],
    trace: &[],
    session: &[],
    tool: &[],
    acts: &[],
    special: |_, _| Special::Nothing,
};

/// Reads the events of one source.
pub struct Events {
    spec: &'static Spec,
    table: Table,
}

impl Events {
    /// Of this source.
    pub const fn new(spec: &'static Spec) -> Self {
        Self { spec, table: Table::new(spec.acts) }
    }
}

impl Adapter for Events {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let fields = Fields::of(piece)?;
        let spec = self.spec;
        if !spec.needed.iter().any(|path| fields.has(path)) {
            return Err(foreign(&fields));
        }
        let mut record = plain(spec, piece, &fields);
        match (spec.special)(&fields, &mut record) {
            Special::Act(act) => record.set_act(act),
            Special::Nothing => {
                let action = record.action.clone();
                self.table.set(&mut record, &action, out);
            }
        }
        // Who could not sign in was turned away.
        if record.verb == Verb::Login && record.outcome == Outcome::Error {
            record.outcome = Outcome::Denied;
        }
        out.record(record);
        Ok(Taken::Read)
    }
}

fn foreign(fields: &Fields<'_>) -> Wrong {
    match fields {
        Fields::Object(_) => Wrong::Foreign,
        Fields::Row(_) => Wrong::Unreadable("This row has none of the fields that its kind of log has.".into()),
    }
}

fn plain(spec: &Spec, piece: &Piece<'_>, fields: &Fields<'_>) -> LogRecord {
    let mut record = LogRecord::at(piece.raw);
    let name = |paths: &[&str]| fields.get(paths).map(|text| clip(&text, NAME_CHARS_MAX));
    let text = |paths: &[&str]| fields.get(paths).map(|text| clip(&text, TEXT_CHARS_MAX));
    let told = time(fields, spec.time);
    record.set_time(if spec.is_utc { told.known_utc() } else { told });
    let id = fields.get(spec.actor_id);
    record.actor = party::person(party::of_arn(&fields.text(spec.actor))).with_id(id.as_deref());
    record.action = name(spec.action).unwrap_or_default();
    record.resource = text(spec.resource).unwrap_or_default();
    record.outcome = fields.get(spec.outcome).map_or(Outcome::Unknown, |told| outcome(&told));
    record.error = text(spec.error);
    record.message = text(spec.message).unwrap_or_default();
    record.source_address = name(spec.address);
    record.id = name(spec.id);
    record.trace = name(spec.trace);
    record.session = name(spec.session);
    record.tool = name(spec.tool);
    record
}

/// The first of these that can be read; where none can, the first that is there.
pub fn time(fields: &Fields<'_>, paths: &[&str]) -> LogTime {
    let mut first = LogTime::absent();
    for path in paths {
        let Some(text) = fields.get(&[path]) else { continue };
        let told = read_stamp(&text, None);
        if told.is_known() {
            return told;
        }
        if first == LogTime::absent() {
            first = told;
        }
    }
    first
}
