//! SHA-256, in hex.

use sha2::{Digest, Sha256};

/// Bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    digits.map(char::from).collect()
}

/// The digest of a text.
pub(crate) fn sha256(text: &str) -> String {
    sha256_bytes(text.as_bytes())
}

/// The digest of bytes.
pub(crate) fn sha256_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Takes out the one character that PostgreSQL cannot keep in a text.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "")
}
