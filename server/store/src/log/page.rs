//! Lists of records.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::casefile::Dossier;
use domain::classification::Classes;
use domain::evidence::Evidence;
use domain::reader::log::{Filter, FoundRecord, LogRecord, RecordPage, folded};
use domain::review::Examined;
use domain::{Id, Refusal};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::Row;

use super::block::{BLOCK_RECORDS, lines};
use super::raw::{Found, Whole};
use super::scan::{Fetched, Place, Scan};
use crate::digest::hex;
use crate::dossier::unsigned;
use crate::{Error, OpenIncident, Result, Store};

/// The most records on one page.
pub(crate) const RECORDS_MAX: usize = 500;

/// What is looked through.
pub(crate) struct LogView {
    incident: String,
    /// The evidence items, in the order of their ids.
    items: Vec<Id>,
    /// How many records they have.
    records: u64,
    /// What was found of a text in whole records, by the text.
    found: Mutex<BTreeMap<String, Arc<Vec<Found>>>>,
}

impl LogView {
    /// How many records there are to look through.
    pub(super) fn records(&self) -> u64 {
        self.records
    }
}

impl OpenIncident {
    /// Records of one evidence item, or of all of the incident's.
    pub async fn log_records(
        &self,
        evidence: Option<&Id>,
        filter: &Filter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<RecordPage> {
        let view = self.view(evidence).await?;
        let after = cursor.and_then(|cursor| read_cursor(cursor, &view.items));
        let limit = limit.clamp(1, RECORDS_MAX);
        let span = self.store.span(&view, filter).await?;
        let mut scan = Scan::new(filter, span, after, limit + 1);
        self.store.scan(&view, filter, &mut scan).await?;
        let (total, without_confirmation) = (scan.total, scan.without_confirmation);
        let (mut places, facets, histogram) = scan.finish();
        let more = places.len() > limit;
        places.truncate(limit);
        let next_cursor = places.last().filter(|_| more).map(|last| write_cursor(last, &view.items));
        let items = self.store.open_places(&view, &places).await?;
        let unsearched = match &filter.q {
            Some(q) => self.store.unsearched(&view, q).await?,
            None => 0,
        };
        Ok(RecordPage { unsearched, without_confirmation, items, next_cursor, total, facets, histogram })
    }

    /// One record by its number.
    pub async fn log_record(&self, evidence: &Id, number: u64) -> Result<FoundRecord> {
        let view = self.view(Some(evidence)).await?;
        let found = self.store.open_places(&view, &[Place { time: 0, evidence: 0, number }]).await?;
        found.into_iter().next().ok_or_else(|| Refusal::absent("record of that number").into())
    }

    /// What a review attests to: how many records match, the SHA-256 of all of them as they are kept, and what they
    /// were classified as.
    pub async fn examine(&self, evidence: &Id, filter: &Filter) -> Result<Examined> {
        let view = self.view(Some(evidence)).await?;
        let dossier = self.dossier().await?;
        let classes = Classes::of(&dossier, evidence);
        let mut hasher = Sha256::new();
        let (mut examined, mut after) = (Examined::default(), None);
        loop {
            let mut scan = Scan::new(filter, None, after, DIGESTED_AT_ONCE);
            self.store.scan(&view, filter, &mut scan).await?;
            let (places, ..) = scan.finish();
            let Some(last) = places.last().cloned() else { break };
            examined.records += places.len() as u64;
            for (place, line) in self.store.open_lines(&view, &places).await? {
                hasher.update(line.as_bytes());
                hasher.update(b"\n");
                if !classes.is_empty() {
                    classes.count(place.number, &serde_json::from_str(&line)?, &mut examined.classes);
                }
            }
            after = Some(last);
        }
        examined.sha256 = hex(&hasher.finalize());
        examined.passed_over = self.store.passed_over(&view, &dossier.exposure(), filter).await?;
        Ok(examined)
    }

    /// The first records of an item that match, or those of given numbers, at most `limit`; and how many there are.
    pub async fn log_chosen(
        &self,
        evidence: &Id,
        numbers: &[u64],
        filter: &Filter,
        limit: usize,
    ) -> Result<(Vec<(u64, LogRecord)>, u64)> {
        let view = self.view(Some(evidence)).await?;
        let (places, total) = if numbers.is_empty() {
            let mut scan = Scan::new(filter, None, None, limit);
            self.store.scan(&view, filter, &mut scan).await?;
            let total = scan.total;
            (scan.finish().0, total)
        } else {
            let places: Vec<Place> =
                numbers.iter().take(limit).map(|number| Place { time: 0, evidence: 0, number: *number }).collect();
            (places, numbers.len() as u64)
        };
        let found = self.store.open_places(&view, &places).await?;
        Ok((found.into_iter().map(|found| (found.number, found.record)).collect(), total))
    }

    /// The items whose records were read.
    pub(crate) async fn view(&self, evidence: Option<&Id>) -> Result<LogView> {
        let dossier = self.dossier().await?;
        if let Some(id) = evidence
            && dossier.evidence.get(id).is_none()
        {
            return Err(Refusal::absent("evidence item").into());
        }
        let is_wanted = |item: &Evidence| evidence.map_or(item.records.is_some(), |id| *id == item.id);
        let items = items(&dossier, is_wanted);
        let count = |id: &Id| dossier.evidence.get(id).and_then(|item| item.records).unwrap_or_default();
        let records = items.iter().map(count).sum();
        Ok(LogView { incident: self.head.id.clone(), items, records, found: Mutex::default() })
    }
}

impl Store {
    /// What the histogram shows: the span that is asked for, else that of the records.
    async fn span(&self, view: &LogView, filter: &Filter) -> Result<Option<(i64, i64)>> {
        let (mut first, mut last): (Option<i64>, Option<i64>) = (None, None);
        for item in &view.items {
            let row = sqlx::query(
                "select min(first_at) as first, max(last_at) as last from log_segments
                 where incident_id = $1 and evidence_id = $2",
            )
            .bind(&view.incident)
            .bind(item.as_str())
            .fetch_one(self.reader())
            .await?;
            let (begins, ends): (Option<i64>, Option<i64>) = (row.try_get("first")?, row.try_get("last")?);
            first = first.into_iter().chain(begins).min();
            last = last.into_iter().chain(ends).max();
        }
        let from = filter.from.map(domain::Instant::micros).or(first);
        let to = filter.to.map(domain::Instant::micros).or(last.map(|last| last + 1));
        Ok(from.zip(to))
    }

