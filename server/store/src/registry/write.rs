//! Writing to the registry: the rule decides, the store writes down what it decided.
//!
//! permit · begin and lock the registry · open the file · the rule · no name twice · log, records and card · commit.

use std::sync::Arc;

use domain::access::Permit;
use domain::agent::{
    AgentAct, AgentCase, AgentChange, AgentEntry, AgentNoun, SplitDraft, TableRow, Taken, split, unite,
};
use domain::{Id, Instant, Refusal, Ruled};
use sqlx::Row;

use super::card::AgentRow;
use super::file::{absent, load};
use crate::change::{Line, canonical};
use crate::digest::storable;
use crate::engine::{Engine, Listener, Tx};
use crate::watch::follow_containment;
use crate::{Actor, Directory, Error, Result, Store, Topic};

/// What comes of a write to the registry.
#[derive(Debug, Clone)]
pub struct AgentEntered<T> {
    /// What the rule answered.
    pub value: T,
    /// The agent.
    pub id: Id,
    /// Its file after the write.
    pub file: AgentCase,
}

/// A change of the registry under way. Dropped before the commit, nothing happened.
pub(crate) struct Registering {
    pub(crate) tx: Tx,
    store: Store,
    actor: Actor,
    directory: Arc<Directory>,
    at: Instant,
    /// The agents that were written down, with the versions they now have.
    written: Vec<(Topic, u64)>,
    /// The version of the watch, where containments changed: whoever looks at it sees them.
    watched: Option<u64>,
}

/// An agent's file that is open, and the head of its chain.
pub(crate) struct Opened {
    pub(crate) entry: AgentEntry,
    id: Option<Id>,
    head: String,
    registered_at: Instant,
}

impl Store {
    /// Registers an agent: everything `act` writes, or nothing.
    pub async fn register<T, F>(&self, actor: &Actor, permit: Permit, act: F) -> Result<AgentEntered<T>>
    where
        F: FnOnce(&mut AgentEntry) -> Ruled<T> + Send,
    {
        let mut registering = self.registering(actor, permit).await?;
        let mut opened = registering.open_new();
        let value = act(&mut opened.entry)?;
        let entered = registering.put(opened, value).await?;
        registering.commit().await?;
        Ok(entered)
    }

    /// Makes an entry into an agent's file: everything `act` changes, or nothing.
    pub async fn enter_agent<T, F>(&self, actor: &Actor, id: &Id, permit: Permit, act: F) -> Result<AgentEntered<T>>
    where
        F: FnOnce(&mut AgentEntry) -> Ruled<T> + Send,
    {
        let mut registering = self.registering(actor, permit).await?;
        let mut opened = registering.open(id).await?;
        let value = act(&mut opened.entry)?;
        let entered = registering.put(opened, value).await?;
        registering.commit().await?;
        Ok(entered)
    }

    /// Begins a change of the registry. Such changes wait for each other, so that no name is given twice.
    pub(crate) async fn registering(&self, actor: &Actor, permit: Permit) -> Result<Registering> {
        actor.permit(permit)?;
        let directory = self.directory().await?;
        let mut tx = self.db().begin().await?;
        sqlx::query("update counters set value = value where name = 'agent'").execute(&mut tx).await?;
        Ok(Registering {
            tx,
            store: self.clone(),
            actor: actor.clone(),
            directory,
            at: self.now(),
            written: Vec::new(),
            watched: None,
        })
    }
}

impl Registering {
    pub(super) fn open_new(&self) -> Opened {
        let entry = AgentEntry::new(AgentCase::default(), self.act());
        Opened { entry, id: None, head: String::new(), registered_at: self.at }
    }

    pub(crate) async fn open(&mut self, id: &Id) -> Result<Opened> {
        let row =
            sqlx::query("select s.head, a.registered_at from subjects s join agents a on a.id = s.id where s.id = $1")
                .bind(storable(id.as_str()))
                .fetch_optional(&mut self.tx)
                .await?
                .ok_or_else(absent)?;
        let file = load(&mut self.tx, id).await?.ok_or_else(absent)?;
        Ok(Opened {
            entry: AgentEntry::new(file, self.act()),
            id: Some(id.clone()),
            head: row.try_get("head")?,
            registered_at: Instant::from_micros(row.try_get("registered_at")?),
        })
    }

