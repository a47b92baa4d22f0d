//! Principals: whoever acts. An agent is one, like a person.

use serde::{Deserialize, Serialize};

use crate::draft::{
    Draft, LINE_CHARS_MAX, NAME_CHARS_MAX, TEXT_CHARS_MAX, bounded, elsewhere, few, optional, required,
};
use crate::record::Entry;
use crate::vocabulary::PrincipalKind;
use crate::words::words;
use crate::{Id, Ruled};

words! {
    /// What an agent does when it cannot ask for confirmation.
    Fallback is "a fallback" {
        DoNothing "do_nothing" "does nothing", Ask "ask" "asks", Proceed "proceed" "proceeds", Undefined "undefined" "undefined",
    }
}

/// A human, agent, service or system that plays a part in the incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Principal {
    /// Its id in this incident.
    pub id: Id,
    /// What it is.
    pub kind: PrincipalKind,
    /// What it is called. A role such as “asker” is better than a person's name.
    pub name: String,
    /// Its part in the incident: asker, invoker, actor on the advice, exposed principal.
    #[serde(default)]
    pub part: String,
    /// The account of this person here, if they have one: it keeps them from reviewing their own case.
    #[serde(default)]
    pub account: Option<Id>,
    /// The human who answers for an agent.
    #[serde(default)]
    pub owner: String,
    /// The agent's model.
    #[serde(default)]
    pub model: String,
    /// The agent's version.
    #[serde(default)]
    pub agent_version: String,
    /// The framework it runs in.
    #[serde(default)]
    pub framework: String,
    /// What it does when it cannot ask.
    pub default_on_unconfirmable: Fallback,
    /// What it was granted.
    #[serde(default)]
    pub grants: Vec<Grant>,
    /// Left out of public exports.
    #[serde(default)]
    pub private: bool,
}

/// So many permissions are recorded of one principal.
const GRANTS_MAX: usize = 200;

/// A permission a principal was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// What it may do: verb and resource in words, such as “read forum”.
    #[serde(default)]
    pub scope: String,
    /// The task it was given for.
    #[serde(default)]
    pub task: String,
    /// Why.
    #[serde(default)]
    pub rationale: String,
    /// Who approved it.
    #[serde(default)]
    pub approver: String,
    /// Since when, as reported.
    #[serde(default)]
    pub granted_at: String,
    /// Until when, as reported.
    #[serde(default)]
    pub expires_at: String,
    /// When it was last reviewed.
    #[serde(default)]
    pub last_review: String,
    /// How often it is to be reviewed.
    #[serde(default)]
    pub review_interval: String,
}

impl Grant {
    /// Everything that is written about it.
    fn words(&self) -> [&str; 8] {
        let Self { scope, task, rationale, approver, granted_at, expires_at, last_review, review_interval } = self;
        [scope, task, rationale, approver, granted_at, expires_at, last_review, review_interval]
    }
}

impl Principal {
    /// A principal of whom only kind and name are known.
    pub fn named(id: Id, kind: PrincipalKind, name: String) -> Self {
        Self {
            id,
            kind,
            name,
            part: String::new(),
            account: None,
            owner: String::new(),
            model: String::new(),
            agent_version: String::new(),
            framework: String::new(),
            default_on_unconfirmable: Fallback::Undefined,
            grants: Vec::new(),
            private: false,
        }
    }
}

/// A principal as sent.
#[derive(Debug, Clone, Deserialize)]
pub struct PrincipalDraft {
    kind: PrincipalKind,
    #[serde(default)]
    name: String,
    part: Option<String>,
    account: Option<Id>,
    owner: Option<String>,
    model: Option<String>,
    agent_version: Option<String>,
    framework: Option<String>,
    default_on_unconfirmable: Option<Fallback>,
    #[serde(default)]
    grants: Vec<Grant>,
    #[serde(default)]
    private: bool,
}

impl Draft for PrincipalDraft {
    type Record = Principal;

    fn settle(self, id: Id, _old: Option<&Principal>, _entry: &mut Entry) -> Ruled<Principal> {
        let line = |field: &str, text: Option<String>| Ok(optional(field, text, LINE_CHARS_MAX)?.unwrap_or_default());
        few("grants", self.grants.len(), GRANTS_MAX)?;
        for grant in &self.grants {
            bounded("grants", grant.words().concat(), TEXT_CHARS_MAX)?;
        }
        Ok(Principal {
            id,
            kind: self.kind,
            name: required(
                "name",
                self.name,
                NAME_CHARS_MAX,
                "Give the principal a name; a role such as “asker” will do.",
            )?,
            part: line("part", self.part)?,
            account: elsewhere("account", self.account)?,
            owner: line("owner", self.owner)?,
            model: line("model", self.model)?,
            agent_version: line("agent_version", self.agent_version)?,
            framework: line("framework", self.framework)?,
            default_on_unconfirmable: self.default_on_unconfirmable.unwrap_or(Fallback::Undefined),
            grants: self.grants.into_iter().filter(|grant| !grant.scope.trim().is_empty()).collect(),
            private: self.private,
        })
    }
}
