//! A record in a list: one line that opens to all that the log says.

use std::collections::HashMap;

use domain::classification::{Classes, Classification};
use domain::reader::log::{FoundRecord, LogActor, LogRecord, Suggestion, TimeFlag};
use domain::time::show_clock;
use domain::timeline::{Effect, Outcome, Verb};
use domain::vocabulary::Confirmation;
use domain::{Granularity, Id, TimeRange};
use leptos::prelude::*;

use super::query::RecordQuery;
use crate::case::Case;
use crate::component::When;
use crate::component::address::encode;
use crate::component::times::at_text;
use crate::frame::Frame;
use crate::page::gaps::scopes;

/// How much of a resource or message stands in the line of a record, in characters.
const LINE_CHARS_MAX: usize = 160;

/// What stands below the fields of a record: the forms of the page it is on.
pub(in crate::page) type Tools<'a> = &'a dyn Fn(&FoundRecord, Option<&Classification>) -> AnyView;

/// What rows look up, gathered once for all of them.
pub(in crate::page) struct Rows<'a> {
    case: &'a Case,
    query: &'a RecordQuery,
    classes: HashMap<&'a Id, Classes<'a>>,
    events: HashMap<(&'a Id, u64), &'a Id>,
    /// Names the item in every line.
    named: bool,
}

impl<'a> Rows<'a> {
    pub(in crate::page) fn new(case: &'a Case, query: &'a RecordQuery, named: bool) -> Self {
        let dossier = &*case.dossier;
        let classes = dossier.evidence.iter().map(|kept| (&kept.id, Classes::of(dossier, &kept.id)));
        let linked = dossier.events.iter().flat_map(|event| event.evidence.iter().map(move |link| (event, link)));
        let events = linked.filter_map(|(event, link)| Some(((&link.id, link.record?), &event.id)));
        Self { case, query, classes: classes.collect(), events: events.collect(), named }
    }

    /// What a record was classified as.
    pub(in crate::page) fn class(&self, found: &FoundRecord) -> Option<&'a Classification> {
        self.classes.get(&found.evidence)?.class(found.number, &found.record)
    }

    /// The list, with the day above the records of one day.
    pub(in crate::page) fn list(&self, found: &[FoundRecord], tools: Tools<'_>) -> AnyView {
        let frame = Frame::current();
        let mut day = None;
        let rows = found.iter().map(|found| {
            let today = found.record.time.map(|at| frame.zone.local(at).date());
            let heading = (day != Some(today)).then(|| {
                let words =
                    today.map_or_else(|| "No time known".into(), |date| date.format("%A %-d %B %Y").to_string());
                view! { <li class="tl-day"><h3>{words}</h3></li> }
            });
            day = Some(today);
            view! { {heading} {self.row(found, tools)} }
        });
        view! { <ol class="records">{rows.collect_view()}</ol> }.into_any()
    }

    fn row(&self, found: &FoundRecord, tools: Tools<'_>) -> impl IntoView + use<> {
        let record = &found.record;
        let time = time_of(record);
        let clock = show_clock(&time, &Frame::current().zone);
        let unsure = !matches!(record.time_flag, TimeFlag::Exact);
        let open =
            self.query.record.as_ref().is_some_and(|(item, number)| *item == found.evidence && *number == found.number);
        let class = self.class(found);
        view! {
            <li class=format!("record {}", record.actor.kind.word()) id=anchor(found)>
                <details open=open data-stays="">
                    <summary data-item="">
                        <time class=unsure.then_some("range") datetime=record.time.map(|at| at.rfc3339()) data-edit="">{clock}</time>
                        <i class="dot"></i>
                        <span>{sentence(record)} {self.flags(found, class)}</span>
                    </summary>
                    <div class="record-body">
                        {fields(self.case, found, time)}
                        {tools(found, class)}
                    </div>
                </details>
            </li>
        }
    }

    fn flags(&self, found: &FoundRecord, class: Option<&Classification>) -> impl IntoView + use<> {
        let record = &found.record;
        let mut flags: Vec<(&'static str, String)> = Vec::new();
        if let Some(doubt) = time_doubt(&record.time_flag) {
            flags.push(("flag un", doubt.into()));
        }
        if record.effect.is_effectful() {
            flags.push(("flag", record.effect.label().into()));
        }
        if let Outcome::Denied | Outcome::Error = record.outcome {
            flags.push(("flag", record.outcome.label().into()));
        }
        flags.extend(doubts(record).map(|words| ("flag un", words)));
        if let Some(class) = class {
            flags.push(("flag yes", format!("classified: {}", class.class.label().to_lowercase())));
        }
        if self.events.contains_key(&(&found.evidence, found.number)) {
            flags.push(("flag mark", "on the timeline".into()));
        }
        if self.named {
            let name = self.case.dossier.evidence.find(&found.evidence).map_or("evidence", |kept| kept.name.as_str());
            flags.push(("flag mono", format!("{name}:{}", record.raw.first_line)));
        }
        let lines: Vec<_> =
            flags.into_iter().map(|(class, words)| view! { <span class=class>{words}</span> }).collect();
        (!lines.is_empty()).then(|| view! { <span class="flags">{lines}</span> })
    }

    /// The event that a record became.
    pub(in crate::page) fn event(&self, found: &FoundRecord) -> Option<String> {
        self.events.get(&(&found.evidence, found.number)).map(|id| self.case.event_url(id))
    }
}

