//! What people say of their own account.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::time::Zone;
use crate::{Refusal, Ruled};

/// An account as its person sets it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct AccountDraft {
    /// The name that stands beside everything they do.
    #[serde(default)]
    pub name: String,
    /// The zone in which they read and type times: UTC unless it is said.
    pub zone: Option<String>,
    /// `light` or `dark`; without it what the system chooses.
    pub theme: Option<String>,
    /// Whether they want mail; without it that stays as it is.
    pub mail: Option<bool>,
}

impl AccountDraft {
    /// The zone, if it is one.
    pub fn zone(&self) -> Ruled<Zone> {
        Zone::parse(self.zone.as_deref().unwrap_or("UTC")).map_err(|sentence| Refusal::field("zone", sentence))
    }

    /// The colours; blank where the system chooses.
    pub fn theme(&self) -> Ruled<&str> {
        match self.theme.as_deref().unwrap_or_default() {
            theme @ ("" | "light" | "dark") => Ok(theme),
            _ => Err(Refusal::field("theme", "Choose light, dark, or the system's choice.")),
        }
    }
}
