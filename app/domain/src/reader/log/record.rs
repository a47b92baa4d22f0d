//! What every log says in the end: who did what to what, when, and how it ended.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::act::{Act, is_renaming};
use super::stamp::LogTime;
use crate::time::{Instant, TimeRange};
use crate::vocabulary::{Confirmation, PrincipalKind};
use crate::vocabulary::{Effect, EventKind, Outcome, OutputMode, PreventedBy, ProvenanceLabel, Reversibility, Verb};
use crate::words::Tri;

/// The longest action, name or id that is kept; longer ones are cut.
pub(super) const NAME_CHARS_MAX: usize = 300;

/// The longest resource or error that is kept; longer ones are cut.
pub(super) const TEXT_CHARS_MAX: usize = 2_000;

/// How a record's time was come by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeFlag {
    /// As the source says it, with its zone or as an epoch.
    Exact,
    /// The source gives no zone: read as UTC.
    AssumedUtc,
    /// The source gives no zone: read in the one that a person told for the whole log.
    ToldZone,
    /// The time gives no zone: read in the one that a line above it gives, which [`Hints::zone_line`] names.
    HeaderZone,
    /// The source gives no date: that of the lines above, or of the incident.
    AssumedDay,
    /// The source gives no year: the most recent such day before the file was collected.
    AssumedYear,
    /// The source gives a span, such as a date alone: `time` is its beginning, `time_latest` its end.
    Range,
    /// The source gives a time that could not be read; this is it.
    Unreadable(String),
    /// The source gives no time.
    #[default]
    Absent,
}

/// Where in the file a record stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Raw {
    /// The first line, counted from 1.
    pub first_line: u64,
    /// The last line.
    pub last_line: u64,
    /// The first byte, counted from 0.
    pub offset: u64,
    /// How many bytes, from the first to the last of the record.
    pub length: u64,
}

impl Raw {
    /// The span from the beginning of the earlier to the end of the later.
    pub fn join(self, other: Self) -> Self {
        let offset = self.offset.min(other.offset);
        let end = (self.offset + self.length).max(other.offset + other.length);
        Self {
            first_line: self.first_line.min(other.first_line),
            last_line: self.last_line.max(other.last_line),
            offset,
            length: end - offset,
        }
    }
}

/// Somebody or something that acts, as the log names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogActor {
    /// What sort of principal it seems to be.
    pub kind: PrincipalKind,
    /// Its name; empty when the log does not say.
    pub name: String,
    /// Its id in the source, where that differs from the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Default for LogActor {
    fn default() -> Self {
        Self { kind: PrincipalKind::Unknown, name: String::new(), id: None }
    }
}

impl LogActor {
    /// An actor with a name and no id.
    pub fn new(kind: PrincipalKind, name: &str) -> Self {
        Self { kind, name: clip(name, NAME_CHARS_MAX), id: None }
    }

    /// The same with its id, unless that is empty or the name itself.
    pub fn with_id(mut self, id: Option<&str>) -> Self {
        let id = id.map(|id| clip(id, NAME_CHARS_MAX)).filter(|id| !id.is_empty());
        if self.name.is_empty() {
            self.name = id.unwrap_or_default();
        } else {
            self.id = id.filter(|id| *id != self.name);
        }
        self
    }
}

/// What a record tells about whether others are missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hints {
    /// A serial number without holes, such as that of auditd.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<u64>,
    /// A sequence number of the source that may have holes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// The machine or cluster whose serial it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The act changes what is logged.
    #[serde(default)]
    pub logging_control: bool,
    /// The command that changed what is logged, or the message that something was lost, where it is not the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The service of the resource, where that is not the one whose resources are usually named without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Where the resource is, where its name alone does not say: a region and an account, a project, an organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The act is on how a thing is set up, not on what it holds.
    #[serde(default, skip_serializing_if = "is_false")]
    pub settings: bool,
    /// Here the source dropped what came before, as a transcript does that was compacted.
    #[serde(default)]
    pub compacted: bool,
    /// The line of the file that gives the zone of the record's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone_line: Option<u64>,
    /// The time is a span, and the source gives no zone for it: read as UTC.
    #[serde(default, skip_serializing_if = "is_false")]
    pub zone_assumed: bool,
    /// How many pieces of the file were merged into the record.
    #[serde(default)]
    pub pieces: u32,
    /// What it says about how much its source records: one of the words in [`mark`](super::mark).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Cow<'static, str>>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// What in the log shows how an act was confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// What it says, in a few words: `tool_decision: accept, user_temporary`.
    pub says: String,
    /// Where in the file it stands.
    pub raw: Raw,
}

/// What only our own table of a timeline tells of an event, so that it comes back as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ours {
    /// What sort of event it was.
    pub kind: EventKind,
    /// When it happened, with both ends as they were known, and in which zone it was told.
    pub time: Option<TimeRange>,
    /// Who set the actor going.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_by: Option<LogActor>,
    /// Whether somebody asked for it.
    pub requested: Tri,
    /// Whether the actor was allowed to.
    pub authorised: Tri,
    /// Whether a person confirmed it.
    pub confirmed: Tri,
    /// How the output reached people.
    pub output_mode: Option<OutputMode>,
    /// What marked the output as an agent's.
    pub provenance_label: ProvenanceLabel,
    /// How it can be undone.
    pub reversibility: Reversibility,
    /// What kept it from being worse.
    pub prevented_by: Option<PreventedBy>,
    /// Its text, whole.
    pub body: String,
}

