//! The flags of a row: what was asked for, allowed, confirmed, and what shows it.

use domain::Tri;

use crate::markdown::writer::Html;

/// Flags of one row; the list is begun by the first of them.
pub(super) struct FlagList<'h> {
    html: &'h mut Html,
    open: bool,
}

impl<'h> FlagList<'h> {
    pub(super) fn new(html: &'h mut Html) -> Self {
        Self { html, open: false }
    }

    /// The place of the next flag.
    pub(super) fn start(&mut self) -> &mut Html {
        if !self.open {
            self.open = true;
            self.html.raw("<ul class=\"flags\">");
        }
        self.html
    }

    /// A flag of a class in these words.
    pub(super) fn flag(&mut self, class: &'static str, words: &'static str) {
        self.start().raw("<li class=\"").raw(class).raw("\">").raw(words).raw("</li>");
    }

    /// An unknown answer is shown only where it is asked for: of acts that changed something.
    pub(super) fn tri(&mut self, answer: Tri, asked: bool, words: [&'static str; 3]) {
        match answer {
            Tri::Yes => self.flag("flag yes", words[0]),
            Tri::No => self.flag("flag no", words[1]),
            Tri::Unknown if asked => self.flag("flag un", words[2]),
            Tri::Unknown => {}
        }
    }

    /// Ends the list, if it was begun.
    pub(super) fn finish(self) {
        if self.open {
            self.html.raw("</ul>");
        }
    }
}
