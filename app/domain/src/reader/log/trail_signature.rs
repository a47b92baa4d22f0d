//! The signatures of AWS under the digests of CloudTrail, checked with keys that are in the evidence.
//!
//! A digest holds the signature of the one before it; that of the last is only in the metadata of its object in S3. What
//! is signed, and that a missing signature stands in it as `null`, is as AWS's own validator has it: aws-cli,
//! `awscli/customizations/cloudtrail/validation.py` at 0130e1d4, read 2026-11-27. The arithmetic comes from outside:
//! these rules name no library.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::trail_digest::TrailDigest;
use crate::canonical::hex;

/// What is known of the signature under a digest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrailSignature {
    /// Not verified: no key for it was given, or its signature is not at hand.
    #[default]
    Unverified,
    /// Verified with the key of this fingerprint.
    Verified(String),
    /// It does not match: the digest, or the signature, is not as AWS wrote it.
    Mismatch,
}

/// A public key of AWS, as it is given in the evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailKey {
    /// What AWS calls it; a key from a file of its own has no such name.
    pub fingerprint: Option<String>,
    /// The key in DER, as PKCS #1 has it.
    pub der: Vec<u8>,
}

/// Checks what can be checked: each digest with the signature that the one after it holds. `verify` says whether a
/// signature over a message was made with the private half of a key in PKCS #1, by RSA with SHA-256.
pub fn check_trail_signatures(
    digests: &mut [TrailDigest],
    keys: &[TrailKey],
    verify: impl Fn(&[u8], &[u8], &[u8]) -> bool,
) {
    let signatures: Vec<Option<Vec<u8>>> = digests
        .iter()
        .map(|digest| {
            let names = |next: &&TrailDigest| {
                !digest.object.is_empty() && next.previous_object.as_ref() == Some(&digest.object)
            };
            digests.iter().find(names).and_then(|next| bytes_of(next.previous_signature.as_deref()?))
        })
        .collect();
    for (digest, signature) in digests.iter_mut().zip(signatures) {
        let Some(signature) = signature else { continue };
        let message = signed(digest);
        let name = digest.fingerprint.clone().unwrap_or_default();
        let fits = |key: &&TrailKey| key.fingerprint.as_ref().is_none_or(|own| name.is_empty() || *own == name);
        let mut fitting = keys.iter().filter(fits).peekable();
        if fitting.peek().is_none() {
            continue;
        }
        digest.signature = match fitting.find(|key| verify(&key.der, message.as_bytes(), &signature)) {
            Some(_) if !name.is_empty() => TrailSignature::Verified(name),
            Some(key) => TrailSignature::Verified(hex(&Sha256::digest(&key.der))),
            None => TrailSignature::Mismatch,
        };
    }
}

/// What AWS signs of a digest.
fn signed(digest: &TrailDigest) -> String {
    let before = digest.previous_signature.as_deref().unwrap_or("null");
    format!("{}\n{}/{}\n{}\n{before}", digest.end_time, digest.bucket, digest.object, digest.sha256)
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.len() % 2 == 1 || digits.len() > 4_096 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}
