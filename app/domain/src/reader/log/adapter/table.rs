//! What the acts of one provider mean, from its own list of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Out;
use crate::reader::log::act::{Act, act};
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, clip};
use crate::vocabulary::{Effect, Verb};

/// Names of acts that mean the same, with bars between them. One that ends with `*` stands for all that begin so.
pub type Known = (Verb, Effect, &'static str);

/// So many different acts are remembered.
const REMEMBERED_MAX: usize = 4_096;

/// Why a person should look at an act that is in no list.
pub const GUESSED: &str =
    "What this did is guessed from the words of its action: it is in no list of what this source records.";

/// Why a person should look at an act of a log that has no list.
const WORDS_ONLY: &str =
    "What this did is guessed from the words of its action: nothing says what this source means by them.";

/// What an act means, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActMeaning {
    /// What it means.
    pub act: Act,
    /// Whether the provider's list, or the way in which it names its acts, says so. Otherwise the words of the act do.
    pub is_listed: bool,
}

impl ActMeaning {
    /// From a provider's list.
    pub const fn listed(act: Act) -> Self {
        Self { act, is_listed: true }
    }

    /// From the words of an action alone.
    pub fn guessed(action: &str) -> Self {
        Self { act: act(action), is_listed: false }
    }

    /// Sets what a record did. A guess is marked as one, and counted by the name of the act.
    pub fn set(self, record: &mut LogRecord, name: &str, out: &mut dyn Out) {
        record.set_act(self.act);
        if !self.is_listed {
            record.needs_review.get_or_insert(Cow::Borrowed(GUESSED));
            out.stranger(&clip(if name.is_empty() { "no action" } else { name }, NAME_CHARS_MAX));
        }
    }
}

/// Marks an act that was told by its words, in a kind of log that anything can write.
pub fn guess(record: &mut LogRecord) {
    if !record.action.is_empty() {
        record.needs_review.get_or_insert(Cow::Borrowed(WORDS_ONLY));
    }
}

/// What the table said of a name.
#[derive(Clone, Copy)]
struct Lookup {
    meaning: ActMeaning,
    /// Whether the list has the whole name.
    is_whole: bool,
}

/// The table of one provider.
pub struct Table {
    known: &'static [Known],
    /// How the provider names its acts: the last part of a name, behind dots and slashes, is one of these.
    naming: &'static [Known],
    /// What was looked up before; a log has few different acts.
    seen: BTreeMap<String, Lookup>,
}

impl Table {
    /// Over these acts.
    pub const fn new(known: &'static [Known]) -> Self {
        Self::named(known, &[])
    }

    /// Over these acts, of a provider that has a rule for the names of all others. The rule counts where the words of
    /// an act say the same: a name can follow it and mean more, as `CreateAccessKey` does.
    pub const fn named(known: &'static [Known], naming: &'static [Known]) -> Self {
        Self { known, naming, seen: BTreeMap::new() }
    }

    /// What an act means, if the table has it.
    pub fn find(known: &[Known], name: &str) -> Option<Act> {
        let name = name.trim();
        let fits = |listed: &str| match listed.strip_suffix('*') {
            Some(beginning) => name.get(..beginning.len()).is_some_and(|head| head.eq_ignore_ascii_case(beginning)),
            None => listed.eq_ignore_ascii_case(name),
        };
        let exact =
            known.iter().find(|(.., names)| names.split('|').any(|listed| !listed.ends_with('*') && fits(listed)));
        exact
            .or_else(|| known.iter().find(|(.., names)| names.split('|').any(fits)))
            .map(|(verb, effect, _)| Act { verb: *verb, effect: *effect })
    }

    /// Sets what an act means. What the table lacks is told by its words, marked as a guess, and counted by its name.
    pub fn set(&mut self, record: &mut LogRecord, name: &str, out: &mut dyn Out) {
        self.look_up(name).set(record, name, out);
    }

    /// What an act means: by the table, else by its words.
    pub fn look_up(&mut self, name: &str) -> ActMeaning {
        self.remembered(name).meaning
    }

    /// Whether the list has an act by its whole name.
    pub fn lists(&mut self, name: &str) -> bool {
        self.remembered(name).is_whole
    }

    fn remembered(&mut self, name: &str) -> Lookup {
        if let Some(found) = self.seen.get(name) {
            return *found;
        }
        let whole = Self::find(self.known, name);
        let listed = whole.or_else(|| Self::find(self.known, last_part(name)));
        let meaning = listed.map_or_else(|| self.by_words(name), ActMeaning::listed);
        let found = Lookup { meaning, is_whole: whole.is_some() };
        if self.seen.len() < REMEMBERED_MAX {
            self.seen.insert(name.to_string(), found);
        }
        found
    }

    fn by_words(&self, name: &str) -> ActMeaning {
        let guessed = ActMeaning::guessed(name);
        let is_listed = Self::find(self.naming, last_part(name)).is_some_and(|named| named == guessed.act);
        ActMeaning { is_listed, ..guessed }
    }
}

fn last_part(name: &str) -> &str {
    name.rsplit(['.', '/']).next().unwrap_or_default()
}
