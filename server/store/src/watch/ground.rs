//! What acts are judged by, kept at hand: the registry by its version, and what each source's watcher remembers.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Id;
use domain::agent::{AgentCase, AgentFile, AgentNoun};
use domain::watch::{Roster, Watcher};
use futures::TryStreamExt;
use sqlx::Row;

use crate::apart::apart;
use crate::engine::Tx;
use crate::registry::load;
use crate::{Error, Result, Store};

/// So many changed files are loaded one by one; of more, all are loaded at once.
const ONE_BY_ONE_MAX: usize = 50;

/// What this process keeps at hand to judge by.
#[derive(Default)]
pub(crate) struct Ground {
    known: tokio::sync::Mutex<Known>,
    watchers: Mutex<HashMap<Id, Watcher>>,
}

/// The registry as it was at a version.
#[derive(Default)]
struct Known {
    version: Option<i64>,
    files: BTreeMap<String, (i64, Arc<AgentFile>)>,
    roster: Arc<Roster>,
}

impl Ground {
    fn watchers(&self) -> MutexGuard<'_, HashMap<Id, Watcher>> {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what was judged of a source is remembered here.
    pub(super) fn remembers(&self, source: &Id) -> bool {
        self.watchers().contains_key(source)
    }

    /// The watcher of a source, which only one judges at a time.
    pub(super) fn take(&self, source: &Id) -> Watcher {
        self.watchers().remove(source).unwrap_or_default()
    }

    pub(super) fn put(&self, source: &Id, watcher: Watcher) {
        self.watchers().insert(source.clone(), watcher);
    }
}

impl Store {
    /// Forgets what the watcher of a source remembers. To be called when what was judged could not be committed, or when
    /// another node judges the source from now on: the same acts are judged again then.
    pub(crate) fn forget_watcher(&self, source: &Id) {
        self.ground().watchers().remove(source);
    }

    /// The agents that are known now, for whoever only looks.
    pub(super) async fn roster_now(&self) -> Result<Arc<Roster>> {
        let mut tx = self.db().snapshot().await?;
        let roster = self.roster(&mut tx).await?;
        tx.commit().await?;
        Ok(roster)
    }

    /// The agents that are known now. Loads only what changed since it was last asked.
    pub(super) async fn roster(&self, tx: &mut Tx) -> Result<Arc<Roster>> {
        let mut known = self.ground().known.lock().await;
        let version: Option<i64> = sqlx::query_scalar("select value from watch_counts where name = 'registry'")
            .fetch_optional(&mut *tx)
            .await?;
        let version = version.unwrap_or_default();
        if known.version == Some(version) {
            return Ok(known.roster.clone());
        }
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "select a.id, s.version from agents a join subjects s on s.id = a.id where a.merged_into is null",
        )
        .fetch_all(&mut *tx)
        .await?;
        let is_same = |id: &str, version: i64| known.files.get(id).is_some_and(|file| file.0 == version);
        let changed: Vec<&(String, i64)> = rows.iter().filter(|(id, version)| !is_same(id, *version)).collect();
        let loaded = if changed.len() <= ONE_BY_ONE_MAX {
            let mut loaded = BTreeMap::new();
            for (id, _) in &changed {
                if let Some(case) = load(&mut *tx, &Id::new(id)).await? {
                    loaded.insert(id.clone(), file(&case)?);
                }
            }
            loaded
        } else {
            load_all(tx).await?
        };
        let mut files = std::mem::take(&mut known.files);
        known.version = None;
        let present: HashSet<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
        files.retain(|id, _| present.contains(id.as_str()));
        files.extend(loaded);
        let roster = apart(|| Roster::of(files.values().map(|(_, file)| file.clone()).collect()));
        *known = Known { version: Some(version), files, roster: Arc::new(roster) };
        Ok(known.roster.clone())
    }
}

/// The files of all agents, in one statement, each with its version. One file after the other is put together, so that
/// not all of them are in memory twice.
async fn load_all(tx: &mut Tx) -> Result<BTreeMap<String, (i64, Arc<AgentFile>)>> {
    let mut rows = sqlx::query(
        "select s.id, s.version as subject_version, r.noun, r.version, r.body
         from agents a join subjects s on s.id = a.id join registry_records r on r.subject_id = a.id
         where a.merged_into is null and r.noun in ('agent', 'grant') order by s.id",
    )
    .fetch(&mut *tx);
    let mut files = BTreeMap::new();
    let mut open: Option<(String, AgentCase)> = None;
    while let Some(row) = rows.try_next().await? {
        let id: String = row.try_get("id")?;
        if let Some((id, case)) = open.take_if(|(of, _)| *of != id) {
            files.insert(id, file(&case)?);
        }
        let (id, case) = open.get_or_insert_with(|| (id, AgentCase::default()));
        let noun = AgentNoun::parse(&row.try_get::<String, _>("noun")?).map_err(Error::internal)?;
        let body: String = row.try_get("body")?;
        case.version = row.try_get::<i64, _>("subject_version")?.unsigned_abs();
        case.load(noun, row.try_get::<i64, _>("version")?.unsigned_abs(), &body)
            .map_err(|error| Error::internal(format!("agent {id}: {error}")))?;
    }
    if let Some((id, case)) = open {
        files.insert(id, file(&case)?);
    }
    Ok(files)
}

fn file(case: &AgentCase) -> Result<(i64, Arc<AgentFile>)> {
    Ok((i64::try_from(case.version).map_err(Error::internal)?, Arc::new(case.file()?)))
}
