//! What was done: by what sort of event it is told, what it could change, and how it ended.

use crate::words::words;

words! {
    /// What sort of event it is.
    EventKind is "a kind of event" {
        Action "action" "action", Grant "grant" "grant", Access "access" "access", Message "message" "message", Alert "alert" "alert",
        Decision "decision" "decision", Stop "stop" "stop", Containment "containment" "containment", Note "note" "note",
    }
}

words! {
    /// What the actor did.
    Verb is "a verb" {
        Read "read" "read", List "list" "list", Search "search" "search", Write "write" "write", Post "post" "post", Call "call" "call",
        Execute "execute" "execute", Grant "grant" "grant", Revoke "revoke" "revoke", Delete "delete" "delete", Share "share" "share",
        Login "login" "log in", Config "config" "configure", LoggingControl "logging_control" "change logging", Other "other" "other",
    }
}

words! {
    /// What the act could change.
    Effect is "an effect" {
        None "none" "none", Read "read" "reads", Mutating "mutating" "changes data", Destructive "destructive" "destroys data",
        Privilege "privilege" "changes privileges",
    }
}

impl Effect {
    /// Whether the act changed anything, so that it needed authority and confirmation.
    pub fn is_effectful(self) -> bool {
        matches!(self, Self::Mutating | Self::Destructive | Self::Privilege)
    }
}

words! {
    /// How it ended.
    Outcome is "an outcome" { Success "success" "success", Denied "denied" "denied", Error "error" "error", Unknown "unknown" "unknown" }
}

words! {
    /// How an agent's output reached people.
    OutputMode is "an output mode" { Draft "draft" "draft", Direct "direct" "direct" }
}

words! {
    /// What told a reader that an agent wrote it.
    ProvenanceLabel is "a provenance label" {
        None "none" "no label", Footer "footer" "footer", Badge "badge" "badge", AuthorIdentity "author_identity" "author identity",
        Unknown "unknown" "unknown",
    }
}

words! {
    /// How the act can be undone.
    Reversibility is "a reversibility" {
        Auto "auto" "automatically", Manual "manual" "by hand", Partial "partial" "in part", None "none" "not at all",
        Unknown "unknown" "unknown",
    }
}

words! {
    /// What kept it from being worse.
    PreventedBy is "a cause of prevention" {
        Control "control" "a control", HumanAction "human_action" "a person acting", Luck "luck" "luck", Unknown "unknown" "unknown",
    }
}
