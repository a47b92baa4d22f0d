//! The digest files of AWS CloudTrail. A digest is one record: that CloudTrail delivered these log files.

use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::definition::{Digests, LARGE_PIECE_BYTES_MAX, LogFormat, Watched};
use crate::reader::log::logging::Family;
use crate::reader::log::mode::Mode;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogActor, LogRecord, TEXT_CHARS_MAX, TimeFlag, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::summary::Summary;
use crate::reader::log::trail_digest::{TrailDigest, trail_digest};
use crate::reader::log::wire::json;
use crate::vocabulary::CoverageMode;
use crate::vocabulary::Outcome;
use crate::vocabulary::PrincipalKind;

/// Reads digest files.
#[derive(Default)]
pub struct CloudtrailDigest;

impl LogFormat for CloudtrailDigest {
    const SIGNS: &'static [Sign] = &[Sign::Record(92, |record| record.all(&["digestStartTime", "digestEndTime"]))];
    const COMES_IN_PIECES: bool = false;
    const PIECE_BYTES_MAX: usize = LARGE_PIECE_BYTES_MAX;
    const DIGESTS: Digests = Digests::Are;
    const FAMILY: Option<Family> = Some(Family::Amazon);
    const WATCHED: Watched = Watched::Not;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Self)
    }

    fn mode(_summary: &Summary) -> Mode {
        let reason = "A digest lists log files and holds no acts: it proves something about those files, not about what was done.";
        (CoverageMode::Sampled, reason.into())
    }
}

impl Adapter for CloudtrailDigest {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let Some(digest) = trail_digest(piece.bytes) else {
            // This says what is wrong where it is not JSON at all.
            json::<serde::de::IgnoredAny>(piece.bytes)?;
            return Err(Wrong::Foreign);
        };
        out.record(record(piece, &digest));
        out.digest(digest);
        Ok(Taken::Read)
    }
}

fn record(piece: &Piece<'_>, digest: &TrailDigest) -> LogRecord {
    let mut record = LogRecord::at(piece.raw);
    (record.time, record.time_latest, record.time_flag) = (Some(digest.from), Some(digest.to), TimeFlag::Range);
    record.actor = LogActor::new(PrincipalKind::System, "CloudTrail");
    record.action = "digest".into();
    record.resource = clip(&digest.object, TEXT_CHARS_MAX);
    record.outcome = Outcome::Success;
    record.message = match digest.log_files.len() {
        1 => "1 log file was delivered.".into(),
        count => format!("{count} log files were delivered."),
    };
    record
}
