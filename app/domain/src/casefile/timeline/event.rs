//! What happened: one act by one actor at one time.

mod definition;

use crate::casefile::{Definition, Draft, Entry, PrincipalRef};
use crate::draft::{LINE_CHARS_MAX, LINKS_MAX, When, few, optional_line};
use crate::nesting;
use crate::vocabulary::{
    Effect, EventKind, Outcome, OutputMode, PreventedBy, PrincipalKind, ProvenanceLabel, Reversibility, Verb,
};
use crate::{Id, Refusal, Ruled, TimeRange, Tri};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// Lines of an evidence item, first and last, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Lines(pub u64, pub u64);

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Pair(u64, u64),
            One(u64),
            Text(String),
        }
        let wrong = || serde::de::Error::custom("Write the lines like 41 or 9–61, counted from 1.");
        let (first, last) = match Form::deserialize(deserializer).map_err(|_| wrong())? {
            Form::Pair(first, last) => (first, last),
            Form::One(line) => (line, line),
            Form::Text(text) => {
                let mut ends = text.split(['-', '–']).map(|end| end.trim().parse::<u64>());
                let first = ends.next().and_then(Result::ok).ok_or_else(wrong)?;
                let last = ends.next().map_or(Ok(first), |end| end.map_err(|_| wrong()))?;
                (first, last)
            }
        };
        if first == 0 || last < first { Err(wrong()) } else { Ok(Self(first, last)) }
    }
}

impl std::fmt::Display for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 == self.1 { write!(f, "{}", self.0) } else { write!(f, "{}–{}", self.0, self.1) }
    }
}

/// What shows that an event happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceLink {
    /// The evidence item.
    pub id: Id,
    /// The lines in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Lines>,
    /// The number of the record read from it, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
}

impl EvidenceLink {
    /// Where it is shown, below its incident.
    pub fn place(&self) -> String {
        let query = match (self.lines, self.record) {
            // A record knows the byte where it begins, which a line does not.
            (Some(lines), Some(record)) => format!("?record={record}&lines={lines}"),
            (Some(lines), None) => format!("?line={}", lines.0),
            (None, Some(record)) => format!("?record={record}"),
            (None, None) => String::new(),
        };
        let line = self.lines.map(|lines| format!("#L{}", lines.0)).unwrap_or_default();
        format!("evidence/{}{query}{line}", self.id)
    }
}

/// So many people are named who confirmed an act.
const CONFIRMERS_MAX: usize = 10;

/// One event of the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Its id.
    pub id: Id,
    /// When it happened.
    pub time: TimeRange,
    /// What sort of event it is.
    pub kind: EventKind,
    /// Who acted.
    pub actor: Id,
    /// For whom.
    #[serde(default)]
    pub on_behalf_of: Option<Id>,
    /// Who set the actor going.
    #[serde(default)]
    pub invoked_by: Option<Id>,
    /// What was done.
    pub verb: Verb,
    /// What it could change.
    pub effect: Effect,
    /// To what.
    #[serde(default)]
    pub resource: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Did somebody ask for it?
    #[serde(default)]
    pub requested: Tri,
    /// Was the actor allowed to?
    #[serde(default)]
    pub authorised: Tri,
    /// Did a person confirm it before it took effect?
    #[serde(default)]
    pub confirmed: Tri,
    /// The people who confirmed it, as far as they are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confirmed_by: Vec<Id>,
    /// How the output reached people.
    #[serde(default)]
    pub output_mode: Option<OutputMode>,
    /// What marked the output as an agent's.
    pub provenance_label: ProvenanceLabel,
    /// How it can be undone.
    pub reversibility: Reversibility,
    /// What kept it from being worse.
    #[serde(default)]
    pub prevented_by: Option<PreventedBy>,
    /// What happened, in Markdown.
    #[serde(default)]
    pub body: String,
    /// What shows it.
    #[serde(default)]
    pub evidence: Vec<EvidenceLink>,
    /// The trace or session it belongs to.
    #[serde(default)]
    pub trace: Option<String>,
    /// What it is known by in a tracker elsewhere: `OPS-4711`, or an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

/// One line of an event's details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The field's name: `trace`.
    pub name: &'static str,
    /// What a reader calls it: `Trace`.
    pub label: &'static str,
    /// What it holds.
    pub text: Option<String>,
}

