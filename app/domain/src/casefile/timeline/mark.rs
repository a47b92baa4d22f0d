//! Marks: the events that pin the incident's clock.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Permit;
use crate::casefile::{Definition, Dossier, Draft, Entry, Fields, Naming, labels};
use crate::history::ChangeContext;
use crate::words::words;
use crate::{Id, Refusal, Ruled, TimeRange};

words! {
    /// A point of the incident's clock.
    MarkName is "a mark" {
        TaskAssigned "task_assigned" "task assigned", AgentInvoked "agent_invoked" "agent invoked",
        ActionExecuted "action_executed" "action executed", ArtefactPublished "artefact_published" "artefact published",
        ReliedOn "relied_on" "relied on", ImpactStart "impact_start" "impact starts", AlertFired "alert_fired" "alert fired",
        Detected "detected" "detected", Acknowledged "acknowledged" "acknowledged", Declared "declared" "declared",
        StopSent "stop_sent" "stop sent", Revoked "revoked" "access revoked", Contained "contained" "contained",
        Mitigated "mitigated" "mitigated", Resolved "resolved" "resolved", VerdictSet "verdict_set" "verdict set",
        Remediated "remediated" "remediated", Closed "closed" "closed", ReportedPublic "reported_public" "reported in public",
    }
}

/// A mark on an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// The mark's word: there is one of each.
    pub id: Id,
    /// Which mark.
    pub mark: MarkName,
    /// The event that carries it.
    pub event: Id,
}

/// A mark as sent; without an event it is removed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct MarkDraft {
    /// Which mark.
    pub mark: MarkName,
    /// The event that is to carry it.
    pub event: Id,
}

/// What is sent of a mark.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Marked {
    /// The event, by its id or as it is shown.
    event: Option<Value>,
    /// Which mark, where the path does not name it.
    mark: Option<String>,
}

impl Marked {
    /// The mark of a path, or the one that is sent where a form cannot vary its path.
    pub fn read(self, path: &str) -> Ruled<MarkDraft> {
        let word = if path == "set" { self.mark.unwrap_or_default() } else { path.to_string() };
        let mark = MarkName::parse(&word).map_err(|sentence| Refusal::field("mark", sentence))?;
        let id = |event: Value| event.as_str().or_else(|| event.get("id").and_then(Value::as_str)).map(Id::new);
        let event = self.event.and_then(id);
        let event = event.ok_or_else(|| Refusal::field("event", "Choose the event that carries this mark."))?;
        Ok(MarkDraft { mark, event })
    }
}

impl Draft for MarkDraft {
    type Document = Mark;

    fn apply(self, _id: Id, _old: Option<&Mark>, entry: &mut Entry) -> Ruled<Mark> {
        if entry.dossier().events.get(&self.event).is_none() {
            return Err(Refusal::field("event", "That event is not on this timeline: choose one from the list."));
        }
        Ok(Mark { id: Id::new(self.mark.word()), mark: self.mark, event: self.event })
    }
}

impl Dossier {
    /// When a mark was reached: the time of the event that carries it.
    pub fn marked(&self, mark: MarkName) -> Option<(&Id, &TimeRange)> {
        let kept = self.marks.get(&Id::new(mark.word()))?;
        let event = self.events.get(&kept.event)?;
        Some((&event.record.id, &event.record.time))
    }

    /// The marks an event carries.
    pub fn marks_on(&self, event: &Id) -> Vec<MarkName> {
        self.marks.iter().filter(|mark| &mark.event == event).map(|mark| mark.mark).collect()
    }
}

/// The order marks come in; `declared` may come late and is not in it.
const ORDER: [MarkName; 7] = [
    MarkName::AgentInvoked,
    MarkName::ActionExecuted,
    MarkName::ReliedOn,
    MarkName::ImpactStart,
    MarkName::Detected,
    MarkName::Contained,
    MarkName::Resolved,
];

/// A sentence for each pair of marks whose times are certainly in the wrong order.
pub fn order_warnings(dossier: &Dossier) -> Vec<String> {
    let placed: Vec<_> = ORDER.iter().filter_map(|mark| dossier.marked(*mark).map(|(_, time)| (*mark, time))).collect();
    let mut warnings = Vec::new();
    for (place, (earlier, before)) in placed.iter().enumerate() {
        for (later, after) in &placed[place + 1..] {
            if matches!((before.earliest, after.latest), (Some(start), Some(end)) if start > end) {
                warnings.push(format!("“{later}” is timed before “{earlier}”: check the times of both events."));
            }
        }
    }
    warnings
}

impl Definition for Mark {
    const PAGE: &'static str = "timeline";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const FIELDS: Fields = Fields { words: labels! { "mark" => MarkName }, references: &["event"], ..Fields::NONE };
    const NAMING: Naming = Naming::GoesAlong;
    const ID_IS_A_WORD: bool = true;

    fn place(_id: &Id, record: &Value) -> String {
        super::place_of(record, "event")
    }

    fn subject(told: &ChangeContext) -> String {
        format!("the mark “{}”", told.word("mark"))
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("marked {} as “{}”", told.record_named("event", "an event"), told.word("mark")))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        Some(format!("moved the mark “{}” to {}", told.word("mark"), told.record_named("event", "an event")))
    }

    fn deleted(told: &ChangeContext) -> Option<String> {
        Some(format!("took the mark “{}” away", told.word("mark")))
    }

    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        entry.apply_again::<MarkDraft>(id, document)
    }
}
