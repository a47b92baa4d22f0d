//! Taking a case in that comes from elsewhere. What it says is kept; what somebody judged there counts for nothing here.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use crate::access::refuse_agent;
use crate::casefile::{Dossier, Entry, Travel};
use crate::counted::{counted, counted_as};
use crate::evidence::{Evidence, Upload};
use crate::incident::{Incident, Origin, Status};
use crate::{Id, Ruled};

/// What an import does, before it is done and after.
#[derive(Debug, Clone, PartialEq, Default, Serialize, schemars::JsonSchema)]
pub struct CaseImport {
    /// The key of the case where it is from.
    pub from: String,
    /// Its title.
    pub title: String,
    /// How many records are added, by noun.
    pub adds: BTreeMap<&'static str, usize>,
    /// What is here already, in sentences.
    pub exists: Vec<String>,
    /// What is not taken over, in sentences.
    pub stays: Vec<String>,
    /// What cannot be proven, in sentences.
    pub unproven: Vec<String>,
}

/// A case on its way in.
pub struct Coming<'a> {
    /// The case file that its history leaves.
    pub dossier: &'a Dossier,
    /// Its id here.
    pub id: Id,
    /// Where it is from.
    pub origin: Origin,
    /// The bundle without the bytes of evidence.
    pub history: Upload,
    /// The digests of evidence whose bytes came with it.
    pub bytes: &'a BTreeSet<String>,
}

impl Entry {
    /// Files an incident from a case of elsewhere. Statements, evidence and what speaks against a better verdict are
    /// taken over; reviews, signatures, ratings and whatever else makes a verdict better have to be made here.
    pub fn import_case(&mut self, coming: Coming<'_>) -> Ruled<CaseImport> {
        refuse_agent(self.by(), "import a case")?;
        let head = coming.dossier.incident()?.clone();
        let mut plan = CaseImport {
            from: coming.origin.key.to_string(),
            title: head.title.clone(),
            stays: staying(&coming),
            unproven: unproven(&coming),
            ..CaseImport::default()
        };
        let without = |item: &&crate::casefile::CaseItem<Evidence>| !coming.bytes.contains(&item.sha256);
        let absent: BTreeSet<Id> = coming.dossier.evidence.iter().filter(without).map(|item| item.id.clone()).collect();
        self.put(self.head_of(&coming, head));
        for (noun, _, _, deleted, mut body) in coming.dossier.documents() {
            let is_absent = |field: &str| body[field].as_str().is_some_and(|id| absent.contains(&Id::new(id)));
            let stays = noun.definition().travel() != Travel::Along;
            if deleted.is_some() || stays || is_absent("id") || is_absent("evidence") {
                continue;
            }
            elsewhere(&mut body);
            noun.definition().import(self, &body)?;
        }
        let history = self.add_evidence(coming.history)?;
        let mut head = self.dossier().incident()?.clone();
        if let Some(origin) = &mut head.origin {
            origin.history = history;
        }
        self.put(head);
        for change in self.changes() {
            *plan.adds.entry(change.noun.word()).or_default() += 1;
        }
        Ok(plan)
    }

    fn head_of(&self, coming: &Coming<'_>, head: Incident) -> Incident {
        let verdict = coming.dossier.evaluation().verdict.verdict;
        // The smaller number is the more severe.
        let severe = [head.declared_severity, coming.dossier.effective_severity(verdict)].into_iter().flatten().min();
        Incident {
            id: coming.id.clone(),
            declared_severity: severe,
            status: Status::Declared,
            members: vec![self.by().clone()],
            filed: self.stamp(),
            closed: None,
            merged_into: None,
            merged: None,
            origin: Some(coming.origin.clone()),
            // The alert is one of elsewhere, and whoever imports a case takes it for one.
            drafted: None,
            ..head
        }
    }
}

/// Whoever acted elsewhere is nobody's account here, whatever id they had: the name stays.
fn elsewhere(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.contains_key("at")
                && let Some(id) = fields.get_mut("by").and_then(|by| by.get_mut("id"))
                && let Some(known) = id.as_str().filter(|known| !known.starts_with(ELSEWHERE))
            {
                *id = json!(format!("{ELSEWHERE}{known}"));
            }
            fields.values_mut().for_each(elsewhere);
        }
        Value::Array(items) => items.iter_mut().for_each(elsewhere),
        _ => {}
    }
}

/// How the id of somebody begins who is known elsewhere.
const ELSEWHERE: &str = "elsewhere:";

fn staying(coming: &Coming<'_>) -> Vec<String> {
    let from = coming.dossier;
    let mut stays = vec![format!(
        "The history of {} stays as it is, signed, with its own chain: it is kept as evidence.",
        coming.origin.key
    )];
    let counts = [
        (from.reviews.len(), "review"),
        (from.signatures.len(), "signature"),
        (from.ratings.len(), "rating"),
        (from.overrides.len(), "override"),
        (from.classifications.len(), "classification"),
        (from.comments.len(), "comment"),
        (from.postmortem().revisions.len(), "published revision"),
    ];
    let judged: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(count, noun)).collect();
    if !judged.is_empty() {
        stays.push(format!("What was judged or said there is in that history only: {}.", judged.join(", ")));
    }
    stays.push(format!(
        "The verdict there was “{}”. Here it is computed anew without those reviews and signatures; lists have to be stated as whole, findings resolved and conflicts settled by people of this instance.",
        coming.origin.verdict
    ));
    stays
}

fn unproven(coming: &Coming<'_>) -> Vec<String> {
    let mut unproven = Vec::new();
    if !coming.origin.is_known {
        unproven.push(format!(
            "Who wrote it: the key {} is none of this instance. Compare it with the one of the instance that it is from.",
            coming.origin.signer
        ));
    }
    let absent = coming.dossier.evidence.iter().filter(|item| !coming.bytes.contains(&item.sha256)).count();
    if absent > 0 {
        unproven.push(format!(
            "{} came without bytes and cannot be taken over: add the files themselves.",
            counted_as(absent, "piece of evidence", "pieces of evidence")
        ));
    }
    unproven
}