/// An event as sent; all but time, kind and actor defaults to unknown.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct EventDraft {
    /// When, as typed or as a range.
    pub time: When,
    /// What sort of event.
    pub kind: EventKind,
    /// Who.
    #[serde(default)]
    pub actor: PrincipalRef,
    /// For whom.
    #[serde(default)]
    pub on_behalf_of: Option<PrincipalRef>,
    /// Invoked by whom.
    #[serde(default)]
    pub invoked_by: Option<PrincipalRef>,
    /// What was done.
    pub verb: Option<Verb>,
    /// What it could change.
    pub effect: Option<Effect>,
    /// To what.
    pub resource: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Asked for?
    #[serde(default)]
    pub requested: Tri,
    /// Allowed?
    #[serde(default)]
    pub authorised: Tri,
    /// Confirmed?
    #[serde(default)]
    pub confirmed: Tri,
    /// By whom?
    #[serde(default)]
    pub confirmed_by: Vec<PrincipalRef>,
    /// Draft or direct.
    pub output_mode: Option<OutputMode>,
    /// The label.
    pub provenance_label: Option<ProvenanceLabel>,
    /// Undoing.
    pub reversibility: Option<Reversibility>,
    /// What prevented worse.
    pub prevented_by: Option<PreventedBy>,
    /// Markdown.
    pub body: Option<String>,
    /// What shows it.
    #[serde(default)]
    pub evidence: Vec<EvidenceLink>,
    /// Trace or session.
    pub trace: Option<String>,
    /// The ticket elsewhere.
    pub ticket: Option<String>,
}

impl Draft for EventDraft {
    type Document = Event;

    fn apply(self, id: Id, _old: Option<&Event>, entry: &mut Entry) -> Ruled<Event> {
        let time = self.time.read("time", entry)?;
        few("evidence", self.evidence.len(), LINKS_MAX)?;
        for link in &self.evidence {
            if entry.dossier().evidence.get(&link.id).is_none() {
                return Err(Refusal::field(
                    "evidence",
                    "That evidence item is not in this incident: choose one from the list.",
                ));
            }
        }
        let optional_principal = |reference: Option<PrincipalRef>, field: &str, entry: &mut Entry| match reference {
            Some(reference) if !reference.is_blank() => reference.find_or_make(field, entry).map(Some),
            _ => Ok(None),
        };
        Ok(Event {
            id,
            time,
            kind: self.kind,
            actor: self.actor.find_or_make("actor", entry)?,
            on_behalf_of: optional_principal(self.on_behalf_of, "on_behalf_of", entry)?,
            invoked_by: optional_principal(self.invoked_by, "invoked_by", entry)?,
            verb: self.verb.unwrap_or(Verb::Other),
            effect: self.effect.unwrap_or(Effect::None),
            resource: optional_line("resource", self.resource, LINE_CHARS_MAX)?.unwrap_or_default(),
            outcome: self.outcome.unwrap_or(Outcome::Unknown),
            requested: self.requested,
            authorised: self.authorised,
            confirmed: self.confirmed,
            confirmed_by: confirmers(self.confirmed_by, self.confirmed, entry)?,
            output_mode: self.output_mode,
            provenance_label: self.provenance_label.unwrap_or(ProvenanceLabel::Unknown),
            reversibility: self.reversibility.unwrap_or(Reversibility::Unknown),
            prevented_by: self.prevented_by,
            body: nesting::optional("body", self.body)?,
            evidence: self.evidence,
            trace: optional_line("trace", self.trace, LINE_CHARS_MAX)?,
            ticket: optional_line("ticket", self.ticket, LINE_CHARS_MAX)?,
        })
    }
}

