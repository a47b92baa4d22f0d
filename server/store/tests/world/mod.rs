//! A store of its own for every story, and the cast that acts in it.

use std::path::PathBuf;
use std::sync::Arc;

use domain::access::{Permit, Role, Scope};
use domain::casefile::{Draft, Entry};
use domain::gap::GapDraft;
use domain::incident::IncidentDraft;
use domain::postmortem::NarrativeDraft;
use domain::rating::RatingDraft;
use domain::remediation::RemediationDraft;
use domain::time::Zone;
use domain::watch::stop::Hosts;
use domain::{Id, Instant, Key, Person, Refusal};
use serde_json::{Value, json};
use sqlx::AnyPool;
use sqlx::any::AnyPoolOptions;
use store::testing::{Faults, Postgres};
use store::{Actor, Clock, Entered, Error, OpenIncident, Settings, Stopping, Store, parse_draft};

pub struct World {
    pub store: Store,
    pub clock: Clock,
    pub settings: Settings,
    /// A way into the database behind the store's back.
    pub backdoor: AnyPool,
    pub dir: PathBuf,
    // Kept last, so that it stops last.
    _server: Option<Arc<Postgres>>,
}

impl World {
    pub async fn on_sqlite() -> Self {
        Self::open(None, None).await
    }

    /// On a disk that fails when it is told to.
    pub async fn on_a_failing_disk() -> (Self, Faults) {
        let dir = new_dir();
        std::fs::create_dir_all(&dir).unwrap();
        let faults = Faults::below(&dir);
        (Self::open_in(dir, Some(faults.url()), None).await, faults)
    }

    pub async fn on_postgres() -> Self {
        let server = Postgres::shared().unwrap();
        let url = server.create_database(&format!("w{}", store::unique().simple())).await.unwrap();
        Self::open(Some(url), Some(server)).await
    }

    async fn open(database_url: Option<String>, server: Option<Arc<Postgres>>) -> Self {
        Self::open_in(new_dir(), database_url, server).await
    }

    async fn open_in(dir: PathBuf, database_url: Option<String>, server: Option<Arc<Postgres>>) -> Self {
        let clock = Clock::frozen(Instant::parse("2026-03-18T17:00:00Z").unwrap());
        let stopping = Stopping { hosts: Hosts::parse("stop.example.org").unwrap(), ..Stopping::default() };
        let settings = Settings { database_url, clock: clock.clone(), stopping, ..Settings::in_dir(&dir) };
        let store = Store::open(&settings).await.unwrap();
        let url =
            settings.database_url.clone().unwrap_or_else(|| format!("sqlite://{}", dir.join("inquest.db").display()));
        let backdoor = AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
        Self { store, clock, settings, backdoor, dir, _server: server }
    }

    /// Files an incident as Ada.
    pub async fn incident(&self, more: Value) -> Key {
        self.file(&ada(), more).await.unwrap().dossier.key()
    }

    pub async fn file(&self, actor: &Actor, more: Value) -> store::Result<Entered<Id>> {
        let whole = store::merge_patch(&json!({"title": "Forum agent gives advice in public"}), &more);
        self.store.create(actor, move |entry| entry.add(parse_draft::<IncidentDraft>(whole)?)).await
    }

    pub async fn add<D: Draft>(&self, actor: &Actor, key: Key, draft: Value) -> store::Result<Entered<Id>> {
        self.store.enter(actor, key, Permit::Edit, move |entry| entry.add(parse_draft::<D>(draft)?)).await
    }

    /// Writes everything a postmortem needs, has it approved by Grace, and publishes it as Ada.
    pub async fn publish(&self, key: Key) {
        let rating = json!({"dimensions": {"exposure": 3, "integrity": 0, "availability": 0, "people": 0, "authority": 1, "propagation": 0, "duration": 1, "recoverability": 1}});
        self.add::<RatingDraft>(&ada(), key, rating).await.unwrap();
        let mut gaps = Vec::new();
        for control in ["authorization", "human_trust", "detection_delay"] {
            let gap = json!({"control": control, "state": "absent", "statement": "Nothing stood in the way."});
            gaps.push(self.add::<GapDraft>(&ada(), key, gap).await.unwrap().value);
        }
        let item = json!({"title": "Let a person post", "gaps": gaps, "kind": "prevent", "enforcement": "hard", "owner": "Ada", "due": "2026-12-24"});
        self.add::<RemediationDraft>(&ada(), key, item).await.unwrap();
        for section in ["summary", "review_bypassed", "testing_bypassed"] {
            let text = json!({"section": section, "body": "Nobody stood between the agent and the forum."});
            self.add::<NarrativeDraft>(&ada(), key, text).await.unwrap();
        }
        self.publish_again(key).await;
    }

    /// Submits, approves and publishes what is written.
    pub async fn publish_again(&self, key: Key) {
        let store = &self.store;
        store.enter(&ada(), key, Permit::Edit, Entry::submit_postmortem).await.unwrap();
        store.enter(&grace(), key, Permit::Edit, Entry::approve_postmortem).await.unwrap();
        store.enter(&ada(), key, Permit::Edit, Entry::publish_postmortem).await.unwrap();
    }

    pub fn is_postgres(&self) -> bool {
        self.settings.database_url.is_some()
    }

    /// The way in no longer minds which row belongs to which.
    pub async fn open_backdoor(&self) {
        let statement =
            if self.is_postgres() { "set session_replication_role = replica" } else { "pragma foreign_keys = off" };
        sqlx::query(statement).execute(&self.backdoor).await.unwrap();
    }

    pub async fn sql(&self, statement: &'static str) -> u64 {
        sqlx::query(statement).execute(&self.backdoor).await.unwrap().rows_affected()
    }
}

/// Edits a record by a patch, as it was seen at a version.
pub async fn revise<D: Draft>(
    store: &Store,
    actor: &Actor,
    key: Key,
    id: &Id,
    seen: Option<u64>,
    patch: &Value,
) -> store::Result<Entered<()>> {
    let mut edit = store.incident(actor, key).await?.edit(Permit::Edit).await?;
    edit.revise::<D>(id, seen, patch).await?;
    edit.finish(()).await
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn new_dir() -> PathBuf {
    std::env::temp_dir().join(format!("inquest-store-{}", store::unique().simple()))
}

fn person(id: &str, name: &str, role: Role) -> Actor {
    let person = Person { id: id.into(), name: name.into(), agent: None };
    Actor { person, role, scope: Scope::Admin, zone: Zone::utc() }
}

/// Ada runs the place.
pub fn ada() -> Actor {
    person("ada", "Ada", Role::Admin)
}

/// Grace responds to incidents.
pub fn grace() -> Actor {
    person("grace", "Grace", Role::Responder)
}

/// Vera only reads.
pub fn vera() -> Actor {
    person("vera", "Vera", Role::Viewer)
}

/// Grace's token in the hands of an agent.
pub fn scribe() -> Actor {
    let mut actor = grace();
    actor.person.agent = Some("scribe".into());
    actor.scope = Scope::Write;
    actor
}

pub fn claim(statement: &str, field: &str) -> Value {
    json!({"statement": statement, "field": field, "source": "Press", "source_kind": "press"})
}

/// An incident, opened by somebody who may see it.
pub async fn opened(store: &Store, who: fn() -> Actor, key: Key) -> OpenIncident {
    store.incident(&who(), key).await.unwrap()
}

/// The refusal in an answer that must be one.
pub fn refusal<T>(answer: store::Result<T>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        Err(other) => panic!("an error, but no refusal: {other:?}"),
        Ok(_) => panic!("this should have been refused"),
    }
}
