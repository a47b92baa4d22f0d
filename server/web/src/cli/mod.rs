//! The command line.

mod backup;
mod bundle;
mod case;
mod follow;
mod health;
mod house;
mod people;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use store::{Error, Settings, Stopping, Store};

/// Incident postmortems and severity for incidents caused by AI agents.
#[derive(Parser)]
#[command(name = "inquest", version = env!("BUILT_VERSION"), disable_help_subcommand = false)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Where the data is. Every command takes these.
#[derive(Args, Clone)]
struct Place {
    /// The folder for the database and the evidence.
    #[arg(long, env = "INQUEST_DATA_DIR", default_value = "./data", global = true)]
    data_dir: PathBuf,
    /// postgres://… for several nodes; without it, SQLite in the data folder.
    #[arg(long, env = "INQUEST_DATABASE_URL", global = true)]
    database_url: Option<String>,
    /// Where evidence is kept, as a URL; without it, in the data folder.
    #[arg(long, env = "INQUEST_EVIDENCE_URL", global = true)]
    evidence_url: Option<String>,
}

impl Place {
    async fn open(&self) -> Result<Store, Error> {
        self.open_with(None, Stopping::default()).await
    }

    /// With letters that link to a public address, and with what may be done to stop agents.
    async fn open_with(&self, mail_url: Option<String>, stopping: Stopping) -> Result<Store, Error> {
        Store::open(&Settings { mail_url, stopping, ..self.settings() }).await
    }

    fn settings(&self) -> Settings {
        Settings {
            database_url: self.database_url.clone(),
            evidence_url: self.evidence_url.clone(),
            ..Settings::in_dir(&self.data_dir)
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Migrates the database, then serves.
    Serve {
        #[command(flatten)]
        place: Place,
        /// The address to listen on.
        #[arg(long, env = "INQUEST_LISTEN", default_value = "127.0.0.1:3000")]
        listen: SocketAddr,
        #[command(flatten)]
        outside: house::Outside,
    },
    /// Asks a server of this machine whether it can serve; ends with 1 when it cannot.
    Health {
        /// The address it listens on.
        #[arg(long, env = "INQUEST_LISTEN", default_value = "127.0.0.1:3000")]
        listen: SocketAddr,
    },
    /// Accounts.
    User {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        act: people::UserAct,
    },
    /// Tokens for programs.
    Token {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        act: people::TokenAct,
    },
    /// Loads the example library; running it again changes nothing.
    Demo {
        #[command(flatten)]
        place: Place,
    },
    /// Writes an incident's postmortem or timeline.
    Export {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        what: case::Export,
    },
    /// Files an incident from a bundle. What was judged where it is from counts for nothing here.
    Import {
        #[command(flatten)]
        place: Place,
        /// The file of the bundle.
        file: PathBuf,
        /// Say only what it would add, what is here already, what is not taken over and what cannot be proven.
        #[arg(long)]
        dry_run: bool,
    },
    /// Prints severity and verdict of a file of facts, offline.
    Evaluate {
        /// The file; - is standard input.
        file: PathBuf,
    },
    /// Walks the chains of changes, holds everything against them, and hashes the evidence again; or verifies a bundle.
    Verify {
        #[command(flatten)]
        place: Place,
        /// One incident, or the file of a bundle, which needs no data; without it, the whole instance.
        what: Option<String>,
        /// Of a bundle: the key that signed it, as `inquest key show` names it.
        #[arg(long, value_name = "KEY", requires = "what", conflicts_with_all = ["expect", "checkpoints"])]
        signer: Option<String>,
        /// An export, or what an earlier verify printed: a log that was shortened or rewritten since is found.
        #[arg(long, value_name = "FILE")]
        expect: Vec<PathBuf>,
        /// Checkpoints that were fetched from /.well-known/inquest/checkpoints and kept elsewhere: a log that was
        /// rewritten or shortened since is found, even if every hash in the database was computed again.
        #[arg(long, value_name = "FILE")]
        checkpoints: Vec<PathBuf>,
    },
    /// Writes the whole instance to one file while it runs: database, evidence and signing key. Keep it as a secret.
    Backup {
        #[command(flatten)]
        place: Place,
        /// The file; it is there whole or not at all.
        file: PathBuf,
        /// An earlier backup: the evidence in it is not written again. Keep both.
        #[arg(long, value_name = "FILE")]
        base: Vec<PathBuf>,
    },
    /// Restores a backup into a place where nothing is yet, and verifies it there.
    Restore {
        #[command(flatten)]
        place: Place,
        /// The file.
        file: PathBuf,
        /// A folder, or postgres://…; without it, where --data-dir and --database-url say.
        #[arg(long, value_name = "DIR|URL")]
        into: Option<String>,
        /// An earlier backup that holds evidence which the file only names.
        #[arg(long, value_name = "FILE")]
        base: Vec<PathBuf>,
    },
    /// Copies the database into another one, such as from SQLite to PostgreSQL, and verifies it there. Evidence and the
    /// signing key stay where they are.
    Copy {
        #[command(flatten)]
        place: Place,
        /// The database, in which nothing is yet: postgres://…
        #[arg(long, value_name = "URL")]
        to: String,
    },
    /// Ships what is added to log files to a source, while they grow.
    Follow {
        #[command(flatten)]
        what: follow::Follow,
    },
    /// The key that signs revisions and checkpoints.
    Key {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        act: house::KeyAct,
    },
}

/// Why a command did not do what it was asked: the sentence and the exit code.
struct Failure {
    sentence: String,
    code: u8,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { sentence: error.to_string(), code: 1 }
    }
}

impl Failure {
    fn new(code: u8, sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code }
    }
}

/// Whether what is to be verified is a file rather than an incident.
fn is_file(what: &str) -> bool {
    what == "-" || what.contains(['.', '/']) || Path::new(what).exists()
}

type Done = Result<ExitCode, Failure>;

/// Runs the command line.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Serve { place, listen, outside } => house::serve(&place, listen, &outside).await,
        Command::Health { listen } => health::health(listen).await,
        Command::User { place, act } => people::user(&place, act).await,
        Command::Token { place, act } => people::token(&place, act).await,
        Command::Demo { place } => house::demo(&place).await,
        Command::Export { place, what } => case::export(&place, what).await,
        Command::Import { place, file, dry_run } => bundle::import(&place, &file, dry_run).await,
        Command::Evaluate { file } => case::evaluate(&file),
        Command::Verify { place, what, signer, expect, checkpoints } => match what {
            Some(file) if domain::Key::parse(&file).is_none() && is_file(&file) => {
                bundle::verify(Path::new(&file), signer.as_deref())
            }
            what => house::verify(&place, what.as_deref(), &expect, &checkpoints).await,
        },
        Command::Backup { place, file, base } => backup::backup(&place, &file, &base).await,
        Command::Restore { place, file, into, base } => backup::restore(&place, &file, into.as_deref(), &base).await,
        Command::Copy { place, to } => backup::copy(&place, &to).await,
        Command::Follow { what } => follow::follow(&what).await,
        Command::Key { place, act } => house::key(&place, act).await,
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("inquest: {}", failure.sentence);
            ExitCode::from(failure.code)
        }
    }
}
