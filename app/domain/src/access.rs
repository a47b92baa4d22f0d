//! Who may do what.

use crate::words::words;

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
    /// Whether this scope carries that permit.
    pub fn allows(self, permit: Permit) -> bool {
        match self {
            Self::Read => permit == Permit::Read,
            Self::Write => permit != Permit::Admin,
            Self::Admin => true,
        }
    }
}
