//! An incident that somebody opened: permission was checked, and all that is read of it hangs on this value.

use std::sync::Arc;

use domain::casefile::Dossier;
use domain::{Instant, Key};

use crate::case_file::CaseFile;
use crate::dossier::{Head, load};
use crate::{Actor, Result, Store};

/// An incident, opened for somebody who may see it.
#[derive(Clone)]
pub struct OpenIncident {
    pub(crate) store: Store,
    pub(crate) actor: Actor,
    pub(crate) key: Key,
    pub(crate) head: Arc<Head>,
}

impl Store {
    /// Opens an incident. One that the actor may not see is absent.
    pub async fn incident(&self, actor: &Actor, key: Key) -> Result<OpenIncident> {
        let head = Arc::new(self.head(actor, key).await?);
        Ok(OpenIncident { store: self.clone(), actor: actor.clone(), key, head })
    }

    /// The case file as it stands. One small statement when it is in memory.
    pub async fn dossier(&self, actor: &Actor, key: Key) -> Result<Arc<Dossier>> {
        self.incident(actor, key).await?.dossier().await
    }

    /// The case file at that version or a later one, from memory or else from the database.
    pub(crate) async fn file_at(&self, head: &Head, key: Key) -> Result<Arc<CaseFile>> {
        if let Some(file) = self.cache().get(&head.id, head.version) {
            return Ok(file);
        }
        let _alone = self.cache().loading(&head.id).await;
        if let Some(file) = self.cache().get_since(&head.id, head.version) {
            return Ok(file);
        }
        let file = Arc::new(CaseFile::new(Arc::new(load(self.reader(), &head.id, key).await?)));
        self.cache().put(&head.id, &file);
        Ok(file)
    }
}

impl OpenIncident {
    /// Its key.
    pub fn key(&self) -> Key {
        self.key
    }

    /// Who opened it.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The time by the clock of the store.
    pub fn now(&self) -> Instant {
        self.store.now()
    }

    /// How many changes it had seen when it was opened.
    pub fn version(&self) -> u64 {
        self.head.version
    }

    /// The case file with what its facts come to, as it was when it was opened or later.
    pub async fn file(&self) -> Result<Arc<CaseFile>> {
        self.store.file_at(&self.head, self.key).await
    }

    /// The case file.
    pub async fn dossier(&self) -> Result<Arc<Dossier>> {
        Ok(self.file().await?.dossier().clone())
    }
}
