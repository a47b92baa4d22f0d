//! Taking out again what came with another incident.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Merge;
use crate::access::refuse_agent;
use crate::casefile::{Dossier, Entry, Naming, Noun, ids};
use crate::{Id, Key, Refusal, Ruled};

/// The undoing of a merge as sent.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct PartDraft {
    /// What was edited since the merge goes as well, and the edits with it.
    #[serde(default)]
    pub take_edited: bool,
}

/// What undoing a merge does.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Parting {
    /// How many records go, by noun.
    pub taken: BTreeMap<&'static str, usize>,
    /// How many records become what they were before.
    pub put_back: usize,
    /// What was edited since, by name.
    pub edited: Vec<String>,
    /// What stays because something that stays refers to it, by name.
    pub held: Vec<String>,
}

type Place = (Noun, Id);

impl Entry {
    /// Takes out what came with another incident, but for what was edited since, unless `take_edited`, and for what
    /// records that stay refer to.
    pub fn give_back(&mut self, from: Key, draft: &PartDraft) -> Ruled<Parting> {
        refuse_agent(self.by(), "undo a merge of incidents")?;
        let merge = self.dossier().standing_merges().filter(|merge| merge.from == from).last().cloned();
        let missing = || Refusal::state(format!("{from} is not merged into this incident: there is nothing to undo."));
        let merge = merge.ok_or_else(missing)?;
        let sorted = Sorted::of(self.dossier(), &merge, draft.take_edited);
        let name = |place: &Place| named(self.dossier(), place);
        let mut parting = Parting {
            edited: sorted.edited.iter().map(name).collect(),
            held: sorted.held.iter().map(name).collect(),
            put_back: sorted.back.len(),
            ..Parting::default()
        };
        for (noun, id) in &sorted.out {
            *parting.taken.entry(noun.word()).or_default() += 1;
            self.delete_document(*noun, id)?;
        }
        for (noun, before) in &sorted.back {
            self.put_document(*noun, before)?;
        }
        let undone = Some(self.stamp());
        self.put(Merge { undone, ..merge });
        Ok(parting)
    }
}

/// What becomes of the records of a merge.
struct Sorted {
    out: BTreeSet<Place>,
    back: Vec<(Noun, Value)>,
    edited: Vec<Place>,
    held: Vec<Place>,
}

impl Sorted {
    fn of(dossier: &Dossier, merge: &Merge, take_edited: bool) -> Self {
        let mut sorted = Self { out: BTreeSet::new(), back: Vec::new(), edited: Vec::new(), held: Vec::new() };
        for added in &merge.added {
            let place = (added.noun, added.id.clone());
            let Some(version) = dossier.standing(added.noun, &added.id) else { continue };
            if version != added.version {
                sorted.edited.push(place.clone());
            }
            if version == added.version || take_edited {
                sorted.out.insert(place);
            }
        }
        for changed in &merge.changed {
            let Some(version) = dossier.standing(changed.noun, &changed.id) else { continue };
            if version != changed.version {
                sorted.edited.push((changed.noun, changed.id.clone()));
            }
            if version == changed.version || take_edited {
                sorted.back.push((changed.noun, changed.before.clone()));
            }
        }
        sorted.hold(dossier, merge);
        sorted
    }

    /// Keeps what is referred to by what stays, and what that refers to.
    fn hold(&mut self, dossier: &Dossier, merge: &Merge) {
        let replaced: BTreeSet<Place> = merge
            .changed
            .iter()
            .filter(|changed| self.back.iter().any(|(noun, before)| *noun == changed.noun && *before == changed.before))
            .map(|changed| (changed.noun, changed.id.clone()))
            .collect();
        let mut bodies: BTreeMap<Place, Value> = BTreeMap::new();
        let mut open: Vec<Value> = self.back.iter().map(|(_, before)| before.clone()).collect();
        for (noun, id, _, deleted, body) in dossier.documents() {
            let place = (noun, id);
            if deleted.is_some() || noun.definition().naming() == Naming::OfThePast || replaced.contains(&place) {
                continue;
            }
            if self.out.contains(&place) { drop(bodies.insert(place, body)) } else { open.push(body) }
        }
        let mut by_id: BTreeMap<String, Vec<Place>> = BTreeMap::new();
        // What has a word for its name is named by that word elsewhere too, and nothing hangs on its being there.
        for place in self.out.iter().filter(|place| !place.0.definition().id_is_a_word()) {
            by_id.entry(place.1.to_string()).or_default().push(place.clone());
        }
        while let Some(body) = open.pop() {
            let mut named = Vec::new();
            ids(&body, &mut named);
            for place in named.iter().filter_map(|id| by_id.remove(*id)).flatten() {
                self.out.remove(&place);
                open.extend(bodies.remove(&place));
                self.held.push(place);
            }
        }
    }
}

fn named(dossier: &Dossier, (noun, id): &Place) -> String {
    match crate::names::name_of(dossier, id) {
        Some(name) => format!("{} “{name}”", noun.label()),
        None => noun.label().to_string(),
    }
}
