//! Lines by which a log or a timeline says itself in which zone its times are: `All times are PDT.`,
//! `# Time zone: Europe/Berlin`, `TZ=Asia/Tokyo`, `log_timezone = 'Europe/Berlin'`.

use crate::time::Zone;

/// A longer line says more than a zone.
const LINE_BYTES_MAX: usize = 160;

/// What stands before a zone, in small letters and with single blanks; the longer of two that begin alike comes first.
const LEADS: &[&str] = &[
    "all times are given in",
    "all times are shown in",
    "all times are in",
    "all times are",
    "all times in",
    "all times",
    "all timestamps are in",
    "all timestamps are",
    "all timestamps in",
    "all timestamps",
    "times are given in",
    "times are shown in",
    "times are in",
    "times are",
    "times in",
    "timestamps are in",
    "timestamps are",
    "timestamps in",
    "time zone is",
    "timezone is",
    "the time zone is",
    "the timezone is",
    "clocks are in",
    "clocks are",
    "alle zeiten sind in",
    "alle zeiten in",
    "alle zeiten",
    "alle uhrzeiten in",
    "alle uhrzeiten",
    "alle zeitangaben in",
    "alle zeitangaben",
    "zeiten in",
    "zeitangaben in",
    "toutes les heures sont en",
    "toutes les heures en",
    "toutes les heures",
    "heures en",
    "todas las horas son en",
    "todas las horas en",
    "todas las horas",
    "horas en",
    "tutti gli orari sono in",
    "tutti gli orari in",
    "orari in",
    "alle tijden zijn in",
    "alle tijden in",
    "alle tijden",
];

/// What stands before the sign between a name and its value.
const NAMES: &[&str] = &[
    "tz",
    "time zone",
    "time-zone",
    "time_zone",
    "timezone",
    "log_timezone",
    "log timezone",
    "log time zone",
    "utc offset",
    "utc_offset",
    "times",
    "timestamps",
    "all times",
    "all timestamps",
    "zeitzone",
    "zeiten",
    "alle zeiten",
    "fuseau horaire",
    "zona horaria",
    "fuso orario",
    "tijdzone",
];

/// The zone that a line gives for the times below it, and nothing else; an error is a sentence about what it gives instead.
pub fn zone_line(line: &str) -> Option<Result<Zone, String>> {
    if line.len() > LINE_BYTES_MAX {
        return None;
    }
    let bare = line.trim().trim_start_matches(['#', ';', '/', '-', '*', '%', '"', '[', '(']).trim_start();
    // What is quick to see keeps the rest from being done for every line of a log.
    if !matches!(
        bare.bytes().next()?.to_ascii_lowercase(),
        b'a' | b't' | b'l' | b'c' | b'u' | b'z' | b'h' | b'f' | b'o'
    ) {
        return None;
    }
    let bare = bare.trim_end_matches(|last: char| last.is_whitespace() || "#*/.;,\"])".contains(last));
    let bare = bare.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let value = said(&bare).or_else(|| set(&bare))?.trim();
    let value = value.trim_matches(['"', '\'', '`']);
    // What stands in brackets behind a zone is another name of it: `Europe/Berlin (CET)`.
    let value = value.split_once(" (").map_or(value, |(head, _)| head).trim_end();
    (!value.is_empty()).then(|| read(value)).flatten()
}

/// What follows words such as `All times are in`.
fn said(bare: &str) -> Option<&str> {
    LEADS.iter().find_map(|lead| {
        let head = bare.get(..lead.len()).filter(|head| head.eq_ignore_ascii_case(lead))?;
        bare[head.len()..].strip_prefix([' ', ':'])
    })
}

/// What a name such as `TZ` is set to.
fn set(bare: &str) -> Option<&str> {
    let (name, value) = bare.split_once(['=', ':'])?;
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name.trim())).then_some(value)
}

/// Reads a value that is meant to be a zone; prose is none.
fn read(value: &str) -> Option<Result<Zone, String>> {
    if let Ok(zone) = Zone::parse(value) {
        return Some(Ok(zone));
    }
    if let Some(sentence) = Zone::neither(value) {
        return Some(Err(sentence));
    }
    let words: Vec<&str> = value.split(' ').collect();
    let last = words.last().copied().unwrap_or_default();
    let is_name = words.len() == 1
        && (value.starts_with(['+', '-']) || value.contains(|letter: char| letter.is_ascii_alphabetic()))
        && (value.contains('/')
            || value.chars().all(|letter| letter.is_ascii_uppercase() || "+-:0123456789".contains(letter)));
    // `Pacific time`, `local`, `server time`, `Eastern Standard Time`: meant as a zone, and not one of a name known here.
    let is_spoken = words.len() <= 4
        && (last.eq_ignore_ascii_case("time")
            || ["local", "localtime"].iter().any(|word| last.eq_ignore_ascii_case(word)));
    (is_name || is_spoken).then(|| {
        let shown: String = value.chars().take(40).collect();
        Err(format!(
            "“{shown}” is not a time zone known here: name the zone of this log, such as Europe/Berlin, PDT or +02:00."
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_say_the_zone_are_told_from_others() {
        let zones = [
            ("All times are PDT.", "PDT"),
            ("all times in UTC", "UTC"),
            ("# Time zone: Europe/Berlin", "Europe/Berlin"),
            ("#TimeZone: Europe/Berlin (CET)", "Europe/Berlin"),
            ("TZ=Asia/Tokyo", "Asia/Tokyo"),
            ("// TZ='America/New_York'", "America/New_York"),
            ("log_timezone = 'Europe/Berlin'", "Europe/Berlin"),
            ("*** Timestamps are in UTC+2 ***", "+02:00"),
            ("[Timezone: CET]", "CET"),
            ("UTC offset: +05:30", "+05:30"),
            ("alle Zeiten MEZ", "MEZ"),
            ("Alle Zeiten in MESZ.", "MESZ"),
            ("Zeitzone: Europe/Berlin", "Europe/Berlin"),
            ("Toutes les heures sont en HAEC", "HAEC"),
            ("Fuseau horaire : CET", "CET"),
            ("Todas las horas en CEST", "CEST"),
        ];
        for (line, zone) in zones {
            let found = zone_line(line).map(|found| found.map(|zone| zone.name().to_string()));
            assert_eq!(found, Some(Ok(zone.to_string())), "{line}");
        }
        for line in
            ["All times are ET", "TZ=Mars/Olympus", "# timezone: XQT", "All times are Pacific time", "Times are local"]
        {
            assert!(matches!(zone_line(line), Some(Err(_))), "{line}");
        }
        let others = [
            "All times three servers failed",
            "times: 4",
            "timeout=30",
            "TZ=",
            "Apr 18 17:05:00 web cron[1]: TZ=Asia/Tokyo",
            "2026-03-18 17:05 All times are PDT",
            "{\"TZ\":\"Asia/Tokyo\"}",
            "the times are changing",
        ];
        for line in others {
            assert_eq!(zone_line(line), None, "{line}");
        }
    }
}
