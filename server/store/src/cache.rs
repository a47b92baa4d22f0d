//! Case files in memory, each at one exact version.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use crate::case_file::CaseFile;

/// How many case files are kept. A large one with 10,000 events takes about
/// 10 MB, a common one with 50 events 50 KB: mostly some 13 MB altogether.
const DOSSIERS_MAX: usize = 256;

/// How many case files can be loaded at once.
const LOADS: usize = 32;

/// The case files read last.
#[derive(Default)]
pub(crate) struct Cache {
    contents: Mutex<Contents>,
    loads: [tokio::sync::Mutex<()>; LOADS],
}

#[derive(Default)]
struct Contents {
    clock: u64,
    files: HashMap<String, (u64, Arc<CaseFile>)>,
}

impl Cache {
    /// Waits for whoever loads the same case file: a hundred pages that are told of one change load it once.
    pub(crate) async fn loading(&self, incident: &str) -> tokio::sync::MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        incident.hash(&mut hasher);
        self.loads[hasher.finish() as usize % LOADS].lock().await
    }

    /// The case file of that incident at that version or a later one.
    pub(crate) fn get_since(&self, incident: &str, version: u64) -> Option<Arc<CaseFile>> {
        let contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        contents.files.get(incident).map(|(_, file)| file.clone()).filter(|file| file.dossier().version >= version)
    }

    /// The case file of that incident, if it is kept at exactly that version.
    pub(crate) fn get(&self, incident: &str, version: u64) -> Option<Arc<CaseFile>> {
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        contents.clock += 1;
        let clock = contents.clock;
        let (used, file) = contents.files.get_mut(incident)?;
        *used = clock;
        (file.dossier().version == version).then(|| file.clone())
    }

    /// Keeps a case file unless a newer one is kept; the one unused for longest makes room.
    pub(crate) fn put(&self, incident: &str, file: &Arc<CaseFile>) {
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        contents.clock += 1;
        if contents.files.get(incident).is_some_and(|(_, kept)| kept.dossier().version > file.dossier().version) {
            return;
        }
        if contents.files.len() >= DOSSIERS_MAX && !contents.files.contains_key(incident) {
            let oldest = contents.files.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone());
            oldest.and_then(|key| contents.files.remove(&key));
        }
        let clock = contents.clock;
        contents.files.insert(incident.to_string(), (clock, file.clone()));
    }
}
