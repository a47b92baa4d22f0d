//! Numbers with their nouns.

/// A number of things in words: `1 record`, `2 records`.
pub fn counted(count: impl TryInto<u64>, one: &str) -> String {
    counted_as(count, one, &format!("{one}s"))
}

/// The same where the plural is another word, or a verb follows: `1 path is`, `2 paths are`.
pub fn counted_as(count: impl TryInto<u64>, one: &str, many: &str) -> String {
    match count.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_none_is_plural() {
        assert_eq!((counted(0_usize, "record"), counted(1_u64, "record")), ("0 records".into(), "1 record".into()));
        assert_eq!(counted_as(2_usize, "path is", "paths are"), "2 paths are");
    }
}
