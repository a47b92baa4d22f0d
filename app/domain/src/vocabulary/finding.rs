//! Words about findings and about what is in conflict.

use crate::words::words;

words! {
    /// The kind of harm a verdict speaks of.
    Facet is "a facet" { Access "access" "Access", Integrity "integrity" "Integrity", Availability "availability" "Availability" }
}

words! {
    /// What was found.
    FindingClass is "a class of finding" {
        Authorised "authorised" "Authorised", DeniedAttempt "denied_attempt" "Denied attempt",
        UnauthorisedAccess "unauthorised_access" "Unauthorised access",
        UnauthorisedChange "unauthorised_change" "Unauthorised change", Misuse "misuse" "Misuse", Unknown "unknown" "Unknown",
    }
}

words! {
    /// How sure a finding is.
    Confidence is "a confidence" { Suspected "suspected" "Suspected", Confirmed "confirmed" "Confirmed" }
}

words! {
    /// Whether a finding caused the exposure or is an effect of it. Only effects are harm.
    FindingRole is "a role" { Cause "cause" "Cause of the exposure", Effect "effect" "Effect of the exposure" }
}

words! {
    /// What a conflict is about. The first four bear on the verdict.
    Touches is "a subject of conflict" {
        Window "window" "The exposure window", Resources "resources" "The exposed resources",
        Principals "principals" "The exposed principals", Effect "effect" "The effect", Severity "severity" "The severity",
        Controls "controls" "The controls", Cause "cause" "The cause", Other "other" "Something else",
    }
}

impl Touches {
    /// Whether an open conflict about this stands in the way of a verdict.
    pub const fn bears_on_verdict(self) -> bool {
        matches!(self, Self::Window | Self::Resources | Self::Principals | Self::Effect)
    }
}

words! {
    /// Whether a conflict is resolved.
    ConflictStatus is "a conflict's status" { Open "open" "Open", Adopted "adopted" "One claim adopted", Resolved "resolved" "Resolved" }
}