    /// When the change is made.
    pub(crate) fn now(&self) -> Instant {
        self.at
    }

    fn act(&self) -> AgentAct {
        let clock = self.store.clock().clone();
        AgentAct {
            by: self.actor.person.clone(),
            names: self.directory.names_of(&self.actor.person.id).to_vec(),
            now: self.at,
            zone: self.actor.zone.clone(),
            accounts: self.directory.known.iter().map(|known| known.id.clone()).collect(),
            ids: Box::new(move || clock.new_id()),
        }
    }

    /// Writes down what an entry changed. One that changed nothing leaves no trace.
    pub(crate) async fn put<T>(&mut self, opened: Opened, value: T) -> Result<AgentEntered<T>> {
        let Opened { entry, id: known, head, registered_at } = opened;
        let (file, changes) = entry.close();
        let id = file.agent()?.id.clone();
        if changes.is_empty() {
            return Ok(AgentEntered { value, id, file });
        }
        let face = AgentRow::of(&file, registered_at, self.at)?;
        file.refuse_taken(&self.taken(&id, &face).await?)?;
        if known.is_none() {
            self.count().await?;
            sqlx::query("insert into subjects (id, version, head) values ($1, 0, '')")
                .bind(id.as_str())
                .execute(&mut self.tx)
                .await?;
        }
        let head = self.log(&id, head, &changes).await?;
        for change in &changes {
            self.write_record(&id, change).await?;
        }
        face.write(&mut self.tx).await?;
        for change in changes.iter().filter(|change| change.noun == AgentNoun::Containment) {
            if self.watched.is_none() {
                // Before anything of the requests of rules is written: judging takes them in this order, too.
                self.watched = Some(self.store.lock_alerts(&mut self.tx).await?);
            }
            if let Some(kept) = file.containments.get(&change.id) {
                follow_containment(&mut self.tx, &kept.record, self.at).await?;
            }
        }
        sqlx::query("update subjects set version = $2, head = $3 where id = $1")
            .bind(id.as_str())
            .bind(i64::try_from(file.version).map_err(Error::internal)?)
            .bind(head)
            .execute(&mut self.tx)
            .await?;
        self.written.push((Topic::Agent(id.clone()), file.version));
        Ok(AgentEntered { value, id, file })
    }

    /// Commits, and tells those who follow the agents.
    pub(crate) async fn commit(mut self) -> Result<()> {
        let store = self.store;
        if store.db().engine == Engine::Postgres {
            for (topic, version) in &self.written {
                let word = format!("{} {version}", topic.word());
                sqlx::query(Listener::NOTIFY).bind(word).execute(&mut self.tx).await?;
            }
        }
        if !self.written.is_empty() {
            // Whoever keeps the registry at hand knows by this that it changed.
            sqlx::query(
                "insert into watch_counts (name, value) values ('registry', 1)
                 on conflict (name) do update set value = watch_counts.value + 1",
            )
            .execute(&mut self.tx)
            .await?;
        }
        self.tx.commit().await?;
        store.inbox_cache().forget_counts();
        self.written.into_iter().for_each(|(topic, version)| store.live().tell(topic, version));
        if let Some(version) = self.watched {
            store.live().tell(Topic::Watch, version);
        }
        Ok(())
    }

    /// The other agents that are known under a name of this card.
    async fn taken(&mut self, id: &Id, face: &AgentRow) -> Result<Vec<Taken>> {
        let mut taken = Vec::new();
        for (identifier, is_pattern) in &face.identifiers {
            let row = sqlx::query(
                "select a.id, a.name from agent_identifiers i join agents a on a.id = i.agent_id
                 where i.identifier = $1 and i.is_pattern = $2 and i.agent_id <> $3 limit 1",
            )
            .bind(identifier)
            .bind(i64::from(*is_pattern))
            .bind(id.as_str())
            .fetch_optional(&mut self.tx)
            .await?;
            if let Some(row) = row {
                let other = Id::new(row.try_get::<String, _>("id")?);
                taken.push(Taken { identifier: identifier.clone(), id: other, name: row.try_get("name")? });
            }
        }
        Ok(taken)
    }

