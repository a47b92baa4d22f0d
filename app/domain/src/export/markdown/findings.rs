//! Factors, control gaps, luck, claims, and what is not known.

use crate::claim::{Claim, Conflict};
use crate::gap::Gap;
use crate::postmortem::Section;

use super::{Doc, Profile};
use crate::export::mark::esc;

impl Doc<'_> {
    pub(super) fn factors(&mut self) {
        self.section(Section::Contributing);
        let name = |id: &crate::Id| {
            self.shown.factors.get(id).map_or_else(|| "a factor that is gone".into(), |kept| esc(&kept.statement))
        };
        let lines: Vec<String> = self
            .shown
            .factors
            .iter()
            .map(|factor| {
                let because = factor.because_of.iter().map(&name).collect::<Vec<_>>().join("; ");
                let because = if because.is_empty() { String::new() } else { format!(" *Because of: {because}*") };
                let unspecified =
                    if factor.unspecified { " **(unspecified: known to exist, not said what)**" } else { "" };
                format!("{}{unspecified}{because}", esc(&factor.statement))
            })
            .collect();
        self.page.list(lines);
    }

    pub(super) fn gaps(&mut self) {
        let mut gaps: Vec<_> = self.shown.gaps.iter().collect();
        gaps.sort_by_key(|gap| (gap.control, gap.id.clone()));
        for gap in gaps {
            self.gap(&gap.record);
        }
        for control in self.whole.missing_mandatory_gaps() {
            self.page.heading(3, control.label());
            self.page.block(&format!("*Nothing is recorded, and it has to be.* {}", esc(control.question())));
        }
        self.scopes();
        self.confirmations();
        for section in Section::REQUIRED {
            self.subsection(section);
        }
    }

    /// The acts that were not within what was granted. What the registry says of an agent stays inside.
    fn scopes(&mut self) {
        let whole = self.whole;
        let acts = whole.acts_beside_grants();
        if acts.is_empty() {
            return;
        }
        self.page.heading(3, "Asked, granted, done");
        if self.options.profile == Profile::Public {
            let count = match acts.len() {
                1 => "One act was".to_string(),
                count => format!("{count} acts were"),
            };
            self.page.block(&format!("{count} not shown to be within what the agent was granted."));
            return;
        }
        let rows = acts.iter().map(|(event, side)| {
            let so =
                side.decided.as_ref().map_or("not weighed: these grants are only reported".to_string(), |decided| {
                    format!("{}. {}", decided.scope, decided.sentence)
                });
            let cells = [&side.asked, &side.granted, &side.done, &so].map(|text| esc(text));
            std::iter::once(self.event(&event.id)).chain(cells).collect()
        });
        let rows: Vec<Vec<String>> = rows.collect();
        self.page.table(&["Act", "Asked", "Granted", "Done", "So"], rows);
    }

    fn gap(&mut self, gap: &Gap) {
        let enforcement = gap.enforcement.map(|kind| format!(", {kind}")).unwrap_or_default();
        self.page.heading(3, &format!("{}: {}{enforcement}", gap.control, gap.state));
        self.page.prose(&gap.statement, "Nothing is stated.");
        let scopes = [
            ("Granted", &gap.granted_scope),
            ("Needed by the task", &gap.needed_scope),
            ("Done", &gap.done_scope),
            ("Signal", &gap.signal),
            ("Relied on by", &gap.relied_by),
            ("Verified first", &gap.verified),
        ];
        let mut lines: Vec<String> = scopes
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| format!("**{name}:** {}", esc(text)))
            .collect();
        lines.extend(gap.events.iter().map(|id| format!("**Shows in:** {}", self.event(id))));
        lines.extend(gap.evidence.iter().map(|id| format!("**Evidence:** {}", self.evidence_name(id))));
        if !gap.tags.is_empty() {
            lines.push(format!("**Tags:** {}", esc(&gap.tags.join(", "))));
        }
        let items: Vec<String> = self
            .shown
            .remediations
            .iter()
            .filter(|item| item.gaps.contains(&gap.id))
            .map(|item| format!("{} ({})", esc(&item.title), item.status))
            .collect();
        lines.push(format!("**Remediation:** {}", if items.is_empty() { "none".into() } else { items.join("; ") }));
        lines.push(format!("**Closed:** {}", if self.whole.gap_is_closed(gap) { "yes" } else { "no" }));
        self.page.list(lines);
    }

    pub(super) fn luck(&mut self) {
        let lines: Vec<String> = self
            .shown
            .lucky_events()
            .into_iter()
            .map(|event| {
                let answered = if self.whole.has_luck_remediation(&event.id) {
                    "a remediation answers it"
                } else {
                    "no remediation yet"
                };
                format!("{}: {answered}", self.event(&event.id))
            })
            .collect();
        if lines.is_empty() {
            self.page.block("No outcome is recorded as prevented by luck alone.");
        }
        self.page.list(lines);
    }

    pub(super) fn claims(&mut self) {
        let conflicts: Vec<Conflict> = self.shown.conflicts.iter().map(|kept| kept.record.clone()).collect();
        for conflict in &conflicts {
            self.conflict(conflict);
        }
        self.page.heading(3, "All claims");
        let rows: Vec<Vec<String>> = self
            .shown
            .claims
            .iter()
            .map(|claim| {
                let as_of = claim.as_of.as_ref().map(|time| self.time(time)).unwrap_or_default();
                vec![
                    esc(&claim.statement),
                    esc(&claim.field),
                    esc(&claim.value),
                    source(claim),
                    esc(&claim.scope),
                    as_of,
                    claim.status.to_string(),
                ]
            })
            .collect();
        if rows.is_empty() {
            self.nothing("claim", self.whole.claims.is_empty());
        }
        self.page.table(&["Claim", "Matter", "Value", "Source", "Scope", "As of", "Status"], rows);
    }

    fn conflict(&mut self, conflict: &Conflict) {
        let standing = match (&conflict.adopted, self.shown.is_open(conflict)) {
            (Some(_), _) => "one claim is adopted",
            (None, true) => "open",
            (None, false) => "the claims no longer disagree",
        };
        self.page.heading(3, &format!("Conflict on “{}”: {standing}", conflict.field));
        let lines: Vec<String> = self
            .shown
            .claims_in(conflict)
            .map(|claim| {
                let adopted = conflict.adopted.as_ref().filter(|adoption| adoption.claim == claim.id);
                let adopted = adopted
                    .map(|adoption| {
                        format!(" **Adopted** by {}: {}", esc(&adoption.stamp.by.name), esc(&adoption.reason))
                    })
                    .unwrap_or_default();
                format!("{} ({}): {}{adopted}", esc(&claim.value), source(claim), esc(&claim.statement))
            })
            .collect();
        self.page.list(lines);
    }

    pub(super) fn unknowns(&mut self) {
        self.section(Section::Unknowns);
        let factors = self
            .shown
            .factors
            .iter()
            .filter(|factor| factor.unspecified)
            .map(|factor| format!("Not said what: {}", esc(&factor.statement)));
        let conflicts = self
            .shown
            .conflicts
            .iter()
            .filter(|kept| self.shown.is_open(&kept.record))
            .map(|kept| format!("Sources disagree on “{}”", esc(&kept.field)));
        let unknown = self.shown.latest_rating().into_iter().flat_map(|rating| {
            crate::severity::Dimension::ALL
                .iter()
                .filter(|dimension| rating.facts.dimensions.get(dimension).copied().flatten().is_none())
                .map(|dimension| format!("The level of {} is unknown", dimension.label().to_lowercase()))
        });
        let lines: Vec<String> = factors.chain(conflicts).chain(unknown).collect();
        self.page.list(lines);
        self.subsection(Section::Lessons);
    }
}

fn source(claim: &Claim) -> String {
    format!("{}, {}", esc(&claim.source), claim.source_kind)
}
