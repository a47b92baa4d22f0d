//! The rules by which acts are judged while they happen.

use crate::words::words;

words! {
    /// How much an alert matters.
    Level is "a level" { Note "note" "note", Warning "warning" "warning", Critical "critical" "critical" }
}

words! {
    /// What follows from an offence. Each does what those before it do, too.
    Response is "a response" {
        Note "note" "list it", Alert "alert" "tell people", Draft "draft" "draft an incident", Suspend "suspend" "ask for the agent's suspension",
    }
}
