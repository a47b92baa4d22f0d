//! The instance as a subject of its own: who may come in and do what, and what was changed of that.

pub mod told;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::words::words;
use crate::{Id, Instant, Person};

words! {
    /// What the log of the instance tells of.
    InstanceNoun is "a noun of the instance" {
        Account "account" "Accounts",
        Token "token" "Tokens",
        Invitation "invitation" "Invitations",
        SignIn "sign_in" "Refused sign-ins",
        Source "source" "Sources",
        Stop "stop" "Ways to stop agents",
        WatchSetting "watch_setting" "Rules and notices",
        AlertStep "alert_step" "Decisions about alerts",
        SigningKey "signing_key" "Signing keys",
    }
}

words! {
    /// Why somebody was not let in.
    RefusedBecause is "a reason of a refused sign-in" {
        Password "password" "wrong password",
        Unknown "unknown" "no account has this address",
        Disabled "disabled" "the account is disabled",
        TooMany "too_many" "too many attempts failed",
    }
}

/// A sign-in that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedSignIn {
    /// The account that was tried, where there is one of that address. What was typed is not kept: it may be a password.
    pub account: Option<Id>,
    /// The network it came from; not the whole address of a person.
    pub network: String,
    /// Why.
    pub because: RefusedBecause,
}

/// Sign-ins that were refused within an hour and are no lines of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedCount {
    /// How many.
    pub count: u64,
    /// When the hour began.
    pub from: Instant,
    /// When it ended.
    pub to: Instant,
    /// The accounts that were tried most in that hour, with how often altogether.
    pub accounts: Vec<(Id, u64)>,
}

/// One change, as the log keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct InstanceChange {
    /// The version of the instance that this change makes.
    pub version: u64,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: Person,
    /// What happened: added, edited, deleted; `found` of what is older than the log, `begun` of a table that the log
    /// has from then on; `refused` and `counted` of sign-ins.
    pub kind: String,
    /// What was changed.
    pub noun: InstanceNoun,
    /// Which.
    pub id: Id,
    /// The row before; `null` when it is new.
    pub before: Value,
    /// The row after; `null` when it is deleted.
    pub after: Value,
}

impl InstanceChange {
    /// A column that is a text, after the change or else before it.
    fn text(&self, column: &str) -> &str {
        let side = if self.after.is_null() { &self.before } else { &self.after };
        side.get(column).and_then(Value::as_str).unwrap_or_default()
    }

    fn altered(&self, column: &str) -> bool {
        self.before.get(column) != self.after.get(column)
    }

    /// Whether a column that was empty holds something now, such as when an account was disabled.
    fn came(&self, column: &str) -> bool {
        let is_empty = |side: &Value| side.get(column).is_none_or(Value::is_null);
        is_empty(&self.before) && !is_empty(&self.after)
    }

    fn is_new(&self) -> bool {
        self.before.is_null()
    }
}
