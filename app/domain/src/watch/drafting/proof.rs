//! Tying the events of a draft to its evidence, once the segment that holds the records is sealed and read.

use crate::casefile::Entry;
use crate::draft::LINKS_MAX;
use crate::draft::When;
use crate::exposure::WindowDraft;
use crate::promotion::links_of;
use crate::reader::log::LogRecord;
use crate::timeline::MarkName;
use crate::{Id, Ruled};

/// A record of evidence that shows what an event tells.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The event.
    pub event: Id,
    /// The number of the record in its evidence.
    pub number: u64,
    /// The record.
    pub record: LogRecord,
}

impl Shown {
    /// Whether a record that was read from a segment is the one that a rule judged when it came in. Where it stands
    /// differs, and what was known of its confirmation by then may.
    pub fn is_same(judged: &LogRecord, read: &LogRecord) -> bool {
        let act = |of: &LogRecord| (of.time, of.verb, of.effect, of.outcome);
        let texts =
            |of: &LogRecord| [&of.actor.name, &of.resource, &of.action, &of.message].map(|text| text.replace('\0', ""));
        let names = |of: &LogRecord| [of.id.clone(), of.trace.clone(), of.session.clone(), of.arguments_sha256.clone()];
        act(judged) == act(read) && texts(judged) == texts(read) && names(judged) == names(read)
    }
}

impl Entry {
    /// Links events to the records that show them. One that is gone is passed over.
    pub fn show_acts(&mut self, evidence: &Id, shown: &[Shown]) -> Ruled<()> {
        for one in shown {
            let Some(kept) = self.dossier().events.get(&one.event) else { continue };
            let mut event = kept.record.clone();
            let is_linked = event.evidence.iter().any(|link| link.id == *evidence && link.record == Some(one.number));
            let links = links_of(evidence, one.number, &one.record);
            if is_linked || event.evidence.len() + links.len() > LINKS_MAX {
                continue;
            }
            event.evidence.extend(links);
            self.put(event);
        }
        self.show_beginning(evidence, shown)
    }

    /// What shows the first act shows the beginning of the exposure. With an end it would bound the window, and that
    /// is for people to say.
    fn show_beginning(&mut self, evidence: &Id, shown: &[Shown]) -> Ruled<()> {
        let exposure = self.dossier().exposure();
        let marked = self.dossier().marked(MarkName::ActionExecuted);
        let Some((first, time)) = marked.map(|(id, time)| (id.clone(), time.earliest)) else { return Ok(()) };
        let begins = exposure.start.as_ref().is_some_and(|start| start.earliest == time);
        let is_shown = shown.iter().any(|one| one.event == first);
        let is_open = exposure.end.is_none() && exposure.start_evidence.is_empty();
        if !(self.dossier().is_undecided_draft() && begins && is_shown && is_open) {
            return Ok(());
        }
        self.set_window(WindowDraft {
            start: exposure.start.map(When::Range),
            end: None,
            start_evidence: vec![evidence.clone()],
            end_evidence: exposure.end_evidence,
            clock_skew_seconds: exposure.clock_skew_seconds,
        })
    }
}
