//! A digest over all that was read of an item, as it is kept: it stands in the case file, and with it in the chain.
//!
//! Segments, blocks and parse errors are each hashed in the order of their numbers, first while they are packed and
//! later as the database gives them back.

use domain::Id;
use futures::TryStreamExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::Result;
use crate::digest::{hex, sha256};
use crate::dossier::unsigned;
use crate::engine::Tx;
use crate::log::{Packed, RawPacked};

/// The digest as it grows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    segments: Sha256,
    blocks: Sha256,
    parse_errors: Sha256,
    /// Absent where there are none, as of what was read before they were kept.
    raws: Option<Sha256>,
}

impl Tally {
    pub(crate) fn segment(&mut self, number: u64, first_record: u64, segment: &Packed) {
        let Packed { records, first_at, last_at, codes, names, texts } = segment;
        let head = json!([number, first_record, records, first_at, last_at]).to_string();
        [head.as_bytes(), codes, names, texts].into_iter().for_each(|part| add(&mut self.segments, part));
    }

    pub(crate) fn block(&mut self, number: u64, body: &[u8]) {
        [&number.to_le_bytes(), body].into_iter().for_each(|part| add(&mut self.blocks, part));
    }

    pub(crate) fn raws(&mut self, number: u64, raw: &RawPacked) {
        let RawPacked { first_record, records, whole, words, places } = raw;
        let head = json!([number, first_record, records, whole]).to_string();
        let raws = self.raws.get_or_insert_default();
        [head.as_bytes(), words, places].into_iter().for_each(|part| add(raws, part));
    }

    /// Whether there are raw records in it.
    pub(crate) fn has_raws(&self) -> bool {
        self.raws.is_some()
    }

    /// The same without raw records, to be held against what was read before they were kept.
    pub(crate) fn without_raws(self) -> Self {
        Self { raws: None, ..self }
    }

    pub(crate) fn parse_errors(&mut self, number: u64, body: &str) {
        [&number.to_le_bytes(), body.as_bytes()].into_iter().for_each(|part| add(&mut self.parse_errors, part));
    }

    /// The digest of what was read and of the row that tells of it.
    pub(crate) fn close(self, told: &str) -> String {
        let parts = [Some(self.segments), Some(self.blocks), Some(self.parse_errors), self.raws];
        let parts: String = parts.into_iter().flatten().map(|part| hex(&part.finalize())).collect();
        sha256(&format!("{parts}{told}"))
    }

    /// Of what the database holds.
    pub(crate) async fn kept(tx: &mut Tx, incident: &str, evidence: &Id) -> Result<Self> {
        let mut tally = Self::default();
        let mut rows = of(SEGMENTS, incident, evidence).fetch(&mut *tx);
        while let Some(row) = rows.try_next().await? {
            let segment = Packed {
                records: usize::try_from(row.try_get::<i64, _>("records")?).unwrap_or(usize::MAX),
                first_at: row.try_get("first_at")?,
                last_at: row.try_get("last_at")?,
                codes: row.try_get("codes")?,
                names: row.try_get("names")?,
                texts: row.try_get("texts")?,
            };
            tally.segment(number(&row, "number")?, number(&row, "first_record")?, &segment);
        }
        drop(rows);
        let mut rows = of(BLOCKS, incident, evidence).fetch(&mut *tx);
        while let Some(row) = rows.try_next().await? {
            tally.block(number(&row, "number")?, &row.try_get::<Vec<u8>, _>("body")?);
        }
        drop(rows);
        let mut rows = of(COMPLAINTS, incident, evidence).fetch(&mut *tx);
        while let Some(row) = rows.try_next().await? {
            tally.parse_errors(number(&row, "number")?, &row.try_get::<String, _>("body")?);
        }
        drop(rows);
        let mut rows = of(RAWS, incident, evidence).fetch(&mut *tx);
        while let Some(row) = rows.try_next().await? {
            let count = |column: &str| number(&row, column).map(|count| usize::try_from(count).unwrap_or(usize::MAX));
            let raw = RawPacked {
                first_record: number(&row, "first_record")?,
                records: count("records")?,
                whole: count("whole")?,
                words: row.try_get("words")?,
                places: row.try_get("places")?,
            };
            tally.raws(number(&row, "number")?, &raw);
        }
        drop(rows);
        Ok(tally)
    }
}

const SEGMENTS: &str = "select number, records, first_record, first_at, last_at, codes, names, texts from log_segments
     where incident_id = $1 and evidence_id = $2 order by number";
const BLOCKS: &str = "select number, body from log_blocks where incident_id = $1 and evidence_id = $2 order by number";
const RAWS: &str = "select number, first_record, records, whole, words, places from log_raws
     where incident_id = $1 and evidence_id = $2 order by number";
const COMPLAINTS: &str =
    "select number, body from log_complaints where incident_id = $1 and evidence_id = $2 order by number";

fn of<'a>(
    statement: &'static str,
    incident: &'a str,
    evidence: &'a Id,
) -> sqlx::query::Query<'a, sqlx::Any, sqlx::any::AnyArguments> {
    sqlx::query(statement).bind(incident).bind(evidence.as_str())
}

/// A number that nobody counts below zero: one that is there all the same is told apart from every true one.
fn number(row: &AnyRow, column: &str) -> Result<u64> {
    let number: i64 = row.try_get(column)?;
    Ok(unsigned(number).unwrap_or(u64::MAX))
}

/// The parts follow each other with their lengths, so that none can be moved into its neighbour.
fn add(hasher: &mut Sha256, part: &[u8]) {
    hasher.update((part.len() as u64).to_le_bytes());
    hasher.update(part);
}

/// The columns of an import that say what was read and how; which process did it and when it last told of it do not.
pub(crate) const TOLD: &str =
    "format, mapping, bytes_read, records, unreadable, summary, collected_at, started_at, trouble, terms";

/// Those columns as one text.
pub(crate) fn told(row: &AnyRow) -> Result<String> {
    let text = |column: &str| row.try_get::<Option<String>, _>(column);
    let number = |column: &str| row.try_get::<i64, _>(column);
    let mut told = vec![
        json!(text("format")?),
        json!(text("mapping")?),
        json!(number("bytes_read")?),
        json!(number("records")?),
        json!(number("unreadable")?),
        json!(text("summary")?),
        json!(number("collected_at")?),
        json!(number("started_at")?),
        json!(text("trouble")?),
    ];
    // A column that came later: readings without it keep the digest that they have.
    told.extend(text("terms")?.map(|terms| json!({ "terms": terms })));
    Ok(Value::from(told).to_string())
}
