//! The rules of the watch, by name.

use crate::words::words;

words! {
    /// A rule of the watch.
    RuleKind is "a rule" {
        OutOfScope "out_of_scope" "Act beyond its grants",
        UnknownAgent "unknown_agent" "Unknown agent",
        LoggingControl "logging_control" "Change of logging",
        PrivilegeOrShare "privilege_or_share" "Privilege or share beyond its grants",
        DestructiveUnconfirmed "destructive_unconfirmed" "Destructive act without confirmation",
        Burst "burst" "Burst of destructive acts",
        ActAfterStop "act_after_stop" "Act after a stop",
        UnlabelledOutput "unlabelled_output" "Output without a label",
        ActingOnUnconfirmed "acting_on_unconfirmed" "Acting on unconfirmed output",
        SourceSilent "source_silent" "Silent source",
    }
}

impl RuleKind {
    /// When it speaks, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::OutOfScope => {
                "An agent of the registry did what none of its grants allows, or what cannot be told to be allowed."
            }
            Self::UnknownAgent => "An agent acted that the registry does not know.",
            Self::LoggingControl => "An agent changed what is logged, or tried to.",
            Self::PrivilegeOrShare => "An agent gave rights or shared something beyond its grants.",
            Self::DestructiveUnconfirmed => {
                "An agent destroyed data, no person is shown to have said yes, and no grant allows that without a yes."
            }
            Self::Burst => "An agent did more destructive acts within a short time than the rule allows.",
            Self::ActAfterStop => "An agent acted after it was suspended or retired.",
            Self::UnlabelledOutput => {
                "An agent published where a label is asked for, and the text in the log has none of the labels."
            }
            Self::ActingOnUnconfirmed => {
                "An agent acted shortly after it read what another agent had written, and no person had said yes to either."
            }
            Self::SourceSilent => "A source sent nothing for longer than its heartbeat.",
        }
    }

    /// Whether it counts acts within a time: `count` and `seconds` of its setting.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Burst)
    }

    /// Whether `seconds` of its setting means something.
    pub const fn has_seconds(self) -> bool {
        matches!(self, Self::Burst | Self::ActingOnUnconfirmed)
    }
}
