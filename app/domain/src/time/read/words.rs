//! The words of a typed time: cut, lowered and freed of typography.

use chrono::{NaiveTime, Weekday};

use crate::time::Granularity;

/// The word that stands for every mark that may join the ends of a range.
pub const DASH: &str = "–";

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Cuts a text into lower-case words. Dashes that join a range, `~` and `≈` become words of their own.
pub fn words(text: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(text.len() + 8);
    for word in text.to_lowercase().split_whitespace() {
        let word = if word.matches(DASH).count() == 2 { word.replace(DASH, "-") } else { word.to_string() };
        let word = if word.matches(':').count() > 1 { word.replace(',', ".") } else { word };
        for mark in word.chars() {
            match mark {
                '\u{2010}' | '\u{2011}' | '−' => spaced.push('-'),
                '–' | '—' => spaced.push_str(" – "),
                '~' | '≈' | '∼' => spaced.push_str(" about "),
                '<' | '>' | '≤' | '≥' => spaced.extend([' ', mark, ' ']),
                ',' | ';' | '(' | ')' | '[' | ']' | '"' => spaced.push(' '),
                mark => spaced.push(mark),
            }
        }
        spaced.push(' ');
    }
    let mut words = Vec::new();
    for word in spaced.replace("..", " – ").split_whitespace() {
        cut(word, &mut words);
    }
    words
}

/// Cuts `17:00-19:00`, `2026-03-18T17:05Z` and `17:05+02:00` into their parts.
fn cut(word: &str, words: &mut Vec<String>) {
    let digit = |part: &str| part.starts_with(|first: char| first.is_ascii_digit());
    let word = word.trim_end_matches(['.', ':']);
    if word.is_empty() {
        return;
    }
    if word == "-" {
        return words.push(DASH.into());
    }
    if let Some((left, right)) =
        word.split_once('/').filter(|(l, r)| digit(l) && digit(r) && is_whole(l) && is_whole(r))
    {
        cut(left, words);
        words.push(DASH.into());
        return cut(right, words);
    }
    if let Some((date, clock)) =
        word.split_once('t').filter(|(l, r)| digit(l) && digit(r) && l.ends_with(|c: char| c.is_ascii_digit()))
    {
        words.push(date.into());
        return clock_and_zone(clock, &['+', '-', 'z'], words);
    }
    let lone = word
        .split_once('-')
        .filter(|(l, r)| digit(l) && digit(r) && !r.contains('-') && !(l.len() == 4 && r.len() <= 2));
    if let Some((left, right)) = lone {
        cut(left, words);
        words.push(DASH.into());
        return cut(right, words);
    }
    if word.contains(':') && digit(word) {
        return clock_and_zone(word, &['+', 'z'], words);
    }
    words.push(word.into());
}

/// Whether a side of `a/b` is a date or a time by itself, so that the slash joins a range.
fn is_whole(side: &str) -> bool {
    !side.contains('/') && (side.contains(':') || side.matches('-').count() == 2)
}

fn clock_and_zone(word: &str, marks: &[char], words: &mut Vec<String>) {
    match word.find(marks) {
        Some(at) => words.extend([word[..at].to_string(), word[at..].to_string()]),
        None => words.push(word.into()),
    }
}

/// The number of a month by its English name, whole or cut to three letters.
pub fn month(word: &str) -> Option<u32> {
    let known = |name: &&str| **name == *word || name[..3] == *word || (word == "sept" && name.starts_with(word));
    (1..).zip(MONTHS.iter()).find(|(_, name)| known(name)).map(|(number, _)| number)
}

/// A day of the week by its English name.
pub fn weekday(word: &str) -> Option<Weekday> {
    word.parse().ok()
}

/// Year, month and, when named, day.
pub type Numbers = (i32, u32, Option<u32>);