/// Who confirmed an act: people, and only where somebody did.
fn confirmers(sent: Vec<PrincipalRef>, confirmed: Tri, entry: &mut Entry) -> Ruled<Vec<Id>> {
    few("confirmed_by", sent.len(), CONFIRMERS_MAX)?;
    let mut people = Vec::new();
    for mut by in sent.into_iter().filter(|by| !by.is_blank()) {
        by.kind = by.kind.or(Some(PrincipalKind::Human));
        let id = by.find_or_make("confirmed_by", entry)?;
        let known = entry.dossier().principals.get(&id).map(|kept| (kept.kind, kept.name.clone()));
        if let Some((kind, name)) =
            known.filter(|(kind, _)| !matches!(kind, PrincipalKind::Human | PrincipalKind::Unknown))
        {
            return Err(Refusal::field(
                "confirmed_by",
                format!("“{name}” is listed here as {}: only people confirm an act.", kind.label()),
            ));
        }
        if !people.contains(&id) {
            people.push(id);
        }
    }
    if !people.is_empty() && confirmed != Tri::Yes {
        return Err(Refusal::field(
            "confirmed_by",
            "Somebody is named who confirmed it: answer that a person did, or name nobody.",
        ));
    }
    Ok(people)
}

impl EventDraft {
    /// An event of which nothing is known but when it was, of what kind it is, and who acted.
    pub fn blank(time: When, kind: EventKind, actor: PrincipalRef) -> Self {
        Self {
            time,
            kind,
            actor,
            on_behalf_of: None,
            invoked_by: None,
            verb: None,
            effect: None,
            resource: None,
            outcome: None,
            requested: Tri::Unknown,
            authorised: Tri::Unknown,
            confirmed: Tri::Unknown,
            confirmed_by: Vec::new(),
            output_mode: None,
            provenance_label: None,
            reversibility: None,
            prevented_by: None,
            body: None,
            evidence: Vec::new(),
            trace: None,
            ticket: None,
        }
    }
}

impl Event {
    /// An event of which nothing is known but when it was, of what kind it is, and who acted.
    pub(crate) fn blank(id: Id, time: TimeRange, kind: EventKind, actor: Id) -> Self {
        Self {
            id,
            time,
            kind,
            actor,
            on_behalf_of: None,
            invoked_by: None,
            verb: Verb::Other,
            effect: Effect::None,
            resource: String::new(),
            outcome: Outcome::Unknown,
            requested: Tri::Unknown,
            authorised: Tri::Unknown,
            confirmed: Tri::Unknown,
            confirmed_by: Vec::new(),
            output_mode: None,
            provenance_label: ProvenanceLabel::Unknown,
            reversibility: Reversibility::Unknown,
            prevented_by: None,
            body: String::new(),
            evidence: Vec::new(),
            trace: None,
            ticket: None,
        }
    }

    /// What documents and readers' pages tell of it in one line each.
    pub fn details(&self) -> Vec<Detail> {
        let document = serde_json::to_value(self).unwrap_or_default();
        let text = |path: &str| document[path].as_str().filter(|text| !text.is_empty()).map(str::to_string);
        Self::FIELDS.told.iter().map(|(name, label)| Detail { name, label, text: text(name) }).collect()
    }

    /// Who acts in it, is acted for, set it going, or confirmed it.
    pub fn parts(&self) -> impl Iterator<Item = &Id> {
        std::iter::once(&self.actor).chain(&self.invoked_by).chain(&self.on_behalf_of).chain(&self.confirmed_by)
    }

    /// Names one principal where it names another.
    pub(crate) fn rename_part(&mut self, from: &Id, to: &Id) {
        let parts = [Some(&mut self.actor), self.invoked_by.as_mut(), self.on_behalf_of.as_mut()];
        let parts = parts.into_iter().flatten().chain(&mut self.confirmed_by);
        parts.filter(|part| *part == from).for_each(|part| part.clone_from(to));
        let mut seen = std::collections::BTreeSet::new();
        self.confirmed_by.retain(|id| seen.insert(id.clone()));
    }
}

impl crate::casefile::Dossier {
    /// The events in the order of their time; those without one last, by creation.
    pub fn timeline(&self) -> Vec<&crate::casefile::CaseItem<Event>> {
        let mut events: Vec<_> = self.events.iter().collect();
        events.sort_by_key(|event| {
            (event.time.sort_key().is_none(), event.time.sort_key(), event.time.latest, event.id.clone())
        });
        events
    }

    /// A principal's name, for sentences; a missing one is “somebody”.
    pub fn name_of(&self, id: &Id) -> &str {
        self.principals.find(id).map_or("somebody", |kept| kept.record.name.as_str())
    }
}
