//! The agents of the registry, made ready to tell whose act it was.

use std::sync::Arc;

use super::{Act, Intake};
use crate::Id;
use crate::agent::scope::{Decision, Deed, Known, decide};
use crate::agent::{Agent, AgentFile, Index, Meant};
use crate::vocabulary::PrincipalKind;

/// The agents that are known, by the names under which logs know them.
#[derive(Debug, Default)]
pub struct Roster {
    files: Vec<Arc<AgentFile>>,
    index: Index,
}

/// Whose act it was.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// This agent's.
    Agent(&'a Arc<AgentFile>),
    /// That of one of several agents that are known under the same name.
    Several,
    /// That of an agent whom nobody knows.
    Stranger,
    /// That of a person, or of something that nobody says is an agent.
    Nobody,
}

impl Roster {
    /// Makes these files ready.
    pub fn of(files: Vec<Arc<AgentFile>>) -> Self {
        let index = Index::of(files.iter().map(|file| &file.agent));
        Self { files, index }
    }

    /// Whose act it was, by the names in the log. Where a source shows only one agent, an agent without a name is that one.
    pub fn whose(&self, act: &Act, intake: &Intake) -> Who<'_> {
        let actor = &act.record.actor;
        let meant = match self.find(&actor.name) {
            Meant::Nobody => actor.id.as_deref().map_or(Meant::Nobody, |id| self.find(id)),
            meant => meant,
        };
        match meant {
            Meant::One(place) => return Who::Agent(&self.files[place]),
            Meant::Several => return Who::Several,
            Meant::Nobody => {}
        }
        if actor.kind != PrincipalKind::Agent && !intake.agents_only {
            return Who::Nobody;
        }
        let is_nameless = actor.name.is_empty() && actor.id.is_none();
        match intake.agents {
            [only] if is_nameless => self.by_id(only).map_or(Who::Stranger, Who::Agent),
            _ => Who::Stranger,
        }
    }

    fn find(&self, name: &str) -> Meant<usize> {
        if name.is_empty() { Meant::Nobody } else { self.index.find(name) }
    }

    fn by_id(&self, id: &Id) -> Option<&Arc<AgentFile>> {
        self.files.iter().find(|file| file.agent.id == *id)
    }

    /// How many agents there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl<'a> Who<'a> {
    /// The agent, where one is meant.
    pub fn agent(self) -> Option<&'a Agent> {
        match self {
            Self::Agent(file) => Some(&file.agent),
            _ => None,
        }
    }

    /// How the act stands to what its agent was granted; `None` where it is no agent's.
    pub(super) fn decide(self, deed: &Deed) -> Option<Decision<'a>> {
        match self {
            Self::Agent(file) => {
                let file: &'a AgentFile = file;
                Some(decide(Some(Known { history: &file.agent.history, grants: &file.grants }), deed))
            }
            Self::Several => Some(Decision::ambiguous()),
            Self::Stranger => Some(decide(None, deed)),
            Self::Nobody => None,
        }
    }
}
