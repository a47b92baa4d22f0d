//! Zones behind a time of day that cannot be read: without them the time would be another one.

use crate::time::{Instant, Zone, read_time};

/// Names of zones that stand for no offset, for several, or are not known here.
const VAGUE_ZONES: &[&str] = &[
    "PT", "ET", "CT", "MT", "AKT", "AST", "ADT", "SST", "BRST", "PHT", "PHST", "GST", "IRST", "IRDT", "MSD", "HDT",
    "WAST", "YEKT", "OMST", "NOVT", "KRAT", "IRKT", "YAKT", "VLAT", "MAGT", "PETT", "SAMT", "UZT", "ALMT", "AFT",
    "MMT", "BDT", "LKT", "PGT", "FJT", "AZOT", "UYT", "PYT", "VET", "ECT", "GYT", "AMT", "AZT", "IDT", "HAE", "HNE",
    "HNP", "HAP",
];

/// What the names of places in the database of zones begin with.
const REGIONS: &[&str] = &[
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "US",
];

/// The first words of zones that are written out, as in `Pacific time` and `Central European Summer Time`.
const SPOKEN: &[&str] = &[
    "atlantic", "british", "central", "china", "eastern", "europe", "european", "gulf", "india", "indian", "japan",
    "korea", "local", "moscow", "mountain", "pacific", "western",
];

/// So many words such a name has.
const SPOKEN_WORDS_MAX: usize = 4;

/// Why what follows a date is no time of day, where it means to be one: `25:05`, `17:05:60Z`.
pub fn unread_clock(date: &str, body: &str) -> Option<String> {
    let word = body.split_whitespace().next().filter(|_| !date.contains(':'))?;
    is_clock(word).then(|| format!("“{word}” is no time of day: write one from 00:00 to 24:00 behind {date}."))
}

/// Why a line without a time has none, where its first word means to be one: `2026-03-18T17:05:60Z`, `25:05`.
pub fn unread_start(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?.trim_end_matches([':', ',', '-', '–', '—', '|']);
    let clock = match word.split_once(['T', 't']) {
        Some((date, clock)) if read_time(date, Instant::from_micros(0), &Zone::utc()).is_ok() => clock,
        _ => word,
    };
    is_clock(clock).then(|| format!("“{word}” is no time of day: write one from 00:00 to 24:00, such as 17:05:59."))
}

/// Whether a word means to be a time of day, whether there is such a one or not: numbers with colons between them, and
/// nothing behind them but a fraction of a second and a zone.
fn is_clock(word: &str) -> bool {
    let end = word.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(word.len());
    let (numbers, rest) = word.split_at(end);
    let parts: Vec<&str> = numbers.split(':').collect();
    let rest = rest.strip_prefix(['.', ',']).map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    (2..=3).contains(&parts.len())
        && parts.iter().all(|part| (1..=2).contains(&part.len()))
        && (rest.is_empty() || same(rest, "z") || is_offset(rest) || rest.starts_with(['+', '-', '−']))
}

/// Why the zone that follows a time of day is not read, where one stands there; a mark between the two says that it is
/// none.
pub fn unread_zone(time: &str, body: &str, is_marked: bool) -> Option<String> {
    let is_clock = time.contains(':') && time.ends_with(|last: char| last.is_ascii_digit());
    let word = body.split_whitespace().next().filter(|_| is_clock)?.trim_end_matches([':', ',', '-', '–', ')', ']']);
    let word = word.trim_start_matches(['(', '[']);
    if let Some(name) = spoken(body) {
        return Some(format!(
            "“{name}” is not read as a time zone: write one like America/Los_Angeles, PDT or +02:00 behind {time}."
        ));
    }
    let (bare, is_bracketed) = (word.trim_end_matches([')', ']']), body.starts_with(['(', '[']));
    if is_bracketed && Zone::has_city(bare) || is_zone_of_one_word(bare) && stands_alone(body, bare) {
        return Some(format!(
            "“{bare}” may be meant as a time zone, and is not read as one: write one like Europe/Berlin, PDT or +02:00 behind {time}."
        ));
    }
    let both = || word.split('/').count() == 2 && word.split('/').all(|part| Zone::short(part).is_some());
    let place = word.split_once('/').is_some_and(|(region, _)| REGIONS.iter().any(|known| same(known, region)));
    if !place && !is_marked && is_like_a_place(word) {
        return Some(format!(
            "“{word}” is not a time zone known here: write one like Europe/Berlin behind {time}, or put a dash before it if it belongs to the text."
        ));
    }
    let known = Zone::short(word).is_some() && word == word.to_uppercase();
    let place = place || word == word.to_uppercase() && both();
    if !(place || VAGUE_ZONES.contains(&word) || known || is_offset(word)) {
        return None;
    }
    let told = format!("{time} {word}");
    let why = Zone::parse(word).err().or_else(|| read_time(&told, Instant::from_micros(0), &Zone::utc()).err());
    Some(why.unwrap_or_else(|| format!("“{told}” cannot be read as one time: write the time in UTC.")))
}

