//! A person accepts what a log proposes, or corrects it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Proposal, with_heartbeat};
use crate::access::refuse_agent;
use crate::casefile::Entry;
use crate::draft::{TEXT_CHARS_MAX, When, few, optional};
use crate::evidence::{Coverage, Hole, HoleDraft, Proposed, read_bound, read_evidence, read_gaps};
use crate::interval::Intervals;
use crate::vocabulary::{Completeness, CoverageMode, EvidenceStatus};
use crate::{Id, Instant, Refusal, Ruled};

/// For so many access paths coverage is stated at once.
const CELLS_MAX: usize = 200;

/// So many bytes of notes and reasons are written at once: 200 access paths with a note of 10,000 bytes.
const WRITTEN_BYTES_MAX: usize = 2_000_000;

/// What is accepted of a proposal. What is left out stays as proposed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct AcceptDraft {
    /// The access paths that the log recorded, each as `resource/path`.
    #[serde(default)]
    pub cells: Vec<String>,
    /// From when.
    pub from: Option<When>,
    /// Until when, not included.
    pub to: Option<When>,
    /// What of the acts is recorded.
    pub mode: Option<CoverageMode>,
    /// What shows that more is recorded than the log itself shows: selectors, an audit policy, a list of rules.
    #[serde(default)]
    pub mode_evidence: Vec<Id>,
    /// What shows an attestation of the provider, or a control that was found.
    #[serde(default)]
    pub completeness_evidence: Vec<Id>,
    /// How it is known that nothing is missing.
    pub completeness: Option<Completeness>,
    /// The gaps, all of them.
    pub gaps: Option<Vec<HoleDraft>>,
    /// The pulse that is relied on as a heartbeat, by its place in the proposal.
    #[serde(default)]
    pub heartbeat: Option<usize>,
    /// Why, where it is corrected.
    pub note: Option<String>,
}

impl Entry {
    /// States coverage as a log proposes it, once for each access path. Stated again, the earlier statement is corrected.
    pub fn accept_proposal(&mut self, proposal: Proposal, draft: AcceptDraft) -> Ruled<Vec<Id>> {
        refuse_agent(self.by(), "state what evidence covers")?;
        few("cells", draft.cells.len(), CELLS_MAX)?;
        let proposal = match draft.heartbeat {
            Some(place) => {
                let pulse = proposal.pulses.get(place).cloned();
                let pulse =
                    pulse.ok_or_else(|| Refusal::field("heartbeat", "There is no such heartbeat: reload the page."))?;
                with_heartbeat(proposal, &pulse)
            }
            None => proposal,
        };
        let proposed = self.proposed(&proposal, &draft)?;
        let given = |when: &Option<When>| when.as_ref().is_some_and(|when| !is_blank(when));
        // Whoever says a span of their own means one statement; the facts are cut at changes of logging all the same.
        let is_split = !proposal.parts.is_empty() && !given(&draft.from) && !given(&draft.to);
        let (from, to) =
            (self.bound(draft.from, "from", false, proposed.from)?, self.bound(draft.to, "to", true, proposed.to)?);
        if to <= from {
            return Err(Refusal::field("to", "The end must be after the start."));
        }
        let gaps = match draft.gaps {
            Some(sent) => read_gaps(sent, self)?,
            None => within(&proposed.gaps, from, to),
        };
        let mode_evidence = read_evidence("mode_evidence", draft.mode_evidence.clone(), self)?;
        let completeness_evidence = read_evidence("completeness_evidence", draft.completeness_evidence.clone(), self)?;
        let note = optional("note", draft.note, TEXT_CHARS_MAX)?.unwrap_or_default();
        let cells = draft.cells.iter().filter(|cell| !cell.is_empty());
        let cells: Vec<(Id, Id)> = cells.map(|cell| self.cell(cell)).collect::<Ruled<_>>()?;
        // Each way in gets a statement of its own, with the gaps and the note in it.
        let written = note.len() + gaps.iter().map(|gap| gap.reason.len()).sum::<usize>();
        if written.saturating_mul(cells.len()) > WRITTEN_BYTES_MAX {
            return Err(Refusal::field(
                "cells",
                "That is more text than is written at once: choose fewer access paths, or shorten the note and the reasons.",
            ));
        }
        if cells.is_empty() {
            return Err(Refusal::field("cells", "Choose the access paths that this log recorded."));
        }
        let parts =
            if is_split { spans_of(&proposal) } else { vec![Part { from, to, proven: None, is_broken: false }] };
        let mut stated = Vec::new();
        for (resource, path) in cells {
            let proposed = Proposed {
                mode: proposal.mode_of(&resource, &path),
                reason: proposal.reason_of(&resource, &path),
                ..proposed.clone()
            };
            let mode = draft.mode.unwrap_or(proposed.mode);
            if mode == CoverageMode::All && proposed.mode != mode {
                self.refuse_unshown(&proposal, &resource, &path, &mode_evidence)?;
            }
            let mut known = self.stated_before(&proposal.evidence, &resource, &path).into_iter();
            for part in &parts {
                let proposed = part.of(&proposed);
                let (id, by) = match known.next() {
                    Some((id, stated)) => (id, stated),
                    None => (self.new_id(), self.stamp()),
                };
                let completeness = if part.is_broken { None } else { draft.completeness };
                let coverage = Coverage {
                    id: id.clone(),
                    evidence: proposal.evidence.clone(),
                    resource: resource.clone(),
                    path: path.clone(),
                    from: part.from,
                    to: part.to,
                    mode,
                    completeness: completeness.unwrap_or(proposed.completeness),
                    completeness_evidence: completeness_evidence.clone(),
                    mode_evidence: mode_evidence.clone(),
                    gaps: if is_split { within(&gaps, part.from, part.to) } else { gaps.clone() },
                    note: note.clone(),
                    stated: by,
                    proposed: Some(proposed.clone()),
                };
                if coverage.note.is_empty() && !proposed.is_confirmed_by(&coverage) {
                    return Err(Refusal::field("note", "This corrects what the log itself shows: say why."));
                }
                if is_more(&coverage, &proposed) {
                    self.refuse_unproven(&proposal, &coverage)?;
                }
                self.put(coverage);
                stated.push(id);
            }
            // Stated in fewer parts than before, the rest no longer stands.
            for (id, _) in known {
                self.delete::<Coverage>(&id)?;
            }
        }
        Ok(stated)
    }

