//! Factors, control gaps, and luck.

use super::build::{Build, fact, listed};
use super::inline::{FlagKind, Inline, Line, flag, joined, said, words};
use super::{Block, Fact, Level, Profile, Section, Table, Written, record};
use crate::casefile::Noun;
use crate::factor::Factor;
use crate::gap::Gap;
use crate::postmortem;

impl Build<'_> {
    pub fn factors(&self) -> Vec<Block> {
        let mut blocks = vec![self.narrative(postmortem::Section::Contributing)];
        let items: Vec<Line> = self.shown.factors.iter().map(|factor| self.factor(&factor.record)).collect();
        blocks.extend((!items.is_empty()).then_some(Block::Factors { items }));
        blocks
    }

    fn factor(&self, factor: &Factor) -> Line {
        let mut told = vec![said(&factor.statement)];
        if factor.unspecified {
            let open = flag(FlagKind::Alarm, "(unspecified: known to exist, not said what)");
            told.extend([words(" "), Inline::Flag(open)]);
        }
        let names = factor
            .because_of
            .iter()
            .map(|id| self.shown.factors.get(id).map_or("a factor that is gone", |kept| kept.statement.as_str()));
        let because = listed(names, "; ");
        if !because.is_empty() {
            told.extend([words(" "), Inline::Emphasis([vec![words("Because of: ")], because].concat())]);
        }
        told
    }

    pub fn gaps(&self) -> Vec<Block> {
        let mut gaps: Vec<_> = self.shown.gaps.iter().collect();
        gaps.sort_by_key(|gap| (gap.control, gap.id.clone()));
        let mut blocks: Vec<Block> = gaps.into_iter().map(|gap| self.gap(&gap.record)).collect();
        for control in self.whole.missing_mandatory_gaps() {
            let missing = Inline::Emphasis(vec![words("Nothing is recorded, and it has to be.")]);
            let told = vec![missing, words(" "), words(control.question())];
            let notice = Block::Notice { level: Level::Warning, words: told };
            blocks.push(Section::block(format!("missing-{}", control.word()), control.label(), vec![notice]));
        }
        blocks.extend(self.scopes());
        blocks.extend(self.confirmations());
        blocks.extend(postmortem::Section::REQUIRED.map(|section| self.subsection(section)));
        blocks
    }

    /// The acts that were not within what was granted. What the registry says of an agent stays inside.
    fn scopes(&self) -> Option<Block> {
        let acts = self.whole.acts_beside_grants();
        if acts.is_empty() {
            return None;
        }
        let block = if self.telling.profile == Profile::Public {
            let count = match acts.len() {
                1 => "One act was".to_string(),
                count => format!("{count} acts were"),
            };
            let told = format!("{count} not shown to be within what the agent was granted.");
            Some(Block::paragraph(vec![words(told)]))
        } else {
            let rows = acts.iter().map(|(event, side)| {
                let cells = [&side.asked, &side.granted, &side.done].map(|text| vec![said(text)]);
                [vec![self.event(&event.id)]].into_iter().chain(cells).chain([vec![said(&side.so())]]).collect()
            });
            Table::block("Asked, granted, done", &["Act", "Asked", "Granted", "Done", "So"], &[], rows.collect())
        };
        Some(Section::block("scopes", "Asked, granted, done", block.into_iter().collect()))
    }

    fn gap(&self, gap: &Gap) -> Block {
        let enforcement = gap.enforcement.map(|kind| format!(", {kind}")).unwrap_or_default();
        let scopes = [
            ("Granted", &gap.granted_scope),
            ("Needed by the task", &gap.needed_scope),
            ("Done", &gap.done_scope),
            ("Signal", &gap.signal),
            ("Relied on by", &gap.relied_by),
            ("Verified first", &gap.verified),
        ];
        let scopes = scopes.iter().filter(|(_, text)| !text.is_empty());
        let mut facts: Vec<Fact> = scopes.map(|(name, text)| fact(name, vec![said(text)])).collect();
        facts.extend(gap.events.iter().map(|id| fact("Shows in", vec![self.event(id)])));
        facts.extend(gap.evidence.iter().map(|id| fact("Evidence", vec![self.evidence_name(id)])));
        if !gap.tags.is_empty() {
            facts.push(fact("Tags", vec![said(&gap.tags.join(", "))]));
        }
        let items = self.shown.remediations.iter().filter(|item| item.gaps.contains(&gap.id)).map(|item| {
            let title = Inline::Link { to: record(Noun::Remediation, &item.id), words: vec![said(&item.title)] };
            vec![title, words(format!(" ({})", item.status))]
        });
        let items = joined(items, "; ");
        facts.push(fact("Remediation", if items.is_empty() { vec![words("none")] } else { items }));
        facts.push(fact("Closed", vec![words(if self.whole.gap_is_closed(gap) { "yes" } else { "no" })]));
        let statement = Written { text: gap.statement.clone(), nothing: "Nothing is stated.".into(), section: None };
        let heading = format!("{}: {}{enforcement}", gap.control, gap.state);
        Section::block(format!("of-gap-{}", gap.id), heading, vec![Block::Written(statement), Block::Facts { facts }])
    }

    pub fn luck(&self) -> Vec<Block> {
        let line = |event: &crate::timeline::Event| {
            let is_answered = self.whole.has_luck_remediation(&event.id);
            let answered = if is_answered { ": a remediation answers it" } else { ": no remediation yet" };
            vec![self.event(&event.id), words(answered)]
        };
        let lines: Vec<Line> = self.shown.lucky_events().into_iter().map(line).collect();
        if lines.is_empty() {
            return vec![Block::paragraph(vec![words("No outcome is recorded as prevented by luck alone.")])];
        }
        Block::list(lines).into_iter().collect()
    }
}
