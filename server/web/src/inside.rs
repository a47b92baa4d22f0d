//! Addresses inside this site, from whatever was sent as one.

/// An address that leads into this site, in the form in which a header may carry it; `None` for any other. Browsers
/// drop tabs and line breaks from addresses and read a backslash as a slash, so that none may be in it.
pub fn inside(address: &str) -> Option<String> {
    let within = address.starts_with('/') && !address.starts_with("//");
    if !within || address.len() > BYTES_MAX || address.contains(|c: char| c.is_control() || c == '\\') {
        return None;
    }
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>^`{|}".contains(&byte);
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    Some(address.bytes().map(encode).collect())
}

/// Beyond this length no page of ours has an address, in bytes.
const BYTES_MAX: usize = 4_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_leads_into_this_site_is_an_address() {
        for outside in [
            "",
            "evil.com",
            "https://evil.com",
            "//evil.com",
            "/\\evil.com",
            "\\\\evil.com",
            "/\t/evil.com",
            "/a\r\nb: c",
            "/a\u{0}",
            "/a\u{85}",
            "/\u{7f}",
        ] {
            assert_eq!(inside(outside), None, "{outside:?}");
        }
        assert_eq!(inside("/incidents/INC-1?q=a%20b#c").as_deref(), Some("/incidents/INC-1?q=a%20b#c"));
        assert_eq!(inside("/incidents?q=Zoë b").as_deref(), Some("/incidents?q=Zo%C3%AB%20b"));
    }
}
