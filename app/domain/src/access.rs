//! Who may do what.

use crate::words::words;
use crate::{Id, Person, Refusal, RefusalKind, Ruled};

words! {
    /// What an account may do in the instance.
    Role is "a role" {
        Admin "admin" "admin", Responder "responder" "responder", Reviewer "reviewer" "reviewer", Viewer "viewer" "viewer",
    }
}

words! {
    /// What an act needs.
    Permit is "a permit" {
        Read "read" "read incidents",
        Edit "edit" "work on incidents",
        Review "review" "attest, sign and approve",
        Admin "admin" "manage accounts and members",
    }
}

impl Role {
    /// Whether this role carries that permit.
    pub fn allows(self, permit: Permit) -> bool {
        match permit {
            Permit::Read => true,
            Permit::Edit => matches!(self, Self::Admin | Self::Responder),
            Permit::Review => matches!(self, Self::Admin | Self::Responder | Self::Reviewer),
            Permit::Admin => self == Self::Admin,
        }
    }
}

words! {
    /// What a token may do, at most; its account's role limits it further.
    Scope is "a scope" { Read "read" "read", Write "write" "write", Admin "admin" "admin" }
}

impl Scope {
    /// The scope of a new token, made by somebody with this scope: it reads unless more is asked for.
    pub fn for_new_token(self, asked: Option<Self>) -> Ruled<Self> {
        let asked = asked.unwrap_or(Self::Read);
        let rank = |scope| Self::ALL.iter().position(|known| *known == scope);
        if rank(asked) > rank(self) {
            return Err(Refusal::field("scope", "A token may not make one with a wider scope than its own."));
        }
        Ok(asked)
    }

    /// Whether this scope carries that permit.
    pub fn allows(self, permit: Permit) -> bool {
        match self {
            Self::Read => permit == Permit::Read,
            Self::Write => permit != Permit::Admin,
            Self::Admin => true,
        }
    }
}

/// An agent may file and propose; what is proven, agreed or decided is for a person to say.
pub fn refuse_agent(by: &Person, what: &str) -> Ruled<()> {
    match by.agent {
        Some(_) => Err(Refusal {
            kind: RefusalKind::Forbidden,
            field: None,
            sentence: format!("An agent's token may not {what}: a person has to."),
        }),
        None => Ok(()),
    }
}

/// Nobody changes the role of the own account or disables it: an instance whose last admin did would have none.
pub fn refuse_own_account(by: &Person, account: &Id, what: &str) -> Ruled<()> {
    if by.id == *account {
        return Err(Refusal::state(format!("You cannot {what}: ask another admin.")));
    }
    Ok(())
}
