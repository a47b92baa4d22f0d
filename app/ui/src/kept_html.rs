//! The HTML of texts, kept by what they say.
//!
//! Reading and cleaning a long text takes up to 100 ms, and the same text is asked for again and again: by every
//! viewer of an incident, and at every version of it that left the text alone.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use domain::mention::Known;

/// So many bytes of HTML are kept; then it begins anew. The postmortem of an incident has some 100 KB of it.
const BYTES_MAX: usize = 32 << 20;

/// A text in 128 bits. The keys are made by chance at the start, so that nobody can find two texts of one name.
type Name = (u64, u64);

static KEYS: LazyLock<(RandomState, RandomState)> = LazyLock::new(|| (RandomState::new(), RandomState::new()));

static CACHE: LazyLock<RwLock<Contents>> = LazyLock::new(RwLock::default);

#[derive(Default)]
struct Contents {
    html: HashMap<Name, Arc<str>>,
    bytes: usize,
}

/// The HTML of a text in which these people may be mentioned; made if it is not kept.
pub fn kept_html(text: &str, people: &[Known], make: impl FnOnce() -> String) -> Arc<str> {
    let asked = (text, people.iter().map(|known| (&known.id, &known.name, &known.local)).collect::<Vec<_>>());
    let name = (KEYS.0.hash_one(&asked), KEYS.1.hash_one(&asked));
    if let Some(html) = CACHE.read().unwrap_or_else(PoisonError::into_inner).html.get(&name) {
        return html.clone();
    }
    let html: Arc<str> = make().into();
    let mut contents = CACHE.write().unwrap_or_else(PoisonError::into_inner);
    if contents.bytes + html.len() > BYTES_MAX {
        *contents = Contents::default();
    }
    if html.len() <= BYTES_MAX && contents.html.insert(name, html.clone()).is_none() {
        contents.bytes += html.len();
    }
    html
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use domain::mention::Known;

    use super::kept_html;

    #[test]
    fn a_text_is_read_once_for_the_same_people() {
        let made = Cell::new(0);
        let ask = |text: &str, people: &[Known]| {
            let make = || {
                made.set(made.get() + 1);
                format!("<p>{text}</p>")
            };
            kept_html(text, people, make)
        };
        let ada = [Known::new("1".into(), "Ada", "ada@example.org")];
        for _ in 0..3 {
            assert_eq!(&*ask("kept: one", &[]), "<p>kept: one</p>");
        }
        assert_eq!(made.get(), 1);
        ask("kept: one", &ada);
        ask("kept: two", &ada);
        ask("kept: one", &ada);
        assert_eq!(made.get(), 3);
    }
}
