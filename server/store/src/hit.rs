//! Where in an incident words were found.

use domain::Id;
use domain::casefile::{Dossier, Noun};

use crate::words;

/// A record in which words were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub noun: Noun,
    /// Where it is shown, below its incident.
    pub place: String,
    /// What it is called, where that is not the text itself.
    pub name: Option<String>,
    /// The text that has the words.
    pub text: String,
}

/// The records of which a text has most of the words that are looked for; at most so many. All texts of the incident are
/// read for it: a long one takes some milliseconds.
pub fn hits(dossier: &Dossier, query: &str, most: usize) -> Vec<Hit> {
    let query = words::query(query);
    let mut found: Vec<(usize, Noun, &Id, &str)> = Vec::new();
    for (noun, id, text) in dossier.searched_records() {
        let count = words::count_in(text, &query);
        // One text of a record stands for it: the one that has most. Texts of a record follow each other.
        match found.last_mut() {
            _ if count == 0 => {}
            Some(known) if (known.1, known.2) == (noun, id) => {
                if known.0 < count {
                    *known = (count, noun, id, text);
                }
            }
            _ => found.push((count, noun, id, text)),
        }
    }
    found.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
    let hit = |(_, noun, id, text): (usize, Noun, &Id, &str)| {
        let record = dossier.json(noun, id).map(|(_, record)| record).unwrap_or_default();
        let name = noun.name(dossier, id).filter(|name| name != text);
        Hit { noun, place: noun.place(id, &record), name, text: text.to_string() }
    };
    found.into_iter().take(most).map(hit).collect()
}
