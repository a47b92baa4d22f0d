//! Browser sessions, for tower-sessions.

use std::collections::HashMap;

use async_trait::async_trait;
use serde_json::Value;
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, Error};
use tower_sessions::{ExpiredDeletion, SessionStore};

use crate::digest::sha256;
use crate::{Result, Store};

/// Under this key a session holds the id of the account that is signed in.
/// The store looks there too, so that closing an account ends its sessions.
pub const SESSION_USER: &str = "user";

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        while !self.insert_session(record).await.map_err(backend)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.put_session(record).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        self.find_session(id).await.map_err(backend)
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let done = sqlx::query("delete from sessions where id = $1").bind(name(id)).execute(self.writer()).await;
        done.map(drop).map_err(|error| backend(error.into()))
    }
}

#[async_trait]
impl ExpiredDeletion for Store {
    async fn delete_expired(&self) -> session_store::Result<()> {
        self.sweep().await.map_err(backend)
    }
}

impl Store {
    async fn insert_session(&self, record: &Record) -> Result<bool> {
        let inserted = sqlx::query(
            "insert into sessions (id, user_id, data, expires_at) values ($1, $2, $3, $4) on conflict (id) do nothing",
        )
        .bind(name(&record.id))
        .bind(user(record))
        .bind(serde_json::to_string(&record.data)?)
        .bind(expiry_micros(record))
        .execute(self.writer())
        .await?;
        Ok(inserted.rows_affected() == 1)
    }

    async fn put_session(&self, record: &Record) -> Result<()> {
        sqlx::query(
            "insert into sessions (id, user_id, data, expires_at) values ($1, $2, $3, $4)
             on conflict (id) do update set user_id = excluded.user_id, data = excluded.data, expires_at = excluded.expires_at",
        )
        .bind(name(&record.id))
        .bind(user(record))
        .bind(serde_json::to_string(&record.data)?)
        .bind(expiry_micros(record))
        .execute(self.writer())
        .await?;
        Ok(())
    }

    async fn find_session(&self, id: &Id) -> Result<Option<Record>> {
        let found: Option<(String, i64)> =
            sqlx::query_as("select data, expires_at from sessions where id = $1 and expires_at > $2")
                .bind(name(id))
                .bind(self.now().micros())
                .fetch_optional(self.reader())
                .await?;
        let Some((data, expires_at)) = found else { return Ok(None) };
        let data: HashMap<String, Value> = serde_json::from_str(&data)?;
        let expiry_date =
            OffsetDateTime::from_unix_timestamp_nanos(i128::from(expires_at) * 1000).map_err(crate::Error::internal)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }
}

/// What a session is kept under: whoever reads the table cannot become its people.
pub(crate) fn name(id: &Id) -> String {
    sha256(&id.to_string())
}

fn user(record: &Record) -> Option<&str> {
    record.data.get(SESSION_USER).and_then(Value::as_str)
}

fn expiry_micros(record: &Record) -> i64 {
    i64::try_from(record.expiry_date.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX)
}

/// `Backend` says that the database is away, `Decode` that what it holds or does is wrong: it is all that can be told.
fn backend(error: crate::Error) -> Error {
    if error.is_passing() { Error::Backend(error.to_string()) } else { Error::Decode(error.to_string()) }
}
