//! Checkpoints: the signed head of a chain of changes, for others to keep. A chain that does not go through every
//! checkpoint was rewritten or shortened, even where every hash in the database fits again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Instant;
use crate::canonical::canonical;
use crate::revision::digest;

/// The form of what is signed.
const FORM: &str = "inquest-checkpoint/1";
/// The form of the list that is fetched.
pub const LIST_FORM: &str = "inquest-checkpoints/1";

/// What a chain said at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checkpoint {
    /// Its place among all checkpoints of the instance, from 1.
    pub number: u64,
    /// Whose chain: the SHA-256 of the incident's id, so that nobody learns of an incident they may not see.
    pub chain: String,
    /// How many changes the chain had.
    pub changes: u64,
    /// The hash of the last of them.
    pub head: String,
    /// When.
    pub at: Instant,
    /// The SHA-256 of the checkpoint before; blank for the first.
    pub previous: String,
    /// The key that signed it.
    pub key: String,
    /// The Ed25519 signature of its text, in hex.
    pub signature: String,
}

impl Checkpoint {
    /// What is signed: canonical JSON.
    pub fn text(&self) -> String {
        canonical(&json!({
            "form": FORM, "number": self.number, "chain": self.chain, "changes": self.changes, "head": self.head,
            "at": self.at, "previous": self.previous, "key": self.key,
        }))
    }

    /// What the next one names as the one before it.
    pub fn digest(&self) -> String {
        digest(self.text().as_bytes())
    }
}

/// A key by which signatures are checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublicKey {
    /// The first 16 digits of the SHA-256 of the key.
    pub id: String,
    /// The Ed25519 key, in hex.
    pub public_key: String,
    /// Since when it signs.
    pub created_at: Instant,
    /// Since when it signs nothing more.
    pub retired_at: Option<Instant>,
}

/// What is fetched of the checkpoints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Checkpoints {
    /// The form of this document.
    pub form: String,
    /// Every key that ever signed here.
    pub keys: Vec<PublicKey>,
    /// The checkpoints, in the order of their numbers.
    pub checkpoints: Vec<Checkpoint>,
    /// Where the next page begins: `?since=`.
    pub next: Option<u64>,
}
