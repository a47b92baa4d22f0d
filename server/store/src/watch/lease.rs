//! Which node judges and seals a source: one at a time, and another one once that one is silent.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::Id;

use crate::engine::Tx;
use crate::{Result, Store};

/// How long a node has a source without saying so again.
const HELD_MICROS: i64 = 20_000_000;
/// It says so again once so much of that is over.
const RENEWED_MICROS: i64 = 5_000_000;

/// The sources that this node holds, and until when.
#[derive(Default)]
pub(crate) struct Leases(Mutex<HashMap<Id, i64>>);

impl Leases {
    fn held(&self) -> MutexGuard<'_, HashMap<Id, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Whether this node holds a source; takes it if nobody does.
    pub(super) async fn holds_source(&self, source: &Id) -> Result<bool> {
        let now = self.now().micros();
        let until = self.leases().held().get(source).copied();
        if until.is_some_and(|until| until - now > HELD_MICROS - RENEWED_MICROS) {
            return Ok(true);
        }
        let taken: Option<String> = sqlx::query_scalar(
            "insert into source_leases (source_id, node, held_until) values ($1, $2, $3)
             on conflict (source_id) do update set node = excluded.node, held_until = excluded.held_until
             where source_leases.node = $2 or source_leases.held_until < $4 returning node",
        )
        .bind(source.as_str())
        .bind(self.node())
        .bind(now + HELD_MICROS)
        .bind(now)
        .fetch_optional(self.writer())
        .await?;
        if taken.is_some() {
            self.leases().held().insert(source.clone(), now + HELD_MICROS);
            // What another node saw meanwhile is not what the watcher here remembers.
            if until.is_none() {
                self.forget_watcher(source);
            }
        } else {
            self.lose(source);
        }
        Ok(taken.is_some())
    }

    /// Whether this node holds the source at the end of a transaction: nobody else takes it before that is over.
    pub(super) async fn fence(&self, tx: &mut Tx, source: &Id) -> Result<bool> {
        let held = sqlx::query("update source_leases set node = node where source_id = $1 and node = $2")
            .bind(source.as_str())
            .bind(self.node())
            .execute(&mut *tx)
            .await?;
        if held.rows_affected() == 0 {
            self.lose(source);
        }
        Ok(held.rows_affected() > 0)
    }

    fn lose(&self, source: &Id) {
        if self.leases().held().remove(source).is_some() {
            self.forget_watcher(source);
        }
    }

    /// Gives all sources back, so that another node goes on at once.
    pub async fn give_sources_back(&self) -> Result<()> {
        self.leases().held().clear();
        sqlx::query("update source_leases set held_until = 0 where node = $1")
            .bind(self.node())
            .execute(self.writer())
            .await?;
        Ok(())
    }
}
