//! How an agent is stopped: whom Inquest tells, and what it tells them. Nothing here sends anything.

pub mod address;
mod answer;
mod draft;
mod hosts;
mod template;
mod webhook;

use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Id, Instant};

pub use answer::{ATTEMPTS_MAX, Meaning, meaning, wait_seconds};
pub use draft::StopSettingDraft;
pub use hosts::{Hosts, Target};
pub use template::{Filled, Piece, TemplateValues, secret_name, secret_names};
pub use webhook::{ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, key_text, payload, signed_content};

/// What the names of secrets begin with: nothing else of the environment is ever sent.
pub const SECRET_PREFIX: &str = "INQUEST_SECRET_";

pub use crate::agent::containment::StopKind;

words! {
    /// How a request asks.
    HttpMethod is "a method" {
        Post "POST" "POST", Put "PUT" "PUT", Patch "PATCH" "PATCH", Delete "DELETE" "DELETE",
    }
}

/// A header of a request. Its value may name secrets, and holds none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value, with placeholders.
    pub value: String,
}

/// How the stops of vendors are set up, and what each does not end.
pub const RECIPES: &str = include_str!("RECIPES.md");

/// A request as it would be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DryRun {
    /// How it asks.
    pub method: HttpMethod,
    /// Where it goes.
    pub url: String,
    /// Its headers: of each secret the name.
    pub headers: Vec<Header>,
    /// Its body.
    pub body: String,
    /// Whether it carries the signature of Standard Webhooks.
    pub is_signed: bool,
    /// The names of secrets that this server's environment does not have.
    pub secrets_not_set: Vec<String>,
    /// Never: this is a test.
    pub sent: bool,
}

/// A way to stop agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct StopSetting {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// How it is told.
    pub kind: StopKind,
    /// How the request asks.
    pub method: HttpMethod,
    /// Where it goes, with placeholders behind the host.
    pub url: String,
    /// Its headers.
    pub headers: Vec<Header>,
    /// Its body, as JSON with placeholders; empty for none, or for the one of every webhook.
    pub template: String,
    /// The environment variable that holds the key of a webhook's signature.
    pub secret: Option<String>,
    /// The agents it stops; none named for every agent.
    pub agents: Vec<Id>,
    /// Without an act for so long after it was sent, it was effective.
    pub quiet_seconds: i64,
    /// Nothing is sent: it is noted what would have been.
    pub is_dry_run: bool,
    /// How what it does is undone.
    pub undone_by: String,
    /// Since when it is there.
    pub created_at: Instant,
    /// Since when it is not used any more.
    pub retired_at: Option<Instant>,
}

impl StopSetting {
    /// Whether it stops this agent.
    pub fn serves(&self, agent: &Id) -> bool {
        self.retired_at.is_none() && (self.agents.is_empty() || self.agents.contains(agent))
    }

    /// The names of all secrets it uses.
    pub fn secrets(&self) -> Vec<String> {
        let mut names: Vec<String> = self.headers.iter().flat_map(|header| secret_names(&header.value)).collect();
        names.extend(self.secret.clone());
        names.sort();
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests;
