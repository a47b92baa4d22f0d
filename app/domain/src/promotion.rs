//! From record to case: records become events, findings or principals.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::refuse_agent;
use crate::casefile::{CaseItem, Entry, PrincipalRef};
use crate::draft::{LINE_CHARS_MAX, LINKS_MAX, NAME_CHARS_MAX};
use crate::finding::Finding;
use crate::reader::log::{LogActor, LogRecord, Ours, TimeFlag};
use crate::spelling::{clean_name, shown_line};
use crate::time::{Granularity, TimeRange};
use crate::timeline::{Event, EvidenceLink, Lines, Outcome};
use crate::vocabulary::{Confidence, Confirmation, Facet, FindingClass, FindingRole};
use crate::words::words;
use crate::{Id, Refusal, Ruled, Tri};

/// So many records are promoted at once.
pub const PROMOTED_MAX: usize = 200;

/// How the text of an event begins that says how the act was confirmed.
const CONFIRMATION: &str = "Confirmation:";

/// No text of an event that is added to grows beyond this.
const BODY_BYTES_MAX: usize = 8_000;

words! {
    /// What records become.
    Promotion is "a thing that records become" { Events "events" "events", Findings "findings" "findings", Principals "principals" "principals" }
}

/// What a finding made of records says.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct FindingOf {
    /// What was found, in a sentence; written from the record if empty.
    #[serde(default)]
    pub summary: String,
    /// Which question it bears on.
    pub facet: Facet,
    /// What it is.
    pub class: FindingClass,
    /// How sure.
    pub confidence: Confidence,
    /// Whether it caused the exposure or was caused by it.
    pub role: FindingRole,
}

/// The result of a promotion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promoted {
    /// What was made.
    pub made: Vec<Id>,
    /// What was there already and is now linked to the record too.
    pub linked: Vec<Id>,
    /// How many records had been promoted before.
    pub known: usize,
}

impl Entry {
    /// Makes events of records. A record that is an event already is passed over; an event that tells the same is linked.
    pub fn promote_events(&mut self, evidence: &Id, records: &[(u64, LogRecord)]) -> Ruled<Promoted> {
        let mut promoted = Promoted::default();
        let links = self.dossier().events.iter().flat_map(|kept| &kept.evidence);
        let mut known: BTreeSet<u64> =
            links.filter(|link| link.id == *evidence).filter_map(|link| link.record).collect();
        for (number, record) in records {
            if !known.insert(*number) {
                promoted.known += 1;
                continue;
            }
            let link = link(evidence, *number, record);
            let event = self.event_of(evidence, record, link.clone())?;
            // Another log words the same act in its own way, where both say on what; two records of one log that say two
            // things are two acts.
            let is_of_this_log =
                |kept: &CaseItem<Event>| kept.evidence.iter().any(|link| link.id == *evidence && link.record.is_some());
            let is_another = |kept: &CaseItem<Event>| {
                (is_of_this_log(kept) || kept.resource.is_empty())
                    && message_of(record).is_some_and(|message| !kept.body.contains(&message))
            };
            let same = |kept: &&CaseItem<Event>| {
                tells_the_same(kept, &event) && !is_another(kept) && kept.evidence.len() < LINKS_MAX
            };
            let known = self.dossier().events.iter().find(same);
            match known.map(|kept| kept.record.clone()) {
                Some(mut known) => {
                    known.evidence.push(link);
                    take_over(&mut known, &event);
                    promoted.linked.push(known.id.clone());
                    self.put(known);
                }
                None => {
                    promoted.made.push(event.id.clone());
                    self.put(event);
                }
            }
        }
        Ok(promoted)
    }

    fn event_of(&mut self, evidence: &Id, record: &LogRecord, link: EvidenceLink) -> Ruled<Event> {
        let event = self.event_told(record, None)?;
        Ok(Event { evidence: std::iter::once(link).chain(proof_of(evidence, record)).collect(), ..event })
    }

