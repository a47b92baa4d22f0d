//! Merging two incidents, and taking that back: both are written in one transaction, or neither is.

use std::sync::Arc;

use domain::access::Permit;
use domain::casefile::{Act, Dossier, Entry, Noun};
use domain::merging::{MergeDraft, PartDraft, Parting, Plan};
use domain::{Id, Key, Refusal, RefusalKind, Ruled};

use crate::apart::apart;
use crate::card::CardState;
use crate::dossier::absent;
use crate::engine::{Engine, Tx};
use crate::import::{discard, forget};
use crate::lock::Lock;
use crate::write::{Edit, Entered};
use crate::{Actor, Error, Result, Store};

/// What was read of an item, in tables of its own: of each the columns but for the incident.
const READ: [(&str, &str); 5] = [
    (
        "readings",
        "evidence_id, state, format, mapping, bytes_read, records, unreadable, summary, collected_at, started_at,
         updated_at, node, trouble, terms",
    ),
    ("log_segments", "evidence_id, number, records, first_record, first_at, last_at, codes, names, texts"),
    ("log_blocks", "evidence_id, number, body"),
    ("log_raws", "evidence_id, number, first_record, records, whole, words, places"),
    ("log_complaints", "evidence_id, number, body"),
];

impl Store {
    /// What merging one incident into another would do. Both have to be seen by the actor.
    pub async fn merge_plan(&self, actor: &Actor, from: Key, into: Key) -> Result<(Plan, Arc<Dossier>)> {
        let from = self.dossier(actor, from).await?;
        let into = self.dossier(actor, into).await.map_err(not_named)?;
        let plan = apart(|| self.trial(actor, &into).take_in(&from))?;
        Ok((plan, into))
    }

    /// What undoing the merge of an incident would do, and the incident it was merged into.
    pub async fn parting_plan(&self, actor: &Actor, from: Key, draft: &PartDraft) -> Result<(Parting, Key)> {
        let into = into_of(&*self.dossier(actor, from).await?)?;
        let dossier = self.dossier(actor, into).await?;
        let parting = apart(|| self.trial(actor, &dossier).give_back(from, draft))?;
        Ok((parting, into))
    }

    /// An entry that is never written down.
    pub(crate) fn trial(&self, actor: &Actor, dossier: &Dossier) -> Entry {
        let clock = self.clock().clone();
        let (by, zone) = (actor.person.clone(), actor.zone.clone());
        let ids = Box::new(move || clock.new_id());
        Entry::new(dossier.clone(), Act { by, names: Vec::new(), now: self.now(), zone, head: String::new(), ids })
    }

    /// Merges an incident into another one. Answers both as they are after it.
    pub async fn merge_incidents(&self, actor: &Actor, key: Key, draft: MergeDraft) -> Result<Merged<Plan>> {
        let into = draft.key()?;
        self.dossier(actor, key).await?;
        self.dossier(actor, into).await.map_err(not_named)?;
        let mut pair = self.begin_pair(actor, key, into).await?;
        let plan = apart(|| {
            let (from, into) = (&mut pair.from.entry, &mut pair.into.entry);
            draft.refuse_unseen(from.dossier(), into.dossier())?;
            let plan = into.take_in(from.dossier())?;
            from.merge_into(into.dossier().key())?;
            Ok::<_, Refusal>(plan)
        })?;
        pair.finish(plan, Logs::Copy).await
    }

    /// Takes a merge back.
    pub async fn part_incidents(&self, actor: &Actor, key: Key, draft: PartDraft) -> Result<Merged<Parting>> {
        let into = into_of(&*self.dossier(actor, key).await?)?;
        self.dossier(actor, into).await?;
        let mut pair = self.begin_pair(actor, key, into).await?;
        let parting = apart(|| {
            let (from, into) = (&mut pair.from.entry, &mut pair.into.entry);
            if from.dossier().merged_into() != Some(into.dossier().key()) {
                return Err(Refusal::state("This was undone meanwhile: reload the page."));
            }
            let parting = into.give_back(key, &draft)?;
            from.part()?;
            Ok(parting)
        })?;
        pair.finish(parting, Logs::Drop).await
    }

    /// Begins a write to two incidents: the turns, and on PostgreSQL the locks, are taken in the order of their
    /// numbers, so that nobody waits for each other.
    async fn begin_pair(&self, actor: &Actor, from: Key, into: Key) -> Result<Pair> {
        actor.permit(Permit::Edit)?;
        if from == into {
            return Err(Refusal::field("into", format!("{from} is this incident itself: name another one.")).into());
        }
        let directory = self.directory().await?;
        let (low, high) = if from.0 < into.0 { (from, into) } else { (into, from) };
        let turns = [self.queues().take(low.0).await?, self.queues().take(high.0).await?];
        let (mut tx, mut known) = (None, Vec::new());
        match self.db().engine {
            Engine::Postgres => {
                let mut locked = self.db().begin().await?;
                for key in [low, high] {
                    let (link, incident, dossier) = Lock::known_in(&mut locked, self, key).await?;
                    known.push((incident, dossier, link));
                }
                tx = Some(locked);
            }
            Engine::Sqlite => {
                for key in [low, high] {
                    let head = self.head_of(key).await?;
                    let dossier = self.file_at(&head, key).await?.dossier().clone();
                    known.push((head.id, dossier, head.link));
                }
            }
        }
        let mut writings = turns
            .into_iter()
            .zip(known)
            .map(|(turn, known)| {
                let link = known.2.clone();
                self.writing_in(turn, actor, known, directory.clone()).map(|writing| (writing, link))
            })
            .collect::<Result<Vec<_>>>()?;
        let (Some((second, high_link)), Some((first, low_link))) = (writings.pop(), writings.pop()) else {
            return Err(Error::internal("a write to two incidents without both"));
        };
        let links = [low_link, high_link];
        let from_is_low = from == low;
        let (from, into) = if from_is_low { (first, second) } else { (second, first) };
        Ok(Pair { store: self.clone(), from, into, tx, links, from_is_low })
    }
}

