//! One pass over the columns: what matches, how often what occurs, and what belongs on the page.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::Arc;

use domain::Instant;
use domain::confirmations::GateCounts;
use domain::reader::log::{Facets, Filter, Histogram, Suggestion, folded};
use domain::timeline::{Effect, Outcome, Verb};
use domain::vocabulary::{Confirmation, PrincipalKind};

use super::gates::Gates;
use super::raw::Found;
use super::segment::{Columns, NO_TIME, words};
use crate::Result;

/// So many names of a facet are told: those that occur most.
const NAMES_MAX: usize = 15;

/// The bars of a histogram.
const BARS: usize = 96;

/// Where a record stands in the order of a list: by time, then by evidence item and number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) time: i64,
    pub(crate) evidence: usize,
    pub(crate) number: u64,
}

/// The pass.
pub(crate) struct Scan<'a> {
    filter: &'a Filter,
    actor: Option<String>,
    action: Option<String>,
    group: Option<String>,
    resource: Option<String>,
    q: Option<String>,
    /// By evidence item, the records that have the text anywhere in them.
    whole: Arc<Vec<Found>>,
    span: Option<(i64, i64)>,
    after: Option<Place>,
    wanted: usize,
    page: BinaryHeap<Place>,
    pub(crate) total: u64,
    /// How many that match were read before that was kept.
    pub(crate) without_confirmation: u64,
    bars: Vec<u64>,
    actors: HashMap<String, u64>,
    actions: HashMap<String, u64>,
    kinds: [u64; 8],
    verbs: [u64; 16],
    effects: [u64; 8],
    outcomes: [u64; 4],
    confirmations: [u64; 8],
    suggestions: [u64; 8],
    /// What agents could do and how it was confirmed, where that is asked for.
    gates: Option<Gates>,
}

/// One segment as it was fetched.
pub(crate) struct Fetched<'a> {
    /// The place of its evidence item in the list of those that are looked at.
    pub(crate) evidence: usize,
    /// The number of its first record, counted from 1.
    pub(crate) first: u64,
    pub(crate) records: usize,
    pub(crate) codes: &'a [u8],
    pub(crate) names: &'a [u8],
    /// Empty where no filter looks into it.
    pub(crate) texts: &'a [u8],
}

/// Which numbers of a segment's words a filter wants; `None` wants all.
type Mask = Option<Vec<bool>>;

impl<'a> Scan<'a> {
    /// A pass that keeps the first `wanted` places after `after`; `span` is what the histogram shows.
    pub(crate) fn new(filter: &'a Filter, span: Option<(i64, i64)>, after: Option<Place>, wanted: usize) -> Self {
        let lower = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
        Self {
            filter,
            actor: lower(&filter.actor),
            action: lower(&filter.action),
            group: filter.group.as_deref().map(folded),
            resource: filter.resource.as_deref().map(folded),
            q: filter.q.as_deref().map(folded),
            whole: Arc::default(),
            span: span.filter(|(from, to)| from < to),
            after,
            wanted,
            page: BinaryHeap::with_capacity(wanted + 1),
            total: 0,
            without_confirmation: 0,
            bars: vec![0; BARS],
            actors: HashMap::new(),
            actions: HashMap::new(),
            kinds: [0; 8],
            verbs: [0; 16],
            effects: [0; 8],
            outcomes: [0; 4],
            confirmations: [0; 8],
            suggestions: [0; 8],
            gates: None,
        }
    }

    /// Counts capabilities as well.
    pub(crate) fn with_gates(mut self) -> Self {
        self.gates = Some(Gates::default());
        self
    }

    /// What was counted of capabilities.
    pub(crate) fn take_gates(&mut self) -> GateCounts {
        self.gates.take().map(Gates::finish).unwrap_or_default()
    }

    /// Takes in which records have the text anywhere in them.
    pub(crate) fn set_whole(&mut self, whole: Arc<Vec<Found>>) {
        self.whole = whole;
    }

    /// Whether a filter looks into the texts of records.
    pub(crate) fn needs_texts(filter: &Filter) -> bool {
        filter.resource.is_some() || filter.q.is_some()
    }

    /// Looks at one segment.
    pub(crate) fn look(&mut self, segment: &Fetched<'_>) -> Result<()> {
        let columns = Columns::read(segment.codes, segment.records)?;
        let names = words(segment.names)?;
        let texts = if segment.texts.is_empty() { Vec::new() } else { words(segment.texts)? };
        let same = |wanted: &Option<String>| -> Mask {
            let wanted = wanted.as_ref()?;
            Some(names.iter().map(|name| name.to_lowercase() == *wanted).collect())
        };
        let (actors, actions, groups) = (same(&self.actor), same(&self.action), same(&self.group));
        let contains = |wanted: &Option<String>| -> Mask {
            let finder = memchr::memmem::Finder::new(wanted.as_ref()?.as_bytes());
            Some(texts.iter().map(|text| finder.find(text.as_bytes()).is_some()).collect())
        };
        let (resources, anywhere) = (contains(&self.resource), contains(&self.q));
        let named: Mask = self.q.as_ref().map(|q| names.iter().map(|name| folded(name).contains(q.as_str())).collect());
        let holds =
            |mask: &Mask, code: usize| mask.as_ref().is_none_or(|mask| mask.get(code).copied().unwrap_or(false));
        let (mut actor_counts, mut action_counts) = (vec![0_u64; names.len()], vec![0_u64; names.len()]);
        for place in 0..columns.records {
            if !self.coded(&columns, place)
                || !holds(&actors, columns.actors.at(place))
                || !holds(&actions, columns.actions.at(place))
                || !holds(&resources, columns.resources.at(place))
                || (groups.is_some() && !columns.group(place).is_some_and(|group| holds(&groups, group)))
            {
                continue;
            }
            let said = self.q.is_none()
                || holds(&named, columns.actors.at(place))
                || holds(&named, columns.actions.at(place))
                || holds(&anywhere, columns.resources.at(place))
                || holds(&anywhere, columns.others.at(place))
                || self.whole.get(segment.evidence).is_some_and(|found| found.has(segment.first + place as u64));
            if !said {
                continue;
            }
            count(&mut actor_counts, columns.actors.at(place));
            count(&mut action_counts, columns.actions.at(place));
            if let Some(gates) = &mut self.gates {
                gates.count(&columns, place);
            }
            self.take(&columns, place, segment);
        }
        if let Some(gates) = &mut self.gates {
            gates.gather(&names);
        }
        gather(&mut self.actors, &names, &actor_counts);
        gather(&mut self.actions, &names, &action_counts);
        Ok(())
    }

