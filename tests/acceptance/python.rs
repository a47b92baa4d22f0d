//! The Python tools of the tests (`make python-tools`).

use std::path::PathBuf;
use std::process::Output;

use tokio::process::Command;

/// A program beside the build cache.
pub fn tool(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of the test");
    let target = test.ancestors().nth(3).expect("target/debug/deps/test");
    let tool = target.join("tools/python/bin").join(name);
    assert!(tool.exists(), "{} is not there: `make python-tools` installs it", tool.display());
    tool
}

/// Runs one to its end, without proxies: it talks to servers of this machine.
pub async fn run(name: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(tool(name));
    command.args(arguments).env("NO_PROXY", "127.0.0.1").env("PYTHONDONTWRITEBYTECODE", "1").kill_on_drop(true);
    command.output().await.expect("the tool runs")
}

/// What it printed.
pub fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
