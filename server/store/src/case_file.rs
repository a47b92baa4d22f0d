//! A case file with what its facts come to, as it is kept in memory.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use domain::casefile::Dossier;
use domain::verdict::Evaluation;

/// A case file at one version, with what its facts come to. That is worked out once, for all who read this version.
#[derive(Debug)]
pub struct CaseFile {
    dossier: Arc<Dossier>,
    evaluation: OnceLock<Arc<Evaluation>>,
    beside: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl CaseFile {
    pub(crate) fn new(dossier: Arc<Dossier>) -> Self {
        Self { dossier, evaluation: OnceLock::new(), beside: OnceLock::new() }
    }

    /// The same where it is known already what the facts come to.
    pub(crate) fn evaluated(dossier: Dossier, evaluation: Evaluation) -> Self {
        Self { evaluation: OnceLock::from(Arc::new(evaluation)), ..Self::new(Arc::new(dossier)) }
    }

    /// The case file.
    pub fn dossier(&self) -> &Arc<Dossier> {
        &self.dossier
    }

    /// What severity and verdict come to.
    pub fn evaluation(&self) -> &Arc<Evaluation> {
        self.evaluation.get_or_init(|| Arc::new(self.dossier.evaluation()))
    }

    /// What its readers keep beside this version, and that goes with it: empty for the first who asks. There is one such
    /// thing; who asks for another type has an empty one of their own.
    pub fn beside<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        self.beside.get_or_init(|| Arc::new(T::default())).clone().downcast().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use domain::casefile::Dossier;

    use super::CaseFile;

    #[test]
    fn all_readers_of_a_version_keep_one_thing_beside_it() {
        let file = CaseFile::new(Arc::new(Dossier::default()));
        file.beside::<Mutex<Vec<u8>>>().lock().unwrap().push(7);
        assert_eq!(*file.beside::<Mutex<Vec<u8>>>().lock().unwrap(), [7]);
        assert_eq!(*file.beside::<String>(), "");
        let other = CaseFile::new(Arc::new(Dossier::default()));
        assert!(other.beside::<Mutex<Vec<u8>>>().lock().unwrap().is_empty(), "another version begins anew");
    }
}
