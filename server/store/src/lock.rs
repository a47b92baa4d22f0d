//! The lock of a write, with the transaction that holds it.

use std::sync::Arc;

use domain::Key;
use domain::casefile::Dossier;
use sqlx::Row;

use crate::card::CardState;
use crate::dossier::{absent, load, unsigned};
use crate::engine::Tx;
use crate::{Error, Result, Store};

/// A transaction that holds the lock of an incident, whose version it has raised.
pub(crate) struct Lock {
    pub(crate) tx: Tx,
    /// The head of the incident's chain of changes.
    pub(crate) head: String,
}

impl Lock {
    /// Locks an incident and loads its case file: writers of one incident wait for each other.
    pub(crate) async fn known_first(store: &Store, key: Key) -> Result<(Self, String, Arc<Dossier>)> {
        let mut tx = store.db().begin().await?;
        let (head, incident, dossier) = Self::known_in(&mut tx, store, key).await?;
        Ok((Self { tx, head }, incident, dossier))
    }

    /// The same inside a transaction that may hold another lock already: whoever takes two takes that of the lower
    /// number first.
    pub(crate) async fn known_in(tx: &mut Tx, store: &Store, key: Key) -> Result<(String, String, Arc<Dossier>)> {
        let row =
            sqlx::query("update incidents set version = version + 1 where number = $1 returning id, version, head")
                .bind(key.0)
                .fetch_optional(&mut *tx)
                .await?
                .ok_or_else(absent)?;
        let incident: String = row.try_get("id")?;
        let version = unsigned(row.try_get("version")?)? - 1;
        let dossier = match store.cache().get(&incident, version) {
            Some(file) => file.dossier().clone(),
            None => Arc::new(Dossier { version, ..load(&mut *tx, &incident, key).await? }),
        };
        Ok((row.try_get("head")?, incident, dossier))
    }

    /// Takes the number of a new incident.
    pub(crate) async fn new_first(store: &Store) -> Result<(Self, i64)> {
        let mut tx = store.db().begin().await?;
        let number: i64 =
            sqlx::query_scalar("update counters set value = value + 1 where name = 'incident' returning value")
                .fetch_one(&mut tx)
                .await?;
        Ok((Self { tx, head: String::new() }, number))
    }

    /// Locks what was worked out already. That somebody was faster is only possible for another process, since those
    /// of this one had to wait for their turn.
    pub(crate) async fn last(store: &Store, card: &CardState, incident: &str, before: &Dossier) -> Result<Self> {
        let mut tx = store.db().begin().await?;
        let head = Self::last_in(&mut tx, card, incident, before).await?;
        Ok(Self { tx, head })
    }

    /// The same inside a transaction that may hold another lock already. Answers the head of the chain.
    pub(crate) async fn last_in(tx: &mut Tx, card: &CardState, incident: &str, before: &Dossier) -> Result<String> {
        let locked = match card {
            CardState::Known => {
                sqlx::query("update incidents set version = version + 1 where id = $1 and version = $2 returning head")
                    .bind(incident)
                    .bind(i64::try_from(before.version).map_err(Error::internal)?)
            }
            CardState::New => sqlx::query(
                "update counters set value = $1 where name = 'incident' and value = $1 - 1 returning '' as head",
            )
            .bind(before.number),
        };
        let moved = || Error::Busy("another process wrote to the same incident at the same time".into());
        let row = locked.fetch_optional(&mut *tx).await?.ok_or_else(moved)?;
        Ok(row.try_get("head")?)
    }
}
