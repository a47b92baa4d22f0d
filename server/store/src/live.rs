//! “Something changed, ask again”: the news that a change was committed.

use std::time::Duration;

use domain::{Id, Instant, Key};
use sqlx::AnyPool;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use crate::engine::{Db, Engine, Listener};
use crate::{Clock, Result, Store};

/// What is followed: a page of an incident, or of an agent of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    /// An incident.
    Incident(Key),
    /// An agent of the registry.
    Agent(Id),
    /// What the rules of the watch say.
    Watch,
}

impl Topic {
    /// As other nodes are told of it.
    pub(crate) fn word(&self) -> String {
        match self {
            Self::Incident(key) => key.0.to_string(),
            Self::Agent(id) => format!("{AGENT}{id}"),
            Self::Watch => WATCH.into(),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        if word == WATCH {
            return Some(Self::Watch);
        }
        match word.strip_prefix(AGENT) {
            Some(id) => Some(Self::Agent(Id::new(id))),
            None => Some(Self::Incident(Key(word.parse().ok()?))),
        }
    }
}

/// What the word of an agent begins with; that of an incident is its number.
const AGENT: &str = "agent:";

/// The word of the watch.
const WATCH: &str = "watch";

/// What changed, and the version it now has.
pub type Announcement = (Topic, u64);

/// What a node says instead of a version when only who is present has changed.
pub(crate) const PRESENCE: &str = "present";

/// News a slow subscriber may fall behind by; one that loses some asks again anyway.
const NEWS_MAX: usize = 1024;

/// How long to wait before asking a lost database again.
const RETRY: Duration = Duration::from_millis(500);

/// After this long without a word the database is asked: a connection may be dead without saying so, or lead
/// through a pooler that passes no notices on.
const SILENCE: Duration = Duration::from_secs(15);

/// How far back to look after a lost connection: longer than a write takes and the clocks of two nodes may differ.
const LOOK_BACK_MICROS: i64 = 60_000_000;

/// The subscribers of this node, and its ear for other nodes.
pub(crate) struct Live {
    news: broadcast::Sender<Announcement>,
    /// The numbers of incidents at which somebody arrived, left, or edits something else.
    presence: broadcast::Sender<i64>,
    listening: Option<JoinHandle<()>>,
}

impl Live {
    pub(crate) async fn open(db: &Db, url: Option<&str>, clock: Clock) -> Result<Self> {
        let news = broadcast::Sender::new(NEWS_MAX);
        let presence = broadcast::Sender::new(NEWS_MAX);
        let listening = match (db.engine, url) {
            (Engine::Postgres, Some(url)) => {
                let listener = Listener::connect(url).await?;
                let hears = (news.clone(), presence.clone());
                Some(tokio::spawn(listen(listener, url.to_string(), db.reader.clone(), hears, clock)))
            }
            _ => None,
        };
        Ok(Self { news, presence, listening })
    }

    /// Tells this node's subscribers. That nobody listens is no mistake.
    pub(crate) fn tell(&self, topic: Topic, version: u64) {
        let _ = self.news.send((topic, version));
    }

    /// The same of who is present.
    pub(crate) fn tell_presence(&self, number: i64) {
        let _ = self.presence.send(number);
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Announcement> {
        self.news.subscribe()
    }

    pub(crate) fn stop(&self) {
        if let Some(task) = &self.listening {
            task.abort();
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Store {
    /// News of every change from now on. Lost news does no harm: ask for the version.
    pub fn subscribe(&self) -> broadcast::Receiver<Announcement> {
        self.live().subscribe()
    }

    /// The numbers of incidents whose readers change, from now on. What is lost shows with the next.
    pub fn subscribe_presence(&self) -> broadcast::Receiver<i64> {
        self.live().presence.subscribe()
    }
}

/// Passes on what other nodes say. After a silence or a lost connection it looks for itself.
async fn listen(
    mut listener: Listener,
    url: String,
    pool: AnyPool,
    (news, presence): (broadcast::Sender<Announcement>, broadcast::Sender<i64>),
    clock: Clock,
) {
    let mut heard = clock.now();
    loop {
        let asked = clock.now();
        let is_told = match tokio::time::timeout(SILENCE, listener.next()).await {
            Ok(Ok(Some(notice))) => {
                if let Some(number) = parse_presence(&notice) {
                    let _ = presence.send(number);
                } else if let Some(told) = parse(&notice) {
                    let _ = news.send(told);
                }
                true
            }
            Ok(Ok(None)) | Err(_) => catch_up(&pool, &news, heard).await,
            Ok(Err(error)) => {
                tracing::warn!(%error, "no word from other nodes; asking the database instead");
                tokio::time::sleep(RETRY).await;
                let again = Listener::connect(&url).await;
                let is_back = again.is_ok();
                if let Ok(again) = again {
                    listener = again;
                }
                catch_up(&pool, &news, heard).await && is_back
            }
        };
        // Nothing from before this moment can be missing any more.
        if is_told {
            heard = asked;
        }
    }
}

fn parse(notice: &str) -> Option<Announcement> {
    let (topic, version) = notice.split_once(' ')?;
    Some((Topic::parse(topic)?, version.parse().ok()?))
}

fn parse_presence(notice: &str) -> Option<i64> {
    let (number, word) = notice.split_once(' ')?;
    (word == PRESENCE).then(|| number.parse().ok()).flatten()
}

/// Announces every incident and agent that changed since the last word; answers whether the database told them.
async fn catch_up(pool: &AnyPool, news: &broadcast::Sender<Announcement>, heard: Instant) -> bool {
    let changed: Result<Vec<(String, i64)>, _> = sqlx::query_as(
        "select cast(number as text), version from incidents where updated_at >= $1
         union all select 'agent:' || a.id, s.version from agents a join subjects s on s.id = a.id where a.updated_at >= $1
         union all select 'watch', value from watch_counts where name = 'alerts'",
    )
    .bind(heard.micros() - LOOK_BACK_MICROS)
    .fetch_all(pool)
    .await;
    let Ok(changed) = changed else { return false };
    for (topic, version) in changed {
        if let Some(topic) = Topic::parse(&topic) {
            let _ = news.send((topic, u64::try_from(version).unwrap_or_default()));
        }
    }
    true
}