    async fn count(&mut self) -> Result<()> {
        sqlx::query("update counters set value = value + 1 where name = 'agent'").execute(&mut self.tx).await?;
        Ok(())
    }

    /// Appends to the agent's log; answers the new head of its chain.
    async fn log(&mut self, id: &Id, head: String, changes: &[AgentChange]) -> Result<String> {
        let document = |value: &serde_json::Value| (!value.is_null()).then(|| canonical(value));
        let mut head = head;
        for change in changes {
            let mut line = Line {
                version: i64::try_from(change.version).map_err(Error::internal)?,
                at: change.at.micros(),
                actor: canonical(&serde_json::to_value(&change.actor)?),
                kind: change.kind.clone(),
                noun: change.noun.word().to_string(),
                id: change.id.to_string(),
                before: document(&change.before),
                after: document(&change.after),
                hash: String::new(),
            };
            line.hash = line.hash_after(&head);
            head.clone_from(&line.hash);
            line.insert(&mut self.tx, id.as_str()).await?;
        }
        Ok(head)
    }

    async fn write_record(&mut self, id: &Id, change: &AgentChange) -> Result<()> {
        sqlx::query(
            "insert into registry_records (subject_id, noun, id, version, body) values ($1, $2, $3, $4, $5)
             on conflict (subject_id, noun, id) do update set version = excluded.version, body = excluded.body",
        )
        .bind(id.as_str())
        .bind(change.noun.word())
        .bind(change.id.as_str())
        .bind(i64::try_from(change.version).map_err(Error::internal)?)
        .bind(canonical(&change.after))
        .execute(&mut self.tx)
        .await?;
        Ok(())
    }
}

impl Store {
    /// Registers many agents at once: all of them, or none. A refusal names the line of the one that cannot be.
    pub async fn register_all(&self, actor: &Actor, permit: Permit, rows: Vec<TableRow>) -> Result<Vec<Id>> {
        let mut registering = self.registering(actor, permit).await?;
        let (mut ids, mut wrong) = (Vec::new(), Vec::new());
        for (line, row) in rows {
            let draft = match row {
                Ok(draft) => draft,
                Err(sentence) => {
                    wrong.push(format!("Line {line}: {sentence}"));
                    continue;
                }
            };
            let mut opened = registering.open_new();
            let done = match opened.entry.register(draft) {
                Ok(_) => registering.put(opened, ()).await,
                Err(refusal) => Err(refusal.into()),
            };
            match done {
                Ok(entered) => ids.push(entered.id),
                Err(Error::Refused(refusal)) => wrong.push(format!("Line {line}: {}", refusal.sentence)),
                Err(error) => return Err(error),
            }
        }
        if !wrong.is_empty() {
            return Err(Refusal::field("csv", wrong.join("\n")).into());
        }
        registering.commit().await?;
        Ok(ids)
    }

    /// Makes one agent of two.
    pub async fn unite_agents(&self, actor: &Actor, permit: Permit, from: &Id, into: &Id) -> Result<AgentEntered<()>> {
        let mut registering = self.registering(actor, permit).await?;
        let mut gone = registering.open(from).await?;
        let mut stays = registering.open(into).await.map_err(|error| match error {
            Error::Refused(refusal) => Refusal::field("into", refusal.sentence).into(),
            error => error,
        })?;
        unite(&mut gone.entry, &mut stays.entry)?;
        registering.put(gone, ()).await?;
        let entered = registering.put(stays, ()).await?;
        registering.commit().await?;
        Ok(entered)
    }

    /// Makes two agents of one; answers the new one.
    pub async fn split_agent(
        &self,
        actor: &Actor,
        permit: Permit,
        from: &Id,
        draft: SplitDraft,
    ) -> Result<AgentEntered<()>> {
        let mut registering = self.registering(actor, permit).await?;
        let mut stays = registering.open(from).await?;
        let mut new = registering.open_new();
        split(&mut stays.entry, &mut new.entry, draft)?;
        registering.put(stays, ()).await?;
        let entered = registering.put(new, ()).await?;
        registering.commit().await?;
        Ok(entered)
    }
}
