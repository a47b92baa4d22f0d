//! Incidents that came from another instance.

use serde::{Deserialize, Serialize};

use crate::{Id, Key};

/// Where a case is from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Origin {
    /// Its key there.
    pub key: Key,
    /// Its id there.
    pub incident: Id,
    /// How many changes its history has.
    pub version: u64,
    /// The head of its chain.
    pub head: String,
    /// The key that signed the bundle.
    pub signer: String,
    /// Whether that key is one of this instance.
    pub is_known: bool,
    /// The verdict it had there.
    pub verdict: String,
    /// The evidence item with its history, as it came.
    pub history: Id,
}
