//! Which agent a log means, among many.

use std::borrow::Cow;
use std::collections::HashMap;

use super::identifier::matches_folded;
use super::scope::{Brief, Decision, Deed, Turn, decide, weigh};
use super::{Agent, AgentFile, Pattern};
use crate::spelling::fold;

/// Whom a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant<T> {
    /// Nobody of that name is registered.
    Nobody,
    /// This one, by its place in the list.
    One(T),
    /// More than one: the name alone does not tell.
    Several,
}

/// Agents by the names under which logs know them. Names are looked up; a pattern is tried only on names that begin as
/// it does.
#[derive(Debug, Default)]
pub struct Index {
    names: HashMap<String, Meant<usize>>,
    patterns: HashMap<String, Vec<(String, usize)>>,
    /// How long the beginnings of the patterns are, each length once.
    beginnings: Vec<usize>,
}

impl Index {
    /// An index of agents, which it knows by their places in this order.
    pub fn of<'a>(agents: impl IntoIterator<Item = &'a Agent>) -> Self {
        let mut index = Self::default();
        for (place, agent) in agents.into_iter().enumerate() {
            for name in agent.former_names.iter().chain([&agent.name]) {
                index.name(fold(name), place);
            }
            for identifier in &agent.identifiers {
                let name = fold(identifier.as_str());
                match name.find('*') {
                    None => index.name(name, place),
                    Some(at) => index.patterns.entry(name[..at].to_string()).or_default().push((name, place)),
                }
            }
        }
        index.beginnings = index.patterns.keys().map(String::len).collect();
        index.beginnings.sort_unstable();
        index.beginnings.dedup();
        index
    }

    fn name(&mut self, name: String, place: usize) {
        let meant = self.names.entry(name).or_insert(Meant::One(place));
        if *meant != Meant::One(place) {
            *meant = Meant::Several;
        }
    }

    /// Whom a log means that names somebody so. A name that is written out goes before a pattern.
    pub fn find(&self, name: &str) -> Meant<usize> {
        let name = if is_folded(name) { Cow::Borrowed(name) } else { Cow::Owned(fold(name)) };
        match self.names.get(name.as_ref()) {
            Some(meant) => *meant,
            None => only(self.by_pattern(&name)),
        }
    }

    fn by_pattern<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        let beginnings = self.beginnings.iter().filter_map(|length| name.get(..*length));
        let patterns = beginnings.filter_map(|beginning| self.patterns.get(beginning)).flatten();
        patterns.filter(|(pattern, _)| matches_folded(pattern, name)).map(|(_, place)| *place)
    }
}

/// Whether a name is surely spelt as names are compared: most in logs are.
fn is_folded(name: &str) -> bool {
    // Words stand one blank apart, and none is at an end.
    let mut before = b' ';
    let is_kept = |byte: u8| {
        let blank_again = byte == b' ' && before == b' ';
        before = byte;
        !blank_again && (byte == b' ' || byte.is_ascii_graphic()) && !byte.is_ascii_uppercase()
    };
    name.bytes().all(is_kept) && before != b' '
}

/// Files of agents, made ready to weigh many acts: what decides most of them lies close together.
#[derive(Debug)]
pub struct Scopes<'a> {
    index: Index,
    turns: Vec<Turn>,
    briefs: Vec<Brief<'a>>,
    /// Where the turns and the briefs of each file end.
    ends: Vec<(usize, usize)>,
}

impl<'a> Scopes<'a> {
    /// Makes these files ready.
    pub fn of(files: &'a [AgentFile]) -> Self {
        let index = Index::of(files.iter().map(|file| &file.agent));
        let (mut turns, mut briefs, mut ends) = (Vec::new(), Vec::new(), Vec::with_capacity(files.len()));
        // Many grants speak of the same resources: what is looked at again and again is then close at hand.
        let mut known: HashMap<Vec<&str>, &'a [Pattern]> = HashMap::new();
        for file in files {
            turns.extend(file.agent.history.iter().map(Turn::of));
            briefs.extend(file.grants.iter().map(|grant| {
                let texts = grant.resources.iter().map(Pattern::as_str).collect();
                Brief::of(grant).with(known.entry(texts).or_insert(&grant.resources))
            }));
            ends.push((turns.len(), briefs.len()));
        }
        Self { index, turns, briefs, ends }
    }

    /// Decides about an act of somebody whom a log names so.
    pub fn decide(&self, name: &str, deed: &Deed) -> Decision<'a> {
        let place = match self.index.find(name) {
            Meant::Several => return Decision::ambiguous(),
            Meant::Nobody => return decide(None, deed),
            Meant::One(place) => place,
        };
        let (turn, brief) = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let (turn_end, brief_end) = self.ends[place];
        let grants = || self.briefs[brief..brief_end].iter().copied();
        weigh(self.turns[turn..turn_end].iter().copied(), grants, deed)
    }
}

/// The one place there is, if all are the same.
fn only(mut places: impl Iterator<Item = usize>) -> Meant<usize> {
    match places.next() {
        None => Meant::Nobody,
        Some(first) if places.all(|place| place == first) => Meant::One(first),
        Some(_) => Meant::Several,
    }
}
