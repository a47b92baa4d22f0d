//! A review of what an agent is granted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Id, Instant, Person, Stamp};

words! {
    /// What a review made of a grant.
    ReviewedAs is "an outcome of a review" { Kept "kept" "kept", Narrowed "narrowed" "narrowed", Revoked "revoked" "revoked" }
}

/// A review of everything an agent is granted, at one time by one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentReview {
    /// Its id.
    pub id: Id,
    /// When.
    pub at: Instant,
    /// Who reviewed.
    pub by: Person,
    /// Each grant that held then.
    pub grants: Vec<GrantReview>,
    /// What else was said.
    #[serde(default)]
    pub note: String,
    /// Who took it back, where somebody did: then it counts no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<Stamp>,
}

/// What a review made of one grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GrantReview {
    /// The grant.
    pub grant: Id,
    /// What became of it.
    pub outcome: ReviewedAs,
    /// Why.
    pub reason: String,
    /// The narrower grant in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub narrowed_to: Option<Id>,
}