/// One record of a log, in the words of the domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LogRecord {
    /// When it happened; `None` where the log does not say or it could not be read.
    pub time: Option<Instant>,
    /// How the time was come by.
    pub time_flag: TimeFlag,
    /// The end of the span, where the time is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_latest: Option<Instant>,
    /// When the log received or wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Instant>,
    /// Who acted.
    pub actor: LogActor,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<LogActor>,
    /// Through whom, from the one who asked to the one who acted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegation: Vec<String>,
    /// What was done, in the words of the domain.
    pub verb: Verb,
    /// What was done, in the words of the source.
    pub action: String,
    /// What it could change.
    pub effect: Effect,
    /// To what.
    pub resource: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What was said or logged, as far as it fits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// What went wrong, in the words of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The address it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_address: Option<String>,
    /// The source's id of the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The trace or correlation it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// The session or conversation it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The tool or program that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// SHA-256 of the arguments a tool was called with: the same for the same call, without showing them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments_sha256: Option<String>,
    /// How it was confirmed, as far as the log shows.
    #[serde(default)]
    pub confirmation: Confirmation,
    /// Who confirmed it; nobody unless a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<LogActor>,
    /// The other people who did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_confirmed_by: Vec<LogActor>,
    /// What shows how it was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation_proof: Option<Box<Proof>>,
    /// Why a person should look at it, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_review: Option<Cow<'static, str>>,
    /// Where in the file it stands.
    pub raw: Raw,
    /// What it tells about whether others are missing.
    pub hints: Hints,
    /// What it tells beside that, where it is a row of a timeline that was written here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ours: Option<Box<Ours>>,
}

impl LogRecord {
    /// The people who confirmed the act.
    pub fn confirmers(&self) -> impl Iterator<Item = &LogActor> {
        self.confirmed_by.iter().chain(&self.also_confirmed_by)
    }

    /// A record of which nothing is known but its place.
    pub fn at(raw: Raw) -> Self {
        Self {
            time: None,
            time_flag: TimeFlag::Absent,
            time_latest: None,
            received: None,
            actor: LogActor::default(),
            on_behalf_of: None,
            delegation: Vec::new(),
            verb: Verb::Other,
            action: String::new(),
            effect: Effect::None,
            resource: String::new(),
            outcome: Outcome::Unknown,
            message: String::new(),
            error: None,
            source_address: None,
            id: None,
            trace: None,
            session: None,
            tool: None,
            arguments_sha256: None,
            confirmation: Confirmation::Unknown,
            confirmed_by: None,
            also_confirmed_by: Vec::new(),
            confirmation_proof: None,
            needs_review: None,
            raw,
            hints: Hints { pieces: 1, ..Hints::default() },
            ours: None,
        }
    }

    /// Whether a person confirmed it: follows from the way it was confirmed, and from nothing else.
    pub const fn confirmed(&self) -> Tri {
        self.confirmation.confirmed()
    }

    /// Takes over how it was confirmed by somebody else than a person, and what shows that.
    pub(super) fn set_confirmation(&mut self, how: Confirmation, says: &str, raw: Raw) {
        self.confirmation = how;
        self.confirmed_by = None;
        self.also_confirmed_by.clear();
        self.confirmation_proof = Some(Box::new(Proof { says: clip(says, NAME_CHARS_MAX), raw }));
    }

    /// Takes over a time as it was read.
    pub(super) fn set_time(&mut self, told: LogTime) {
        self.hints.zone_assumed = told.is_day();
        (self.time, self.time_latest, self.time_flag) = (told.time, told.latest, told.flag);
    }

    /// Takes over what an action means.
    pub(super) fn set_act(&mut self, act: Act) {
        (self.verb, self.effect) = (act.verb, act.effect);
        self.hints.logging_control = act.verb == Verb::LoggingControl;
    }

    /// Whether a program notes something of itself beside what was done, as the summary of a transcript does.
    pub fn is_remark(&self) -> bool {
        self.actor.kind == PrincipalKind::System && self.verb == Verb::Other && self.effect == Effect::None
    }

    /// Whether it says that something got another name or place: by its action, or by the command that was run.
    pub fn renames(&self) -> bool {
        const COMMANDS: &[&str] = &["mv", "rename", "ren", "move", "move-item", "rename-item"];
        let moves = || {
            let parts = self.resource.split([' ', '\t', '\n', ';', '|', '&', '(', '"', '\'']);
            let mut commands = parts.map(|part| part.rsplit('/').next().unwrap_or(part));
            commands.any(|command| COMMANDS.iter().any(|known| known.eq_ignore_ascii_case(command)))
        };
        is_renaming(&self.action) || (self.effect.is_effectful() && self.resource.contains(' ') && moves())
    }

    /// The kind of event it becomes on a timeline, unless a person says otherwise.
    pub fn event_kind(&self) -> EventKind {
        match self.verb {
            Verb::Read | Verb::List | Verb::Search | Verb::Login => EventKind::Access,
            Verb::Grant => EventKind::Grant,
            Verb::Revoke => EventKind::Containment,
            Verb::Post | Verb::Share => EventKind::Message,
            Verb::Other if self.effect == Effect::None => EventKind::Note,
            _ => EventKind::Action,
        }
    }
}

/// A span in which records are missing, as the log itself shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissingRecords {
    /// The time of the last record before it.
    pub from: Option<Instant>,
    /// The time of the first record after it.
    pub to: Option<Instant>,
    /// How many records are missing; `None` where that cannot be known.
    pub missing: Option<u64>,
    /// Why it is known, in a sentence.
    pub reason: String,
}

/// The first characters of a text.
pub(super) fn clip(text: &str, chars_max: usize) -> String {
    if text.len() <= chars_max {
        return text.to_string();
    }
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}
