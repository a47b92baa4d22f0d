//! What is said of an event beside its draft and its rule.

use serde_json::Value;

use super::{
    Effect, Event, EventDraft, EventKind, Outcome, OutputMode, PreventedBy, ProvenanceLabel, Reversibility, Verb,
};
use crate::access::Permit;
use crate::casefile::{Definition, Dossier, Entry, Fields, Spot, labels};
use crate::history::ChangeContext;
use crate::{Id, Ruled, Tri};

impl Definition for Event {
    const PAGE: &'static str = "timeline";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const IS_DISCUSSED: bool = true;
    const FIELDS: Fields = Fields {
        words: labels! { "authorised" => Tri, "confirmed" => Tri, "effect" => Effect, "kind" => EventKind, "outcome" => Outcome, "output_mode" => OutputMode, "prevented_by" => PreventedBy, "provenance_label" => ProvenanceLabel, "requested" => Tri, "reversibility" => Reversibility, "verb" => Verb },
        texts: &["body", "trace", "ticket"],
        things: &["resource"],
        references: &["actor", "confirmed_by", "evidence.id", "invoked_by", "on_behalf_of"],
        codes: &["evidence.lines"],
        told: &[("trace", "Trace"), ("ticket", "Ticket")],
        ..Fields::NONE
    };

    fn place(id: &Id, _record: &Value) -> String {
        format!("timeline?event={id}#event-{id}")
    }

    fn name(&self, dossier: &Dossier) -> Option<String> {
        Some(self.title(dossier))
    }

    fn subject(told: &ChangeContext) -> String {
        let event = serde_json::from_value::<Self>(told.record.clone());
        let title = event.map_or_else(|_| told.first_line("body"), |event| event.title(told.dossier));
        format!("the event “{title}”")
    }

    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        entry.apply_again::<EventDraft>(id, document)
    }

    fn searched(&self) -> Vec<&str> {
        [self.resource.as_str(), &self.body].into_iter().chain(self.ticket.as_deref()).collect()
    }

    fn public(document: Value) -> Option<Value> {
        (document["kind"] != EventKind::Note.word()).then_some(document)
    }

    fn spot(&self) -> Spot {
        Spot::At(self.time.clone())
    }
}