    /// Runs a pass over all segments that can hold what is asked for.
    pub(super) async fn scan(&self, view: &LogView, filter: &Filter, scan: &mut Scan<'_>) -> Result<()> {
        if let Some(q) = &filter.q {
            scan.set_whole(self.whole(view, q).await?);
        }
        let statement = if Scan::needs_texts(filter) {
            "select records, first_record, codes, names, texts from log_segments
             where incident_id = $1 and evidence_id = $2 and ($3 is null or last_at >= $3) and ($4 is null or first_at < $4)
             order by number"
        } else {
            "select records, first_record, codes, names from log_segments
             where incident_id = $1 and evidence_id = $2 and ($3 is null or last_at >= $3) and ($4 is null or first_at < $4)
             order by number"
        };
        for (evidence, item) in view.items.iter().enumerate() {
            let mut rows = sqlx::query(statement)
                .bind(&view.incident)
                .bind(item.as_str())
                .bind(filter.from.map(domain::Instant::micros))
                .bind(filter.to.map(domain::Instant::micros))
                .fetch(self.reader());
            while let Some(row) = rows.try_next().await? {
                let records = usize::try_from(row.try_get::<i64, _>("records")?).map_err(Error::internal)?;
                let texts = if Scan::needs_texts(filter) { row.try_get("texts")? } else { &[][..] };
                scan.look(&Fetched {
                    evidence,
                    first: unsigned(row.try_get("first_record")?)?,
                    records,
                    codes: row.try_get("codes")?,
                    names: row.try_get("names")?,
                    texts,
                })?;
            }
        }
        Ok(())
    }

