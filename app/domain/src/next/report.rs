//! What severity and postmortem wait for.

use super::{NextAct, names};
use crate::casefile::Dossier;
use crate::counted::{counted, counted_as};
use crate::gap::GapState;
use crate::postmortem::{PostmortemStatus, Section};
use crate::remediation::RemediationStatus;
use crate::verdict::Evaluation;

pub(super) fn open(dossier: &Dossier, evaluation: &Evaluation, acts: &mut Vec<NextAct>) {
    acts.extend(severity(evaluation));
    acts.extend(controls(dossier));
    acts.extend(remediation(dossier));
    acts.extend(owners(dossier));
    acts.extend(sections(dossier));
    acts.extend(other_conflicts(dossier));
    let ready = dossier.publishing_blockers(evaluation.verdict.verdict).is_empty();
    let status = dossier.postmortems.iter().next().map_or(PostmortemStatus::Draft, |kept| kept.status);
    let (what, link) = match status {
        PostmortemStatus::Draft => ("Send the postmortem to review", "Send to review"),
        PostmortemStatus::InReview => ("Have somebody else approve the postmortem", "Approve"),
        PostmortemStatus::Approved => ("Publish the postmortem", "Publish"),
        PostmortemStatus::Published => return,
    };
    if ready {
        acts.push(NextAct::new(what, "Nothing blocks it any more.", link, "postmortem"));
    }
}

fn severity(evaluation: &Evaluation) -> Option<NextAct> {
    let Some(severity) = &evaluation.severity else {
        let effect = "Until then only the declared severity is shown.";
        return Some(NextAct::new("Rate the severity", effect, "Rate", "severity"));
    };
    let [worst, mildest] = severity.range;
    (worst != mildest).then(|| {
        let effect = format!("It may be anything from Sev {} to Sev {}.", worst.number(), mildest.number());
        NextAct::new("Rate what is still unknown in the severity", effect, "Rate", "severity")
    })
}

fn controls(dossier: &Dossier) -> Option<NextAct> {
    let missing: Vec<String> = dossier.missing_mandatory_gaps().iter().map(ToString::to_string).collect();
    let effect = "Every postmortem speaks of the three mandatory controls.";
    (!missing.is_empty())
        .then(|| NextAct::new(format!("Say how {} held or failed", names(&missing)), effect, "Record", "gaps"))
}

/// Control gaps without anything that would close them.
fn remediation(dossier: &Dossier) -> Option<NextAct> {
    let bare: Vec<String> = dossier
        .gaps
        .iter()
        .filter(|gap| gap.state != GapState::Worked)
        .filter(|gap| !dossier.remediations.iter().any(|item| item.gaps.contains(&gap.id)))
        .map(|gap| gap.control.to_string())
        .collect();
    let effect = "Without an item it will happen again.";
    (!bare.is_empty())
        .then(|| NextAct::new(format!("Plan what closes {}", names(&bare)), effect, "Add remediation", "remediation"))
}

fn owners(dossier: &Dossier) -> Option<NextAct> {
    let is_open = |status| matches!(status, RemediationStatus::Open | RemediationStatus::InProgress);
    let open = || dossier.remediations.iter().filter(|item| is_open(item.status));
    let lacking: Vec<String> =
        open().filter(|item| item.owner.is_empty() || item.due.is_none()).map(|item| item.title.clone()).collect();
    let effect = format!("{} no owner or no due date.", counted_as(lacking.len(), "item has", "items have"));
    (!lacking.is_empty()).then(|| {
        NextAct::new(format!("Give an owner and a date to {}", names(&lacking)), effect, "Assign", "remediation")
    })
}

fn sections(dossier: &Dossier) -> Option<NextAct> {
    let mut empty: Vec<Section> =
        Section::REQUIRED.into_iter().filter(|section| dossier.section(*section).is_empty()).collect();
    if dossier.section(Section::Summary).is_empty() {
        empty.insert(0, Section::Summary);
    }
    let first = empty.first()?;
    let effect = format!("{} empty and needed to publish.", counted_as(empty.len(), "section is", "sections are"));
    let words: Vec<String> = empty.iter().map(ToString::to_string).collect();
    let page = format!("postmortem?edit={}#narrative-{}", first.word(), first.word());
    Some(NextAct::new(format!("Write {}", names(&words)), effect, "Write", page))
}

fn other_conflicts(dossier: &Dossier) -> Option<NextAct> {
    let open: Vec<String> = dossier
        .conflicts
        .iter()
        .filter(|conflict| dossier.is_open(&conflict.record) && !conflict.touches.bears_on_verdict())
        .map(|conflict| conflict.field.clone())
        .collect();
    let effect = format!("{} publishing.", if open.len() == 1 { "It blocks" } else { "They block" });
    let what = format!("Adopt one account of {}", names(&open));
    (!open.is_empty()).then(|| {
        NextAct::new(what, format!("{} open. {effect}", counted(open.len(), "conflict")), "Compare claims", "claims")
    })
}
