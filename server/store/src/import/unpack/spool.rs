//! A file on disk for as long as it is read.

use std::fs::{File, OpenOptions};
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::clock::random;
use crate::digest::hex;

/// A temporary file; it goes when it is dropped.
pub(super) struct Spool {
    file: File,
    path: PathBuf,
}

impl Spool {
    /// An empty one, in the folder for temporary files of this machine.
    pub(super) fn new() -> Result<Self> {
        let name = hex(&random::<16>().map_err(|error| std::io::Error::other(error.to_string()))?);
        let path = std::env::temp_dir().join(format!("inquest-{name}"));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { file: options.open(&path)?, path })
    }

    /// Takes all of these bytes, and goes back to its beginning; answers how many they are.
    pub(super) fn fill(&mut self, bytes: &mut dyn Read) -> Result<u64> {
        let length = std::io::copy(bytes, &mut self.file)?;
        self.file.flush()?;
        self.file.seek(SeekFrom::Start(0))?;
        Ok(length)
    }
}

impl Read for Spool {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.file.read(buffer)
    }
}

impl Seek for Spool {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.file.seek(to)
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // Nobody can do more about a file that cannot be removed.
        let _ = std::fs::remove_file(&self.path);
    }
}