    /// What was stated of this log and path from a proposal, by time.
    fn stated_before(&self, evidence: &Id, resource: &Id, path: &Id) -> Vec<(Id, crate::Stamp)> {
        let mut known: Vec<_> = self
            .dossier()
            .coverage
            .iter()
            .filter(|kept| (&kept.evidence, &kept.resource, &kept.path) == (evidence, resource, path))
            .filter(|kept| kept.proposed.is_some())
            .collect();
        known.sort_by_key(|kept| kept.from);
        known.into_iter().map(|kept| (kept.id.clone(), kept.stated.clone())).collect()
    }

    /// Whoever says that more is recorded than the log shows has to show it by something else.
    fn refuse_unshown(&self, proposal: &Proposal, resource: &Id, path: &Id, shown_by: &[Id]) -> Ruled<()> {
        let holds = |id: &Id| {
            *id != proposal.evidence
                && self.dossier().evidence.get(id).is_some_and(|item| item.status == EvidenceStatus::Intact)
        };
        if shown_by.iter().any(holds) {
            return Ok(());
        }
        Err(Refusal::field(
            "mode_evidence",
            format!(
                "The log itself does not show that every act on {resource}/{path} is recorded: add the configuration that shows it as evidence, such as selectors, an audit policy or a list of rules, and choose it here."
            ),
        ))
    }

    /// Whoever says that nothing is missing where the log does not show it has to show that as well.
    fn refuse_unproven(&self, proposal: &Proposal, coverage: &Coverage) -> Ruled<()> {
        let holds = |id: &Id| {
            *id != proposal.evidence
                && self.dossier().evidence.get(id).is_some_and(|item| item.status == EvidenceStatus::Intact)
        };
        if coverage.completeness_evidence.iter().any(holds) {
            return Ok(());
        }
        Err(Refusal::field(
            "completeness_evidence",
            "The log itself does not show that nothing is missing there: add what shows it as evidence, such as the digests, an attestation of the provider or the log of the time between, and choose it here.",
        ))
    }

