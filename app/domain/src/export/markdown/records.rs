//! Remediation, the register of evidence, and the revisions.

use super::Doc;
use crate::export::mark::esc;

impl Doc<'_> {
    pub(super) fn remediation(&mut self) {
        let rows: Vec<Vec<String>> = self
            .shown
            .remediations
            .iter()
            .map(|item| {
                let gaps: Vec<&str> =
                    item.gaps.iter().filter_map(|id| self.shown.gaps.get(id)).map(|gap| gap.control.label()).collect();
                let owner = if item.owner.is_empty() { "nobody yet".into() } else { esc(&item.owner) };
                let due = item.due_in(&self.options.zone).unwrap_or_else(|| "no date".into());
                vec![
                    esc(&item.title),
                    gaps.join(", "),
                    item.kind.to_string(),
                    item.enforcement.to_string(),
                    owner,
                    due,
                    self.status(&item.record),
                    esc(&item.acceptance_test),
                    [item.completion.as_str(), item.link.as_str()].map(esc).join(" ").trim().to_string(),
                ]
            })
            .collect();
        if rows.is_empty() {
            self.nothing("remediation", self.whole.remediations.is_empty());
        }
        self.page.table(
            &["Item", "Closes", "Kind", "Control", "Owner", "Due", "Status", "Acceptance test", "What was done"],
            rows,
        );
        let open: Vec<String> = self
            .shown
            .gaps
            .iter()
            .filter(|gap| !self.whole.gap_is_closed(&gap.record))
            .map(|gap| gap.control.to_string())
            .collect();
        if !open.is_empty() {
            self.page.block(&format!("Gaps not closed yet: {}.", open.join(", ")));
        }
    }

    fn status(&self, item: &crate::remediation::Remediation) -> String {
        match (&item.verified, &item.wont_fix) {
            (Some(stamp), _) => format!("{} by {}", item.status, esc(&stamp.by.name)),
            (_, Some(end)) => format!("{}: {} ({})", item.status, esc(&end.reason), esc(&end.stamp.by.name)),
            _ => item.status.to_string(),
        }
    }

    pub(super) fn evidence(&mut self) {
        let rows: Vec<Vec<String>> = self
            .shown
            .evidence
            .iter()
            .map(|item| {
                let records = item.records.map_or_else(|| "not read".into(), |records| records.to_string());
                let source = if item.source.is_empty() { "not said".into() } else { esc(&item.source) };
                let status = if item.taint.is_some() {
                    format!("{}, tampered with", item.status.label().to_lowercase())
                } else {
                    item.status.label().to_lowercase()
                };
                vec![
                    esc(&item.name),
                    format!("`{}`", item.sha256),
                    item.bytes.to_string(),
                    esc(&item.format),
                    records,
                    source,
                    esc(&item.collector),
                    self.instant(item.collected_at),
                    status,
                ]
            })
            .collect();
        if rows.is_empty() {
            self.page.block("*No evidence is recorded. A claim is not evidence.*");
        }
        self.page.table(
            &["Item", "SHA-256", "Bytes", "Format", "Records", "Source", "Collector", "Collected", "Status"],
            rows,
        );
        let lines: Vec<String> = self
            .shown
            .reviews
            .iter()
            .map(|review| {
                let end = review
                    .revoked
                    .as_ref()
                    .map(|end| format!("; revoked by {}: {}", esc(&end.stamp.by.name), esc(&end.reason)))
                    .unwrap_or_default();
                format!(
                    "{} reviewed {}, {}: {}, depth {}, outcome {}{end}",
                    esc(&review.attested.by.name),
                    self.evidence_name(&review.evidence),
                    self.span(Some(review.from), Some(review.to)),
                    review.method.label().to_lowercase(),
                    review.depth.label().to_lowercase(),
                    review.outcome.label().to_lowercase()
                )
            })
            .collect();
        if !lines.is_empty() {
            self.page.heading(3, "Reviews");
        }
        self.page.list(lines);
    }

    pub(super) fn revisions(&mut self) {
        let rows: Vec<Vec<String>> = self
            .shown
            .postmortem()
            .revisions
            .iter()
            .map(|revision| {
                vec![
                    revision.number.to_string(),
                    self.instant(revision.stamp.at),
                    esc(&revision.stamp.by.name),
                    revision.version.to_string(),
                    revision.verdict.to_string(),
                ]
            })
            .collect();
        if rows.is_empty() {
            self.page.block("No revision is published yet.");
        }
        self.page.table(&["Revision", "Published", "By", "Incident version", "Verdict"], rows);
        self.page.block(&format!(
            "This document shows incident version {} as of {}.",
            self.whole.version,
            self.instant(self.options.as_of)
        ));
    }
}
