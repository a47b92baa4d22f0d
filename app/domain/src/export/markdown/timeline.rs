//! The timeline and the clock.

use crate::metrics::{MetricState, metrics};
use crate::time::{day_heading, day_order, show_clock};
use crate::timeline::{Event, ProvenanceLabel};
use crate::vocabulary::PrincipalKind;
use crate::words::Tri;

use super::{Doc, flag};
use crate::export::mark::{esc, tame};

impl Doc<'_> {
    pub(super) fn timeline(&mut self) {
        let (mut events, mut day, mut items) = (self.shown.timeline(), None, Vec::new());
        // An approximate time begins before the day it is told with.
        events.sort_by_key(|kept| day_order(&kept.time, &self.options.zone));
        if events.is_empty() {
            self.nothing("event", self.whole.events.is_empty());
        }
        for kept in events {
            let today = self.day(&kept.record);
            if day.as_ref() != Some(&today) {
                self.page.list(std::mem::take(&mut items));
                self.page.heading(3, &today);
                day = Some(today);
            }
            items.push(self.entry(&kept.record));
        }
        self.page.list(items);
        self.clock();
    }

    fn day(&self, event: &Event) -> String {
        day_heading(&event.time, &self.options.zone)
    }

    fn entry(&mut self, event: &Event) -> String {
        let who = self.shown.principals.find(&event.actor).map_or(PrincipalKind::Unknown, |kept| kept.kind);
        let kind = if who == PrincipalKind::Unknown { String::new() } else { format!(" ({who})") };
        let mut line = format!(
            "**{}** {}{kind} {}",
            esc(&show_clock(&event.time, &self.options.zone)),
            esc(self.shown.name_of(&event.actor)),
            event.act()
        );
        if !event.resource.is_empty() {
            line.push_str(&format!(" {}", esc(&event.resource)));
        }
        for (words, whom) in [(", for ", &event.on_behalf_of), (", invoked by ", &event.invoked_by)] {
            if let Some(id) = whom {
                line.push_str(&format!("{words}{}", esc(self.shown.name_of(id))));
            }
        }
        line.push_str(&self.flags(event, who));
        let people: Vec<String> = event.confirmed_by.iter().map(|id| esc(self.shown.name_of(id))).collect();
        if !people.is_empty() {
            line.push_str(&format!(" (confirmed by {})", people.join(", ")));
        }
        line.push_str(&self.cite(&event.evidence));
        if event.body.trim().is_empty() { line } else { format!("{line}\n\n{}", tame(&event.body)) }
    }

    /// What the reader of a timeline asks of an act: was it wanted, allowed, confirmed, and marked as an agent's.
    fn flags(&self, event: &Event, who: PrincipalKind) -> String {
        let asked = event.effect.is_effectful() || who == PrincipalKind::Agent;
        let answers =
            [(event.requested, "requested"), (event.authorised, "authorised"), (event.confirmed, "confirmed")];
        let mut flags: Vec<String> = answers
            .into_iter()
            .filter(|(answer, _)| asked || *answer != Tri::Unknown)
            .map(|(answer, word)| flag(answer, word))
            .collect();
        if event.output_mode.is_some() {
            let label = if event.provenance_label == ProvenanceLabel::Unknown {
                "label: unknown".into()
            } else {
                event.provenance_label.label().to_string()
            };
            flags.push(label);
        }
        flags.extend(event.prevented_by.map(|cause| format!("worse prevented by {cause}")));
        flags.extend(event.trace.as_ref().map(|trace| format!("trace {}", esc(trace))));
        flags.extend(self.shown.marks_on(&event.id).into_iter().map(|mark| format!("**{mark}**")));
        if flags.is_empty() { String::new() } else { format!(" ({})", flags.join("; ")) }
    }

    fn clock(&mut self) {
        self.page.heading(3, "The clock");
        let rows = metrics(self.whole).into_iter().map(|metric| {
            let value = match &metric.state {
                MetricState::Recorded(range) => range.show(),
                MetricState::Ratio(least, most) => MetricState::show_ratio(*least, *most),
                MetricState::Pending(mark) => format!("pending: “{mark}” is not marked or has no time"),
                MetricState::NotApplicable => "not applicable".into(),
                MetricState::Invalid => "invalid: it ends before it begins".into(),
            };
            let value = match &metric.reported {
                Some(reported) => format!("{} as reported; by the clock: {value}", reported.range.show()),
                None => value,
            };
            let end = |id: &Option<crate::Id>| id.as_ref().map(|id| self.event(id)).unwrap_or_default();
            vec![metric.name.to_string(), esc(&value), esc(&metric.formula), end(&metric.from), end(&metric.to)]
        });
        let rows = rows.collect();
        self.page.table(&["Metric", "Value", "Formula", "From", "To"], rows);
        let target = self.whole.incident().map_or(60, |incident| incident.detection_target_seconds);
        self.page.block(&format!("Detection target: {target} s."));
        if let Some(cascade) = crate::timeline::cascade(self.whole) {
            self.page.block(&format!("Cascade: {}", cascade.sentence()));
        }
    }
}
