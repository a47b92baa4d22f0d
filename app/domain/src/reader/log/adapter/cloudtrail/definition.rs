//! What is special about CloudTrail as a format.

use super::{Cloudtrail, logging};
use crate::counted::counted;
use crate::reader::log::adapter::Adapter;
use crate::reader::log::definition::{Digests, LogFormat};
use crate::reader::log::logging::{Family, LoggingAct};
use crate::reader::log::mark;
use crate::reader::log::mode::Mode;
use crate::reader::log::reader::Options;
use crate::reader::log::seen::Shown;
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::summary::Summary;
use crate::vocabulary::{Completeness, CoverageMode};

impl LogFormat for Cloudtrail {
    const SIGNS: &'static [Sign] =
        &[Sign::Record(90, |record| record.all(&["eventSource", "eventName"]) || record.has("CloudTrailEvent"))];
    const LISTS: &'static [&'static str] = &["Records", "Events", "logEvents"];
    const SOURCE: SourceKind = SourceKind::Cloud;
    const UNSHOWN: CoverageMode = CoverageMode::ManagementOnly;
    const PROOF: Completeness = Completeness::DigestChain;
    const UNPROVEN: &'static str = "There is no digest of CloudTrail in the incident: add those of the window.";
    const DIGESTS: Digests = Digests::List;
    // AWS says of its files that they are no ordered trace of calls.
    const IS_IN_ORDER: bool = false;
    const FAMILY: Option<Family> = Some(Family::Amazon);
    const LOGGING: &'static [LoggingAct] = logging::ACTS;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Cloudtrail::default())
    }

    fn mode(summary: &Summary) -> Mode {
        mode(summary)
    }

    fn is_of(place: &Shown, name: &str) -> bool {
        place.is_of_amazon(name)
    }
}

fn mode(summary: &Summary) -> Mode {
    let records = counted(summary.records, "record");
    match summary.marked(mark::DATA) {
        0 => (
            CoverageMode::ManagementOnly,
            format!(
                "None of its {records} says that it is a data event, so that reads and writes of what a resource holds are not shown to be recorded."
            ),
        ),
        data => (
            CoverageMode::All,
            format!(
                "Of its {records}, {data} say that they are data events. Which resources have data events is for the trail's selectors to say: check that those you choose are among them."
            ),
        ),
    }
}