/// Both incidents after a merge, or after it was undone.
#[derive(Debug, Clone)]
pub struct Merged<T> {
    /// What was done.
    pub value: T,
    /// The one that was filed twice.
    pub from: Entered<()>,
    /// The one that stays.
    pub into: Entered<()>,
}

/// What becomes of the logs of the records that are written.
#[derive(Clone, Copy)]
enum Logs {
    Copy,
    Drop,
}

/// A write to two incidents under way.
struct Pair {
    store: Store,
    from: Edit,
    into: Edit,
    /// Taken first on PostgreSQL.
    tx: Option<Tx>,
    /// The heads of the chains, that of the lower number first.
    links: [String; 2],
    from_is_low: bool,
}

impl Pair {
    async fn finish<T>(mut self, value: T, logs: Logs) -> Result<Merged<T>> {
        let outcomes = apart(|| Ok::<_, Error>((self.from.work_out()?, self.into.work_out()?)))?;
        let Self { store, from, into, tx, links, from_is_low } = self;
        let (mut tx, [low_link, high_link]) = match tx {
            Some(tx) => (tx, links),
            None => {
                let mut both = [&from, &into].map(|one| (one.incident.clone(), one.dossier_before.clone()));
                both.sort_by_key(|(_, before)| before.number);
                let mut tx = store.db().begin().await?;
                let [(low, low_before), (high, high_before)] = both;
                let low = Lock::last_in(&mut tx, &CardState::Known, &low, &low_before).await?;
                let high = Lock::last_in(&mut tx, &CardState::Known, &high, &high_before).await?;
                (tx, [low, high])
            }
        };
        let items = evidence_of(&into);
        match logs {
            Logs::Copy => copy_logs(&mut tx, &from.incident, &into.incident, &items).await?,
            Logs::Drop => {
                for item in &items {
                    discard(&mut tx, &into.incident, item).await?;
                    forget(&mut tx, &into.incident, item).await?;
                }
            }
        }
        let (from_link, into_link) = if from_is_low { (low_link, high_link) } else { (high_link, low_link) };
        let from = from.put_down(&mut tx, from_link, outcomes.0, None).await?;
        let into = into.put_down(&mut tx, into_link, outcomes.1, None).await?;
        let entered =
            [&from, &into].map(|one| Entered { value: (), version: one.version, dossier: one.dossier().clone() });
        store.commit(tx, vec![from, into]).await?;
        let [from, into] = entered;
        Ok(Merged { value, from, into })
    }
}

/// The evidence items that an entry takes in or takes out.
fn evidence_of(writing: &Edit) -> Vec<Id> {
    let changes = writing.entry.changes().iter();
    let comes_or_goes = |change: &&domain::casefile::Change| {
        change.noun == Noun::Evidence && (change.kind.starts_with(domain::casefile::MERGED) || change.after.is_null())
    };
    changes.filter(comes_or_goes).map(|change| change.id.clone()).collect()
}

/// Copies what was read of evidence: it is kept by incident, and the digest in the record vouches for both.
async fn copy_logs(tx: &mut Tx, from: &str, into: &str, items: &[Id]) -> Result<()> {
    let under_way: Option<String> = sqlx::query_scalar(
        "select evidence_id from readings where incident_id = $1 and state in ('receiving', 'reading') limit 1",
    )
    .bind(from)
    .fetch_optional(&mut *tx)
    .await?;
    if under_way.is_some() {
        let sentence = "A log of this incident is being read: wait until that is done, then merge.";
        return Err(Refusal::state(sentence).into());
    }
    for item in items {
        discard(tx, into, item).await?;
        forget(tx, into, item).await?;
        for (table, columns) in READ {
            let statement = format!(
                "insert into {table} (incident_id, {columns})
                 select cast($2 as text), {columns} from {table} where incident_id = $1 and evidence_id = $3"
            );
            sqlx::query(sqlx::AssertSqlSafe(statement))
                .bind(from)
                .bind(into)
                .bind(item.as_str())
                .execute(&mut *tx)
                .await?;
        }
    }
    Ok(())
}

/// The incident that this one was merged into.
fn into_of(from: &Dossier) -> Ruled<Key> {
    let sentence = "This incident is not merged into another one: there is nothing to undo.";
    from.merged_into().ok_or_else(|| Refusal::state(sentence))
}

/// Whoever names an incident that is not there, or not to be seen, hears the same.
fn not_named(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.kind == RefusalKind::Absent && refusal.sentence == absent().sentence => {
            Refusal::field("into", "There is no incident of that key: look it up in the list of incidents.").into()
        }
        other => other,
    }
}
