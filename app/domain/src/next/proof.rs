//! What the verdict waits for, in the order in which it can be had.

use super::{NextAct, names};
use crate::casefile::Dossier;
use crate::counted::{counted, counted_as};
use crate::metrics::{MetricName, reported};
use crate::time::DurationRange;
use crate::verdict::{Cell, GateName, Judgement};
use crate::vocabulary::Confidence;

/// A share of the window that counts as all of it, against rounding.
const WHOLE: f64 = 1.0 - 1e-9;

pub(super) fn open(dossier: &Dossier, judgement: &Judgement, acts: &mut Vec<NextAct>) {
    let exposure = dossier.exposure();
    acts.extend(window(dossier));
    if exposure.resources.is_empty() {
        let effect = "Until then there is nothing to look for in any log.";
        acts.push(NextAct::new("List what was exposed", effect, "Add resources", "exposure#the-resources"));
    }
    acts.extend(cells(&judgement.cells));
    acts.extend(findings(dossier));
    acts.extend(conflicts(dossier));
    acts.extend(lists(dossier, judgement));
    if judgement.eligible && judgement.gates.iter().all(|gate| gate.passes) {
        let effect = "Every condition holds: their signatures make it a verified no-op.";
        acts.push(NextAct::new("Have two people sign the verdict", effect, "Sign", "verdict"));
    }
}

/// The window: missing, open at an end, or much wider than what is reported.
fn window(dossier: &Dossier) -> Option<NextAct> {
    let exposure = dossier.exposure();
    let act = |what: &str, effect: String| Some(NextAct::new(what, effect, "Set the window", "exposure#the-window"));
    let bound =
        exposure.start.as_ref().and_then(|start| start.earliest).zip(exposure.end.as_ref().and_then(|end| end.latest));
    if bound.is_none() {
        let effect = "Without both ends no coverage can be computed.".to_string();
        return act("Say when the access opened and closed", effect);
    }
    let span = DurationRange::between(exposure.start.as_ref()?, exposure.end.as_ref()?);
    let exact = exposure.start.as_ref()?.is_exact() && exposure.end.as_ref()?.is_exact();
    let told = reported(dossier, MetricName::Exposure);
    let wider = told.as_ref().is_some_and(|told| told.range.max.zip(span.max).is_some_and(|(told, span)| told < span));
    if !exact && wider {
        let (told, span) = (told?.range.show(), DurationRange { min: None, max: span.max }.show());
        return act(
            "Narrow down when the access opened and closed",
            format!("It is judged on a window of {span}, though {told} is reported; every coverage figure follows."),
        );
    }
    None
}

/// Logs that are missing, not shown to be complete, or not reviewed: one act for each, not one for each path.
fn cells(cells: &[Cell]) -> Vec<NextAct> {
    let resources = |cells: &[&Cell]| {
        let mut names: Vec<String> = cells.iter().map(|cell| cell.resource.to_string()).collect();
        names.dedup();
        names
    };
    let (dark, logged): (Vec<&Cell>, Vec<&Cell>) = cells.iter().partition(|cell| cell.logged < WHOLE);
    let (unproven, complete): (Vec<&Cell>, Vec<&Cell>) = logged.into_iter().partition(|cell| cell.complete < WHOLE);
    let unread: Vec<&Cell> = complete.into_iter().filter(|cell| cell.reviewed < WHOLE).collect();
    let all = counted(cells.len(), "access path");
    let mut acts = Vec::new();
    if !dark.is_empty() {
        let what = format!("Attach the access logs of {}", names(&resources(&dark)));
        let effect = format!(
            "{} of {all} {} not logged for the whole window.",
            dark.len(),
            if dark.len() == 1 { "is" } else { "are" }
        );
        acts.push(NextAct::new(what, effect, "Attach logs", "evidence"));
    }
    if !unproven.is_empty() {
        let what = format!("Show that the logs of {} are complete", names(&resources(&unproven)));
        let effect = "A log that may have holes proves nothing about what it does not hold.";
        acts.push(NextAct::new(what, effect, "State completeness", "exposure"));
    }
    if !unread.is_empty() {
        let what = format!("Review the logs of {}", names(&resources(&unread)));
        let effect =
            format!("{} logged and complete; nobody has looked yet.", counted_as(unread.len(), "path is", "paths are"));
        acts.push(NextAct::new(what, effect, "Review", "evidence"));
    }
    acts
}

fn findings(dossier: &Dossier) -> Option<NextAct> {
    let open: Vec<String> = dossier
        .findings
        .iter()
        .filter(|finding| finding.resolved.is_none() && finding.confidence == Confidence::Suspected)
        .map(|finding| finding.summary.clone())
        .collect();
    let effect = "While it is only suspected, neither harm nor its absence can be said.";
    (!open.is_empty())
        .then(|| NextAct::new(format!("Confirm or resolve {}", names(&open)), effect, "Decide", "verdict"))
}

/// Conflicts on matters that the verdict rests on; the others are the report's.
fn conflicts(dossier: &Dossier) -> Option<NextAct> {
    let open: Vec<String> = dossier
        .conflicts
        .iter()
        .filter(|conflict| dossier.is_open(&conflict.record) && conflict.touches.bears_on_verdict())
        .map(|conflict| conflict.field.clone())
        .collect();
    let effect = match open.len() {
        1 => "Sources disagree; the verdict waits for it.".to_string(),
        many => format!("Sources disagree on {many} matters that the verdict rests on."),
    };
    (!open.is_empty())
        .then(|| NextAct::new(format!("Adopt one account of {}", names(&open)), effect, "Compare claims", "claims"))
}

/// Lists that nobody has stated to be complete, once there is something in them.
fn lists(dossier: &Dossier, judgement: &Judgement) -> Vec<NextAct> {
    let exposure = dossier.exposure();
    let open = |gate: GateName| judgement.gates.iter().any(|known| known.gate == gate && !known.passes);
    let mut acts = Vec::new();
    if open(GateName::G3) {
        let what = if exposure.principals.is_empty() {
            "Name everybody who could see it"
        } else {
            "Confirm that the list of people who could see it is complete"
        };
        acts.push(NextAct::new(what, "Needed for a verified no-op.", "List people", "exposure"));
    }
    if open(GateName::G2) && !exposure.resources.is_empty() {
        let what = "Confirm that the list of exposed resources is complete";
        acts.push(NextAct::new(what, "Needed for a verified no-op.", "Confirm", "exposure#the-resources"));
    }
    acts
}
