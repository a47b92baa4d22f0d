//! A small file of every format, with the oddities that real ones have.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::reader::log::{Format, Options, WholeLog, detect, read_all, read_as};

/// Reads the file of a format.
pub fn read(format: Format) -> WholeLog {
    read_as(seed(format).as_bytes(), format, &Options::default())
}

/// The file of a format.
pub fn seed(format: Format) -> &'static str {
    SEEDS.iter().find(|(known, _)| *known == format).map(|(_, seed)| seed.as_str()).unwrap()
}

/// Reads a small text in the format that it is found to be in.
pub fn read_detected(text: &str) -> WholeLog {
    read_all(text.as_bytes(), "")
}

/// One file of every format: that of its name.
pub static SEEDS: LazyLock<Vec<(Format, String)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/reader/log/fixtures");
    let files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let file = |format: Format| {
        let path = files.iter().find(|path| path.file_stem().is_some_and(|stem| stem == format.word()));
        let path = path.unwrap_or_else(|| panic!("{format}: add a small file as fixtures/{}.*", format.word()));
        (format, std::fs::read_to_string(path).unwrap())
    };
    Format::ALL.iter().map(|format| file(*format)).collect()
});

#[test]
fn every_format_has_a_file_that_is_detected_and_read() {
    for format in Format::ALL {
        let seed = seed(*format);
        assert_eq!(detect(seed.as_bytes(), ""), *format);
        let reading = read_all(seed.as_bytes(), "");
        assert_eq!(reading.parse_errors, [], "{format}");
        assert!(reading.summary.records > 0, "{format}");
        assert!(
            reading
                .records
                .iter()
                .any(|record| record.time.is_some() && record.time_flag != crate::reader::log::TimeFlag::Absent),
            "{format}"
        );
    }
}

#[test]
fn a_file_is_detected_by_its_first_bytes_and_with_a_byte_order_mark() {
    for (format, seed) in SEEDS.iter() {
        let marked = format!("\u{feff}{}", seed.replace('\n', "\r\n"));
        assert_eq!(detect(marked.as_bytes(), ""), *format);
        let (plain, marked) = (read_all(seed.as_bytes(), ""), read_all(marked.as_bytes(), ""));
        assert_eq!(marked.parse_errors, [], "{format}");
        assert_eq!(marked.summary.records, plain.summary.records, "{format}");
    }
    assert_eq!(detect(b"PK\x03\x04\x14\0", "export.zip"), Format::SlackExport);
    assert_eq!(detect(b"", ""), Format::Text);
    assert_eq!(detect(b"a,b\n1,2\n", "x.csv"), Format::Csv);
    assert_eq!(detect(b"[2026-03-18] Engineer asks", ""), Format::Text);
    assert_eq!(detect(b"Hello, world\nthis is prose, and more, of it\n", ""), Format::Text);
    // The first element is not whole within the bytes.
    assert_eq!(detect(br#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name""#, ""), Format::Otlp);
    assert_eq!(
        detect(br#"{"Records":[{"eventVersion":"1.08","eventSource":"s3.amazonaws.com","eventName":"Get"#, ""),
        Format::Cloudtrail
    );
}
