//! What every fixture is detected as, what is read of it, and what a proposal says of its format: one table, kept beside
//! the test.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::reader::log::{detect, read_all};

/// Every file in a folder and in the folders in it, in order.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending != "truth") {
            found.push(path);
        }
    }
}

/// One line for each file.
fn table(folder: &Path) -> String {
    let mut paths = Vec::new();
    files(folder, &mut paths);
    let mut table = String::new();
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        let reading = read_all(&bytes, &name);
        let summary = &reading.summary;
        assert_eq!(detect(&bytes, &name), reading.format, "{name}");
        writeln!(
            table,
            "{name}: {} · {} records, {} merged, {} skipped, {} unreadable, {} gaps",
            summary.format.word(),
            summary.records,
            summary.merged,
            summary.skipped,
            summary.unreadable,
            summary.gap_count
        )
        .unwrap();
    }
    table
}

#[test]
fn every_fixture_is_detected_and_read_as_the_table_says() {
    let table = table(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/reader/log/fixtures"));
    println!("{table}");
    let told: Vec<&str> = include_str!("read.txt").lines().collect();
    let found: Vec<&str> = table.lines().collect();
    found.iter().zip(&told).for_each(|(found, told)| assert_eq!(found, told));
    assert_eq!(found.len(), told.len(), "Each fixture has its line in read.txt.");
}
