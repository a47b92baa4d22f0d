//! From the case file to the facts a verdict rests on.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::canonical::hex;
use crate::casefile::Dossier;
use crate::claim::Conflict;
use crate::evidence::{Break, Coverage, Evidence, breaks_of};
use crate::facts::{self, Facts};
use crate::independence::Readers;
use crate::interval::{Intervals, Span};
use crate::reader::log::Format;
use crate::spelling::alike;
use crate::verdict::{Evaluation, evaluate};
use crate::vocabulary::{Completeness, ConflictStatus, CoverageMode, EvidenceStatus, ReviewStatus, Touches};
use crate::{Id, Instant};

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
            evidence: self.all_evidence_facts(),
            reviews: self
                .reviews
                .iter()
                .filter(|kept| self.evidence.get(&kept.evidence).is_some())
                .map(|kept| self.review_facts(&kept.record, &readers))
                .collect(),
            findings: self.findings.iter().map(|kept| self.finding_facts(&kept.record)).collect(),
            conflicts: conflicts.chain(factors).collect(),
            incident_actors: self.actor_names(&readers),
            signatures: Vec::new(),
        }
    }

    fn all_evidence_facts(&self) -> Vec<facts::Evidence> {
        let items = self.evidence_explained();
        items.iter().map(|item| self.evidence_facts(item, &items)).collect()
    }

    fn evidence_facts(&self, item: &Evidence, incident: &[Evidence]) -> facts::Evidence {
        let of_item =
            self.coverage.iter().filter(|kept| kept.evidence == item.id && self.has_path(&kept.resource, &kept.path));
        let breaks = breaks_of(item, incident);
        let window = self.window_reach();
        let unread = breaks.iter().filter(|one| one.change.is_unread_file()).filter_map(|one| one.told_in);
        let unread = unread.map(ToString::to_string).collect();
        let inside: Vec<&Break> =
            breaks.iter().filter(|one| one.meets(window) && !one.change.is_unread_file()).collect();
        facts::Evidence {
            id: item.id.clone(),
            status: item.status,
            writable_by_exposed: item.writable_by_exposed,
            logging_changed_in_window: item.logging_changed_in_window || !inside.is_empty(),
            logging_acts: inside.iter().map(|one| one.told()).collect(),
            unread,
            coverage: of_item.flat_map(|kept| self.coverage_facts(item, &kept.record, &breaks)).collect(),
        }
    }

    /// The exposure window; what is not known of it is open.
    pub(crate) fn window_reach(&self) -> Span {
        let exposure = self.exposure();
        let start = exposure.start.and_then(|start| start.earliest);
        let end = exposure.end.and_then(|end| end.latest);
        // The last instant of a window is not in it.
        (start.map_or(i64::MIN, |at| at.micros()), end.map_or(i64::MAX, |at| at.micros().saturating_sub(1)))
    }

    /// A statement as facts, in parts where a change of logging leaves open whether the source was whole. What goes
    /// beyond what the log itself shows counts once that is backed.
    fn coverage_facts(&self, item: &Evidence, coverage: &Coverage, breaks: &[Break<'_>]) -> Vec<facts::Coverage> {
        let whole = Intervals::one(coverage.from.micros(), coverage.to.micros());
        let mut broken: Intervals = breaks.iter().map(|one| one.span).collect::<Intervals>().intersect(&whole);
        let (mut mode, mut completeness) = (coverage.mode, coverage.completeness);
        if coverage.goes_beyond(item) && !self.is_backed(item, coverage) {
            let none = (CoverageMode::Sampled, Completeness::None, Intervals::default());
            let (proposed_mode, proof, shown) = coverage.proposed.as_ref().map_or(none, |proposed| {
                let span = Intervals::one(proposed.from.micros(), proposed.to.micros());
                (proposed.mode, proposed.completeness, span.subtract(&proposed.holes()))
            });
            mode = if mode == CoverageMode::All { proposed_mode } else { mode };
            completeness = if proof == Completeness::None { Completeness::None } else { completeness };
            broken = broken.union(&whole.subtract(&shown));
        }
        let part = |span: &Span, completeness| facts::Coverage {
            from: Instant::from_micros(span.0),
            to: Instant::from_micros(span.1),
            mode,
            completeness,
            ..coverage_facts(coverage)
        };
        let kept = whole.subtract(&broken);
        let kept = kept.spans().iter().map(|span| part(span, completeness));
        kept.chain(broken.spans().iter().map(|span| part(span, Completeness::None))).collect()
    }

    /// Whether a statement that goes beyond what the log itself shows is backed: somebody else looked through the
    /// evidence, and where the log's format tells what its source records, other evidence shows what the log does not.
    pub fn is_backed(&self, item: &Evidence, coverage: &Coverage) -> bool {
        let holds = |shown_by: &[Id]| {
            let intact = |id: &Id| self.evidence.get(id).is_some_and(|other| other.status == EvidenceStatus::Intact);
            shown_by.iter().any(|id| *id != item.id && intact(id))
        };
        let names_source = item.log_format().is_some_and(Format::names_its_source);
        let mode = !names_source || !coverage.claims_mode() || holds(&coverage.mode_evidence);
        let proof = !names_source || !coverage.claims_proof() || holds(&coverage.completeness_evidence);
        mode && proof && self.is_seen_by_another(coverage)
    }

    fn is_beyond(&self, coverage: &Coverage) -> bool {
        self.evidence.get(&coverage.evidence).is_some_and(|item| coverage.goes_beyond(item))
    }

    /// Whether somebody else than who stated it looked through the evidence of a statement.
    fn is_seen_by_another(&self, coverage: &Coverage) -> bool {
        self.reviews.iter().any(|kept| {
            kept.evidence == coverage.evidence && kept.revoked.is_none() && kept.attested.by.id != coverage.stated.by.id
        })
    }

    /// The paths of which a review counts. Of what its reviewer alone says the evidence covers, somebody else has to
    /// have reviewed it too.
    fn cells_counted(&self, review: &crate::review::Review) -> Option<Vec<facts::CellName>> {
        let (shown, me) = (self.cells_shown(review), &review.attested.by.id);
        let of_item = |kept: &&crate::casefile::CaseItem<crate::review::Review>| {
            kept.evidence == review.evidence && kept.revoked.is_none() && kept.attested.by.id != *me
        };
        let own: Vec<&Coverage> = self
            .coverage
            .iter()
            .map(|kept| &kept.record)
            .filter(|coverage| coverage.evidence == review.evidence && coverage.stated.by.id == *me)
            .filter(|coverage| coverage.proposed.is_none() || self.is_beyond(coverage))
            .collect();
        if own.is_empty() || self.reviews.iter().any(|kept| of_item(&kept)) {
            return shown;
        }
        let exposure = self.exposure();
        let name = |(resource, path): (&crate::exposure::Resource, &crate::exposure::Path)| facts::CellName {
            resource: resource.id.clone(),
            path: path.id.clone(),
        };
        let all = shown.unwrap_or_else(|| exposure.cells().map(name).collect());
        let is_own = |cell: &facts::CellName| {
            own.iter().any(|coverage| (&coverage.resource, &coverage.path) == (&cell.resource, &cell.path))
        };
        Some(all.into_iter().filter(|cell| !is_own(cell)).collect())
    }

    fn review_facts(&self, review: &crate::review::Review, readers: &Readers<'_>) -> facts::Review {
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
            cells: self.cells_counted(review),
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
        facts::Conflict { id: conflict.id.clone(), touches: self.touched_by(conflict), status }
    }

    /// Names of actors, and of readers whose account is an actor's under another name.
    fn actor_names(&self, readers: &Readers<'_>) -> Vec<String> {
        let actors = self.actors();
        let mut names = self.incident_actors();
        let mut known: BTreeSet<String> = names.iter().map(|name| alike(name)).collect();
        let took_part = |account: &Id, names: &[&String]| {
            actors.has(account, names.iter().copied()) || self.took_own_part_out(account, names)
        };
        for (account, _) in readers.iter().filter(|(account, names)| took_part(account, names)) {
            let name = readers.name_of(account);
            if known.insert(alike(&name)) {
                names.push(name);
            }
        }
        names
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
    let gap = |hole: &crate::evidence::Hole| facts::MissingSpan {
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
        completeness_evidence: coverage.completeness_evidence.clone(),
        gaps: coverage.gaps.iter().map(gap).collect(),
    }
}

/// A factor that is known to exist and not said what may touch anything.
fn open_conflict(id: Id) -> facts::Conflict {
    facts::Conflict { id, touches: vec![Touches::Effect], status: ConflictStatus::Open }
}
