//! A case file with what its facts come to, as it is kept in memory.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use domain::casefile::Dossier;
use domain::verdict::Evaluation;

/// So many things of one version are kept that its readers made of it: a postmortem in each of a few time zones, and parts of pages.
const MADE_MAX: usize = 8;

/// What it is that was made of a case file, and for whom.
type Name = (TypeId, String);

/// A case file at one version, with what its facts come to. That is worked out once, for all who read this version.
#[derive(Debug)]
pub struct CaseFile {
    dossier: Arc<Dossier>,
    evaluation: OnceLock<Arc<Evaluation>>,
    made: Mutex<HashMap<Name, Arc<dyn Any + Send + Sync>>>,
}

impl CaseFile {
    pub(crate) fn new(dossier: Arc<Dossier>) -> Self {
        Self { dossier, evaluation: OnceLock::new(), made: Mutex::default() }
    }

    /// The same where it is known already what the facts come to.
    pub(crate) fn evaluated(dossier: Dossier, evaluation: Evaluation) -> Self {
        Self { dossier: Arc::new(dossier), evaluation: OnceLock::from(Arc::new(evaluation)), made: Mutex::default() }
    }

    /// The case file.
    pub fn dossier(&self) -> &Arc<Dossier> {
        &self.dossier
    }

    /// What severity and verdict come to.
    pub fn evaluation(&self) -> &Arc<Evaluation> {
        self.evaluation.get_or_init(|| Arc::new(self.dossier.evaluation()))
    }

    /// What readers make of this version and all of them see: made by the first who asks for it under that name, and
    /// gone with this version. It must follow from the case file and the name alone.
    pub fn kept<T: Any + Send + Sync>(&self, name: &str, make: impl FnOnce() -> T) -> Arc<T> {
        let name = (TypeId::of::<T>(), name.to_string());
        if let Some(made) = self.made().get(&name).cloned().and_then(|made| made.downcast().ok()) {
            return made;
        }
        let new = Arc::new(make());
        let mut made = self.made();
        if made.len() >= MADE_MAX {
            made.clear();
        }
        made.insert(name, new.clone());
        new
    }

    fn made(&self) -> std::sync::MutexGuard<'_, HashMap<Name, Arc<dyn Any + Send + Sync>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Arc;

    use domain::casefile::Dossier;

    use super::{CaseFile, MADE_MAX};

    #[test]
    fn what_was_made_of_a_version_is_made_once_by_its_name_and_kind() {
        let file = CaseFile::new(Arc::new(Dossier::default()));
        let times = Cell::new(0);
        let make = |name: &str| {
            *file.kept(name, || {
                times.set(times.get() + 1);
                name.len()
            })
        };
        assert_eq!([make("UTC"), make("UTC"), make("Europe/Berlin")], [3, 3, 13]);
        assert_eq!(*file.kept("UTC", || "another kind"), "another kind");
        assert_eq!(times.get(), 2);
        for number in 0..=MADE_MAX {
            make(&format!("zone {number}"));
        }
        assert!(file.made().len() <= MADE_MAX);
    }
}