    /// The event that a record tells, before anything shows it. Who acted is read in the record where nobody is given.
    pub(crate) fn event_told(&mut self, record: &LogRecord, actor: Option<Id>) -> Ruled<Event> {
        let actor = actor.map_or_else(|| self.principal_of(&record.actor, "actor"), Ok)?;
        let on_behalf_of = match &record.on_behalf_of {
            Some(behalf) if !behalf.name.is_empty() => Some(self.principal_of(behalf, "on_behalf_of")?),
            _ => None,
        };
        let mut confirmed_by = Vec::new();
        for by in record.confirmers().filter(|by| record.confirmed() == Tri::Yes && !by.name.is_empty()) {
            let id = self.principal_of(by, "confirmed_by")?;
            if !confirmed_by.contains(&id) {
                confirmed_by.push(id);
            }
        }
        let event = Event {
            on_behalf_of,
            verb: record.verb,
            effect: record.effect,
            resource: cut(&record.resource),
            outcome: record.outcome,
            confirmed: record.confirmed(),
            confirmed_by,
            body: body_of(record),
            trace: record.trace.clone().or_else(|| record.session.clone()).map(|trace| cut(&trace)),
            ..Event::blank(self.new_id(), time_of(record), record.event_kind(), actor)
        };
        match &record.ours {
            Some(ours) => self.as_it_was(event, ours),
            None => Ok(event),
        }
    }

    /// An event out of our own table, as it was when the table was written.
    fn as_it_was(&mut self, event: Event, ours: &Ours) -> Ruled<Event> {
        let invoked_by = ours.invoked_by.as_ref().map(|by| self.principal_of(by, "invoked_by")).transpose()?;
        Ok(Event {
            time: ours.time.clone().unwrap_or(event.time),
            kind: ours.kind,
            invoked_by,
            requested: ours.requested,
            authorised: ours.authorised,
            confirmed: ours.confirmed,
            confirmed_by: Vec::new(),
            output_mode: ours.output_mode,
            provenance_label: ours.provenance_label,
            reversibility: ours.reversibility,
            prevented_by: ours.prevented_by,
            body: ours.body.clone(),
            ..event
        })
    }

    fn principal_of(&mut self, actor: &LogActor, field: &str) -> Ruled<Id> {
        let cut: String = actor.name.chars().take(NAME_CHARS_MAX).collect();
        let name = match clean_name(&cut) {
            name if name.is_empty() => "somebody the log does not name".to_string(),
            name => name,
        };
        PrincipalRef { id: None, kind: Some(actor.kind), name: Some(name) }.find_or_make(field, self)
    }

    /// Makes one finding of records, with the evidence behind it.
    pub fn promote_findings(
        &mut self,
        evidence: &Id,
        records: &[(u64, LogRecord)],
        of: Option<FindingOf>,
    ) -> Ruled<Promoted> {
        refuse_agent(self.by(), "make findings")?;
        let unsaid = || Refusal::field("finding.class", "Say what the finding is: class, facet, confidence and role.");
        let of = of.ok_or_else(unsaid)?;
        let Some((_, first)) = records.first() else { return Ok(Promoted::default()) };
        if of.role == FindingRole::Effect {
            self.refuse_outside(records)?;
        }
        let lines: Vec<String> = records.iter().take(5).map(|(_, record)| record.raw.first_line.to_string()).collect();
        let more = if records.len() > 5 { " and more" } else { "" };
        let told = if of.summary.trim().is_empty() { sentence(first) } else { of.summary.trim().to_string() };
        let summary = match records.len() {
            1 => format!("{told} (line {})", lines.join(", ")),
            count => format!("{told} ({count} records, lines {}{more})", lines.join(", ")),
        };
        if let Some(known) = self.dossier().findings.iter().find(|kept| kept.summary == summary) {
            return Ok(Promoted { linked: vec![known.id.clone()], known: records.len(), ..Promoted::default() });
        }
        let finding = Finding {
            id: self.new_id(),
            summary,
            facet: of.facet,
            class: of.class,
            confidence: of.confidence,
            role: of.role,
            evidence: vec![evidence.clone()],
            event: None,
            found: self.stamp(),
            resolved: None,
        };
        let made = vec![finding.id.clone()];
        self.put(finding);
        Ok(Promoted { made, ..Promoted::default() })
    }

