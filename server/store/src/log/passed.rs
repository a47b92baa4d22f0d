//! What a query leaves out of the records that name what was exposed.

use std::collections::HashSet;

use domain::exposure::Exposure;
use domain::reader::log::{Filter, Suggestion};
use domain::review::{PassedOver, naming, renamed};

use super::page::LogView;
use super::scan::{Place, Scan};
use crate::{Result, Store};

/// So many records are held against each other between two passes.
const AT_ONCE: usize = 1 << 16;

impl Store {
    /// For each exposed resource with an open path, the records of the span that name it and that a query leaves out.
    pub(super) async fn passed_over(
        &self,
        view: &LogView,
        exposure: &Exposure,
        asked: &Filter,
    ) -> Result<Vec<PassedOver>> {
        let mut names: Vec<_> = exposure.cells().map(|(resource, _)| resource.id.clone()).collect();
        names.sort();
        names.dedup();
        let mut all = Vec::new();
        for resource in names {
            let Some(naming) = naming(asked, &resource) else { return Ok(Vec::new()) };
            let records = self.left_out(view, &naming, asked).await?;
            let renamed = self.renamings(view, &naming, asked).await?;
            let unseen = self.unsearched(view, resource.as_str()).await?;
            if records + renamed + unseen > 0 {
                all.push(PassedOver { resource, records, renamed, unseen });
            }
        }
        Ok(all)
    }

    /// How many records one filter finds and another does not.
    async fn left_out(&self, view: &LogView, found: &Filter, asked: &Filter) -> Result<u64> {
        let (mut count, mut after) = (0, None);
        loop {
            let named = self.places(view, found, after.clone()).await?;
            let Some(last) = named.last().cloned() else { return Ok(count) };
            // Among the first of those that are asked for there may be fewer of them; then the next pass goes on there.
            let shown = self.places(view, asked, after).await?;
            let reach = if shown.len() == AT_ONCE {
                shown.last().cloned().map_or(last.clone(), |end| end.min(last))
            } else {
                last
            };
            let shown: HashSet<&Place> = shown.iter().collect();
            count += named.iter().filter(|place| **place <= reach && !shown.contains(place)).count() as u64;
            after = Some(reach);
        }
    }

    /// How many records that name it say that it got another name.
    async fn renamings(&self, view: &LogView, naming: &Filter, asked: &Filter) -> Result<u64> {
        let marked = Filter { suggestion: Some(Suggestion::NeedsReview), ..naming.clone() };
        let places = self.places(view, &marked, None).await?;
        let mut count = 0;
        for (_, line) in self.open_lines(view, &places).await? {
            count += u64::from(renamed(asked, &serde_json::from_str(&line)?));
        }
        Ok(count)
    }

    /// The first places that a filter finds after one.
    async fn places(&self, view: &LogView, filter: &Filter, after: Option<Place>) -> Result<Vec<Place>> {
        let mut scan = Scan::new(filter, None, after, AT_ONCE);
        self.scan(view, filter, &mut scan).await?;
        Ok(scan.finish().0)
    }
}
