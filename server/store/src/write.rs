//! Writing: the rule decides, the store writes down what it decided.
//!
//! one's turn · check who asks · open an entry · the rule · the verdict's history ·
//! lock and raise the version · records, log and card · commit · announce.
//! Dropping a write at any point before the commit undoes it.
//!
//! On SQLite everything is worked out before the one lock is taken; under it the version
//! must still be the same. PostgreSQL, where other nodes write too, locks the incident first.

use std::sync::Arc;

use domain::access::Permit;
use domain::casefile::{Act, Dossier, Entry};
use domain::incident::Visibility;
use domain::verdict::{Evaluation, Verdict};
use domain::{Key, Refusal, Ruled};

use crate::apart::apart;
use crate::card::{self, CardState, IndexCard};
use crate::case_file::CaseFile;
use crate::cause::cause;
use crate::dossier::absent;
use crate::engine::{Engine, Listener, Tx};
use crate::lock::Lock;
use crate::queue::Turn;
use crate::registry::Sightings;
use crate::signing::Signer;
use crate::{Actor, Directory, Error, Result, Store, Topic, change, documents, inbox, revision, words};

/// What comes of a write.
#[derive(Debug, Clone)]
pub struct Entered<T> {
    /// What the rule answered.
    pub value: T,
    /// The incident's version after it.
    pub version: u64,
    /// The case file after it.
    pub dossier: Arc<Dossier>,
}

impl Store {
    /// Makes an entry into a case file: everything `act` changes, or nothing.
    pub async fn enter<T, F>(&self, actor: &Actor, key: Key, permit: Permit, act: F) -> Result<Entered<T>>
    where
        T: Send,
        F: FnOnce(&mut Entry) -> Ruled<T> + Send,
    {
        let mut edit = self.begin(actor, key, permit).await?;
        let value = edit.rule(act)?;
        edit.finish(value).await
    }

    /// Opens a new case file. The first record `act` adds must be the incident's head.
    pub async fn create<T, F>(&self, actor: &Actor, act: F) -> Result<Entered<T>>
    where
        T: Send,
        F: FnOnce(&mut Entry) -> Ruled<T> + Send,
    {
        let mut writing = self.begin_new(actor).await?;
        let value = apart(|| act(&mut writing.entry))?;
        let id = writing.entry.dossier().incident()?.id.clone();
        writing.incident = id.to_string();
        writing.finish(value).await
    }

    /// Begins a write, when it is one's turn at the incident.
    pub(crate) async fn begin(&self, actor: &Actor, key: Key, permit: Permit) -> Result<Edit> {
        actor.permit(permit)?;
        let directory = self.directory().await?;
        let turn = self.queues().take(key.0).await?;
        let (lock, incident, dossier, link) = match self.db().engine {
            Engine::Postgres => {
                let (lock, incident, dossier) = Lock::known_first(self, key).await?;
                let link = lock.head.clone();
                (Some(lock), incident, dossier, link)
            }
            Engine::Sqlite => {
                let head = self.head_of(key).await?;
                let file = self.file_at(&head, key).await?;
                (None, head.id, file.dossier().clone(), head.link)
            }
        };
        let writing = self.writing_in(turn, actor, (incident, dossier, link), directory)?;
        Ok(Edit { lock, ..writing })
    }

    /// A write to an incident that is there, if the actor may see it.
    pub(crate) fn writing_in(
        &self,
        turn: Turn,
        actor: &Actor,
        (incident, dossier, link): (String, Arc<Dossier>, String),
        directory: Arc<Directory>,
    ) -> Result<Edit> {
        let head = dossier.incident()?;
        let member = head.members.iter().any(|member| member.id == actor.person.id);
        if head.visibility == Visibility::Private && !member && !actor.sees_all() {
            return Err(absent().into());
        }
        Ok(Edit { incident, card: CardState::Known, ..self.writing(turn, actor, dossier, directory, link) })
    }

    pub(crate) async fn begin_new(&self, actor: &Actor) -> Result<Edit> {
        actor.permit(Permit::Edit)?;
        let directory = self.directory().await?;
        let turn = self.queues().take(NEW).await?;
        let (lock, number) = match self.db().engine {
            Engine::Postgres => {
                let (lock, number) = Lock::new_first(self).await?;
                (Some(lock), number)
            }
            Engine::Sqlite => {
                let last: i64 = sqlx::query_scalar("select value from counters where name = 'incident'")
                    .fetch_one(self.reader())
                    .await?;
                (None, last + 1)
            }
        };
        let dossier = Arc::new(Dossier { number, ..Dossier::default() });
        Ok(Edit { lock, ..self.writing(turn, actor, dossier, directory, String::new()) })
    }

