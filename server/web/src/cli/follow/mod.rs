//! `inquest follow`: ships what is added to files to a source, while they grow.

mod mark;
mod rotated;
mod ship;
mod tail;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::Args;
use tokio::sync::watch;

use self::mark::Memory;
use self::ship::{Answer, Shipper, Target};
use self::tail::{Piece, Tail};
use super::house::stop_signal;
use super::{Done, Failure};

/// How often a file is looked at that had nothing new.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// The first pause after something went wrong; it doubles.
const PAUSE_MIN: Duration = Duration::from_millis(500);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// What goes with one post at most, in bytes; half of it after the server said that it was too much.
const POST_BYTES: usize = 1 << 20;
/// A server that takes less than this takes nothing.
const POST_BYTES_MIN: usize = 4 << 10;

#[derive(Args)]
#[group(skip)]
pub(super) struct Follow {
    /// The files. What is rotated away (as FILE.1 or FILE-20260318) is read to its end first.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The address of the source, as its page shows it: https://inquest.example.org/api/v1/sources/…
    #[arg(long, env = "INQUEST_SOURCE", value_name = "URL")]
    source: String,
    /// A file that holds the token of the source; without it, the token is in INQUEST_SOURCE_TOKEN.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The folder in which it is kept how far each file was shipped; without it, ~/.local/state/inquest.
    #[arg(long, env = "INQUEST_FOLLOW_STATE", value_name = "DIR")]
    state: Option<PathBuf>,
    /// Of a file that was never followed, ship only what is added from now on.
    #[arg(long)]
    from_end: bool,
    /// Ship what is there and end, instead of waiting for more.
    #[arg(long)]
    once: bool,
}

/// What was shipped in all.
#[derive(Default)]
struct Shipped {
    bytes: AtomicU64,
    posts: AtomicU64,
}

pub(super) async fn follow(what: &Follow) -> Done {
    let target = Target::parse(&what.source).map_err(|sentence| Failure::new(2, sentence))?;
    let token = token(what.token_file.as_deref())?;
    let folder = folder(what.state.clone())?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        stop_signal().await;
        let _ = stop.send(true);
    });
    let shipped = Shipped::default();
    let mut following = Vec::new();
    for file in &what.files {
        let memory = Memory::open(&folder, file, &what.source).map_err(|sentence| Failure::new(1, sentence))?;
        let mut tail = Tail::begin(file, memory.mark(), what.from_end)
            .map_err(|error| Failure::new(1, format!("cannot read {}: {error}", file.display())))?;
        tail.send_again(memory.sending());
        let one = One {
            tail,
            memory,
            shipper: Shipper::new(target.clone(), token.clone()),
            stopped: stopped.clone(),
            once: what.once,
        };
        following.push(one.run(&shipped));
    }
    let ended = futures::future::join_all(following).await;
    let (bytes, posts) = (shipped.bytes.load(Ordering::Relaxed), shipped.posts.load(Ordering::Relaxed));
    eprintln!("inquest: shipped {bytes} bytes in {posts} posts");
    ended.into_iter().collect::<Result<Vec<()>, Failure>>().map(|_| ExitCode::SUCCESS)
}

fn token(file: Option<&Path>) -> Result<String, Failure> {
    let token = match file {
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| Failure::new(2, format!("cannot read {}: {error}", file.display())))?,
        None => std::env::var("INQUEST_SOURCE_TOKEN").unwrap_or_default(),
    };
    let token = token.trim().to_string();
    if token.is_empty() {
        let sentence = "the token of the source is missing: set INQUEST_SOURCE_TOKEN, or give --token-file.";
        return Err(Failure::new(2, sentence));
    }
    Ok(token)
}

fn folder(given: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let of_env = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    given
        .or_else(|| of_env("XDG_STATE_HOME").map(|folder| folder.join("inquest")))
        .or_else(|| of_env("HOME").map(|home| home.join(".local/state/inquest")))
        .ok_or_else(|| Failure::new(2, "nowhere to keep how far the files were shipped: give --state DIR."))
}

/// What became of a piece.
enum Shipping {
    Kept,
    /// Nothing of it was kept: fewer lines at once.
    TooLarge,
    /// It is to end, and the server did not keep the piece.
    Stopped,
}

/// One file on its way.
struct One {
    tail: Tail,
    memory: Memory,
    shipper: Shipper,
    stopped: watch::Receiver<bool>,
    once: bool,
}

impl One {
    async fn run(mut self, shipped: &Shipped) -> Result<(), Failure> {
        let path = self.tail.path().display().to_string();
        eprintln!("inquest: following {path} from byte {}", self.tail.at());
        let mut most = POST_BYTES;
        loop {
            let next = self.tail.next(most, self.once);
            let piece = next.map_err(|error| Failure::new(1, format!("cannot read {path}: {error}")))?;
            for news in self.tail.news() {
                eprintln!("inquest: {news}");
            }
            match piece {
                None if self.once || *self.stopped.borrow() => return Ok(()),
                None => {
                    self.rest(LOOK_EVERY).await;
                }
                Some(piece) => {
                    self.note(Some(piece.bytes.len() as u64), &path)?;
                    match self.ship(&piece, &path).await? {
                        Shipping::Kept => {}
                        Shipping::TooLarge if most > POST_BYTES_MIN => {
                            most /= 2;
                            continue;
                        }
                        Shipping::TooLarge => {
                            return Err(Failure::new(
                                1,
                                format!("{path} is not shipped: the server takes not even a small post."),
                            ));
                        }
                        Shipping::Stopped => return Ok(()),
                    }
                    let kept = self.tail.shipped(&piece);
                    kept.map_err(|error| Failure::new(1, format!("cannot read {path}: {error}")))?;
                    self.note(None, &path)?;
                    shipped.bytes.fetch_add(piece.bytes.len() as u64, Ordering::Relaxed);
                    shipped.posts.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }

    /// Writes down how far it is, and how much behind that is on its way.
    fn note(&mut self, sending: Option<u64>, path: &str) -> Result<(), Failure> {
        let mark = self.tail.mark().map_err(|error| Failure::new(1, format!("cannot read {path}: {error}")))?;
        let Some(mark) = mark else { return Ok(()) };
        self.memory.keep(mark, sending).map_err(|sentence| Failure::new(1, sentence))
    }

    /// Ships a piece, however long that takes.
    async fn ship(&mut self, piece: &Piece, path: &str) -> Result<Shipping, Failure> {
        let (mut pause, mut told) = (PAUSE_MIN, false);
        loop {
            let wait = match self.shipper.post(piece).await {
                Answer::Kept => {
                    if told {
                        eprintln!("inquest: {path} is shipped again");
                    }
                    return Ok(Shipping::Kept);
                }
                Answer::TooLarge => return Ok(Shipping::TooLarge),
                Answer::Refused(sentence) => return Err(Failure::new(1, format!("{path} is not shipped: {sentence}"))),
                Answer::Later(sentence, asked) => {
                    if !told {
                        eprintln!("inquest: {path} waits: {sentence}");
                        told = true;
                    }
                    asked.unwrap_or(pause).min(PAUSE_MAX)
                }
            };
            if *self.stopped.borrow() || self.rest(wait).await {
                return Ok(Shipping::Stopped);
            }
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// Waits; true when it is to stop.
    async fn rest(&mut self, time: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(time) => false,
            _ = self.stopped.wait_for(|stopped| *stopped) => true,
        }
    }
}
