//! Verifying a bundle with nothing but its bytes.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};

use domain::bundle::{
    CASE, Case, EVIDENCE, MANIFEST, Manifest, SIGNATURE, Signer, evidence_of, read_case, read_manifest, weigh,
};
use domain::casefile::Dossier;
use domain::checkpoint::PublicKey;

use super::pack::{self, Place};
use super::revisions;
use crate::change::canonical;
use crate::signing::{Signature, is_signed};

/// The longest document of a bundle that is read: a history of 30,000 changes of 4 KB.
pub(super) const DOCUMENT_BYTES_MAX: u64 = 128 << 20;
/// All documents of a bundle: the history and the texts of its revisions.
const DOCUMENTS_BYTES_MAX: u64 = 256 << 20;

/// A bundle that was looked through.
#[derive(Debug, Default)]
pub struct Bundled {
    /// What it says it consists of.
    pub manifest: Option<Manifest>,
    /// Its history, and what severity and verdict came to.
    pub case: Option<Case>,
    /// The case file that its history leaves.
    pub dossier: Option<Dossier>,
    /// What is wrong, each in a sentence.
    pub findings: Vec<String>,
    /// What cannot be proven and is no fault, each in a sentence.
    pub notes: Vec<String>,
    /// How many pieces of evidence it has the bytes of.
    pub evidence: usize,
    pub(super) documents: BTreeMap<String, Vec<u8>>,
    pub(super) places: Vec<Place>,
}

impl Bundled {
    /// Whether everything is as it was written.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    fn blame(&mut self, sentence: impl Into<String>) {
        self.findings.push(sentence.into());
    }
}