    /// The proposal as it is kept beside the statement.
    fn proposed(&self, proposal: &Proposal, draft: &AcceptDraft) -> Ruled<Proposed> {
        let given = |when: &Option<When>, field: &str, end: bool| match when {
            Some(when) if !is_blank(when) => read_bound(when.clone(), field, end, self).map(Some),
            _ => Ok(None),
        };
        // A log without a time in the window proposes no span: the person's own stands for it.
        let from = proposal.from.map_or_else(|| given(&draft.from, "from", false), |from| Ok(Some(from)))?;
        let to = proposal.to.map_or_else(|| given(&draft.to, "to", true), |to| Ok(Some(to)))?;
        let missing =
            |field: &str| Refusal::field(field, "The log shows no time in the window: say which span it covers.");
        Ok(Proposed {
            from: from.ok_or_else(|| missing("from"))?,
            to: to.ok_or_else(|| missing("to"))?,
            mode: proposal.mode,
            completeness: proposal.completeness,
            gaps: proposal.gaps.clone(),
            reason: proposal.mode_reason.clone(),
        })
    }

    fn bound(&self, when: Option<When>, field: &str, end: bool, proposed: Instant) -> Ruled<Instant> {
        match when {
            Some(when) if !is_blank(&when) => read_bound(when, field, end, self),
            _ => Ok(proposed),
        }
    }

    fn cell(&self, cell: &str) -> Ruled<(Id, Id)> {
        let (resource, path) = cell.split_once('/').unwrap_or((cell, ""));
        let (resource, path) = (Id::new(resource), Id::new(path));
        if self.dossier().has_path(&resource, &path) {
            Ok((resource, path))
        } else {
            Err(Refusal::field(
                "cells",
                format!("“{cell}” is not an access path of this incident: choose from the list."),
            ))
        }
    }
}

/// Whether a statement claims a proof, or a time, that the log itself does not show. An attestation and a positive
/// control are held against their evidence by the verdict.
fn is_more(coverage: &Coverage, proposed: &Proposed) -> bool {
    let attested = matches!(coverage.completeness, Completeness::ProviderAttestation | Completeness::PositiveControl);
    if attested || coverage.completeness == Completeness::None {
        return false;
    }
    let logged = |from: Instant, to: Instant, gaps: &[Hole]| {
        let gaps: Intervals = gaps.iter().map(|gap| (gap.from.micros(), gap.to.micros())).collect();
        Intervals::one(from.micros(), to.micros()).subtract(&gaps)
    };
    let stated = logged(coverage.from, coverage.to, &coverage.gaps);
    coverage.completeness != proposed.completeness
        || !stated.subtract(&logged(proposed.from, proposed.to, &proposed.gaps)).is_empty()
}

/// A part of the span for which one statement is made.
struct Part {
    from: Instant,
    to: Instant,
    /// What the log proves of this part, where it is not the whole.
    proven: Option<(Completeness, String)>,
    is_broken: bool,
}

impl Part {
    /// What is proposed of this part.
    fn of(&self, whole: &Proposed) -> Proposed {
        match &self.proven {
            None => whole.clone(),
            Some((completeness, reason)) => Proposed {
                from: self.from,
                to: self.to,
                completeness: *completeness,
                gaps: within(&whole.gaps, self.from, self.to),
                reason: format!("{reason} {}", whole.reason),
                ..whole.clone()
            },
        }
    }
}

fn spans_of(proposal: &Proposal) -> Vec<Part> {
    let part = |part: &super::ProposedPart| Part {
        from: part.from,
        to: part.to,
        proven: Some((part.completeness, part.reason.clone())),
        is_broken: part.is_broken,
    };
    proposal.parts.iter().map(part).collect()
}

fn is_blank(when: &When) -> bool {
    matches!(when, When::Text(text) if text.trim().is_empty())
}

/// The gaps as far as they lie in a span.
fn within(gaps: &[Hole], from: Instant, to: Instant) -> Vec<Hole> {
    let clip = |gap: &Hole| Hole { from: gap.from.max(from), to: gap.to.min(to), reason: gap.reason.clone() };
    gaps.iter().map(clip).filter(|gap| gap.from < gap.to).collect()
}
