//! Facts that contradict themselves are refused, with the path to the fault.

use std::collections::BTreeSet;

use super::{Coverage, Evidence, Exposure, Facts, Window};
use crate::id::Id;
use crate::refusal::{Refusal, Ruled};
use crate::spelling::shows_something;
use crate::time::Instant;

/// The longest clock skew that may be declared: a day.
const SKEW_SECONDS_MAX: i64 = 86_400;

impl Facts {
    /// Refuses facts that contradict themselves or name what is not there.
    pub fn check(&self) -> Ruled<()> {
        if let Some(exposure) = &self.exposure {
            exposure.check()?;
        }
        let evidence = distinct("evidence", self.evidence.iter().map(|item| &item.id))?;
        distinct("reviews", self.reviews.iter().map(|review| &review.id))?;
        distinct("findings", self.findings.iter().map(|finding| &finding.id))?;
        distinct("conflicts", self.conflicts.iter().map(|conflict| &conflict.id))?;
        let cells = self.exposure.as_ref().map(Exposure::path_names).unwrap_or_default();
        for (at, item) in self.evidence.iter().enumerate() {
            item.check(&format!("evidence[{at}]"), &cells)?;
        }
        self.check_references(&evidence)?;
        self.check_people()
    }

    fn check_references(&self, evidence: &BTreeSet<&Id>) -> Ruled<()> {
        if let Some(window) = self.exposure.as_ref().and_then(|exposure| exposure.window.as_ref()) {
            known("exposure.window.start_evidence", &window.start_evidence, evidence)?;
            known("exposure.window.end_evidence", &window.end_evidence, evidence)?;
        }
        for (at, review) in self.reviews.iter().enumerate() {
            let path = format!("reviews[{at}]");
            ordered(&path, review.from, review.to)?;
            if !evidence.contains(&review.evidence) {
                return Err(unknown(format!("{path}.evidence"), "evidence", &review.evidence));
            }
        }
        for (at, finding) in self.findings.iter().enumerate() {
            known(&format!("findings[{at}].evidence"), &finding.evidence, evidence)?;
        }
        Ok(())
    }

    fn check_people(&self) -> Ruled<()> {
        let reviewers =
            self.reviews.iter().enumerate().map(|(at, review)| (format!("reviews[{at}].reviewer"), &review.reviewer));
        let signers =
            self.signatures.iter().enumerate().map(|(at, signature)| (format!("signatures[{at}].by"), &signature.by));
        match reviewers.chain(signers).find(|(_, name)| !shows_something(name)) {
            Some((path, _)) => Err(Refusal::field(path, "A name is missing here: say who it was.")),
            None => Ok(()),
        }
    }
}

impl Exposure {
    fn check(&self) -> Ruled<()> {
        if let Some(window) = &self.window {
            window.check()?;
        }
        if !(0..=SKEW_SECONDS_MAX).contains(&self.clock_skew_seconds) {
            let sentence =
                format!("The clock skew must be 0 to {SKEW_SECONDS_MAX} seconds, not {}.", self.clock_skew_seconds);
            return Err(Refusal::field("exposure.clock_skew_seconds", sentence));
        }
        distinct("exposure.resources", self.resources.iter().map(|resource| &resource.id))?;
        for (at, resource) in self.resources.iter().enumerate() {
            distinct(&format!("exposure.resources[{at}].paths"), resource.paths.iter().map(|path| &path.id))?;
        }
        Ok(())
    }

    fn path_names(&self) -> BTreeSet<(&Id, &Id)> {
        self.resources
            .iter()
            .flat_map(|resource| resource.paths.iter().map(move |path| (&resource.id, &path.id)))
            .collect()
    }
}

impl Window {
    fn check(&self) -> Ruled<()> {
        let pairs = [
            ("end_latest", self.start_earliest, self.end_latest, false, "The window must end after it starts"),
            (
                "start_latest",
                self.start_earliest,
                self.start_latest,
                true,
                "The latest start must not be before the earliest",
            ),
            ("end_latest", self.end_earliest, self.end_latest, true, "The latest end must not be before the earliest"),
        ];
        for (field, first, second, may_be_equal, rule) in pairs {
            let (Some(first), Some(second)) = (first, second) else { continue };
            if second < first || (second == first && !may_be_equal) {
                let sentence = format!("{rule}: {second} against {first}.");
                return Err(Refusal::field(format!("exposure.window.{field}"), sentence));
            }
        }
        Ok(())
    }
}

impl Evidence {
    fn check(&self, path: &str, cells: &BTreeSet<(&Id, &Id)>) -> Ruled<()> {
        for (at, coverage) in self.coverage.iter().enumerate() {
            coverage.check(&format!("{path}.coverage[{at}]"), cells)?;
        }
        Ok(())
    }
}

impl Coverage {
    /// Without recorded resources there is nothing to hold a statement against:
    /// the verdict is then “not assessed”, not a refusal.
    fn check(&self, path: &str, cells: &BTreeSet<(&Id, &Id)>) -> Ruled<()> {
        ordered(path, self.from, self.to)?;
        for (at, gap) in self.gaps.iter().enumerate() {
            ordered(&format!("{path}.gaps[{at}]"), gap.from, gap.to)?;
        }
        if cells.is_empty() || cells.contains(&(&self.resource, &self.path)) {
            return Ok(());
        }
        if cells.iter().any(|(resource, _)| **resource == self.resource) {
            return Err(unknown(format!("{path}.path"), &format!("path of {}", self.resource), &self.path));
        }
        Err(unknown(format!("{path}.resource"), "resource", &self.resource))
    }
}

fn ordered(path: &str, from: Instant, to: Instant) -> Ruled<()> {
    if from < to {
        return Ok(());
    }
    Err(Refusal::field(format!("{path}.to"), format!("The end must be after the start: {to} is not after {from}.")))
}

fn distinct<'a>(path: &str, ids: impl Iterator<Item = &'a Id>) -> Ruled<BTreeSet<&'a Id>> {
    let mut seen = BTreeSet::new();
    for (at, id) in ids.enumerate() {
        let field = || format!("{path}[{at}].id");
        if !shows_something(id.as_str()) {
            return Err(Refusal::field(field(), "An id is missing here: give it a name."));
        }
        if !seen.insert(id) {
            return Err(Refusal::field(field(), format!("“{id}” is used twice: give each its own id.")));
        }
    }
    Ok(seen)
}

fn known(path: &str, ids: &[Id], evidence: &BTreeSet<&Id>) -> Ruled<()> {
    match ids.iter().enumerate().find(|(_, id)| !evidence.contains(id)) {
        Some((at, id)) => Err(unknown(format!("{path}[{at}]"), "evidence", id)),
        None => Ok(()),
    }
}

fn unknown(path: String, what: &str, id: &Id) -> Refusal {
    Refusal::field(path, format!("“{id}” is no {what} in these facts: add it or correct the name."))
}
