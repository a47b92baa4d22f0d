//! The versions of one record, and the ways back to them.

use domain::access::Permit;
use domain::casefile::{Change, Noun};
use domain::history::{Undo, may_undo, permit_to_put_back};
use domain::{Id, Key, Refusal};

use crate::apart::apart;
use crate::change::Line;
use crate::write::Edit;
use crate::{Actor, Entered, OpenIncident, Result, Store, StoredChange};

/// How many versions of a record one answer lists, the newest of them.
const VERSIONS_MAX: i64 = 200;

/// How many changes an undo looks back.
const LOOK_BACK_MAX: u64 = 200;

impl OpenIncident {
    /// The changes of one record, the newest first.
    pub async fn versions(&self, noun: Noun, id: &Id) -> Result<Vec<StoredChange>> {
        let rows = sqlx::query(
            "select version, at, actor, kind, noun, record_id, before, after, hash from changes
             where incident_id = $1 and noun = $2 and record_id = $3 order by version desc limit $4",
        )
        .bind(&self.head.id)
        .bind(noun.word())
        .bind(crate::digest::storable(id.as_str()))
        .bind(VERSIONS_MAX)
        .fetch_all(self.store.reader())
        .await?;
        rows.iter().map(|row| Line::read(row)?.open()).collect()
    }

    /// What undoing the actor's last act would do.
    pub async fn undoable(&self) -> Result<Undo> {
        let dossier = self.dossier().await?;
        let since = dossier.version.saturating_sub(LOOK_BACK_MAX);
        let changes = self.changes(since, u32::try_from(LOOK_BACK_MAX).unwrap_or(u32::MAX)).await?;
        let changes: Vec<Change> = changes.into_iter().map(|stored| stored.into_change()).collect();
        Ok(Undo::of(&changes, &self.actor.person, &dossier))
    }
}

impl Store {
    /// Puts a record back to what it was after a change, as a new change. Answers which record.
    pub async fn restore_version(&self, actor: &Actor, key: Key, version: u64) -> Result<Entered<(Noun, Id)>> {
        let mut writing = self.begin(actor, key, Permit::Review).await?;
        let since = version.saturating_sub(1);
        let change = writing.changes(since, Some(version)).await?.pop();
        let change = change.ok_or_else(|| Refusal::absent("change of that number"))?;
        actor.permit(permit_to_put_back(change.noun)?)?;
        apart(|| writing.entry.restore_version(&change))?;
        writing.finish((change.noun, change.id)).await
    }

    /// Undoes the actor's last act: all the changes of one entry, if nobody changed those records since. `version`
    /// names a change of the act that is meant, where it is known.
    pub async fn undo(&self, actor: &Actor, key: Key, version: Option<u64>) -> Result<Entered<Vec<(Noun, Id)>>> {
        let mut writing = self.begin(actor, key, Permit::Review).await?;
        let since = writing.entry.dossier().version.saturating_sub(LOOK_BACK_MAX);
        let changes = writing.changes(since, None).await?;
        let entry = match apart(|| Undo::of(&changes, &actor.person, writing.entry.dossier())) {
            Undo::Ready(entry) if version.is_none_or(|meant| entry.iter().any(|change| change.version == meant)) => {
                entry
            }
            Undo::Ready(_) => {
                let sentence = "You changed something else since: the history of the record brings it back.";
                return Err(Refusal::state(sentence).into());
            }
            Undo::Nothing => {
                return Err(Refusal::state(format!(
                    "There is nothing of yours to undo among the last {LOOK_BACK_MAX} changes: look at the history of the record."
                ))
                .into());
            }
            Undo::Overtaken { sentence, .. } | Undo::Refused { sentence, .. } => {
                return Err(Refusal::state(sentence).into());
            }
        };
        for change in entry.iter().filter(|change| change.noun != Noun::VerdictEntry) {
            actor.permit(may_undo(change)?)?;
        }
        apart(|| writing.entry.undo(&entry))?;
        let records = writing.entry.changes().iter().map(|change| (change.noun, change.id.clone())).collect();
        writing.finish(records).await
    }
}

impl Edit {
    /// The log before this write, after a version and up to one, oldest first.
    async fn changes(&mut self, since: u64, until: Option<u64>) -> Result<Vec<Change>> {
        let number = |version: u64| i64::try_from(version).unwrap_or(i64::MAX);
        let rows = sqlx::query(
            "select version, at, actor, kind, noun, record_id, before, after, hash from changes
             where incident_id = $1 and version > $2 and version <= $3 order by version",
        )
        .bind(&self.incident)
        .bind(number(since))
        .bind(until.map_or(i64::MAX, number))
        .fetch_all(self.store.reader())
        .await?;
        rows.iter().map(|row| Ok(Line::read(row)?.open()?.into_change())).collect()
    }
}
