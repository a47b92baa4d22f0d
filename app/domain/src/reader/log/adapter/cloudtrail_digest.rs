//! The digest files of AWS CloudTrail. A digest is one record: that CloudTrail delivered these log files.

use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::record::{LogActor, LogRecord, TEXT_CHARS_MAX, TimeFlag, clip};
use crate::reader::log::trail_digest::{TrailDigest, trail_digest};
use crate::reader::log::wire::json;
use crate::timeline::Outcome;
use crate::vocabulary::PrincipalKind;

/// Reads digest files.
#[derive(Default)]
pub struct CloudtrailDigest;

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
