//! Tests of unpacking.

use super::*;
use std::io::Write;

fn read(bytes: Vec<u8>) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    unpack(Cursor::new(bytes), None)?.read_to_end(&mut out)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn every_packing_gives_the_same_bytes() {
    let text = b"{\"a\":1}\n{\"a\":2}\n".repeat(1000);
    assert_eq!(read(text.clone()).unwrap(), text);
    assert_eq!(read(gzip(&text)).unwrap(), text);
    assert_eq!(read([gzip(&text), gzip(&text)].concat()).unwrap(), [text.clone(), text.clone()].concat());
    assert_eq!(read(zstd::bulk::compress(&text, 1).unwrap()).unwrap(), text);
    assert_eq!(read(b"ab".to_vec()).unwrap(), b"ab");
    assert_eq!(read(Vec::new()).unwrap(), b"");
}

#[test]
fn a_zip_is_read_in_the_order_of_its_names() {
    let files: &[(&str, &[u8])] =
        &[("b/2.json", b"[2]"), ("a/1.json", b"[1]"), ("users.json", b"[9]"), ("cat.png", b"x")];
    assert_eq!(read(zipped(files)).unwrap(), b"[1]\n[2]\n");
}

pub(in crate::import) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, ::zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A tar, with the head of each file as POSIX writes it.
pub(in crate::import) fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut all = Vec::new();
    for (name, bytes) in files {
        all.extend(tar::head(name, bytes.len() as u64, b'0'));
        all.extend_from_slice(bytes);
        all.resize(all.len().next_multiple_of(512), 0);
    }
    all.resize(all.len() + 1024, 0);
    all
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut packed = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// `{"a":1}` and a line end, as `xz` packs them.
const XZ: &[u8] = &[
    0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21, 0x01, 0x16, 0x00, 0x00,
    0x00, 0x74, 0x2f, 0xe5, 0xa3, 0x01, 0x00, 0x07, 0x7b, 0x22, 0x61, 0x22, 0x3a, 0x31, 0x7d, 0x0a, 0x00, 0xbe, 0x49,
    0x91, 0x43, 0x55, 0x04, 0xef, 0x85, 0x00, 0x01, 0x20, 0x08, 0xbb, 0x19, 0xd9, 0xbb, 0x1f, 0xb6, 0xf3, 0x7d, 0x01,
    0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5a,
];

#[test]
fn archives_are_unpacked_also_inside_of_each_other() {
    let (one, two): (&[u8], &[u8]) = (b"{\"a\":1}", b"{\"a\":2}\n");
    let both = b"{\"a\":1}\n{\"a\":2}\n\n".to_vec();
    let tar = tarred(&[("logs/1.json", one), ("logs/2.json", two)]);
    assert_eq!(read(tar.clone()).unwrap(), both);
    assert_eq!(read(gzip(&tar)).unwrap(), both);
    assert_eq!(read(zstd::bulk::compress(&tar, 1).unwrap()).unwrap(), both);
    assert_eq!(read(bzip2(&tar)).unwrap(), both);
    assert_eq!(read(bzip2(one)).unwrap(), one);
    assert_eq!(read(XZ.to_vec()).unwrap(), b"{\"a\":1}\n");
    // A tar of gzips, in a zip, beside a file without an ending.
    let inner = tarred(&[("1.json.gz", &gzip(one)), ("2.json.bz2", &bzip2(two))]);
    assert_eq!(
        read(zipped(&[("a.tar", &inner), ("messages", b"text")])).unwrap(),
        [both.as_slice(), b"\ntext\n"].concat()
    );
    // Names of more than a hundred letters come in a head of their own.
    let long = format!("{}.json\0", "x/".repeat(90));
    let mut tar = tar::head("././@LongLink", long.len() as u64, b'L');
    tar.extend(long.as_bytes());
    tar.resize(1024, 0);
    tar.extend(tarred(&[("short.png", one)]));
    assert_eq!(read(tar).unwrap(), b"{\"a\":1}\n");
}

