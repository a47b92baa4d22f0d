//! Which records have a text anywhere in them?

use memchr::memmem::Finder;

use super::pack::{BETWEEN, Kind};
use crate::{Error, Result};

/// The records of one evidence item that have a text, by their numbers, and how many were looked at whole.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    bits: Vec<u64>,
    /// Of how many records nothing was left out of the search.
    pub(crate) whole: u64,
}

impl Found {
    /// Whether the record of a number has it.
    pub(crate) fn has(&self, number: u64) -> bool {
        let place = number.saturating_sub(1);
        self.bits.get((place / 64) as usize).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    fn add(&mut self, number: u64) {
        let place = number.saturating_sub(1);
        let word = (place / 64) as usize;
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        self.bits[word] |= 1 << (place % 64);
    }
}

/// A text that is searched for.
pub(crate) struct Whole<'a> {
    finder: Finder<'a>,
}

impl<'a> Whole<'a> {
    /// A folded text; `None` where no record can have it.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        (!text.is_empty() && !text.as_bytes().contains(&BETWEEN)).then(|| Self { finder: Finder::new(text.as_bytes()) })
    }

    /// Whether any name or text of some records has it: else nobody has to look further.
    pub(crate) fn is_in(&self, words: &[u8]) -> bool {
        self.finder.find(words).is_some()
    }

    /// Notes the records that have it.
    pub(crate) fn look(
        &self,
        first: u64,
        records: usize,
        words: &[u8],
        places: &[u8],
        found: &mut Found,
    ) -> Result<()> {
        let mut rest = Places { bytes: places };
        let (count, mut begin) = (rest.number()?, 0);
        for _ in 0..count {
            let (named, end, texts) = (rest.number()?, rest.number()?, rest.number()?);
            let kind = Kind::read(*rest.take(1)?.first().unwrap_or(&9)).ok_or_else(broken)?;
            let ends = if kind == Kind::Same { &[][..] } else { rest.take(texts * 4)? };
            let codes = if kind == Kind::Coded { rest.take(records * 2)? } else { &[][..] };
            let name = words.get(begin..named).ok_or_else(broken)?;
            let column = words.get(named..end).ok_or_else(broken)?;
            begin = end;
            let by_name = self.finder.find(name).is_some();
            let mask = if by_name { vec![true; texts] } else { self.mask(column, ends, texts) };
            if !by_name && !mask.contains(&true) {
                continue;
            }
            let has = |record: usize| match kind {
                Kind::Same => mask.first().copied().unwrap_or(false),
                Kind::Each => mask.get(record).copied().unwrap_or(false),
                Kind::Coded => {
                    let code =
                        codes.get(record * 2..record * 2 + 2).map_or(0, |pair| u16::from_le_bytes([pair[0], pair[1]]));
                    usize::from(code).checked_sub(1).and_then(|word| mask.get(word)).copied().unwrap_or(false)
                }
            };
            (0..records).filter(|record| has(*record)).for_each(|record| found.add(first + record as u64));
        }
        Ok(())
    }

    /// Which texts of a column have it.
    fn mask(&self, column: &[u8], ends: &[u8], texts: usize) -> Vec<bool> {
        let mut mask = vec![false; texts];
        let end = |place: usize| {
            ends.get(place * 4..place * 4 + 4)
                .and_then(|bytes| <[u8; 4]>::try_from(bytes).ok())
                .map_or(column.len(), |bytes| u32::from_le_bytes(bytes) as usize)
        };
        let mut place = 0;
        for at in self.finder.find_iter(column) {
            // The texts lie in the order of their numbers.
            let (mut low, mut high) = (place, texts);
            while low < high {
                let middle = (low + high) / 2;
                if end(middle) <= at { low = middle + 1 } else { high = middle }
            }
            place = low;
            if let Some(bit) = mask.get_mut(place) {
                *bit = true;
            }
        }
        mask
    }
}

fn broken() -> Error {
    Error::internal("the raw records of a log are broken")
}

struct Places<'a> {
    bytes: &'a [u8],
}

impl<'a> Places<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or_else(broken)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<usize> {
        let bytes = <[u8; 4]>::try_from(self.take(4)?).map_err(Error::internal)?;
        usize::try_from(u32::from_le_bytes(bytes)).map_err(Error::internal)
    }
}
