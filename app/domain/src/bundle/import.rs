//! Taking a case in that comes from elsewhere. What it says is kept; what somebody judged there counts for nothing here.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::casefile::{Dossier, Entry, Noun, Travel};
use crate::claim::Conflict;
use crate::counted::{counted, counted_as};
use crate::evidence::{Coverage, Custody, CustodyAct, Evidence, Upload, refuse_agent};
use crate::explanation::Explanation;
use crate::exposure::Exposure;
use crate::finding::Finding;
use crate::incident::{Incident, Status};
use crate::remediation::{Remediation, RemediationStatus};
use crate::review::Review;
use crate::vocabulary::{Confidence, Facet, FindingClass, PathStatus, ReviewOutcome, Role};
use crate::{Id, Key, Ruled};

/// Where a case is from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Origin {
    /// Its key there.
    pub key: Key,
    /// Its id there.
    pub incident: Id,
    /// How many changes its history has.
    pub version: u64,
    /// The head of its chain.
    pub head: String,
    /// The key that signed the bundle.
    pub signer: String,
    /// Whether that key is one of this instance.
    pub is_known: bool,
    /// The verdict it had there.
    pub verdict: String,
    /// The evidence item with its history, as it came.
    pub history: Id,
}

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
        for (noun, id, _, deleted, mut body) in coming.dossier.documents() {
            let is_absent = |field: &str| body[field].as_str().is_some_and(|id| absent.contains(&Id::new(id)));
            let stays = noun.definition().travel() != Travel::Along;
            if deleted.is_some() || stays || is_absent("id") || is_absent("evidence") {
                continue;
            }
            elsewhere(&mut body);
            if noun == Noun::Review {
                self.take_review(&body)?;
            } else {
                self.put_document(noun, &body)?;
                self.make_ours(noun, &id)?;
            }
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

    /// A review there proves nothing here. One that found something, or could not tell, speaks against the case.
    fn take_review(&mut self, body: &Value) -> Ruled<()> {
        let Ok(review) = serde_json::from_value::<Review>(body.clone()) else { return Ok(()) };
        let is_adverse = matches!(review.outcome, ReviewOutcome::Unauthorised | ReviewOutcome::Inconclusive);
        if !is_adverse || review.revoked.is_some() {
            return Ok(());
        }
        let (id, found) = (self.new_id(), self.stamp());
        self.put(Finding {
            id,
            summary: format!(
                "A review by {}, made where this case is from, ended as “{}”. Review the evidence here.",
                review.attested.by.name,
                review.outcome.label()
            ),
            facet: Facet::Access,
            class: FindingClass::Unknown,
            confidence: Confidence::Suspected,
            role: Role::Effect,
            evidence: vec![review.evidence],
            event: None,
            found,
            resolved: None,
        });
        Ok(())
    }

    /// Takes out of a record what somebody judged elsewhere, and whom it names there.
    fn make_ours(&mut self, noun: Noun, id: &Id) -> Ruled<()> {
        let stamp = self.stamp();
        match noun {
            Noun::Principal => {
                let known = self.get::<crate::principal::Principal>(id)?.record;
                self.put(crate::principal::Principal { account: None, ..known });
            }
            Noun::Evidence => {
                let mut item = self.get::<Evidence>(id)?.record;
                (item.records, item.unreadable, item.read_sha256) = (None, 0, None);
                (item.first_at, item.last_at) = (None, None);
                let note = "imported with its case".to_string();
                item.custody.push(Custody { stamp, act: CustodyAct::Uploaded, note });
                self.put(item);
            }
            Noun::Coverage => {
                let known = self.get::<Coverage>(id)?.record;
                let note = format!("Stated by {} where the case is from. {}", known.stated.by.name, known.note);
                self.put(Coverage { note, stated: stamp, proposed: None, ..known });
            }
            Noun::Exposure => {
                let mut known = self.get::<Exposure>(id)?.record;
                (known.resources_enumerated, known.principals_enumerated) = (None, None);
                known
                    .resources
                    .iter_mut()
                    .flat_map(|one| &mut one.paths)
                    .for_each(|path| path.status = PathStatus::Open);
                self.put(known);
            }
            Noun::Finding => {
                let known = self.get::<Finding>(id)?.record;
                self.put(Finding { resolved: None, ..known });
            }
            Noun::Conflict => {
                let known = self.get::<Conflict>(id)?.record;
                self.put(Conflict { adopted: None, ..known });
            }
            Noun::Explanation => {
                let known = self.get::<Explanation>(id)?.record;
                self.put(Explanation { accepted: None, ..known });
            }
            Noun::Remediation => {
                let mut known = self.get::<Remediation>(id)?.record;
                known.status = match known.status {
                    RemediationStatus::Verified => RemediationStatus::Done,
                    RemediationStatus::WontFix => RemediationStatus::Open,
                    other => other,
                };
                (known.verified, known.wont_fix, known.owner_account) = (None, None, None);
                known.former_owners.iter_mut().for_each(|owner| owner.account = None);
                self.put(known);
            }
            _ => {}
        }
        Ok(())
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
