//! Records in columns: what filters and facets look at, packed so that a million of them are scanned in a moment.
//!
//! A segment holds 4,096 records of one evidence item in three blobs. `codes` has a number per record and column;
//! `names` and `texts` are the words those numbers stand for. Texts are folded as a search is and only read when a filter
//! looks into them. The records themselves are in blocks (`block.rs`).

use std::collections::HashMap;

use domain::reader::log::{LogRecord, folded, resource_group};
use domain::vocabulary::Confirmation;

use crate::{Error, Result};

/// Records of one segment. Two words per record and table have to fit into 16 bits.
pub(crate) const SEGMENT_RECORDS: usize = 4096;

/// The time of a record that has none; it sorts last.
pub(crate) const NO_TIME: i64 = i64::MAX;

/// A segment as it is kept.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    pub(crate) records: usize,
    pub(crate) first_at: Option<i64>,
    pub(crate) last_at: Option<i64>,
    pub(crate) codes: Vec<u8>,
    pub(crate) names: Vec<u8>,
    pub(crate) texts: Vec<u8>,
}

/// Gathers records into a segment.
#[derive(Default)]
pub(crate) struct Packing {
    times: Vec<i64>,
    actors: Vec<u16>,
    actions: Vec<u16>,
    resources: Vec<u16>,
    others: Vec<u16>,
    kinds: Vec<u8>,
    verbs: Vec<u8>,
    effects: Vec<u8>,
    outcomes: Vec<u8>,
    suggestions: Vec<u8>,
    confirmations: Vec<u8>,
    groups: Vec<u16>,
    names: Words,
    texts: Words,
}

impl Packing {
    pub(crate) fn push(&mut self, record: &LogRecord) {
        self.times.push(record.time.map_or(NO_TIME, domain::Instant::micros));
        self.actors.push(self.names.code(&record.actor.name));
        self.actions.push(self.names.code(&record.action));
        let resource = folded(&record.resource);
        self.groups.push(self.names.code(resource_group(&resource)));
        self.resources.push(self.texts.code(&resource));
        self.others.push(self.texts.code(&record.searched()));
        self.kinds.push(record.actor.kind as u8);
        self.verbs.push(record.verb as u8);
        self.effects.push(record.effect as u8);
        self.outcomes.push(record.outcome as u8);
        self.suggestions.push(record.suggestions());
        self.confirmations.push(record.confirmation as u8);
    }

    pub(crate) fn records(&self) -> usize {
        self.times.len()
    }

    pub(crate) fn pack(self) -> Packed {
        let known = || self.times.iter().copied().filter(|time| *time != NO_TIME);
        let (first_at, last_at) = (known().min(), known().max());
        let mut codes = Vec::with_capacity(self.times.len() * RECORD_BYTES);
        self.times.iter().for_each(|time| codes.extend_from_slice(&time.to_le_bytes()));
        for column in [&self.actors, &self.actions, &self.resources, &self.others] {
            column.iter().for_each(|code| codes.extend_from_slice(&code.to_le_bytes()));
        }
        let last = [&self.suggestions, &self.confirmations];
        for column in [&self.kinds, &self.verbs, &self.effects, &self.outcomes].into_iter().chain(last) {
            codes.extend_from_slice(column);
        }
        self.groups.iter().for_each(|code| codes.extend_from_slice(&code.to_le_bytes()));
        let records = self.times.len();
        Packed { records, first_at, last_at, codes, names: self.names.pack(), texts: self.texts.pack() }
    }
}

/// What a record takes in `codes`.
const RECORD_BYTES: usize = 8 + 4 * 2 + 6 + 2;

/// What it took before the group of its resource was kept. The groups of such segments are not known.
const UNGROUPED_RECORD_BYTES: usize = RECORD_BYTES - 2;

/// What it took before its confirmation was kept. The confirmations of such segments are not known.
const OLD_RECORD_BYTES: usize = UNGROUPED_RECORD_BYTES - 1;

/// Words by number.
#[derive(Default)]
struct Words {
    codes: HashMap<String, u16>,
    ends: Vec<u32>,
    bytes: Vec<u8>,
}

impl Words {
    fn code(&mut self, word: &str) -> u16 {
        if let Some(code) = self.codes.get(word) {
            return *code;
        }
        // A segment is too small for more words than there are numbers.
        let code = u16::try_from(self.ends.len()).unwrap_or(u16::MAX);
        self.bytes.extend_from_slice(word.as_bytes());
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        self.codes.insert(word.to_string(), code);
        code
    }

    fn pack(self) -> Vec<u8> {
        let mut packed = Vec::with_capacity(4 + self.ends.len() * 4 + self.bytes.len());
        packed.extend_from_slice(&u32::try_from(self.ends.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.ends.iter().for_each(|end| packed.extend_from_slice(&end.to_le_bytes()));
        packed.extend_from_slice(&self.bytes);
        packed
    }
}

/// The columns of a segment as they are read.
pub(crate) struct Columns<'a> {
    pub(crate) records: usize,
    times: &'a [u8],
    pub(crate) actors: Codes<'a>,
    pub(crate) actions: Codes<'a>,
    pub(crate) resources: Codes<'a>,
    pub(crate) others: Codes<'a>,
    pub(crate) kinds: &'a [u8],
    pub(crate) verbs: &'a [u8],
    pub(crate) effects: &'a [u8],
    pub(crate) outcomes: &'a [u8],
    pub(crate) suggestions: &'a [u8],
    /// Empty in a segment from before they were kept.
    confirmations: &'a [u8],
    /// The same.
    groups: Option<Codes<'a>>,
}

/// A column of 16-bit numbers.
#[derive(Clone, Copy)]
pub(crate) struct Codes<'a>(&'a [u8]);