    fn writing(
        &self,
        turn: Turn,
        actor: &Actor,
        dossier: Arc<Dossier>,
        directory: Arc<Directory>,
        head: String,
    ) -> Edit {
        let clock = self.clock().clone();
        let ids = Box::new(move || clock.new_id());
        let names = directory.names_of(&actor.person.id).to_vec();
        let act = Act { by: actor.person.clone(), names, now: self.now(), zone: actor.zone.clone(), head, ids };
        let copy = apart(|| Dossier::clone(&dossier));
        Edit {
            store: self.clone(),
            lock: None,
            incident: String::new(),
            card: CardState::New,
            dossier_before: dossier,
            entry: Entry::new(copy, act),
            directory,
            turn,
            is_void: false,
        }
    }

    /// Commits what was written down, and tells of it.
    pub(crate) async fn commit(&self, tx: Tx, stored: Vec<Stored>) -> Result<()> {
        let store = self.clone();
        // A task of its own: whoever asked may go away now, and the others are told all the same.
        let told = tokio::spawn(async move {
            if let Err(error) = tx.commit().await {
                // One transaction: if one of the incidents has its change, all have.
                let Some(first) = stored.first() else { return Err(error) };
                store.commit_outcome(error, &first.incident, first.version, &first.hash).await?;
            }
            for one in stored {
                store.cache().put(&one.incident, &one.file);
                store.live().tell(Topic::Incident(one.file.dossier().key()), one.version);
            }
            Ok::<_, Error>(())
        });
        told.await?
    }
}

/// The number at which those wait for their turn who file an incident.
const NEW: i64 = 0;

/// An edit of one incident under way: whoever has it has the turn. Dropped before it is finished, nothing happened.
pub struct Edit {
    pub(crate) store: Store,
    /// Taken first on PostgreSQL, where every incident has its own, and last on SQLite, where there is one for all.
    lock: Option<Lock>,
    pub(crate) incident: String,
    card: CardState,
    pub(crate) dossier_before: Arc<Dossier>,
    pub(crate) entry: Entry,
    /// The accounts: who writes under which names, and who can be mentioned.
    directory: Arc<Directory>,
    /// Ends when all is stored.
    turn: Turn,
    /// Whether it turned out that there is nothing to change.
    is_void: bool,
}

/// An incident that was written down and is not committed yet.
pub(crate) struct Stored {
    incident: String,
    pub(crate) version: u64,
    hash: String,
    file: Arc<CaseFile>,
    _turn: Turn,
}

impl Stored {
    /// The case file after it.
    pub(crate) fn dossier(&self) -> &Arc<Dossier> {
        self.file.dossier()
    }
}

/// A write that is worked out and holds its lock.
pub(crate) struct Prepared {
    pub(crate) tx: Tx,
    head: String,
    outcome: Outcome,
    writing: Edit,
}

impl Prepared {
    /// Writes down what the entry changed, and commits it with whatever else the transaction holds.
    pub(crate) async fn commit(self) -> Result<Entered<()>> {
        let Self { mut tx, head, outcome, writing } = self;
        let store = writing.store.clone();
        let stored = writing.put_down(&mut tx, head, outcome, None).await?;
        let entered = Entered { value: (), version: stored.version, dossier: stored.dossier().clone() };
        store.commit(tx, vec![stored]).await?;
        Ok(entered)
    }
}

/// What is worked out before anything is written.
pub(crate) struct Outcome {
    evaluation: Evaluation,
    words: String,
    inbox: inbox::Rows,
    sightings: Sightings,
}

impl Edit {
    /// Runs a rule. What it changes is written when the edit is finished.
    pub fn rule<T>(&mut self, act: impl FnOnce(&mut Entry) -> Ruled<T>) -> Result<T> {
        Ok(apart(|| act(&mut self.entry))?)
    }

    /// Everything stays as it was, whatever a rule did.
    pub(crate) fn leave_as_it_was(&mut self) {
        self.is_void = true;
    }

    /// The transaction of this write, under the lock.
    pub(crate) async fn lock(&mut self) -> Result<&mut Tx> {
        let lock = match self.lock.take() {
            Some(lock) => lock,
            None => Lock::last(&self.store, &self.card, &self.incident, &self.dossier_before).await?,
        };
        Ok(&mut self.lock.insert(lock).tx)
    }

