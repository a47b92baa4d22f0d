//! From time to place on the axis.

use domain::{Instant, TimeRange};

/// Where the axis begins and ends.
const LEFT: f64 = 40.0;
const RIGHT: f64 = 760.0;

/// A scale that is linear from break to break.
pub(super) struct Scale {
    /// Instants in order, each with its place.
    knots: Vec<(i64, f64)>,
    breaks: Vec<f64>,
}

impl Scale {
    /// The scale for these times. Between start and end of the impact nothing is cut short.
    pub fn of<'a>(
        times: impl Iterator<Item = &'a TimeRange>,
        start: Option<&TimeRange>,
        end: Option<&TimeRange>,
    ) -> Self {
        let mut instants: Vec<i64> =
            times.flat_map(|time| [time.earliest, time.latest]).flatten().map(Instant::micros).collect();
        instants.sort_unstable();
        instants.dedup();
        let core = start.and_then(|start| start.sort_key()).zip(end.and_then(|end| end.latest.or(end.earliest)));
        let core = core.map(|(start, end)| (start.micros(), end.micros()));
        let gaps: Vec<f64> = instants.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
        let longest = longest_shown(&gaps, core);
        let inside = |from: i64, to: i64| core.is_some_and(|(start, end)| from >= start && to <= end);
        let shown = |place: usize| {
            let (gap, pair) = (gaps[place], &instants[place..place + 2]);
            if inside(pair[0], pair[1]) { gap } else { gap.min(longest) }
        };
        let total: f64 = (0..gaps.len()).map(shown).sum::<f64>().max(1.0);
        let (mut knots, mut breaks, mut x) = (Vec::new(), Vec::new(), LEFT);
        for (place, at) in instants.iter().enumerate() {
            knots.push((*at, x));
            if place < gaps.len() {
                let step = shown(place) / total * (RIGHT - LEFT);
                if shown(place) < gaps[place] {
                    breaks.push(x + step / 2.0);
                }
                x += step;
            }
        }
        if let [(_, only)] = knots.as_mut_slice() {
            *only = (LEFT + RIGHT) / 2.0;
        }
        Self { knots, breaks }
    }

    /// The place of an instant; what lies outside is at the edge.
    pub fn x(&self, at: Instant) -> f64 {
        let at = at.micros();
        let after = self.knots.partition_point(|(knot, _)| *knot <= at);
        match (after.checked_sub(1).and_then(|before| self.knots.get(before)), self.knots.get(after)) {
            (Some((from, left)), Some((to, right))) => left + (at - from) as f64 / (to - from) as f64 * (right - left),
            (Some((_, x)), None) | (None, Some((_, x))) => *x,
            (None, None) => LEFT,
        }
    }

    /// The place of an instant that the axis shows.
    pub fn inside(&self, at: Instant) -> Option<f64> {
        let (first, last) = (self.knots.first()?.0, self.knots.last()?.0);
        (first..=last).contains(&at.micros()).then(|| self.x(at))
    }

    /// Where the axis is cut short.
    pub fn breaks(&self) -> &[f64] {
        &self.breaks
    }
}

/// A wait outside the impact is shown at a third of the impact at most; without an impact, at three times the second longest.
fn longest_shown(gaps: &[f64], core: Option<(i64, i64)>) -> f64 {
    if let Some((start, end)) = core.filter(|(start, end)| end > start) {
        return (end - start) as f64 / 3.0;
    }
    let mut sorted = gaps.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.as_slice() {
        [.., second, _] => (second * 3.0).max(1.0),
        _ => f64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> TimeRange {
        TimeRange::exact(Instant::from_micros(minutes * 60_000_000))
    }

    #[test]
    fn a_long_wait_before_the_impact_is_cut_short() {
        let times = [at(0), at(100_000), at(100_120)];
        let scale = Scale::of(times.iter(), Some(&times[1]), Some(&times[2]));
        let places: Vec<f64> = times.iter().filter_map(|time| time.earliest).map(|time| scale.x(time)).collect();
        assert_eq!((places[0], places[2], scale.breaks().len()), (LEFT, RIGHT, 1));
        assert!((places[1] - (LEFT + (RIGHT - LEFT) / 4.0)).abs() < 0.01, "{places:?}");
    }

    #[test]
    fn one_instant_is_in_the_middle() {
        let time = at(5);
        assert_eq!(Scale::of([time.clone()].iter(), None, None).x(Instant::from_micros(300_000_000)), 400.0);
    }
}
