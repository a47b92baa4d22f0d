//! The processes behind a browser: started here, and ended here in every case.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// How often a port is tried.
const TRIES: usize = 5;
/// How long the browser may take to go when it is told to.
const QUIT_MAX: Duration = Duration::from_secs(5);

/// A driver, the browser it starts, and their folder.
pub struct Process {
    child: Child,
    /// Where the driver listens.
    pub port: u16,
    /// The browser's folder.
    pub folder: TempDir,
}

impl Process {
    /// Starts the driver at a free port. It gives up where somebody else takes the port it has just chosen.
    pub fn start() -> Self {
        let installed = |program: &str| {
            std::env::var_os("PATH")
                .is_some_and(|path| std::env::split_paths(&path).any(|at| at.join(program).is_file()))
        };
        assert!(
            installed("chromium") && installed("chromedriver"),
            "The browser tests need Chromium and its driver: install them with `apt-get install chromium chromium-driver`."
        );
        let mut said = String::new();
        (0..TRIES)
            .find_map(|_| Self::try_to_start(&mut said))
            .unwrap_or_else(|| panic!("chromedriver does not start: {said}"))
    }

    fn try_to_start(said: &mut String) -> Option<Self> {
        let folder = TempDir::new().expect("a temporary folder");
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.env("HOME", folder.path()).spawn().expect("chromedriver starts");
        let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            said.push_str(&line);
            line.strip_suffix('.')?.rsplit_once("on port ")?.1.parse().ok()
        });
        let started = Self { child, port: port.unwrap_or_default(), folder };
        // Its output stays open until it ends, lest it should fail to write.
        std::thread::spawn(move || lines.for_each(drop));
        port.map(|_| started)
    }

    /// Ends a session, and with it the browser; waits until it has gone.
    pub fn end_session(&self, session: &str) {
        let request = format!("DELETE /session/{session} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return };
        let _ = stream.set_read_timeout(Some(QUIT_MAX));
        let _ = stream.write_all(request.as_bytes());
        let _ = stream.read(&mut [0; 512]);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // A browser that did not go with its session is named by the lock in its folder.
        if let Some(id) = holder(&self.folder.path().join("SingletonLock")) {
            let _ = Command::new("kill").args(["-KILL", &id]).stderr(Stdio::null()).status();
        }
    }
}

/// The process in Chromium's lock, a link to `host-id`.
fn holder(lock: &Path) -> Option<String> {
    let target = std::fs::read_link(lock).ok()?;
    let (_, id) = target.to_str()?.rsplit_once('-')?;
    id.parse::<u32>().is_ok().then(|| id.to_string())
}
