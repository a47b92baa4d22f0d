//! A shell whose mounts, processes and network are its own, so that packages are tried without leaving a trace.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

const RUN_MAX: Duration = Duration::from_secs(120);
const READY_MAX: Duration = Duration::from_secs(60);

/// Ends what a command printed, before its exit code.
const MARK: &str = "=====";

/// The network has only this machine in it: ports are free, and nothing leaves.
const NETWORK: &str = r#"python3 -c 'import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh22x", b"lo", 0x41))'"#;

/// This Debian with a layer of its own above it, which goes with the shell.
const LAYER: &str = r#"
mount -t tmpfs tmpfs "$FOLDER"
mkdir "$FOLDER/upper" "$FOLDER/work" "$FOLDER/root"
mount -t overlay -o "lowerdir=/,upperdir=$FOLDER/upper,workdir=$FOLDER/work" overlay "$FOLDER/root"
cd "$FOLDER/root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mkdir run/packages
mount --bind "$PACKAGES" run/packages
exec chroot . sh
"#;

/// The shell.
pub struct Machine {
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    _shell: Child,
}

impl Machine {
    /// This Debian, to install packages on. `None`, said aloud, for who may not mount: nobody but root.
    pub async fn debian(packages: &str, folder: &str) -> Option<Self> {
        Self::start(LAYER, &[("PACKAGES", packages), ("FOLDER", folder)]).await
    }

    /// A shell in which things may be mounted; `None` as above.
    pub async fn bare() -> Option<Self> {
        Self::start("exec sh", &[]).await
    }

    async fn start(then: &str, variables: &[(&str, &str)]) -> Option<Self> {
        const APART: [&str; 7] =
            ["--mount", "--propagation=private", "--pid", "--mount-proc", "--net", "--fork", "--kill-child"];
        let probe = Command::new("unshare").args(APART).arg("true").output().await.expect("unshare of util-linux");
        if !probe.status.success() {
            let why = String::from_utf8_lossy(&probe.stderr).trim().to_string();
            println!("Only root can mount: what is packed was unpacked, and not installed or isolated ({why}).");
            return None;
        }
        let mut shell = Command::new("unshare")
            .args(APART)
            .args(["sh", "-e", "-c", &format!("{NETWORK}\nexport PATH=/usr/sbin:/usr/bin:/sbin:/bin\n{then}")])
            .envs(variables.iter().copied())
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("unshare");
        let input = shell.stdin.take().expect("an input");
        let output = BufReader::new(shell.stdout.take().expect("an output")).lines();
        let mut machine = Self { input, output, _shell: shell };
        machine.well("true").await;
        Some(machine)
    }

    /// Runs a command; answers its exit code and what it printed.
    pub async fn run(&mut self, command: &str) -> (i32, String) {
        let line = format!("( {command}\n) </dev/null 2>&1; code=$?; echo; echo {MARK}$code\n");
        self.input.write_all(line.as_bytes()).await.expect("a shell");
        let mut printed = String::new();
        loop {
            let read = tokio::time::timeout(RUN_MAX, self.output.next_line()).await;
            let Ok(Ok(Some(line))) = read else { panic!("{command} does not end, or the shell did: {printed}") };
            if let Some(code) = line.strip_prefix(MARK) {
                return (code.parse().expect("a code"), printed.trim().to_string());
            }
            printed += &(line + "\n");
        }
    }

    /// Runs a command that has to end well; answers what it printed.
    pub async fn well(&mut self, command: &str) -> String {
        let (code, printed) = self.run(command).await;
        assert_eq!(code, 0, "{command}: {printed}");
        printed
    }

    /// Runs a command that has to fail; answers what it printed.
    pub async fn fails(&mut self, command: &str) -> String {
        let (code, printed) = self.run(command).await;
        assert_ne!(code, 0, "{command}: {printed}");
        printed
    }

    /// Runs a command until it ends well.
    pub async fn until(&mut self, command: &str) -> String {
        let asked = std::time::Instant::now();
        loop {
            let (code, printed) = self.run(command).await;
            if code == 0 {
                return printed;
            }
            assert!(asked.elapsed() < READY_MAX, "{command}: {printed}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
