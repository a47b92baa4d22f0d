//! The verdict with its coverage, its gates and who signed.

use std::collections::BTreeSet;

use super::build::{Build, fact};
use super::inline::{Inline, Line, joined, said, words};
use super::{Block, Check, Section, Table, record};
use crate::casefile::Noun;
use crate::counted::percent;
use crate::exposure::{Enumeration, Path, Resource};
use crate::finding::Finding;
use crate::verdict::catalogue::blind_spots;
use crate::verdict::{Cell, Gate, Verdict};

impl Build<'_> {
    pub fn verdict(&self) -> Vec<Block> {
        let judgement = &self.evaluation.verdict;
        let facets = judgement.facets;
        let facet = |name: &str, verdict: Verdict| fact(name, vec![words(verdict.label().to_lowercase())]);
        let facts = vec![
            facet("access", facets.access),
            facet("integrity", facets.integrity),
            facet("availability", facets.availability),
        ];
        let statement = vec![self.say(&judgement.statement)];
        let mut blocks =
            vec![Block::Statement { verdict: judgement.verdict, words: statement }, Block::Across { facts }];
        blocks.extend(self.found());
        blocks.push(self.exposure());
        blocks.push(self.coverage());
        blocks.push(self.gates("failed-gates", "Failed gates", false, "Every gate passes."));
        blocks.push(self.gates("passed-gates", "Passed gates", true, "No gate passes."));
        blocks.push(self.signatures());
        blocks.extend(self.blind_spots());
        blocks
    }

    /// What was found, with what has become of it.
    fn found(&self) -> Option<Block> {
        let row = |finding: &Finding| {
            let standing = match &finding.resolved {
                Some(end) => vec![words("resolved: "), said(&end.reason)],
                None => vec![words("open")],
            };
            let summary = Inline::Link { to: record(Noun::Finding, &finding.id), words: vec![said(&finding.summary)] };
            let labels = [
                finding.class.label().to_string(),
                finding.facet.label().to_lowercase(),
                finding.role.label().to_lowercase(),
                finding.confidence.label().to_lowercase(),
            ];
            [vec![summary]].into_iter().chain(labels.map(|label| vec![words(label)])).chain([standing]).collect()
        };
        let rows = self.shown.findings.iter().map(|finding| row(&finding.record)).collect();
        let columns = ["Finding", "Class", "Bears on", "Role", "Confidence", "Standing"];
        let table = Table::block("Findings", &columns, &["Role", "Confidence"], rows)?;
        Some(Section::block("findings", "Findings", vec![table]))
    }

    fn exposure(&self) -> Block {
        let exposure = self.shown.exposure();
        let bound = |time: Option<crate::TimeRange>| time.map_or_else(|| words("unknown"), Inline::Time);
        let known = |stated: &Option<Enumeration>| match stated {
            Some(stated) => {
                vec![words("all listed, says "), said(&stated.stamp.by.name), words(": "), said(&stated.basis)]
            }
            None => vec![words("not known to be all")],
        };
        let names = exposure.principals.iter().map(|one| {
            let count = one.count.map(|count| words(format!(" ({count})")));
            [said(&one.name)].into_iter().chain(count).collect()
        });
        let mut names = joined(names, ", ");
        if names.is_empty() {
            names.push(words("none recorded"));
        }
        names.push(words("; "));
        names.extend(known(&exposure.principals_enumerated));
        let skew = words(format!(", clock skew {} s", exposure.clock_skew_seconds));
        let facts = vec![
            fact("Window", vec![bound(exposure.start), words(" to "), bound(exposure.end), skew]),
            fact("Resources", known(&exposure.resources_enumerated)),
            fact("Exposed principals", names),
        ];
        let rows = exposure.resources.iter().flat_map(paths).collect();
        let columns = ["Resource", "Class", "Action", "Channel", "Path", "Note"];
        let table = Table::block("Access paths", &columns, &[], rows);
        Section::block("exposure", "Exposure", [Block::Facts { facts }].into_iter().chain(table).collect())
    }

    fn coverage(&self) -> Block {
        let judgement = &self.evaluation.verdict;
        let rows: Vec<_> = judgement.cells.iter().map(covered).collect();
        if rows.is_empty() {
            let none = Block::aside("No open path is recorded, so nothing can be covered.");
            return Section::block("coverage", "Coverage", vec![none]);
        }
        let columns = ["Resource", "Path", "Class", "Logged", "Complete", "Reviewed"];
        let mut blocks: Vec<Block> = Table::block("Coverage", &columns, &["Class"], rows).into_iter().collect();
        let is_covered = judgement.cells.iter().all(|cell| cell.uncovered.is_empty());
        let share = |share: f64| percent(share, is_covered);
        let (least, mean) = (share(judgement.coverage.reviewed_min), share(judgement.coverage.reviewed_mean));
        let told = format!("Least reviewed: {least}. Mean, weighted by class: {mean}.");
        blocks.push(Block::paragraph(vec![words(told)]));
        let holes = judgement.cells.iter().flat_map(|cell| cell.uncovered.iter().map(move |hole| (cell, hole)));
        let spans: Vec<Line> = holes
            .map(|(cell, hole)| {
                let mut told = vec![said(cell.resource.as_str()), words("/"), said(cell.path.as_str()), words(": ")];
                told.extend(self.span(hole.from, hole.to));
                told.extend([words(" ("), said(&hole.why), words(")")]);
                told
            })
            .collect();
        let window = self.whole.exposure();
        let says = match (spans.is_empty(), window.start.is_some() && window.end.is_some()) {
            (false, _) => "Not covered:",
            (true, true) => "No span is left uncovered.",
            (true, false) => "No exposure window is recorded, so no share of it can be covered.",
        };
        blocks.push(Block::paragraph(vec![words(says)]));
        blocks.extend(Block::list(spans));
        Section::block("coverage", "Coverage", blocks)
    }

    fn gates(&self, anchor: &str, heading: &str, passes: bool, none: &str) -> Block {
        let check = |gate: &Gate| Check {
            passes,
            mark: gate.gate.word().into(),
            name: gate.gate.label().into(),
            detail: vec![self.say(&gate.detail)],
        };
        let gates = self.evaluation.verdict.gates.iter().filter(|gate| gate.passes == passes);
        let checks: Vec<Check> = gates.map(check).collect();
        let block = match checks.is_empty() {
            true => Block::paragraph(vec![words(none)]),
            false => Block::Checks { checks },
        };
        Section::block(anchor, heading, vec![block])
    }

    /// A signature counts only while the facts are those that were signed.
    fn signatures(&self) -> Block {
        let basis = self.whole.facts_digest();
        let lines = self.shown.signatures.iter().map(|kept| {
            let counts = words(format!(" ({})", kept.standing(&basis)));
            vec![said(&kept.signed.by.name), words(", "), self.instant(kept.signed.at), counts]
        });
        let none = match self.evaluation.verdict.verdict {
            Verdict::NotAssessed => "Nobody has signed.",
            _ => "Nobody has signed. Two people have to sign a verified no-op.",
        };
        let block = Block::list(lines.collect()).unwrap_or_else(|| Block::paragraph(vec![words(none)]));
        Section::block("signatures", "Signatures", vec![block])
    }

    fn blind_spots(&self) -> Option<Block> {
        let is_relied_on = |id: &crate::Id| self.shown.coverage.iter().any(|kept| kept.evidence == *id);
        let relied = self.shown.evidence.iter().filter(|item| is_relied_on(&item.id));
        let formats: BTreeSet<&str> = relied.map(|item| item.format.as_str()).collect();
        let spots = formats.into_iter().flat_map(blind_spots);
        let list = Block::list(spots.map(|spot| vec![said(spot.title), words(": "), said(spot.blind)]).collect())?;
        Some(Section::block("blind-spots", "What these sources do not see", vec![list]))
    }
}

