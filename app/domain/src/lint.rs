//! A look at what people write: phrases, and words that blame.

use std::borrow::Cow;
use std::collections::HashSet;

/// Words that weaken a claim so much that it is another one.
const WEAKENERS: [&str; 8] = ["evidence", "sign", "signs", "indication", "proof", "whether", "if", "not"];

/// How many words `~` may stand for.
const GAP_WORDS_MAX: usize = 3;

/// Words that make a name a cause.
const CAUSES: &[&str] = &[
    "caused",
    "causes",
    "cause",
    "because of",
    "due to",
    "fault",
    "blame",
    "to blame",
    "mistake",
    "mistakenly",
    "error",
    "failed to",
    "forgot",
    "neglected",
    "careless",
    "carelessly",
    "negligent",
    "negligence",
    "broke",
    "responsible for",
    "screwed up",
];

/// Phrases that blame whoever they are about.
const BLAMING: &[(&str, &str)] = &[
    ("should have", "Say what happened, and which control would have helped."),
    ("shouldn't have", "Say what happened, and which control would have helped."),
    ("should not have", "Say what happened, and which control would have helped."),
    ("ought to have", "Say what happened, and which control would have helped."),
    ("human error", "Say what made the error easy and what did not stop it."),
    ("user error", "Say what made the error easy and what did not stop it."),
    ("operator error", "Say what made the error easy and what did not stop it."),
    ("careless", "Say what was known at the time."),
    ("negligent", "Say what was known at the time."),
    ("negligence", "Say what was known at the time."),
];

/// ParseErrors about words that blame: set phrases, and people named as a cause.
/// `people` are the names of humans; agents and services are not people.
pub fn lint_blameless(text: &str, people: &[&str]) -> Vec<String> {
    let prose = Prose::of(text);
    let blaming = BLAMING
        .iter()
        .filter_map(|(pattern, advice)| prose.phrase(pattern).map(|words| format!("“{words}” blames. {advice}")));
    let mut parse_errors: Vec<String> = blaming.collect();
    for line in text.split('\n').filter(|_| !people.is_empty()) {
        for sentence in Prose::of(line).sentences {
            let Some(cause) = CAUSES.iter().find_map(|cause| sentence.phrase(&pattern(cause))) else { continue };
            for name in people.iter().filter(|name| sentence.phrase(&pattern(name)).is_some()) {
                let parse_error =
                    format!("“{name}” stands as a cause (“{cause}”). Name the role and the control that was missing.");
                if !parse_errors.contains(&parse_error) {
                    parse_errors.push(parse_error);
                }
            }
        }
    }
    parse_errors
}

/// A text taken apart once, to be looked through for many phrases: taking a long text apart costs more than looking.
pub(crate) struct Prose<'a> {
    sentences: Vec<Sentence<'a>>,
    /// Every word of the text, so that a phrase with a word that never occurs costs nothing.
    vocabulary: HashSet<String>,
}

struct Sentence<'a> {
    words: Vec<&'a str>,
    /// The same without case.
    lower: Vec<Cow<'a, str>>,
}

impl<'a> Prose<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let sentences: Vec<_> = text.split(['.', '!', '?', ';']).map(Sentence::of).collect();
        let mut vocabulary = HashSet::new();
        for word in sentences.iter().flat_map(|sentence| &sentence.lower) {
            if !vocabulary.contains(word.as_ref()) {
                vocabulary.insert(word.to_string());
            }
        }
        Self { sentences, vocabulary }
    }

    /// Where the text has the words of a pattern in this order, as written; `~`
    /// stands for up to three words of the same sentence that do not weaken the
    /// claim. Case and punctuation between the words do not matter.
    pub(crate) fn phrase(&self, text: &str) -> Option<String> {
        let pattern = pattern(text);
        let occurs = |word: &String| word == "~" || self.vocabulary.contains(word);
        let sentences = self.sentences.iter().filter(|_| pattern.iter().all(occurs));
        sentences.filter_map(|sentence| sentence.phrase(&pattern)).next()
    }
}

impl<'a> Sentence<'a> {
    fn of(text: &'a str) -> Self {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '_');
        let words: Vec<&str> = text.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
        let lower = words.iter().map(|word| lower(word)).collect();
        Self { words, lower }
    }

    fn phrase(&self, pattern: &[String]) -> Option<String> {
        let found = |at: usize| match_at(&self.lower[at..], pattern).map(|count| self.words[at..at + count].join(" "));
        (0..self.words.len()).find_map(found)
    }
}

fn lower(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(word.to_lowercase().replace('’', "'"))
}

fn pattern(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_lowercase).collect()
}

/// How many words the pattern takes from the start; `None` when it does not match.
fn match_at(words: &[Cow<'_, str>], pattern: &[String]) -> Option<usize> {
    let Some((first, rest)) = pattern.split_first() else { return Some(0) };
    if first != "~" {
        let word = words.first()?;
        return if word == first { match_at(&words[1..], rest).map(|count| count + 1) } else { None };
    }
    for skip in 0..=GAP_WORDS_MAX.min(words.len()) {
        if skip > 0 && WEAKENERS.contains(&words[skip - 1].as_ref()) {
            return None;
        }
        if let Some(count) = match_at(&words[skip..], rest) {
            return Some(count + skip);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &str, pattern: &str) -> Option<String> {
        Prose::of(text).phrase(pattern)
    }

    #[test]
    fn a_phrase_is_found_as_it_was_written() {
        assert_eq!(
            phrase("So: No user Data was mishandled.", "no ~ was mishandled").as_deref(),
            Some("No user Data was mishandled")
        );
        assert_eq!(phrase("We found no evidence that data was mishandled.", "no ~ was mishandled"), None);
        assert_eq!(phrase("No. It was mishandled.", "no ~ was mishandled"), None);
    }

    #[test]
    fn words_that_blame_are_named() {
        assert_eq!(lint_blameless("She should have asked. Human error!", &[]).len(), 2);
        assert_eq!(lint_blameless("The outage was caused by Ada Byron.", &["Ada Byron", "Grace"]).len(), 1);
        assert!(lint_blameless("Ada Byron declared the incident. The cause is unknown.", &["Ada Byron"]).is_empty());
        assert!(lint_blameless("The approval was missing.", &["Ada"]).is_empty());
    }
}
