//! Which access paths could a query have shown?
//!
//! A review by query is as good as its query. Of an access path it counts where the query asks for nothing that a record of
//! it need not have, and where it left out no record that names the resource anywhere in it: what a log calls a copy
//! of one thing may be the reading of another.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Review;
use crate::Id;
use crate::casefile::Dossier;
use crate::exposure::{Exposure, IN_ALL};
use crate::facts::CellName;
use crate::reader::log::{Filter, Format, LogRecord};
use crate::spelling::same_name;
use crate::timeline::{Effect, Verb};
use crate::vocabulary::{Op, ReviewMethod};

/// Records of a span that name a resource and that a query does not return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PassedOver {
    /// The resource.
    pub resource: Id,
    /// How many records name it and were left out.
    pub records: u64,
    /// How many say that it got another name: what was done under that one, a query by the old one does not show.
    pub renamed: u64,
    /// How many records could not be searched whole for the name: they were read before that was done.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unseen: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl PassedOver {
    /// Why the query is no review of the resource, and what would be one, in a sentence.
    pub fn told(&self) -> String {
        let Self { resource, records, renamed, unseen } = self;
        let are = |count: u64, one: &str, many: &str| {
            if count == 1 { format!("1 record {one}") } else { format!("{count} records {many}") }
        };
        if *records > 0 {
            let left = are(*records, "names", "name");
            return format!(
                "{left} {resource} and the query leaves out: it is no review of {resource}. Ask for “{resource}” anywhere in a record, or read them all."
            );
        }
        if *renamed == 0 {
            let were = are(*unseen, "was", "were");
            return format!(
                "{were} not searched whole for {resource}, for the log was read before that was done: have the log read again, or read all records."
            );
        }
        let said = are(*renamed, "says", "say");
        format!(
            "{said} that {resource} got another name: what was done under that name the query does not show. Read all records."
        )
    }
}

impl Review {
    /// Why its query is no review of what was exposed, in sentences; none for one that read every record.
    pub fn doubts(&self) -> Vec<String> {
        let mut doubts: Vec<String> = self.passed_over.iter().map(PassedOver::told).collect();
        if self.is_told_in_words() {
            doubts.push(
                "The query is told in words and was not put to the records, so that nothing shows what it would have returned: it counts for no access path. Ask with the filters of the log, or read all records."
                    .into(),
            );
        }
        if self.returned_nothing() {
            doubts.push(
                "The query returned no record, so that nothing shows that it asks for what the log calls it: it counts for no access path. Read all records, or ask for a name that the log uses."
                    .into(),
            );
        }
        doubts
    }

    /// Whether its query is told in words alone, where records were there to put one to: nobody knows what it would have shown.
    fn is_told_in_words(&self) -> bool {
        self.method == ReviewMethod::Query
            && self.filter.is_none()
            && self.records.is_some()
            && !self.query.trim().is_empty()
    }

    /// What returned nothing may have asked for a name that the log does not use.
    fn returned_nothing(&self) -> bool {
        self.records == Some(0) && self.filter.is_some()
    }
}

/// What asks for every record of the span that names a resource anywhere in it; `None` where the query asks for all
/// records, and so leaves out none.
pub fn naming(asked: &Filter, resource: &Id) -> Option<Filter> {
    let whole = Filter { from: asked.from, to: asked.to, ..Filter::default() };
    (!asked.is_whole()).then(|| Filter { q: Some(resource.as_str().to_string()), ..whole })
}

/// Whether a record that names a resource says that a query by its name does not show all that was done to it.
pub fn renamed(asked: &Filter, record: &LogRecord) -> bool {
    (asked.resource.is_some() || asked.q.is_some()) && record.renames()
}

/// The words for an operation: what is done, and what it can change.
const fn acts_of(op: Op) -> (Verb, Effect) {
    match op {
        Op::Read | Op::Export => (Verb::Read, Effect::Read),
        Op::List => (Verb::List, Effect::Read),
        Op::Search => (Verb::Search, Effect::Read),
        Op::Write => (Verb::Write, Effect::Mutating),
        Op::Delete => (Verb::Delete, Effect::Destructive),
        Op::Grant => (Verb::Grant, Effect::Privilege),
    }
}

impl Dossier {
    /// The open paths of which a review's query could have shown a record; all of them where it asked for every record.
    pub(crate) fn cells_shown(&self, review: &Review) -> Option<Vec<CellName>> {
        let Some(filter) = review.filter.as_ref() else { return review.is_told_in_words().then(Vec::new) };
        let exposure = self.exposure();
        // Whoever lists or watches in a cluster gets what is in each thing, and a namespace goes with all in it, and no such
        // record names the thing.
        let format = self.evidence.get(&review.evidence).and_then(|item| item.log_format());
        let names = filter.resource.is_some() || filter.q.is_some() || filter.verb.is_some();
        let hides = |op: Op| format.is_some_and(Format::lists_unnamed) && names && !matches!(op, Op::Write | Op::Grant);
        let passed = |resource: &Id| review.passed_over.iter().any(|passed| passed.resource == *resource);
        let shown = exposure.cells().filter(|(resource, path)| {
            !review.returned_nothing()
                && !hides(path.op)
                && !passed(&resource.id)
                && could_show(filter, &exposure, &resource.id, path.op)
        });
        Some(shown.map(|(resource, path)| CellName { resource: resource.id.clone(), path: path.id.clone() }).collect())
    }
}

/// Whether a query leaves out no record of an operation on a resource. What is narrowed by anything that such a record
/// need not have, could have passed it over.
fn could_show(filter: &Filter, exposure: &Exposure, resource: &Id, op: Op) -> bool {
    let (verb, effect) = acts_of(op);
    let name = resource.as_str().to_lowercase();
    let in_name = |text: &Option<String>| text.as_ref().is_none_or(|text| name.contains(&text.to_lowercase()));
    let only = |actor: &String| {
        let mut exposed = exposure.principals.iter().filter(|principal| principal.name != IN_ALL).peekable();
        exposure.principals_enumerated.is_some()
            && exposed.peek().is_some()
            && exposed.all(|principal| same_name(&principal.name, actor))
    };
    filter.actor.as_ref().is_none_or(only)
        && (filter.kind, filter.outcome, filter.suggestion, &filter.action) == (None, None, None, &None)
        && filter.verb.is_none_or(|asked| asked == verb)
        && filter.effect.is_none_or(|asked| asked == effect)
        && in_name(&filter.resource)
        && in_name(&filter.q)
}
