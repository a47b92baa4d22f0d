//! An archive of logs in several formats.

use super::world::{World, summary};
use crate::reader::log::{Format, mark};
use crate::vocabulary::{Completeness, CoverageMode};

#[test]
fn logs_of_several_formats_together_prove_nothing_and_each_by_itself_what_it_shows() {
    let audit = World::of(summary(Format::Auditd)).marked(&[(mark::NUMBERED, 100)]).shown();
    assert_eq!(audit.propose().completeness, Completeness::Sequence);
    let mut world = audit.clone();
    world.summary.parts = vec![audit.summary, summary(Format::Cloudtrail)];
    let proposal = world.propose();
    assert_eq!((proposal.completeness, proposal.mode), (Completeness::None, CoverageMode::Sampled));
    assert!(proposal.modes.iter().all(|path| path.mode == CoverageMode::Sampled), "{:?}", proposal.modes);
    let reason = proposal.objection.unwrap_or_default();
    assert!(reason.contains("Linux audit (100 records), AWS CloudTrail (100 records)"), "{reason}");
    let parts: Vec<_> = proposal.by_format.iter().map(|part| (part.format, part.completeness)).collect();
    assert_eq!(parts, [(Format::Auditd, Completeness::Sequence), (Format::Cloudtrail, Completeness::None)]);
}
