//! Logs that are not UTF-8, decoded as they stream: readers know one encoding.

use std::io::{Cursor, Read, Result};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// So much of a file is looked at to tell its encoding.
pub(crate) const LOOKED_AT_BYTES: usize = 1 << 16;

/// So much is decoded at once.
const CHUNK_BYTES: usize = 1 << 16;

/// An encoding that is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    /// One of the encodings of the web.
    Web(&'static Encoding),
    /// Four bytes for each letter, the lowest first.
    Utf32Le,
    /// Four bytes for each letter, the highest first.
    Utf32Be,
}

impl Charset {
    pub const UTF_8: Self = Self::Web(UTF_8);

    /// Its usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web(encoding) => encoding.name(),
            Self::Utf32Le => "UTF-32LE",
            Self::Utf32Be => "UTF-32BE",
        }
    }
}

/// The encoding of a text, from its first bytes. Bytes that are no text at all count as UTF-8: nothing is made of them.
pub(crate) fn detect(first: &[u8]) -> Charset {
    utf_32(first).unwrap_or_else(|| Charset::Web(detect_web(first)))
}

/// UTF-32: its mark begins as that of UTF-16 does. Without one, three of four bytes of a log are zeros.
fn utf_32(first: &[u8]) -> Option<Charset> {
    match first {
        [0xff, 0xfe, 0, 0, ..] => return Some(Charset::Utf32Le),
        [0, 0, 0xfe, 0xff, ..] => return Some(Charset::Utf32Be),
        _ => {}
    }
    let letters = first.len() / 4;
    let share =
        |is_one: fn(&[u8]) -> bool| first.chunks_exact(4).filter(|four| is_one(four)).count() * 10 >= letters * 9;
    match () {
        () if letters < 8 => None,
        () if share(|four| four[1..] == [0; 3] && four[0] != 0) => Some(Charset::Utf32Le),
        () if share(|four| four[..3] == [0; 3] && four[3] != 0) => Some(Charset::Utf32Be),
        () => None,
    }
}

fn detect_web(first: &[u8]) -> &'static Encoding {
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
    let guess = detector.guess(None, Utf8Detection::Deny);
    // Letters of UTF-8 among those of another encoding, as of two hosts that write to one file: whatever is chosen bends
    // half of them. Read as UTF-8, the lines of the others are reported.
    if guess.is_single_byte() && is_partly_utf_8(first) { UTF_8 } else { guess }
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
/// The line of the stray byte is reported.
fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    let (letters, strays) = letters_and_strays(bytes);
    letters > strays
}

/// How many letters beyond ASCII are UTF-8, and how often bytes are not.
fn letters_and_strays(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(letters, strays), chunk| {
        let more = chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        (letters + more, strays + usize::from(!chunk.invalid().is_empty()))
    })
}

/// Whether every tenth stray byte or more has a letter of UTF-8 beside it. By chance hardly any two bytes of a one-byte
/// encoding make one.
fn is_partly_utf_8(bytes: &[u8]) -> bool {
    let (letters, strays) = letters_and_strays(bytes);
    letters > 0 && letters * 10 >= strays
}

/// The encoding a person names.
pub(crate) fn named(label: &str) -> Option<Charset> {
    let label = label.trim();
    match label.to_ascii_lowercase().replace(['_', '-'], "").as_str() {
        "utf32le" | "utf32" | "ucs4" => Some(Charset::Utf32Le),
        "utf32be" => Some(Charset::Utf32Be),
        _ => Encoding::for_label(label.as_bytes()).map(Charset::Web),
    }
}

/// Bytes as UTF-8, and what they were. Those that are UTF-8 already pass as they are.
pub(crate) fn decoded(mut bytes: Box<dyn Read + Send>, wanted: Option<Charset>) -> (Box<dyn Read + Send>, Charset) {
    let (first, broke) = beginning(bytes.as_mut());
    let encoding = wanted.unwrap_or_else(|| detect(&first));
    let whole = Cursor::new(first).chain(Broken(broke).chain(bytes));
    let decoder = match encoding {
        utf_8 if utf_8 == Charset::UTF_8 => return (Box::new(whole), encoding),
        Charset::Web(encoding) => Letters::Web(encoding.new_decoder_with_bom_removal()),
        wide => Letters::Wide(Wide {
            of_four: if wide == Charset::Utf32Be { u32::from_be_bytes } else { u32::from_le_bytes },
            rest: Vec::new(),
            begun: false,
        }),
    };
    (Box::new(Decoded { inner: Box::new(whole), decoder, ready: Cursor::new(Vec::new()), ended: false }), encoding)
}

