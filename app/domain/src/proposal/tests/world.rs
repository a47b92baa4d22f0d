//! A source to propose from: a log that was read, and the incident around it.

use std::collections::BTreeSet;

use serde_json::json;

use crate::evidence::{Evidence, Hole};
use crate::exposure::Exposure;
use crate::interval::{Intervals, Span};
use crate::proposal::{Proposal, Source, propose};
use crate::reader::log::{
    Format, LoggingChange, MissingRecords, Options, Shown, Summary, TrailDigest, UnreadSpan, mark, read_as,
};
use crate::time::Instant;
use crate::timeline::{Outcome, Verb};
use crate::vocabulary::Completeness;

/// Everything a source borrows.
#[derive(Debug, Clone)]
pub struct World {
    pub evidence: Evidence,
    pub summary: Summary,
    pub exposure: Exposure,
    pub digests: Vec<TrailDigest>,
    pub hashes: BTreeSet<String>,
    /// The other evidence of the incident.
    pub others: Vec<Evidence>,
    pub in_question: Vec<String>,
}

/// A moment on 18 March 2026, written as `17:05` or `17:05:30`.
pub fn at(clock: &str) -> Instant {
    let seconds = if clock.len() == 5 { ":00" } else { "" };
    Instant::parse(&format!("2026-03-18T{clock}{seconds}Z")).unwrap()
}

/// Minutes after 17:00.
pub fn minute(minutes: i64) -> Instant {
    at("17:00").plus_micros(minutes * 60_000_000)
}

impl World {
    /// A log of this format with nothing noted, in a window from 17:00 to 19:00.
    pub fn of(summary: Summary) -> Self {
        let evidence = json!({
            "id": "e1", "name": "log", "sha256": "e1", "bytes": 1, "format": summary.format.word(),
            "collected_at": "2026-03-19T09:00:00Z", "status": "intact",
        });
        let exact = |clock: &str| json!({ "earliest": at(clock), "latest": at(clock) });
        let path = |id: &str, status: &str| json!({ "id": id, "op": "read", "channel": id, "status": status });
        let exposure = json!({
            "id": "exposure", "start": exact("17:00"), "end": exact("19:00"),
            "resources": [
                { "id": "repo", "class": "restricted", "paths": [path("api", "open"), path("cli", "open"), path("ui", "impossible")] },
                { "id": "data", "class": "regulated", "paths": [path("direct_db", "open"), path("agent_tool", "open"), path("ui", "open")] },
            ],
        });
        Self {
            evidence: serde_json::from_value(evidence).unwrap(),
            summary,
            exposure: serde_json::from_value(exposure).unwrap(),
            digests: Vec::new(),
            hashes: ["e1".to_string()].into(),
            others: Vec::new(),
            in_question: Vec::new(),
        }
    }

    /// A log with this text.
    pub fn read(format: Format, text: &str) -> Self {
        Self::of(read_as(text.as_bytes(), format, &Options::default()).summary)
    }

    /// The same with these marks.
    pub fn marked(mut self, marks: &[(&str, u64)]) -> Self {
        self.summary.marks = marks.iter().map(|(mark, count)| ((*mark).to_string(), *count)).collect();
        self
    }

    /// The same with a record of each kind of act on each resource.
    pub fn shown(mut self) -> Self {
        let verbs = [Verb::Read, Verb::List, Verb::Search, Verb::Write, Verb::Delete, Verb::Grant];
        let all = self.exposure.resources.iter().flat_map(|resource| verbs.map(|verb| (resource.id.to_string(), verb)));
        let shown =
            |(place, verb)| Shown { place: vec![place], verb, count: 2, action: "act".into(), line: 1, service: None };
        self.summary.shown = all.map(shown).collect();
        self
    }

    pub fn propose(&self) -> Proposal {
        propose(&Source {
            evidence: &self.evidence,
            summary: &self.summary,
            exposure: &self.exposure,
            incident: &self.others.iter().collect::<Vec<_>>(),
            digests: &self.digests,
            hashes: &self.hashes,
            in_question: &self.in_question,
        })
    }
}

/// A summary of 100 records from 17:10 to 18:30.
pub fn summary(format: Format) -> Summary {
    let mut summary = Summary::new(format);
    (summary.records, summary.first_at, summary.last_at) = (100, Some(at("17:10")), Some(at("18:30")));
    summary
}

/// The gaps in minutes after 17:00, with their reasons.
pub fn gaps(proposal: &Proposal) -> Vec<(i64, i64, &str)> {
    let minutes = |at: Instant| (at.micros() - at_micros("17:00")) / 60_000_000;
    proposal.gaps.iter().map(|hole: &Hole| (minutes(hole.from), minutes(hole.to), hole.reason.as_str())).collect()
}

fn at_micros(clock: &str) -> i64 {
    at(clock).micros()
}

/// What a statement made of the proposal would log, and what of that would be complete.
pub fn strength(proposal: &Proposal) -> (Intervals, Intervals) {
    let span: Option<Span> = proposal.from.zip(proposal.to).map(|(from, to)| (from.micros(), to.micros()));
    let gaps: Intervals = proposal.gaps.iter().map(|hole| (hole.from.micros(), hole.to.micros())).collect();
    let logged = span.map(|span| gaps.holes(span)).unwrap_or_default();
    let complete = if proposal.completeness == Completeness::None { Intervals::default() } else { logged.clone() };
    (logged, complete)
}

/// A gap that a log shows, in minutes after 17:00.
pub fn gap(from: Option<i64>, to: Option<i64>) -> MissingRecords {
    MissingRecords { from: from.map(minute), to: to.map(minute), missing: Some(1), reason: "records were lost".into() }
}

/// What could not be read, in minutes after 17:00.
pub fn unread(from: Option<i64>, to: Option<i64>) -> UnreadSpan {
    let reason = "line 7 could not be read: it is torn".into();
    UnreadSpan { from: from.map(minute), to: to.map(minute), first_line: 7, last_line: 7, pieces: 1, reason }
}

/// An act on logging, in minutes after 17:00.
pub fn change(action: &str, minutes: Option<i64>, outcome: Outcome) -> LoggingChange {
    LoggingChange {
        at: minutes.map(minute),
        action: action.into(),
        actor: "bob".into(),
        resource: "main-trail".into(),
        outcome,
        line: 3,
        command: None,
        place: None,
    }
}

/// An audit log with serials.
pub fn audited() -> World {
    World::of(summary(Format::Auditd)).marked(&[(mark::NUMBERED, 100)])
}
