//! A look at what people write: phrases, and words that blame.

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

/// Complaints about words that blame: set phrases, and people named as a cause.
/// `people` are the names of humans; agents and services are not people.
pub fn lint_blameless(text: &str, people: &[&str]) -> Vec<String> {
    let blaming = BLAMING
        .iter()
        .filter_map(|(pattern, advice)| phrase(text, pattern).map(|words| format!("“{words}” blames. {advice}")));
    let mut complaints: Vec<String> = blaming.collect();
    for sentence in text.split(['.', '!', '?', ';', '\n']) {
        for name in people.iter().filter(|name| phrase(sentence, name).is_some()) {
            if let Some(cause) = CAUSES.iter().find_map(|cause| phrase(sentence, cause)) {
                let complaint =
                    format!("“{name}” stands as a cause (“{cause}”). Name the role and the control that was missing.");
                if !complaints.contains(&complaint) {
                    complaints.push(complaint);
                }
            }
        }
    }
    complaints
}

/// Where a text has the words of a pattern in this order, as written; `~`
/// stands for up to three words of the same sentence that do not weaken the
/// claim. Case and punctuation between the words do not matter.
pub(crate) fn phrase(text: &str, pattern: &str) -> Option<String> {
    let pattern: Vec<String> = pattern.split_whitespace().map(str::to_lowercase).collect();
    text.split(['.', '!', '?', ';']).find_map(|sentence| {
        let words = words(sentence);
        let lower: Vec<String> = words.iter().map(|word| word.to_lowercase().replace('’', "'")).collect();
        (0..words.len()).find_map(|at| match_at(&lower[at..], &pattern).map(|count| words[at..at + count].join(" ")))
    })
}

fn words(sentence: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '_');
    sentence.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect()
}

/// How many words the pattern takes from the start; `None` when it does not match.
fn match_at(words: &[String], pattern: &[String]) -> Option<usize> {
    let Some((first, rest)) = pattern.split_first() else { return Some(0) };
    if first != "~" {
        let word = words.first()?;
        return if word == first { match_at(&words[1..], rest).map(|count| count + 1) } else { None };
    }
    for skip in 0..=GAP_WORDS_MAX.min(words.len()) {
        if skip > 0 && WEAKENERS.contains(&words[skip - 1].as_str()) {
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
