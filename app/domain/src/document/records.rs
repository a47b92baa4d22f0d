//! Remediation, the register of evidence, and the revisions.

use super::build::{Build, listed};
use super::inline::{FlagKind, Inline, Line, flag, said, words};
use super::{Block, Section, Table, record};
use crate::casefile::Noun;
use crate::evidence::Evidence;
use crate::remediation::Remediation;
use crate::review::Review;

impl Build<'_> {
    pub fn remediation(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let rows: Vec<_> = self.shown.remediations.iter().map(|item| self.item(&item.record)).collect();
        if rows.is_empty() {
            blocks.push(self.nothing("remediation", self.whole.remediations.is_empty()));
        }
        let columns =
            ["Item", "Closes", "Kind", "Control", "Owner", "Due", "Status", "Acceptance test", "What was done"];
        let details = ["Kind", "Control", "Acceptance test", "What was done"];
        blocks.extend(Table::block("Remediation", &columns, &details, rows));
        let open = self.shown.gaps.iter().filter(|gap| !self.whole.gap_is_closed(&gap.record));
        let open: Vec<&str> = open.map(|gap| gap.control.label()).collect();
        if !open.is_empty() {
            let told = format!("Gaps not closed yet: {}.", open.join(", "));
            blocks.push(Block::paragraph(vec![words(told)]));
        }
        blocks
    }

    fn item(&self, item: &Remediation) -> Vec<Line> {
        let gaps = item.gaps.iter().filter_map(|id| self.shown.gaps.get(id)).map(|gap| gap.control.label());
        let unknown = |word: &str| Inline::Flag(flag(FlagKind::Unknown, word));
        let due = item.due_in(&self.telling.zone).map_or_else(|| unknown("no date"), words);
        let done = [&item.completion, &item.link].map(String::as_str).into_iter().filter(|text| !text.is_empty());
        vec![
            vec![Inline::Link { to: record(Noun::Remediation, &item.id), words: vec![said(&item.title)] }],
            vec![words(gaps.collect::<Vec<_>>().join(", "))],
            vec![words(item.kind.label())],
            vec![words(item.enforcement.label())],
            vec![if item.owner.is_empty() { unknown("nobody yet") } else { said(&item.owner) }],
            vec![due],
            status(item),
            vec![said(&item.acceptance_test)],
            listed(done, " "),
        ]
    }

    pub fn evidence(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let rows: Vec<_> = self.shown.evidence.iter().map(|item| self.register(&item.record)).collect();
        if rows.is_empty() {
            blocks.push(Block::aside("No evidence is recorded. A claim is not evidence."));
        }
        let columns = ["Item", "SHA-256", "Bytes", "Format", "Records", "Source", "Collector", "Collected", "Status"];
        let details = ["SHA-256", "Bytes", "Format", "Records"];
        blocks.extend(Table::block("Evidence register", &columns, &details, rows));
        let reviews = self.shown.reviews.iter().map(|review| self.review(&review.record)).collect();
        blocks.extend(Block::list(reviews).map(|list| Section::block("reviews", "Reviews", vec![list])));
        blocks
    }

    fn register(&self, item: &Evidence) -> Vec<Line> {
        let status = item.status.label().to_lowercase();
        let status = match item.taint {
            Some(_) => Inline::Flag(flag(FlagKind::No, format!("{status}, tampered with"))),
            None => words(status),
        };
        vec![
            vec![self.evidence_name(&item.id)],
            vec![Inline::Code(item.sha256.clone())],
            vec![words(item.bytes.to_string())],
            vec![said(&item.format)],
            vec![words(item.records.map_or_else(|| "not read".into(), |records| records.to_string()))],
            vec![if item.source.is_empty() { words("not said") } else { said(&item.source) }],
            vec![said(&item.collector)],
            vec![self.instant(item.collected_at)],
            vec![status],
        ]
    }

    fn review(&self, review: &Review) -> Line {
        let mut told = vec![
            said(&review.attested.by.name),
            words(" reviewed "),
            self.evidence_name(&review.evidence),
            words(", "),
        ];
        told.extend(self.span(Some(review.from), Some(review.to)));
        told.push(words(format!(
            ": {}, depth {}, outcome {}",
            review.method.label().to_lowercase(),
            review.depth.label().to_lowercase(),
            review.outcome.label().to_lowercase()
        )));
        if let Some(end) = &review.revoked {
            told.extend([words("; revoked by "), said(&end.stamp.by.name), words(": "), said(&end.reason)]);
        }
        told
    }

    pub fn revisions(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let revisions = self.shown.postmortem().revisions;
        let row = |revision: &crate::postmortem::Revision| {
            vec![
                vec![words(revision.number.to_string())],
                vec![self.instant(revision.stamp.at)],
                vec![said(&revision.stamp.by.name)],
                vec![words(revision.version.to_string())],
                vec![Inline::Verdict(revision.verdict)],
            ]
        };
        if revisions.is_empty() {
            blocks.push(Block::paragraph(vec![words("No revision is published yet.")]));
        }
        let columns = ["Revision", "Published", "By", "Incident version", "Verdict"];
        blocks.extend(Table::block("Revisions", &columns, &[], revisions.iter().map(row).collect()));
        let mut told = vec![words(format!("This document shows incident version {}", self.whole.version))];
        if let Some(origin) = &self.telling.origin {
            told.extend([words(" as of "), self.instant(origin.as_of)]);
        }
        told.push(words("."));
        blocks.push(Block::paragraph(told));
        blocks
    }
}

/// Where the work on an item stands, and who says so.
fn status(item: &Remediation) -> Line {
    let now = item.status.label();
    match (&item.verified, &item.wont_fix) {
        (Some(stamp), _) => vec![words(format!("{now} by ")), said(&stamp.by.name)],
        (_, Some(end)) => {
            vec![words(format!("{now}: ")), said(&end.reason), words(" ("), said(&end.stamp.by.name), words(")")]
        }
        _ => vec![words(now)],
    }
}
