//! Editing a part of a record, such as one resource of the exposure, and deleting one, where somebody else may have
//! changed it since it was looked at.

use domain::access::Permit;
use domain::casefile::{CaseDocument, Entry, Merge, merge};
use domain::{Id, Key, Ruled};
use serde_json::{Map, Value};

use crate::write::{Writing, apart};
use crate::{Actor, Conflict, Entered, Error, Result, Store, documents};

/// A part of a record, and how it is written.
pub struct Part<P, A> {
    /// The part of a record, in the form in which it is sent; `null` where there is none.
    pub of: P,
    /// Writes the part as it was sent, in the place of what stands there.
    pub write: A,
}

impl Store {
    /// Replaces a part of a record. What others changed in the same part since `seen` is merged with it field by
    /// field, and is a conflict where it cannot be; what they changed in other parts stays.
    #[allow(clippy::too_many_arguments)] // who, where, which, since when, what: each is its own question
    pub async fn revise_part<R, P, A>(
        &self,
        actor: &Actor,
        key: Key,
        permit: Permit,
        id: &Id,
        seen: Option<u64>,
        sent: Value,
        part: Part<P, A>,
    ) -> Result<Entered<()>>
    where
        R: CaseDocument,
        P: Fn(&R) -> Value + Send,
        A: Fn(&mut Entry, Value) -> Ruled<()> + Send,
    {
        let mut writing = self.begin(actor, key, permit).await?;
        let found = writing.entry.get::<R>(id).ok();
        (part.write)(&mut writing.entry, sent)?;
        let (now, last) = (found.as_ref().map_or(0, |kept| kept.version), writing.entry.dossier().version);
        let Some((seen, kept)) = Error::moved_on(seen, now, last)?.zip(found) else {
            return writing.finish(()).await;
        };
        let base = match as_of::<R>(&mut writing, id, seen).await? {
            Some(record) => fields((part.of)(&record)),
            None => fields(Value::Null),
        };
        let theirs = fields((part.of)(&kept.record));
        let mine = fields(writing.entry.get::<R>(id).map_or(Value::Null, |kept| (part.of)(&kept.record)));
        match apart(|| merge(&base, &theirs, &mine)) {
            Merge::Clean(merged) if merged == mine => writing.finish(()).await,
            Merge::Clean(merged) if merged == theirs => {
                drop(writing);
                let dossier = self.dossier(actor, key).await?;
                Ok(Entered { value: (), version: dossier.version, dossier })
            }
            Merge::Clean(merged) => {
                (part.write)(&mut writing.entry, merged)?;
                writing.finish(()).await
            }
            Merge::Conflict(fields) => {
                let (noun, id, current_version) = (R::NOUN.label(), id.clone(), kept.version);
                let conflict = Conflict { noun, id, base, theirs, mine, fields, whole: true, current_version };
                Err(Error::Conflict(Box::new(conflict)))
            }
        }
    }

    /// Deletes a record; it can be restored. That somebody changed it since `seen` is a conflict.
    pub async fn delete_record<R: CaseDocument>(
        &self,
        actor: &Actor,
        key: Key,
        permit: Permit,
        id: &Id,
        seen: Option<u64>,
    ) -> Result<Entered<()>> {
        let mut writing = self.begin(actor, key, permit).await?;
        let kept = writing.entry.get::<R>(id)?;
        if let Some(seen) = Error::moved_on(seen, kept.version, writing.entry.dossier().version)? {
            let theirs = serde_json::to_value(&kept.record)?;
            let base = documents::as_of(&writing.store, &writing.incident, R::NOUN, id, seen).await?;
            let base = fields(base.unwrap_or_default());
            let changed: Vec<String> = theirs
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(field, value)| base.get(field) != Some(value))
                .map(|(field, _)| field.clone())
                .collect();
            if !changed.is_empty() {
                let (noun, id, current_version, mine) = (R::NOUN.label(), id.clone(), kept.version, Value::Null);
                let conflict =
                    Conflict { noun, id, base, theirs, mine, fields: changed, whole: false, current_version };
                return Err(Error::Conflict(Box::new(conflict)));
            }
        }
        writing.entry.remove::<R>(id)?;
        writing.finish(()).await
    }
}

/// The record as it stood at a version; nothing before it was there, and while it was deleted.
async fn as_of<R: CaseDocument>(writing: &mut Writing, id: &Id, seen: u64) -> Result<Option<R>> {
    let record = documents::as_of(&writing.store, &writing.incident, R::NOUN, id, seen).await?;
    Ok(record.filter(|record| !record.is_null()).map(serde_json::from_value).transpose()?)
}

/// Nothing has no fields.
fn fields(part: Value) -> Value {
    if part.is_null() { Value::Object(Map::new()) } else { part }
}
