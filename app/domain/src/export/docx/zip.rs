//! A zip of stored files, all of them of the first day that a zip can name: only names and bytes make it what it is.

/// The first of January 1980.
const DAY: u16 = 0x21;
const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Of the format that readers have to know.
const VERSION: u16 = 20;

/// Packs files in the order in which they are given.
pub(super) fn write(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let at = size(out.len());
        out.extend(LOCAL.to_le_bytes());
        let head = head(name, text.as_bytes());
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        central.extend(CENTRAL.to_le_bytes());
        central.extend(VERSION.to_le_bytes());
        central.extend(&head);
        // No comment, on the first disk, no attributes.
        central.extend([0; 10]);
        central.extend(at.to_le_bytes());
        central.extend(name.as_bytes());
    }
    let (count, begins) = (files.len() as u16, size(out.len()));
    out.extend(&central);
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size(central.len()).to_le_bytes());
    out.extend(begins.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// What both lists say of a file.
fn head(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut head = Vec::with_capacity(26);
    // The version, no flags, stored, at midnight.
    for number in [VERSION, 0, 0, 0, DAY] {
        head.extend(number.to_le_bytes());
    }
    for number in [crc(bytes), size(bytes.len()), size(bytes.len())] {
        head.extend(number.to_le_bytes());
    }
    head.extend((name.len() as u16).to_le_bytes());
    head.extend([0; 2]);
    head
}

/// A length; a case file has limits far below four gigabytes.
fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The checksum of zip files.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize] ^ (crc >> 8))
}

const TABLE: [u32; 256] = {
    let (mut table, mut at) = ([0; 256], 0);
    while at < 256 {
        let (mut value, mut bit) = (at as u32, 0);
        while bit < 8 {
            value = if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 };
            bit += 1;
        }
        table[at] = value;
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::crc;

    #[test]
    fn the_checksum_is_that_of_zip() {
        assert_eq!((crc(b"123456789"), crc(b"")), (0xcbf4_3926, 0));
    }
}
