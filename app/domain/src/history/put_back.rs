//! Putting records back: to an older version, or to before one's own last act.
//!
//! Both go the way of any other edit: the same rules settle what is put back, and the log gets a
//! line. What bears somebody's name under a judgement has ways of its own and is refused here.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::subject;
use crate::access::Permit;
use crate::claim::{Claim, ClaimDraft, Conflict};
use crate::comment::{Comment, CommentDraft};
use crate::draft::Draft;
use crate::evidence::{Coverage, CoverageDraft, refuse_agent};
use crate::exposure::{Enumeration, Exposure};
use crate::factor::{Factor, FactorDraft};
use crate::finding::{Finding, FindingDraft};
use crate::gap::{Gap, GapDraft};
use crate::incident::{Incident, IncidentDraft};
use crate::postmortem::{Narrative, NarrativeDraft};
use crate::principal::{Principal, PrincipalDraft};
use crate::record::{Change, Entry, Noun, Record};
use crate::remediation::{Remediation, RemediationDraft, RemediationStatus};
use crate::timeline::{Edge, EdgeDraft, Event, EventDraft, Mark, MarkDraft};
use crate::{Id, Refusal, Ruled};

/// What putting a record of that noun back needs, or why it is never put back.
pub fn permit_to_put_back(noun: Noun) -> Ruled<Permit> {
    let sentence = match noun {
        Noun::Comment | Noun::Finding => return Ok(Permit::Review),
        Noun::Incident
        | Noun::Principal
        | Noun::Event
        | Noun::Edge
        | Noun::Mark
        | Noun::Coverage
        | Noun::Exposure
        | Noun::Claim
        | Noun::Conflict
        | Noun::Gap
        | Noun::Factor
        | Noun::Remediation
        | Noun::Narrative => return Ok(Permit::Edit),
        Noun::Evidence => {
            "Evidence and its custody stay as they are recorded: withdraw the item, or set its status, with a reason."
        }
        Noun::Review => "A review is an attestation: revoke it, with the reason, and attest again.",
        Noun::Classification => "A classification is a reviewer’s judgement: classify these records anew.",
        Noun::Rating => "A rating stays on the record: rate again, and both are kept.",
        Noun::Override => "An override is asked for and approved by two people: ask for another one.",
        Noun::Signature => "A signature is taken back by the one who signed, with its own button.",
        Noun::VerdictEntry => "The verdict follows from the records and is never set by hand: change what it rests on.",
        Noun::Explanation => "An explanation bears names: take it back with its button, and write it anew.",
        Noun::Wording => "A decision about a text is made anew on the page of the public export.",
        Noun::Merge => "A merge of incidents is undone on the page of the incident that was merged.",
        Noun::Postmortem => {
            "The postmortem’s way from draft to published is kept: take it back to draft, which begins a new revision."
        }
    };
    Err(Refusal::state(sentence))
}

/// Whether a change is an act that can be undone. The refusal says what to do instead.
pub fn may_undo(change: &Change) -> Ruled<Permit> {
    let permit = permit_to_put_back(change.noun)?;
    let changed = |field: &str| {
        let part = |side: &Value| side.get(field).cloned().unwrap_or(Value::Null);
        part(&change.before) != part(&change.after)
    };
    let edited = !change.before.is_null() && !change.after.is_null();
    let sentence = match change.noun {
        Noun::Conflict if edited && changed("adopted") => {
            "Adopting a claim bears a name and a reason: open the conflict again with its button."
        }
        Noun::Finding if edited && changed("resolved") => {
            "Resolving a finding bears a name and a reason: reopen it, or resolve it again, with its button."
        }
        Noun::Remediation if edited && (changed("verified") || changed("wont_fix")) => {
            "Verifying an item and giving it up are approvals: open the item again with its button."
        }
        Noun::Exposure if changed("resources_enumerated") || changed("principals_enumerated") => {
            "That a list is complete is a statement with a name under it: take it back on the exposure’s page."
        }
        Noun::Incident if changed("merged_into") => {
            "A merge of incidents is undone with its button, on the page of the incident that was merged."
        }
        Noun::Incident if change.before.is_null() => {
            "An incident that was filed stays: say in its summary that it was filed by mistake, and close it."
        }
        _ => return Ok(permit),
    };
    Err(Refusal::state(sentence))
}

impl Entry {
    /// Puts a record back to what it was after a change.
    pub fn restore_version(&mut self, change: &Change) -> Ruled<()> {
        permit_to_put_back(change.noun)?;
        if change.after.is_null() {
            return Err(Refusal::state("That change deleted the record: restore a version from before it."));
        }
        let mut document = change.after.clone();
        if change.noun == Noun::Incident {
            // Who sees an incident and where it stands are acts of their own: they stay as they are.
            let now = self.dossier().incident()?.clone();
            document["visibility"] = json!(now.visibility);
        }
        self.put_back(change.noun, &change.id, &document)?;
        if self.changes().is_empty() {
            return Err(Refusal::state(
                "The record is like that already. Acts with a name under them, such as settling or approving, are not put back: they have buttons of their own.",
            ));
        }
        Ok(())
    }

