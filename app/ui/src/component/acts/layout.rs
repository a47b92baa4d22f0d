//! Where acts and their labels go: one lane for each kind of actor, labels above and below it, and none over another.

/// How wide the drawing is, in its own units.
pub(super) const WIDTH: f64 = 840.0;
/// Where the lanes begin; left of it stand their names.
pub(super) const LEFT: f64 = 84.0;
/// Where they end.
const RIGHT: f64 = 828.0;
/// How wide a letter of a label is, at most on average.
const LETTER: f64 = 6.7;
/// The space between two labels of a line.
const SPACE: f64 = 8.0;
/// The height of a line of labels.
pub(super) const LINE: f64 = 15.0;
/// Half the height that a lane needs for its marks.
pub(super) const HALF: f64 = 10.0;

/// Where an act stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub x: f64,
    /// The line of its label: 1 is next above the lane, −1 next below it. Without room there is none.
    pub line: Option<i8>,
    /// The middle of the label.
    pub label_x: f64,
}

/// A lane with how many lines of labels it needs on either side.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Lane {
    pub above: u8,
    pub below: u8,
}

/// How many lines of labels a lane may have on either side.
const LINES_MAX: i8 = 3;

/// Places evenly for the order of acts, or by time where all times are known: shares between 0 and 1.
pub(super) fn places(shares: &[f64]) -> Vec<f64> {
    let inset = 18.0;
    shares.iter().map(|share| LEFT + inset + share * (RIGHT - LEFT - 2.0 * inset)).collect()
}

/// Puts a label of so many letters to each act, given with its lane and place; answers the places, and the lanes.
pub(super) fn label(acts: &[(usize, f64, usize)], lanes: usize) -> (Vec<Place>, Vec<Lane>) {
    let mut taken: Vec<(usize, i8, f64, f64)> = Vec::new();
    let mut sizes = vec![Lane::default(); lanes];
    let mut placed = Vec::new();
    for (number, (lane, x, letters)) in acts.iter().enumerate() {
        let half = *letters as f64 * LETTER / 2.0;
        let label_x = x.clamp(LEFT + half.min((RIGHT - LEFT) / 2.0), WIDTH - half.min((RIGHT - LEFT) / 2.0) - 2.0);
        let (from, to) = (label_x - half - SPACE / 2.0, label_x + half + SPACE / 2.0);
        let free = |line: &i8| {
            !taken.iter().any(|(of, at, start, end)| of == lane && at == line && *start < to && from < *end)
        };
        let fits = *letters > 0 && to - from < WIDTH - LEFT;
        let first: i8 = if number % 2 == 0 { 1 } else { -1 };
        let line = (1..=LINES_MAX).flat_map(|level| [first * level, -first * level]).find(free).filter(|_| fits);
        if let Some(line) = line {
            taken.push((*lane, line, from, to));
            let level = line.unsigned_abs();
            let size = &mut sizes[*lane];
            if line > 0 { size.above = size.above.max(level) } else { size.below = size.below.max(level) }
        }
        placed.push(Place { x: *x, line, label_x });
    }
    (placed, sizes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The boxes of labels, as the drawing will have them, lane by lane.
    fn boxes(acts: &[(usize, f64, usize)], placed: &[Place]) -> Vec<(usize, i8, f64, f64)> {
        let of = |((lane, _, letters), place): (&(usize, f64, usize), &Place)| {
            let half = *letters as f64 * LETTER / 2.0;
            place.line.map(|line| (*lane, line, place.label_x - half, place.label_x + half))
        };
        acts.iter().zip(placed).filter_map(of).collect()
    }

    proptest::proptest! {
        #[test]
        fn no_two_labels_overlap_and_none_leaves_the_drawing(
            acts in proptest::collection::vec((0..3_usize, 102.0..810.0_f64, 0..60_usize), 0..40),
        ) {
            let (placed, lanes) = label(&acts, 3);
            let boxes = boxes(&acts, &placed);
            for (number, a) in boxes.iter().enumerate() {
                proptest::prop_assert!(a.2 >= LEFT - 1.0 && a.3 <= WIDTH, "{a:?}");
                let room = lanes[a.0];
                proptest::prop_assert!(a.1 <= room.above as i8 && -a.1 <= room.below as i8);
                for b in &boxes[number + 1..] {
                    let apart = a.0 != b.0 || a.1 != b.1 || a.3 <= b.2 || b.3 <= a.2;
                    proptest::prop_assert!(apart, "{a:?} and {b:?}");
                }
            }
        }
    }

    #[test]
    fn acts_of_one_moment_take_lines_above_and_below() {
        let (placed, lanes) = label(&[(0, 400.0, 10), (0, 400.0, 10), (0, 400.0, 10)], 1);
        assert_eq!(placed.iter().map(|place| place.line).collect::<Vec<_>>(), [Some(1), Some(-1), Some(2)]);
        assert_eq!(lanes, [Lane { above: 2, below: 1 }]);
    }
}
