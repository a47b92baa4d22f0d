//! The command line, through the real binary.

mod crash;
mod evaluate;
mod serve;

use acceptance::world::{PASSWORD, flip};
use acceptance::{Binary, Program};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_inquest-under-test");

fn inquest() -> Binary {
    Binary::new(PROGRAM)
}

#[tokio::test]
async fn the_version_says_from_which_commit_and_with_what_it_was_built() {
    let said = inquest().run(&["--version"]).await.well();
    let (number, built) = said.trim().strip_prefix("inquest ").and_then(|said| said.split_once(" (")).expect("both");
    assert_eq!(number, env!("CARGO_PKG_VERSION"), "{said}");
    let (commit, features) = built.trim_end_matches(')').split_once(", features: ").expect("both");
    assert!(commit.strip_prefix("commit ").is_some_and(|commit| !commit.is_empty()) && !features.is_empty(), "{said}");
}

#[tokio::test]
async fn accounts_are_added_listed_and_disabled() {
    let inquest = inquest();
    let said = inquest.add_user("ada@example.org", "Ada", "admin").await;
    assert!(said.contains("ada@example.org admin"), "{said}");
    inquest.add_user("grace@example.org", "Grace", "reviewer").await;
    let listed = inquest.run(&["user", "list"]).await.well();
    assert_eq!(listed.lines().count(), 2);
    assert!(listed.lines().any(|line| line.ends_with("\tgrace@example.org\tGrace\treviewer")), "{listed}");
    inquest.run(&["user", "disable", "--email", "grace@example.org"]).await.well();
    let listed = inquest.run(&["user", "list"]).await.well();
    assert!(listed.lines().any(|line| line.ends_with("\treviewer\tdisabled")), "{listed}");
    let twice = inquest
        .run_with(
            &["user", "add", "--email", "ada@example.org", "--name", "Ada", "--role", "admin", "--password-stdin"],
            PASSWORD,
        )
        .await;
    assert_eq!(
        (twice.code, twice.stderr.as_str()),
        (1, "inquest: There is an account with this e-mail address already.\n")
    );
    let unknown = inquest.run(&["user", "disable", "--email", "nobody@example.org"]).await.with(1);
    assert!(unknown.contains("`inquest user list` shows them"), "{unknown}");
    let last = inquest.run(&["user", "disable", "--email", "ada@example.org"]).await.with(1);
    assert!(last.contains("This is the last admin"), "{last}");
}

#[tokio::test]
async fn wrong_usage_ends_with_2_and_says_what_to_do() {
    let inquest = inquest();
    for arguments in [
        &["user", "add", "--email", "a@b", "--name", "A", "--role", "king", "--password-stdin"][..],
        &["fly"],
        &["export"],
        &["export", "12"],
        &["verify", "12"],
        &["user", "add", "--email", "a@b", "--name", "A", "--role", "admin"],
        &["token", "create", "--user", "a@b", "--name", "x", "--scope", "all"],
    ] {
        let done = inquest.run(arguments).await;
        assert_eq!(done.code, 2, "{arguments:?}: {}{}", done.out, done.stderr);
        assert!(done.out.is_empty() && !done.stderr.trim().is_empty(), "{arguments:?}: {}", done.out);
    }
    let help = inquest.run(&["help"]).await.well();
    for command in ["serve", "health", "user", "token", "demo", "export", "evaluate", "verify"] {
        assert!(help.contains(command), "{help}");
        let own = inquest.run(&["help", command]).await.well();
        assert!(own.contains("Usage:"), "{command}: {own}");
    }
}

#[tokio::test]
async fn a_token_is_the_last_word_and_works() {
    let inquest = inquest();
    inquest.add_user("rita@example.org", "Rita", "responder").await;
    let create = async |more: &[&str]| {
        let arguments: Vec<&str> =
            ["token", "create", "--user", "rita@example.org", "--name", "alerts"].iter().chain(more).copied().collect();
        let said = inquest.run(&arguments).await.well();
        said.split_whitespace().last().expect("a word").to_string()
    };
    let (reader, writer, agent) = (
        create(&[]).await,
        create(&["--scope", "write"]).await,
        create(&["--scope", "write", "--agent", "scribe", "--expires", "30"]).await,
    );
    let serving = inquest.serve().await;
    let [reader, writer, agent] = [reader, writer, agent].map(|token| Program::new(&serving.url, &token));
    reader.refused(403, "POST", "/incidents", json!({ "title": "x" })).await;
    writer.ok("POST", "/incidents", json!({ "title": "Agent answered in public" })).await;
    agent.ok("PATCH", "/incidents/INC-1", json!({ "title": "Agent answered, unasked" })).await;
    let changes = reader.ok("GET", "/incidents/INC-1/changes", Value::Null).await;
    let agents: Vec<&Value> =
        changes["items"].as_array().expect("changes").iter().map(|change| &change["actor"]["agent"]).collect();
    assert_eq!((agents.first(), agents.last()), (Some(&&Value::Null), Some(&&json!("scribe"))));
    let refused = inquest.run(&["token", "create", "--user", "nobody@example.org", "--name", "x"]).await.with(1);
    assert!(refused.contains("there is no account with the address nobody@example.org"), "{refused}");
}

