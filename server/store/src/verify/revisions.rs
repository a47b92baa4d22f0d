//! Published revisions: every file is still the one whose digest the chain vouches for.

use std::collections::BTreeMap;

use domain::record::Dossier;
use domain::revision::{Manifest, digest};

use super::{Report, Subject};
use crate::Result;
use crate::engine::Tx;
use crate::revision::{MANIFEST, file_name};

/// Compares the files of every revision with the records, and names each that differs.
pub(super) async fn compare(
    tx: &mut Tx,
    incident: &Subject,
    dossier: &Dossier,
    report: &mut Report,
) -> Result<()> {
    let key = incident.key;
    let rows: Vec<(i64, String, Vec<u8>)> =
        sqlx::query_as("select number, file, body from revision_files where incident_id = $1 order by number, file")
            .bind(&incident.id)
            .fetch_all(&mut *tx)
            .await?;
    let mut found: BTreeMap<(i64, String), Vec<u8>> =
        rows.into_iter().map(|(number, file, body)| ((number, file), body)).collect();
    for revision in dossier.postmortem().revisions.iter().filter(|revision| !revision.manifest.is_empty()) {
        report.revisions += 1;
        let number = revision.number;
        let mut take = |file: &str, sha256: &str| match found.remove(&(i64::from(number), file.to_string())) {
            Some(body) if digest(&body) == sha256 => Ok(body),
            Some(_) => Err(format!("{key}: {file} of revision {number} is not what was published: it was altered.")),
            None => Err(format!("{key}: {file} of revision {number} is gone.")),
        };
        let manifest = match take(MANIFEST, &revision.manifest) {
            Ok(body) => Manifest::parse(&String::from_utf8_lossy(&body)).map_err(|error| format!("{key}: {error}")),
            Err(sentence) => Err(sentence),
        };
        match manifest {
            Ok(manifest) => {
                for file in &manifest.files {
                    if let Err(sentence) = take(&file_name(file.format, file.profile), &file.sha256) {
                        report.blame(key, sentence);
                    }
                }
            }
            Err(sentence) => {
                report.blame(key, sentence);
                // Without it nobody can say what belongs to the revision.
                found.retain(|(of, _), _| *of != i64::from(number));
            }
        }
    }
    if let Some((number, file)) = found.into_keys().next() {
        report.blame(key, format!("{key}: {file} of revision {number} was never published: it was put there."));
    }
    Ok(())
}
