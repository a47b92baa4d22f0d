//! To which group a resource belongs, so that acts can be counted by what they were done to.

/// The longest name of a group, in bytes.
const GROUP_BYTES_MAX: usize = 80;

/// The group of a resource: of a path what stands before its first separator, of an address the host, of an ARN the
/// service, of a command the program.
pub fn resource_group(resource: &str) -> &str {
    let resource = resource.trim();
    let parts = |count: usize| resource.match_indices(':').nth(count - 1).map_or(resource.len(), |(at, _)| at);
    let begins = |scheme: &str| resource.get(..4).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    let end = if begins("arn:") {
        parts(3)
    } else if begins("urn:") {
        parts(2)
    } else {
        let host = resource.find("://").map_or(0, |at| at + 3);
        // A path that begins at the root has its first name behind the first separator.
        let from = if host == 0 && resource.starts_with('/') { 1 } else { host };
        let separator = |c: char| matches!(c, '/' | '?' | '#' | ' ') || (host == 0 && c == ':');
        resource[from..].find(separator).map_or(resource.len(), |at| from + at)
    };
    &resource[..resource.floor_char_boundary(end.min(GROUP_BYTES_MAX))]
}

#[cfg(test)]
mod tests {
    use super::resource_group;

    #[test]
    fn a_resource_belongs_to_what_stands_before_its_first_separator() {
        let rows = [
            ("forum/thread-1/reply", "forum"),
            ("forum", "forum"),
            ("/etc/passwd", "/etc"),
            ("/", "/"),
            ("https://example.com:8443/a?b", "https://example.com:8443"),
            ("arn:aws:s3:::bucket/key", "arn:aws:s3"),
            ("urn:issue:7", "urn:issue"),
            ("mail:4", "mail"),
            ("rm -rf build", "rm"),
            ("  forum/x ", "forum"),
            ("", ""),
        ];
        for (resource, group) in rows {
            assert_eq!(resource_group(resource), group, "{resource}");
        }
        assert_eq!(resource_group(&"ä".repeat(100)).len(), 80);
    }
}
