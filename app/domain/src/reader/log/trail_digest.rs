//! The digest files of AWS CloudTrail: which log files were delivered in an hour, and what the digest before was.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::stamp::read_stamp;
use super::trail_signature::TrailSignature;
use crate::canonical::hex;
use crate::time::Instant;

/// The only hash CloudTrail uses; another one cannot be compared.
const ALGORITHM: &str = "SHA-256";

/// A digest file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrailDigest {
    /// SHA-256 of the file itself, unpacked, in hex.
    pub sha256: String,
    /// The object in S3 as which it was delivered.
    pub object: String,
    /// From when it lists what was delivered.
    pub from: Instant,
    /// Until when.
    pub to: Instant,
    /// The object of the digest before; absent in the first one after logging or its validation was started.
    #[serde(default)]
    pub previous_object: Option<String>,
    /// SHA-256 of the digest before, unpacked, in hex.
    #[serde(default)]
    pub previous_sha256: Option<String>,
    /// The bucket in which it was delivered.
    #[serde(default)]
    pub bucket: String,
    /// Until when, as it is written: so it is signed.
    #[serde(default)]
    pub end_time: String,
    /// The name of the key it was signed with.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// The signature of the digest before, in hex.
    #[serde(default)]
    pub previous_signature: Option<String>,
    /// What is known of its own signature.
    #[serde(default)]
    pub signature: TrailSignature,
    /// What was delivered.
    #[serde(default)]
    pub log_files: Vec<DigestedFile>,
}

/// A log file, as a digest lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DigestedFile {
    /// The object in S3 as which it was delivered.
    pub object: String,
    /// SHA-256 of the file, unpacked, in hex.
    #[serde(default)]
    pub sha256: Option<String>,
    /// The time of its oldest event.
    #[serde(default)]
    pub from: Option<Instant>,
    /// The time of its newest event.
    #[serde(default)]
    pub to: Option<Instant>,
}

/// A digest as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    digest_start_time: String,
    digest_end_time: String,
    #[serde(rename = "digestS3Object", default)]
    object: Option<String>,
    #[serde(rename = "previousDigestS3Object", default)]
    previous_object: Option<String>,
    #[serde(rename = "digestS3Bucket", default)]
    bucket: Option<String>,
    #[serde(default)]
    digest_public_key_fingerprint: Option<String>,
    #[serde(default)]
    previous_digest_signature: Option<String>,
    #[serde(default)]
    previous_digest_hash_value: Option<String>,
    #[serde(default)]
    previous_digest_hash_algorithm: Option<String>,
    log_files: Vec<WrittenFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenFile {
    #[serde(rename = "s3Object", default)]
    object: Option<String>,
    #[serde(default)]
    hash_value: Option<String>,
    #[serde(default)]
    hash_algorithm: Option<String>,
    #[serde(default)]
    oldest_event_time: Option<String>,
    #[serde(default)]
    newest_event_time: Option<String>,
}

/// Reads a whole digest file, unpacked. `None` where it is none, or not a sound one: a digest that is read in part proves nothing.
pub fn trail_digest(bytes: &[u8]) -> Option<TrailDigest> {
    let written: Written = serde_json::from_slice(bytes).ok()?;
    let (from, to) = (time(&written.digest_start_time)?, time(&written.digest_end_time)?);
    (from < to).then(|| TrailDigest {
        sha256: hex(&Sha256::digest(bytes)),
        object: written.object.unwrap_or_default(),
        from,
        to,
        bucket: written.bucket.unwrap_or_default(),
        end_time: written.digest_end_time,
        fingerprint: written.digest_public_key_fingerprint.map(|name| name.to_lowercase()),
        previous_signature: written.previous_digest_signature.filter(|signature| !signature.is_empty()),
        signature: TrailSignature::default(),
        previous_object: written.previous_object.filter(|object| !object.is_empty()),
        previous_sha256: hash(written.previous_digest_hash_value, written.previous_digest_hash_algorithm.as_deref()),
        log_files: written.log_files.into_iter().map(file).collect(),
    })
}

impl TrailDigest {
    /// Fills in the times of log files that the digest does not tell, from what was read of them, by their SHA-256.
    pub fn date_files(&mut self, known: &BTreeMap<String, (Instant, Instant)>) {
        for file in &mut self.log_files {
            let read = file.sha256.as_ref().and_then(|sha256| known.get(sha256));
            if let (Some((from, to)), None, None) = (read, file.from, file.to) {
                (file.from, file.to) = (Some(*from), Some(*to));
            }
        }
    }
}

fn file(written: WrittenFile) -> DigestedFile {
    let at = |text: Option<String>| text.as_deref().and_then(time);
    DigestedFile {
        object: written.object.unwrap_or_default(),
        sha256: hash(written.hash_value, written.hash_algorithm.as_deref()),
        from: at(written.oldest_event_time),
        to: at(written.newest_event_time),
    }
}

fn hash(value: Option<String>, algorithm: Option<&str>) -> Option<String> {
    let known = algorithm.is_none_or(|algorithm| algorithm.eq_ignore_ascii_case(ALGORITHM));
    value.filter(|value| known && !value.is_empty()).map(|value| value.to_ascii_lowercase())
}

fn time(text: &str) -> Option<Instant> {
    read_stamp(text, None).time
}
