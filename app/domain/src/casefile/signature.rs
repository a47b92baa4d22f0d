//! Signatures under a verdict, and the verdict's history.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::{Permit, refuse_agent};
use crate::casefile::{Change, Definition, Dossier, Entry, Fields, Naming, Travel, labels};
use crate::history::ChangeContext;
use crate::verdict::{Judged, Judgement, OUT_OF_THE_ACTORS, Verdict, gain};
use crate::{Id, Refusal, Ruled, Stamp};

/// Somebody puts their name under `verified_no_op`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Signature {
    /// Its id.
    pub id: Id,
    /// Who signed and when.
    pub signed: Stamp,
    /// What the signer's account was, or is since, called besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// SHA-256 of the facts that were signed. A signature counts only while the facts are these.
    pub basis: String,
}

impl Signature {
    /// Whether it counts where the facts are those of `basis`, in words.
    pub fn standing(&self, basis: &str) -> &'static str {
        if self.basis == basis { "counts" } else { "no longer counts: the facts have changed" }
    }
}

/// One step of the verdict's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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
        self.refuse_actor("sign its verdict")?;
        let evaluation = self.dossier().evaluation();
        if !evaluation.verdict.eligible {
            let failing = evaluation.verdict.gates.iter().find(|gate| !gate.passes).map_or_else(String::new, |gate| {
                format!(" {} fails: {}.", gate.gate, gate.detail.trim_end_matches('.'))
            });
            return Err(Refusal::state(format!("The verdict is not eligible for signing yet.{failing}")));
        }
        let basis = self.dossier().facts_digest();
        let mine =
            |kept: &&crate::casefile::CaseItem<Signature>| kept.signed.by.id == self.by().id && kept.basis == basis;
        if let Some(known) = self.dossier().signatures.iter().find(mine) {
            return Ok(known.id.clone());
        }
        let id = self.new_id();
        let (signed, names) = (self.stamp(), self.other_names());
        self.put(Signature { id: id.clone(), signed, names, basis });
        Ok(id)
    }

    /// Takes a signature back: one's own.
    pub fn withdraw_signature(&mut self, id: &Id) -> Ruled<()> {
        let signature = self.get::<Signature>(id)?;
        if signature.signed.by.id != self.by().id {
            return Err(Refusal::forbidden("A signature is withdrawn by the one who signed."));
        }
        self.delete::<Signature>(id)
    }

    /// What holds for every entry, whatever it changed: what was merged stays as it is, nobody takes themselves out of those who acted, an
    /// agent makes nothing look better, and a verdict that changed is logged with its cause. Called once, as
    /// the entry is closed.
    pub fn conclude(&mut self, before: &Dossier, cause: String) -> Ruled<()> {
        self.follow_principals()?;
        self.refuse_on_merged(before)?;
        self.refuse_stepping_out(before)?;
        let (was, evaluation) = (before.evaluation().verdict, self.dossier().evaluation());
        if self.by().agent.is_some() {
            self.refuse_gain(before, &was, &evaluation.verdict)?;
        }
        let (before, after) = (was.verdict, evaluation.verdict.verdict);
        if after == before {
            return Ok(());
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

    /// Refuses an agent what makes anything look better, also behind a headline that stays as it is.
    fn refuse_gain(&self, before: &Dossier, was: &Judgement, is: &Judgement) -> Ruled<()> {
        let (facts_before, facts) = (before.facts(), self.dossier().facts());
        let was = Judged { facts: &facts_before, judgement: was };
        let is = Judged { facts: &facts, judgement: is };
        let gained = gain(&was, &is);
        let lost = || self.dossier().lacks_an_actor_of(before).then(|| OUT_OF_THE_ACTORS.to_string());
        match gained.or_else(lost) {
            Some(what) => refuse_agent(self.by(), &what),
            None => Ok(()),
        }
    }
}

impl Definition for Signature {
    const PAGE: &'static str = "verdict";
    const PUT_BACK: Result<Permit, &'static str> =
        Err("A signature is withdrawn by the one who signed, with its own button.");
    const FIELDS: Fields = Fields { texts: &["basis", "names"], internal: &["names"], ..Fields::NONE };
    const NAMING: Naming = Naming::OfThePast;
    const TRAVEL: Travel = Travel::Stays;

    fn subject(_told: &ChangeContext) -> String {
        "the signature".into()
    }

    fn added(_told: &ChangeContext) -> Option<String> {
        Some("signed the verdict".into())
    }

    fn deleted(_told: &ChangeContext) -> Option<String> {
        Some("withdrew a signature under the verdict".into())
    }
}

impl Definition for VerdictEntry {
    const PAGE: &'static str = "verdict";
    const PUT_BACK: Result<Permit, &'static str> =
        Err("The verdict follows from the records and is never set by hand: change what it rests on.");
    const FIELDS: Fields =
        Fields { words: labels! { "from" => Verdict, "to" => Verdict }, texts: &["cause"], ..Fields::NONE };
    const NAMING: Naming = Naming::OfThePast;
    const TRAVEL: Travel = Travel::Stays;
    const FOLLOWS: bool = true;

    fn subject(_told: &ChangeContext) -> String {
        "the verdict".into()
    }

    fn sentence(change: &Change) -> Option<String> {
        let read = |field: &str| Verdict::parse(change.after.get(field)?.as_str()?).ok();
        let (Some(from), Some(to)) = (read("from"), read("to")) else { return Some("The verdict changed".into()) };
        let moved = match (from.is_better_than(to), to.is_better_than(from)) {
            (true, _) => "fell",
            (_, true) => "rose",
            _ => "changed",
        };
        let cause = change.after.get("cause").and_then(Value::as_str).filter(|cause| !cause.is_empty());
        let cause = cause.map(|cause| format!(": {} {cause}", change.actor.spoken())).unwrap_or_default();
        Some(format!(
            "The verdict {moved} from {} to {}{cause}",
            from.label().to_lowercase(),
            to.label().to_lowercase()
        ))
    }
}
