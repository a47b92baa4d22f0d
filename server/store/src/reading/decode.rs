//! Logs that are not UTF-8, decoded as they stream: readers know one encoding.

use std::io::{Cursor, Read, Result};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// So much of a file is looked at to tell its encoding.
pub(crate) const LOOKED_AT_BYTES: usize = 1 << 16;

/// So much is decoded at once.
const CHUNK_BYTES: usize = 1 << 16;

/// The encoding of a text, from its first bytes. Bytes that are no text at all count as UTF-8: nothing is made of them.
pub(crate) fn detect(first: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(first) {
        return encoding;
    }
    if let Some(encoding) = utf_16(first) {
        return encoding;
    }
    if first.contains(&0) || is_utf_8(first) || is_mostly_utf_8(first) {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(first, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 without a mark at its beginning: nearly every other byte of a log is a zero.
fn utf_16(first: &[u8]) -> Option<&'static Encoding> {
    let pairs = first.len() / 2;
    let zeros = |odd: usize| first.chunks_exact(2).filter(|pair| pair[odd] == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let is_most = |most: usize, least: usize| pairs >= 8 && most * 10 >= pairs * 7 && least * 20 <= pairs;
    match () {
        () if is_most(odd, even) => Some(UTF_16LE),
        () if is_most(even, odd) => Some(UTF_16BE),
        () => None,
    }
}

/// Whether bytes are UTF-8, cut off in the middle of a letter or not.
fn is_utf_8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true)
}

/// Whether a stray byte stands in a text that is UTF-8 otherwise: as another encoding, every letter of it would be bent.
/// The line of the stray byte is complained of.
fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut letters, mut strays) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        strays += usize::from(!chunk.invalid().is_empty());
    }
    letters > strays
}

/// The encoding a person names.
pub(crate) fn named(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.trim().as_bytes())
}

/// Bytes as UTF-8, and what they were. Those that are UTF-8 already pass as they are.
pub(crate) fn decoded(
    mut bytes: Box<dyn Read + Send>,
    wanted: Option<&'static Encoding>,
) -> (Box<dyn Read + Send>, &'static Encoding) {
    let (first, broke) = beginning(bytes.as_mut());
    let encoding = wanted.unwrap_or_else(|| detect(&first));
    let whole = Cursor::new(first).chain(Broken(broke).chain(bytes));
    if encoding == UTF_8 {
        return (Box::new(whole), encoding);
    }
    let decoder = encoding.new_decoder_with_bom_removal();
    (Box::new(Decoded { inner: Box::new(whole), decoder, ready: Cursor::new(Vec::new()), ended: false }), encoding)
}

fn beginning(bytes: &mut (dyn Read + Send)) -> (Vec<u8>, Option<std::io::Error>) {
    let mut first = vec![0; LOOKED_AT_BYTES];
    let mut known = 0;
    let broke = loop {
        match bytes.read(&mut first[known..]) {
            Ok(0) => break None,
            Ok(length) => known += length,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => break Some(error),
        }
        if known == first.len() {
            break None;
        }
    };
    first.truncate(known);
    (first, broke)
}

/// An error that was met while looking ahead, told where it belongs.
pub(super) struct Broken(pub(super) Option<std::io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

struct Decoded {
    inner: Box<dyn Read + Send>,
    decoder: Decoder,
    ready: Cursor<Vec<u8>>,
    ended: bool,
}

impl Decoded {
    fn more(&mut self) -> Result<()> {
        let mut chunk = vec![0; CHUNK_BYTES];
        let length = self.inner.read(&mut chunk)?;
        self.ended = length == 0;
        let room = self.decoder.max_utf8_buffer_length(length).unwrap_or(CHUNK_BYTES * 4);
        let mut text = String::with_capacity(room);
        // What cannot be decoded becomes the replacement character, of which the reader complains.
        let (result, ..) = self.decoder.decode_to_string(&chunk[..length], &mut text, self.ended);
        debug_assert!(matches!(result, CoderResult::InputEmpty));
        self.ready = Cursor::new(text.into_bytes());
        Ok(())
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            let length = self.ready.read(buffer)?;
            if length > 0 || self.ended || buffer.is_empty() {
                return Ok(length);
            }
            self.more()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{SHIFT_JIS, WINDOWS_1252};

    const WESTERN: &str =
        "when,who,did\n2026-04-02T08:00:00Z,Käthe Groß,löschte Straße\n2026-04-02T08:00:01Z,Zoë,öffnete\n";
    const JAPANESE: &str =
        "when,who,did\n2026-04-02T08:00:00Z,佐藤花子,ファイルを削除しました\n2026-04-02T08:00:01Z,鈴木,閲覧\n";

    fn read(bytes: &[u8], wanted: Option<&str>) -> (String, &'static str) {
        let bytes: Box<dyn Read + Send> = Box::new(Cursor::new(bytes.to_vec()));
        let (mut bytes, encoding) = decoded(bytes, wanted.and_then(named));
        let mut text = String::new();
        bytes.read_to_string(&mut text).unwrap();
        (text, encoding.name())
    }

    fn utf_16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes_of).collect()
    }

    #[test]
    fn encodings_are_told_apart_and_decoded() {
        let marked = |text: &str| format!("\u{feff}{text}");
        let table = [
            (WESTERN.as_bytes().to_vec(), WESTERN, "UTF-8"),
            (WINDOWS_1252.encode(WESTERN).0.into_owned(), WESTERN, "windows-1252"),
            (SHIFT_JIS.encode(JAPANESE).0.into_owned(), JAPANESE, "Shift_JIS"),
            (utf_16(&marked(WESTERN), u16::to_le_bytes), WESTERN, "UTF-16LE"),
            (utf_16(&marked(WESTERN), u16::to_be_bytes), WESTERN, "UTF-16BE"),
            (utf_16(WESTERN, u16::to_le_bytes), WESTERN, "UTF-16LE"),
            (utf_16(WESTERN, u16::to_be_bytes), WESTERN, "UTF-16BE"),
        ];
        for (bytes, text, name) in table {
            assert_eq!(read(&bytes, None), (text.to_string(), name));
        }
        assert_eq!(read(&WINDOWS_1252.encode("ä").0, Some("latin1")), ("ä".into(), "windows-1252"));
        assert!(named("klingon").is_none());
    }

    #[test]
    fn one_stray_byte_bends_no_other_letter() {
        assert_eq!(detect(b"J\xc3\xb6rg, Zo\xc3\xab\nJ\xf6rg\n").name(), "UTF-8");
        assert_eq!(detect(b"J\xf6rg, Zo\xeb\n").name(), "windows-1252");
    }

    #[test]
    fn a_letter_cut_between_chunks_is_whole() {
        let text = "ä".repeat(CHUNK_BYTES) + "鈴";
        let bytes = utf_16(&format!("\u{feff}{text}"), u16::to_le_bytes);
        assert_eq!(read(&bytes, None).0, text);
    }
}
