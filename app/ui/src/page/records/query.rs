//! What of the records is asked for, and the addresses that ask for more or less.

use std::collections::BTreeMap;

use domain::reader::log::Filter;
use domain::{Id, Instant};

use crate::component::address::encode;

/// A record by its item and number, as addresses write it: `<item>.41`.
pub type Place = (Id, u64);

/// What is to be made of a record, by a form that is longer than a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Make {
    /// A finding.
    Finding,
    /// A classification.
    Class,
}

impl Make {
    /// As addresses write it.
    const fn word(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::Class => "class",
        }
    }
}

/// The query of a page that shows records.
#[derive(Debug, Clone, Default)]
pub struct RecordQuery {
    /// The page's path.
    pub path: String,
    /// What the records are narrowed to.
    pub filter: Filter,
    /// Only those of this item, where the page is not of one item anyway.
    pub evidence: Option<Id>,
    /// Where this part of the list begins.
    pub cursor: Option<String>,
    /// The record that is open.
    pub record: Option<Place>,
    /// The form that stands open in it.
    pub make: Option<Make>,
    /// The fields of the filter as they were typed.
    pub typed: BTreeMap<String, String>,
}

impl RecordQuery {
    /// Takes the filter, which was read already, and finds the rest in the query.
    pub fn new(path: String, filter: Filter, query: &BTreeMap<String, String>) -> Self {
        let get = |name: &str| query.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
        Self {
            path,
            filter,
            evidence: get("evidence").map(Id::new),
            cursor: get("cursor").map(str::to_string),
            record: get("record").and_then(place),
            make: [Make::Finding, Make::Class].into_iter().find(|make| get("make") == Some(make.word())),
            typed: query.clone(),
        }
    }

    /// A field of the filter as it was typed.
    pub(in crate::page) fn typed(&self, name: &str) -> String {
        self.typed.get(name).cloned().unwrap_or_default()
    }

    /// Whether anything is left out.
    pub(in crate::page) fn narrows(&self) -> bool {
        self.filter != Filter::default() || self.evidence.is_some()
    }

    /// The same list with a part of the filter set or, with `None`, removed.
    pub(in crate::page) fn with(&self, name: &str, value: Option<&str>) -> String {
        self.with_all(&[(name, value)])
    }

    /// The same for several parts.
    pub(in crate::page) fn with_all(&self, changes: &[(&str, Option<&str>)]) -> String {
        let kept = self.pairs().into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        let set = changes.iter().filter_map(|(name, value)| Some((*name, (*value)?.to_string())));
        self.address(kept.chain(set))
    }

    /// The records of a span.
    pub(in crate::page) fn between(&self, from: Instant, to: Instant) -> String {
        self.with_all(&[("from", Some(&from.rfc3339())), ("to", Some(&to.rfc3339()))])
    }

    /// The list from its beginning.
    pub(in crate::page) fn first(&self) -> String {
        self.address(self.pairs())
    }

    /// The list from a place on.
    pub(in crate::page) fn from(&self, cursor: &str) -> String {
        self.address(self.pairs().into_iter().chain([("cursor", cursor.to_string())]))
    }

    /// This very part of the list, with a form of a record open.
    pub(in crate::page) fn open(&self, evidence: &Id, number: u64, make: Make) -> String {
        let cursor = self.cursor.clone().map(|cursor| ("cursor", cursor));
        let record = [("record", format!("{evidence}.{number}")), ("make", make.word().to_string())];
        self.address(self.pairs().into_iter().chain(cursor).chain(record))
    }

    /// This very part of the list.
    pub(in crate::page) fn here(&self) -> String {
        self.cursor.as_deref().map_or_else(|| self.first(), |cursor| self.from(cursor))
    }

    /// What is asked for, as the pairs of a query.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let evidence = self.evidence.as_ref().map(|id| ("evidence", id.to_string()));
        evidence.into_iter().chain(self.filter.pairs()).collect()
    }

    fn address<'n>(&self, pairs: impl IntoIterator<Item = (&'n str, String)>) -> String {
        let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={}", encode(&value))).collect();
        if pairs.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, pairs.join("&")) }
    }

    /// The filter as hidden fields of a form: `filter.verb`.
    pub(in crate::page) fn fields(&self) -> Vec<(String, String)> {
        self.filter.pairs().into_iter().map(|(name, value)| (format!("filter.{name}"), value)).collect()
    }
}

/// Reads `<item>.41`.
fn place(text: &str) -> Option<Place> {
    let (evidence, number) = text.rsplit_once('.')?;
    Some((Id::new(evidence), number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use domain::timeline::Verb;

    use super::*;

    #[test]
    fn links_keep_what_is_asked_and_forget_the_place() {
        let asked = [("cursor", "5.1.e1"), ("record", "e1.41")].map(|(name, value)| (name.into(), value.into()));
        let filter = Filter { verb: Some(Verb::Write), q: Some("a & b".into()), ..Filter::default() };
        let query = RecordQuery::new("/records".into(), filter, &BTreeMap::from(asked));
        assert_eq!(query.record, Some((Id::new("e1"), 41)));
        assert_eq!(query.with("kind", Some("agent")), "/records?verb=write&q=a%20%26%20b&kind=agent");
        assert_eq!(query.with("verb", None), "/records?q=a%20%26%20b");
        assert_eq!(
            query.open(&Id::new("e2"), 7, Make::Class),
            "/records?verb=write&q=a%20%26%20b&cursor=5.1.e1&record=e2.7&make=class"
        );
        assert_eq!(RecordQuery { path: "/r".into(), ..RecordQuery::default() }.first(), "/r");
    }
}
