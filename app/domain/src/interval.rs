//! Sets of time: sorted, disjoint, half-open spans of microseconds.

/// A half-open span `[from, to)` in microseconds.
pub type Span = (i64, i64);

/// A set of time. Its spans are sorted, disjoint, not empty and do not touch,
/// so that two equal sets are equal values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intervals(Vec<Span>);

impl FromIterator<Span> for Intervals {
    /// The union of spans in any order; empty and backward ones are dropped.
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> Self {
        let mut spans: Vec<Span> = spans.into_iter().filter(|(from, to)| from < to).collect();
        spans.sort_unstable();
        let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
        for (from, to) in spans {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        Self(joined)
    }
}

impl Intervals {
    /// The set of one span; empty unless `from < to`.
    pub fn one(from: i64, to: i64) -> Self {
        Self::from_iter([(from, to)])
    }

    /// The spans in order.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Whether the set holds no time at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How much time the set holds.
    pub fn length(&self) -> i64 {
        self.0.iter().fold(0, |sum, (from, to)| sum.saturating_add(to.saturating_sub(*from)))
    }

    /// What is in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.0.iter().chain(&other.0).copied().collect()
    }

    /// What is in both sets.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let (mut mine, mut theirs, mut both) = (0, 0, Vec::new());
        while let (Some(a), Some(b)) = (self.0.get(mine), other.0.get(theirs)) {
            both.push((a.0.max(b.0), a.1.min(b.1)));
            if a.1 <= b.1 { mine += 1 } else { theirs += 1 }
        }
        both.into_iter().collect()
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        let (mut left, mut first) = (Vec::new(), 0);
        for &(mut from, to) in &self.0 {
            while other.0.get(first).is_some_and(|hole| hole.1 <= from) {
                first += 1;
            }
            for &(hole_from, hole_to) in other.0[first..].iter().take_while(|hole| hole.0 < to) {
                left.push((from, hole_from));
                from = hole_to;
            }
            left.push((from, to));
        }
        left.into_iter().collect()
    }

    /// What of the window is not in the set.
    #[must_use]
    pub fn holes(&self, window: Span) -> Self {
        Self::one(window.0, window.1).subtract(self)
    }

    /// The set inside the window, with every hole no longer than `longest`
    /// filled, at the edges too. An empty set stays empty: clocks that disagree
    /// stretch what was recorded, they do not make a record.
    #[must_use]
    pub fn absorb(&self, window: Span, longest: i64) -> Self {
        let inside = self.intersect(&Self::one(window.0, window.1));
        if inside.is_empty() {
            return inside;
        }
        let holes = inside.holes(window);
        let small = holes.0.into_iter().filter(|(from, to)| to.saturating_sub(*from) <= longest);
        inside.0.iter().copied().chain(small).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(spans: &[Span]) -> Intervals {
        spans.iter().copied().collect()
    }

    #[test]
    fn spans_that_overlap_or_touch_become_one() {
        assert_eq!(set(&[(5, 9), (1, 3), (3, 6), (12, 12), (14, 13)]).spans(), [(1, 9)]);
    }

    #[test]
    fn holes_no_longer_than_the_skew_are_filled_at_the_edges_too() {
        let logged = set(&[(-5, 4), (6, 10), (13, 18)]);
        assert_eq!(logged.absorb((-7, 20), 2).spans(), [(-7, 10), (13, 20)]);
        assert_eq!(logged.absorb((0, 20), 1).spans(), [(0, 4), (6, 10), (13, 18)]);
        assert!(set(&[]).absorb((0, 2), 5).is_empty());
    }

    fn any_set() -> impl Strategy<Value = Vec<Span>> {
        proptest::collection::vec((0i64..24, 0i64..24), 0..6)
    }

    fn has(set: &Intervals, point: i64) -> bool {
        set.spans().iter().any(|(from, to)| (*from..*to).contains(&point))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn the_operations_are_those_of_sets_of_points(a in any_set(), b in any_set()) {
            let (a, b) = (set(&a), set(&b));
            let (union, both, left, holes) = (a.union(&b), a.intersect(&b), a.subtract(&b), a.holes((3, 20)));
            for point in 0..24 {
                prop_assert_eq!(has(&union, point), has(&a, point) || has(&b, point));
                prop_assert_eq!(has(&both, point), has(&a, point) && has(&b, point));
                prop_assert_eq!(has(&left, point), has(&a, point) && !has(&b, point));
                prop_assert_eq!(has(&holes, point), (3..20).contains(&point) && !has(&a, point));
            }
            for set in [&union, &both, &left, &holes] {
                prop_assert!(set.spans().windows(2).all(|pair| pair[0].1 < pair[1].0));
                prop_assert_eq!(set.length(), (0..24).filter(|point| has(set, *point)).count() as i64);
            }
            for skew in 0..4 {
                let (small, large) = (both.absorb((3, 20), skew), a.absorb((3, 20), skew));
                prop_assert!(small.subtract(&large).is_empty(), "absorbing keeps a subset a subset");
            }
        }
    }
}
