//! Where the labels go: close to their marks, above and below in turn, and never over each other.

use super::WIDTH;

/// How wide a letter is, on average.
const LETTER: f64 = 6.3;
/// The space between two labels.
const SPACE: f64 = 10.0;
/// How many labels may stand over each other on one side.
const LEVELS_MAX: usize = 4;

/// The place of a label.
pub(super) struct Label {
    pub x: f64,
    pub above: bool,
    pub level: usize,
}

/// Places labels of so many letters at these marks, given in the order of time.
pub(super) fn place_labels(marks: impl Iterator<Item = (f64, usize)>) -> Vec<Label> {
    let mut ends: Vec<(bool, usize, f64)> = Vec::new();
    let mut labels = Vec::new();
    for (place, (x, letters)) in marks.enumerate() {
        let half = (letters as f64 * LETTER / 2.0).min(WIDTH / 2.0 - 2.0);
        let x = x.clamp(half + 2.0, WIDTH - half - 2.0);
        let (above, level) = free(&ends, place % 2 == 0, x - half);
        ends.retain(|(side, at, _)| (*side, *at) != (above, level));
        ends.push((above, level, x + half + SPACE));
        labels.push(Label { x, above, level });
    }
    labels
}

/// The lowest level with room, on the wanted side first.
fn free(ends: &[(bool, usize, f64)], above: bool, left: f64) -> (bool, usize) {
    let end = |side: bool, level: usize| {
        ends.iter().find(|(at, of, _)| (*at, *of) == (side, level)).map_or(f64::MIN, |(_, _, end)| *end)
    };
    let places = (0..LEVELS_MAX).flat_map(|level| [(above, level), (!above, level)]);
    let mut places = places.filter(|(side, level)| end(*side, *level) <= left);
    places.next().unwrap_or((above, LEVELS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_one_moment_do_not_cover_each_other() {
        let labels = place_labels([(400.0, 10), (401.0, 10), (402.0, 10), (403.0, 10)].into_iter());
        let mut places: Vec<_> = labels.iter().map(|label| (label.above, label.level)).collect();
        places.sort();
        places.dedup();
        assert_eq!(places.len(), 4);
    }

    #[test]
    fn labels_stay_in_the_drawing() {
        let labels = place_labels([(0.0, 30), (800.0, 30)].into_iter());
        assert!(labels.iter().all(|label| label.x > 90.0 && label.x < 710.0));
    }
}
