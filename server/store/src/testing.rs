//! A throw-away PostgreSQL on a Unix socket, for tests of this crate and of those above it.
//!
//! It starts in about a second, keeps nothing, and ends with the last handle to
//! it, or with the process that started it.

use std::fs::File;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection};

/// How long the server may take to come up.
const START_MAX: Duration = Duration::from_secs(30);

/// A running server. Dropping it stops the server and removes its files.
pub struct Postgres {
    bin: PathBuf,
    dir: PathBuf,
    server: Option<JoinHandle<()>>,
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

    /// Makes a cluster in a new directory and starts it.
    pub fn start() -> Result<Self> {
        let bin = PathBuf::from(answer(Command::new("pg_config").arg("--bindir"))?);
        let dir = new_directory()?;
        let mut postgres = Self { bin, dir, server: None };
        let data = postgres.dir.join("data");
        let initdb = postgres.bin.join("initdb");
        run(as_server(&initdb, &postgres.dir)
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "-D"])
            .arg(&data))?;
        let log = File::create(postgres.dir.join("log"))?;
        let mut server = as_server(&postgres.bin.join("postgres"), &postgres.dir);
        server.arg("-D").arg(&data).arg("-k").arg(&postgres.dir);
        for setting in
            ["listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=300"]
        {
            server.args(["-c", setting]);
        }
        server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        // A thread of its own: the server ends with the thread that started it.
        postgres.server = Some(std::thread::spawn(move || drop(server.status())));
        postgres.wait_until_up()?;
        Ok(postgres)
    }

    /// The URL of a database of this server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.dir.display())
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
            let ready = Command::new(&is_ready).arg("-q").arg("-h").arg(&self.dir).status()?;
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
        let data = self.dir.join("data");
        if let Some(server) = self.server.take() {
            let stop = as_server(&self.bin.join("pg_ctl"), &self.dir)
                .args(["stop", "-m", "immediate", "-D"])
                .arg(data)
                .output();
            // Waits only for a server that was told to stop.
            if stop.is_ok_and(|stop| stop.status.success()) {
                let _ = server.join();
            }
        }
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
    let dir = PathBuf::from(format!("/tmp/inquest-pg-{}", uuid::Uuid::now_v7().simple()));
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
