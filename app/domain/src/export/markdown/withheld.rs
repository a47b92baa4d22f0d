//! What the public profile took out, and which texts wait for a decision.

use super::Doc;
use crate::casefile::Noun;
use crate::counted::counted_as;
use crate::export::redact::Removed;
use crate::postmortem::Section;
use crate::wording::{Choice, PrivateText};

/// So many texts are listed; the page of the public export has them all.
const LISTED_MAX: usize = 50;

impl Doc<'_> {
    pub(super) fn withheld(&mut self, removed: &Removed) {
        self.page.block(&said(removed));
        let open: Vec<&PrivateText> = removed.texts.iter().filter(|text| text.choice.is_none()).collect();
        if open.is_empty() {
            return;
        }
        let count = counted_as(open.len(), "text holds", "texts hold");
        self.page.block(&format!(
            "**Not decided:** {count} a private name. Each is withheld until somebody decides whether it is printed as it is written, with stand-ins, or left out:"
        ));
        let mut lines: Vec<String> = open.iter().take(LISTED_MAX).map(|text| self.place(text)).collect();
        if open.len() > LISTED_MAX {
            lines.push(format!("and {} more", open.len() - LISTED_MAX));
        }
        self.page.list(lines);
    }

    /// Where a text stands, without saying anything of it.
    fn place(&self, text: &PrivateText) -> String {
        let field = text.field.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
        let field = field.replace('_', " ");
        let record = match text.noun {
            Noun::Narrative => {
                let section = Section::parse(text.record.as_str());
                return section.map_or_else(|_| "a section".into(), |section| format!("section “{}”", section.label()));
            }
            Noun::Event => {
                let event = self.shown.events.find(&text.record);
                event.map_or_else(|| "an event".into(), |kept| format!("event of {}", self.time(&kept.time)))
            }
            Noun::Incident => "incident".into(),
            noun => {
                let same = self.shown.documents().into_iter().filter(|document| document.0 == noun);
                let number = same.take_while(|document| document.1 != text.record).count() + 1;
                format!("{} {number}", noun.label())
            }
        };
        format!("{record}: {field}")
    }
}

fn said(removed: &Removed) -> String {
    let decided = |choice: Choice| removed.texts.iter().filter(|text| text.choice == Some(choice)).count();
    let (kept, replaced, left_out) = (decided(Choice::Keep), decided(Choice::Replace), decided(Choice::Remove));
    let texts = if kept + replaced + left_out == 0 {
        String::new()
    } else {
        format!(
            " Of the texts with private names, somebody decided to print {kept} as written and {replaced} with stand-ins, and to leave out {left_out}."
        )
    };
    format!(
        "*This is the public profile. Withheld: {}, the names of {}, {}, the content of evidence with its custody log, sources that are internal or anonymous, exposed principals by name, \
         and links to internal trackers. Names are replaced where they refer to somebody; stand-ins such as “person 1” are the same person throughout. Texts stand as they were written.{texts}*",
        counted_as(removed.principals, "private principal", "private principals"),
        counted_as(removed.people, "person", "people"),
        counted_as(removed.notes, "internal note", "internal notes"),
    )
}
