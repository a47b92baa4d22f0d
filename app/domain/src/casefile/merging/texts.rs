//! Texts of two incidents: sections that both wrote, and what is said of the merge.

use super::take::Taking;
use crate::Ruled;
use crate::casefile::Entry;
use crate::comment::Comment;
use crate::draft::TEXT_CHARS_MAX;
use crate::nesting::{OPTIONS, read};
use crate::postmortem::Narrative;

impl Taking<'_> {
    /// A section that both wrote has both texts, the other one under the key it is from.
    pub(super) fn narratives(&mut self, entry: &mut Entry) {
        for theirs in self.from.narratives.iter().map(|kept| &kept.record).filter(|one| !one.body.is_empty()) {
            let ours = entry.dossier().section(theirs.section).to_string();
            if ours.is_empty() {
                entry.put(theirs.clone());
                continue;
            }
            let heading = format!("From {}", self.key);
            match beside(&ours, &heading, &theirs.body) {
                Some(body) => entry.put(Narrative { body, ..theirs.clone() }),
                // What the two cannot be in one text stands beside it.
                None => self.say(entry, &format!("section/{}", theirs.section.word()), theirs.body.clone()),
            }
        }
    }

    /// What the other incident was, and what is to be decided, as comments that wait to be resolved.
    pub(super) fn remarks(&mut self, entry: &mut Entry) -> Ruled<()> {
        let theirs = self.from.incident()?;
        if !theirs.summary.is_empty() {
            let body = format!("{} was filed as “{}”:\n\n{}", self.key, theirs.title, theirs.summary);
            self.say(entry, "section/summary", body);
        }
        if !self.plan.open.is_empty() {
            let list: Vec<String> = self.plan.open.iter().map(|sentence| format!("- {sentence}")).collect();
            let body = format!("To decide after {} was merged into this incident:\n\n{}", self.key, list.join("\n"));
            self.say(entry, "section/unknowns", body);
        }
        Ok(())
    }

    fn say(&self, entry: &mut Entry, about: &str, body: String) {
        let (id, said) = (entry.new_id(), entry.stamp());
        let body = body.chars().take(TEXT_CHARS_MAX).collect();
        entry.put(Comment { id, about: about.into(), body, said, resolved: None });
    }
}

/// One text under another with a heading between; `None` where they do not fit, or where a mark in the first that is
/// never closed would take the heading in.
fn beside(text: &str, heading: &str, other: &str) -> Option<String> {
    let whole = format!("{text}\n\n**{heading}**\n\n{other}");
    let is_apart = |events: Vec<pulldown_cmark::Event<'_>>| {
        use pulldown_cmark::{Event, Tag};
        let mut depth = 0_usize;
        let mut paragraph = false;
        events.iter().any(|event| {
            match event {
                Event::Start(tag) => {
                    depth += 1;
                    paragraph = matches!(tag, Tag::Paragraph) && depth == 1 || paragraph && matches!(tag, Tag::Strong);
                }
                Event::End(_) => depth -= 1,
                Event::Text(words) => return paragraph && depth == 2 && **words == *heading,
                _ => paragraph = false,
            }
            false
        })
    };
    let fits = whole.chars().count() <= TEXT_CHARS_MAX;
    (fits && read(&whole, OPTIONS).is_some_and(is_apart)).then_some(whole)
}
