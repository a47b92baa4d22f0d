//! When were the pieces that could not be read? Between their neighbours in the file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::record::Raw;
use crate::time::Instant;

/// So many spans are listed; beyond, the last one grows.
const LISTED_MAX: usize = 1_000;

/// The time in which pieces that could not be read may belong. It has an open end where no record bounds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnreadSpan {
    /// Not before this.
    pub from: Option<Instant>,
    /// Not after this.
    pub to: Option<Instant>,
    /// The first line.
    pub first_line: u64,
    /// The last line.
    pub last_line: u64,
    /// How many pieces.
    pub pieces: u64,
    /// Which lines, and what was wrong with the first, in a sentence.
    pub reason: String,
}

/// A record beside what could not be read.
#[derive(Debug, Clone, Copy)]
struct Near {
    offset: u64,
    earliest: Instant,
    latest: Instant,
}

/// Pieces that could not be read, and the nearest records with a time on both sides.
#[derive(Debug, Clone)]
struct Place {
    offset: u64,
    end: u64,
    first_line: u64,
    last_line: u64,
    pieces: u64,
    reason: String,
    before: Option<Near>,
    after: Option<Near>,
}

impl Place {
    /// Takes in what follows it.
    fn join(&mut self, next: Self) {
        self.end = self.end.max(next.end);
        self.last_line = self.last_line.max(next.last_line);
        self.pieces += next.pieces;
        self.after = next.after;
    }

    fn told(self, order: &Order) -> UnreadSpan {
        let slack = order.disorder();
        let ends = self.before.into_iter().chain(self.after);
        let from = ends.clone().map(|near| near.earliest).min().map(|from| from.plus_micros(-slack));
        let to = ends.map(|near| near.latest).max().map(|to| to.plus_micros(slack));
        let open_first = if order.is_backward() { self.after.is_none() } else { self.before.is_none() };
        let open_last = if order.is_backward() { self.before.is_none() } else { self.after.is_none() };
        let lines = if self.first_line == self.last_line {
            format!("line {}", self.first_line)
        } else {
            format!("lines {}–{}", self.first_line, self.last_line)
        };
        UnreadSpan {
            from: from.filter(|_| !open_first),
            to: to.filter(|_| !open_last),
            first_line: self.first_line,
            last_line: self.last_line,
            pieces: self.pieces,
            reason: format!("{lines} could not be read: {}", self.reason),
        }
    }
}

/// How far the records are from the order of their times.
#[derive(Debug, Clone, Default)]
struct Order {
    greatest: Option<Instant>,
    least: Option<Instant>,
    /// The longest step back behind a record that came before.
    back_micros: i64,
    /// The longest step ahead of one.
    ahead_micros: i64,
}

impl Order {
    fn see(&mut self, earliest: Instant, latest: Instant) {
        let greatest = self.greatest.map_or(latest, |known| known.max(latest));
        let least = self.least.map_or(earliest, |known| known.min(earliest));
        if self.greatest.is_some() {
            self.back_micros = self.back_micros.max(greatest.micros() - latest.micros());
            self.ahead_micros = self.ahead_micros.max(earliest.micros() - least.micros());
        }
        (self.greatest, self.least) = (Some(greatest), Some(least));
    }

    /// Whether the file runs from the newest to the oldest.
    fn is_backward(&self) -> bool {
        self.ahead_micros < self.back_micros
    }

    /// How far a record may stand from its place; a record that could not be read may be as far from its neighbours.
    fn disorder(&self) -> i64 {
        self.back_micros.min(self.ahead_micros)
    }
}

/// Follows what could not be read. Records may come later than they stand in the file; parse errors come in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Unread {
    places: Vec<Place>,
    /// Whether there are as many places as are listed, with a record between each two.
    is_full: bool,
    /// Of the records with a time, the one that stands last in the file.
    last: Option<Near>,
    order: Order,
}

impl Unread {
    /// Notes a record with a time.
    pub fn record(&mut self, raw: Raw, earliest: Instant, latest: Instant) {
        self.order.see(earliest, latest);
        let near = Near { offset: raw.offset, earliest, latest };
        let next = self.places.partition_point(|place| place.offset <= near.offset);
        if let Some(place) = next.checked_sub(1).and_then(|at| self.places.get_mut(at))
            && place.end <= near.offset
            && place.after.is_none_or(|known| near.offset < known.offset)
        {
            place.after = Some(near);
        }
        if let Some(place) = self.places.get_mut(next)
            && place.before.is_none_or(|known| known.offset <= near.offset)
        {
            place.before = Some(near);
        }
        if self.last.is_none_or(|known| known.offset <= near.offset) {
            self.last = Some(near);
        }
    }

    /// Notes a piece that could not be read.
    pub fn parse_error(&mut self, raw: Raw, reason: &str) {
        let previous_end = self.places.last().map_or(0, |place| place.end);
        // One that became whole after its neighbours widens their place.
        if let Some(last) = self.places.last_mut()
            && raw.offset < last.offset
        {
            (last.offset, last.first_line, last.before) = (raw.offset, raw.first_line.min(last.first_line), None);
            last.pieces += 1;
            return;
        }
        let place = Place {
            offset: raw.offset,
            end: raw.offset + raw.length,
            first_line: raw.first_line,
            last_line: raw.last_line,
            pieces: 1,
            reason: reason.to_string(),
            before: self.last.filter(|last| previous_end <= last.offset),
            after: None,
        };
        if self.places.len() == LISTED_MAX && !self.is_full {
            self.places = joined(std::mem::take(&mut self.places));
            self.is_full = self.places.len() == LISTED_MAX;
        }
        match self.places.last_mut() {
            Some(last) if self.is_full => last.join(place),
            _ => self.places.push(place),
        }
    }

    /// Notes that what could not be read goes on.
    pub fn goes_on(&mut self, raw: Raw) {
        if let Some(last) = self.places.last_mut() {
            last.end = last.end.max(raw.offset + raw.length);
            last.last_line = last.last_line.max(raw.last_line);
        }
    }

    /// The spans, neighbours as one.
    pub fn finish(&mut self) -> Vec<UnreadSpan> {
        let order = std::mem::take(&mut self.order);
        joined(std::mem::take(&mut self.places)).into_iter().map(|place| place.told(&order)).collect()
    }
}

/// Places without a record between them become one.
fn joined(places: Vec<Place>) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::with_capacity(places.len());
    for place in places {
        match found.last_mut() {
            Some(last) if last.after.is_none() => last.join(place),
            _ => found.push(place),
        }
    }
    found
}