    /// Takes back changes of one entry, the last first. The caller has made sure that nothing came after them.
    pub fn undo(&mut self, changes: &[Change]) -> Ruled<()> {
        for change in changes.iter().rev().filter(|change| change.noun != Noun::VerdictEntry) {
            may_undo(change)?;
            match (change.before.is_null(), change.after.is_null()) {
                (true, _) => self.take_out(change.noun, &change.id)?,
                // It was deleted: its content is what the log remembers of it.
                (false, true) => self.put_back(change.noun, &change.id, &change.before)?,
                (false, false) => self.revert(change)?,
            }
        }
        if self.changes().is_empty() {
            return Err(Refusal::state("Nothing is left to undo: the records are as they were before."));
        }
        Ok(())
    }

    /// Undoes an edit. What the rules keep out of an edit, such as who settled a comment, goes back as well.
    fn revert(&mut self, change: &Change) -> Ruled<()> {
        match change.noun {
            Noun::Comment => {
                let (was, is): (Comment, Comment) = (read(&change.before)?, self.get::<Comment>(&change.id)?.record);
                if was.body != is.body {
                    self.put_back(change.noun, &change.id, &change.before)?;
                }
                let mut comment = self.get::<Comment>(&change.id)?.record;
                comment.resolved = was.resolved;
                self.put(comment);
            }
            Noun::Incident => {
                let was: Incident = read(&change.before)?;
                self.put_back(change.noun, &change.id, &change.before)?;
                if self.dossier().incident()?.status != was.status {
                    self.set_status(was.status)?;
                }
                let mut incident = self.dossier().incident()?.clone();
                incident.members = was.members;
                self.put(incident);
            }
            Noun::Conflict => self.put::<Conflict>(read(&change.before)?),
            Noun::Principal => {
                let was: Principal = read(&change.before)?;
                self.put_back(change.noun, &change.id, &change.before)?;
                let mut principal = self.get::<Principal>(&change.id)?.record;
                // What came by a merge goes with it.
                (principal.former_names, principal.merged) = (was.former_names, was.merged);
                self.put(principal);
            }
            _ => self.put_back(change.noun, &change.id, &change.before)?,
        }
        Ok(())
    }

    /// Settles an older document as an edit of the record, which comes back first if it was deleted.
    fn put_back(&mut self, noun: Noun, id: &Id, document: &Value) -> Ruled<()> {
        match noun {
            Noun::Incident => self.settle_back::<IncidentDraft>(id, document),
            Noun::Principal => self.settle_back::<PrincipalDraft>(id, document),
            Noun::Event => self.settle_back::<EventDraft>(id, document),
            Noun::Edge => self.settle_back::<EdgeDraft>(id, document),
            Noun::Mark => self.settle_back::<MarkDraft>(id, document),
            Noun::Coverage => {
                refuse_agent(self.by(), "state what evidence covers")?;
                self.settle_back::<CoverageDraft>(id, document)
            }
            Noun::Exposure => self.exposure_back(document),
            Noun::Claim => {
                self.settle_back::<ClaimDraft>(id, document)?;
                self.compare_claim(id)
            }
            Noun::Conflict => {
                self.restore::<Conflict>(id)?;
                Ok(())
            }
            Noun::Gap => self.settle_back::<GapDraft>(id, document),
            Noun::Factor => self.settle_back::<FactorDraft>(id, document),
            Noun::Finding => self.settle_back::<FindingDraft>(id, document),
            Noun::Remediation => self.remediation_back(id, document),
            Noun::Narrative => self.settle_back::<NarrativeDraft>(id, document),
            Noun::Comment => self.comment_back(id, document),
            noun => permit_to_put_back(noun).map(drop),
        }
    }

    fn settle_back<D: Draft>(&mut self, id: &Id, document: &Value) -> Ruled<()> {
        let draft: D = read(document)?;
        self.restore::<D::Record>(id)?;
        self.revise(id, draft)
    }

    /// A comment that was deleted comes back as it was; its words are its author's alone.
    fn comment_back(&mut self, id: &Id, document: &Value) -> Ruled<()> {
        let was: Comment = read(document)?;
        let deleted = Comment::table(self.dossier()).find(id).filter(|kept| kept.deleted.is_some());
        if deleted.is_some_and(|kept| kept.body == was.body) {
            return self.restore::<Comment>(id);
        }
        self.settle_back::<CommentDraft>(id, document)
    }

    /// An item goes back to open, in progress or done. That it was verified or given up is not put back.
    fn remediation_back(&mut self, id: &Id, document: &Value) -> Ruled<()> {
        let mut document = document.clone();
        let kept = Remediation::table(self.dossier()).find(id).map(|kept| kept.status);
        let was = read::<Remediation>(&document)?.status;
        if matches!(was, RemediationStatus::Verified | RemediationStatus::WontFix) && kept != Some(was) {
            document["status"] = json!(kept.unwrap_or(RemediationStatus::Done));
        }
        self.settle_back::<RemediationDraft>(id, &document)
    }