    /// Whether the columns of plain numbers match.
    fn coded(&self, columns: &Columns<'_>, place: usize) -> bool {
        let filter = self.filter;
        let time = columns.time(place);
        let since = filter.from.is_none_or(|from| time != NO_TIME && time >= from.micros());
        since
            && filter.to.is_none_or(|to| time < to.micros())
            && filter.kind.is_none_or(|kind| columns.kinds[place] == kind as u8)
            && filter.verb.is_none_or(|verb| columns.verbs[place] == verb as u8)
            && filter.effect.is_none_or(|effect| columns.effects[place] == effect as u8)
            && filter.outcome.is_none_or(|outcome| columns.outcomes[place] == outcome as u8)
            && filter.confirmation.is_none_or(|wanted| columns.confirmation(place) == wanted as u8)
            && filter.suggestion.is_none_or(|wanted| columns.suggestions[place] & wanted.bit() != 0)
    }

    /// Counts a record that matches, and keeps its place if it belongs on the page.
    fn take(&mut self, columns: &Columns<'_>, place: usize, segment: &Fetched<'_>) {
        self.total += 1;
        self.without_confirmation += u64::from(!columns.has_confirmations());
        count(&mut self.kinds, usize::from(columns.kinds[place]));
        count(&mut self.verbs, usize::from(columns.verbs[place]));
        count(&mut self.effects, usize::from(columns.effects[place]));
        count(&mut self.outcomes, usize::from(columns.outcomes[place]));
        count(&mut self.confirmations, usize::from(columns.confirmation(place)));
        let mut suggestions = columns.suggestions[place];
        while suggestions != 0 {
            let bit = suggestions.trailing_zeros();
            count(&mut self.suggestions, bit as usize);
            suggestions &= suggestions - 1;
        }
        let time = columns.time(place);
        if let Some((from, to)) = self.span.filter(|(from, to)| time >= *from && time < *to) {
            let bar = (i128::from(time - from) * BARS as i128) / i128::from(to - from);
            count(&mut self.bars, usize::try_from(bar).unwrap_or(BARS));
        }
        let full = self.page.len() >= self.wanted;
        if full && self.page.peek().is_none_or(|last| time > last.time) {
            return;
        }
        let found = Place { time, evidence: segment.evidence, number: segment.first + place as u64 };
        if self.after.as_ref().is_some_and(|after| found <= *after) {
            return;
        }
        self.page.push(found);
        if self.page.len() > self.wanted {
            self.page.pop();
        }
    }

    /// What came of it: the places on the page in order, the facets and the histogram.
    pub(crate) fn finish(self) -> (Vec<Place>, Facets, Option<Histogram>) {
        let facets = Facets {
            actors: most(self.actors),
            actions: most(self.actions),
            kinds: counted(PrincipalKind::ALL, &self.kinds),
            verbs: counted(Verb::ALL, &self.verbs),
            effects: counted(Effect::ALL, &self.effects),
            outcomes: counted(Outcome::ALL, &self.outcomes),
            confirmations: counted(Confirmation::ALL, &self.confirmations),
            suggestions: counted(Suggestion::ALL, &self.suggestions),
        };
        let bars = self.bars;
        let histogram = self.span.map(|(from, to)| Histogram {
            from: Instant::from_micros(from),
            to: Instant::from_micros(to),
            bars,
        });
        (self.page.into_sorted_vec(), facets, histogram)
    }
}

fn count(counts: &mut [u64], place: usize) {
    if let Some(count) = counts.get_mut(place) {
        *count += 1;
    }
}

fn gather(all: &mut HashMap<String, u64>, names: &[&str], counts: &[u64]) {
    for (name, count) in names.iter().zip(counts).filter(|(_, count)| **count > 0) {
        match all.get_mut(*name) {
            Some(known) => *known += count,
            None => {
                all.insert((*name).to_string(), *count);
            }
        }
    }
}

fn most(all: HashMap<String, u64>) -> Vec<(String, u64)> {
    let mut all: Vec<(String, u64)> = all.into_iter().filter(|(name, _)| !name.is_empty()).collect();
    all.sort_by(|one, other| (Reverse(one.1), &one.0).cmp(&(Reverse(other.1), &other.0)));
    all.truncate(NAMES_MAX);
    all
}

/// Counts by the words of a vocabulary, whose places are their numbers.
fn counted<T: Copy + Ord>(all: &[T], counts: &[u64]) -> BTreeMap<T, u64> {
    all.iter().zip(counts).filter(|(_, count)| **count > 0).map(|(word, count)| (*word, *count)).collect()
}