/// Where the bytes of a file go while they are hashed: documents are kept, evidence is not.
enum Sink {
    Kept(Vec<u8>),
    Passed,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Self::Kept(kept) = self {
            kept.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Verifies a bundle: the zip, the signature, every digest, the chain, and severity and verdict. The error is a
/// sentence: the file is no bundle, or one that this program cannot read.
pub fn check_bundle(from: impl Read) -> Result<Bundled, String> {
    let mut bundled = Bundled::default();
    if let Err(error) = unpack(from, &mut bundled) {
        if error.kind() != ErrorKind::InvalidData {
            return Err(error.to_string());
        }
        // What stands behind the fault cannot be told from it.
        bundled.blame(error.to_string());
        return Ok(bundled);
    }
    let manifest = match bundled.documents.get(MANIFEST).map(|bytes| read_manifest(bytes)) {
        Some(Ok(manifest)) => manifest,
        Some(Err(error)) if error.is_foreign => return Err(error.sentence),
        Some(Err(error)) => {
            bundled.blame(error.sentence);
            return Ok(bundled);
        }
        None => {
            bundled.blame("The bundle has no manifest.json: nothing in it can be proven.");
            return Ok(bundled);
        }
    };
    check_signature(&mut bundled, &manifest);
    check_files(&mut bundled, &manifest);
    check_evidence(&mut bundled, &manifest);
    if bundled.is_whole() {
        check_case(&mut bundled, &manifest);
    }
    bundled.manifest = Some(manifest);
    Ok(bundled)
}

fn unpack(from: impl Read, bundled: &mut Bundled) -> std::io::Result<()> {
    let mut room = DOCUMENTS_BYTES_MAX;
    let take = |name: &str, bytes: u64| {
        if name.starts_with(EVIDENCE) {
            return Ok(Sink::Passed);
        }
        if bytes > DOCUMENT_BYTES_MAX || bytes > room {
            let sentence = format!("{name} is larger than any bundle's: it says {bytes} bytes.");
            return Err(std::io::Error::new(ErrorKind::InvalidData, sentence));
        }
        room -= bytes;
        Ok(Sink::Kept(Vec::new()))
    };
    let documents = &mut bundled.documents;
    let taken = |place: &Place, sink: Sink| {
        if let Sink::Kept(kept) = sink {
            documents.insert(place.name.clone(), kept);
        }
        Ok(())
    };
    bundled.places = pack::read(from, take, taken)?;
    Ok(())
}

fn check_signature(bundled: &mut Bundled, manifest: &Manifest) {
    let Some(bytes) = bundled.documents.get(SIGNATURE) else {
        return bundled.blame("The bundle has no signature.json: nobody vouches for it.");
    };
    let signature: Option<Signature> = serde_json::from_slice(bytes).ok();
    let is_plain = |signature: &Signature| {
        serde_json::to_value(signature).is_ok_and(|value| format!("{}\n", canonical(&value)).as_bytes() == &bytes[..])
    };
    let Some(signature) = signature.filter(is_plain) else {
        return bundled.blame("signature.json is not as signatures are written: it was altered.");
    };
    let text = bundled.documents.get(MANIFEST).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let keys = [public_key(&manifest.signer, manifest)];
    if signature.key != manifest.signer.id
        || !is_signed(&keys, &signature.key, &text.unwrap_or_default(), &signature.signature)
    {
        bundled.blame("The signature is not that of manifest.json: it, the manifest or the key was altered.");
    }
}

fn public_key(signer: &Signer, manifest: &Manifest) -> PublicKey {
    PublicKey {
        id: signer.id.clone(),
        public_key: signer.public_key.clone(),
        created_at: manifest.as_of,
        retired_at: None,
    }
}

/// Every file is one of the manifest's, and every file of the manifest is there as it was.
fn check_files(bundled: &mut Bundled, manifest: &Manifest) {
    let found: BTreeMap<&str, &Place> = bundled.places.iter().map(|place| (place.name.as_str(), place)).collect();
    let mut findings = Vec::new();
    for file in &manifest.files {
        match found.get(file.name.as_str()) {
            Some(place) if (&place.sha256, place.bytes) == (&file.sha256, file.bytes) => {}
            Some(_) => findings.push(format!("{} is not what was signed: its bytes have another SHA-256.", file.name)),
            None => findings.push(format!("{} is gone from the bundle.", file.name)),
        }
    }
    for name in found.keys().filter(|name| !name.starts_with(EVIDENCE) && ![MANIFEST, SIGNATURE].contains(name)) {
        if !manifest.files.iter().any(|file| file.name == *name) {
            findings.push(format!("{name} is not in the manifest: it was put there."));
        }
    }
    bundled.findings.extend(findings);
}

/// The bytes of evidence are under their digest: all that the instance had, or none.
fn check_evidence(bundled: &mut Bundled, manifest: &Manifest) {
    let found: BTreeMap<&str, &Place> =
        bundled.places.iter().filter_map(|place| Some((place.name.strip_prefix(EVIDENCE)?, place))).collect();
    let (mut findings, mut notes) = (Vec::new(), Vec::new());
    for (sha256, place) in &found {
        if place.sha256 != **sha256 {
            findings.push(format!("{} is not what its name says: its bytes have another SHA-256.", place.name));
        } else if !manifest.evidence.iter().any(|item| item.sha256 == **sha256 && item.bytes == place.bytes) {
            findings.push(format!("{} is not in the manifest: it was put there.", place.name));
        }
    }
    for item in manifest.evidence.iter().filter(|item| !found.contains_key(item.sha256.as_str())) {
        if !item.held {
            notes.push(format!("The instance no longer had the bytes of evidence {} as received.", item.sha256));
        } else if !found.is_empty() {
            findings.push(format!("The bytes of evidence {} are gone from the bundle.", item.sha256));
        }
    }
    if found.is_empty() && manifest.evidence.iter().any(|item| item.held) {
        notes.push("The bundle has the digests of its evidence only: hold the bytes themselves against them.".into());
    }
    bundled.evidence = found.len();
    bundled.findings.extend(findings);
    bundled.notes.extend(notes);
}

fn check_case(bundled: &mut Bundled, manifest: &Manifest) {
    let case = match bundled.documents.get(CASE).map(|bytes| read_case(bytes)) {
        Some(Ok(case)) => case,
        Some(Err(error)) => return bundled.blame(error.sentence),
        None => return bundled.blame("The bundle has no case.json."),
    };
    if (&case.incident, case.version, &case.head) != (&manifest.incident, manifest.version, &manifest.head) {
        bundled.blame("case.json and manifest.json are not of the same case.");
    }
    let weighed = weigh(&case, manifest.key);
    bundled.findings.extend(weighed.findings);
    if let Some(dossier) = weighed.dossier {
        let named: BTreeMap<String, u64> =
            manifest.evidence.iter().map(|item| (item.sha256.clone(), item.bytes)).collect();
        if named != evidence_of(&dossier) || named.len() != manifest.evidence.len() {
            bundled.blame("The manifest names other evidence than the history has.");
        }
        if case.readings.iter().any(|reading| dossier.evidence.find(&reading.evidence).is_none()) {
            bundled.blame("case.json says how evidence is read that is not in the history.");
        }
        let signer = public_key(&manifest.signer, manifest);
        revisions::check(&dossier, &bundled.documents, &signer, &mut bundled.findings, &mut bundled.notes);
        bundled.dossier = Some(dossier);
    }
    bundled.case = Some(case);
}
