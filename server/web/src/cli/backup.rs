//! Commands that move a whole instance: backup, restore, copy.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use store::{Restored, Settings};

use super::{Done, Failure, Place};

pub(super) async fn backup(place: &Place, file: &Path, bases: &[PathBuf]) -> Done {
    let store = place.open().await?;
    let done = store.backup(file, bases).await;
    store.close().await;
    let done = done?;
    for sha256 in &done.broken {
        println!(
            "The bytes of evidence {sha256} are gone or altered, and are not in the backup: `inquest verify` says where."
        );
    }
    println!(
        "{} has {} rows, {} pieces of evidence{}. It holds the signing key: keep it where only those may read it who may run the instance.",
        file.display(),
        done.rows,
        done.evidence,
        if done.kept > 0 { format!(" and the digests of {} in earlier backups", done.kept) } else { String::new() },
    );
    Ok(if done.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

pub(super) async fn restore(place: &Place, file: &Path, into: Option<&str>, bases: &[PathBuf]) -> Done {
    let settings = match into {
        None => place.settings(),
        Some(url) if url.contains("://") => Settings { database_url: Some(url.into()), ..place.settings() },
        Some(folder) => Settings { database_url: None, evidence_url: None, ..Settings::in_dir(folder) },
    };
    told(&store::restore(&settings, file, bases).await?, "was restored")
}

pub(super) async fn copy(place: &Place, to: &str) -> Done {
    if !to.starts_with("postgres://") && !to.starts_with("postgresql://") && !to.starts_with("sqlite:") {
        return Err(Failure::new(2, format!("“{to}” is no database: write it like postgres://user@host/inquest.")));
    }
    let store = place.open().await?;
    let copied = store.copy_to(&Settings { database_url: Some(to.into()), ..place.settings() }).await;
    store.close().await;
    told(&copied?, "was copied")
}

fn told(restored: &Restored, what: &str) -> Done {
    let report = &restored.report;
    report.broken.iter().for_each(|broken| println!("{}", broken.sentence));
    println!(
        "The instance {what}: {} rows, the same as they were; {} files of evidence. Verified: {} incidents, {} changes, {} evidence items: {}",
        restored.rows,
        restored.evidence,
        report.incidents,
        report.changes,
        report.evidence,
        if report.is_whole() { "all whole." } else { "broken as said above." }
    );
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
