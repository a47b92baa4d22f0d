//! What uploads leave behind whose process died: files that never got under their digest.

use std::path::{Path as FilePath, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::{Result, Store};

/// Below this, bytes wait until all of them have come.
pub(crate) const INCOMING: &str = "incoming";

/// An upload writes a part at a time, of 512 KiB in a folder. One that wrote nothing for a day, whichever node it came
/// through, sends less than six bytes a second: it is no more.
const SILENT_MICROS_MAX: i64 = 24 * 3600 * 1_000_000;

impl Store {
    /// Removes what broken uploads left. Uploads under way are left alone, also those of other nodes: their files are
    /// written to. Answers how many files it was.
    pub(crate) async fn sweep_incoming(&self) -> Result<usize> {
        let before = self.now().micros() - SILENT_MICROS_MAX;
        let mut removed = 0;
        let mut listed = self.blobs().0.list(Some(&Path::from(INCOMING)));
        while let Some(object) = listed.try_next().await? {
            if object.last_modified.timestamp_micros() < before && self.blobs().0.delete(&object.location).await.is_ok()
            {
                removed += 1;
            }
        }
        // Parts of an upload are in files that the listing passes over; a bucket keeps them by its own rules.
        if let Some(directory) = self.blobs().directory() {
            let directory = directory.join(INCOMING);
            removed += tokio::task::spawn_blocking(move || remove_silent(&directory, before)).await??;
        }
        Ok(removed)
    }
}

fn remove_silent(directory: &FilePath, before: i64) -> std::io::Result<usize> {
    let mut removed = 0;
    let files = match std::fs::read_dir(directory) {
        Ok(files) => files,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    for file in files {
        let path: PathBuf = file?.path();
        // Another node may have removed it in between.
        let Ok(modified) = path.metadata().and_then(|known| known.modified()) else { continue };
        if micros(modified.duration_since(UNIX_EPOCH).unwrap_or_default()) < before
            && std::fs::remove_file(&path).is_ok()
        {
            removed += 1;
        }
    }
    Ok(removed)
}

fn micros(since: Duration) -> i64 {
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
