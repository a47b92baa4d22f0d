//! Words about whether a person said yes to an act.

use crate::words::{Tri, words};

words! {
    /// How an act was confirmed. A yes is a person's yes to this very act, before it.
    #[derive(Default)]
    Confirmation is "a way of confirmation" {
        Human "human" "A person said yes to this act",
        Standing "standing" "Allowed earlier, for this kind of act or the session",
        Automatic "automatic" "Allowed by configuration, policy or bypass",
        Refused "refused" "Refused",
        None "none" "Nobody said yes, where the log would show it",
        #[default] Unknown "unknown" "The log cannot show it",
    }
}

impl Confirmation {
    /// Whether a person confirmed the act. Only a person's yes to the act itself is a yes: what was allowed
    /// earlier, by configuration or by nobody was not confirmed.
    pub const fn confirmed(self) -> Tri {
        match self {
            Self::Human => Tri::Yes,
            Self::Standing | Self::Automatic | Self::Refused | Self::None => Tri::No,
            Self::Unknown => Tri::Unknown,
        }
    }

    /// Why the act counts as confirmed or not, as a sentence.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Human => "A person confirmed this act before it.",
            Self::Standing => "No person confirmed this act: it was allowed earlier, for its kind or for the session.",
            Self::Automatic => "No person confirmed this act: configuration, a policy or a bypass allowed it.",
            Self::Refused => "The act was refused.",
            Self::None => "No person confirmed this act: the log would show a confirmation, and shows none.",
            Self::Unknown => "The log cannot show whether a person confirmed this act.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_persons_yes_is_a_confirmation() {
        for &word in Confirmation::ALL {
            assert_eq!(word.confirmed() == Tri::Yes, word == Confirmation::Human, "{}", word.word());
            assert_eq!(word.confirmed() == Tri::Unknown, word == Confirmation::Unknown, "{}", word.word());
            assert_eq!(Confirmation::parse(word.word()), Ok(word));
        }
        assert_eq!(Confirmation::default(), Confirmation::Unknown);
    }
}
