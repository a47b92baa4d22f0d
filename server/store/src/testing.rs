//! A throw-away PostgreSQL and a disk that fails, for tests of this crate and of those above it.
//!
//! PostgreSQL starts in about a second, keeps nothing, and ends with the last handle to
//! it, or with the process that started it.

mod faults;

use std::fs::File;
use std::io::{Error, Result};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection};

pub use faults::{Fault, Faults};

/// How long the server may take to come up.
const START_MAX: Duration = Duration::from_secs(30);

/// A running server. Dropping it stops the server and removes its files.
pub struct Postgres {
    bin: PathBuf,
    dir: PathBuf,
    server: Option<JoinHandle<()>>,
    /// Where it listens besides its Unix socket. Such a server keeps what it has acknowledged.
    port: Option<u16>,
}

/// How a server is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Its connections are ended and what is under way is undone, as by a supervisor.
    Fast,
    /// Its processes are killed where they are, as by a crash.
    Immediate,
}

impl Postgres {
    /// The one server of this process: started for the first who asks, stopped after the last.
    pub fn shared() -> Result<Arc<Self>> {
        static SHARED: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return Ok(server);
        }
        let server = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&server);
        Ok(server)
    }

    /// Makes a cluster in a new directory and starts it, on a Unix socket alone.
    pub fn start() -> Result<Self> {
        Self::start_at(None)
    }

    /// The same for one that is to be restarted: on a port of its own, and with what it acknowledged on the disk.
    pub fn start_durable() -> Result<Self> {
        let free = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        Self::start_at(Some(free))
    }

    fn start_at(port: Option<u16>) -> Result<Self> {
        let bin = PathBuf::from(answer(Command::new("pg_config").arg("--bindir"))?);
        let dir = new_directory()?;
        let mut postgres = Self { bin, dir, server: None, port };
        let initdb = postgres.bin.join("initdb");
        run(as_server(&initdb, &postgres.dir)
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "-D"])
            .arg(postgres.dir.join("data")))?;
        postgres.launch()?;
        Ok(postgres)
    }

    fn launch(&mut self) -> Result<()> {
        let log = File::create(self.dir.join("log"))?;
        let mut server = as_server(&self.bin.join("postgres"), &self.dir);
        server.arg("-D").arg(self.dir.join("data")).arg("-k").arg(&self.dir).args(["-c", "max_connections=300"]);
        match self.port {
            Some(port) => server.args(["-c", "listen_addresses=127.0.0.1", "-p", &port.to_string()]),
            None => {
                let hasty = ["listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off"];
                server.args(hasty.iter().flat_map(|setting| ["-c", setting]))
            }
        };
        server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        // A thread of its own: the server ends with the thread that started it.
        self.server = Some(std::thread::spawn(move || drop(server.status())));
        self.wait_until_up()
    }

    /// Stops it, lets it be away for a while, and starts it at the same place again. Blocks until it is up.
    pub fn restart(&mut self, how: Stop, away: Duration) -> Result<()> {
        self.stop(how)?;
        std::thread::sleep(away);
        self.launch()
    }

    fn stop(&mut self, how: Stop) -> Result<()> {
        let Some(server) = self.server.take() else { return Ok(()) };
        let mode = if how == Stop::Fast { "fast" } else { "immediate" };
        let data = self.dir.join("data");
        run(as_server(&self.bin.join("pg_ctl"), &self.dir).args(["stop", "-m", mode, "-D"]).arg(data))?;
        // Waits only for a server that was told to stop.
        let _ = server.join();
        Ok(())
    }

    /// The URL of a database of this server.
    pub fn url(&self, database: &str) -> String {
        match self.port {
            Some(port) => format!("postgres://postgres@127.0.0.1:{port}/{database}"),
            None => format!("postgres://postgres@localhost/{database}?host={}", self.dir.display()),
        }
    }

    /// Makes an empty database; answers its URL.
    pub async fn create_database(&self, name: &str) -> Result<String> {
        let create = async {
            let mut connection = sqlx::PgConnection::connect(&self.url("postgres")).await?;
            sqlx::raw_sql(AssertSqlSafe(format!("create database \"{name}\""))).execute(&mut connection).await?;
            connection.close().await
        };
        create.await.map_err(Error::other)?;
        Ok(self.url(name))
    }

    fn wait_until_up(&self) -> Result<()> {
        let begun = Instant::now();
        let is_ready = self.bin.join("pg_isready");
        while begun.elapsed() < START_MAX {
            let mut ask = Command::new(&is_ready);
            ask.arg("-q")
                .arg("-h")
                .arg(&self.dir)
                .args(self.port.iter().flat_map(|port| ["-p".into(), port.to_string()]));
            let ready = ask.status()?;
            if ready.success() {
                return Ok(());
            }
            if self.server.as_ref().is_none_or(JoinHandle::is_finished) {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.dir.join("log")).unwrap_or_default();
        Err(Error::other(format!("PostgreSQL did not start:\n{log}")))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.stop(Stop::Immediate);
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// Alters one change of an incident in the SQLite database of a data folder, behind the store's back.
pub async fn tamper_change(data_dir: &Path, number: i64, version: i64) -> Result<()> {
    let alter = async {
        let url = format!("sqlite://{}", data_dir.join("inquest.db").display());
        let mut connection = sqlx::SqliteConnection::connect(&url).await?;
        let statement = "update changes set at = at + 1 where version = $1 and incident_id = (select id from incidents where number = $2)";
        let done = sqlx::query(statement).bind(version).bind(number).execute(&mut connection).await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>(done.rows_affected())
    };
    match alter.await.map_err(Error::other)? {
        1 => Ok(()),
        rows => Err(Error::other(format!("{rows} changes were altered, not one"))),
    }
}

/// A program of the server: it refuses to run as root, and it ends with whoever started it.
fn as_server(program: &Path, dir: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=INT");
    if is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.arg(program).current_dir(dir);
    command
}

fn is_root() -> bool {
    answer(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

/// A directory with a short name: the path of a socket has 107 bytes at most.
fn new_directory() -> Result<PathBuf> {
    let dir = PathBuf::from(format!("/tmp/inquest-pg-{}", crate::unique().simple()));
    std::fs::create_dir(&dir)?;
    if is_root() {
        run(Command::new("chown").arg("postgres").arg(&dir))?;
    }
    Ok(dir)
}

fn run(command: &mut Command) -> Result<()> {
    answer(command).map(drop)
}

fn answer(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(Error::other(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr))));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_string())
}
