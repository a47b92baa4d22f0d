//! The parts of an exposure in the form in which they are sent: what a draft reads is what these write.

use serde_json::{Value, json};

use super::{Enumeration, Exposure, IN_ALL};
use crate::Id;

impl Exposure {
    /// The window, as [`WindowDraft`](super::WindowDraft) reads it.
    pub fn window_sent(&self) -> Value {
        json!({
            "start": self.start, "end": self.end, "start_evidence": self.start_evidence,
            "end_evidence": self.end_evidence, "clock_skew_seconds": self.clock_skew_seconds,
        })
    }

    /// A resource, as [`ResourceDraft`](super::ResourceDraft) reads it; `null` where there is none of that name.
    pub fn resource_sent(&self, id: &Id) -> Value {
        json!(self.resources.iter().find(|resource| &resource.id == id))
    }

    /// An access path, as [`PathDraft`](super::PathDraft) reads it; `null` where there is none of that name.
    pub fn path_sent(&self, resource: &Id, id: &Id) -> Value {
        let resource = self.resources.iter().find(|known| &known.id == resource);
        json!(resource.and_then(|resource| resource.paths.iter().find(|path| &path.id == id)))
    }

    /// To whom it was exposed, as [`ExposedDraft`](super::ExposedDraft) reads it.
    pub fn principals_sent(&self) -> Value {
        let named: Vec<_> = self.principals.iter().filter(|one| one.name != IN_ALL).collect();
        let names: Vec<&str> = named.iter().map(|one| one.name.as_str()).collect();
        json!({ "names": names, "count": self.principals.iter().find_map(|one| one.count) })
    }

    /// The statement that a list is complete, as [`EnumerationDraft`](super::EnumerationDraft) reads it.
    pub fn enumeration_sent(&self, of_resources: bool) -> Value {
        let statement = if of_resources { &self.resources_enumerated } else { &self.principals_enumerated };
        json!({ "basis": statement.as_ref().map(|statement| &statement.basis) })
    }

    /// All of it, as [`ExposureDraft`](super::ExposureDraft) reads it.
    pub fn sent(&self) -> Value {
        let basis = |statement: &Option<Enumeration>| statement.as_ref().map(|statement| statement.basis.clone());
        json!({
            "window": self.window_sent(), "resources": self.resources, "principals": self.principals_sent(),
            "resources_enumerated": basis(&self.resources_enumerated),
            "principals_enumerated": basis(&self.principals_enumerated),
        })
    }
}
