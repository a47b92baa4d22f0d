//! From the case file to the facts a verdict rests on.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::Id;
use crate::claim::Conflict;
use crate::facts::{self, Facts};
use crate::independence::Readers;
use crate::record::Dossier;
use crate::spelling::fold;
use crate::verdict::{Evaluation, evaluate};
use crate::vocabulary::{ConflictStatus, ReviewStatus, Touches};

impl Dossier {
    /// The facts as they stand, in the shape of `POST /evaluate`.
    pub fn facts(&self) -> Facts {
        let basis = self.facts_digest();
        let mut facts = self.unsigned_facts();
        let readers = Readers::of(self);
        facts.severity = self.latest_rating().map(|rating| rating.facts.clone());
        let signed = self.signatures.iter().filter(|signature| signature.basis == basis);
        facts.signatures =
            signed.map(|signature| facts::Signature { by: readers.name_of(&signature.signed.by.id) }).collect();
        facts
    }

    /// What severity and verdict these facts give.
    pub fn evaluation(&self) -> Evaluation {
        // Stored records were checked one by one as they came in. Should they
        // contradict each other all the same, nothing is claimed from them.
        evaluate(&self.facts()).unwrap_or_else(|_| Evaluation::unassessed())
    }

    /// SHA-256 of the facts without the signatures under them: what a signature signs.
    pub fn facts_digest(&self) -> String {
        let json = serde_json::to_vec(&self.unsigned_facts()).unwrap_or_default();
        hex(&Sha256::digest(json))
    }

    fn unsigned_facts(&self) -> Facts {
        let readers = Readers::of(self);
        let unspecified = self.factors.iter().filter(|factor| factor.unspecified);
        let factors = unspecified.map(|factor| open_conflict(factor.id.clone()));
        let conflicts = self.conflicts.iter().map(|kept| self.conflict_facts(&kept.record));
        Facts {
            severity: None,
            exposure: self.exposures.iter().next().map(|kept| exposure_facts(&kept.record)),
            evidence: self.evidence.iter().map(|kept| self.evidence_facts(&kept.record)).collect(),
            reviews: self
                .reviews
                .iter()
                .filter(|kept| self.evidence.get(&kept.evidence).is_some())
                .map(|kept| review_facts(&kept.record, &readers))
                .collect(),
            findings: self.findings.iter().map(|kept| self.finding_facts(&kept.record)).collect(),
            conflicts: conflicts.chain(factors).collect(),
            incident_actors: self.actor_names(&readers),
            signatures: Vec::new(),
        }
    }

    fn evidence_facts(&self, item: &crate::evidence::Evidence) -> facts::Evidence {
        let of_item =
            self.coverage.iter().filter(|kept| kept.evidence == item.id && self.has_path(&kept.resource, &kept.path));
        facts::Evidence {
            id: item.id.clone(),
            status: item.status,
            writable_by_exposed: item.writable_by_exposed,
            logging_changed_in_window: item.logging_changed_in_window || self.shows_logging_changed(item),
            coverage: of_item.map(|kept| coverage_facts(&kept.record)).collect(),
        }
    }

    fn finding_facts(&self, finding: &crate::finding::Finding) -> facts::Finding {
        facts::Finding {
            id: finding.id.clone(),
            facet: finding.facet,
            class: finding.class,
            confidence: finding.confidence,
            role: finding.role,
            resolved: finding.resolved.is_some(),
            evidence: finding.evidence.iter().filter(|id| self.evidence.get(id).is_some()).cloned().collect(),
        }
    }

    fn conflict_facts(&self, conflict: &Conflict) -> facts::Conflict {
        let status = if self.is_open(conflict) { ConflictStatus::Open } else { ConflictStatus::Adopted };
        facts::Conflict { id: conflict.id.clone(), touches: vec![conflict.touches], status }
    }

    /// Names of actors, and of readers whose account is an actor's under another name.
    fn actor_names(&self, readers: &Readers<'_>) -> Vec<String> {
        let actors = self.actors();
        let mut names = self.incident_actors();
        let mut known: BTreeSet<String> = names.iter().map(|name| fold(name)).collect();
        let took_part = |account: &Id, names: &[&String]| {
            actors.has(account, names.iter().copied()) || self.took_own_part_out(account, names)
        };
        for (account, _) in readers.iter().filter(|(account, names)| took_part(account, names)) {
            let name = readers.name_of(account);
            if known.insert(fold(&name)) {
                names.push(name);
            }
        }
        names
    }
}

fn review_facts(review: &crate::review::Review, readers: &Readers<'_>) -> facts::Review {
    facts::Review {
        id: review.id.clone(),
        evidence: review.evidence.clone(),
        from: review.from,
        to: review.to,
        method: review.method,
        depth: review.depth,
        reviewer: readers.name_of(&review.attested.by.id),
        outcome: review.outcome,
        status: if review.revoked.is_some() { ReviewStatus::Revoked } else { ReviewStatus::Valid },
    }
}

fn exposure_facts(exposure: &crate::exposure::Exposure) -> facts::Exposure {
    let window = (exposure.start.is_some() || exposure.end.is_some()).then(|| facts::Window {
        start_earliest: exposure.start.as_ref().and_then(|start| start.earliest),
        start_latest: exposure.start.as_ref().and_then(|start| start.latest),
        end_earliest: exposure.end.as_ref().and_then(|end| end.earliest),
        end_latest: exposure.end.as_ref().and_then(|end| end.latest),
        start_evidence: exposure.start_evidence.clone(),
        end_evidence: exposure.end_evidence.clone(),
    });
    let path = |path: &crate::exposure::Path| facts::Path {
        id: path.id.clone(),
        op: path.op,
        channel: path.channel,
        status: path.status,
        justification: (!path.justification.is_empty()).then(|| path.justification.clone()),
    };
    let resource = |resource: &crate::exposure::Resource| facts::Resource {
        id: resource.id.clone(),
        class: resource.class,
        paths: resource.paths.iter().map(path).collect(),
    };
    facts::Exposure {
        window,
        clock_skew_seconds: i64::from(exposure.clock_skew_seconds),
        resources: exposure.resources.iter().map(resource).collect(),
        resources_enumerated: exposure.resources_enumerated.is_some(),
        principals_enumerated: exposure.principals_enumerated.is_some(),
    }
}

fn coverage_facts(coverage: &crate::evidence::Coverage) -> facts::Coverage {
    let gap = |hole: &crate::evidence::Hole| facts::Gap {
        from: hole.from,
        to: hole.to,
        reason: (!hole.reason.is_empty()).then(|| hole.reason.clone()),
    };
    facts::Coverage {
        resource: coverage.resource.clone(),
        path: coverage.path.clone(),
        from: coverage.from,
        to: coverage.to,
        mode: coverage.mode,
        completeness: coverage.completeness,
        gaps: coverage.gaps.iter().map(gap).collect(),
    }
}

/// A factor that is known to exist and not said what may touch anything.
fn open_conflict(id: Id) -> facts::Conflict {
    facts::Conflict { id, touches: vec![Touches::Effect], status: ConflictStatus::Open }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
