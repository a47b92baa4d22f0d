//! Whether evidence still is what was received.

use domain::access::Permit;
use domain::evidence::{Evidence, StatusDraft};
use domain::vocabulary::EvidenceStatus;
use domain::{Id, Key, Refusal};

use crate::{Actor, Result, Store};

impl Store {
    /// Hashes an item again. What fails is marked as tainted or missing, in Inquest's own name.
    /// Answers whether the bytes are what they were.
    pub async fn check_evidence(&self, key: Key, id: &Id) -> Result<bool> {
        let system = Actor::system();
        let dossier = self.dossier(&system, key).await?;
        let item = dossier.evidence.get(id).ok_or_else(|| Refusal::absent("evidence item"))?;
        let (status, reason) = match self.rehash(&item.sha256).await? {
            Some(digest) if digest == item.sha256 => return Ok(true),
            Some(digest) => {
                (EvidenceStatus::Tainted, format!("The bytes no longer match their SHA-256: they now give {digest}."))
            }
            None => (EvidenceStatus::Missing, "The bytes are no longer in the evidence store.".to_string()),
        };
        self.enter(&system, key, Permit::Edit, |entry| {
            let known = entry.get::<Evidence>(id)?;
            let marked = known.status == status || (status == EvidenceStatus::Tainted && known.taint.is_some());
            if marked { Ok(()) } else { entry.set_evidence_status(id, StatusDraft { status, reason }) }
        })
        .await?;
        Ok(false)
    }
}
