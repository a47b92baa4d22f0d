//! What the public profile took out, and which texts wait for a decision.

use super::build::Build;
use super::inline::{Inline, Line, strong, words};
use super::{Block, Level};
use crate::casefile::Spot;
use crate::counted::counted_as;
use crate::wording::{Choice, PrivateText};

/// So many texts are listed; the page of the public export has them all.
const LISTED_MAX: usize = 50;

/// What readers of a document are not shown.
#[derive(Debug, Clone, Default)]
pub struct Withheld {
    /// How many principals are private.
    pub principals: usize,
    /// How many people are told by stand-ins.
    pub people: usize,
    /// How many internal notes there are.
    pub notes: usize,
    /// Texts with private names.
    pub texts: Vec<PrivateText>,
}

impl Build<'_> {
    pub fn withheld(&self, withheld: &Withheld) -> Vec<Block> {
        let mut blocks = vec![Block::aside(withheld.said())];
        let open: Vec<&PrivateText> = withheld.texts.iter().filter(|text| text.choice.is_none()).collect();
        if open.is_empty() {
            return blocks;
        }
        let count = counted_as(open.len(), "text holds", "texts hold");
        let told = words(format!(
            " {count} a private name. Each is withheld until somebody decides whether it is printed as it is written, with stand-ins, or left out:"
        ));
        blocks.push(Block::Notice { level: Level::Warning, words: vec![strong("Not decided:"), told] });
        let mut lines: Vec<Line> = open.iter().take(LISTED_MAX).map(|text| self.place(text)).collect();
        if open.len() > LISTED_MAX {
            lines.push(vec![words(format!("and {} more", open.len() - LISTED_MAX))]);
        }
        blocks.extend(Block::list(lines));
        blocks
    }

    /// Where a text stands, without saying anything of it.
    fn place(&self, text: &PrivateText) -> Line {
        let field = text.field.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
        let field = words(format!(": {}", field.replace('_', " ")));
        let record = match text.noun.definition().spot(self.shown, &text.record) {
            Some(Spot::At(time)) => {
                return vec![words(format!("{} of ", text.noun.label())), Inline::Time(time), field];
            }
            Some(Spot::Called(name)) => name,
            Some(Spot::Number) | None => {
                let same = self.shown.documents().into_iter().filter(|document| document.0 == text.noun);
                let number = same.take_while(|document| document.1 != text.record).count() + 1;
                format!("{} {number}", text.noun.label())
            }
        };
        vec![words(record), field]
    }
}

impl Withheld {
    fn said(&self) -> String {
        let decided = |choice: Choice| self.texts.iter().filter(|text| text.choice == Some(choice)).count();
        let (kept, replaced, left_out) = (decided(Choice::Keep), decided(Choice::Replace), decided(Choice::Remove));
        let texts = if kept + replaced + left_out == 0 {
            String::new()
        } else {
            format!(
                " Of the texts with private names, somebody decided to print {kept} as written and {replaced} with stand-ins, and to leave out {left_out}."
            )
        };
        format!(
            "This is the public profile. Withheld: {}, the names of {}, {}, the content of evidence with its custody log, sources that are internal or anonymous, exposed principals by name, \
             and links to internal trackers. Names are replaced where they refer to somebody; stand-ins such as “person 1” are the same person throughout. Texts stand as they were written.{texts}",
            counted_as(self.principals, "private principal", "private principals"),
            counted_as(self.people, "person", "people"),
            counted_as(self.notes, "internal note", "internal notes"),
        )
    }
}
