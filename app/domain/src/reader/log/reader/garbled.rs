//! Text that was bent before it came here.

/// Why the text of a piece cannot be trusted, if it cannot: read all the same, two names could become one.
pub(super) fn garbled(piece: &[u8]) -> Option<&'static str> {
    const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();
    if piece.contains(&0) {
        return Some("This holds zero bytes, as a file does that was cut while it was written.");
    }
    if piece.windows(3).any(|window| matches!(window, [0x1b, b'$', b'B' | b'@' | b'('])) {
        return Some(
            "This is written in ISO-2022: choose the encoding of the log, such as ISO-2022-JP, and read it again.",
        );
    }
    if piece.is_ascii() {
        return None;
    }
    // Signs that no text has stand where letters of another encoding were: those of DOS and of old Macs have them.
    if piece.windows(2).any(|window| matches!(window, [0xc2, 0x80..=0x84 | 0x86..=0x9f])) {
        return Some(
            "This holds control characters where letters belong: choose the encoding of the log, and read it again.",
        );
    }
    if std::str::from_utf8(piece).is_err() {
        return Some("This is in another encoding than the rest: choose the encoding of the log, and read it again.");
    }
    piece.windows(REPLACEMENT.len()).any(|window| window == REPLACEMENT).then_some(
        "A letter of this cannot be read in this encoding: choose the encoding of the log, and read it again.",
    )
}