#[tokio::test]
async fn the_example_library_is_loaded_once() {
    let inquest = inquest();
    assert_eq!(inquest.run(&["demo"]).await.well(), "5 example incidents were added.\n");
    let before = inquest.run(&["verify"]).await.well();
    assert!(before.starts_with("5 incidents,") && before.ends_with("all whole.\n"), "{before}");
    assert_eq!(inquest.run(&["demo"]).await.well(), "The example library is there already; nothing was changed.\n");
    assert_eq!(inquest.run(&["verify"]).await.well(), before);
}

#[tokio::test]
async fn an_export_goes_to_the_terminal_or_a_file() {
    let inquest = inquest();
    inquest.run(&["demo"]).await.well();
    let printed = inquest.run(&["export", "INC-1"]).await.well();
    assert!(printed.starts_with("# INC-1: "), "{printed}");
    inquest.run(&["export", "inc-1", "--out", "postmortem.md"]).await.well();
    assert_eq!(std::fs::read_to_string(inquest.folder().join("postmortem.md")).expect("the file"), printed);
    let csv = inquest.run(&["export", "INC-1", "--format", "csv"]).await.well();
    assert!(csv.starts_with("\u{feff}message,datetime,timestamp_desc"), "{csv}");
    let public = inquest.run(&["export", "INC-1", "--profile", "public"]).await.well();
    assert!(public.contains("This is the public profile."), "{public}");
    let berlin = inquest.run(&["export", "INC-1", "--zone", "Europe/Berlin"]).await.well();
    assert!(berlin.contains("in Europe/Berlin"), "{berlin}");
    for (arguments, code) in [
        (["export", "INC-99", "--format", "md"], 1),
        (["export", "INC-1", "--format", "doc"], 1),
        (["export", "INC-1", "--zone", "Mars"], 2),
    ] {
        inquest.run(&arguments).await.with(code);
    }
}

#[tokio::test]
async fn one_altered_byte_of_evidence_is_named() {
    let inquest = inquest();
    inquest.run(&["demo"]).await.well();
    let blob = blobs(&inquest).into_iter().next().expect("a blob");
    flip(&blob);
    let said = inquest.run(&["verify"]).await.with(1);
    assert!(said.contains("do not match their SHA-256") && said.contains("broken as said above."), "{said}");
    flip(&blob);
    inquest.run(&["verify"]).await.well();
    std::fs::remove_file(&blob).expect("removed");
    let said = inquest.run(&["verify"]).await.with(1);
    assert!(said.contains("are missing."), "{said}");
}

#[tokio::test]
async fn an_export_shows_a_log_that_was_rewritten() {
    let inquest = inquest();
    inquest.run(&["demo"]).await.well();
    inquest.add_user("rita@example.org", "Rita", "responder").await;
    for (name, format) in [("kept.md", "md"), ("kept.csv", "csv")] {
        inquest.run(&["export", "INC-1", "--format", format, "--out", name]).await.well();
    }
    let said = inquest.run(&["verify"]).await.well();
    std::fs::write(inquest.folder().join("kept.txt"), &said).expect("written");
    // The line with which decisions about alerts begin, and the account.
    assert!(said.contains("Instance · Revision 2 · chain head sha256:"), "{said}");
    let expect = ["verify", "--expect", "kept.md", "--expect", "kept.csv", "--expect", "kept.txt"];
    let said = inquest.run(&expect).await.well();
    assert!(said.contains("3 expected heads: all whole."), "{said}");
    // Another log of the same incidents, whole in itself.
    std::fs::remove_dir_all(inquest.folder().join("evidence")).expect("removed");
    for file in std::fs::read_dir(inquest.folder()).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if file.to_string_lossy().contains("inquest.db") {
            std::fs::remove_file(file).expect("removed");
        }
    }
    inquest.run(&["demo"]).await.well();
    inquest.run(&["verify"]).await.well();
    let said = inquest.run(&expect).await.with(1);
    assert_eq!(said.matches("the log was rewritten.").count(), 2, "{said}");
    assert!(said.contains("Instance: it is not here, though it was at revision 2"), "{said}");
    let said = inquest.run(&["verify", "--expect", "inquest.db"]).await.with(2);
    assert!(said.contains("inquest.db"), "{said}");
}

/// The files of evidence, in order.
fn blobs(inquest: &Binary) -> Vec<std::path::PathBuf> {
    let folders = std::fs::read_dir(inquest.folder().join("evidence"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    let short = folders.filter(|path| path.is_dir() && path.file_name().is_some_and(|name| name.len() == 2));
    let mut files: Vec<_> = short
        .flat_map(|folder| std::fs::read_dir(folder).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn an_altered_change_breaks_the_chain_where_it_was_altered() {
    let inquest = inquest();
    inquest.run(&["demo"]).await.well();
    store::testing::tamper_change(inquest.folder(), 2, 7).await.expect("altered");
    let said = inquest.run(&["verify"]).await.with(1);
    assert!(said.contains("INC-2: change 7 (") && said.contains("was altered"), "{said}");
    assert_eq!(said.lines().filter(|line| line.contains("was altered")).count(), 1, "the first broken link: {said}");
    inquest.run(&["verify", "INC-1"]).await.well();
    inquest.run(&["verify", "INC-2"]).await.with(1);
    inquest.run(&["verify", "INC-99"]).await.with(1);
}