/// Where a record stands on the page.
pub(in crate::page) fn anchor(found: &FoundRecord) -> String {
    format!("record-{}-{}", found.evidence, found.number)
}

/// The time of a record as one that is told.
fn time_of(record: &LogRecord) -> TimeRange {
    let latest = record.time_latest.or(record.time);
    TimeRange { earliest: record.time, latest, granularity: Granularity::Second, zone: "UTC".into() }
}

/// What is not certain about the time of a record, in a few words.
const fn time_doubt(flag: &TimeFlag) -> Option<&'static str> {
    match flag {
        TimeFlag::Exact => None,
        TimeFlag::AssumedUtc => Some("UTC assumed"),
        TimeFlag::ToldZone => Some("zone told"),
        TimeFlag::HeaderZone => Some("zone from a line of the log"),
        TimeFlag::AssumedDay => Some("day assumed"),
        TimeFlag::AssumedYear => Some("year assumed"),
        TimeFlag::Range => Some("within this span"),
        TimeFlag::Unreadable(_) => Some("time not readable"),
        TimeFlag::Absent => Some("no time"),
    }
}

/// The suggestions of a record as one flag: a place to look, never a charge.
fn doubts(record: &LogRecord) -> Option<String> {
    let given = record.suggestions();
    let words: Vec<&str> = Suggestion::ALL
        .iter()
        .filter(|suggestion| given & suggestion.bit() != 0)
        .map(|suggestion| match suggestion {
            Suggestion::AgentWrite => unconfirmed(record.confirmation),
            Suggestion::RefusedActed => "refused, and done",
            Suggestion::Grant => "grant",
            Suggestion::Share => "shared or posted",
            Suggestion::Stop => "stop or revocation",
            Suggestion::LoggingControl => "logging changed",
            Suggestion::NeedsReview => "the reader was not sure",
        })
        .collect();
    (!words.is_empty()).then(|| format!("needs review: {}", words.join(", ")))
}

/// What is missing of the confirmation of a change by an agent.
const fn unconfirmed(confirmation: Confirmation) -> &'static str {
    match confirmation {
        Confirmation::Standing => "no person confirmed it: allowed earlier",
        Confirmation::Automatic => "no person confirmed it: allowed by configuration",
        Confirmation::None => "no person confirmed it",
        Confirmation::Refused => "refused",
        Confirmation::Human | Confirmation::Unknown => "confirmed?",
    }
}

/// Who did what to what.
fn sentence(record: &LogRecord) -> impl IntoView + use<> {
    let name = if record.actor.name.is_empty() { "somebody".to_string() } else { clip(&record.actor.name) };
    let verb = (record.verb != Verb::Other).then(|| view! { <b class="verb">{record.verb.label()}</b> " " });
    let action = (!record.action.is_empty()).then(|| view! { <code>{clip(&record.action)}</code> " " });
    let what = if record.resource.is_empty() { clip(&record.message) } else { clip(&record.resource) };
    let plain = match (record.effect, record.outcome) {
        (Effect::Read, Outcome::Success) => " reads · success",
        (Effect::Read, _) => " reads",
        (_, Outcome::Success) => " success",
        _ => "",
    };
    view! {
        <span class="who">{name}</span> " " <small class="muted">{record.actor.kind.label()}</small> " "
        {verb} {action} <span class="what">{what}</span> <small class="muted">{plain}</small>
    }
}

