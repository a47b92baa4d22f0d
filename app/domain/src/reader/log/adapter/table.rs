//! What the acts of one provider mean, from its own list of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Out;
use crate::reader::log::act::{Act, act};
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, clip};
use crate::timeline::{Effect, Verb};

/// Names of acts that mean the same, with bars between them. One that ends with `*` stands for all that begin so.
pub type Known = (Verb, Effect, &'static str);

/// So many different acts are remembered.
const REMEMBERED_MAX: usize = 4_096;

/// Why a person should look at an act that is in no list.
pub const GUESSED: &str =
    "What this did is guessed from the words of its action: it is in no list of what this source records.";

/// The table of one provider.
pub struct Table {
    known: &'static [Known],
    /// What was looked up before, and whether it was in the table; a log has few different acts.
    seen: BTreeMap<String, (Act, bool)>,
}

impl Table {
    /// Over these acts.
    pub const fn new(known: &'static [Known]) -> Self {
        Self { known, seen: BTreeMap::new() }
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
        let (act, is_known) = self.look_up(name);
        record.set_act(act);
        if !is_known {
            record.needs_review.get_or_insert(Cow::Borrowed(GUESSED));
            out.stranger(&clip(if name.is_empty() { "no action" } else { name }, NAME_CHARS_MAX));
        }
    }

    fn look_up(&mut self, name: &str) -> (Act, bool) {
        if let Some(found) = self.seen.get(name) {
            return *found;
        }
        let found = Self::find(self.known, name).map_or_else(|| (act(name), false), |act| (act, true));
        if self.seen.len() < REMEMBERED_MAX {
            self.seen.insert(name.to_string(), found);
        }
        found
    }
}
