//! What stands against a good verdict in the facts, part by part.

use std::collections::BTreeSet;

use super::is_clean;
use crate::facts::{Coverage, Evidence, Exposure, Facts, Finding, Resource, Review, Window};
use crate::spelling::{alike, shows_something};
use crate::time::Instant;
use crate::verdict::basis::Basis;
use crate::verdict::coverage::weighted_reviewed;
use crate::vocabulary::{ConflictStatus, EvidenceStatus, FindingClass, PathStatus, ReviewStatus};

/// What of the later facts stands less in the way of a good verdict than the earlier ones did.
pub(super) fn of_facts(was: &Facts, is: &Facts) -> Option<String> {
    of_findings(was, is)
        .or_else(|| of_exposure(was.exposure.as_ref()?, is.exposure.as_ref()))
        .or_else(|| of_statements(was.exposure.as_ref(), is.exposure.as_ref()))
        .or_else(|| of_evidence(was, is))
        .or_else(|| of_reviews(was, is))
        .or_else(|| of_actors(was, is))
        .or_else(|| of_conflicts(was, is))
        .or_else(|| (is.signatures.len() > was.signatures.len()).then(|| "sign a verdict".into()))
        .or_else(|| mean_is_higher(was, is).then(|| "raise the share that is reviewed".into()))
}

fn of_findings(was: &Facts, is: &Facts) -> Option<String> {
    let (before, after) = (Basis::of(was), Basis::of(is));
    for finding in was.findings.iter().filter(|finding| finding.is_adverse()) {
        let Some(now) = is.findings.iter().find(|now| now.id == finding.id) else {
            return Some("take out a finding that speaks of harm".into());
        };
        if now.resolved && !finding.resolved {
            return Some("resolve a finding".into());
        }
        let weaker = !now.is_adverse()
            || now.facet != finding.facet
            || gravity(now) < gravity(finding)
            || now.confidence < finding.confidence
            || after.weight_of(now) < before.weight_of(finding)
            || finding.evidence.iter().any(|id| !now.evidence.contains(id));
        if weaker {
            return Some("make a finding that speaks of harm say less".into());
        }
    }
    None
}

const fn gravity(finding: &Finding) -> u8 {
    match finding.class {
        FindingClass::Authorised | FindingClass::DeniedAttempt => 0,
        FindingClass::Unknown => 1,
        FindingClass::UnauthorisedAccess => 2,
        FindingClass::UnauthorisedChange | FindingClass::Misuse => 3,
    }
}

fn of_exposure(was: &Exposure, is: Option<&Exposure>) -> Option<String> {
    let Some(is) = is else { return Some("take out the exposure".into()) };
    let windows = was.window.as_ref().map(|window| (window, is.window.as_ref()));
    if windows.is_some_and(|(was, is)| is.is_none_or(|is| is_narrower(was, is))) {
        return Some("narrow the window".into());
    }
    if is.clock_skew_seconds > was.clock_skew_seconds && was.window.is_some() {
        return Some("raise the clock skew".into());
    }
    was.resources.iter().find_map(|resource| of_resource(resource, is))
}

/// An end that is not known may be anywhere.
fn is_narrower(was: &Window, is: &Window) -> bool {
    let later = |was: Option<Instant>, is: Option<Instant>| is.is_some_and(|is| was.is_none_or(|was| is > was));
    let earlier = |was: Option<Instant>, is: Option<Instant>| is.is_some_and(|is| was.is_none_or(|was| is < was));
    let proven = (was.start_evidence.is_empty() && !is.start_evidence.is_empty())
        || (was.end_evidence.is_empty() && !is.end_evidence.is_empty());
    later(was.start_earliest, is.start_earliest) || earlier(was.end_latest, is.end_latest) || proven
}

fn of_resource(was: &Resource, exposure: &Exposure) -> Option<String> {
    let Some(is) = exposure.resources.iter().find(|now| now.id == was.id) else {
        return Some(format!("take out the resource {}", was.id));
    };
    if is.class < was.class {
        return Some(format!("call the resource {} less sensitive", was.id));
    }
    if was.paths.is_empty() && !is.paths.is_empty() && is.paths.iter().all(|path| path.status != PathStatus::Open) {
        return Some(format!("say that nobody could come to {}", was.id));
    }
    let justified = |path: &crate::facts::Path| path.justification.as_deref().is_some_and(shows_something);
    for path in was.paths.iter().filter(|path| path.status == PathStatus::Open || !justified(path)) {
        match is.paths.iter().find(|now| now.id == path.id) {
            None => return Some(format!("take out the path {}/{}", was.id, path.id)),
            Some(now) if now.status != path.status || (now.status != PathStatus::Open && justified(now)) => {
                return Some(format!("call the path {}/{} impossible", was.id, path.id));
            }
            Some(now) if now.op.facet() != path.op.facet() => {
                return Some(format!("say that the path {}/{} leads to another harm", was.id, path.id));
            }
            Some(_) => {}
        }
    }
    None
}

