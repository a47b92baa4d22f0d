//! How capabilities were used and confirmed, counted in a pass over the columns.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::Id;
use domain::confirmations::{GateCounts, GateMap};
use domain::reader::log::Filter;
use domain::timeline::{Effect, Verb};

use super::scan::Scan;
use super::segment::Columns;
use crate::{OpenIncident, Result};

/// So many different capabilities are counted apart; the rest is counted together, without its resources.
const CAPABILITIES_MAX: usize = 20_000;

/// What stands for the group of resources of which there are too many, or that were not kept.
const ALL_OTHERS: &str = "";

/// Counts of one pass.
#[derive(Default)]
pub(super) struct Gates {
    /// Of the segment at hand, by the numbers of its words.
    segment: HashMap<(u16, u16, u8, u8), [u32; 6]>,
    all: HashMap<(String, String, u8, u8), [u64; 6]>,
}

impl Gates {
    pub(super) fn count(&mut self, columns: &Columns<'_>, place: usize) {
        let code = |code: usize| u16::try_from(code).unwrap_or(u16::MAX);
        let group = columns.group(place).map_or(u16::MAX, code);
        let key = (code(columns.actors.at(place)), group, columns.verbs[place], columns.effects[place]);
        let counts = self.segment.entry(key).or_default();
        if let Some(count) = counts.get_mut(usize::from(columns.confirmation(place))) {
            *count += 1;
        }
    }

    pub(super) fn gather(&mut self, names: &[&str]) {
        for ((actor, group, verb, effect), counts) in self.segment.drain() {
            let name = |code: u16| names.get(usize::from(code)).copied().unwrap_or(ALL_OTHERS).to_string();
            let is_full = self.all.len() >= CAPABILITIES_MAX;
            let key = match self.all.entry((name(actor), name(group), verb, effect)) {
                Entry::Vacant(_) if is_full => (ALL_OTHERS.to_string(), ALL_OTHERS.to_string(), verb, effect),
                entry => entry.key().clone(),
            };
            let all = self.all.entry(key).or_default();
            all.iter_mut().zip(counts).for_each(|(all, count)| *all += u64::from(count));
        }
    }

    pub(super) fn finish(self) -> GateCounts {
        let known = |((actor, group, verb, effect), counts): ((String, String, u8, u8), [u64; 6])| {
            let verb = Verb::ALL.get(usize::from(verb)).copied()?;
            let effect = Effect::ALL.get(usize::from(effect)).copied()?;
            Some(((actor, group, verb, effect), counts))
        };
        self.all.into_iter().filter_map(known).collect()
    }
}

impl OpenIncident {
    /// The confirmation-gate map of records that match, in one evidence item or in all of the incident's.
    pub async fn gate_map(&self, evidence: Option<&Id>, filter: &Filter, is_by_agent: bool) -> Result<GateMap> {
        let dossier = self.dossier().await?;
        let view = self.view(evidence).await?;
        let mut scan = Scan::new(filter, None, None, 0).with_gates();
        self.store.scan(&view, filter, &mut scan).await?;
        let (counts, without_confirmation) = (scan.take_gates(), scan.without_confirmation);
        // What the sources show at all is asked of whoever acted: a read by a person shows that a log has reads.
        let anybody = Filter { from: filter.from, to: filter.to, ..Filter::default() };
        let mut shown = Scan::new(&anybody, None, None, 0);
        self.store.scan(&view, &anybody, &mut shown).await?;
        let (_, facets, _) = shown.finish();
        let shown: Vec<Verb> = facets.verbs.iter().filter(|(_, count)| **count > 0).map(|(verb, _)| *verb).collect();
        let map = GateMap::of(&dossier, counts, &shown, is_by_agent);
        Ok(GateMap { without_confirmation, ..map })
    }
}
