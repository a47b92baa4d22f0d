//! Browsers in which somebody signed in before.
//!
//! A browser keeps a secret in a cookie, the database its digest. Whoever shows it signs in on a count of
//! its own, so that strangers who guess a password do not lock the account's people out.

use domain::Id;

use crate::digest::{sha256, storable};
use crate::{Result, Store};

/// How long a browser is known after it was last used to sign in, in days.
pub const DEVICE_DAYS: i64 = 180;
/// How many browsers of one account are known, the latest ones.
const DEVICES_MAX: i64 = 20;
/// A secret has 64 characters; more is not looked at.
const SECRET_BYTES_MAX: usize = 200;

impl Store {
    /// The digest of a device's secret, if it is one of the account's.
    pub(crate) async fn known_device(&self, secret: Option<&str>, email: &str) -> Result<Option<String>> {
        let Some(secret) = secret.filter(|secret| !secret.is_empty() && secret.len() <= SECRET_BYTES_MAX) else {
            return Ok(None);
        };
        let digest = sha256(&storable(secret));
        let known: Option<String> = sqlx::query_scalar(
            "select d.digest from devices d join users u on u.id = d.user_id
             where d.digest = $1 and u.email = $2 and d.used_at > $3",
        )
        .bind(&digest)
        .bind(email)
        .bind(self.oldest_device())
        .fetch_optional(self.reader())
        .await?;
        Ok(known)
    }

    /// Remembers the browser in which somebody has just signed in. Answers the secret it is to keep: the one
    /// it showed, if any account is known by it, else a new one.
    pub async fn remember_device(&self, user: &Id, shown: Option<&str>) -> Result<String> {
        let mut secret = None;
        if let Some(shown) = shown.filter(|shown| shown.len() <= SECRET_BYTES_MAX) {
            let known: Option<String> = sqlx::query_scalar("select digest from devices where digest = $1 limit 1")
                .bind(sha256(&storable(shown)))
                .fetch_optional(self.reader())
                .await?;
            secret = known.map(|_| shown.to_string());
        }
        let secret = match secret {
            Some(secret) => secret,
            None => self.clock().secret()?,
        };
        let mut tx = self.db().begin().await?;
        sqlx::query(
            "insert into devices (user_id, digest, used_at) values ($1, $2, $3)
             on conflict (user_id, digest) do update set used_at = excluded.used_at",
        )
        .bind(user.as_str())
        .bind(sha256(&secret))
        .bind(self.now().micros())
        .execute(&mut tx)
        .await?;
        sqlx::query(
            "delete from devices where user_id = $1 and digest not in
             (select digest from devices where user_id = $1 order by used_at desc, digest limit $2)",
        )
        .bind(user.as_str())
        .bind(DEVICES_MAX)
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Forgets browsers that nobody used for long.
    pub(crate) async fn sweep_devices(&self) -> Result<()> {
        sqlx::query("delete from devices where used_at <= $1")
            .bind(self.oldest_device())
            .execute(self.writer())
            .await?;
        Ok(())
    }

    fn oldest_device(&self) -> i64 {
        self.now().plus_micros(-DEVICE_DAYS * 24 * 3600 * 1_000_000).micros()
    }
}
