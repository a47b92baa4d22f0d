//! The words that facts, stored records and pages share.

mod act;
mod actor;
mod confirmation;
mod evidence;
mod exposure;
mod finding;

pub use act::{Effect, EventKind, Outcome, OutputMode, PreventedBy, ProvenanceLabel, Reversibility, Verb};
pub use actor::PrincipalKind;
pub use confirmation::Confirmation;
pub use evidence::{Completeness, CoverageMode, Depth, EvidenceStatus, ReviewMethod, ReviewOutcome, ReviewStatus};
pub use exposure::{Channel, Op, PathStatus, ResourceClass};
pub use finding::{Confidence, ConflictStatus, Facet, FindingClass, Role, Touches};
