//! Gathers raw records into columns, and writes them down.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use domain::reader::log::{folded, searchable};

use super::leaves::{Leaves, Way, hash, leaves};

/// So many columns are told apart; what lies beyond is one value of its record.
const COLUMNS_MAX: usize = 400;

/// So many values of one record on the same way have a column each.
const LAYERS_MAX: u64 = 8;

/// So many bytes of texts are gathered before they are written, so that long records take no memory.
const BYTES_MAX: usize = 6 << 20;

/// Stands between two texts; no text has it.
pub(super) const BETWEEN: u8 = 0;

/// The way to what has no column.
const REST: Way = Way(0);

/// Numbers that are spread already.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(bytes);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

type Numbers<T> = HashMap<u64, T, BuildHasherDefault<Spread>>;

/// A column while it is gathered.
#[derive(Default)]
struct Column {
    /// The keys on the way to it, folded, with a dot between two.
    name: String,
    /// The numbers of the texts, by their hash.
    known: Numbers<u16>,
    /// The texts as they came.
    raw: Vec<u8>,
    raw_ends: Vec<u32>,
    /// The texts as they are searched.
    words: Vec<u8>,
    ends: Vec<u32>,
    /// Of each record so far which text, counted from 1.
    codes: Vec<u16>,
}

impl Column {
    fn code(&mut self, value: &[u8]) -> u16 {
        let key = hash(value);
        if let Some(code) = self.known.get(&key)
            && self.text(usize::from(*code) - 1) == value
        {
            return *code;
        }
        let code = u16::try_from(self.raw_ends.len() + 1).unwrap_or(u16::MAX);
        self.known.entry(key).or_insert(code);
        self.raw.extend_from_slice(value);
        self.raw_ends.push(u32::try_from(self.raw.len()).unwrap_or(u32::MAX));
        let from = self.words.len();
        if value.is_ascii() && !value.contains(&b'\\') {
            self.words.extend(value.iter().map(|byte| byte.to_ascii_lowercase()));
        } else {
            self.words.extend_from_slice(searchable(value).as_bytes());
        }
        self.words[from..].iter_mut().filter(|byte| **byte == BETWEEN).for_each(|byte| *byte = b' ');
        self.words.push(BETWEEN);
        self.ends.push(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        code
    }

    fn text(&self, place: usize) -> &[u8] {
        let from = place.checked_sub(1).and_then(|before| self.raw_ends.get(before)).map_or(0, |end| *end as usize);
        let to = self.raw_ends.get(place).map_or(from, |end| *end as usize);
        self.raw.get(from..to).unwrap_or_default()
    }
}

/// Raw records as they are kept.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RawPacked {
    /// The number of the first, counted from 1.
    pub(crate) first_record: u64,
    /// How many.
    pub(crate) records: usize,
    /// Of how many nothing is missing.
    pub(crate) whole: usize,
    /// Names and texts of all columns.
    pub(crate) words: Vec<u8>,
    /// Where they end, and which record has which.
    pub(crate) places: Vec<u8>,
}

/// Gathers raw records.
#[derive(Default)]
pub(crate) struct RawPacking {
    columns: Vec<Column>,
    ways: Numbers<usize>,
    first: u64,
    records: usize,
    whole: usize,
    bytes: usize,
    rest: Vec<u8>,
}

impl RawPacking {
    /// Of the records from this number on.
    pub(crate) fn from(first: u64) -> Self {
        Self { first, ..Self::default() }
    }

    /// Takes the pieces of the next record; `whole` says whether they are all of it.
    pub(crate) fn push<'a>(&mut self, pieces: impl Iterator<Item = &'a [u8]>, whole: bool) {
        for piece in pieces {
            if !leaves(piece, self) {
                self.add_rest(&[], piece);
            }
        }
        if !self.rest.is_empty() {
            let rest = std::mem::take(&mut self.rest);
            self.put(REST, &[], &rest);
        }
        self.records += 1;
        self.whole += usize::from(whole);
    }

    /// Whether it is time to write down what was gathered.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes >= BYTES_MAX
    }

    pub(crate) fn records(&self) -> usize {
        self.records
    }

    fn add_rest(&mut self, keys: &[&[u8]], value: &[u8]) {
        for part in keys.iter().copied().chain([value]) {
            self.rest.extend_from_slice(part);
            self.rest.push(b' ');
        }
    }

    fn put(&mut self, way: Way, keys: &[&[u8]], value: &[u8]) -> bool {
        let place = match self.ways.get(&way.0) {
            Some(place) => *place,
            None if self.columns.len() < COLUMNS_MAX || way == REST => {
                let keys: Vec<String> = keys.iter().map(|key| searchable(key).replace('\0', " ")).collect();
                self.columns.push(Column { name: folded(&keys.join(".")), ..Column::default() });
                self.ways.insert(way.0, self.columns.len() - 1);
                self.columns.len() - 1
            }
            None => return false,
        };
        let column = &mut self.columns[place];
        if column.codes.len() > self.records {
            return false;
        }
        column.codes.resize(self.records, 0);
        let before = column.words.len();
        let code = column.code(value);
        self.bytes += (column.words.len() - before) * 2;
        column.codes.push(code);
        true
    }

    /// What was gathered, as it is kept.
    pub(crate) fn pack(self) -> RawPacked {
        let mut packed =
            RawPacked { first_record: self.first, records: self.records, whole: self.whole, ..RawPacked::default() };
        let put = |places: &mut Vec<u8>, number: usize| {
            places.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
        };
        put(&mut packed.places, self.columns.len());
        for mut column in self.columns {
            column.codes.resize(self.records, 0);
            packed.words.extend_from_slice(column.name.as_bytes());
            packed.words.push(BETWEEN);
            put(&mut packed.places, packed.words.len());
            packed.words.extend_from_slice(&column.words);
            put(&mut packed.places, packed.words.len());
            put(&mut packed.places, column.ends.len());
            let kind = Kind::of(&column.codes, column.ends.len());
            packed.places.push(kind as u8);
            if kind != Kind::Same {
                column.ends.iter().for_each(|end| packed.places.extend_from_slice(&end.to_le_bytes()));
            }
            if kind == Kind::Coded {
                column.codes.iter().for_each(|code| packed.places.extend_from_slice(&code.to_le_bytes()));
            }
        }
        packed
    }
}

impl Leaves for RawPacking {
    fn leaf(&mut self, way: Way, keys: &[&[u8]], value: &[u8]) {
        for layer in 0..LAYERS_MAX {
            if self.put(Way(way.0.wrapping_add(layer) | 1), keys, value) {
                return;
            }
        }
        self.add_rest(keys, value);
    }
}

/// How a column says which record has which text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Every record has the same.
    Same = 0,
    /// Every record has its own, in their order.
    Each = 1,
    /// By a number each.
    Coded = 2,
}

impl Kind {
    fn of(codes: &[u16], words: usize) -> Self {
        if words == 1 && codes.iter().all(|code| *code == 1) {
            Self::Same
        } else if words == codes.len() && codes.iter().enumerate().all(|(place, code)| usize::from(*code) == place + 1)
        {
            Self::Each
        } else {
            Self::Coded
        }
    }

    pub(super) const fn read(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Same),
            1 => Some(Self::Each),
            2 => Some(Self::Coded),
            _ => None,
        }
    }
}
