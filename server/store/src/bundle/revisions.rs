//! The published revisions of a bundle: each text is the one whose digest the history vouches for.

use std::collections::{BTreeMap, BTreeSet};

use domain::bundle::REVISIONS;
use domain::casefile::Dossier;
use domain::checkpoint::PublicKey;
use domain::revision::{Manifest, digest, file_name};

use crate::revision::{MANIFEST, SIGNATURE};
use crate::signing::{Signature, is_signed};

/// What a file of a revision is called in a bundle.
pub(super) fn name(number: i64, file: &str) -> String {
    format!("{REVISIONS}{number}/{file}")
}

/// Holds every revision against the history.
pub(super) fn check(
    dossier: &Dossier,
    documents: &BTreeMap<String, Vec<u8>>,
    signer: &PublicKey,
    findings: &mut Vec<String>,
    notes: &mut Vec<String>,
) {
    let mut known = BTreeSet::new();
    for revision in dossier.postmortem().revisions.iter().filter(|revision| !revision.manifest.is_empty()) {
        let number = i64::from(revision.number);
        let mut due = vec![(name(number, MANIFEST), revision.manifest.clone())];
        let manifest = documents.get(&name(number, MANIFEST)).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        if let Some(manifest) = manifest.as_ref().and_then(|text| Manifest::parse(text).ok()) {
            let file = |file: &domain::revision::FrozenFile| {
                (name(number, &file_name(file.format, file.profile)), file.sha256.clone())
            };
            due.extend(manifest.files.iter().map(file));
        }
        for (file, sha256) in due {
            if documents.get(&file).is_none_or(|bytes| digest(bytes) != sha256) {
                findings.push(format!("{file} is not the text that was published, or it is gone."));
            }
            known.insert(file);
        }
        let file = name(number, SIGNATURE);
        let signature = documents.get(&file).and_then(|bytes| serde_json::from_slice::<Signature>(bytes).ok());
        match (signature, manifest) {
            (Some(by), Some(text)) if by.key == signer.id => {
                if !is_signed(std::slice::from_ref(signer), &by.key, &text, &by.signature) {
                    findings.push(format!("The signature of revision {number} is not that of its manifest."));
                }
            }
            (Some(by), _) => notes.push(format!(
                "Revision {number} was signed with the key {}, which is not in the bundle: ask the instance for it.",
                by.key
            )),
            (None, _) => findings.push(format!("Revision {number} has no signature.")),
        }
        known.insert(file);
    }
    let stray = documents.keys().find(|name| name.starts_with(REVISIONS) && !known.contains(*name));
    if let Some(name) = stray {
        findings.push(format!("{name} was never published: it was put there."));
    }
}
