//! The files of an archive, each read in the format that it is in.

use domain::reader::log::{Format, LogReader, Sink};

use super::kind::log_format;
use super::unpack::{Begun, Members};

/// So much of a file is looked at to tell its format.
const LOOKED_AT_BYTES: usize = 1 << 16;

/// Tells a reader where one file ends and the next begins, and in which format each is.
pub(super) struct Feed {
    /// `None` where the bytes are of no archive, or where their places are not known.
    members: Option<Members>,
    /// The format that a person named for all of them.
    named: Option<Format>,
    /// The last format that was told by a file itself.
    known: Option<Format>,
    /// How many bytes came.
    at: u64,
    /// A file whose format is not told yet, and its bytes.
    waiting: Option<(String, Vec<u8>)>,
}

impl Feed {
    /// Of unpacked bytes.
    pub(super) fn new(members: Option<Members>, named: Option<Format>) -> Self {
        Self { members, named, known: None, at: 0, waiting: None }
    }

    /// The format to begin with: of the first file that is a log, among those in the first bytes.
    pub(super) fn first_format(&mut self, first: &[u8], name: &str) -> Option<Format> {
        let Some(members) = &self.members else { return self.named.or_else(|| log_format(first, name)) };
        let begun = members.begun_before(first.len() as u64);
        if begun.is_empty() {
            self.members = None;
            return self.named.or_else(|| log_format(first, name));
        }
        let ends = begun.iter().skip(1).map(|next| next.at).chain([first.len() as u64]);
        let mut files = begun.iter().zip(ends).filter_map(|(begun, end)| {
            Some((first.get(usize::try_from(begun.at).ok()?..usize::try_from(end).ok()?)?, begun.name.as_str()))
        });
        self.named.or_else(|| files.find_map(|(bytes, name)| log_format(bytes, name)))
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, mut bytes: &[u8], reader: &mut LogReader, sink: &mut dyn Sink) {
        while let Some(members) = &self.members
            && let Some(Begun { at, name }) = members.before(self.at + bytes.len() as u64)
        {
            let (head, rest) =
                bytes.split_at(usize::try_from(at.saturating_sub(self.at)).unwrap_or(0).min(bytes.len()));
            self.take(head, reader, sink);
            self.tell(reader, sink);
            self.waiting = Some((name, Vec::new()));
            bytes = rest;
        }
        self.take(bytes, reader, sink);
    }

    /// Says that no more bytes come.
    pub(super) fn end(&mut self, reader: &mut LogReader, sink: &mut dyn Sink) {
        self.tell(reader, sink);
    }

    fn take(&mut self, bytes: &[u8], reader: &mut LogReader, sink: &mut dyn Sink) {
        self.at += bytes.len() as u64;
        let Some((_, held)) = &mut self.waiting else { return reader.feed(bytes, sink) };
        held.extend_from_slice(bytes);
        if held.len() >= LOOKED_AT_BYTES {
            self.tell(reader, sink);
        }
    }

