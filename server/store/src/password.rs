//! Passwords: argon2id, on threads of its own.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::{Refusal, Ruled};
use tokio::sync::{Semaphore, oneshot};

use crate::{Error, Result};

/// The shortest password that is taken.
const PASSWORD_CHARS_MIN: usize = 8;
/// The longest: more would only be work for the hash.
const PASSWORD_CHARS_MAX: usize = 1000;
/// Hashes computed at once, where there are as many processors: each takes 19 MiB, so 76 MiB at most.
const HASHES_MAX: usize = 4;

fn hashes_at_once() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(HASHES_MAX)
}

type Work = Box<dyn FnOnce() + Send>;

/// The threads that compute them. Always the same few: what a thread used it keeps for the next time, and on a
/// hundred threads that were 19 MiB each.
static THREADS: LazyLock<Sender<Work>> = LazyLock::new(|| {
    let (sender, works) = channel::<Work>();
    let works = Arc::new(Mutex::new(works));
    for _ in 0..hashes_at_once() {
        let works = works.clone();
        std::thread::spawn(move || while next(&works).map(|work| work()).is_some() {});
    }
    sender
});

fn next(works: &Mutex<Receiver<Work>>) -> Option<Work> {
    works.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Computes password hashes, a few at a time.
pub(crate) struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(hashes_at_once())))
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
        self.run(compute).await?.map_err(|error| Error::internal(format!("cannot hash a password: {error}")))
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
        let _turn = self.0.acquire().await.map_err(Error::internal)?;
        let (done, computed) = oneshot::channel();
        let work: Work = Box::new(move || {
            // Whoever asked may have left.
            let _ = done.send(compute());
        });
        THREADS.send(work).map_err(|_| Error::internal("no thread computes passwords"))?;
        computed.await.map_err(Error::internal)
    }
}
