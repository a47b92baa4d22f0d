//! Rubrics as data. A rating pins the version it used, so a published rubric
//! never changes: a better one gets a new version.

use super::Dimension;

/// A rubric: what each level of each dimension means.
#[derive(Debug, PartialEq, Eq)]
pub struct Rubric {
    /// The name people use.
    pub key: &'static str,
    /// The version a rating pins.
    pub version: &'static str,
    /// What it is called in full.
    pub title: &'static str,
    /// The eight scales, impact first.
    pub scales: [Scale; 8],
}

/// One dimension's levels.
#[derive(Debug, PartialEq, Eq)]
pub struct Scale {
    /// The dimension.
    pub dimension: Dimension,
    /// The question its levels answer.
    pub question: &'static str,
    /// What levels 0 to 4 mean.
    pub levels: [&'static str; 5],
    /// Its weight in the modifier, in hundredths; 0 for the impact dimensions.
    pub weight: u16,
}

/// Every rubric a rating may name.
pub static RUBRICS: [&Rubric; 1] = [&ASR_1];

/// The rubric of a version.
pub fn find(version: &str) -> Option<&'static Rubric> {
    RUBRICS.iter().copied().find(|rubric| rubric.version == version)
}

impl Rubric {
    /// The scale of a dimension.
    pub fn scale(&self, dimension: Dimension) -> Option<&Scale> {
        self.scales.iter().find(|scale| scale.dimension == dimension)
    }
}

/// The default rubric.
pub static ASR_1: Rubric = Rubric {
    key: "ASR-1",
    version: "asr-1",
    title: "Agent severity rubric 1",
    scales: [
        Scale {
            dimension: Dimension::Exposure,
            question: "What could be seen, and by whom?",
            levels: [
                "Nothing was exposed",
                "Internal, non-sensitive information",
                "Confidential information to a bounded set of unauthorised insiders, or one user's private data",
                "Restricted information (code, strategy, user-related data, scoped credentials) to a large internal \
                 population, or confidential information to a few external people",
                "Regulated or personal data at scale, or usable credentials, to external people or the public",
            ],
            weight: 0,
        },
        Scale {
            dimension: Dimension::Integrity,
            question: "What was changed that should not have been?",
            levels: [
                "Nothing was changed",
                "A trivial change, reverted automatically; or misleading content that nobody acted on",
                "An unauthorised, recoverable change limited to one user or service; or unauthorised use of compute",
                "Access control changed across systems; or production data altered or deleted, and recovered",
                "Irrecoverable loss, or takeover of the control plane or core credentials",
            ],
            weight: 0,
        },
        Scale {
            dimension: Dimension::Availability,
            question: "What stopped working, and for whom?",
            levels: [
                "Nothing stopped working",
                "Degraded, without effect on a service level",
                "A non-critical service denied, or a critical one degraded for some",
                "A critical service denied to some, or a non-critical one to all for more than 24 h",
                "A critical service denied to most or all",
            ],
            weight: 0,
        },
        Scale {
            dimension: Dimension::People,
            question: "Who was harmed, and must they be told?",
            levels: [
                "Nobody",
                "Reputation or contract only",
                "Notification is plausible, or third parties suffered loss",
                "Notification is mandatory, or many suffered material harm",
                "Death, serious injury, or harm to critical infrastructure",
            ],
            weight: 0,
        },
        Scale {
            dimension: Dimension::Authority,
            question: "How far did the agent go beyond its authority?",
            levels: [
                "Authorised and confirmed",
                "Authorised, confirmation missing, low effect",
                "An effectful action out of scope, without an explicit prohibition",
                "An explicit instruction or required approval bypassed, a stop ignored, or privilege inherited beyond the task",
                "A hard control circumvented: sandbox escape, self-grant, logging switched off, kill switch evaded",
            ],
            weight: 35,
        },
        Scale {
            dimension: Dimension::Propagation,
            question: "How far did it spread?",
            levels: [
                "It did not spread",
                "One object or system",
                "One hop, and no more than one system",
                "Two or more hops, or several systems",
                "Uncontrolled from agent to agent, across the organisation, or outside it",
            ],
            weight: 25,
        },
        Scale {
            dimension: Dimension::Duration,
            question: "How long did it last?",
            levels: [
                "It was prevented",
                "Under 15 min, ended automatically",
                "Under 1 h, or under 15 min and ended by hand",
                "1 to 24 h",
                "More than 24 h, ongoing, or its start is unknown",
            ],
            weight: 25,
        },
        Scale {
            dimension: Dimension::Recoverability,
            question: "What does recovery take?",
            levels: [
                "Not applicable: there is nothing to recover",
                "Regular: with the resources at hand",
                "Supplemented: with additional resources, in a time that can be foretold",
                "Extended: with outside help, in a time that cannot be foretold",
                "Not recoverable",
            ],
            weight: 15,
        },
    ],
};
