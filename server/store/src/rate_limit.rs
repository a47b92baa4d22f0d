//! How often something may be tried.

use crate::digest::sha256;
use crate::{Error, Result, Store};

/// How often something may fail within a window of time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    /// What is counted.
    kind: &'static str,
    failures_max: i64,
    window_seconds: i64,
}

const QUARTER_OF_AN_HOUR: i64 = 15 * 60;

/// From one address to one account: 480 guesses a day find no password worth the name.
pub(crate) const PER_ACCOUNT_AND_ADDRESS: Limit =
    Limit { kind: "account and address", failures_max: 5, window_seconds: QUARTER_OF_AN_HOUR };
/// From one address: an office behind one address still gets in.
pub(crate) const PER_ADDRESS: Limit = Limit { kind: "address", failures_max: 30, window_seconds: QUARTER_OF_AN_HOUR };
/// From everywhere to one account, without its known devices. It slows strangers down, for a minute at most:
/// 14,400 guesses a day by however many of them.
pub(crate) const PER_ACCOUNT: Limit = Limit { kind: "account", failures_max: 10, window_seconds: 60 };
/// In a browser in which the account was signed in before. A stolen one guesses 960 times a day.
pub(crate) const PER_DEVICE: Limit = Limit { kind: "device", failures_max: 10, window_seconds: QUARTER_OF_AN_HOUR };
/// Of one's own password, to change it.
pub(crate) const PER_PASSWORD: Limit = Limit { kind: "password", failures_max: 5, window_seconds: QUARTER_OF_AN_HOUR };

/// An attempt that was counted before it was made, so that many at once cannot slip through.
pub(crate) struct Attempt {
    key: String,
    window: i64,
}

impl Store {
    /// Counts an attempt, or refuses it when there were too many.
    pub(crate) async fn attempt(&self, limit: Limit, subject: &str) -> Result<Attempt> {
        let seconds = self.now().micros() / 1_000_000;
        let window = seconds - seconds.rem_euclid(limit.window_seconds);
        // The key is hashed: the table holds no list of addresses.
        let key = sha256(&format!("{} {subject}", limit.kind));
        let attempts: i64 = sqlx::query_scalar(
            "insert into rate_limits (key, window_start, attempts) values ($1, $2, 1)
             on conflict (key, window_start) do update set attempts = rate_limits.attempts + 1 returning attempts",
        )
        .bind(&key)
        .bind(window * 1_000_000)
        .fetch_one(self.writer())
        .await?;
        if attempts > limit.failures_max {
            let left = u64::try_from(window + limit.window_seconds - seconds).unwrap_or(1).max(1);
            let minutes = left.div_ceil(60);
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            let sentence = format!("Too many attempts failed. Try again in {minutes} {unit}.");
            return Err(Error::TooMany { sentence, retry_after_seconds: left });
        }
        Ok(Attempt { key, window })
    }

    /// Forgets an attempt that succeeded.
    pub(crate) async fn succeeded(&self, attempt: Attempt) -> Result<()> {
        sqlx::query(
            "update rate_limits set attempts = attempts - 1 where key = $1 and window_start = $2 and attempts > 0",
        )
        .bind(attempt.key)
        .bind(attempt.window * 1_000_000)
        .execute(self.writer())
        .await?;
        Ok(())
    }
}