fn clip(text: &str) -> String {
    match text.char_indices().nth(LINE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

/// The address of the lines a record was read from.
fn raw_url(case: &Case, found: &FoundRecord) -> String {
    let (raw, item) = (found.record.raw, encode(found.evidence.as_str()));
    let (first, last) = (raw.first_line.max(1), raw.last_line.max(raw.first_line).max(1));
    case.url(&format!("evidence/{item}?record={}&lines={first}-{last}#L{first}", found.number))
}

/// All that the log says, as far as it says anything.
fn fields(case: &Case, found: &FoundRecord, time: TimeRange) -> impl IntoView + use<> {
    let record = &found.record;
    let name = case.dossier.evidence.find(&found.evidence).map_or("evidence", |kept| kept.name.as_str());
    let raw = record.raw;
    let lines = if raw.first_line == raw.last_line {
        raw.first_line.to_string()
    } else {
        format!("{}–{}", raw.first_line, raw.last_line)
    };
    let place = format!("{name}, line {lines}, record {}", found.number);
    let told = match &record.time_flag {
        TimeFlag::Unreadable(text) => Some(format!(", the log says “{text}”")),
        TimeFlag::AssumedUtc => Some(", the log names no zone: read as UTC".into()),
        TimeFlag::ToldZone => Some(", the log names no zone: read in the one that was told for all of it".into()),
        TimeFlag::HeaderZone => Some(", it names no zone".into()),
        TimeFlag::AssumedDay => Some(", the log names no day: that of the lines above, or of the incident".into()),
        TimeFlag::AssumedYear => {
            Some(", the log names no year: the last such day before the file was collected".into())
        }
        TimeFlag::Range if record.hints.zone_assumed => {
            Some(", the log is no more exact than this, and names no zone: read as UTC".into())
        }
        TimeFlag::Range => Some(", the log is no more exact than this".into()),
        TimeFlag::Exact | TimeFlag::Absent => None,
    };
    let zone = record.hints.zone_line.map(|line| format!(", zone from the header line {line}"));
    let behalf = record.on_behalf_of.as_ref().map(whole_name);
    let received = record.received.map(at_text);
    let text = |name: &'static str, text: Option<String>| {
        text.filter(|text| !text.is_empty()).map(|text| view! { <dt>{name}</dt><dd class="record-text">{text}</dd> })
    };
    let some = |text: &str| Some(text.to_string());
    view! {
        <dl class="facts">
            <dt>"Time"</dt><dd><When time=time/> {told} {zone}</dd>
            {text("Received", received)}
            {text("Actor", Some(whole_name(&record.actor)))}
            {text("On behalf of", behalf)}
            {text("Delegated through", some(&record.delegation.join(" → ")))}
            {text("Action", some(&record.action))}
            {text("Resource", some(&record.resource))}
            <dt>"Outcome"</dt><dd>{record.outcome.label()}", "{effect_words(record.effect)}</dd>
            {confirmation(case, found)}
            {scope(case, found)}
            {text("Needs review", record.needs_review.as_ref().map(ToString::to_string))}
            {text("Error", record.error.clone())}
            {text("Message", some(&record.message))}
            {text("Tool", record.tool.clone())}
            {text("Its arguments, SHA-256", record.arguments_sha256.clone())}
            {text("Session", record.session.clone())}
            {text("Trace", record.trace.clone())}
            {text("Address", record.source_address.clone())}
            {text("Id", record.id.clone())}
            <dt>"Stands in"</dt><dd><a href=raw_url(case, found)>{place}</a></dd>
        </dl>
    }
}

/// How the act was confirmed, by whom, and the lines that show it.
fn confirmation(case: &Case, found: &FoundRecord) -> Option<impl IntoView + use<>> {
    let record = &found.record;
    let proof = record.confirmation_proof.as_ref();
    if record.confirmation == Confirmation::Unknown && proof.is_none() {
        return None;
    }
    let by: Vec<String> = record.confirmers().map(|by| whole_name(by).to_string()).collect();
    let by = (!by.is_empty()).then(|| format!(", by {}", by.join(", ")));
    let shown = proof.map(|proof| {
        let (first, last) = (proof.raw.first_line.max(1), proof.raw.last_line.max(proof.raw.first_line).max(1));
        let item = encode(found.evidence.as_str());
        let href = case.url(&format!("evidence/{item}?lines={first}-{last}#L{first}"));
        view! { " (" <a href=href>{format!("line {first}")}</a> {format!(": {})", clip(&proof.says))} }
    });
    Some(view! {
        <dt>"Confirmation"</dt>
        <dd class="record-text">{record.confirmation.label()} {by} {shown}</dd>
    })
}

/// How an act of an agent stands to what it was granted.
fn scope(case: &Case, found: &FoundRecord) -> Option<impl IntoView + use<>> {
    let (granted, decided) = case.dossier.scope_of_record(&found.record)?;
    Some(view! {
        <dt>"Granted"</dt>
        <dd class="record-text">{granted}</dd>
        <dt>"Scope"</dt>
        <dd>{scopes::decision(&decided)}</dd>
    })
}

const fn effect_words(effect: Effect) -> &'static str {
    match effect {
        Effect::None => "changes nothing",
        effect => effect.label(),
    }
}

fn whole_name(actor: &LogActor) -> String {
    let name = if actor.name.is_empty() { "not named" } else { &actor.name };
    let id = actor.id.as_ref().map(|id| format!(", {id}")).unwrap_or_default();
    format!("{name} ({}{id})", actor.kind.label())
}
