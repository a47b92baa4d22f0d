//! The binary, run as people run it: in a folder of its own.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// How long a command may take.
const RUN_MAX: Duration = Duration::from_secs(60);

/// The binary with its data folder.
pub struct Binary {
    program: &'static str,
    dir: TempDir,
    /// Set for nodes that share a database.
    database_url: Option<String>,
    /// Set for nodes that share their evidence.
    evidence_url: Option<String>,
    /// What else stands in its environment.
    more: Vec<(String, String)>,
}

/// What a command did.
pub struct Done {
    /// The exit code.
    pub code: i32,
    /// What it said.
    pub out: String,
    /// What it wrote beside that.
    pub stderr: String,
}

impl Done {
    /// Fails unless the command ended well; answers what it said.
    #[track_caller]
    pub fn well(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.stderr);
        self.out
    }

    /// Fails unless the command ended with that code; answers all it wrote.
    #[track_caller]
    pub fn with(self, code: i32) -> String {
        let all = format!("{}{}", self.out, self.stderr);
        assert_eq!(self.code, code, "{all}");
        all
    }
}

impl Binary {
    /// With an empty data folder.
    pub fn new(program: &'static str) -> Self {
        Self {
            program,
            dir: TempDir::new().expect("a temporary folder"),
            database_url: None,
            evidence_url: None,
            more: Vec::new(),
        }
    }

    /// The same on a PostgreSQL database, which other nodes may share.
    pub fn on(program: &'static str, database_url: &str) -> Self {
        Self { database_url: Some(database_url.into()), ..Self::new(program) }
    }

    /// The same with its evidence in a folder that other nodes reach as well.
    pub fn sharing(self, evidence: &Path) -> Self {
        Self { evidence_url: Some(format!("file://{}", evidence.display())), ..self }
    }

    /// The same with a variable in its environment.
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.more.push((name.into(), value.into()));
        self
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command
            .args(arguments)
            .env_clear()
            .env("INQUEST_DATA_DIR", self.folder())
            .envs(self.database_url.iter().map(|url| ("INQUEST_DATABASE_URL", url)))
            .envs(self.evidence_url.iter().map(|url| ("INQUEST_EVIDENCE_URL", url)))
            .envs(self.more.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder())
            .kill_on_drop(true);
        command
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Done {
        self.run_with(arguments, "").await
    }

    /// Runs a command that reads.
    pub async fn run_with(&self, arguments: &[&str], input: &str) -> Done {
        let mut command = self.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut stdin = child.stdin.take().expect("an input");
        // A command that reads nothing may have ended already.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let ended = tokio::time::timeout(RUN_MAX, child.wait_with_output()).await.expect("the command ends in time");
        let Output { status, stdout, stderr } = ended.expect("an output");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Done { code: status.code().unwrap_or(-1), out: text(stdout), stderr: text(stderr) }
    }

    /// Adds an account with the password of the stories.
    pub async fn add_user(&self, email: &str, name: &str, role: &str) -> String {
        self.run_with(
            &["user", "add", "--email", email, "--name", name, "--role", role, "--password-stdin"],
            crate::world::PASSWORD,
        )
        .await
        .well()
    }

    /// Starts to serve at a free port.
    pub async fn serve(&self) -> Serving {
        let mut child = self
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let mut said = BufReader::new(child.stdout.take().expect("an output")).lines();
        let first = said.next_line().await.expect("a line").expect("it says where it is");
        let url = first.strip_prefix("Inquest is at ").unwrap_or_else(|| panic!("{first}")).to_string();
        Serving { url, said, child }
    }
}

/// A server that runs as a process.
pub struct Serving {
    /// Where it answers.
    pub url: String,
    said: Lines<BufReader<ChildStdout>>,
    child: Child,
}

impl Serving {
    /// What it says next; `None` when it says nothing for a while.
    pub async fn line(&mut self) -> Option<String> {
        tokio::time::timeout(Duration::from_millis(500), self.said.next_line()).await.ok()?.expect("a line")
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// The same; nothing once it has ended and was waited for.
    pub fn try_id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends it at once, as a crash does.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("it ends");
    }

    /// Asks it to stop as a supervisor does, and answers the exit code.
    pub async fn terminate(mut self, within: Duration) -> i32 {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await.expect("kill runs");
        assert!(sent.success());
        let status =
            tokio::time::timeout(within, self.child.wait()).await.expect("it stops in time").expect("a status");
        status.code().unwrap_or(-1)
    }
}
