//! Signatures under a verdict, and the verdict's history.

use serde::{Deserialize, Serialize};

use crate::evidence::refuse_agent;
use crate::record::Entry;
use crate::verdict::Verdict;
use crate::{Id, Refusal, Ruled, Stamp};

/// Somebody puts their name under `verified_no_op`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// Its id.
    pub id: Id,
    /// Who signed and when.
    pub signed: Stamp,
    /// SHA-256 of the facts that were signed. A signature counts only while the facts are these.
    pub basis: String,
}

/// One step of the verdict's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerdictEntry {
    /// Its id.
    pub id: Id,
    /// When and by whose act.
    pub stamp: Stamp,
    /// The verdict before.
    pub from: Verdict,
    /// The verdict after.
    pub to: Verdict,
    /// Whether it could be signed after.
    pub eligible: bool,
    /// The act that caused it.
    pub cause: String,
}

impl Entry {
    /// Signs the verdict. Only an eligible one can be signed, by a person who took no part.
    pub fn sign(&mut self) -> Ruled<Id> {
        refuse_agent(self.by(), "sign a verdict")?;
        if self.dossier().is_incident_actor(self.by()) {
            return Err(Refusal::forbidden(
                "You are an actor in this incident, so you cannot sign its verdict: ask somebody who took no part.",
            ));
        }
        let evaluation = self.dossier().evaluation();
        if !evaluation.verdict.eligible {
            let failing = evaluation.verdict.gates.iter().find(|gate| !gate.passes).map_or_else(String::new, |gate| {
                format!(" {} fails: {}.", gate.gate, gate.detail.trim_end_matches('.'))
            });
            return Err(Refusal::state(format!("The verdict is not eligible for signing yet.{failing}")));
        }
        let basis = self.dossier().facts_digest();
        let mine = |kept: &&crate::record::Kept<Signature>| kept.signed.by.id == self.by().id && kept.basis == basis;
        if let Some(known) = self.dossier().signatures.iter().find(mine) {
            return Ok(known.id.clone());
        }
        let id = self.new_id();
        let signed = self.stamp();
        self.put(Signature { id: id.clone(), signed, basis });
        Ok(id)
    }

    /// Takes a signature back: one's own.
    pub fn withdraw_signature(&mut self, id: &Id) -> Ruled<()> {
        let signature = self.get::<Signature>(id)?;
        if signature.signed.by.id != self.by().id {
            return Err(Refusal::forbidden("A signature is taken back by the one who signed."));
        }
        self.delete::<Signature>(id)
    }

    /// Logs the verdict when this entry changed it, with its cause. Called once, as the entry is closed.
    pub fn log_verdict(&mut self, before: Verdict, cause: String) -> Ruled<()> {
        let evaluation = self.dossier().evaluation();
        let after = evaluation.verdict.verdict;
        if after == before {
            return Ok(());
        }
        let says_more_good = matches!(after, Verdict::VerifiedNoOp | Verdict::NoEvidenceOfHarm);
        if after.is_better_than(before) && (before != Verdict::NotAssessed || says_more_good) {
            refuse_agent(self.by(), "raise a verdict")?;
        }
        let id = self.new_id();
        let entry = VerdictEntry {
            id,
            stamp: self.stamp(),
            from: before,
            to: after,
            eligible: evaluation.verdict.eligible,
            cause,
        };
        self.put(entry);
        Ok(())
    }
}
