//! The text before it is read: no definitions of links.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::OPTIONS;

/// How often a text is looked through for definitions: one that is shown can make another one of what follows it.
const ROUNDS_MAX: usize = 4;

/// A text in which nothing is a definition of a link: those would not be shown, and would work on places far from them.
/// `None` where that does not come to an end.
pub(super) fn without_definitions(text: &str) -> Option<String> {
    let mut text = text.to_string();
    for _ in 0..ROUNDS_MAX {
        let places = definitions(&text);
        if places.is_empty() {
            return Some(text);
        }
        let (mut next, mut from) = (String::with_capacity(text.len() + places.len()), 0);
        for at in places {
            next.push_str(&text[from..=at]);
            next.push('\\');
            from = at + 1;
        }
        next.push_str(&text[from..]);
        text = next;
    }
    None
}

/// Where labels end that are not shown.
fn definitions(text: &str) -> Vec<usize> {
    if !text.contains("]:") {
        return Vec::new();
    }
    let shown = shown(text);
    let is_hidden = |at: &usize| {
        let before = shown.partition_point(|range| range.start <= *at);
        before.checked_sub(1).and_then(|place| shown.get(place)).is_none_or(|range| range.end <= *at)
    };
    text.match_indices("]:").map(|(at, _)| at).filter(is_hidden).collect()
}

/// The places of a text that its readers see, in their order and without overlap.
fn shown(text: &str) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = Parser::new_ext(text, OPTIONS)
        .into_offset_iter()
        .filter(|(event, _)| {
            matches!(
                event,
                Event::Text(_)
                    | Event::Code(_)
                    | Event::Html(_)
                    | Event::InlineHtml(_)
                    | Event::Start(Tag::Link { .. } | Tag::Image { .. })
            )
        })
        .map(|(_, range)| range)
        .collect();
    places.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(places.len());
    for place in places {
        match merged.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => merged.push(place),
        }
    }
    merged
}
