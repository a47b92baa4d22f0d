//! Principals: whoever acts. An agent is one, like a person.

mod definition;
mod pin;
mod sighting;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::casefile::{Draft, Entry, Noun};
use crate::draft::{LINE_CHARS_MAX, TEXT_CHARS_MAX, elsewhere, few, optional_line};
use crate::spelling::{parse_line, parse_name, same_name};
use crate::timeline::Event;
use crate::vocabulary::PrincipalKind;
use crate::{Id, Refusal, Ruled};

pub use crate::vocabulary::Fallback;
pub use pin::{LinkDraft, NOT_WEIGHED, Pin, SideBySide};
pub use sighting::{Sighting, sightings};

/// A human, agent, service or system that plays a part in the incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Principal {
    /// Its id in this incident.
    pub id: Id,
    /// What it is.
    pub kind: PrincipalKind,
    /// What it is called. A role such as “asker” is better than a person's name.
    pub name: String,
    /// What it was called before. A name that was held against somebody is held against them still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<String>,
    /// The principals that turned out to be this one: an event that comes back and names one of them means this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<Id>,
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
    /// The agent of the registry that it is, with what it was granted when a person said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
    /// Left out of public exports.
    #[serde(default)]
    pub private: bool,
}

/// So many permissions are recorded of one principal.
const GRANTS_MAX: usize = 200;

/// So long is each text about one: all of them together are shorter than a long text of Markdown.
const GRANT_CHARS_MAX: usize = TEXT_CHARS_MAX / 8;

/// A permission a principal was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// Its lines as lines are kept.
    fn apply(mut self) -> Ruled<Self> {
        let Self { scope, task, rationale, approver, granted_at, expires_at, last_review, review_interval } = &mut self;
        for text in [scope, task, rationale, approver, granted_at, expires_at, last_review, review_interval] {
            *text = parse_line("grants", std::mem::take(text), GRANT_CHARS_MAX)?;
        }
        Ok(self)
    }
}

impl Principal {
    /// A principal of whom only kind and name are known.
    pub fn named(id: Id, kind: PrincipalKind, name: String) -> Self {
        Self {
            id,
            kind,
            name,
            former_names: Vec::new(),
            merged: Vec::new(),
            part: String::new(),
            account: None,
            owner: String::new(),
            model: String::new(),
            agent_version: String::new(),
            framework: String::new(),
            default_on_unconfirmable: Fallback::Undefined,
            grants: Vec::new(),
            pin: None,
            private: false,
        }
    }
}

impl Principal {
    /// What it was called until now, when it is called this from now on.
    fn former_names_beside(&self, name: &str) -> Vec<String> {
        let mut names = self.former_names.clone();
        if !names.iter().chain([&name.to_string()]).any(|known| same_name(known, &self.name)) {
            names.push(self.name.clone());
        }
        names
    }

    /// Whether somebody named so, of that kind, is this one.
    pub fn is_called(&self, kind: PrincipalKind, name: &str) -> bool {
        (self.kind == kind || kind == PrincipalKind::Unknown) && same_name(&self.name, name)
    }

    /// Whether somebody named so, of that kind, is what this one was called before, or what was merged into it.
    pub fn was_called(&self, kind: PrincipalKind, name: &str) -> bool {
        may_be_one(self.kind, kind) && self.former_names.iter().any(|former| same_name(former, name))
    }
}

fn a_kind(kind: PrincipalKind) -> String {
    let article = if kind == PrincipalKind::Agent { "an" } else { "a" };
    format!("{article} {}", kind.label())
}

/// Whether two kinds may be told of one and the same: a service can turn out to be an agent, and nothing of these
/// a human.
pub fn may_be_one(one: PrincipalKind, other: PrincipalKind) -> bool {
    let is_human = |kind| kind == PrincipalKind::Human;
    [one, other].contains(&PrincipalKind::Unknown) || is_human(one) == is_human(other)
}

impl Entry {
    /// Refuses a name that another principal of the kind has.
    fn refuse_taken(&self, id: &Id, kind: PrincipalKind, name: &str) -> Ruled<()> {
        let other = |known: &&crate::casefile::CaseItem<Principal>| &known.id != id && known.is_called(kind, name);
        match self.dossier().principals.iter().find(other) {
            Some(known) => Err(Refusal::field(
                "name",
                format!(
                    "There is a principal “{}” already: choose that one where it acts, merge the two, or give this one another name.",
                    known.name
                ),
            )),
            None => Ok(()),
        }
    }
}

/// A merge as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct MergeDraft {
    /// Who both turn out to be.
    into: Id,
}