/// Each access path of an exposed resource, with what was noted of it.
fn paths(resource: &Resource) -> Vec<Vec<Line>> {
    let head = [vec![said(resource.id.as_str())], vec![words(resource.class.label().to_lowercase())]];
    let note = &resource.note;
    if resource.paths.is_empty() {
        let rest = [Vec::new(), Vec::new(), vec![words("no path recorded")], vec![said(note)]];
        return vec![head.into_iter().chain(rest).collect()];
    }
    let row = |(place, path): (usize, &Path)| {
        // What is noted of the resource stands once, in its first row.
        let said_of = [if place == 0 { note.as_str() } else { "" }, path.justification.as_str()];
        let notes = said_of.into_iter().filter(|text| !text.is_empty()).map(|text| vec![said(text)]);
        let labels =
            [path.op.label().to_string(), path.channel.label().to_string(), path.status.label().to_lowercase()];
        let labels = labels.map(|label| vec![words(label)]);
        head.clone().into_iter().chain(labels).chain([joined(notes, " · ")]).collect()
    };
    resource.paths.iter().enumerate().map(row).collect()
}

/// How far a path was logged, complete and reviewed.
fn covered(cell: &Cell) -> Vec<Line> {
    let whole = |share: f64| percent(share, share >= 1.0);
    let reviewed = percent(cell.reviewed, cell.reviewed >= 1.0 && cell.uncovered.is_empty());
    let names = [said(cell.resource.as_str()), said(cell.path.as_str()), words(cell.class.label().to_lowercase())];
    let shares = [whole(cell.logged), whole(cell.complete), reviewed].map(words);
    names.into_iter().chain(shares).map(|cell| vec![cell]).collect()
}
