//! Exposed resources and access paths are named by ids of people's making, which many records refer to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::find::Names;
use super::people::People;
use crate::Id;
use crate::casefile::{Noun, at};

/// What stands in the place of ids that hold a private name: the same everywhere, and of two ids never one.
#[derive(Debug, Default)]
pub struct Places {
    of: BTreeMap<String, String>,
    /// The same ids, to be found in what is worked out from them.
    pub sought: Names,
}

impl Places {
    /// Of all ids in a case file, in the order in which it lists them.
    pub fn gather(documents: &[(Noun, Id, u64, Value)], people: &People) -> Self {
        let ids: Vec<&str> = documents.iter().flat_map(|(noun, .., value)| named(*noun, value)).collect();
        let holds = |id: &&str| !people.sought.find(id).is_empty();
        let mut taken: BTreeSet<String> = ids.iter().filter(|id| !holds(id)).map(|id| id.to_string()).collect();
        let mut places = Self::default();
        for id in ids.iter().filter(|id| holds(id)) {
            if places.of.contains_key(*id) {
                continue;
            }
            let shown = people.scrubbed(id);
            let more = (2..).map(|number| format!("{shown} {number}"));
            let free = std::iter::once(shown.clone()).chain(more).find(|name| !taken.contains(name)).unwrap_or(shown);
            taken.insert(free.clone());
            places.sought.add(id, &free, true);
            places.of.insert(id.to_string(), free);
        }
        places
    }

    /// What stands for an id, if it is not shown as it is.
    pub fn of(&self, id: &str) -> Option<&str> {
        self.of.get(id).map(String::as_str)
    }
}

/// The ids of resources and paths in a document: where they are made, and where something is still said of one that was
/// taken out.
fn named(noun: Noun, value: &Value) -> Vec<&str> {
    let mut named = Vec::new();
    noun.definition().fields().places.iter().for_each(|path| at(value, path, &mut named));
    named
}