impl Entry {
    /// Makes one principal of two that are the same: what one does the other has done. The one that goes keeps
    /// its history, its name stays known, and undoing this parts them again.
    pub fn merge_principals(&mut self, id: &Id, draft: MergeDraft) -> Ruled<Id> {
        let missing = |_| Refusal::field("into", "That principal is not in this incident: choose one from the list.");
        let from = self.get::<Principal>(id)?.record;
        let mut into = self.get::<Principal>(&draft.into).map_err(missing)?.record;
        if from.id == into.id {
            return Err(Refusal::field("into", "These are one already: choose another principal."));
        }
        if !may_be_one(from.kind, into.kind) {
            return Err(Refusal::field(
                "into",
                format!(
                    "“{}” is {} and “{}” is {}, so they are not the same. If one of the kinds is wrong, correct it first.",
                    from.name,
                    a_kind(from.kind),
                    into.name,
                    a_kind(into.kind)
                ),
            ));
        }
        if matches!((&from.account, &into.account), (Some(one), Some(other)) if one != other) {
            return Err(Refusal::field(
                "into",
                "These two are linked to different accounts, so they are different people.",
            ));
        }
        if matches!((&from.pin, &into.pin), (Some(one), Some(other)) if one.agent != other.agent) {
            return Err(Refusal::field(
                "into",
                "These two are linked to different agents of the registry, so they are different agents. Take one of the links away first.",
            ));
        }
        let events: Vec<Event> = self.dossier().events.iter().map(|kept| kept.record.clone()).collect();
        for mut event in events.into_iter().filter(|event| event.parts().any(|part| part == id)) {
            event.rename_part(id, &into.id);
            self.put(event);
        }
        let grants = from.grants.iter().filter(|grant| !into.grants.contains(grant)).cloned().collect::<Vec<_>>();
        into.grants.extend(grants);
        for name in std::iter::once(from.name).chain(from.former_names) {
            if !into.former_names.iter().chain([&into.name]).any(|known| same_name(known, &name)) {
                into.former_names.push(name);
            }
        }
        // What only one of them tells is true of both; where both tell something, the one that stays is believed.
        if into.kind == PrincipalKind::Unknown {
            into.kind = from.kind;
        }
        let told = [
            (&mut into.part, from.part),
            (&mut into.owner, from.owner),
            (&mut into.model, from.model),
            (&mut into.agent_version, from.agent_version),
            (&mut into.framework, from.framework),
        ];
        for (kept, other) in told.into_iter().filter(|(kept, _)| kept.is_empty()) {
            *kept = other;
        }
        if into.default_on_unconfirmable == Fallback::Undefined {
            into.default_on_unconfirmable = from.default_on_unconfirmable;
        }
        into.account = into.account.or(from.account);
        into.pin = into.pin.or(from.pin);
        into.private |= from.private;
        into.merged.extend(from.merged);
        into.merged.push(from.id);
        self.put(into);
        self.delete::<Principal>(id)?;
        Ok(draft.into)
    }

    /// Events that this entry brings back may name a principal that is gone meanwhile: it was merged into another one,
    /// who is named then, or it was deleted, and comes back as well.
    pub(crate) fn follow_principals(&mut self) -> Ruled<()> {
        let changed: Vec<Id> =
            self.changes().iter().filter(|change| change.noun == Noun::Event).map(|change| change.id.clone()).collect();
        for id in changed {
            let Some(mut event) = self.dossier().events.get(&id).map(|kept| kept.record.clone()) else { continue };
            let is_gone = |entry: &Self, part: &Id| entry.dossier().principals.get(part).is_none();
            let gone: Vec<Id> = event.parts().filter(|part| is_gone(self, part)).cloned().collect();
            for part in gone {
                let known = self.dossier().principals.iter().find(|known| known.merged.contains(&part));
                let Some(into) = known.map(|known| known.id.clone()) else {
                    if self.dossier().principals.find(&part).is_some() {
                        self.restore::<Principal>(&part)?;
                    }
                    continue;
                };
                event.rename_part(&part, &into);
                self.put(event.clone());
            }
        }
        Ok(())
    }
}

/// A principal as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
    type Document = Principal;

    fn apply(self, id: Id, old: Option<&Principal>, entry: &mut Entry) -> Ruled<Principal> {
        let line =
            |field: &str, text: Option<String>| Ok(optional_line(field, text, LINE_CHARS_MAX)?.unwrap_or_default());
        few("grants", self.grants.len(), GRANTS_MAX)?;
        let grants = self.grants.into_iter().map(Grant::apply).collect::<Ruled<Vec<_>>>()?;
        let name = parse_name("name", self.name, "Give the principal a name; a role such as “asker” will do.")?;
        if old.is_none_or(|old| !same_name(&old.name, &name) || old.kind != self.kind) {
            entry.refuse_taken(&id, self.kind, &name)?;
        }
        let linked = old.and_then(|old| old.account.as_ref());
        if linked == Some(&entry.by().id) && linked != self.account.as_ref() {
            return Err(Refusal::forbidden(
                "This principal stands for your own account: only somebody else may say that it does not.",
            ));
        }
        Ok(Principal {
            id,
            kind: self.kind,
            former_names: old.map(|old| old.former_names_beside(&name)).unwrap_or_default(),
            merged: old.map(|old| old.merged.clone()).unwrap_or_default(),
            name,
            part: line("part", self.part)?,
            account: elsewhere("account", self.account)?,
            owner: line("owner", self.owner)?,
            model: line("model", self.model)?,
            agent_version: line("agent_version", self.agent_version)?,
            framework: line("framework", self.framework)?,
            default_on_unconfirmable: self.default_on_unconfirmable.unwrap_or(Fallback::Undefined),
            grants: grants.into_iter().filter(|grant| !grant.scope.is_empty()).collect(),
            pin: old.and_then(|old| old.pin.clone()),
            private: self.private,
        })
    }
}
