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

/// A list as people say it: `a`, `a and b`, `a, b and c`.
pub fn and<T: std::borrow::Borrow<str>>(items: &[T]) -> String {
    match items {
        [all @ .., last] if !all.is_empty() => format!("{} and {}", all.join(", "), last.borrow()),
        _ => items.concat(),
    }
}

/// A share in per cent, to the tenth and never rounded up: what is not quite whole is not shown as whole, whatever the
/// share says, unless `whole` says that nothing is missing.
pub fn percent(share: f64, whole: bool) -> String {
    // What a sum of parts lost by rounding is no tenth.
    let tenths = (share * 1000.0 + 1e-6).floor() as i64;
    let tenths = if whole { tenths } else { tenths.min(999) };
    if tenths % 10 == 0 { format!("{} %", tenths / 10) } else { format!("{}.{} %", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_rounded_up_and_whole_only_where_nothing_is_missing() {
        let told = [(1.0, true), (1.0, false), (0.9999, true), (110.0 / 120.0, false), (0.5, false), (0.29, false)];
        let told = told.map(|(share, whole)| percent(share, whole));
        assert_eq!(told, ["100 %", "99.9 %", "99.9 %", "91.6 %", "50 %", "29 %"]);
    }

    #[test]
    fn a_list_ends_with_and() {
        let told = [&[][..], &["a"], &["a", "b"], &["a", "b", "c"]].map(and);
        assert_eq!(told, ["", "a", "a and b", "a, b and c"]);
    }

    #[test]
    fn one_is_singular_and_none_is_plural() {
        assert_eq!((counted(0_usize, "record"), counted(1_u64, "record")), ("0 records".into(), "1 record".into()));
        assert_eq!(counted_as(2_usize, "path is", "paths are"), "2 paths are");
    }
}
