//! Passwords: argon2id, off the threads that serve requests.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::{Refusal, Ruled};
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// The shortest password that is taken.
const PASSWORD_CHARS_MIN: usize = 8;
/// The longest: more would only be work for the hash.
const PASSWORD_CHARS_MAX: usize = 1000;
/// Hashes computed at once: each takes 19 MiB, so 76 MiB at most.
const HASHES_MAX: usize = 4;

/// Computes password hashes, a few at a time.
pub(crate) struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(HASHES_MAX)))
    }
}

impl Passwords {
    /// Refuses a password that is too short or too long.
    pub(crate) fn check(password: &str) -> Ruled<()> {
        let chars = password.chars().count();
        if chars < PASSWORD_CHARS_MIN {
            return Err(Refusal::field(
                "password",
                format!(
                    "Choose a password of at least {PASSWORD_CHARS_MIN} characters; a sentence is easy to remember."
                ),
            ));
        }
        if chars > PASSWORD_CHARS_MAX {
            return Err(Refusal::field(
                "password",
                format!("Choose a password of at most {PASSWORD_CHARS_MAX} characters."),
            ));
        }
        Ok(())
    }

    /// The hash to keep.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_string();
        let compute = move || {
            let hash: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
            hash.map(|hash| hash.to_string())
        };
        self.run(compute).await?.map_err(|error| Error::accident(format!("cannot hash a password: {error}")))
    }

    /// Whether the password is that of the hash. Without a hash the same work
    /// is done for nothing, so that the time tells nobody which accounts exist.
    pub(crate) async fn matches(&self, password: &str, hash: Option<String>) -> Result<bool> {
        let password: String = password.chars().take(PASSWORD_CHARS_MAX).collect();
        let Some(hash) = hash else {
            self.hash(&password).await?;
            return Ok(false);
        };
        self.run(move || {
            PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, compute: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _turn = self.0.acquire().await.map_err(Error::accident)?;
        Ok(tokio::task::spawn_blocking(compute).await?)
    }
}
