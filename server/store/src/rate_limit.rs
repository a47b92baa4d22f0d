//! How often something may be tried.

use crate::digest::sha256;
use crate::{Error, Result, Store};

/// The window in which attempts are counted.
const WINDOW_SECONDS: i64 = 15 * 60;
/// Failed sign-ins to one account in a window. 480 guesses a day find no password worth the name.
pub(crate) const PER_EMAIL: i64 = 5;
/// Failed sign-ins from one address in a window: an office behind one address still gets in.
pub(crate) const PER_ADDRESS: i64 = 30;

/// An attempt that was counted before it was made, so that many at once cannot slip through.
pub(crate) struct Attempt {
    key: String,
    window: i64,
}

impl Store {
    /// Counts an attempt, or refuses it when there were too many.
    pub(crate) async fn attempt(&self, kind: &str, subject: &str, attempts_max: i64) -> Result<Attempt> {
        let seconds = self.now().micros() / 1_000_000;
        let window = seconds - seconds.rem_euclid(WINDOW_SECONDS);
        // The key is hashed: the table holds no list of addresses.
        let key = sha256(&format!("{kind} {subject}"));
        let attempts: i64 = sqlx::query_scalar(
            "insert into rate_limits (key, window_start, attempts) values ($1, $2, 1)
             on conflict (key, window_start) do update set attempts = rate_limits.attempts + 1 returning attempts",
        )
        .bind(&key)
        .bind(window * 1_000_000)
        .fetch_one(self.writer())
        .await?;
        if attempts > attempts_max {
            let left = u64::try_from(window + WINDOW_SECONDS - seconds).unwrap_or(1).max(1);
            let minutes = left.div_ceil(60);
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            let sentence = format!("Too many attempts failed. Try again in {minutes} {unit}.");
            return Err(Error::TooMany { sentence, retry_after_seconds: left });
        }
        Ok(Attempt { key, window })
    }

    /// Takes back an attempt that succeeded.
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