/// Statements that a list is complete.
fn of_statements(was: Option<&Exposure>, is: Option<&Exposure>) -> Option<String> {
    let whole = |exposure: Option<&Exposure>| {
        exposure.map_or((false, false), |all| (all.resources_enumerated, all.principals_enumerated))
    };
    let (was, is) = (whole(was), whole(is));
    ((is.0 && !was.0) || (is.1 && !was.1)).then(|| "confirm that a list is complete".into())
}

fn of_evidence(was: &Facts, is: &Facts) -> Option<String> {
    for item in &was.evidence {
        let now = is.evidence.iter().find(|now| now.id == item.id);
        let status = now.map(|now| now.status);
        let (tainted, intact) = (Some(EvidenceStatus::Tainted), Some(EvidenceStatus::Intact));
        if (Some(item.status) == tainted && status != tainted) || (Some(item.status) != intact && status == intact) {
            return Some("set the standing of evidence that cannot be relied on".into());
        }
        let stays = |fault: fn(&Evidence) -> bool| {
            !is_relied_on(item) || !fault(item) || now.is_some_and(|now| is_relied_on(now) && fault(now))
        };
        if !stays(|item| item.writable_by_exposed) || !stays(|item| item.logging_changed_in_window) {
            return Some("take away what speaks against a source".into());
        }
    }
    let known = |item: &Evidence, stated: &Coverage| {
        was.evidence.iter().any(|old| old.id == item.id && old.coverage.contains(stated))
    };
    let stated = is.evidence.iter().any(|item| item.coverage.iter().any(|stated| !known(item, stated)));
    stated.then(|| "state what evidence covers".into())
}

fn is_relied_on(item: &Evidence) -> bool {
    item.status == EvidenceStatus::Intact && !item.coverage.is_empty()
}

fn of_reviews(was: &Facts, is: &Facts) -> Option<String> {
    let stands = |review: &&Review| review.status == ReviewStatus::Valid;
    let doubtful = was.reviews.iter().filter(stands).filter(|review| !is_clean(review));
    if doubtful.into_iter().any(|review| !is.reviews.contains(review)) {
        return Some("take away a review that found something".into());
    }
    let added = is.reviews.iter().filter(stands).any(|review| !was.reviews.contains(review));
    added.then(|| "attest to a review".into())
}

/// Somebody who reviewed or signed and turned out to be an actor stays one.
fn of_actors(was: &Facts, is: &Facts) -> Option<String> {
    let folded = |names: &[String]| names.iter().map(|name| alike(name)).collect::<BTreeSet<_>>();
    let (before, after) = (folded(&was.incident_actors), folded(&is.incident_actors));
    let reviewers = was.reviews.iter().map(|review| &review.reviewer);
    let mut judges = reviewers.chain(was.signatures.iter().map(|signature| &signature.by)).map(|name| alike(name));
    judges.any(|judge| before.contains(&judge) && !after.contains(&judge)).then(|| OUT_OF_THE_ACTORS.into())
}

/// What an agent may not do to the timeline.
pub const OUT_OF_THE_ACTORS: &str = "take somebody out of those who acted";

/// Whether more of all cells together is reviewed: where what is reviewed weighs more than before.
fn mean_is_higher(was: &Facts, is: &Facts) -> bool {
    let (before, after) = (Basis::of(was), Basis::of(is));
    let ((reviewed, whole), (reviewed_now, whole_now)) = (weighted_reviewed(&before), weighted_reviewed(&after));
    whole > 0 && whole_now > 0 && reviewed_now * whole > reviewed * whole_now
}

fn of_conflicts(was: &Facts, is: &Facts) -> Option<String> {
    let open = was.conflicts.iter().filter(|conflict| conflict.status == ConflictStatus::Open);
    for conflict in open {
        let now = is.conflicts.iter().find(|now| now.id == conflict.id && now.status == ConflictStatus::Open);
        if now.is_none_or(|now| conflict.touches.iter().any(|subject| !now.touches.contains(subject))) {
            return Some("close a conflict, or say that it touches less".into());
        }
    }
    None
}
