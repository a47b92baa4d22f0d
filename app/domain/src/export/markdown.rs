//! The postmortem as Markdown, in the order in which it is read.

mod confirmations;
mod findings;
mod judgement;
mod records;
mod timeline;
mod withheld;

use std::borrow::Cow;

use crate::casefile::Dossier;
use crate::names::spell_out;
use crate::postmortem::Section;
use crate::time::show_time;
use crate::timeline::EvidenceLink;
use crate::verdict::Evaluation;
use crate::words::Tri;
use crate::{Granularity, Id, Instant, TimeRange};

use super::mark::{Page, esc};
use super::redact::{self, Removed};
use super::{ExportOptions, Part, Profile};

/// The postmortem. Computed values come from the whole case file, names and texts from what the profile lets through.
pub fn postmortem(dossier: &Dossier, evaluation: &Evaluation, options: &ExportOptions) -> String {
    let (shown, removed, evaluation) = match options.profile {
        Profile::Internal => (dossier.clone(), None, Cow::Borrowed(evaluation)),
        Profile::Public => {
            let (shown, removed, people) = redact::with_names(dossier);
            let told = redact::evaluation(evaluation, &shown, &people);
            (shown, Some(removed), Cow::Owned(told))
        }
    };
    let mut doc = Doc {
        whole: dossier,
        shown: &shown,
        evaluation: &evaluation,
        options,
        page: Page::default(),
        notes: Vec::new(),
    };
    doc.head(removed.as_ref());
    for part in Part::ALL {
        doc.page.heading(2, part.label());
        doc.part(*part);
    }
    doc.footnotes();
    doc.page.finish()
}

/// A document being written.
struct Doc<'a> {
    /// The case file: what is computed is computed from it.
    whole: &'a Dossier,
    /// What of it the profile shows: what is read comes from here.
    shown: &'a Dossier,
    evaluation: &'a Evaluation,
    options: &'a ExportOptions,
    page: Page,
    /// The sources cited so far; their place is their number.
    notes: Vec<EvidenceLink>,
}

