//! The timeline as CSV with the columns Timesketch asks for.

use crate::casefile::{Dossier, Noun, redact};
use crate::cell::quoted;
use crate::spelling::shown_text;
use crate::timeline::{Event, first_line};
use crate::{Instant, Tri};

use super::{ExportOptions, Profile};

/// The columns; the first three are those every Timesketch import needs.
const COLUMNS: [&str; 31] = [
    "message",
    "datetime",
    "timestamp_desc",
    "incident",
    "event_id",
    "kind",
    "actor",
    "actor_kind",
    "on_behalf_of",
    "invoked_by",
    "verb",
    "effect",
    "resource",
    "outcome",
    "requested",
    "authorised",
    "confirmed",
    "output_mode",
    "provenance_label",
    "reversibility",
    "prevented_by",
    "marks",
    "earliest",
    "latest",
    "granularity",
    "reported_zone",
    "evidence",
    "trace",
    "body",
    "on_behalf_of_kind",
    "invoked_by_kind",
];

/// The timeline, an event a row, in the order of its time. An event without any known time has an empty `datetime`.
/// The last row is no event: it names the change log's head, so that the file can be held against the log.
pub fn timeline_csv(dossier: &Dossier, options: &ExportOptions) -> String {
    let redacted;
    let dossier = match options.profile {
        Profile::Internal => dossier,
        Profile::Public => {
            redacted = redact::public(dossier).0;
            &redacted
        }
    };
    // Without the mark, spreadsheets take the letters for those of another encoding.
    let names: Vec<&str> = COLUMNS.into_iter().chain(more()).collect();
    let mut csv = format!("\u{feff}{}\n", names.join(","));
    for kept in dossier.timeline() {
        let details = kept.record.details().into_iter().filter(|detail| !COLUMNS.contains(&detail.name));
        let cells = row(dossier, &kept.record).into_iter().chain(details.map(|detail| detail.text.unwrap_or_default()));
        let row: Vec<String> = cells.map(|cell| quoted(&shown_text(&cell))).collect();
        csv.push_str(&row.join(","));
        csv.push('\n');
    }
    let mut last = vec![String::new(); names.len()];
    last[0] = options.chain_head(dossier).to_string();
    (last[1], last[2], last[3]) = (options.as_of.rfc3339(), "Last Change".into(), dossier.key().to_string());
    csv + &last.join(",") + "\n"
}

/// The columns behind those: fields that came later and are told in one line each.
fn more() -> impl Iterator<Item = &'static str> {
    let told = Noun::Event.definition().fields().told.iter().map(|(name, _)| *name);
    told.filter(|name| !COLUMNS.contains(name))
}

fn row(dossier: &Dossier, event: &Event) -> [String; COLUMNS.len()] {
    let named = |id: &Option<crate::Id>| id.as_ref().map(|id| dossier.name_of(id).to_string()).unwrap_or_default();
    let instant = |at: Option<Instant>| at.map(Instant::rfc3339).unwrap_or_default();
    let said = first_line(&event.body);
    let message = if said.is_empty() { event.line(dossier) } else { format!("{}: {said}", event.line(dossier)) };
    let kind = |id: &crate::Id| dossier.principals.find(id).map_or("unknown", |kept| kept.kind.word());
    let kind_of = |id: &Option<crate::Id>| id.as_ref().map(|id| kind(id).to_string()).unwrap_or_default();
    let marks: Vec<&str> = dossier.marks_on(&event.id).into_iter().map(crate::timeline::MarkName::word).collect();
    let evidence: Vec<String> = event.evidence.iter().map(|link| source(dossier, link)).collect();
    let answer = |answer: Tri| answer.word().to_string();
    [
        message,
        instant(event.time.sort_key()),
        meaning(event).into(),
        dossier.key().to_string(),
        event.id.to_string(),
        event.kind.word().into(),
        dossier.name_of(&event.actor).into(),
        kind(&event.actor).into(),
        named(&event.on_behalf_of),
        named(&event.invoked_by),
        event.verb.word().into(),
        event.effect.word().into(),
        event.resource.clone(),
        event.outcome.word().into(),
        answer(event.requested),
        answer(event.authorised),
        answer(event.confirmed),
        event.output_mode.map(|mode| mode.word().into()).unwrap_or_default(),
        event.provenance_label.word().into(),
        event.reversibility.word().into(),
        event.prevented_by.map(|cause| cause.word().into()).unwrap_or_default(),
        marks.join(" "),
        instant(event.time.earliest),
        instant(event.time.latest),
        event.time.granularity.word().into(),
        event.time.zone.clone(),
        evidence.join("; "),
        event.trace.clone().unwrap_or_default(),
        event.body.clone(),
        kind_of(&event.on_behalf_of),
        kind_of(&event.invoked_by),
    ]
}

/// What the `datetime` is of a time that may be a range.
fn meaning(event: &Event) -> &'static str {
    match (event.time.earliest, event.time.latest) {
        (None, None) => "Event Time (unknown)",
        (Some(first), Some(last)) if first == last => "Event Time",
        (Some(_), _) => "Event Time (earliest of a range)",
        (None, Some(_)) => "Event Time (latest of a range)",
    }
}

fn source(dossier: &Dossier, link: &crate::timeline::EvidenceLink) -> String {
    let item = dossier.evidence.find(&link.id);
    let (name, sha256) = item.map_or(("evidence that is gone", ""), |kept| (kept.name.as_str(), kept.sha256.as_str()));
    let lines = link.lines.map(|lines| format!(":{lines}")).unwrap_or_default();
    let record = link.record.map(|record| format!("#{record}")).unwrap_or_default();
    format!("{name}{lines}{record} sha256:{sha256}")
}
