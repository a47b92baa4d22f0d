//! Trends as a table to keep.

use super::{FiledBy, Group, Trends};
use crate::cell::quoted;
use crate::severity::Sev;
use crate::time::DurationRange;
use crate::verdict::Verdict;

/// Trends as CSV: for each month a row of all incidents, one of those that a rule drafted, one of those that people
/// filed. Lengths are in seconds, as the ends of the range in which they lie; an end that is not known is empty.
pub fn trends_csv(trends: &Trends) -> String {
    let heads = ["month", "zone", "filed_by", "incidents", "dated_by_filing"].map(str::to_string).into_iter();
    let lengths = ["detect", "contain"].into_iter().flat_map(|what| {
        ["known", "unknown", "median_from", "median_to", "p90_from", "p90_to"].map(|end| format!("{what}_{end}"))
    });
    let heads = heads
        .chain(["within_target", "possibly_within", "over_target", "detection_unknown"].map(str::to_string))
        .chain(lengths)
        .chain(Sev::ALL.iter().map(|severity| format!("sev{}", severity.number())))
        .chain(["not_rated".to_string()])
        .chain(Verdict::ALL.iter().map(|verdict| verdict.word().to_string()))
        .chain(["remediations_open", "remediations_verified"].map(str::to_string));
    let mut lines = vec![heads.collect::<Vec<_>>()];
    for row in &trends.months {
        for filed_by in [None, Some(FiledBy::Rule), Some(FiledBy::People)] {
            let begin = [row.month.to_string(), trends.zone.clone(), filed_by.map_or("all", FiledBy::word).to_string()];
            lines.push(begin.into_iter().chain(cells(row.groups.of(filed_by))).collect());
        }
    }
    let line = |cells: &Vec<String>| cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",");
    // Without the mark, spreadsheets take the letters for those of another encoding.
    format!("\u{feff}{}\n", lines.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn cells(group: &Group) -> Vec<String> {
    let mut counts = vec![group.incidents, group.dated_by_filing];
    let detection = group.detection;
    counts.extend([detection.within, detection.possibly, detection.over, detection.unknown]);
    let mut cells: Vec<String> = counts.iter().map(u64::to_string).collect();
    for lengths in [group.time_to_detect, group.time_to_contain] {
        cells.extend([lengths.known.to_string(), lengths.unknown.to_string()]);
        cells.extend([lengths.median, lengths.p90].into_iter().flat_map(seconds));
    }
    cells.extend(group.severities.iter().map(|count| count.incidents.to_string()));
    cells.extend(group.verdicts.iter().map(|count| count.incidents.to_string()));
    cells.extend([group.remediations_open.to_string(), group.remediations_verified.to_string()]);
    cells
}

/// The ends of a length, in seconds with as many decimals as they need.
fn seconds(length: Option<DurationRange>) -> [String; 2] {
    let length = length.unwrap_or(DurationRange::unknown());
    let end = |micros: Option<i64>| {
        let text = micros.map(|micros| format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000));
        text.map(|text| text.trim_end_matches('0').trim_end_matches('.').to_string()).unwrap_or_default()
    };
    [end(length.min), end(length.max)]
}