    /// Outside of the exposure window nothing is an effect of the exposure.
    fn refuse_outside(&self, records: &[(u64, LogRecord)]) -> Ruled<()> {
        let window = self.dossier().window_reach();
        let is_outside = |record: &LogRecord| {
            let latest = record.time_latest.or(record.time);
            record.time.is_some_and(|at| at.micros() > window.1) || latest.is_some_and(|at| at.micros() < window.0)
        };
        match records.iter().filter(|(_, record)| is_outside(record)).count() {
            0 => Ok(()),
            1 => Err(Refusal::field(
                "role",
                "One of these records lies outside of the exposure window, so that it is no effect of the exposure: choose “cause”, leave it out, or correct the window.",
            )),
            count => Err(Refusal::field(
                "role",
                format!(
                    "{count} of these records lie outside of the exposure window, so that they are no effect of the exposure: choose “cause”, leave them out, or correct the window."
                ),
            )),
        }
    }

    /// Makes principals of those who act in records, and of those they act for.
    pub fn promote_principals(&mut self, records: &[(u64, LogRecord)]) -> Ruled<Promoted> {
        let mut promoted = Promoted::default();
        for (_, record) in records {
            for actor in
                std::iter::once(&record.actor).chain(&record.on_behalf_of).filter(|actor| !actor.name.is_empty())
            {
                let before = self.dossier().principals.len();
                let id = self.principal_of(actor, "actor")?;
                let list =
                    if self.dossier().principals.len() > before { &mut promoted.made } else { &mut promoted.linked };
                if !list.contains(&id) {
                    list.push(id);
                }
            }
        }
        Ok(promoted)
    }
}

/// Refuses to promote nothing, or too much at once.
pub fn bounded_count(count: usize) -> Ruled<()> {
    match count {
        0 => Err(Refusal::rule(
            "Nothing was chosen: choose the records to promote, or narrow the filter until some match.",
        )),
        1..=PROMOTED_MAX => Ok(()),
        _ => Err(Refusal::rule(format!(
            "These are {count} records; at most {PROMOTED_MAX} are promoted at once. Narrow the filter."
        ))),
    }
}

/// The links to a record of evidence, and to what shows there how the act was confirmed.
pub(crate) fn links_of(evidence: &Id, number: u64, record: &LogRecord) -> Vec<EvidenceLink> {
    std::iter::once(link(evidence, number, record)).chain(proof_of(evidence, record)).collect()
}

fn link(evidence: &Id, number: u64, record: &LogRecord) -> EvidenceLink {
    let lines = (record.raw.first_line > 0).then_some(Lines(record.raw.first_line, record.raw.last_line));
    EvidenceLink { id: evidence.clone(), lines, record: Some(number) }
}

/// What another log shows of the confirmation of an act, where that was not known before.
fn take_over(known: &mut Event, told: &Event) {
    if told.confirmed == Tri::Yes && known.confirmed != Tri::No {
        let others = told.confirmed_by.iter().filter(|by| !known.confirmed_by.contains(by));
        let others: Vec<Id> = others.cloned().collect();
        known.confirmed_by.extend(others);
    }
    if known.confirmed != Tri::Unknown || told.confirmed == Tri::Unknown {
        return;
    }
    known.confirmed = told.confirmed;
    let says = told.body.split("\n\n").find(|part| part.starts_with(CONFIRMATION));
    if let Some(says) = says.filter(|says| known.body.len() + says.len() + 2 <= BODY_BYTES_MAX) {
        known.body = format!("{}\n\n{says}", known.body);
    }
    let room = LINKS_MAX.saturating_sub(known.evidence.len());
    known.evidence.extend(told.evidence.iter().filter(|link| link.record.is_none()).take(room).cloned());
}

/// The lines that show how the act was confirmed, where they are others than those of the record.
fn proof_of(evidence: &Id, record: &LogRecord) -> Option<EvidenceLink> {
    let raw = record.confirmation_proof.as_ref()?.raw;
    let lines = Lines(raw.first_line, raw.last_line);
    let is_own = (record.raw.first_line, record.raw.last_line) == (raw.first_line, raw.last_line);
    (raw.first_line > 0 && !is_own).then(|| EvidenceLink { id: evidence.clone(), lines: Some(lines), record: None })
}

