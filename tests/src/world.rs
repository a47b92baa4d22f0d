//! A server of its own for every test: free port, temporary folder.

use std::path::{Path, PathBuf};

use domain::Instant;
use domain::access::{Role, Scope};
use domain::watch::stop::Hosts;
use store::{Actor, Clock, NewToken, NewUser, Settings, Stopping, Store, User};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{Person, Program};

/// The password of everybody in the stories.
pub const PASSWORD: &str = "correct horse battery staple";

/// A running server.
pub struct World {
    /// Where it answers.
    pub url: String,
    /// Its store, to look behind the pages.
    pub store: Store,
    dir: TempDir,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<()>>,
}

impl World {
    /// Starts a server on SQLite in a temporary folder.
    pub async fn start() -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let settings = Settings::in_dir(dir.path());
        Self::serve(dir, &settings).await
    }

    /// The same by a clock that stands still, so that nothing in it varies.
    pub async fn start_frozen(at: &str) -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let clock = Clock::frozen(Instant::parse(at).expect("a time"));
        let settings = Settings { clock, ..Settings::in_dir(dir.path()) };
        Self::serve(dir, &settings).await
    }

    /// The same by a clock that stands still, with letters that link to an address.
    pub async fn start_with_mail(at: &str, mail_url: &str) -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let clock = Clock::frozen(Instant::parse(at).expect("a time"));
        let settings = Settings { clock, mail_url: Some(mail_url.into()), ..Settings::in_dir(dir.path()) };
        Self::serve(dir, &settings).await
    }

    /// The same, where agents may be stopped by requests to these hosts.
    pub async fn start_stopping(hosts: &str) -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let stopping = Stopping { hosts: Hosts::parse(hosts).expect("hosts"), ..Stopping::default() };
        let settings = Settings { stopping, ..Settings::in_dir(dir.path()) };
        Self::serve(dir, &settings).await
    }

    /// Starts a server on a PostgreSQL database; evidence is in a temporary folder.
    pub async fn start_on(database_url: &str) -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let settings = Settings { database_url: Some(database_url.into()), ..Settings::in_dir(dir.path()) };
        Self::serve(dir, &settings).await
    }

    /// The same, behind something.
    pub async fn start_behind(front: server::Front) -> Self {
        let dir = TempDir::new().expect("a temporary folder");
        let clock = Clock::frozen(Instant::parse("2020-02-02T02:02:00Z").expect("a time"));
        let settings = Settings { clock, ..Settings::in_dir(dir.path()) };
        Self::serve_behind(dir, &settings, front).await
    }

    async fn serve(dir: TempDir, settings: &Settings) -> Self {
        Self::serve_behind(dir, settings, server::Front::default()).await
    }

    async fn serve_behind(dir: TempDir, settings: &Settings, front: server::Front) -> Self {
        let store = Store::open(settings).await.expect("the store opens");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = store.clone();
        let served = tokio::spawn(async move {
            let stop = async {
                let _ = stopped.await;
            };
            server::serve_with(listener, serving, front, None, stop).await.expect("the server ends well");
        });
        Self { url, store, dir, stop: Some(stop), served: Some(served) }
    }

    /// The folder with the database and the evidence.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// Opens an account.
    pub async fn account(&self, name: &str, role: Role) -> User {
        let new = NewUser { email: email(name), name: name.into(), role, password: PASSWORD.into() };
        self.store.create_user(&Actor::system(), new).await.expect("the account opens")
    }

    /// Opens an account and signs in.
    pub async fn person(&self, name: &str, role: Role) -> Person {
        self.account(name, role).await;
        Person::sign_in(&self.url, &email(name)).await
    }

    /// Opens an account and makes a token for it.
    pub async fn program(&self, name: &str, role: Role, agent: Option<&str>) -> Program {
        let user = self.account(name, role).await;
        self.program_of(&user, agent).await
    }

    /// Makes a token for an account.
    pub async fn program_of(&self, user: &User, agent: Option<&str>) -> Program {
        let new =
            NewToken { name: "test".into(), scope: Scope::Admin, agent: agent.map(str::to_string), expires_days: None };
        let (_, secret) = self.store.create_token(&Actor::system(), &user.id, new).await.expect("the token is made");
        Program::new(&self.url, &secret)
    }

    /// The file that keeps the bytes of a digest.
    pub fn blob(&self, sha256: &str) -> PathBuf {
        self.folder().join("evidence").join(&sha256[..2]).join(&sha256[2..])
    }

    /// Alters one byte of what is kept under a digest.
    pub fn alter(&self, sha256: &str) {
        flip(&self.blob(sha256));
    }

    /// Stops the server and waits until it has ended; the folder stays until the world is dropped.
    pub async fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(served) = self.served.take() {
            served.await.expect("the server ends");
        }
    }
}

/// The address of somebody in the stories.
pub fn email(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase())
}

/// Alters one byte of a file, behind everybody's back.
pub fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).expect("the bytes are there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).expect("the bytes are altered");
}
