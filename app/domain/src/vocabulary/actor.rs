//! What acts.

use crate::words::words;

words! {
    /// What sort of principal somebody or something is.
    PrincipalKind is "a kind of principal" {
        Human "human" "human", Agent "agent" "agent", Service "service" "service", System "system" "system", Unknown "unknown" "unknown",
    }
}

words! {
    /// What an agent does when it cannot ask for confirmation.
    Fallback is "a fallback" {
        DoNothing "do_nothing" "does nothing", Ask "ask" "asks", Proceed "proceed" "proceeds", Undefined "undefined" "undefined",
    }
}
