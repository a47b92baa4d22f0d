//! Days that stand above lines with a clock time.

use super::read;
use crate::reader::text::read_text_timeline_of;
use crate::time::{Instant, Zone};

#[test]
fn a_day_with_a_zone_behind_it_gives_both_to_the_lines_below() {
    for head in ["2026-03-18 (UTC-7)", "2026-03-18 UTC-7", "## 2026-03-18 (PDT)", "18 March 2026 (-07:00)"] {
        let found = read(&format!("{head}\n\n09:30 agent deletes the table\n"));
        let times: Vec<_> = found.lines.iter().map(|line| line.time.earliest.map(|at| at.rfc3339())).collect();
        assert_eq!(times, [Some("2026-03-18T16:30:00Z".to_string())], "{head}");
    }
}

#[test]
fn a_day_by_its_name_and_number_is_that_of_the_lines_below() {
    let occurred = Instant::parse("2026-03-20T12:00:00Z").ok();
    for head in ["Wed 18 Mar", "Wednesday, 18 March", "Wed, Mar 18", "18 Mar"] {
        let now = Instant::parse("2026-05-01T00:00:00Z").unwrap();
        let found =
            read_text_timeline_of(&format!("{head}\n17:05 agent deletes the table\n"), occurred, now, &Zone::utc());
        let times: Vec<_> = found.lines.iter().map(|line| line.time.earliest.map(|at| at.rfc3339())).collect();
        assert_eq!(times, [Some("2026-03-18T17:05:00Z".to_string())], "{head} {:?}", found.parse_errors);
    }
}
