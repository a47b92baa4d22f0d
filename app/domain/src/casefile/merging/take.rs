//! Taking the records of another incident in.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{Added, Changed, Merge, refuse_pair};
use crate::access::refuse_agent;
use crate::casefile::{Dossier, Entry, MERGED, Noun, Travel};
use crate::claim::{Claim, Conflict};
use crate::draft::LIST_MAX;
use crate::incident::Incident;
use crate::postmortem::PostmortemStatus;
use crate::{Id, Key, Ruled};

/// What a merge does, before it is done and after.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Plan {
    /// How many records are taken in, by noun.
    pub moved: BTreeMap<&'static str, usize>,
    /// Principals of both that are the same.
    pub joined: Vec<Joined>,
    /// What stays where it is, in sentences.
    pub stays: Vec<String>,
    /// What the two do not agree on and a person has to decide.
    pub open: Vec<String>,
}

/// A principal that is known in both.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Joined {
    /// What it is called in the one that goes.
    pub name: String,
    /// What it is called in the one that stays.
    pub into: String,
}

/// Nouns that are taken in by rules of their own.
const APART: [Noun; 5] = [Noun::Principal, Noun::Exposure, Noun::Mark, Noun::Narrative, Noun::Conflict];

impl Entry {
    /// Takes everything in that another incident says, and notes what was done. The verdict is weighed anew.
    pub fn take_in(&mut self, from: &Dossier) -> Ruled<Plan> {
        refuse_agent(self.by(), "merge incidents")?;
        refuse_pair(from, self.dossier())?;
        let mut taking = Taking { from, key: from.key(), plan: Plan::default(), names: BTreeMap::new() };
        self.take_from(Some(taking.key));
        taking.principals(self);
        let ways = taking.exposure(self)?;
        taking.records(self, &ways)?;
        taking.marks(self);
        taking.conflicts(self)?;
        taking.narratives(self);
        taking.head(self)?;
        taking.postmortem(self);
        taking.remarks(self)?;
        self.take_from(None);
        let mut plan = taking.plan;
        plan.stays.extend(staying(from));
        let merge = self.merge_of(from)?;
        for added in &merge.added {
            *plan.moved.entry(added.noun.word()).or_default() += 1;
        }
        self.put(merge);
        Ok(plan)
    }

    /// The note of a merge: what this entry added and changed.
    fn merge_of(&mut self, from: &Dossier) -> Ruled<Merge> {
        let (id, merged) = (self.new_id(), self.stamp());
        let (mut added, mut changed) = (Vec::new(), Vec::new());
        for change in self.changes() {
            let (noun, id, version) = (change.noun, change.id.clone(), change.version);
            if change.kind.starts_with(MERGED) {
                added.push(Added { noun, id, version });
            } else {
                changed.push(Changed { noun, id, version, before: change.before.clone() });
            }
        }
        Ok(Merge { id, from: from.key(), title: from.incident()?.title.clone(), merged, added, changed, undone: None })
    }
}

/// Taking in under way.
pub(super) struct Taking<'a> {
    pub(super) from: &'a Dossier,
    pub(super) key: Key,
    pub(super) plan: Plan,
    /// Principals of the other incident, by who they turn out to be here.
    pub(super) names: BTreeMap<Id, Id>,
}

