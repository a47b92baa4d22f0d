//! Bars by month: how many incidents were detected within their target.

use domain::counted::counted;
use domain::trends::{Detection, DetectionCount, FiledBy, Month, Trends};
use leptos::prelude::*;

use super::address;

/// The drawing's size in its own units.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 170.0;
/// Where the bars stand, and how high the highest is.
const FLOOR: f64 = 140.0;
const BARS: f64 = 118.0;
/// A part is drawn so high that it can be seen.
const PART_MIN: f64 = 3.0;

/// A bar for each month, with what is known at the bottom.
pub(super) fn bars(trends: &Trends, filed_by: Option<FiledBy>) -> AnyView {
    let counts: Vec<(Month, DetectionCount)> =
        trends.months.iter().map(|row| (row.month, row.groups.of(filed_by).detection)).collect();
    let most = counts.iter().map(|(_, count)| total(count)).max().unwrap_or(0).max(1);
    let column = WIDTH / counts.len().max(1) as f64;
    let told = format!("Incidents by month and time to detect. {}", told(&counts));
    let drawn = counts.iter().enumerate().map(|(place, (month, count))| {
        let left = place as f64 * column;
        let middle = n(left + column / 2.0);
        let (parts, top) = parts(*month, count, filed_by, left + column * 0.2, column * 0.6, most);
        let sum = total(count);
        let sum =
            (sum > 0).then(|| view! { <text class="sum" x=middle.clone() y=n(top - 5.0)>{sum.to_string()}</text> });
        // The year stands once, and where it is another one.
        let year = (place == 0 || month.short() == "Jan")
            .then(|| view! { <text class="muted" x=middle.clone() y="169">{month.year().to_string()}</text> });
        view! { {parts}{sum}<text x=middle y="155">{month.short()}</text>{year} }
    });
    let drawn = drawn.collect_view();
    view! {
        <figure class="trend">
            <div class="scroll" tabindex="0" role="region" aria-label="Time to detect by month, drawn">
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="group" aria-label=told>
                    {drawn}
                    <line class="axis" x1="0" x2=n(WIDTH) y1=n(FLOOR) y2=n(FLOOR)></line>
                </svg>
            </div>
            <figcaption>
                <ul class="legend">
                    {Detection::ALL.iter().map(|detection| view! { <li><i class=detection.word()></i>{detection.label()}</li> }).collect_view()}
                </ul>
            </figcaption>
        </figure>
    }
    .into_any()
}

fn n(number: f64) -> String {
    format!("{number:.1}")
}

fn total(count: &DetectionCount) -> u64 {
    Detection::ALL.iter().map(|&detection| count.of(detection)).sum()
}

/// The parts of a bar, each a link to its incidents, and where the highest ends.
fn parts(
    month: Month,
    count: &DetectionCount,
    filed_by: Option<FiledBy>,
    x: f64,
    width: f64,
    most: u64,
) -> (AnyView, f64) {
    let mut top = FLOOR;
    let mut parts = Vec::new();
    for &detection in Detection::ALL {
        let many = count.of(detection);
        if many == 0 {
            continue;
        }
        let height = (many as f64 / most as f64 * BARS).max(PART_MIN);
        top -= height;
        let label = format!("{}: {}", month.label(), part_told(many, detection));
        let href = address(month, filed_by, &[("detection", detection.word())]);
        parts.push(view! {
            <a href=href aria-label=label.clone() tabindex="-1">
                <rect class=detection.word() x=n(x) y=n(top + 0.5) width=n(width) height=n(height - 1.0)><title>{label.clone()}</title></rect>
            </a>
        });
    }
    (parts.into_iter().collect_view().into_any(), top)
}

fn part_told(many: u64, detection: Detection) -> String {
    format!("{} {}", counted(many, "incident"), detection.label())
}

/// The drawing in words.
fn told(counts: &[(Month, DetectionCount)]) -> String {
    let full = counts.iter().filter(|(_, count)| total(count) > 0).map(|(month, count)| {
        let parts = Detection::ALL.iter().filter(|detection| count.of(**detection) > 0);
        let parts: Vec<String> =
            parts.map(|&detection| format!("{} {}", count.of(detection), detection.label())).collect();
        format!("{}: {}.", month.label(), parts.join(", "))
    });
    full.collect::<Vec<_>>().join(" ")
}
