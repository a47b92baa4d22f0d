//! The words to find an incident by.

use std::collections::BTreeSet;

use domain::record::Dossier;

/// Distinct words kept of one incident: with 8 letters on average about 180 KB,
/// well below the megabyte that a text-search vector of PostgreSQL may have.
const WORDS_MAX: usize = 20_000;

/// Longer runs of letters are digests and encoded data, not words.
const WORD_CHARS_MAX: usize = 60;

/// Words of a query that count.
const QUERY_WORDS_MAX: usize = 12;

/// The words of a text, lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    let runs = text.split(|letter: char| !letter.is_alphanumeric());
    runs.filter(|run| !run.is_empty() && run.chars().count() <= WORD_CHARS_MAX).map(str::to_lowercase)
}

/// The words of a query.
pub(crate) fn query(text: &str) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for word in words(text).flat_map(|word| words(&word).collect::<Vec<_>>()) {
        if !distinct.contains(&word) && distinct.len() < QUERY_WORDS_MAX {
            distinct.push(word);
        }
    }
    distinct
}

/// The distinct words of a case file, separated by blanks. What is short and
/// telling comes first, so that a huge timeline cannot push it out.
pub(crate) fn index(dossier: &Dossier) -> String {
    let mut distinct = BTreeSet::new();
    for text in texts(dossier) {
        if distinct.len() >= WORDS_MAX {
            break;
        }
        distinct.extend(words(text));
    }
    // The key in one word and in two: INC-12 is typed both ways.
    distinct.insert(format!("inc{}", dossier.number));
    distinct.insert("inc".to_string());
    distinct.insert(dossier.number.to_string());
    distinct.into_iter().collect::<Vec<_>>().join(" ")
}

fn texts(dossier: &Dossier) -> impl Iterator<Item = &str> {
    let heads = dossier.incidents.iter().flat_map(|head| {
        let lists = head.tags.iter().chain(&head.systems).map(String::as_str);
        [head.title.as_str(), &head.summary].into_iter().chain(lists)
    });
    let principals = dossier
        .principals
        .iter()
        .flat_map(|principal| [principal.name.as_str(), &principal.model, &principal.framework]);
    let evidence = dossier.evidence.iter().flat_map(|item| [item.name.as_str(), &item.source]);
    let claims = dossier.claims.iter().flat_map(|claim| [claim.statement.as_str(), &claim.source]);
    let findings = dossier.findings.iter().map(|finding| finding.summary.as_str());
    let gaps = dossier.gaps.iter().map(|gap| gap.statement.as_str());
    let factors = dossier.factors.iter().map(|factor| factor.statement.as_str());
    let remediations = dossier.remediations.iter().map(|item| item.title.as_str());
    let narratives = dossier.narratives.iter().map(|section| section.body.as_str());
    let comments = dossier.comments.iter().map(|comment| comment.body.as_str());
    let events = dossier.events.iter().flat_map(|event| [event.resource.as_str(), &event.body]);
    let short = heads.chain(principals).chain(evidence).chain(claims).chain(findings).chain(gaps);
    short.chain(factors).chain(remediations).chain(narratives).chain(comments).chain(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_split_like_the_texts() {
        assert_eq!(query("  Forum-Agent’s “Müller” forum 2026 "), ["forum", "agent", "s", "müller", "2026"]);
        assert!(query("\"* OR 1=1\"").iter().all(|word| word.chars().all(char::is_alphanumeric)));
    }
}
