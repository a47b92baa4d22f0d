//! The words that facts, stored records and pages share.

mod act;
mod actor;
mod confirmation;
mod evidence;
mod exposure;
mod finding;
mod rule;

/// How the kind of a change begins that added a record of another incident; the key of that follows.
pub const MERGED: &str = "merged from ";

pub use act::{Effect, EventKind, Outcome, OutputMode, PreventedBy, ProvenanceLabel, Reversibility, Verb};
pub use actor::{Fallback, PrincipalKind};
pub use confirmation::Confirmation;
pub use evidence::{Completeness, CoverageMode, Depth, EvidenceStatus, ReviewMethod, ReviewOutcome, ReviewStatus};
pub use exposure::{Channel, Op, PathStatus, ResourceClass};
pub use finding::{Confidence, ConflictStatus, Facet, FindingClass, FindingRole, Touches};
pub use rule::RuleKind;
