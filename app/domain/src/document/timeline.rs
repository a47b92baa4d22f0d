//! The timeline and the clock.

use super::build::{Build, listed};
use super::inline::{Flag, FlagKind, Line, flag, said, words};
use super::{Act, Block, Section, Table};
use crate::Id;
use crate::metrics::{Metric, MetricState, metrics};
use crate::time::{day_heading, day_order};
use crate::timeline::{Event, ProvenanceLabel};
use crate::vocabulary::PrincipalKind;
use crate::words::Tri;

impl Build<'_> {
    pub fn timeline(&mut self) -> Vec<Block> {
        let (mut events, zone) = (self.shown.timeline(), &self.telling.zone);
        // An approximate time begins before the day it is told with.
        events.sort_by_key(|kept| day_order(&kept.time, zone));
        let mut blocks = Vec::new();
        if events.is_empty() {
            blocks.push(self.nothing("event", self.whole.events.is_empty()));
        }
        for day in events.chunk_by(|one, next| day_heading(&one.time, zone) == day_heading(&next.time, zone)) {
            let acts = day.iter().map(|kept| self.act(&kept.record)).collect();
            let anchor = format!("day-of-{}", day[0].id);
            blocks.push(Section::block(anchor, day_heading(&day[0].time, zone), vec![Block::Acts { acts }]));
        }
        blocks.push(self.clock());
        blocks
    }

    fn act(&mut self, event: &Event) -> Act {
        let by = self.shown.principals.find(&event.actor).map_or(PrincipalKind::Unknown, |kept| kept.kind);
        let kind = if by == PrincipalKind::Unknown { String::new() } else { format!(" ({by})") };
        let mut told = vec![said(self.shown.name_of(&event.actor)), words(format!("{kind} {}", event.act()))];
        if !event.resource.is_empty() {
            told.extend([words(" "), said(&event.resource)]);
        }
        for (before, whom) in [(", for ", &event.on_behalf_of), (", invoked by ", &event.invoked_by)] {
            if let Some(id) = whom {
                told.extend([words(before), said(self.shown.name_of(id))]);
            }
        }
        Act {
            event: event.id.clone(),
            time: event.time.clone(),
            by,
            words: told,
            flags: self.flags(event, by),
            confirmed: listed(event.confirmed_by.iter().map(|id| self.shown.name_of(id)), ", "),
            sources: self.cite(&event.evidence),
            text: event.body.clone(),
        }
    }

    /// What the reader of a timeline asks of an act: was it wanted, allowed, confirmed, and marked as an agent's.
    fn flags(&self, event: &Event, by: PrincipalKind) -> Vec<Flag> {
        let asked = event.effect.is_effectful() || by == PrincipalKind::Agent;
        let answers =
            [(event.requested, "requested"), (event.authorised, "authorised"), (event.confirmed, "confirmed")];
        let mut flags: Vec<Flag> = answers
            .into_iter()
            .filter(|(answer, _)| asked || *answer != Tri::Unknown)
            .map(|(answer, word)| answered(answer, word))
            .collect();
        if event.output_mode.is_some() {
            flags.push(match event.provenance_label {
                ProvenanceLabel::Unknown => flag(FlagKind::Unknown, "label: unknown"),
                ProvenanceLabel::None => flag(FlagKind::No, ProvenanceLabel::None.label()),
                label => flag(FlagKind::Plain, label.label()),
            });
        }
        let prevented = |cause| flag(FlagKind::Unknown, format!("worse prevented by {cause}"));
        flags.extend(event.prevented_by.map(prevented));
        let details =
            event.details().into_iter().filter_map(|detail| Some((detail.label.to_lowercase(), detail.text?)));
        flags.extend(
            details.map(|(label, text)| Flag {
                kind: FlagKind::Plain,
                words: vec![words(format!("{label} ")), said(&text)],
            }),
        );
        let marks = self.shown.marks_on(&event.id).into_iter();
        flags.extend(marks.map(|mark| flag(FlagKind::Mark, mark.to_string())));
        flags
    }

    fn clock(&self) -> Block {
        let end = |id: &Option<Id>| id.iter().map(|id| self.event(id)).collect::<Line>();
        let row = |metric: Metric| {
            let name = vec![words(metric.name.to_string())];
            vec![name, vec![said(&told(&metric))], vec![said(&metric.formula)], end(&metric.from), end(&metric.to)]
        };
        let rows = metrics(self.whole).into_iter().map(row).collect();
        let table =
            Table::block("The clock", &["Metric", "Value", "Formula", "From", "To"], &["Formula", "From", "To"], rows);
        let target = self.whole.incident().map_or(60, |incident| incident.detection_target_seconds);
        let mut blocks: Vec<Block> = table.into_iter().collect();
        blocks.push(Block::paragraph(vec![words(format!("Detection target: {target} s."))]));
        if let Some(cascade) = crate::timeline::cascade(self.whole) {
            blocks.push(Block::paragraph(vec![words(format!("Cascade: {}", cascade.sentence()))]));
        }
        Section::block("clock", "The clock", blocks)
    }
}

/// What a metric comes to.
fn told(metric: &Metric) -> String {
    let value = match &metric.state {
        MetricState::Recorded(range) => range.show(),
        MetricState::Ratio(least, most) => MetricState::show_ratio(*least, *most),
        MetricState::Pending(mark) => format!("pending: “{mark}” is not marked or has no time"),
        MetricState::NotApplicable => "not applicable".into(),
        MetricState::Invalid => "invalid: it ends before it begins".into(),
    };
    match &metric.reported {
        Some(reported) => format!("{} as reported; by the clock: {value}", reported.range.show()),
        None => value,
    }
}

/// An answer to “was it …”: `requested`, `not requested`, `requested: unknown`.
fn answered(answer: Tri, word: &str) -> Flag {
    match answer {
        Tri::Yes => flag(FlagKind::Yes, word),
        Tri::No => flag(FlagKind::No, format!("not {word}")),
        Tri::Unknown => flag(FlagKind::Unknown, format!("{word}: unknown")),
    }
}