impl Taking<'_> {
    fn exposure(&mut self, entry: &mut Entry) -> Ruled<crate::exposure::Ways> {
        let proves = !self.from.coverage.is_empty() || !self.from.reviews.is_empty();
        let (ours, theirs) = (entry.dossier().exposure(), self.from.exposure());
        let united = ours.clone().unite(&theirs, proves, self.key, entry.zone())?;
        self.plan.open.extend(united.open);
        if united.exposure != ours {
            entry.keep(united.exposure)?;
        }
        Ok(united.ways)
    }

    /// Everything that is taken in as it is, but for the names of principals who are known here already.
    fn records(&mut self, entry: &mut Entry, ways: &crate::exposure::Ways) -> Ruled<()> {
        let mut there = 0;
        for (noun, id, _, deleted, mut body) in self.from.documents() {
            if deleted.is_some() || noun.definition().travel() == Travel::Stays || APART.contains(&noun) {
                continue;
            }
            if entry.dossier().standing(noun, &id).is_some() {
                there += 1;
                continue;
            }
            rename(&mut body, &self.names);
            noun.definition().take_in(entry, &body, ways, &mut self.plan.open)?;
        }
        if there > 0 {
            let records = crate::counted::counted_as(there as u64, "record was", "records were");
            self.plan.stays.push(format!("{records} here already, from an earlier merge, and stay as they are."));
        }
        Ok(())
    }

    /// Of two events that are marked as the same moment, the one here stays marked.
    fn marks(&mut self, entry: &mut Entry) {
        for mark in self.from.marks.iter().map(|kept| &kept.record) {
            match entry.dossier().marks.get(&mark.id).map(|known| known.event.clone()) {
                None => entry.put(mark.clone()),
                Some(event) if event == mark.event => {}
                Some(_) => {
                    let name = crate::names::name_of(self.from, &mark.event).unwrap_or_default();
                    self.plan.open.push(format!(
                        "“{}” is marked in both: the mark here stays, that of {} was at “{name}”.",
                        mark.mark, self.key
                    ));
                }
            }
        }
    }

    /// Claims of both are compared. What somebody adopted stands where nothing new speaks against it.
    fn conflicts(&mut self, entry: &mut Entry) -> Ruled<()> {
        let fields: BTreeSet<&str> = self.from.claims.iter().map(|claim| claim.field.as_str()).collect();
        let ours = |entry: &Entry, field: &str| {
            let is_ours = |claim: &&crate::casefile::CaseItem<Claim>| {
                claim.field == field && self.from.claims.get(&claim.id).is_none()
            };
            entry.dossier().claims.iter().any(|claim| is_ours(&claim))
        };
        for theirs in self.from.conflicts.iter().map(|kept| &kept.record) {
            let is_known = entry.dossier().conflicts.iter().any(|known| known.field == theirs.field);
            if is_known || entry.dossier().conflicts.get(&theirs.id).is_some() {
                continue;
            }
            let adopted = theirs.adopted.clone().filter(|_| !ours(entry, &theirs.field));
            entry.put(Conflict { adopted, ..theirs.clone() });
        }
        let settled: Vec<Conflict> = entry.dossier().conflicts.iter().map(|kept| kept.record.clone()).collect();
        for conflict in settled.into_iter().filter(|one| one.adopted.is_some() && fields.contains(one.field.as_str())) {
            if ours(entry, &conflict.field) {
                self.plan.open.push(format!("The conflict on “{}” is open again.", conflict.field));
                entry.put(Conflict { adopted: None, ..conflict });
            }
        }
        let claims: Vec<Id> = self.from.claims.iter().map(|kept| kept.id.clone()).collect();
        claims
            .iter()
            .filter(|id| entry.dossier().claims.get(id).is_some())
            .cloned()
            .collect::<Vec<_>>()
            .iter()
            .try_for_each(|id| entry.compare_claim(id))
    }

    fn head(&mut self, entry: &mut Entry) -> Ruled<()> {
        let theirs = self.from.incident()?;
        let mut ours: Incident = entry.dossier().incident()?.clone();
        for (mine, others) in [(&mut ours.tags, &theirs.tags), (&mut ours.systems, &theirs.systems)] {
            let new: Vec<String> = others.iter().filter(|name| !mine.contains(name)).cloned().collect();
            mine.extend(new);
            mine.truncate(LIST_MAX);
        }
        if ours.occurred.sort_key().is_none() {
            ours.occurred = theirs.occurred.clone();
        }
        let verdict = self.from.evaluation().verdict.verdict;
        let severity = self.from.effective_severity(verdict);
        // The smaller number is the more severe.
        ours.declared_severity =
            [ours.declared_severity, theirs.declared_severity, severity].into_iter().flatten().min();
        if let Some(severity) = severity {
            self.plan.open.push(format!("{} was {}: rate the severity again.", self.key, severity.label()));
        }
        entry.put(ours);
        Ok(())
    }

    /// Nobody has approved what came in.
    fn postmortem(&mut self, entry: &mut Entry) {
        let mut postmortem = entry.dossier().postmortem();
        if matches!(postmortem.status, PostmortemStatus::InReview | PostmortemStatus::Approved) {
            (postmortem.status, postmortem.submitted, postmortem.approved) = (PostmortemStatus::Draft, None, None);
            self.plan.open.push("The postmortem is a draft again: send it to review with what came in.".into());
            entry.put(postmortem);
        }
    }
}

/// Puts other ids in the place of ids, wherever a record names one.
fn rename(value: &mut Value, names: &BTreeMap<Id, Id>) {
    match value {
        Value::String(text) => {
            if let Some(name) = names.get(&Id::new(text.as_str())) {
                *text = name.to_string();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        Value::Object(fields) => fields.values_mut().for_each(|field| rename(field, names)),
        _ => {}
    }
}

/// What stays in the incident that goes.
fn staying(from: &Dossier) -> Vec<String> {
    let key = from.key();
    let mut stays = vec![format!("The log of changes of {key} stays there, with its chain of hashes.")];
    let revisions = from.postmortem().revisions.len();
    if revisions > 0 {
        let revisions = crate::counted::counted(revisions, "published revision");
        stays.push(format!("{revisions} of {key} can be read there as before."));
    }
    let judged: Vec<String> =
        [(from.ratings.len(), "rating"), (from.overrides.len(), "override"), (from.signatures.len(), "signature")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, noun)| crate::counted::counted(count, noun))
            .collect();
    if !judged.is_empty() {
        stays.push(format!("Judgements of {key} as a whole are not taken over: {}.", judged.join(", ")));
    }
    stays
}
