//! What stands above the first section: which incident, how it is judged, and as of when.

use super::build::{Build, fact};
use super::inline::{Inline, Line, said, strong, words};
use super::{Block, Fact, Level, Withheld, Written};

impl Build<'_> {
    pub fn title(&self) -> String {
        let title = self.shown.incident().map_or("Incident", |incident| incident.title.as_str());
        format!("{}: {title}", self.shown.key())
    }

    pub fn head(&self, withheld: Option<&Withheld>) -> Vec<Block> {
        let incident = self.shown.incident().ok();
        let verdict = self.evaluation.verdict.verdict;
        let severity = self.whole.effective_severity(verdict).map_or_else(|| words("not rated"), Inline::Severity);
        let occurred = incident.map_or_else(|| words("unknown"), |incident| Inline::Time(incident.occurred.clone()));
        let status = incident.map_or("unknown", |incident| incident.status.label());
        let mut facts = vec![
            fact("Severity", vec![severity]),
            fact("Verdict", vec![Inline::Verdict(verdict)]),
            fact("Occurred", vec![occurred]),
            fact("Incident", vec![words(status)]),
            fact("Postmortem", vec![words(self.standing())]),
        ];
        if let Some(origin) = &self.telling.origin {
            let version = words(format!(" (incident version {})", self.whole.version));
            facts.push(fact("As of", vec![self.instant(origin.as_of), version]));
            facts.push(fact("Change log", vec![words(&origin.head)]));
        }
        facts.push(fact("Times", vec![words("in "), said(self.telling.zone.name())]));
        facts.push(fact("Profile", vec![words(self.telling.profile.label())]));
        facts.extend(self.drafted());
        let mut blocks = vec![Block::Facts { facts }];
        if let Some(tags) = incident.map(|incident| incident.tags.join(", ")).filter(|tags| !tags.is_empty()) {
            blocks.push(Block::Facts { facts: vec![fact("Tags", vec![said(&tags)])] });
        }
        if let Some(text) = incident.map(|incident| incident.summary.clone()).filter(|text| !text.is_empty()) {
            blocks.push(Block::Written(Written { text, nothing: String::new(), section: None }));
        }
        blocks.extend(self.stale().map(|words| Block::Notice { level: Level::Stop, words }));
        blocks.extend(withheld.into_iter().flat_map(|withheld| self.withheld(withheld)));
        blocks
    }

    /// That a rule drafted the incident, and whether a person took it for one.
    fn drafted(&self) -> Option<Fact> {
        let drafted = self.shown.drafted()?;
        let mut told = vec![words(format!("by the rule “{}”; ", drafted.rule))];
        match &drafted.decided {
            None => told.push(words("nobody has adopted it yet")),
            Some(decided) => {
                let state = words(format!("{} by ", decided.state.label()));
                told.extend([state, said(&decided.stamp.by.name), words(" at "), self.instant(decided.stamp.at)]);
                if !decided.reason.is_empty() {
                    told.extend([words(": "), said(&decided.reason)]);
                }
            }
        }
        Some(fact("Drafted", told))
    }

    /// The postmortem's standing with its revision.
    pub fn standing(&self) -> String {
        let postmortem = self.whole.postmortem();
        match postmortem.revisions.last() {
            None => format!("{}, no revision published", postmortem.status),
            Some(last) => {
                format!("{}, revision {} froze incident version {}", postmortem.status, last.number, last.version)
            }
        }
    }

    /// What was published and is no longer so.
    fn stale(&self) -> Option<Line> {
        let postmortem = self.whole.postmortem();
        let last = postmortem.revisions.last()?;
        let now = self.evaluation.verdict.verdict;
        let told =
            format!(" revision {} was published with the verdict “{}”; it is now “{now}”.", last.number, last.verdict);
        last.verdict.is_better_than(now).then(|| vec![strong("STALE:"), words(told)])
    }
}
