//! How one event led to another.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Permit;
use crate::casefile::{Definition, Draft, Entry, Fields, Naming, labels};
use crate::history::ChangeContext;
use crate::words::words;
use crate::{Id, Refusal, Ruled};

words! {
    /// How the later event hangs on the earlier one.
    EdgeKind is "a kind of link" {
        TriggeredBy "triggered_by" "triggered by", InformedBy "informed_by" "informed by", ReliedOn "relied_on" "relied on",
        DelegatedTo "delegated_to" "delegated to", DerivedFrom "derived_from" "derived from",
    }
}

/// A link between two events. It reads from the later one: `from` was triggered by `to`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Edge {
    /// Its id.
    pub id: Id,
    /// The event that hangs on the other.
    pub from: Id,
    /// The event it hangs on.
    pub to: Id,
    /// How.
    pub kind: EdgeKind,
}

/// A link as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct EdgeDraft {
    /// The event that hangs on the other.
    pub from: Id,
    /// The event it hangs on.
    pub to: Id,
    /// How.
    pub kind: EdgeKind,
}

impl Draft for EdgeDraft {
    type Document = Edge;

    fn apply(self, id: Id, _old: Option<&Edge>, entry: &mut Entry) -> Ruled<Edge> {
        for (field, event) in [("from", &self.from), ("to", &self.to)] {
            if entry.dossier().events.get(event).is_none() {
                return Err(Refusal::field(field, "That event is not on this timeline: choose one from the list."));
            }
        }
        if self.from == self.to {
            return Err(Refusal::field("to", "An event cannot hang on itself: choose another one."));
        }
        let same = |edge: &crate::casefile::CaseItem<Edge>| {
            (&edge.from, &edge.to, edge.kind) == (&self.from, &self.to, self.kind)
        };
        if let Some(known) = entry.dossier().edges.iter().find(|edge| same(edge)) {
            return Ok(known.record.clone());
        }
        Ok(Edge { id, from: self.from, to: self.to, kind: self.kind })
    }
}

impl Definition for Edge {
    const PAGE: &'static str = "timeline";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const FIELDS: Fields =
        Fields { words: labels! { "kind" => EdgeKind }, references: &["from", "to"], ..Fields::NONE };
    const NAMING: Naming = Naming::GoesAlong;

    fn place(_id: &Id, record: &Value) -> String {
        super::place_of(record, "from")
    }

    fn subject(_told: &ChangeContext) -> String {
        "a link between events".into()
    }

    fn added(told: &ChangeContext) -> Option<String> {
        Some(format!("noted that {}", link(told)))
    }

    fn deleted(told: &ChangeContext) -> Option<String> {
        Some(format!("took back that {}", link(told)))
    }

    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        entry.apply_again::<EdgeDraft>(id, document)
    }
}

fn link(told: &ChangeContext) -> String {
    let how = match EdgeKind::parse(told.text("kind")) {
        Ok(EdgeKind::TriggeredBy) => "was triggered by",
        Ok(EdgeKind::InformedBy) => "was informed by",
        Ok(EdgeKind::DelegatedTo) => "was delegated to",
        Ok(EdgeKind::DerivedFrom) => "was derived from",
        _ => "relied on",
    };
    format!("{} {how} {}", told.record_named("from", "an event"), told.record_named("to", "an event"))
}
