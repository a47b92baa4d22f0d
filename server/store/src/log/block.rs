//! Records whole, in compressed blocks: a page of records opens only the blocks it shows.

use std::io::Write;

use domain::reader::log::LogRecord;

use crate::Result;

/// Records of one block. A segment is a whole number of blocks.
pub(crate) const BLOCK_RECORDS: usize = 256;

/// The fastest level: log records shrink to an eighth even so.
const LEVEL: i32 = 1;

/// Gathers records into a block: JSON lines.
#[derive(Default)]
pub(crate) struct Filling {
    lines: Vec<u8>,
    records: usize,
}

impl Filling {
    pub(crate) fn push(&mut self, record: &LogRecord) -> Result<()> {
        serde_json::to_writer(&mut self.lines, record)?;
        self.lines.write_all(b"\n")?;
        self.records += 1;
        Ok(())
    }

    pub(crate) fn records(&self) -> usize {
        self.records
    }

    /// The block as it is kept; what was gathered is gone.
    pub(crate) fn close(&mut self) -> Result<Vec<u8>> {
        let packed = zstd::bulk::compress(&self.lines, LEVEL)?;
        self.lines.clear();
        self.records = 0;
        Ok(packed)
    }
}

/// The records of a block as JSON, a line each.
pub(crate) fn lines(packed: &[u8]) -> Result<Vec<String>> {
    let text = String::from_utf8(zstd::stream::decode_all(packed)?).map_err(crate::Error::internal)?;
    Ok(text.lines().map(str::to_string).collect())
}