    /// The records that have a text anywhere in them, by evidence item.
    async fn whole(&self, view: &LogView, q: &str) -> Result<Arc<Vec<Found>>> {
        let q = folded(q);
        let known = |view: &LogView| view.found.lock().unwrap_or_else(PoisonError::into_inner).get(&q).cloned();
        if let Some(known) = known(view) {
            return Ok(known);
        }
        let mut all = Vec::new();
        for item in &view.items {
            let mut found = Found::default();
            let mut rows = sqlx::query(
                "select first_record, records, whole, words, places from log_raws
                 where incident_id = $1 and evidence_id = $2 order by number",
            )
            .bind(&view.incident)
            .bind(item.as_str())
            .fetch(self.reader());
            while let Some(row) = rows.try_next().await? {
                found.whole += unsigned(row.try_get("whole")?)?;
                let words: &[u8] = row.try_get("words")?;
                let Some(text) = Whole::of(&q).filter(|text| text.is_in(words)) else { continue };
                let records = usize::try_from(row.try_get::<i64, _>("records")?).map_err(Error::internal)?;
                text.look(unsigned(row.try_get("first_record")?)?, records, words, row.try_get("places")?, &mut found)?;
            }
            drop(rows);
            all.push(found);
        }
        let all = Arc::new(all);
        view.found.lock().unwrap_or_else(PoisonError::into_inner).insert(q, all.clone());
        Ok(all)
    }

    /// How many records are not looked through whole when a text is searched for.
    pub(super) async fn unsearched(&self, view: &LogView, q: &str) -> Result<u64> {
        let whole: u64 = self.whole(view, q).await?.iter().map(|found| found.whole).sum();
        Ok(view.records.saturating_sub(whole))
    }

    async fn open_places(&self, view: &LogView, places: &[Place]) -> Result<Vec<FoundRecord>> {
        let lines = self.open_lines(view, places).await?;
        let open = |(place, line): (&Place, String)| {
            let record = serde_json::from_str(&line)?;
            Ok(FoundRecord { evidence: view.items[place.evidence].clone(), number: place.number, record })
        };
        lines.into_iter().map(open).collect()
    }

    /// The records at places as they are kept, in the order of the places; those that are not there are left out.
    pub(super) async fn open_lines<'a>(&self, view: &LogView, places: &'a [Place]) -> Result<Vec<(&'a Place, String)>> {
        let block_of = |place: &Place| (place.evidence, (place.number.max(1) - 1) / BLOCK_RECORDS as u64);
        let mut wanted: BTreeMap<(usize, u64), Vec<usize>> = BTreeMap::new();
        for (order, place) in places.iter().enumerate() {
            wanted.entry(block_of(place)).or_default().push(order);
        }
        let mut found: Vec<Option<String>> = vec![None; places.len()];
        for ((evidence, block), orders) in wanted {
            let body: Option<Vec<u8>> = sqlx::query_scalar(
                "select body from log_blocks where incident_id = $1 and evidence_id = $2 and number = $3",
            )
            .bind(&view.incident)
            .bind(view.items[evidence].as_str())
            .bind(i64::try_from(block).map_err(Error::internal)?)
            .fetch_optional(self.reader())
            .await?;
            let lines = body.map_or_else(|| Ok(Vec::new()), |body| lines(&body))?;
            for order in orders {
                let line = usize::try_from((places[order].number.max(1) - 1) % BLOCK_RECORDS as u64);
                found[order] = line.ok().and_then(|line| lines.get(line).cloned());
            }
        }
        Ok(places.iter().zip(found).filter_map(|(place, line)| line.map(|line| (place, line))).collect())
    }
}

/// So many records are hashed between two passes.
const DIGESTED_AT_ONCE: usize = 1 << 16;

fn items(dossier: &Dossier, is_wanted: impl Fn(&Evidence) -> bool) -> Vec<Id> {
    let mut items: Vec<Id> =
        dossier.evidence.iter().filter(|kept| is_wanted(&kept.record)).map(|kept| kept.id.clone()).collect();
    items.sort();
    items
}

fn write_cursor(place: &Place, items: &[Id]) -> String {
    format!("{}.{}.{}", place.time, place.number, items[place.evidence])
}

fn read_cursor(cursor: &str, items: &[Id]) -> Option<Place> {
    let mut parts = cursor.splitn(3, '.');
    let (time, number) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let evidence = parts.next()?;
    let evidence = items.iter().position(|item| item.as_str() == evidence)?;
    Some(Place { time, evidence, number })
}
