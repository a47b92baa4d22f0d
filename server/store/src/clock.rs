//! The one place where time and chance come in.

#![expect(clippy::disallowed_methods, reason = "everybody else asks here")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::{Id, Instant};
use uuid::{Builder, Uuid};

use crate::digest::hex;
use crate::{Error, Result};

/// Tells the time and makes names; can be frozen in tests.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    System,
    Frozen { micros: AtomicI64, names: AtomicU64 },
}

impl Clock {
    /// The computer's clock and its source of chance.
    pub fn system() -> Self {
        Self(Arc::new(Source::System))
    }

    /// A clock that stands still until it is moved, and names records one after another.
    pub fn frozen(at: Instant) -> Self {
        Self(Arc::new(Source::Frozen { micros: AtomicI64::new(at.micros()), names: AtomicU64::new(0) }))
    }

    /// Moves a frozen clock; the system's clock moves by itself.
    pub fn advance_seconds(&self, seconds: i64) {
        if let Source::Frozen { micros, .. } = &*self.0 {
            micros.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
        }
    }

    /// Now.
    pub fn now(&self) -> Instant {
        match &*self.0 {
            Source::System => at(SystemTime::now()),
            Source::Frozen { micros, .. } => Instant::from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// A name for a new record: UUID version 7, so that names sort by age.
    pub fn new_id(&self) -> Id {
        let uuid = match &*self.0 {
            Source::System => return Id::new(self.new_name()),
            Source::Frozen { names, .. } => {
                let millis = u64::try_from(self.now().micros() / 1000).unwrap_or_default();
                let mut rest = [0; 10];
                rest[2..].copy_from_slice(&names.fetch_add(1, Ordering::SeqCst).to_be_bytes());
                Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
            }
        };
        Id::new(uuid.to_string())
    }

    /// A name that nothing else has, also while the clock is frozen.
    pub(crate) fn new_name(&self) -> String {
        unique().to_string()
    }

    /// A number from 0 up to a limit and without it, so that what waits together does not come back together.
    pub(crate) fn chance_below(&self, limit: i64) -> Result<i64> {
        if limit < 1 || matches!(&*self.0, Source::Frozen { .. }) {
            return Ok(0);
        }
        Ok(i64::from_le_bytes(random()?).rem_euclid(limit))
    }

    /// A secret of 256 bits, in hex. Never frozen: a predictable secret is none.
    pub(crate) fn secret(&self) -> Result<String> {
        Ok(hex(&random::<32>()?))
    }
}

/// Bytes that nobody can foresee.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal(format!("there is no randomness: {error}")))?;
    Ok(bytes)
}

/// A reading of the computer's clock, which may stand before 1970.
fn at(time: SystemTime) -> Instant {
    let micros = |since: Duration| i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
    Instant::from_micros(match time.duration_since(UNIX_EPOCH) {
        Ok(since) => micros(since),
        Err(before) => -micros(before.duration()),
    })
}

/// A name that nothing else has, ordered by time.
pub fn unique() -> Uuid {
    // The library that makes such names stops the thread while the clock stands before 1970.
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(_) => Uuid::now_v7(),
        Err(_) => unique_before_1970(),
    }
}

/// As if it were the first moment of 1970, and by chance alone.
fn unique_before_1970() -> Uuid {
    let mut rest = [0; 10];
    // Without chance the names would not be unique; the secrets of this process could not be made either.
    if getrandom::fill(&mut rest).is_err() {
        tracing::error!("no randomness for the names of new records");
    }
    Builder::from_unix_timestamp_millis(0, &rest).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_1970_is_read_as_it_stands() {
        let day = Duration::from_secs(24 * 3600);
        assert_eq!(at(UNIX_EPOCH - day).rfc3339(), "1969-12-31T00:00:00Z");
        assert_eq!(at(UNIX_EPOCH + day).rfc3339(), "1970-01-02T00:00:00Z");
        assert_ne!(unique_before_1970(), unique_before_1970());
        assert_eq!(unique_before_1970().get_version_num(), 7);
    }
}