    /// Takes the lock, so that more can be written in the transaction of this write.
    pub(crate) async fn prepare(mut self) -> Result<Prepared> {
        let outcome = apart(|| self.work_out())?;
        self.lock().await?;
        match self.lock.take() {
            Some(Lock { tx, head }) => Ok(Prepared { tx, head, outcome, writing: self }),
            None => Err(Error::internal("a write without its lock")),
        }
    }

    /// Writes down what the entry changed. An entry that changed nothing leaves no trace.
    pub async fn finish<T>(mut self, value: T) -> Result<Entered<T>> {
        if self.is_void || self.entry.changes().is_empty() {
            if let Some(lock) = self.lock {
                lock.tx.rollback().await?;
            }
            return Ok(Entered { value, version: self.dossier_before.version, dossier: self.dossier_before });
        }
        let outcome = apart(|| self.work_out())?;
        // Before SQLite's lock is taken: a first key is written down in a transaction of its own.
        let signer = if self.entry.publishes() { Some(self.store.signer().await?) } else { None };
        self.lock().await?;
        let (store, is_signed) = (self.store.clone(), signer.is_some());
        let Some(Lock { mut tx, head }) = self.lock.take() else {
            return Err(Error::internal("a write without its lock"));
        };
        let stored = self.put_down(&mut tx, head, outcome, signer).await?;
        let (version, dossier) = (stored.version, stored.dossier().clone());
        store.commit(tx, vec![stored]).await?;
        if is_signed && let Err(error) = store.checkpoint_of(dossier.key()).await {
            tracing::warn!(%error, "the checkpoint of a publication is not signed yet; the next daily one covers it");
        }
        Ok(Entered { value, version, dossier })
    }

    /// Writes down what was worked out, in a transaction that holds the lock.
    pub(crate) async fn put_down(
        self,
        tx: &mut Tx,
        head: String,
        outcome: Outcome,
        signer: Option<Signer>,
    ) -> Result<Stored> {
        let Self { store, incident, card, mut entry, directory, turn, .. } = self;
        let frozen = entry.take_frozen();
        let now = entry.now().micros();
        let (dossier, changes, written) = entry.close();
        let Outcome { evaluation, words, inbox, sightings } = outcome;
        if matches!(card, CardState::New) {
            // The card comes first: records and log refer to it.
            write_first_card(tx, &dossier, now).await?;
        }
        let engine = store.db().engine;
        documents::write(tx, engine, &incident, &written).await?;
        let hash = change::append(tx, engine, &incident, head, &changes).await?;
        for (revision, signer) in frozen.iter().zip(&signer) {
            revision::write(tx, &incident, revision, signer).await?;
        }
        let face = IndexCard::of(&dossier, evaluation.verdict.verdict, now, &hash, &words)?;
        card::write(tx, CardState::Known, &face, &inbox.digest()).await?;
        inbox::write(tx, engine, &incident, &inbox).await?;
        sightings.write(tx, &incident).await?;
        store.post_mentions(tx, &dossier, &changes, &directory.known).await?;
        store.answer_asked(tx, &changes).await?;
        let (topic, version) = (Topic::Incident(dossier.key()), dossier.version);
        if engine == Engine::Postgres {
            sqlx::query(Listener::NOTIFY).bind(format!("{} {version}", topic.word())).execute(&mut *tx).await?;
        }
        Ok(Stored { incident, version, hash, file: Arc::new(CaseFile::evaluated(dossier, evaluation)), _turn: turn })
    }

    pub(crate) fn work_out(&mut self) -> Result<Outcome> {
        let cause = self.entry.changes().first().map(cause).unwrap_or_default();
        self.entry.conclude(&self.dossier_before, cause)?;
        let dossier = self.entry.dossier();
        let evaluation = dossier.evaluation();
        let inbox = inbox::Rows::of(dossier, &evaluation.verdict, &self.directory.known)?;
        Ok(Outcome { evaluation, words: words::index(dossier), inbox, sightings: Sightings::of(dossier)? })
    }
}

async fn write_first_card(tx: &mut Tx, dossier: &Dossier, now: i64) -> Result<()> {
    if dossier.incidents.all().count() != 1 {
        let refusal = Refusal::rule("A case file has one incident at its head: begin with that.");
        return Err(Error::Refused(refusal));
    }
    card::write(tx, CardState::New, &IndexCard::of(dossier, Verdict::NotAssessed, now, "", "")?, "").await
}