    /// Begins the file that waits, in the format that its bytes tell.
    fn tell(&mut self, reader: &mut LogReader, sink: &mut dyn Sink) {
        let Some((name, bytes)) = self.waiting.take() else { return };
        let found = log_format(&bytes, &name);
        let own = found.filter(|format| format.is_own());
        let format = self.named.unwrap_or_else(|| own.or(found).unwrap_or(Format::Text));
        // What says nothing of itself is of the format of the files around it, if that is of its shape: an hour in
        // which nothing happened is an empty list.
        let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
        let around = self.known.filter(|_| self.named.is_none() && own.is_none() && is_json);
        let doubt = own.filter(|own| *own != format).map(|own| {
            format!(
                "“{name}” looks like {}, and is read as {}, as it was asked for: leave the format open, or upload that file by itself.",
                own.label(),
                format.label()
            )
        });
        reader.member(&name, around.unwrap_or(format), doubt.as_deref(), sink);
        self.known = own.filter(|own| own.is_json()).or(self.known);
        reader.feed(&bytes, sink);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use domain::import::ImportPreview;
    use domain::reader::log::{Options, Summary};

    use super::*;
    use crate::import::unpack::tests::{tarred, zipped};
    use crate::import::work::{Work, Written, try_read};

    const TRAIL: &str = r#"{"Records":[{"eventVersion":"1.08","eventTime":"2026-03-18T17:00:00Z","eventSource":"s3.amazonaws.com","eventName":"DeleteObject","awsRegion":"eu-west-1","userIdentity":{"type":"IAMUser","userName":"agent"},"requestParameters":{"bucketName":"ledger","key":"x"},"eventCategory":"Data","eventID":"e1"}]}"#;
    const AUDIT: &str = "type=SYSCALL msg=audit(1773853200.100:7): arch=c000003e syscall=87 success=yes exit=0 uid=0 auid=1000 comm=\"rm\" exe=\"/usr/bin/rm\" key=\"del\"\n";
    const LATER: &str = "type=SYSCALL msg=audit(1773853260.100:9): arch=c000003e syscall=87 success=yes exit=0 uid=0 auid=1000 comm=\"rm\" exe=\"/usr/bin/rm\" key=\"del\"\n";
    const LINES: &str =
        "All times are CET\n2026-03-18 18:00:00 agent deletes the table\n2026-03-18 18:00:01 agent says sorry\n";

    fn read(bytes: Vec<u8>, format: Option<Format>) -> ImportPreview {
        let work = Work { format, name: "all.tar".into(), options: Options::default(), written: Written::default() };
        try_read(Cursor::new(bytes), &work, u64::MAX).unwrap()
    }

    fn formats(summary: &Summary) -> Vec<(&str, Format, u64, u64)> {
        summary.members.iter().map(|one| (one.name.as_str(), one.format, one.records, one.unreadable)).collect()
    }

    #[test]
    fn each_file_of_an_archive_is_read_in_its_own_format() {
        let big = LINES.replace("All times are CET\n", "").repeat(4_000);
        let files: &[(&str, &[u8])] = &[
            ("a.json", TRAIL.as_bytes()),
            ("audit.log.1", AUDIT.as_bytes()),
            ("big.log", big.as_bytes()),
            ("c.json", br#"{"Records":[]}"#),
            ("d/audit.log", LATER.as_bytes()),
            ("e.log", LINES.as_bytes()),
        ];
        for bytes in [tarred(files), zipped(files)] {
            let trial = read(bytes, None);
            let summary = trial.summary.unwrap();
            let wanted = [
                ("a.json", Format::Cloudtrail, 1, 0),
                ("audit.log.1", Format::Auditd, 1, 0),
                ("big.log", Format::Text, 8_000, 0),
                ("c.json", Format::Cloudtrail, 0, 0),
                ("d/audit.log", Format::Auditd, 1, 0),
                ("e.log", Format::Text, 2, 0),
            ];
            assert_eq!(formats(&summary), wanted, "{:?}", trial.parse_errors);
            assert_eq!((summary.records, summary.unreadable, summary.format), (8_005, 0, Format::Text));
            let parts: Vec<_> = summary.parts.iter().map(|part| (part.format, part.records, part.gap_count)).collect();
            // Serial 8 is missing between the two files of one machine, whatever stands between them.
            assert_eq!(parts, [(Format::Cloudtrail, 1, 0), (Format::Auditd, 2, 1), (Format::Text, 8_002, 0)]);
            // A zone holds for its file alone, and for all of it.
            assert_eq!(summary.last_at.map(|at| at.rfc3339()).as_deref(), Some("2026-03-18T18:00:01Z"));
        }
    }

    #[test]
    fn each_file_of_a_trail_has_the_hash_that_its_digest_names() {
        let ends = format!("{TRAIL}\n");
        let files: &[(&str, &[u8])] =
            &[("a.json", TRAIL.as_bytes()), ("b.json", ends.as_bytes()), ("c.json", TRAIL.as_bytes())];
        for bytes in [tarred(files), zipped(files)] {
            let found: Vec<_> = read(bytes, None).summary.unwrap().members.into_iter().map(|one| one.sha256).collect();
            let alone = |text: &str| Some(crate::digest::sha256(text));
            assert_eq!(found, [alone(TRAIL), alone(&ends), alone(TRAIL)]);
        }
    }

    #[test]
    fn what_one_file_says_of_its_zone_does_not_hold_for_the_next() {
        let next = LINES.replace("All times are CET\n", "");
        let trial = read(tarred(&[("a.log", LINES.as_bytes()), ("b.log", next.as_bytes())]), None);
        let times: Vec<_> = trial.records.iter().filter_map(|record| Some(record.time?.rfc3339())).collect();
        let wanted = ["2026-03-18T17:00:00Z", "2026-03-18T17:00:01Z", "2026-03-18T18:00:00Z", "2026-03-18T18:00:01Z"];
        assert_eq!(times, wanted);
        assert!(trial.summary.unwrap().parts.is_empty());
    }

    #[test]
    fn files_that_do_not_fit_a_named_format_are_named() {
        let files: &[(&str, &[u8])] = &[("a.json", TRAIL.as_bytes()), ("audit.log", AUDIT.as_bytes())];
        let trial = read(tarred(files), Some(Format::Cloudtrail));
        let summary = trial.summary.unwrap();
        assert_eq!((summary.records, summary.unreadable), (1, 2));
        let named = trial
            .parse_errors
            .iter()
            .any(|parse_error| parse_error.reason.contains("“audit.log” looks like Linux audit"));
        assert!(named, "{:?}", trial.parse_errors);
    }

    #[test]
    fn a_file_that_is_no_log_before_the_logs_does_not_decide_for_them() {
        let files: &[(&str, &[u8])] = &[("README", b"Collected by ada, see the wiki.\n"), ("a.json", TRAIL.as_bytes())];
        let summary = read(tarred(files), None).summary.unwrap();
        assert_eq!(formats(&summary), [("README", Format::Text, 0, 1), ("a.json", Format::Cloudtrail, 1, 0)]);
    }

    #[test]
    fn each_file_of_an_archive_is_in_its_own_encoding() {
        let line = "2026-03-18 18:00:00 Jörg löscht die Straße\n";
        let western = encoding_rs::WINDOWS_1252.encode(line).0.into_owned();
        let wide: Vec<u8> = line.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let wide = [&[0xff, 0xfe][..], &wide].concat();
        let files: &[(&str, &[u8])] =
            &[("a.json", TRAIL.as_bytes()), ("b.log", &western), ("c.log", line.as_bytes()), ("d.log", &wide)];
        for bytes in [tarred(files), zipped(files)] {
            let trial = read(bytes, None);
            let summary = trial.summary.unwrap();
            let wanted = [
                ("a.json", Format::Cloudtrail, 1, 0),
                ("b.log", Format::Text, 1, 0),
                ("c.log", Format::Text, 1, 0),
                ("d.log", Format::Text, 1, 0),
            ];
            assert_eq!(formats(&summary), wanted, "{:?}", trial.parse_errors);
            let said = trial.records.iter().filter(|record| record.message.contains("Jörg löscht die Straße")).count();
            assert_eq!(said, 3, "{:?}", trial.records);
        }
    }
}
