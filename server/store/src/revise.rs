//! Editing a record that somebody else may be editing too.

use domain::access::Permit;
use domain::casefile::{CaseDocument, Merge, merge};
use domain::draft::Draft;
use domain::{Id, Key};
use serde_json::Value;

use crate::write::{Writing, apart};
use crate::{Actor, Conflict, Entered, Error, Result, Store, documents, merge_patch, parse_draft, parse_edit};

impl Store {
    /// Edits a record by a JSON merge patch (RFC 7396) of the form its draft reads.
    ///
    /// `seen` is the record's version on which the edit was made. Edits of
    /// different fields both stand; edits of one field are a conflict.
    pub async fn revise<D: Draft>(
        &self,
        actor: &Actor,
        key: Key,
        permit: Permit,
        id: &Id,
        seen: Option<u64>,
        patch: &Value,
    ) -> Result<Entered<()>> {
        self.revise_with::<D::Document, _>(actor, key, permit, id, seen, patch, |entry, id, mine| {
            let draft: D = parse_edit(entry, id, mine)?;
            entry.revise(id, draft)
        })
        .await
    }

    /// The same with a rule of one's own, which gets the record's whole new form.
    #[allow(clippy::too_many_arguments)] // who, where, which, since when, what: each is its own question
    pub async fn revise_with<R, F>(
        &self,
        actor: &Actor,
        key: Key,
        permit: Permit,
        id: &Id,
        seen: Option<u64>,
        patch: &Value,
        act: F,
    ) -> Result<Entered<()>>
    where
        R: CaseDocument,
        F: FnOnce(&mut domain::casefile::Entry, &Id, Value) -> domain::Ruled<()> + Send,
    {
        let mut writing = self.begin(actor, key, permit).await?;
        let mine = settle::<R>(&mut writing, id, seen, patch).await?;
        apart(|| act(&mut writing.entry, id, mine))?;
        writing.finish(()).await
    }

    /// Writes the record of a known name, such as a section: adds it where there is none, else edits it as
    /// `revise` does. Which of the two it is shows only under the lock. Answers whether it is new.
    pub async fn put<D: Draft>(
        &self,
        actor: &Actor,
        key: Key,
        permit: Permit,
        id: &Id,
        seen: Option<u64>,
        patch: &Value,
    ) -> Result<Entered<bool>> {
        let mut writing = self.begin(actor, key, permit).await?;
        if writing.entry.get::<D::Document>(id).is_err() {
            writing.entry.add(parse_draft::<D>(patch.clone())?)?;
            return writing.finish(true).await;
        }
        let mine = settle::<D::Document>(&mut writing, id, seen, patch).await?;
        let draft: D = parse_edit(&writing.entry, id, mine)?;
        writing.entry.revise(id, draft)?;
        writing.finish(false).await
    }
}

/// The new form of the record: the patch on what stands now, merged with what came in between.
async fn settle<R: CaseDocument>(writing: &mut Writing, id: &Id, seen: Option<u64>, patch: &Value) -> Result<Value> {
    let kept = writing.entry.get::<R>(id)?;
    let theirs = serde_json::to_value(&kept.record)?;
    let Some(seen) = Error::moved_on(seen, kept.version, writing.entry.dossier().version)? else {
        return Ok(merge_patch(&theirs, patch));
    };
    let base = documents::as_of(&writing.store, &writing.incident, R::NOUN, id, seen).await?;
    // Before the record was there it had no fields: whatever both have written since is in conflict.
    let base = base.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    let mine = merge_patch(&base, patch);
    match apart(|| merge(&base, &theirs, &mine)) {
        Merge::Clean(merged) => Ok(merged),
        Merge::Conflict(fields) => {
            let (noun, id, current_version) = (R::NOUN.label(), id.clone(), kept.version);
            Err(Error::Conflict(Box::new(Conflict {
                noun,
                id,
                base,
                theirs,
                mine,
                fields,
                whole: false,
                current_version,
            })))
        }
    }
}