/// Whether a word is written as places are in the database of zones: `Nowhere/City`, and neither `CI/CD` nor `dev/prod`.
fn is_like_a_place(word: &str) -> bool {
    let begins = |part: &str| {
        let mut letters = part.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
    };
    let is_name = |part: &str| begins(part) && part.chars().all(|c| c.is_alphabetic() || "_-".contains(c));
    (2..=3).contains(&word.split('/').count()) && word.split('/').all(is_name)
}

/// Zones that the database names by one word, such as `Japan`, `Zulu` and `EST5EDT`, and what people call those of
/// North America.
fn is_zone_of_one_word(word: &str) -> bool {
    const SPOKEN_ALONE: &[&str] = &["Pacific", "Mountain", "Central", "Eastern", "Atlantic"];
    let is_name = word.len() > 2 && !word.contains('/') && word.starts_with(|first: char| first.is_ascii_uppercase());
    is_name && (SPOKEN_ALONE.contains(&word) || Zone::short(word).is_none() && Zone::parse(word).is_ok())
}

/// Whether a word is not the beginning of a phrase, as it is in `Japan team calls`: what follows begins anew.
fn stands_alone(body: &str, word: &str) -> bool {
    let rest = body.trim_start_matches(['(', '[']).strip_prefix(word).unwrap_or_default();
    let is_code =
        word.contains(|letter: char| letter.is_ascii_digit()) || word == word.to_uppercase() || word == "Zulu";
    let next = rest.trim_start().chars().next();
    is_code || !rest.starts_with(' ') || next.is_none_or(|next| next.is_uppercase() || !next.is_alphanumeric())
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// `UTC+25`, `GMT-3:99`, `+2500`: what means to be an offset, whether there is such a one or not.
fn is_offset(word: &str) -> bool {
    let head = word.get(..3).filter(|head| same(head, "UTC") || same(head, "GMT"));
    let head = head.or_else(|| word.get(..1).filter(|head| *head == "Z"));
    let rest = head.map_or(word, |head| &word[head.len()..]);
    let Some(digits) = rest.strip_prefix(['+', '-', '−']) else { return false };
    let is_number = digits.bytes().next().is_some_and(|first| first.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    // `17:05 +3 hours` and `17:05 -2 pods` count something; an offset has its minutes, or UTC before it.
    is_number && (head.is_some() || digits.len() >= 4)
}

/// A zone that is written out: `Pacific time`.
fn spoken(body: &str) -> Option<&str> {
    let body = body.trim_start_matches(['(', '[']);
    let mut end = 0;
    for (index, word) in body.split_whitespace().take(SPOKEN_WORDS_MAX).enumerate() {
        let at = end + body[end..].find(word)?;
        end = at + word.len();
        let bare = word.trim_end_matches([':', ',', ')', ']', '.']);
        if index == 0 && !SPOKEN.iter().any(|known| same(known, bare)) {
            return None;
        }
        if index > 0 && same(bare, "time") {
            return body.get(..at + bare.len());
        }
    }
    None
}
