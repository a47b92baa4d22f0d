//! What becomes of what a reader gives: segments, blocks, raw records and parse errors, packed and numbered.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::import::PARSE_ERRORS_KEPT_MAX;
use domain::reader::ParseError;
use domain::reader::log::{LogRecord, Raw, Sink, Summary};
use tokio::sync::mpsc::Sender;

use super::tally::Tally;
use super::work::{Batch, Written, first_record};
use crate::log::{BLOCK_RECORDS, Filling, Packing, Pieces, RawPacking, SEGMENT_RECORDS};

/// ParseErrors that are kept in one row.
const PARSE_ERRORS_MAX: usize = 500;

/// Segments that are written in one transaction: 32,768 records, a few megabytes.
const SEGMENTS_MAX: usize = 8;

/// Packs what the reader gives.
pub(super) struct Packer<'a> {
    out: &'a Sender<Batch>,
    written: Written,
    batch: Batch,
    packing: Packing,
    filling: Filling,
    raw: RawPacking,
    pieces: Pieces,
    segments: u64,
    blocks: u64,
    raws: u64,
    records: u64,
    parse_errors: Vec<ParseError>,
    parse_error_rows: u64,
    /// How many parse errors were kept, in rows and beside them.
    reported: u64,
    /// Over all that is read, also what an earlier reading has written.
    pub(super) tally: Tally,
    pub(super) dropped: bool,
    pub(super) trouble: Option<String>,
}

impl<'a> Packer<'a> {
    pub(super) fn new(written: Written, out: &'a Sender<Batch>) -> Self {
        Self {
            out,
            written,
            batch: Batch::default(),
            packing: Packing::default(),
            filling: Filling::default(),
            raw: RawPacking::from(1),
            pieces: Pieces::default(),
            segments: 0,
            blocks: 0,
            raws: 0,
            records: 0,
            parse_errors: Vec::new(),
            parse_error_rows: 0,
            reported: 0,
            tally: Tally::default(),
            dropped: false,
            trouble: None,
        }
    }

    fn close_block(&mut self) {
        match self.filling.close() {
            Ok(block) => {
                self.tally.block(self.blocks, &block);
                if self.blocks >= self.written.blocks {
                    self.batch.blocks.push((self.blocks, block));
                }
            }
            Err(error) => self.trouble = Some(format!("The records could not be packed: {error}.")),
        }
        self.blocks += 1;
    }

    fn close_segment(&mut self) {
        let packed = std::mem::take(&mut self.packing).pack();
        self.tally.segment(self.segments, first_record(self.segments), &packed);
        if self.segments >= self.written.segments {
            self.batch.segments.push((self.segments, packed));
        }
        self.segments += 1;
    }

    fn close_raw(&mut self) {
        let packed = std::mem::replace(&mut self.raw, RawPacking::from(self.records + 1)).pack();
        self.tally.raws(self.raws, &packed);
        if self.raws >= self.written.raws {
            self.batch.raws.push((self.raws, packed));
        }
        self.raws += 1;
    }

    fn close_parse_errors(&mut self) {
        let rows = std::mem::take(&mut self.parse_errors);
        if let Ok(json) = serde_json::to_string(&rows) {
            let json = crate::digest::storable(&json);
            self.tally.parse_errors(self.parse_error_rows, &json);
            if self.parse_error_rows >= self.written.parse_errors {
                self.batch.parse_errors.push((self.parse_error_rows, json));
            }
        }
        self.parse_error_rows += 1;
    }

    pub(super) fn close(&mut self) {
        if self.filling.records() > 0 {
            self.close_block();
        }
        if self.packing.records() > 0 {
            self.close_segment();
        }
        if self.raw.records() > 0 {
            self.close_raw();
        }
        if !self.parse_errors.is_empty() {
            self.close_parse_errors();
        }
    }

    /// Whether it is time to write down what was packed.
    pub(super) fn is_full(&self) -> bool {
        self.batch.segments.len().max(self.batch.raws.len()) >= SEGMENTS_MAX
    }

    pub(super) fn send(&mut self, taken: &AtomicU64, summary: Option<Summary>) {
        let bytes_read = taken.load(Ordering::Relaxed);
        let batch = Batch { bytes_read, summary, ..std::mem::take(&mut self.batch) };
        self.dropped |= self.out.blocking_send(batch).is_err();
    }
}

impl Sink for Packer<'_> {
    fn piece(&mut self, raw: Raw, bytes: &[u8]) {
        self.pieces.push(raw, bytes);
    }

    fn forget(&mut self) {
        self.pieces.forget();
    }

    fn record(&mut self, record: LogRecord) {
        self.records += 1;
        let (pieces, whole) = self.pieces.of(&record);
        self.raw.push(pieces.into_iter(), whole);
        if self.raw.records() == SEGMENT_RECORDS || self.raw.is_full() {
            self.close_raw();
        }
        self.packing.push(&record);
        if let Err(error) = self.filling.push(&record) {
            self.trouble = Some(format!("A record could not be kept: {error}."));
        }
        if self.filling.records() == BLOCK_RECORDS {
            self.close_block();
        }
        if self.packing.records() == SEGMENT_RECORDS {
            self.close_segment();
        }
    }

    fn parse_error(&mut self, parse_error: ParseError) {
        if self.reported == PARSE_ERRORS_KEPT_MAX {
            return;
        }
        self.reported += 1;
        self.parse_errors.push(parse_error);
        if self.parse_errors.len() == PARSE_ERRORS_MAX {
            self.close_parse_errors();
        }
    }
}