impl Codes<'_> {
    pub(crate) fn at(self, place: usize) -> usize {
        self.0.get(place * 2..place * 2 + 2).map_or(0, |pair| usize::from(u16::from_le_bytes([pair[0], pair[1]])))
    }
}

impl<'a> Columns<'a> {
    pub(crate) fn read(codes: &'a [u8], records: usize) -> Result<Self> {
        let is_old = records > 0 && codes.len() == records * OLD_RECORD_BYTES;
        let is_ungrouped = is_old || (records > 0 && codes.len() == records * UNGROUPED_RECORD_BYTES);
        if !is_ungrouped && codes.len() != records * RECORD_BYTES {
            return Err(Error::internal("a segment of log records has another length than its count of records"));
        }
        let mut rest = codes;
        let mut take = |bytes: usize| {
            let (column, behind) = rest.split_at(records * bytes);
            rest = behind;
            column
        };
        Ok(Self {
            records,
            times: take(8),
            actors: Codes(take(2)),
            actions: Codes(take(2)),
            resources: Codes(take(2)),
            others: Codes(take(2)),
            kinds: take(1),
            verbs: take(1),
            effects: take(1),
            outcomes: take(1),
            suggestions: take(1),
            confirmations: if is_old { &[] } else { take(1) },
            groups: (!is_ungrouped).then(|| Codes(take(2))),
        })
    }

    /// The number of the group's name; `None` where it was not kept.
    pub(crate) fn group(&self, place: usize) -> Option<usize> {
        self.groups.map(|groups| groups.at(place))
    }

    /// Whether the confirmations were kept.
    pub(crate) fn has_confirmations(&self) -> bool {
        self.records == 0 || !self.confirmations.is_empty()
    }

    /// The number of a record's confirmation.
    pub(crate) fn confirmation(&self, place: usize) -> u8 {
        self.confirmations.get(place).copied().unwrap_or(Confirmation::Unknown as u8)
    }

    pub(crate) fn time(&self, place: usize) -> i64 {
        let bytes = self.times.get(place * 8..place * 8 + 8).and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
        bytes.map_or(NO_TIME, i64::from_le_bytes)
    }
}

/// The words of a table, in the order of their numbers.
pub(crate) fn words(packed: &[u8]) -> Result<Vec<&str>> {
    let broken = || Error::internal("a table of words of log records is broken");
    let number = |at: usize| {
        let bytes = packed.get(at..at + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()).ok_or_else(broken)?;
        usize::try_from(u32::from_le_bytes(bytes)).map_err(Error::internal)
    };
    let count = number(0)?;
    let text = packed.get(4 + count * 4..).ok_or_else(broken)?;
    let text = std::str::from_utf8(text).map_err(Error::internal)?;
    let mut begin = 0;
    let mut words = Vec::with_capacity(count);
    for place in 0..count {
        let end = number(4 + place * 4)?;
        words.push(text.get(begin..end).ok_or_else(broken)?);
        begin = end;
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::reader::log::Raw;

    #[test]
    fn what_is_packed_is_read_again() {
        let mut packing = Packing::default();
        for (time, actor, resource) in [(Some(5), "Ada", "Repo-A"), (None, "ops-agent", "Repo-A"), (Some(3), "Ada", "")]
        {
            let mut record = LogRecord::at(Raw::default());
            record.time = time.map(domain::Instant::from_micros);
            record.actor.name = actor.into();
            record.resource = resource.into();
            packing.push(&record);
        }
        let packed = packing.pack();
        assert_eq!((packed.records, packed.first_at, packed.last_at), (3, Some(3), Some(5)));
        let columns = Columns::read(&packed.codes, packed.records).unwrap();
        let (names, texts) = (words(&packed.names).unwrap(), words(&packed.texts).unwrap());
        let actors: Vec<&str> = (0..3).map(|place| names[columns.actors.at(place)]).collect();
        let resources: Vec<&str> = (0..3).map(|place| texts[columns.resources.at(place)]).collect();
        assert_eq!(actors, ["Ada", "ops-agent", "Ada"]);
        assert_eq!(resources, ["repo-a", "repo-a", ""]);
        assert_eq!((0..3).map(|place| columns.time(place)).collect::<Vec<_>>(), [5, NO_TIME, 3]);
    }

    #[test]
    fn a_segment_from_before_confirmations_were_kept_is_read() {
        let mut packing = Packing::default();
        let mut record = LogRecord::at(Raw::default());
        record.confirmation = Confirmation::Standing;
        packing.push(&record);
        packing.push(&record);
        let packed = packing.pack();
        let confirmation = |codes: &[u8]| Columns::read(codes, 2).unwrap().confirmation(1);
        assert_eq!(confirmation(&packed.codes), Confirmation::Standing as u8);
        // Before the groups of resources were kept: two bytes less for each record.
        let ungrouped = &packed.codes[..packed.codes.len() - 4];
        assert_eq!(confirmation(ungrouped), Confirmation::Standing as u8);
        assert!(Columns::read(ungrouped, 2).unwrap().group(1).is_none());
        // And before the confirmations were: one more.
        let old = &packed.codes[..packed.codes.len() - 6];
        assert_eq!(confirmation(old), Confirmation::Unknown as u8);
        assert!(!Columns::read(old, 2).unwrap().has_confirmations());
    }

    #[test]
    fn a_broken_blob_is_an_accident_and_no_panic() {
        assert!(Columns::read(&[1, 2, 3], 1).is_err());
        assert!(words(&[]).is_err());
        assert!(words(&[9, 0, 0, 0, 1]).is_err());
        assert!(words(&[1, 0, 0, 0, 9, 0, 0, 0, b'a']).is_err());
    }
}
