//! How far a file was shipped, kept across restarts.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// By so many of its first bytes a file is told from others.
const HEAD_BYTES: u64 = 1024;

/// A file and how far it was shipped. The number of a file is used again once it is gone, so its first bytes count too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The device and the number of the file on it.
    pub file: (u64, u64),
    /// All bytes before this one were kept by the server.
    pub offset: u64,
    /// How many of the first bytes, and their SHA-256.
    pub head: (u64, String),
}

impl Mark {
    /// The mark of an open file.
    pub fn of(file: &mut File, offset: u64) -> io::Result<Self> {
        let data = file.metadata()?;
        let length = offset.min(HEAD_BYTES);
        Ok(Self { file: (data.dev(), data.ino()), offset, head: (length, head(file, length)?) })
    }

    /// Whether this is the file as it was, with what was added to it.
    pub fn is_of(&self, file: &mut File) -> io::Result<bool> {
        Ok(file.metadata()?.len() >= self.offset && head(file, self.head.0)? == self.head.1)
    }

    /// Whether it is the same file by its number.
    pub fn is_number_of(&self, file: &File) -> io::Result<bool> {
        let data = file.metadata()?;
        Ok(self.file == (data.dev(), data.ino()))
    }
}

/// The SHA-256 of the first bytes; of fewer, where there are not so many.
fn head(file: &mut File, length: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    Read::by_ref(file).take(length).read_to_end(&mut bytes)?;
    Ok(hex(&bytes))
}

/// SHA-256 in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where a mark is kept. While it is open no other process follows the same file to the same source.
pub(super) struct Memory {
    place: PathBuf,
    path: PathBuf,
    source: String,
    mark: Option<Mark>,
    sending: Option<u64>,
    _lock: File,
}

/// What is written. Names are in it for people who look at it.
#[derive(Serialize, Deserialize)]
struct Kept {
    path: PathBuf,
    source: String,
    mark: Mark,
    /// So many bytes behind the mark are on their way: whether the server kept them is not known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sending: Option<u64>,
}

impl Memory {
    /// Opens what is known of a file that is shipped to a source. The error is a sentence.
    pub fn open(folder: &Path, path: &Path, source: &str) -> Result<Self, String> {
        let wrong = |error: io::Error| format!("cannot keep in {} how far it was: {error}", folder.display());
        fs::create_dir_all(folder).map_err(wrong)?;
        let full = std::path::absolute(path).map_err(wrong)?;
        let name = hex(format!("{}\n{source}", full.display()).as_bytes());
        let place = folder.join(format!("follow-{}.json", &name[..24]));
        let lock = File::create(place.with_extension("lock")).map_err(wrong)?;
        lock.try_lock().map_err(|_| {
            format!("{} is followed to this source by another process already: end that one first.", path.display())
        })?;
        let (mark, sending) = match fs::read(&place) {
            Ok(bytes) => {
                let kept: Kept = serde_json::from_slice(&bytes).map_err(|error| {
                    format!(
                        "{} cannot be read ({error}): remove it to ship the file from its beginning.",
                        place.display()
                    )
                })?;
                (Some(kept.mark), kept.sending)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => (None, None),
            Err(error) => return Err(wrong(error)),
        };
        Ok(Self { place, path: full, source: source.to_string(), mark, sending, _lock: lock })
    }

    /// What was known when it was opened.
    pub fn mark(&self) -> Option<&Mark> {
        self.mark.as_ref()
    }

    /// So many bytes behind the mark were on their way then: they are sent again as they were, under the same key.
    pub fn sending(&self) -> Option<u64> {
        self.sending
    }

    /// Keeps a mark, and how many bytes behind it are about to be sent: whole, or as it was before.
    pub fn keep(&self, mark: Mark, sending: Option<u64>) -> Result<(), String> {
        let wrong = |error: io::Error| format!("cannot write {}: {error}", self.place.display());
        let fresh = self.place.with_extension("new");
        let mut file = File::create(&fresh).map_err(wrong)?;
        let kept = Kept { path: self.path.clone(), source: self.source.clone(), mark, sending };
        let kept = serde_json::to_vec(&kept).map_err(|error| error.to_string())?;
        file.write_all(&kept).map_err(wrong)?;
        file.sync_data().map_err(wrong)?;
        fs::rename(&fresh, &self.place).map_err(wrong)
    }
}
