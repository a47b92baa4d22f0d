//! Writing: the rule decides, the store writes down what it decided.
//!
//! begin · raise and lock the version · check who asks · open an entry · the
//! rule · the verdict's history · records, log and card · commit · announce.
//! Dropping a write at any point before the commit undoes it.

use std::sync::Arc;

use domain::access::Permit;
use domain::incident::Visibility;
use domain::mention::Known;
use domain::record::{Act, Change, Dossier, Entry};
use domain::verdict::Verdict;
use domain::{Key, Refusal, Ruled};
use serde_json::Value;
use sqlx::Row;

use crate::card::{self, Card};
use crate::dossier::{absent, load, unsigned};
use crate::engine::{Engine, Listener, Tx};
use crate::{Actor, Error, Result, Store, change, documents, inbox};

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
        let mut writing = self.begin(actor, key, permit).await?;
        let value = act(&mut writing.entry)?;
        writing.finish(value).await
    }

    /// Opens a new case file. The first record `act` adds must be the incident's head.
    pub async fn create<T, F>(&self, actor: &Actor, act: F) -> Result<Entered<T>>
    where
        T: Send,
        F: FnOnce(&mut Entry) -> Ruled<T> + Send,
    {
        let mut writing = self.begin_new(actor).await?;
        let value = act(&mut writing.entry)?;
        let id = writing.entry.dossier().incident()?.id.clone();
        writing.incident = id.to_string();
        writing.finish(value).await
    }

    /// Begins a write. The first statement takes the lock: writers of one incident wait for each other.
    pub(crate) async fn begin(&self, actor: &Actor, key: Key, permit: Permit) -> Result<Writing> {
        actor.permit(permit)?;
        // Before the transaction: a write never waits for a second connection while it holds one.
        let known = self.known().await?;
        let mut tx = self.db().begin().await?;
        let row =
            sqlx::query("update incidents set version = version + 1 where number = $1 returning id, version, head")
                .bind(key.0)
                .fetch_optional(&mut tx)
                .await?
                .ok_or_else(absent)?;
        let incident: String = row.try_get("id")?;
        let version = unsigned(row.try_get("version")?)? - 1;
        let dossier = match self.cache().get(&incident, version) {
            Some(dossier) => dossier,
            None => Arc::new(Dossier { version, ..load(&mut tx, &incident, key).await? }),
        };
        let head = dossier.incident()?;
        let member = head.members.iter().any(|member| member.id == actor.person.id);
        if head.visibility == Visibility::Private && !member && !actor.sees_all() {
            return Err(absent().into());
        }
        let card = Card::Known;
        Ok(Writing { incident, head: row.try_get("head")?, card, ..self.writing(tx, actor, dossier, known) })
    }

    async fn begin_new(&self, actor: &Actor) -> Result<Writing> {
        actor.permit(Permit::Edit)?;
        let known = self.known().await?;
        let mut tx = self.db().begin().await?;
        let number: i64 =
            sqlx::query_scalar("update counters set value = value + 1 where name = 'incident' returning value")
                .fetch_one(&mut tx)
                .await?;
        let dossier = Arc::new(Dossier { number, ..Dossier::default() });
        Ok(self.writing(tx, actor, dossier, known))
    }

    fn writing(&self, tx: Tx, actor: &Actor, dossier: Arc<Dossier>, known: Arc<Vec<Known>>) -> Writing {
        let clock = self.clock().clone();
        let ids = Box::new(move || clock.new_id());
        let act = Act { by: actor.person.clone(), now: self.now(), zone: actor.zone.clone(), ids };
        let verdict_before = dossier.evaluation().verdict.verdict;
        let entry = Entry::new(Dossier::clone(&dossier), act);
        Writing {
            store: self.clone(),
            tx,
            incident: String::new(),
            head: String::new(),
            card: Card::New,
            verdict_before,
            dossier_before: dossier,
            entry,
            known,
        }
    }
}

/// A write under way.
pub(crate) struct Writing {
    store: Store,
    pub(crate) tx: Tx,
    pub(crate) incident: String,
    head: String,
    card: Card,
    verdict_before: Verdict,
    dossier_before: Arc<Dossier>,
    pub(crate) entry: Entry,
    /// Who can be mentioned.
    known: Arc<Vec<Known>>,
}

impl Writing {
    /// Writes down what the entry changed. An entry that changed nothing leaves no trace.
    pub(crate) async fn finish<T>(self, value: T) -> Result<Entered<T>> {
        let Self { store, mut tx, incident, head, card, verdict_before, dossier_before, mut entry, known } = self;
        if entry.changes().is_empty() {
            tx.rollback().await?;
            return Ok(Entered { value, version: dossier_before.version, dossier: dossier_before });
        }
        let cause = entry.changes().first().map(cause).unwrap_or_default();
        entry.log_verdict(verdict_before, cause)?;
        let now = entry.now().micros();
        let (dossier, changes, written) = entry.close();
        if matches!(card, Card::New) {
            // The card comes first: records and log refer to it.
            write_first_card(&mut tx, &dossier, now).await?;
        }
        let engine = store.db().engine;
        documents::write(&mut tx, engine, &incident, &written).await?;
        let hash = change::append(&mut tx, engine, &incident, head, &changes).await?;
        let judgement = dossier.evaluation().verdict;
        card::write(&mut tx, Card::Known, &dossier, judgement.verdict, now, &hash).await?;
        inbox::write(&mut tx, engine, &dossier, &judgement, &known).await?;
        store.post_mentions(&mut tx, &dossier, &changes, &known).await?;
        let (number, version) = (dossier.number, dossier.version);
        if engine == Engine::Postgres {
            sqlx::query(Listener::NOTIFY).bind(format!("{number} {version}")).execute(&mut tx).await?;
        }
        if let Err(error) = tx.commit().await {
            store.settle(error, &incident, version, &hash).await?;
        }
        let dossier = Arc::new(dossier);
        store.cache().put(&incident, &dossier);
        store.live().tell(number, version);
        Ok(Entered { value, version, dossier })
    }
}

async fn write_first_card(tx: &mut Tx, dossier: &Dossier, now: i64) -> Result<()> {
    if dossier.incidents.all().count() != 1 {
        let refusal = Refusal::rule("A case file has one incident at its head: begin with that.");
        return Err(Error::Refused(refusal));
    }
    card::write(tx, Card::New, dossier, Verdict::NotAssessed, now, "").await
}

/// A change in a few words: `added finding …`, `set evidence item agent-log.jsonl to withdrawn`.
fn cause(change: &Change) -> String {
    let record = if change.after.is_null() { &change.before } else { &change.after };
    let text = |field: &&str| record.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    let name = ["name", "title", "summary", "statement", "control", "field"].iter().find_map(text).unwrap_or_default();
    let name: String = name.chars().take(100).collect();
    let subject = format!("{} {name}", change.noun.label());
    match standing(&change.before, &change.after) {
        Some(status) => format!("set {} to {}", subject.trim_end(), status.replace('_', " ")),
        None => format!("{} {}", change.kind, subject.trim_end()),
    }
}

/// The new standing, where that is what changed.
fn standing<'a>(before: &Value, after: &'a Value) -> Option<&'a str> {
    let (was, is) = (before.get("status")?.as_str()?, after.get("status")?.as_str()?);
    (was != is).then_some(is)
}
