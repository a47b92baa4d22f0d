//! Severity with its vector, and the verdict with its coverage and gates.

use std::collections::BTreeSet;

use crate::severity::{Dimension, Sev, rubric};
use crate::verdict::catalogue::blind_spots;
use crate::verdict::{Gate, Verdict};

use super::Doc;
use crate::counted::percent;
use crate::export::mark::esc;

impl Doc<'_> {
    pub(super) fn severity(&mut self) {
        let severities = self.whole.severities(self.evaluation.verdict.verdict);
        let or = |sev: Option<Sev>, none: &'static str| sev.map_or(none, Sev::label);
        let computed = severities.computed.as_ref();
        self.page.list([
            format!("**Declared:** {}", or(severities.declared, "not declared")),
            format!("**Computed:** {}", computed.map_or("not rated", |severity| severity.sev.label())),
            format!("**Final:** {}", or(severities.final_sev, "not rated")),
            format!("**Peak:** {}", or(severities.peak, "not rated")),
        ]);
        let (Some(severity), Some(rating)) = (computed, self.shown.latest_rating().cloned()) else {
            self.page.block("*Nobody has rated the severity yet.*");
            return;
        };
        let rubric = rubric::find(&rating.facts.rubric);
        let range = match severity.range {
            [worst, mildest] if worst == mildest => String::new(),
            [worst, mildest] => {
                format!(" Depending on what is unknown it is between {} and {}.", worst.label(), mildest.label())
            }
        };
        let title = rubric.map_or(rating.facts.rubric.as_str(), |rubric| rubric.key);
        self.page.block(&format!(
            "Rated by {} on {} with rubric {}: impact {}, modifier {:.2}, score {:.1}.{range}",
            esc(&rating.rated.by.name),
            self.instant(rating.rated.at),
            esc(title),
            severity.impact,
            severity.modifier,
            severity.score
        ));
        let rows = Dimension::ALL.iter().map(|dimension| {
            let level = |levels: &crate::severity::Levels| levels.get(dimension).copied().flatten();
            let (known, credible) = (level(&rating.facts.dimensions), level(&rating.facts.worst_credible));
            let shown = match (known, credible) {
                (Some(level), _) => level.to_string(),
                (None, Some(worst)) => format!("unknown, at worst {worst}"),
                (None, None) => "unknown".into(),
            };
            let scale = rubric.and_then(|rubric| rubric.scale(*dimension));
            let meaning = scale
                .zip(known.or(credible))
                .and_then(|(scale, level)| scale.levels.get(usize::try_from(level).ok()?))
                .copied()
                .unwrap_or_default();
            vec![
                dimension.to_string(),
                shown,
                esc(meaning),
                esc(rating.rationale.get(dimension).map_or("", String::as_str)),
            ]
        });
        self.page.table(&["Dimension", "Level", "Meaning", "Why"], rows.collect());
        self.page.list(severity.reasons.iter().map(|reason| esc(reason)));
        let overrides = self.shown.overrides.iter().map(|wish| {
            let approved = wish
                .approved
                .as_ref()
                .map_or_else(|| "not approved".to_string(), |stamp| format!("approved by {}", esc(&stamp.by.name)));
            format!(
                "Override to {} asked by {}, {approved}: {}",
                wish.to.label(),
                esc(&wish.asked.by.name),
                esc(&wish.reason)
            )
        });
        self.page.list(overrides.collect::<Vec<_>>());
    }

    pub(super) fn verdict(&mut self) {
        let judgement = &self.evaluation.verdict;
        self.page.block(&format!("**{}.** {}", judgement.verdict, self.say(&judgement.statement)));
        let facets = [
            ("access", judgement.facets.access),
            ("integrity", judgement.facets.integrity),
            ("availability", judgement.facets.availability),
        ];
        self.page
            .block(&facets.map(|(facet, verdict)| format!("{facet}: {}", verdict.label().to_lowercase())).join(" · "));
        self.found();
        self.exposure();
        self.coverage();
        self.gates("Failed gates", false, "Every gate passes.");
        self.gates("Passed gates", true, "No gate passes.");
        self.signatures();
        self.blind_spots();
    }

    fn exposure(&mut self) {
        let exposure = self.shown.exposure();
        self.page.heading(3, "Exposure");
        let bound =
            |time: &Option<crate::TimeRange>| time.as_ref().map_or_else(|| "unknown".into(), |time| self.time(time));
        let known = |stated: &Option<crate::exposure::Enumeration>| match stated {
            Some(stated) => format!("all listed, says {}: {}", esc(&stated.stamp.by.name), esc(&stated.basis)),
            None => "not known to be all".into(),
        };
        let names: Vec<String> = exposure
            .principals
            .iter()
            .map(|one| one.count.map_or_else(|| esc(&one.name), |count| format!("{} ({count})", esc(&one.name))))
            .collect();
        let names = if names.is_empty() { "none recorded".into() } else { names.join(", ") };
        let items = [
            format!(
                "**Window:** {} to {}, clock skew {} s",
                bound(&exposure.start),
                bound(&exposure.end),
                exposure.clock_skew_seconds
            ),
            format!("**Resources:** {}", known(&exposure.resources_enumerated)),
            format!("**Exposed principals:** {names}; {}", known(&exposure.principals_enumerated)),
        ];
        self.page.list(items);
        self.ways();
    }

    /// Each access path of the exposed resources, with what was noted of it.
    fn ways(&mut self) {
        let exposure = self.shown.exposure();
        let rows = exposure.resources.iter().flat_map(|resource| {
            let note = &resource.note;
            let head = [esc(resource.id.as_str()), resource.class.label().to_lowercase()];
            let rows: Vec<Vec<String>> = resource
                .paths
                .iter()
                .enumerate()
                .map(|(place, path)| {
                    // What is noted of the resource stands once, in its first row.
                    let note = if place == 0 { note.as_str() } else { "" };
                    let said = [note, path.justification.as_str()];
                    let said: Vec<String> = said.into_iter().filter(|text| !text.is_empty()).map(esc).collect();
                    let [resource, class] = head.clone();
                    let status = path.status.label().to_lowercase();
                    vec![resource, class, path.op.to_string(), path.channel.to_string(), status, said.join(" · ")]
                })
                .collect();
            if rows.is_empty() {
                let [resource, class] = head;
                return vec![vec![resource, class, String::new(), String::new(), "no path recorded".into(), esc(note)]];
            }
            rows
        });
        let rows: Vec<Vec<String>> = rows.collect();
        if !rows.is_empty() {
            self.page.table(&["Resource", "Class", "Action", "Channel", "Path", "Note"], rows);
        }
    }

    /// What was found, with what has become of it.
    fn found(&mut self) {
        let rows: Vec<Vec<String>> = self
            .shown
            .findings
            .iter()
            .map(|finding| {
                let resolved = finding.resolved.as_ref();
                let resolved = resolved.map(|end| format!("resolved: {}", esc(&end.reason)));
                vec![
                    esc(&finding.summary),
                    finding.class.label().to_string(),
                    finding.facet.label().to_lowercase(),
                    finding.role.label().to_lowercase(),
                    finding.confidence.label().to_lowercase(),
                    resolved.unwrap_or_else(|| "open".into()),
                ]
            })
            .collect();
        if !rows.is_empty() {
            self.page.heading(3, "Findings");
            self.page.table(&["Finding", "Class", "Bears on", "Role", "Confidence", "Standing"], rows);
        }
    }

    fn coverage(&mut self) {
        self.page.heading(3, "Coverage");
        let judgement = &self.evaluation.verdict;
        let rows: Vec<Vec<String>> = judgement
            .cells
            .iter()
            .map(|cell| {
                let share = |share: f64| percent(share, share >= 1.0 && cell.uncovered.is_empty());
                let whole = |share: f64| percent(share, share >= 1.0);
                vec![
                    esc(cell.resource.as_str()),
                    esc(cell.path.as_str()),
                    cell.class.label().to_lowercase(),
                    whole(cell.logged),
                    whole(cell.complete),
                    share(cell.reviewed),
                ]
            })
            .collect();
        if rows.is_empty() {
            self.page.block("*No open path is recorded, so nothing can be covered.*");
            return;
        }
        self.page.table(&["Resource", "Path", "Class", "Logged", "Complete", "Reviewed"], rows);
        let covered = judgement.cells.iter().all(|cell| cell.uncovered.is_empty());
        let (least, mean) = (judgement.coverage.reviewed_min, judgement.coverage.reviewed_mean);
        self.page.block(&format!(
            "Least reviewed: {}. Mean, weighted by class: {}.",
            percent(least, covered),
            percent(mean, covered)
        ));
        let spans: Vec<String> = judgement
            .cells
            .iter()
            .flat_map(|cell| cell.uncovered.iter().map(move |hole| (cell, hole)))
            .map(|(cell, hole)| {
                format!(
                    "{}/{}: {} ({})",
                    esc(cell.resource.as_str()),
                    esc(cell.path.as_str()),
                    self.span(hole.from, hole.to),
                    esc(&hole.why)
                )
            })
            .collect();
        let window = self.whole.exposure();
        let says = match (spans.is_empty(), window.start.is_some() && window.end.is_some()) {
            (false, _) => "Not covered:",
            (true, true) => "No span is left uncovered.",
            (true, false) => "No exposure window is recorded, so no share of it can be covered.",
        };
        self.page.block(says);
        self.page.list(spans);
    }

    fn gates(&mut self, heading: &str, passed: bool, none: &str) {
        self.page.heading(3, heading);
        let gates: Vec<&Gate> = self.evaluation.verdict.gates.iter().filter(|gate| gate.passes == passed).collect();
        if gates.is_empty() {
            self.page.block(none);
        }
        let items: Vec<String> = gates
            .into_iter()
            .map(|gate| format!("**{}** {}: {}", gate.gate.word(), gate.gate, self.say(&gate.detail)))
            .collect();
        self.page.list(items);
    }

    /// A signature counts only while the facts are those that were signed.
    fn signatures(&mut self) {
        let basis = self.whole.facts_digest();
        let lines: Vec<String> = self
            .shown
            .signatures
            .iter()
            .map(|kept| {
                let counts = if kept.basis == basis { "counts" } else { "no longer counts: the facts have changed" };
                format!("{}, {} ({counts})", esc(&kept.signed.by.name), self.instant(kept.signed.at))
            })
            .collect();
        self.page.heading(3, "Signatures");
        if lines.is_empty() {
            let needed = if self.evaluation.verdict.verdict == Verdict::NotAssessed {
                ""
            } else {
                " Two people have to sign a verified no-op."
            };
            self.page.block(&format!("Nobody has signed.{needed}"));
        }
        self.page.list(lines);
    }

    fn blind_spots(&mut self) {
        let relied: BTreeSet<&str> = self
            .shown
            .evidence
            .iter()
            .filter(|item| self.shown.coverage.iter().any(|kept| kept.evidence == item.id))
            .map(|item| item.format.as_str())
            .collect();
        let spots: Vec<String> = relied
            .into_iter()
            .flat_map(blind_spots)
            .map(|spot| format!("{}: {}", esc(spot.title), esc(spot.blind)))
            .collect();
        if spots.is_empty() {
            return;
        }
        self.page.heading(3, "What these sources do not see");
        self.page.list(spots);
    }
}