#[test]
fn what_is_no_text_is_named() {
    let strange = [0_u8, 1, 2, 3].repeat(200);
    let files: &[(&str, &[u8])] = &[("a.log", b"text"), ("Security.evtx", &strange), ("cat.png", &strange)];
    for bytes in [tarred(files), zipped(files)] {
        let Unpacked { bytes: mut unpacked, passed_over, .. } = unpack_noting(Cursor::new(bytes), None).unwrap();
        let mut out = Vec::new();
        unpacked.read_to_end(&mut out).unwrap();
        assert_eq!(out, b"text\n");
        let (count, sentence) = passed_over.told().unwrap();
        assert!(count == 1 && sentence.contains("Security.evtx") && !sentence.contains("cat.png"), "{sentence}");
    }
}

#[test]
fn the_files_of_an_archive_are_told_as_they_begin() {
    let inner = tarred(&[("1.json.gz", &gzip(b"{\"a\":1}")), ("empty.log", b"")]);
    for bytes in [
        tarred(&[("a.log", b"text"), ("b.tar", &inner), ("c.log", b"last")]),
        zipped(&[("a.log", b"text"), ("b.tar", &inner), ("c.log", b"last")]),
    ] {
        let Unpacked { bytes: mut unpacked, members, .. } = unpack_noting(Cursor::new(bytes), None).unwrap();
        let mut out = String::new();
        unpacked.read_to_string(&mut out).unwrap();
        let told: Vec<_> = std::iter::from_fn(|| members.before(u64::MAX)).collect();
        let names: Vec<_> = told.iter().map(|begun| begun.name.as_str()).collect();
        assert_eq!(names, ["a.log", "b.tar/1.json.gz", "c.log"]);
        let begins: Vec<_> = told.iter().map(|begun| &out[usize::try_from(begun.at).unwrap()..][..4]).collect();
        assert_eq!(begins, ["text", "{\"a\"", "last"]);
    }
}

#[test]
fn what_is_packed_too_often_or_damaged_is_refused() {
    let mut bytes = b"text".to_vec();
    for _ in 0..DEPTH_MAX {
        bytes = gzip(&bytes);
    }
    assert_eq!(read(bytes.clone()).unwrap(), b"text");
    assert_eq!(read(gzip(&bytes)).unwrap_err().kind(), ErrorKind::QuotaExceeded);
    let tar = tarred(&[("a.log", &b"line\n".repeat(1000))]);
    assert!(read(tar[..3000].to_vec()).is_err(), "a cut tar ended as if it were whole");
    let mut torn = tarred(&[("a.log", b"text"), ("b.log", b"text")]);
    torn[1024 + 3] = b'!';
    assert_eq!(read(torn).unwrap_err().kind(), ErrorKind::InvalidData);
    let zip = zipped(&[("a.log", &b"line\n".repeat(1000))]);
    assert!(read(zip[..zip.len() - 30].to_vec()).is_err());
    // A head that says that its file is larger than anything.
    let mut huge = tar::head("a.log", 0, b'0');
    huge[124..136].copy_from_slice(&[0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    tar::seal(&mut huge);
    assert!(read(huge).is_err());
}

#[test]
fn what_is_cut_off_is_an_error_and_what_came_before_is_kept() {
    let packed = gzip(&b"line\n".repeat(100_000));
    let mut unpacked = unpack(Cursor::new(packed[..packed.len() / 2].to_vec()), None).unwrap();
    let (mut buffer, mut total) = ([0; 4096], 0);
    let error = loop {
        match unpacked.read(&mut buffer) {
            Ok(0) => panic!("a cut file ended as if it were whole"),
            Ok(length) => total += length,
            Err(error) => break error,
        }
    };
    assert!(total > 0, "{error}");
}

#[test]
fn a_bomb_is_stopped() {
    // 1.2 GB of zeros, packed a layer at a time so that the test holds none of it.
    let layer = gzip(&vec![0; 64 << 20]);
    stopped(layer.repeat(19));
    // The same in a tar and in a zip, and as two files of one.
    let half = layer.repeat(10);
    stopped(tarred(&[("1.log.gz", &half), ("2.log.gz", &half)]));
    stopped(zipped(&[("1.log.gz", &half), ("2.log.gz", &half)]));
}

fn stopped(bomb: Vec<u8>) {
    let mut unpacked = unpack(Cursor::new(bomb), None).unwrap();
    let mut buffer = vec![0; 1 << 20];
    let error = loop {
        match unpacked.read(&mut buffer) {
            Ok(0) => panic!("the bomb was unpacked whole"),
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::QuotaExceeded);
}
