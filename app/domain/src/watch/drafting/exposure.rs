//! What a draft says of the exposure: it begins at the first act that was not kept from happening, and where it ends is
//! not known.

use super::severity::happened;
use super::{Raised, RaisedAct};
use crate::casefile::Entry;
use crate::draft::When;
use crate::exposure::{PathDraft, ResourceDraft, WindowDraft};
use crate::spelling::shown_line;
use crate::timeline::Verb;
use crate::vocabulary::{Channel, Op, ResourceClass};
use crate::{Id, Ruled, TimeRange};

/// So many resources a draft names.
const RESOURCES_MAX: usize = 20;
/// The longest short name of a resource, and the longest name in its note.
const ID_CHARS_MAX: usize = 60;
const NOTE_CHARS_MAX: usize = 150;

impl Entry {
    /// Records the resources and the beginning. In an incident that is there, the window only becomes wider, and what
    /// somebody took out of it stays out.
    pub(super) fn expose(&mut self, raised: &[Raised], is_new: bool) -> Ruled<()> {
        let acts: Vec<&RaisedAct> =
            raised.iter().flat_map(|one| &one.acts).filter(|act| happened(&act.record)).collect();
        for act in &acts {
            self.expose_resource(&act.record.resource, act.record.verb)?;
        }
        let exposure = self.dossier().exposure();
        let Some(first) = acts.iter().filter_map(|act| act.record.time).min() else { return Ok(()) };
        let is_wider = match exposure.start.as_ref().and_then(|start| start.earliest) {
            Some(start) => first < start,
            None => is_new,
        };
        if is_wider {
            self.set_window(WindowDraft {
                start: Some(When::Range(TimeRange::exact(first))),
                end: exposure.end.map(When::Range),
                start_evidence: Vec::new(),
                end_evidence: exposure.end_evidence,
                clock_skew_seconds: exposure.clock_skew_seconds,
            })?;
        }
        Ok(())
    }

    fn expose_resource(&mut self, resource: &str, verb: Verb) -> Ruled<()> {
        let (Some(op), false) = (op_of(verb), resource.is_empty()) else { return Ok(()) };
        let (id, note) = (short_name(resource), note_of(resource));
        let path = PathDraft { id: None, op, channel: Channel::AgentTool, status: None, justification: None };
        let exposure = self.dossier().exposure();
        match exposure.resources.iter().find(|known| known.note == note) {
            Some(known) if known.paths.iter().any(|way| way.op == op) => Ok(()),
            Some(known) => self.put_path(&known.id.clone(), path).map(drop),
            None if exposure.resources.len() >= RESOURCES_MAX => Ok(()),
            None => {
                let is_taken = |id: &String| exposure.resources.iter().any(|known| known.id.as_str() == id);
                let mut names = (2..).map(|number| format!("{id}-{number}"));
                let id = if is_taken(&id) { names.find(|name| !is_taken(name)).unwrap_or(id) } else { id };
                let class = ResourceClass::Restricted;
                self.put_resource(ResourceDraft { id, class, note: Some(note), paths: vec![path] }, None::<&Id>)?;
                Ok(())
            }
        }
    }
}

/// What an act lets the agent do with a resource; nothing where it is not known.
const fn op_of(verb: Verb) -> Option<Op> {
    match verb {
        Verb::Read => Some(Op::Read),
        Verb::List => Some(Op::List),
        Verb::Search => Some(Op::Search),
        Verb::Delete => Some(Op::Delete),
        Verb::Grant | Verb::Revoke | Verb::Share => Some(Op::Grant),
        Verb::Login | Verb::Other => None,
        Verb::Write | Verb::Post | Verb::Call | Verb::Execute | Verb::Config | Verb::LoggingControl => Some(Op::Write),
    }
}

/// A short name as an exposed resource has it: without the characters that would part an address.
fn short_name(resource: &str) -> String {
    let shown = shown_line(resource, usize::MAX);
    let plain = |c: char| if matches!(c, '/' | '?' | '#' | '&' | '%' | ' ') { '-' } else { c };
    let name: String = shown.chars().map(plain).take(ID_CHARS_MAX).collect();
    match name.trim_matches('-') {
        "" => "resource".into(),
        name => name.to_string(),
    }
}

fn note_of(resource: &str) -> String {
    let resource = shown_line(resource, NOTE_CHARS_MAX);
    format!("{resource}: how sensitive it is nobody has said yet, so that it counts as restricted.")
}
