//! Sign-ins that were refused, in the log of the instance. Strangers decide how many there are, so that it tells so many
//! an hour one by one, and the others by their number when the hour is over.
//!
//! With the line that counts them, 13 lines an hour of some 600 bytes are 70 MB a year, under guesses that never end.

use domain::instance::{InstanceNoun, RefusedBecause, RefusedCount, RefusedSignIn};
use domain::{Id, Instant};

use crate::subject::Administration;
use crate::{Actor, Result, Store};

/// How many within an hour are lines of their own.
const TOLD_MAX: i64 = 12;
/// How many accounts the line names that counts the others.
const ACCOUNTS_MAX: i64 = 20;
/// An hour, in microseconds.
const HOUR: i64 = 3_600_000_000;

/// Under this key all of an hour are counted; with the id of an account behind it, those of that account.
const COUNTED: &str = "refused sign-ins";

impl Store {
    /// Notes that somebody was not let in. That it cannot be noted lets nobody in.
    pub(crate) async fn note_refused(&self, email: &str, network: &str, because: RefusedBecause) {
        if let Err(error) = self.count_refused(email, network, because).await {
            tracing::warn!(%error, "a refused sign-in is not in the log of the instance");
        }
    }

    async fn count_refused(&self, email: &str, network: &str, because: RefusedBecause) -> Result<()> {
        let hour = self.hour();
        let account: Option<String> = sqlx::query_scalar("select id from users where email = $1")
            .bind(email)
            .fetch_optional(self.reader())
            .await?;
        // As much work for an address that has no account: the time tells nobody which ones have.
        self.count_one(&format!("{COUNTED} {}", account.as_deref().unwrap_or("-")), hour).await?;
        if self.count_one(COUNTED, hour).await? > TOLD_MAX {
            return Ok(());
        }
        let because =
            if account.is_none() && because == RefusedBecause::Password { RefusedBecause::Unknown } else { because };
        let mut act = self.administer(Actor::system().person).await?;
        self.tell_counted(&mut act, hour).await?;
        let refused = RefusedSignIn { account: account.map(Id::new), network: shortened(network), because };
        act.note("refused", InstanceNoun::SignIn, &self.clock().new_id(), &serde_json::to_value(refused)?).await?;
        act.commit().await
    }

    /// Tells the number of those that were no lines of their own, for the hours that are over.
    pub(crate) async fn sweep_refused(&self) -> Result<()> {
        let hour = self.hour();
        let untold: Option<i64> = sqlx::query_scalar(
            "select window_start from rate_limits where key = $1 and window_start < $2 and attempts > $3 limit 1",
        )
        .bind(COUNTED)
        .bind(hour)
        .bind(TOLD_MAX)
        .fetch_optional(self.reader())
        .await?;
        if untold.is_none() {
            return Ok(());
        }
        let mut act = self.administer(Actor::system().person).await?;
        self.tell_counted(&mut act, hour).await?;
        act.commit().await
    }

    /// The counts of hours that are over become lines, and are gone with them: no node tells them twice.
    async fn tell_counted(&self, act: &mut Administration, hour: i64) -> Result<()> {
        let over: Vec<(i64, i64)> = sqlx::query_as(
            "select window_start, attempts from rate_limits where key = $1 and window_start < $2 and attempts > $3
             order by window_start",
        )
        .bind(COUNTED)
        .bind(hour)
        .bind(TOLD_MAX)
        .fetch_all(&mut act.tx)
        .await?;
        for (from, attempts) in over {
            let accounts: Vec<(String, i64)> = sqlx::query_as(
                "select u.id, r.attempts from rate_limits r join users u on r.key = $1 || u.id
                 where r.window_start = $2 order by r.attempts desc, u.id limit $3",
            )
            .bind(format!("{COUNTED} "))
            .bind(from)
            .bind(ACCOUNTS_MAX)
            .fetch_all(&mut act.tx)
            .await?;
            let counted = RefusedCount {
                count: (attempts - TOLD_MAX).unsigned_abs(),
                from: Instant::from_micros(from),
                to: Instant::from_micros(from + HOUR),
                accounts: accounts.into_iter().map(|(id, count)| (Id::new(id), count.unsigned_abs())).collect(),
            };
            act.note("counted", InstanceNoun::SignIn, &self.clock().new_id(), &serde_json::to_value(counted)?).await?;
        }
        sqlx::query("delete from rate_limits where key like $1 and window_start < $2")
            .bind(format!("{COUNTED}%"))
            .bind(hour)
            .execute(&mut act.tx)
            .await?;
        Ok(())
    }

    async fn count_one(&self, key: &str, hour: i64) -> Result<i64> {
        Ok(sqlx::query_scalar(
            "insert into rate_limits (key, window_start, attempts) values ($1, $2, 1)
             on conflict (key, window_start) do update set attempts = rate_limits.attempts + 1 returning attempts",
        )
        .bind(key)
        .bind(hour)
        .fetch_one(self.writer())
        .await?)
    }

    fn hour(&self) -> i64 {
        let now = self.now().micros();
        now - now.rem_euclid(HOUR)
    }
}

/// The log is kept for ever, and the address of a person is not for that: of IPv4 it keeps three numbers of four. Of IPv6
/// whoever asks sends the network already.
fn shortened(network: &str) -> String {
    match network.parse::<std::net::Ipv4Addr>() {
        Ok(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Err(_) => network.chars().take(64).collect(),
    }
}
