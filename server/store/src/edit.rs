//! An edit of an incident: what several people may be writing at once is merged with what came in between.
//!
//! Each edit says which version of the record it saw. Edits of different fields both stand, and edits of one field are a
//! conflict, with all three sides.

use domain::access::Permit;
use domain::casefile::{CaseDocument, Draft, Entry, Merge, merge};
use domain::{Id, Ruled};
use serde_json::{Map, Value};

use crate::apart::apart;
use crate::write::Edit;
use crate::{EditConflict, Error, OpenIncident, Result, documents, merge_patch, parse_draft, parse_edit};

impl OpenIncident {
    /// Begins an edit, when it is one's turn. Whether the actor may is asked once more: it may have been taken from
    /// them since.
    pub async fn edit(&self, permit: Permit) -> Result<Edit> {
        self.store.begin(&self.actor, self.key, permit).await
    }
}

/// A part of a record, such as one resource of the exposure, and how it is written.
pub struct Part<P, A> {
    /// The part of a record, in the form in which it is sent; `null` where there is none.
    pub of: P,
    /// Writes the part as it was sent, in the place of what stands there.
    pub write: A,
}

impl Edit {
    /// Edits a record by a JSON merge patch (RFC 7396) of the form its draft reads.
    pub async fn revise<D: Draft>(&mut self, id: &Id, seen: Option<u64>, patch: &Value) -> Result<()> {
        let mine = self.merged::<D::Document>(id, seen, patch).await?;
        let draft: D = parse_edit(&self.entry, id, mine)?;
        self.rule(|entry| entry.revise(id, draft))
    }

    /// Writes the record of a known name, such as a section: adds it where there is none, else edits it. Which of the
    /// two it is shows only under the lock. Answers whether it is new.
    pub async fn put<D: Draft>(&mut self, id: &Id, seen: Option<u64>, patch: &Value) -> Result<bool> {
        if self.entry.get::<D::Document>(id).is_err() {
            self.entry.add(parse_draft::<D>(patch.clone())?)?;
            return Ok(true);
        }
        self.revise::<D>(id, seen, patch).await?;
        Ok(false)
    }

    /// Replaces a part of a record. What others changed in the same part since `seen` is merged with it field by
    /// field, and is a conflict where it cannot be; what they changed in other parts stays.
    pub async fn replace<R, P, A>(&mut self, id: &Id, seen: Option<u64>, sent: Value, part: Part<P, A>) -> Result<()>
    where
        R: CaseDocument,
        P: Fn(&R) -> Value + Send,
        A: Fn(&mut Entry, Value) -> Ruled<()> + Send,
    {
        let found = self.entry.get::<R>(id).ok();
        (part.write)(&mut self.entry, sent)?;
        let (now, last) = (found.as_ref().map_or(0, |kept| kept.version), self.entry.dossier().version);
        let Some((seen, kept)) = Error::moved_on(seen, now, last)?.zip(found) else { return Ok(()) };
        let base = self.as_of::<R>(id, seen).await?.filter(|record| !record.is_null());
        let base = base.map(serde_json::from_value::<R>).transpose()?.map_or(Value::Null, |record| (part.of)(&record));
        let theirs = fields((part.of)(&kept.record));
        let mine = fields(self.entry.get::<R>(id).map_or(Value::Null, |kept| (part.of)(&kept.record)));
        let sides = Sides { base: fields(base), theirs, mine, whole: true };
        match apart(|| merge(&sides.base, &sides.theirs, &sides.mine)) {
            Merge::Clean(merged) if merged == sides.mine => Ok(()),
            // They wrote the same already: there is nothing to change.
            Merge::Clean(merged) if merged == sides.theirs => {
                self.leave_as_it_was();
                Ok(())
            }
            Merge::Clean(merged) => Ok((part.write)(&mut self.entry, merged)?),
            Merge::Conflict(fields) => Err(sides.conflict::<R>(id, fields, kept.version)),
        }
    }

    /// Deletes a record; it can be restored. That somebody changed it since `seen` is a conflict.
    pub async fn delete<R: CaseDocument>(&mut self, id: &Id, seen: Option<u64>) -> Result<()> {
        let kept = self.entry.get::<R>(id)?;
        if let Some(seen) = Error::moved_on(seen, kept.version, self.entry.dossier().version)? {
            let theirs = serde_json::to_value(&kept.record)?;
            let base = fields(self.as_of::<R>(id, seen).await?.unwrap_or_default());
            let differs = |(field, value): &(&String, &Value)| base.get(field.as_str()) != Some(*value);
            let changed = theirs.as_object().into_iter().flatten().filter(differs);
            let changed: Vec<String> = changed.map(|(field, _)| field.clone()).collect();
            if !changed.is_empty() {
                let sides = Sides { base, theirs, mine: Value::Null, whole: false };
                return Err(sides.conflict::<R>(id, changed, kept.version));
            }
        }
        self.rule(|entry| entry.remove::<R>(id))
    }

    /// The new form of a record: the patch on what stands now, merged with what came in between.
    async fn merged<R: CaseDocument>(&mut self, id: &Id, seen: Option<u64>, patch: &Value) -> Result<Value> {
        let kept = self.entry.get::<R>(id)?;
        let theirs = serde_json::to_value(&kept.record)?;
        let Some(seen) = Error::moved_on(seen, kept.version, self.entry.dossier().version)? else {
            return Ok(merge_patch(&theirs, patch));
        };
        // Before the record was there it had no fields: whatever both have written since is in conflict.
        let base = self.as_of::<R>(id, seen).await?.unwrap_or_else(|| Value::Object(Map::new()));
        let mine = merge_patch(&base, patch);
        match apart(|| merge(&base, &theirs, &mine)) {
            Merge::Clean(merged) => Ok(merged),
            Merge::Conflict(fields) => {
                Err(Sides { base, theirs, mine, whole: false }.conflict::<R>(id, fields, kept.version))
            }
        }
    }

    /// What the log last said of a record up to a version.
    async fn as_of<R: CaseDocument>(&mut self, id: &Id, version: u64) -> Result<Option<Value>> {
        documents::as_of(&self.store, &self.incident, R::NOUN, id, version).await
    }
}

/// Two edits that cross, and what both began with.
struct Sides {
    base: Value,
    theirs: Value,
    mine: Value,
    whole: bool,
}

impl Sides {
    fn conflict<R: CaseDocument>(self, id: &Id, fields: Vec<String>, current_version: u64) -> Error {
        let Self { base, theirs, mine, whole } = self;
        let (noun, id) = (R::NOUN.label(), id.clone());
        Error::Conflict(Box::new(EditConflict { noun, id, base, theirs, mine, fields, whole, current_version }))
    }
}

/// Nothing has no fields.
fn fields(part: Value) -> Value {
    if part.is_null() { Value::Object(Map::new()) } else { part }
}
