//! Two agents that are one, and one that is two. Nothing that was written is rewritten: identifiers move from one file
//! to another from now on, and the log of each says so.

use schemars::JsonSchema;
use serde::Deserialize;

use super::draft::identifiers;
use super::entry::AgentEntry;
use super::{Agent, AgentStatus, Grant, Standing};
use crate::access::refuse_agent;
use crate::spelling::{fold, parse_name, same_folded};
use crate::{Id, Refusal, Ruled};

/// A merge as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct UnitingDraft {
    /// The agent that both turn out to be.
    pub into: Id,
}

/// A split as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct SplitDraft {
    #[serde(default)]
    name: String,
    #[serde(default)]
    identifiers: Vec<String>,
}

/// Makes one agent of two: the names of the first are those of the second from now on, and its grants go with them. The
/// first keeps its records and its log, and is read-only.
pub fn unite(from: &mut AgentEntry, into: &mut AgentEntry) -> Ruled<Id> {
    refuse_agent(from.by(), "merge agents")?;
    from.refuse_held("is merged")?;
    from.refuse_merged()?;
    into.refuse_merged().map_err(|refusal| Refusal { field: Some("into".into()), ..refusal })?;
    let (mut gone, mut stays) = (from.file().agent()?.clone(), into.file().agent()?.clone());
    if gone.id == stays.id {
        return Err(Refusal::field("into", "These are one already: choose another agent."));
    }
    let now = from.now();
    let moving: Vec<Grant> = from.file().grants.iter().map(|kept| kept.record.clone()).collect();
    let moving: Vec<Grant> = moving.into_iter().filter(|grant| grant.ends().is_none_or(|end| end > now)).collect();
    if moving.iter().any(Grant::is_grave) {
        into.refuse_owner_alone("that grants of destructive acts or of privileges come to it")
            .map_err(|refusal| Refusal { field: Some("into".into()), ..refusal })?;
    }
    let is_known = |agent: &Agent, name: &str| {
        agent.identifiers.iter().any(|known| fold(known.as_str()) == fold(name))
            || agent.former_names.iter().chain([&agent.name]).any(|known| same_folded(known, name))
    };
    for identifier in &gone.identifiers {
        if !is_known(&stays, identifier.as_str()) {
            stays.identifiers.push(identifier.clone());
        }
    }
    for name in gone.former_names.iter().chain([&gone.name]) {
        if !is_known(&stays, name) {
            stays.former_names.push(name.clone());
        }
    }
    stays.merged.extend(gone.merged.iter().cloned());
    stays.merged.push(gone.id.clone());
    gone.merged_into = Some(stays.id.clone());
    let (by, reason) = (Some(from.by().clone()), format!("Merged into {}.", stays.name));
    gone.history.push(Standing { status: AgentStatus::Retired, from: now, by, reason });
    let (id, origin) = (stays.id.clone(), gone.id.clone());
    from.put(gone);
    into.put(stays);
    into.take_from(Some(origin));
    for grant in moving {
        into.put(Grant { agent: id.clone(), ..grant });
    }
    into.take_from(None);
    Ok(id)
}

/// Takes names out of an agent and makes another one of them, with the same owner and nothing granted yet.
pub fn split(from: &mut AgentEntry, new: &mut AgentEntry, draft: SplitDraft) -> Ruled<Id> {
    refuse_agent(from.by(), "split an agent")?;
    from.refuse_held("is split")?;
    from.refuse_merged()?;
    let mut agent = from.file().agent()?.clone();
    let name = parse_name("name", draft.name, "Give the other agent a name.")?;
    let moving = identifiers("identifiers", &draft.identifiers)?;
    if moving.is_empty() {
        return Err(Refusal::field("identifiers", "Choose the names under which logs know the other agent."));
    }
    let is_moving = |known: &str| moving.iter().any(|moved| fold(moved.as_str()) == fold(known));
    let known = |text: &str| {
        agent.identifiers.iter().any(|known| fold(known.as_str()) == fold(text))
            || agent.former_names.iter().any(|known| same_folded(known, text))
    };
    if let Some(strange) = moving.iter().find(|moved| !known(moved.as_str())) {
        let sentence = format!("This agent is not known as “{strange}”: choose from its identifiers.");
        return Err(Refusal::field("identifiers", sentence));
    }
    let id = new.new_id();
    let other = Agent {
        identifiers: moving.clone(),
        owner: agent.owner.clone(),
        owner_name: agent.owner_name.clone(),
        team: agent.team.clone(),
        review_days: agent.review_days,
        ..Agent::named(id.clone(), name, new.now())
    };
    agent.identifiers.retain(|known| !is_moving(known.as_str()));
    agent.former_names.retain(|known| !is_moving(known));
    from.put(agent);
    new.put(other);
    Ok(id)
}
