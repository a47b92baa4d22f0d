//! Bundles: a case that travels as one file, with its history, its evidence and the signature of the instance.
//!
//! `FORMAT.md` beside this file says what is in one, so that others can write a verifier of their own; `verify.py` is one.

mod history;
mod import;
mod weigh;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::canonical;
use crate::casefile::Dossier;
use crate::{Id, Instant, Key};

pub use crate::incident::Origin;
pub use import::{CaseImport, Coming};
pub use weigh::{Weighed, weigh};

/// The form of a bundle that this program writes and reads.
pub const FORM: &str = "inquest-bundle/1";
/// What comes before the number of a form.
const FORM_HEAD: &str = "inquest-bundle/";
/// The schema of `case.json`, as it is published.
pub const SCHEMA: &str = include_str!("schema.json");

/// The file with the history.
pub const CASE: &str = "case.json";
/// The file that names all others.
pub const MANIFEST: &str = "manifest.json";
/// The signature of that file.
pub const SIGNATURE: &str = "signature.json";
/// Where evidence is, under its digest.
pub const EVIDENCE: &str = "evidence/";
/// Where published revisions are, under their number.
pub const REVISIONS: &str = "revisions/";

/// The case: every entry with its history, and what severity and verdict come to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The form of the bundle.
    pub form: String,
    /// The incident's id, which is its own in every instance.
    pub incident: Id,
    /// How many changes it has.
    pub version: u64,
    /// The hash of the last of them.
    pub head: String,
    /// All of them, from the first.
    pub changes: Vec<Linked>,
    /// How its logs are read.
    pub readings: Vec<ImportSettings>,
    /// The facts that severity and verdict rest on, in the shape of `POST /evaluate`.
    pub facts: Value,
    /// What the severity came to.
    pub severity: Value,
    /// What the verdict came to.
    pub verdict: Value,
}

/// A change with its link in the chain.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linked {
    /// The change.
    pub change: Value,
    /// SHA-256 of the hash before it and the change as canonical JSON, in hex.
    pub hash: String,
}

/// How a log is read: what a person said of it, or what was found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportSettings {
    /// The evidence item.
    pub evidence: Id,
    /// Its format.
    pub format: Option<String>,
    /// Which columns mean what.
    pub mapping: Option<Value>,
    /// Encoding, zone and order of dates.
    pub terms: Option<Value>,
}

/// What a bundle consists of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form of the bundle.
    pub form: String,
    /// The incident's key where the bundle was written.
    pub key: Key,
    /// The incident's id.
    pub incident: Id,
    /// The number of changes.
    pub version: u64,
    /// The head of the chain.
    pub head: String,
    /// When the last change was made.
    pub as_of: Instant,
    /// The key that signed it.
    pub signer: Signer,
    /// The files, but for evidence, this one and its signature.
    pub files: Vec<FileDigest>,
    /// The bytes of evidence. They may be left out of a bundle, all together.
    pub evidence: Vec<EvidenceDigest>,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// The first 16 digits of the SHA-256 of the key.
    pub id: String,
    /// The Ed25519 key, in hex.
    pub public_key: String,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDigest {
    /// Its name.
    pub name: String,
    /// The SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// How many they are.
    pub bytes: u64,
}

/// Bytes of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceDigest {
    /// Their SHA-256, in hex.
    pub sha256: String,
    /// How many they are.
    pub bytes: u64,
    /// Whether the instance still had them as they were received.
    pub held: bool,
}

impl Manifest {
    /// The manifest as it is kept and signed.
    pub fn text(&self) -> String {
        canonical(&serde_json::to_value(self).unwrap_or_default())
    }
}

/// Why a document of a bundle cannot be read: the sentence, and whether a newer program wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong.
    pub sentence: String,
    /// Whether the form is one that this program does not know.
    pub is_foreign: bool,
}

/// Reads `manifest.json`.
pub fn read_manifest(bytes: &[u8]) -> Result<Manifest, Unreadable> {
    read(MANIFEST, bytes)
}

/// Reads `case.json`.
pub fn read_case(bytes: &[u8]) -> Result<Case, Unreadable> {
    read(CASE, bytes)
}

fn read<T: for<'de> Deserialize<'de>>(name: &str, bytes: &[u8]) -> Result<T, Unreadable> {
    let broken = |error: String| Unreadable {
        sentence: format!("{name} cannot be read by the schema of {FORM}: {error}."),
        is_foreign: false,
    };
    let value: Value = serde_json::from_slice(bytes).map_err(|error| broken(error.to_string()))?;
    let form = value.get("form").and_then(Value::as_str).unwrap_or_default();
    let number = form.strip_prefix(FORM_HEAD).and_then(|number| number.parse::<u64>().ok());
    if form != FORM && number.is_some_and(|number| number > 1) {
        let sentence = format!(
            "The bundle has the form {form}, which a newer Inquest wrote; this one reads {FORM}: use a newer Inquest."
        );
        return Err(Unreadable { sentence, is_foreign: true });
    }
    if form != FORM {
        return Err(broken(format!("its form is “{form}”")));
    }
    // What could be read in two ways, as a name that is there twice, is not what this program writes.
    if canonical(&value).as_bytes() != bytes.strip_suffix(b"\n").unwrap_or(bytes) {
        return Err(broken("it is not canonical JSON".into()));
    }
    serde_json::from_value(value).map_err(|error| broken(error.to_string()))
}

/// Whether a bundle may have a file of that name. No other one is ever opened, let alone written to a disk.
pub fn is_name(name: &str) -> bool {
    if [CASE, MANIFEST, SIGNATURE].contains(&name) {
        return true;
    }
    if let Some(sha256) = name.strip_prefix(EVIDENCE) {
        return is_digest(sha256);
    }
    let Some((number, file)) = name.strip_prefix(REVISIONS).and_then(|rest| rest.split_once('/')) else { return false };
    let is_number = !number.is_empty() && number.len() <= 9 && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'.';
    is_number && !file.starts_with('.') && !file.is_empty() && file.len() <= 40 && file.bytes().all(is_plain)
}

/// Whether a text is a SHA-256 in hex.
pub fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The bytes that a case file names, each once: digest and length.
pub fn evidence_of(dossier: &Dossier) -> BTreeMap<String, u64> {
    dossier.evidence.all().map(|item| (item.sha256.clone(), item.bytes)).collect()
}
