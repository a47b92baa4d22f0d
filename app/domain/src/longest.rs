//! The longest way through what hangs on what: events in a cascade, factors because of others.

use std::collections::{BTreeMap, BTreeSet};

use crate::Id;

/// How many steps lie before each record at most, and the record from which the last of them comes.
pub struct Longest<'a>(BTreeMap<&'a Id, (usize, Option<&'a Id>)>);

impl<'a> Longest<'a> {
    /// Of records and what each hangs on. A circle is cut where it closes.
    ///
    /// Every link is followed once. The way is kept in a list and not on the stack of the program: people decide how
    /// long it is.
    pub fn of(causes: &BTreeMap<&'a Id, Vec<&'a Id>>) -> Self {
        let mut known = BTreeMap::new();
        for start in causes.keys() {
            let (mut way, mut open) = (Vec::new(), BTreeSet::new());
            way.extend((!known.contains_key(start)).then(|| Step::at(start, causes)));
            while let Some(step) = way.last_mut() {
                open.insert(step.at);
                let Some(cause) = step.left.pop() else {
                    known.insert(step.at, step.best);
                    open.remove(step.at);
                    way.pop();
                    continue;
                };
                match known.get(cause) {
                    Some((before, _)) if before + 1 >= step.best.0 => step.best = (before + 1, Some(cause)),
                    Some(_) => {}
                    None if open.contains(cause) => {}
                    None => {
                        // Looked at again when it is known.
                        step.left.push(cause);
                        way.push(Step::at(cause, causes));
                    }
                }
            }
        }
        Self(known)
    }

    /// How many steps lie before a record.
    pub fn before(&self, id: &Id) -> usize {
        self.0.get(id).map_or(0, |(before, _)| *before)
    }

    /// The longest way of all, its beginning first.
    pub fn way(&self) -> Vec<&'a Id> {
        let mut way = Vec::new();
        let mut next = self.0.iter().max_by_key(|(_, (before, _))| *before).map(|(end, _)| *end);
        while let Some(id) = next {
            way.push(id);
            next = self.0.get(id).and_then(|(_, cause)| *cause);
        }
        way.reverse();
        way
    }
}

/// A record on the way, and which of its causes are still to be looked at.
struct Step<'a> {
    at: &'a Id,
    left: Vec<&'a Id>,
    best: (usize, Option<&'a Id>),
}

impl<'a> Step<'a> {
    fn at(at: &'a Id, causes: &BTreeMap<&'a Id, Vec<&'a Id>>) -> Self {
        Self { at, left: causes.get(at).cloned().unwrap_or_default(), best: (0, None) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longest(links: &[(usize, usize)]) -> Vec<usize> {
        let last = links.iter().map(|(from, to)| *from.max(to)).max().unwrap_or(0);
        let ids: Vec<Id> = (0..=last).map(|number| Id::new(format!("{number:07}"))).collect();
        let mut causes: BTreeMap<&Id, Vec<&Id>> = BTreeMap::new();
        for (from, to) in links {
            causes.entry(&ids[*from]).or_default().push(&ids[*to]);
        }
        let longest = Longest::of(&causes);
        let way = longest.way();
        assert_eq!(way.last().map_or(0, |end| longest.before(end) + 1), way.len());
        way.iter().map(|id| id.as_str().parse().unwrap()).collect()
    }

    #[test]
    fn the_longest_way_is_found_also_where_ways_part_and_meet() {
        assert_eq!(longest(&[]), Vec::<usize>::new());
        assert_eq!(longest(&[(1, 0), (2, 0), (3, 1), (3, 2), (4, 3), (4, 0)]).len(), 4);
        assert_eq!(longest(&[(5, 4), (9, 8), (8, 7), (7, 9), (4, 3), (3, 2), (2, 1)]), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_circle_ends() {
        assert_eq!(longest(&[(0, 1), (1, 0)]).len(), 2);
        assert_eq!(longest(&[(0, 1), (1, 2), (2, 0)]).len(), 3);
        assert_eq!(longest(&[(0, 0)]).len(), 1);
    }

    #[test]
    fn neither_a_long_way_nor_many_ways_are_too_much() {
        let long: Vec<(usize, usize)> = (1..50_000).map(|place| (place, place - 1)).collect();
        assert_eq!(longest(&long).len(), 50_000);
        // Each of a hundred layers hangs on both of the layer before: 2^100 ways, 400 links.
        let layers = (1..100).flat_map(|layer| {
            [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(from, to)| (2 * layer + from, 2 * layer - 2 + to))
        });
        assert_eq!(longest(&layers.collect::<Vec<_>>()).len(), 100);
    }
}
