//! How much work it is to compare two lists, found out before anybody does it.

use std::collections::HashMap;
use std::hash::Hash;

/// What is left of the steps that one act may take.
///
/// The search for the shortest difference takes some d² / 2 steps for d differences, and one for every element that
/// it passes over. A million steps are some 5 ms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort(usize);

impl Effort {
    /// So many steps.
    pub const fn steps(steps: usize) -> Self {
        Self(steps)
    }

    /// Whether the shortest difference of two lists can be found with what is left. Finding that out takes as many
    /// steps as finding the difference would.
    pub fn covers<T: Eq + Hash>(&mut self, was: &[T], is: &[T]) -> bool {
        let head = was.iter().zip(is).take_while(|(was, is)| was == is).count();
        let (was, is) = (&was[head..], &is[head..]);
        let tail = was.iter().rev().zip(is.iter().rev()).take_while(|(was, is)| was == is).count();
        let (was, is) = (&was[..was.len() - tail], &is[..is.len() - tail]);
        if was.is_empty() || is.is_empty() {
            return true;
        }
        let mut numbers = HashMap::new();
        let mut number = |element| {
            let next = numbers.len();
            *numbers.entry(element).or_insert(next)
        };
        let (was, is): (Vec<usize>, Vec<usize>) =
            (was.iter().map(&mut number).collect(), is.iter().map(number).collect());
        self.walk(&was, &is).is_some()
    }

    /// How many differences there are, as Myers finds it: with each one more, the furthest place on every diagonal.
    fn walk(&mut self, was: &[usize], is: &[usize]) -> Option<usize> {
        let mut furthest = vec![0];
        for differences in 0..=was.len() + is.len() {
            for (diagonal, place) in furthest.iter_mut().enumerate() {
                let (mut x, mut y) = (*place, *place + differences - 2 * diagonal);
                while x < was.len() && y < is.len() && was[x] == is[y] {
                    (x, y) = (x + 1, y + 1);
                }
                if x >= was.len() && y >= is.len() {
                    return Some(differences);
                }
                self.0 = self.0.checked_sub(1 + x - *place)?;
                *place = x;
            }
            let (lowest, highest) = (furthest[0], furthest[differences] + 1);
            let between = furthest.windows(2).map(|two| (two[0] + 1).max(two[1]));
            furthest = std::iter::once(lowest).chain(between).chain([highest]).collect();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Effort;
    use proptest::prelude::*;

    fn differences(was: &str, is: &str) -> Option<usize> {
        let numbers = |text: &str| text.bytes().map(usize::from).collect::<Vec<_>>();
        Effort::steps(1_000_000).walk(&numbers(was), &numbers(is))
    }

    /// The length of the longest list that is in both, the slow and simple way.
    fn shared(was: &[u8], is: &[u8]) -> usize {
        let mut row = vec![0; is.len() + 1];
        for a in was {
            let mut corner = 0;
            for (place, b) in is.iter().enumerate() {
                let above = row[place + 1];
                row[place + 1] = if a == b { corner + 1 } else { above.max(row[place]) };
                corner = above;
            }
        }
        row[is.len()]
    }

    proptest! {
        #[test]
        fn the_differences_are_those_of_the_longest_shared_list(was in "[abc]{0,30}", is in "[abc]{0,30}") {
            let expected = was.len() + is.len() - 2 * shared(was.as_bytes(), is.as_bytes());
            prop_assert_eq!(differences(&was, &is), Some(expected));
        }
    }

    #[test]
    fn nothing_is_compared_beyond_what_is_left() {
        let (was, is): (Vec<u32>, Vec<u32>) = ((0..50_000).collect(), (50_000..100_000).collect());
        let mut effort = Effort::steps(10_000);
        assert!(!effort.covers(&was, &is));
        assert!(effort.covers(&was, &was), "what is the same takes no step");
        let mut edited = was.clone();
        edited[25_000] = 7;
        assert!(Effort::steps(10_000).covers(&was, &edited), "one difference in a long list is little work");
    }

    #[test]
    fn what_one_comparison_took_is_gone_for_the_next() {
        let (was, is): (Vec<u32>, Vec<u32>) = ((0..100).collect(), (100..200).collect());
        let mut effort = Effort::steps(30_000);
        assert!(effort.covers(&was, &is), "200 differences take some 20,000 steps");
        assert!(!effort.covers(&was, &is));
    }
}
