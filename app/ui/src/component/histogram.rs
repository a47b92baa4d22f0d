//! When records happened, drawn: a bar for each part of the span, over the exposure window.

use domain::counted::counted;
use domain::exposure::Exposure;
use domain::reader::log::Histogram;
use domain::{Instant, TimeRange};
use leptos::prelude::*;

use super::times::{at_text, length_text, span_text};

/// The drawing's size in its own units.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 100.0;
/// A bar of a single record is drawn so high that it can be seen.
const HEIGHT_MIN: f64 = 3.0;
/// A window narrower than this is drawn wider.
const WINDOW_MIN: f64 = 2.0;
/// How many of the fullest spans are told in words.
const TOLD_MAX: usize = 8;

/// The bars, each a link that narrows the list to its span; `href` makes the address of a span.
pub fn histogram(
    histogram: &Histogram,
    exposure: &Exposure,
    href: impl Fn(Instant, Instant) -> String,
) -> Option<AnyView> {
    let most = histogram.bars.iter().copied().max().filter(|most| *most > 0)?;
    let ends = Ends::of(histogram);
    let bars = histogram.bars.iter().enumerate().filter(|(_, count)| **count > 0).map(|(place, count)| {
        let (from, to) = ends.bar(place);
        let height = (*count as f64 / most as f64 * HEIGHT).max(HEIGHT_MIN);
        let (x, y) = (format!("{:.1}", ends.x(from)), format!("{:.1}", HEIGHT - height));
        let width = format!("{:.1}", (ends.x(to) - ends.x(from) - 1.0).max(1.0));
        let label = format!("{}: {}", span_text(Some(from), Some(to)), counted(*count, "record"));
        view! {
            <a href=href(from, to) aria-label=label.clone() tabindex="-1">
                <rect class="bar" x=x y=y width=width height=format!("{height:.1}")><title>{label.clone()}</title></rect>
            </a>
        }
    });
    let bars = bars.collect_view();
    let (band, told) = (band(&ends, exposure), told(histogram, &ends, href));
    let label = format!(
        "Records over time, {}; each bar stands for {}",
        span_text(Some(ends.from), Some(ends.told_to())),
        length_text(Some(ends.from), Some(ends.bar(0).1))
    );
    let shaded = band.is_some();
    Some(
        view! {
            <figure class="histogram">
                <svg viewBox="0 0 960 104" preserveAspectRatio="none" role="group" aria-label=label>
                    {band}
                    {bars}
                    <line class="axis" x1="0" x2="960" y1="101" y2="101"></line>
                </svg>
                <figcaption>
                    <span>{at_text(ends.from)}</span>
                    {shaded.then(|| view! { <span class="window">"the exposure window"</span> })}
                    <span>{at_text(ends.told_to())}</span>
                </figcaption>
                {told}
            </figure>
        }
        .into_any(),
    )
}

/// The span that is drawn, and where a moment lies in it.
struct Ends {
    from: Instant,
    to: Instant,
    bars: usize,
}

impl Ends {
    fn of(histogram: &Histogram) -> Self {
        Self { from: histogram.from, to: histogram.to, bars: histogram.bars.len().max(1) }
    }

    fn length(&self) -> i64 {
        (self.to.micros() - self.from.micros()).max(1)
    }

    /// The span of a bar. It begins where the one before ends.
    fn bar(&self, place: usize) -> (Instant, Instant) {
        let edge = |place: usize| {
            let micros = i128::from(self.length()) * place as i128;
            let bars = self.bars as i128;
            // Rounded up: the first microsecond that is counted under the bar.
            self.from.plus_micros(i64::try_from((micros + bars - 1) / bars).unwrap_or(i64::MAX))
        };
        (edge(place), edge(place + 1).max(edge(place).plus_micros(1)))
    }

    /// The end in words. Where nothing is asked for it lies a microsecond behind the last record.
    fn told_to(&self) -> Instant {
        if self.to.micros() % 1_000 == 1 { self.to.plus_micros(-1) } else { self.to }
    }

    fn x(&self, at: Instant) -> f64 {
        let since = at.micros().saturating_sub(self.from.micros()) as f64;
        (since / self.length() as f64 * WIDTH).clamp(0.0, WIDTH)
    }
}

/// The exposure window behind the bars: solid where it was open for certain, hatched where it may have been.
fn band(ends: &Ends, exposure: &Exposure) -> Option<AnyView> {
    let start = exposure.start.as_ref()?;
    let end = exposure.end.clone().unwrap_or_else(TimeRange::unknown);
    let first = start.earliest.or(start.latest)?;
    let sure_from = start.latest.unwrap_or(first);
    let last = end.latest.unwrap_or(ends.to);
    let sure_to = end.earliest.or(end.latest).unwrap_or(ends.to);
    if last <= ends.from || first >= ends.to {
        return None;
    }
    let piece = |class: &'static str, from: Instant, to: Instant| {
        // A window of minutes in a log of years is still seen.
        let width = (ends.x(to) - ends.x(from)).max(WINDOW_MIN);
        let x = ends.x(from).min(WIDTH - width);
        (from < to).then(
            || view! { <rect class=class x=format!("{x:.1}") y="0" width=format!("{width:.1}") height="101"></rect> },
        )
    };
    Some(
        view! {
            {piece("window", first, last)}
            {piece("window unsure", first, sure_from)}
            {piece("window unsure", sure_to, last)}
        }
        .into_any(),
    )
}

/// The fullest spans in words, for those who do not see the drawing or cannot hit a bar.
fn told(histogram: &Histogram, ends: &Ends, href: impl Fn(Instant, Instant) -> String) -> AnyView {
    let mut places: Vec<(usize, u64)> =
        histogram.bars.iter().copied().enumerate().filter(|(_, count)| *count > 0).collect();
    let spans = places.len();
    places.sort_by_key(|(place, count)| (std::cmp::Reverse(*count), *place));
    places.truncate(TOLD_MAX);
    places.sort_unstable();
    let lines = places.into_iter().map(|(place, count)| {
        let (from, to) = ends.bar(place);
        view! { <li><a href=href(from, to)>{span_text(Some(from), Some(to))}</a> " " <span class="muted">{counted(count, "record")}</span></li> }
    });
    let lines = lines.collect_view();
    let summary = if spans > TOLD_MAX { "The fullest spans in words" } else { "The spans in words" };
    view! { <details><summary>{summary}</summary><ul class="hairline">{lines}</ul></details> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_follow_one_another_and_fill_the_span() {
        let ends = Ends { from: Instant::from_micros(5), to: Instant::from_micros(105), bars: 3 };
        let bars: Vec<_> = (0..3).map(|place| ends.bar(place)).collect();
        assert_eq!(bars[0].0, ends.from);
        assert_eq!((bars[0].1, bars[1].1), (bars[1].0, bars[2].0));
        assert_eq!(bars[2].1, ends.to);
        assert!((ends.x(ends.to) - WIDTH).abs() < f64::EPSILON);
    }
}