/// What makes letters of bytes.
enum Letters {
    Web(Decoder),
    Wide(Wide),
}

/// UTF-32, which the web does not know.
struct Wide {
    of_four: fn([u8; 4]) -> u32,
    /// Bytes of a letter that is not whole yet.
    rest: Vec<u8>,
    begun: bool,
}

impl Wide {
    /// What is no letter becomes the replacement character, of which the reader complains.
    fn decode(&mut self, bytes: &[u8], text: &mut String, ended: bool) {
        self.rest.extend_from_slice(bytes);
        let whole = self.rest.len() / 4 * 4;
        for four in self.rest[..whole].chunks_exact(4) {
            let number = (self.of_four)([four[0], four[1], four[2], four[3]]);
            let letter = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
            if self.begun || letter != '\u{feff}' {
                text.push(letter);
            }
            self.begun = true;
        }
        self.rest.drain(..whole);
        if ended && !self.rest.is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            self.rest.clear();
        }
    }
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
    decoder: Letters,
    ready: Cursor<Vec<u8>>,
    ended: bool,
}

impl Decoded {
    fn more(&mut self) -> Result<()> {
        let mut chunk = vec![0; CHUNK_BYTES];
        let length = self.inner.read(&mut chunk)?;
        self.ended = length == 0;
        let mut text = String::new();
        match &mut self.decoder {
            Letters::Web(decoder) => {
                text.reserve(decoder.max_utf8_buffer_length(length).unwrap_or(CHUNK_BYTES * 4));
                // What cannot be decoded becomes the replacement character, of which the reader complains.
                let (result, ..) = decoder.decode_to_string(&chunk[..length], &mut text, self.ended);
                debug_assert!(matches!(result, CoderResult::InputEmpty));
            }
            Letters::Wide(wide) => wide.decode(&chunk[..length], &mut text, self.ended),
        }
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
    fn four_bytes_for_a_letter_are_decoded_and_no_two_letters() {
        let wide = |text: &str, bytes_of: fn(u32) -> [u8; 4]| -> Vec<u8> {
            text.chars().flat_map(|letter| bytes_of(u32::from(letter))).collect()
        };
        for (bytes_of, name) in [(u32::to_le_bytes as fn(u32) -> [u8; 4], "UTF-32LE"), (u32::to_be_bytes, "UTF-32BE")] {
            let marked = wide(&format!("\u{feff}{JAPANESE}👩"), bytes_of);
            assert_eq!(read(&marked, None), (format!("{JAPANESE}👩"), name));
            assert_eq!(read(&wide(WESTERN, bytes_of), None), (WESTERN.to_string(), name), "without a mark");
            assert_eq!(read(&marked, Some(name)), (format!("{JAPANESE}👩"), name));
            // What is cut or is no letter is seen to be none.
            let cut = [&marked[..], &bytes_of(0x11_0000), &[1]].concat();
            assert_eq!(read(&cut, None).0, format!("{JAPANESE}👩\u{fffd}\u{fffd}"));
        }
        let long = "鈴".repeat(CHUNK_BYTES);
        assert_eq!(read(&wide(&format!("\u{feff}{long}"), u32::to_le_bytes), None).0, long);
    }

    #[test]
    fn one_stray_byte_bends_no_other_letter() {
        assert_eq!(detect(b"J\xc3\xb6rg, Zo\xc3\xab\nJ\xf6rg\n").name(), "UTF-8");
        assert_eq!(detect(b"J\xf6rg, Zo\xeb\n").name(), "windows-1252");
        // Half and half is neither.
        for count in [1, 3, 200] {
            let mixed = [b"J\xc3\xb6rg,1\n".repeat(count), b"J\xfcrg,1\n".repeat(count)].concat();
            assert_eq!(detect(&mixed).name(), "UTF-8", "{count}");
        }
    }

    #[test]
    fn a_letter_cut_between_chunks_is_whole() {
        let text = "ä".repeat(CHUNK_BYTES) + "鈴";
        let bytes = utf_16(&format!("\u{feff}{text}"), u16::to_le_bytes);
        assert_eq!(read(&bytes, None).0, text);
    }
}
