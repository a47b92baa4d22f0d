//! A case file with what its facts come to, as it is kept in memory.

use std::sync::{Arc, OnceLock};

use domain::casefile::Dossier;
use domain::verdict::Evaluation;

/// A case file at one version, with what its facts come to. That is worked out once, for all who read this version.
#[derive(Debug)]
pub struct CaseFile {
    dossier: Arc<Dossier>,
    evaluation: OnceLock<Arc<Evaluation>>,
}

impl CaseFile {
    pub(crate) fn new(dossier: Arc<Dossier>) -> Self {
        Self { dossier, evaluation: OnceLock::new() }
    }

    /// The same where it is known already what the facts come to.
    pub(crate) fn evaluated(dossier: Dossier, evaluation: Evaluation) -> Self {
        Self { dossier: Arc::new(dossier), evaluation: OnceLock::from(Arc::new(evaluation)) }
    }

    /// The case file.
    pub fn dossier(&self) -> &Arc<Dossier> {
        &self.dossier
    }

    /// What severity and verdict come to.
    pub fn evaluation(&self) -> &Arc<Evaluation> {
        self.evaluation.get_or_init(|| Arc::new(self.dossier.evaluation()))
    }
}