impl Doc<'_> {
    /// Says why a list is empty: nothing is recorded, or nothing of it is for these readers.
    fn nothing(&mut self, what: &str, is_recorded_nowhere: bool) {
        let sentence = if is_recorded_nowhere { "is recorded" } else { "is shown in this profile" };
        self.page.block(&format!("*No {what} {sentence}.*"));
    }

    fn head(&mut self, removed: Option<&Removed>) {
        let (title, occurred, status) = match self.shown.incident() {
            Ok(incident) => (incident.title.clone(), self.time(&incident.occurred), incident.status.label()),
            Err(_) => ("Incident".into(), "unknown".into(), "unknown"),
        };
        self.page.heading(1, &format!("{}: {title}", self.shown.key()));
        let zone = self.options.zone.name();
        let severity =
            self.whole.effective_severity(self.evaluation.verdict.verdict).map_or("not rated", |sev| sev.label());
        let facts = [
            format!("**Severity:** {severity}"),
            format!("**Verdict:** {}", self.evaluation.verdict.verdict),
            format!("**Occurred:** {occurred}"),
            format!("**Incident:** {status}"),
            format!("**Postmortem:** {}", self.standing()),
            format!("**As of:** {} (incident version {})", self.instant(self.options.as_of), self.whole.version),
            format!("{}{}", super::chain::LABEL, self.options.chain_head(self.whole)),
            format!("**Times:** in {}", esc(zone)),
            format!("**Profile:** {}", self.options.profile),
        ];
        self.page.list(facts.into_iter().chain(self.drafted()));
        let incident = self.shown.incident().ok();
        if let Some(tags) = incident.map(|incident| incident.tags.join(", ")).filter(|tags| !tags.is_empty()) {
            self.page.list([format!("**Tags:** {}", esc(&tags))]);
        }
        if let Some(summary) = incident.map(|incident| incident.summary.clone()).filter(|text| !text.is_empty()) {
            self.page.prose(&summary, "");
        }
        if let Some(stale) = self.stale() {
            self.page.block(&format!("**STALE:** {stale}"));
        }
        if let Some(removed) = removed {
            self.withheld(removed);
        }
    }

    /// That a rule drafted the incident, and whether a person took it for one.
    fn drafted(&self) -> Option<String> {
        let drafted = self.shown.drafted()?;
        let decided = match &drafted.decided {
            None => "nobody has adopted it yet".to_string(),
            Some(decided) => {
                let (state, by) = (decided.state.label(), esc(&decided.stamp.by.name));
                let reason = Some(decided.reason.as_str()).filter(|reason| !reason.is_empty());
                let reason = reason.map(|reason| format!(": {}", esc(reason))).unwrap_or_default();
                format!("{state} by {by} at {}{reason}", self.instant(decided.stamp.at))
            }
        };
        Some(format!("**Drafted:** by the rule “{}”; {decided}", drafted.rule))
    }

    /// The postmortem's standing with its revision.
    fn standing(&self) -> String {
        let postmortem = self.whole.postmortem();
        match postmortem.revisions.last() {
            None => format!("{}, no revision published", postmortem.status),
            Some(last) => {
                format!("{}, revision {} froze incident version {}", postmortem.status, last.number, last.version)
            }
        }
    }

    /// What was published and is no longer so.
    fn stale(&self) -> Option<String> {
        let postmortem = self.whole.postmortem();
        let last = postmortem.revisions.last()?;
        let now = self.evaluation.verdict.verdict;
        last.verdict.is_better_than(now).then(|| {
            format!("revision {} was published with the verdict “{}”; it is now “{now}”.", last.number, last.verdict)
        })
    }

    fn part(&mut self, part: Part) {
        match part {
            Part::Summary => self.section(Section::Summary),
            Part::Impact => self.section(Section::Impact),
            Part::Timeline => self.timeline(),
            Part::WhatHappened => self.section(Section::WhatHappened),
            Part::Factors => self.factors(),
            Part::Severity => self.severity(),
            Part::Verdict => self.verdict(),
            Part::Gaps => self.gaps(),
            Part::Luck => self.luck(),
            Part::Claims => self.claims(),
            Part::Unknowns => self.unknowns(),
            Part::Remediation => self.remediation(),
            Part::Evidence => self.evidence(),
            Part::Revisions => self.revisions(),
        }
    }

    /// What people wrote.
    fn section(&mut self, section: Section) {
        let text = self.shown.section(section).to_string();
        self.page.prose(&text, "Not written yet.");
    }

    /// A section with a heading of its own below another.
    fn subsection(&mut self, section: Section) {
        self.page.heading(3, section.label());
        self.section(section);
    }

    fn time(&self, time: &TimeRange) -> String {
        esc(&show_time(time, &self.options.zone))
    }

    /// An instant, to the minute where it is a whole one.
    fn instant(&self, at: Instant) -> String {
        let granularity = if at.micros() % 60_000_000 == 0 { Granularity::Minute } else { Granularity::Second };
        self.time(&TimeRange { granularity, ..TimeRange::exact(at) })
    }

    fn span(&self, from: Option<Instant>, to: Option<Instant>) -> String {
        let end = |at: Option<Instant>| at.map_or_else(|| "unknown".into(), |at| self.instant(at));
        format!("{} to {}", end(from), end(to))
    }

    /// A sentence of the engine, with names.
    fn say(&self, sentence: &str) -> String {
        esc(&spell_out(sentence, self.shown))
    }

    /// An event in a few words.
    fn event(&self, id: &Id) -> String {
        let event = self.shown.events.find(id);
        event.map_or_else(
            || "an event that is not shown".into(),
            |kept| format!("{} {}", self.time(&kept.time), esc(&kept.title(self.shown))),
        )
    }

    fn evidence_name(&self, id: &Id) -> String {
        self.shown.evidence.find(id).map_or_else(|| "evidence that is gone".into(), |kept| esc(&kept.name))
    }

    /// Footnote marks for what shows an event.
    fn cite(&mut self, links: &[EvidenceLink]) -> String {
        let mut marks = String::new();
        for link in links {
            let place = self.notes.iter().position(|known| known == link).unwrap_or_else(|| {
                self.notes.push(link.clone());
                self.notes.len() - 1
            });
            marks.push_str(&format!("[^source-{}]", place + 1));
        }
        marks
    }

    fn footnotes(&mut self) {
        for (place, link) in std::mem::take(&mut self.notes).into_iter().enumerate() {
            let lines = link
                .lines
                .map(|lines| if lines.0 == lines.1 { format!(", line {lines}") } else { format!(", lines {lines}") });
            let record = link.record.map(|record| format!(", record {record}"));
            let digest = self.shown.evidence.find(&link.id).map(|kept| format!(", SHA-256 `{}`", kept.sha256));
            let parts = [lines, record, digest].into_iter().flatten().collect::<String>();
            self.page.block(&format!("[^source-{}]: {}{parts}", place + 1, self.evidence_name(&link.id)));
        }
    }
}

/// An answer to “was it …”: `requested`, `not requested`, `requested: unknown`.
fn flag(answer: Tri, word: &str) -> String {
    match answer {
        Tri::Yes => word.into(),
        Tri::No => format!("not {word}"),
        Tri::Unknown => format!("{word}: unknown"),
    }
}