    /// The window, the resources and the principals go back. A statement that a list is whole stays only
    /// where its list stays, and never comes back.
    fn exposure_back(&mut self, document: &Value) -> Ruled<()> {
        refuse_agent(self.by(), "put an exposure back")?;
        let (mut was, now) = (read::<Exposure>(document)?, self.dossier().exposure());
        let gone = |id: &&Id| self.dossier().evidence.get(id).is_none();
        if was.start_evidence.iter().chain(&was.end_evidence).find(gone).is_some() {
            return Err(Refusal::state("Evidence that this version names is no longer in the incident."));
        }
        let stays = |same: bool, statement: Option<Enumeration>| statement.filter(|_| same);
        was.resources_enumerated = stays(was.resources == now.resources, now.resources_enumerated);
        was.principals_enumerated = stays(was.principals == now.principals, now.principals_enumerated);
        self.put(was);
        Ok(())
    }

    /// Undoes an addition.
    fn take_out(&mut self, noun: Noun, id: &Id) -> Ruled<()> {
        match noun {
            Noun::Principal => {
                self.refuse_if_acting(id)?;
                self.delete::<Principal>(id)
            }
            Noun::Event => self.delete::<Event>(id),
            Noun::Edge => self.delete::<Edge>(id),
            Noun::Mark => self.delete::<Mark>(id),
            Noun::Coverage => {
                refuse_agent(self.by(), "state what evidence covers")?;
                self.delete::<Coverage>(id)
            }
            Noun::Exposure => {
                refuse_agent(self.by(), "put an exposure back")?;
                self.delete::<Exposure>(id)
            }
            Noun::Claim => self.delete::<Claim>(id),
            Noun::Conflict => self.delete::<Conflict>(id),
            Noun::Gap => self.delete::<Gap>(id),
            Noun::Factor => self.delete::<Factor>(id),
            Noun::Finding => self.delete::<Finding>(id),
            Noun::Remediation => self.delete::<Remediation>(id),
            Noun::Narrative => self.delete::<Narrative>(id),
            Noun::Comment => self.delete::<Comment>(id),
            noun => permit_to_put_back(noun).map(drop),
        }
    }

    /// Refuses to take out a principal whom events name.
    pub fn refuse_if_acting(&self, id: &Id) -> Ruled<()> {
        let acts = |event: &Event| {
            &event.actor == id || event.on_behalf_of.as_ref() == Some(id) || event.invoked_by.as_ref() == Some(id)
        };
        if self.dossier().events.iter().any(|event| acts(event)) {
            return Err(Refusal::state("This principal acts in the timeline: change those events first."));
        }
        Ok(())
    }
}

/// Reads an older document. A field that is `null` is a field left out.
fn read<T: DeserializeOwned>(document: &Value) -> Ruled<T> {
    let mut document = document.clone();
    drop_nulls(&mut document);
    serde_json::from_value(document)
        .map_err(|_| Refusal::state("This version was written in an older form and cannot be put back by itself."))
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// What an undo would do.
#[derive(Debug, Clone, PartialEq)]
pub enum Undo {
    /// The reader has changed nothing lately.
    Nothing,
    /// These changes, all of one entry.
    Ready(Vec<Change>),
    /// Somebody changed one of the records since.
    Overtaken {
        /// The reader's own change of it.
        change: Change,
        /// The sentence.
        sentence: String,
    },
    /// An act of a kind that is not undone.
    Refused {
        /// The change.
        change: Change,
        /// What to do instead.
        sentence: String,
    },
}

impl Undo {
    /// What the last own entry among the latest changes, oldest first, allows.
    pub fn of(changes: &[Change], me: &crate::Person, dossier: &crate::record::Dossier) -> Self {
        let own = |change: &&Change| change.actor.id == me.id && change.actor.agent == me.agent;
        let Some(last) = changes.iter().rev().find(|change| own(change) && change.noun != Noun::VerdictEntry) else {
            return Self::Nothing;
        };
        // The changes of one entry bear one time and follow each other.
        let entry: Vec<Change> = changes.iter().filter(own).filter(|change| change.at == last.at).cloned().collect();
        // The changes are the latest of a log. An entry that reaches beyond them is not undone by half.
        let is_cut = |first: &Change| first.version > 1 && own(&first) && first.at == last.at;
        if changes.first().is_some_and(is_cut) {
            let sentence = format!("It changed more than the {} records that are undone at once.", changes.len());
            return Self::Refused { change: last.clone(), sentence };
        }
        for change in entry.iter().filter(|change| change.noun != Noun::VerdictEntry) {
            if let Err(refusal) = may_undo(change) {
                return Self::Refused { change: change.clone(), sentence: refusal.sentence };
            }
            let same = |other: &&Change| (other.noun, &other.id) == (change.noun, &change.id);
            if let Some(later) = changes.iter().rev().find(same).filter(|later| later.version > change.version) {
                let by = super::who(&later.actor);
                let sentence = format!(
                    "{by} changed {} since, so your change of it is not undone by itself: choose a version in its history.",
                    subject(later, dossier)
                );
                return Self::Overtaken { change: change.clone(), sentence };
            }
        }
        Self::Ready(entry)
    }
}

#[cfg(test)]
mod tests;