/// How the act was confirmed, by whom, and what shows it.
fn confirmation_of(record: &LogRecord) -> Option<String> {
    let proof = record.confirmation_proof.as_ref();
    if record.confirmation == Confirmation::Unknown && proof.is_none() {
        return None;
    }
    let by: Vec<String> =
        record.confirmers().filter(|by| !by.name.is_empty()).map(|by| format!("`{}`", code(&by.name))).collect();
    let by = if by.is_empty() { String::new() } else { format!(" By: {}.", by.join(", ")) };
    let shown = proof.map(|proof| format!(" Line {}: `{}`.", proof.raw.first_line, code(&proof.says)));
    Some(format!("{CONFIRMATION} {}{by}{}", record.confirmation.reason(), shown.unwrap_or_default()))
}

fn code(text: &str) -> String {
    text.replace('`', "'").replace('\n', " ")
}

/// What the log says of a record in words, as Markdown that cannot become anything else.
fn message_of(record: &LogRecord) -> Option<String> {
    let message: String = record.message.chars().take(600).collect();
    (!message.is_empty()).then(|| format!("`{}`", code(&message)))
}

/// The same actor did the same to the same at the same time, as another log tells it.
fn tells_the_same(known: &Event, event: &Event) -> bool {
    event.time.earliest.is_some()
        && (known.time.earliest, known.time.latest) == (event.time.earliest, event.time.latest)
        && (&known.actor, known.verb, &known.resource) == (&event.actor, event.verb, &event.resource)
}

fn time_of(record: &LogRecord) -> TimeRange {
    let granularity = match record.time_flag {
        TimeFlag::Range => Granularity::Minute,
        _ => Granularity::Second,
    };
    let latest = record.time_latest.or(record.time);
    TimeRange { earliest: record.time, latest, granularity, zone: "UTC".into() }
}

/// A line as the log has it: what nobody sees in it stands there by its number.
fn cut(text: &str) -> String {
    let seen: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    shown_line(&seen, usize::MAX).chars().take(LINE_CHARS_MAX).collect()
}

/// `forum-agent: PostMessage on forum/thread-9`.
fn sentence(record: &LogRecord) -> String {
    let actor = if record.actor.name.is_empty() { "Somebody" } else { &record.actor.name };
    let on = if record.resource.is_empty() { String::new() } else { format!(" on {}", cut(&record.resource)) };
    let refused = record.confirmation == Confirmation::Refused && record.outcome == Outcome::Success;
    let though = if refused { ", although it was refused" } else { "" };
    format!("{actor}: {}{on}{though}", if record.action.is_empty() { record.verb.label() } else { &record.action })
}

/// What the log says beyond the fields, as Markdown that cannot become anything else.
fn body_of(record: &LogRecord) -> String {
    let mut parts = Vec::new();
    if !record.action.is_empty() {
        parts.push(format!("`{}`", code(&record.action)));
    }
    parts.extend(message_of(record));
    if let Some(tool) = record.tool.as_ref().filter(|tool| **tool != record.action) {
        parts.push(format!("Tool: `{}`", code(tool)));
    }
    if let Some(digest) = &record.arguments_sha256 {
        parts.push(format!("Arguments, SHA-256: `{digest}`"));
    }
    if let Some(error) = &record.error {
        parts.push(format!("Error: `{}`", code(error)));
    }
    parts.extend(confirmation_of(record));
    match record.time_flag {
        TimeFlag::AssumedUtc => parts.push("Time: the log names no zone; UTC is assumed.".into()),
        TimeFlag::ToldZone => {
            parts.push("Time: the log names no zone; the one told for the whole log is assumed.".into());
        }
        TimeFlag::HeaderZone => {
            parts.push("Time: the record names no zone; the one that a line above it gives is used.".into());
        }
        TimeFlag::AssumedDay => parts.push("Time: the log names no day; it is assumed.".into()),
        TimeFlag::Range if record.hints.zone_assumed => {
            parts.push("Time: the log names no zone; UTC is assumed.".into());
        }
        TimeFlag::AssumedYear => parts.push("Time: the log names neither year nor zone; both are assumed.".into()),
        _ => {}
    }
    if let Some(why) = &record.needs_review {
        parts.push(format!("Needs review: {why}"));
    }
    parts.join("\n\n")
}

#[cfg(test)]
mod tests;