/// A date written with numbers: `2026-03-18`, `18.03.2026`, `2026-03`, `18-Mar-2026`.
/// `None` when the word is no date; an error when it is one that reads two ways.
pub fn date(word: &str) -> Option<Result<Numbers, String>> {
    let mark = word.chars().find(|mark| matches!(mark, '-' | '/' | '.'))?;
    let parts: Vec<&str> = word.split(mark).collect();
    let number = |part: &str, most: usize| (part.len() <= most).then(|| part.parse::<u32>().ok()).flatten();
    let year = |part: &str| if part.len() == 4 { number(part, 4).map(|year| year as i32) } else { None };
    match parts[..] {
        [y, m] if mark == '-' => Some(Ok((year(y)?, number(m, 2)?, None))),
        [y, m, d] if year(y).is_some() => Some(Ok((year(y)?, number(m, 2).or_else(|| month(m))?, Some(number(d, 2)?)))),
        [d, m, y] if month(m).is_some() => Some(Ok((year(y)?, month(m)?, Some(number(d, 2)?)))),
        [a, b, y] => {
            let (a, b, short) = (number(a, 2)?, number(b, 2)?, number(y, 4)?);
            let Some(y) = year(y) else {
                return Some(Err(format!(
                    "“{word}” has no full year: write the date like 18 March 20{:02} or 20{:02}-03-18.",
                    short % 100,
                    short % 100
                )));
            };
            match mark {
                '.' => Some(Ok((y, b, Some(a)))),
                _ if a > 12 || a == b => Some(Ok((y, b, Some(a)))),
                _ if b > 12 => Some(Ok((y, a, Some(b)))),
                _ => Some(Err(two_ways(word, y, a, b))),
            }
        }
        _ => None,
    }
}

fn two_ways(word: &str, year: i32, a: u32, b: u32) -> String {
    let name = |number: u32| MONTHS.get((number as usize).wrapping_sub(1)).map_or("March", |name| name).to_string();
    let name = |number| {
        let lower = name(number);
        lower[..1].to_uppercase() + &lower[1..]
    };
    format!(
        "“{word}” may mean {a} {} or {b} {}: write the month as a word, or the date as {year}-{a:02}-{b:02} (year, month, day).",
        name(b),
        name(a)
    )
}

/// A time of day: `17:05`, `17:05:33.5`, `5pm`, `5:05pm`, `17h`, `17h05`.
pub fn clock(word: &str) -> Option<(NaiveTime, Granularity)> {
    let (body, half) = match (word.strip_suffix("am"), word.strip_suffix("pm")) {
        (Some(body), _) => (body, Some(0)),
        (_, Some(body)) => (body, Some(12)),
        _ => (word, None),
    };
    let hourly = half.is_some() && !body.contains(':') || body.ends_with('h');
    let body = body.strip_suffix('h').map(String::from).unwrap_or_else(|| body.replacen('h', ":", 1));
    let parts: Vec<&str> = body.split(':').collect();
    let two = |part: &str| (1..=2).contains(&part.len()).then(|| digits(part)).flatten();
    let hour = two(parts.first()?)?;
    let hour = match half {
        Some(add) if (1..=12).contains(&hour) => hour % 12 + add,
        Some(_) => return None,
        None => hour,
    };
    match parts[1..] {
        [] if hourly => Some((NaiveTime::from_hms_opt(hour, 0, 0)?, Granularity::Hour)),
        [minute] if minute.len() == 2 => Some((NaiveTime::from_hms_opt(hour, two(minute)?, 0)?, Granularity::Minute)),
        [minute, second] if minute.len() == 2 => {
            let (second, part) = second.split_once('.').unwrap_or((second, "0"));
            let micros = digits(&format!("{part:0<6}").chars().take(6).collect::<String>())?;
            digits(part.get(..part.len().min(6))?)?;
            Some((NaiveTime::from_hms_micro_opt(hour, two(minute)?, two(second)?, micros)?, Granularity::Second))
        }
        _ => None,
    }
}

/// A number of ASCII digits alone.
pub fn digits(part: &str) -> Option<u32> {
    (!part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok()).flatten()
}

/// A day of the month: `18`, `18th`.
pub fn day(word: &str) -> Option<u32> {
    let number = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    if number.len() <= 2 { digits(number) } else { None }
}
