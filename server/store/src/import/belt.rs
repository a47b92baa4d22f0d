//! Between the thread that reads and the thread that packs: what a reader gives, handed over in bundles.
//!
//! Reading a record and packing it take about as long as each other, so that a second thread nearly halves the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use domain::reader::ParseError;
use domain::reader::log::{LogRecord, Raw, Sink, Summary};

use super::packer::Packer;

/// A bundle is handed over when it has so many things or so many bytes.
const THINGS_MAX: usize = 1_024;
const BYTES_MAX: usize = 1 << 18;

/// Bundles under way: two megabytes at most.
const BUNDLES_MAX: usize = 4;

/// What a reader gives, in the order it gives it.
enum Thing {
    /// A piece, of which the bundle has so many bytes.
    Piece(Raw, usize),
    Forget,
    Record(Box<LogRecord>),
    ParseError(ParseError),
}

#[derive(Default)]
struct Bundle {
    things: Vec<Thing>,
    /// The bytes of its pieces, one after the other.
    bytes: Vec<u8>,
    /// What was read so far, where it was asked for.
    summary: Option<Summary>,
    /// Nothing comes after it.
    is_last: bool,
}

/// The end at which the reader puts things down.
pub(super) struct Belt {
    out: SyncSender<Bundle>,
    bundle: Bundle,
    wanted: Arc<AtomicBool>,
    /// Nobody takes them any more.
    pub(super) dropped: bool,
}

/// The end at which they are taken up.
pub(super) struct BeltEnd {
    bundles: Receiver<Bundle>,
    wanted: Arc<AtomicBool>,
}

pub(super) fn belt() -> (Belt, BeltEnd) {
    let (out, bundles) = sync_channel(BUNDLES_MAX);
    let wanted = Arc::new(AtomicBool::new(false));
    (Belt { out, bundle: Bundle::default(), wanted: wanted.clone(), dropped: false }, BeltEnd { bundles, wanted })
}

impl Belt {
    /// Whether the packer has a batch ready that lacks only the summary.
    pub(super) fn is_summary_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }

    /// Tells what was read so far.
    pub(super) fn tell(&mut self, summary: Summary) {
        self.wanted.store(false, Ordering::Relaxed);
        self.bundle.summary = Some(summary);
        self.hand_over();
    }

    /// Hands over the last of it.
    pub(super) fn end(mut self, summary: Summary) {
        self.bundle.summary = Some(summary);
        self.bundle.is_last = true;
        self.hand_over();
    }

    fn put(&mut self, thing: Thing) {
        self.bundle.things.push(thing);
        if self.bundle.things.len() >= THINGS_MAX || self.bundle.bytes.len() >= BYTES_MAX {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let next = Bundle {
            things: Vec::with_capacity(THINGS_MAX),
            bytes: Vec::with_capacity(self.bundle.bytes.len()),
            ..Bundle::default()
        };
        self.dropped |= self.out.send(std::mem::replace(&mut self.bundle, next)).is_err();
    }
}

impl Sink for Belt {
    fn piece(&mut self, raw: Raw, bytes: &[u8]) {
        self.bundle.bytes.extend_from_slice(bytes);
        self.put(Thing::Piece(raw, bytes.len()));
    }

    fn forget(&mut self) {
        self.put(Thing::Forget);
    }

    fn record(&mut self, record: LogRecord) {
        self.put(Thing::Record(Box::new(record)));
    }

    fn parse_error(&mut self, parse_error: ParseError) {
        self.put(Thing::ParseError(parse_error));
    }
}

impl BeltEnd {
    /// Packs everything that comes, until the last of it, or until nobody wants it.
    pub(super) fn pack<'a>(self, mut packer: Packer<'a>, taken: &AtomicU64) -> Packer<'a> {
        for bundle in &self.bundles {
            let Bundle { things, bytes, summary, is_last } = bundle;
            lay_out(&mut packer, things, &bytes);
            if is_last {
                packer.close();
            }
            match summary {
                Some(summary) => packer.send(taken, Some(summary)),
                None if packer.is_full() => self.wanted.store(true, Ordering::Relaxed),
                None => {}
            }
            if packer.dropped || is_last {
                break;
            }
        }
        packer
    }
}

fn lay_out(packer: &mut Packer<'_>, things: Vec<Thing>, bytes: &[u8]) {
    let mut from = 0;
    for thing in things {
        match thing {
            Thing::Piece(raw, length) => {
                packer.piece(raw, &bytes[from..from + length]);
                from += length;
            }
            Thing::Forget => packer.forget(),
            Thing::Record(record) => packer.record(*record),
            Thing::ParseError(parse_error) => packer.parse_error(parse_error),
        }
    }
}
