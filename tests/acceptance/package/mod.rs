//! What `make package` makes, made of the binary under test, installed and started.

mod deb;
mod image;
mod machine;
mod parts;

use std::path::{Path, PathBuf};

use tokio::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_inquest-under-test");

/// Runs a program to its end; answers what it printed.
async fn done(program: &str, arguments: &[&str]) -> String {
    let output =
        Command::new(program).args(arguments).output().await.unwrap_or_else(|error| panic!("{program}: {error}"));
    let printed = crate::python::printed(&output);
    assert!(output.status.success(), "{program} {arguments:?}: {printed}");
    printed
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

/// The binary under test without what debuggers read, which is most of it.
async fn stripped(folder: &Path) -> PathBuf {
    let binary = folder.join("inquest");
    done("strip", &["-o", text(&binary), PROGRAM]).await;
    binary
}

/// Makes one of the packages, uncompressed; answers its path.
async fn package(only: &str, binary: &Path, version: &str, folder: &Path) -> PathBuf {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/packaging/package.py");
    let given = ["--binary", text(binary), "--out", text(folder), "--version", version, "--only", only, "--level", "0"];
    let said = done("python3", &[&[script], &given[..]].concat()).await;
    PathBuf::from(said.trim())
}
