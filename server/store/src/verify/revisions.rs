//! Published revisions: every file is still the one whose digest the chain vouches for.

use std::collections::BTreeMap;

use domain::Key;
use domain::casefile::Dossier;
use domain::checkpoint::PublicKey;
use domain::revision::{Manifest, digest, file_name};

use super::{Report, Subject};
use crate::Result;
use crate::engine::Tx;
use crate::revision::{MANIFEST, SIGNATURE};
use crate::signing::{Signature, is_signed};

/// Files by revision and name.
type Files = BTreeMap<(i64, String), Vec<u8>>;

/// Compares the files of every revision with the records, and names each that differs.
pub(super) async fn compare(
    tx: &mut Tx,
    incident: &Subject,
    dossier: &Dossier,
    keys: &[PublicKey],
    report: &mut Report,
) -> Result<()> {
    let key = incident.key;
    let rows: Vec<(i64, String, Vec<u8>)> =
        sqlx::query_as("select number, file, body from revision_files where incident_id = $1 order by number, file")
            .bind(&incident.id)
            .fetch_all(&mut *tx)
            .await?;
    let mut found: Files = rows.into_iter().map(|(number, file, body)| ((number, file), body)).collect();
    for revision in dossier.postmortem().revisions.iter().filter(|revision| !revision.manifest.is_empty()) {
        report.revisions += 1;
        let number = revision.number;
        let manifest = match take(&mut found, key, number, MANIFEST, &revision.manifest) {
            Ok(body) => Manifest::parse(&String::from_utf8_lossy(&body)).map_err(|error| format!("{key}: {error}")),
            Err(sentence) => Err(sentence),
        };
        match manifest {
            Ok(manifest) => {
                let text = manifest.text();
                let signature = found.remove(&(i64::from(number), SIGNATURE.to_string()));
                let signature = signature.and_then(|body| serde_json::from_slice::<Signature>(&body).ok());
                if !signature.is_some_and(|by| is_signed(keys, &by.key, &text, &by.signature)) {
                    report
                        .blame(key, format!("{key}: the signature of revision {number} is not that of its manifest."));
                }
                let mut take = |file: &str, sha256: &str| take(&mut found, key, number, file, sha256);
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

/// Takes a file out, if it is the one of that digest; the error is a sentence.
fn take(found: &mut Files, key: Key, number: u32, file: &str, sha256: &str) -> Result<Vec<u8>, String> {
    match found.remove(&(i64::from(number), file.to_string())) {
        Some(body) if digest(&body) == sha256 => Ok(body),
        Some(_) => Err(format!("{key}: {file} of revision {number} is not what was published: it was altered.")),
        None => Err(format!("{key}: {file} of revision {number} is gone.")),
    }
}
