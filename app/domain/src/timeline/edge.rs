//! How one event led to another.

use serde::{Deserialize, Serialize};

use crate::draft::Draft;
use crate::record::Entry;
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Deserialize)]
pub struct EdgeDraft {
    /// The event that hangs on the other.
    pub from: Id,
    /// The event it hangs on.
    pub to: Id,
    /// How.
    pub kind: EdgeKind,
}

impl Draft for EdgeDraft {
    type Record = Edge;

    fn settle(self, id: Id, _old: Option<&Edge>, entry: &mut Entry) -> Ruled<Edge> {
        for (field, event) in [("from", &self.from), ("to", &self.to)] {
            if entry.dossier().events.get(event).is_none() {
                return Err(Refusal::field(field, "That event is not on this timeline: choose one from the list."));
            }
        }
        if self.from == self.to {
            return Err(Refusal::field("to", "An event cannot hang on itself: choose another one."));
        }
        let same =
            |edge: &crate::record::Kept<Edge>| (&edge.from, &edge.to, edge.kind) == (&self.from, &self.to, self.kind);
        if let Some(known) = entry.dossier().edges.iter().find(|edge| same(edge)) {
            return Ok(known.record.clone());
        }
        Ok(Edge { id, from: self.from, to: self.to, kind: self.kind })
    }
}
