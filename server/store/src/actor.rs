//! Who asks, and what they may do.

use domain::access::{Permit, Role, Scope};
use domain::time::Zone;
use domain::{Person, Refusal};

use crate::Result;

/// Whoever asks the store for something.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The account, and the agent that uses its token, if one does.
    pub person: Person,
    /// What the account may do.
    pub role: Role,
    /// What the token may do, at most; browser sessions have no limit of their own.
    pub scope: Scope,
    /// The zone in which the person reads and types times.
    pub zone: Zone,
}

impl Actor {
    /// Inquest itself: the command line, and checks that run by the clock.
    pub fn system() -> Self {
        let person = Person { id: domain::id::SYSTEM.into(), name: "Inquest".into(), agent: None };
        Self { person, role: Role::Admin, scope: Scope::Admin, zone: Zone::utc() }
    }

    /// Whether role and scope both carry that permit. To hide a button; the store asks by itself.
    pub fn may(&self, permit: Permit) -> bool {
        self.role.allows(permit) && self.scope.allows(permit)
    }

    /// Refuses what role or scope do not carry. A command says in its row which permit it needs, and the door asks here.
    pub fn permit(&self, permit: Permit) -> Result<()> {
        if !self.role.allows(permit) {
            let sentence =
                format!("Your role is {}, and it may not {}: ask an admin for another role.", self.role, permit);
            return Err(Refusal::forbidden(sentence).into());
        }
        if !self.scope.allows(permit) {
            let sentence = format!(
                "This token's scope is “{}”, and it may not {}: use a token with a wider scope.",
                self.scope, permit
            );
            return Err(Refusal::forbidden(sentence).into());
        }
        Ok(())
    }

    /// Refuses whatever changes something, also what needs no more than to read, to a token that may only read.
    pub fn permit_change(&self) -> Result<()> {
        if self.scope == Scope::Read {
            let sentence =
                "This token's scope is “read”, and it may not change anything: use a token with a wider scope.";
            return Err(Refusal::forbidden(sentence).into());
        }
        Ok(())
    }

    /// Refuses agents, and tokens that are not as wide as a browser session.
    pub(crate) fn permit_person(&self) -> Result<()> {
        if self.person.agent.is_some() || self.scope != Scope::Admin {
            return Err(Refusal::forbidden("Accounts, passwords and tokens are a person's matter: sign in, or use a token of scope “admin” that is no agent's.").into());
        }
        Ok(())
    }

    /// Whether private incidents are open to this actor without being a member.
    pub(crate) fn sees_all(&self) -> bool {
        self.role == Role::Admin
    }
}
