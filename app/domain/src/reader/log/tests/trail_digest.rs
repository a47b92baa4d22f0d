//! The digest files of CloudTrail.

use super::fixtures::read;
use crate::reader::log::{Format, Options, read_as, trail_digest};

#[test]
fn a_digest_is_read_as_a_whole_and_is_one_record() {
    let reading = read(Format::CloudtrailDigest);
    let [record] = reading.records.as_slice() else { panic!() };
    assert_eq!((record.action.as_str(), record.message.as_str()), ("digest", "1 log file was delivered."));
    let bytes = include_bytes!("../fixtures/cloudtrail_digest.json");
    let digest = trail_digest(bytes).unwrap();
    assert_eq!((Some(digest.from), Some(digest.to)), (record.time, record.time_latest));
    assert_eq!(digest.previous_sha256.as_deref().map(|hash| &hash[..4]), Some("aa00"));
    let [file] = digest.log_files.as_slice() else { panic!() };
    assert_eq!(file.from.unwrap().rfc3339(), "2026-03-18T17:02:00Z");
    assert_eq!(Some(&digest.sha256), reading.summary.content_sha256.as_ref());
    let text = String::from_utf8_lossy(bytes);
    for broken in
        [&text[..text.len() - 5], &text.replace("digestEndTime", "end"), &text.replace("T18:00", "T16:00"), "[]", ""]
    {
        assert_eq!(trail_digest(broken.as_bytes()), None, "{broken}");
    }
    // Another algorithm cannot be compared.
    assert_eq!(trail_digest(text.replace("SHA-256", "MD5").as_bytes()).unwrap().log_files[0].sha256, None);
    // What is no sound digest is still a record of something.
    let odd = read_as(b"{\"digestStartTime\":\"?\",\"logFiles\":[]}", Format::CloudtrailDigest, &Options::default());
    assert_eq!((odd.records.len(), odd.parse_errors.len()), (1, 0));
}
