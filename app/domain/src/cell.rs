//! Cells of tables in CSV, which spreadsheets open.

/// A cell as RFC 4180 wants it, in which no spreadsheet finds a formula.
pub(crate) fn quoted(cell: &str) -> String {
    let cell = tamed(cell);
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

/// A text with an apostrophe before whatever a spreadsheet would take for a formula. It looks at the beginning of a
/// cell behind all that it does not show; and where cells begin depends on the separator of its country.
fn tamed(cell: &str) -> String {
    let mut tamed = String::with_capacity(cell.len() + 1);
    let mut begins = true;
    for (at, c) in cell.char_indices() {
        if is_formula(&cell[at..], begins, at == 0) {
            tamed.push('\'');
        }
        begins = goes_on(c, begins);
        tamed.push(c);
    }
    tamed
}

/// A cell of our own table as it was before: without one apostrophe wherever one was put.
pub(crate) fn untamed(cell: &str) -> String {
    let mut untamed = String::with_capacity(cell.len());
    let (mut begins, mut was_put) = (true, false);
    for (at, c) in cell.char_indices() {
        if c == '\'' && !was_put && is_formula(&cell[at + 1..], begins, untamed.is_empty()) {
            was_put = true;
            continue;
        }
        was_put = false;
        begins = goes_on(c, begins);
        untamed.push(c);
    }
    untamed
}

/// Whether a spreadsheet may take what begins here for a formula, or would if the apostrophes before it were not
/// there: those are a text's own, and one more tells them from ours.
fn is_formula(rest: &str, begins: bool, is_first: bool) -> bool {
    let own = rest.trim_start_matches('\'');
    begins && own.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || is_first && own.starts_with(['\t', '\r'])
}

fn goes_on(c: char, begins: bool) -> bool {
    matches!(c, ',' | ';' | '|' | '\t' | '\n' | '\r') || begins && is_passed_over(c)
}

/// Blanks, quotes and signs that are not shown.
fn is_passed_over(c: char) -> bool {
    let has_no_width = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    c.is_whitespace() || c.is_control() || c == '"' || has_no_width
}

#[cfg(test)]
mod tests {
    use super::{quoted, tamed, untamed};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_tamed_is_as_it_was_again(cell in "['=@a,\t\r\n \"+;|\u{200b}＝-]{0,8}") {
            prop_assert_eq!(untamed(&tamed(&cell)), cell);
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let table = [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("@x,y", "\"'@x,y\""),
            ("", ""),
            ("'=x", "''=x"),
            ("'plain", "'plain"),
            ("a;=cmd", "a;'=cmd"),
            ("a;  =cmd", "a;  '=cmd"),
            ("a, -1", "\"a, '-1\""),
            ("a\t@x", "a\t'@x"),
            ("a|+x", "a|'+x"),
            ("a\n=x", "\"a\n'=x\""),
            ("\u{feff} \u{200b}=x", "\u{feff} \u{200b}'=x"),
            ("\u{1}\u{a0}@x", "\u{1}\u{a0}'@x"),
            ("\"=x", "\"\"\"'=x\""),
            ("＝x", "'＝x"),
            ("－x;＠y", "'－x;'＠y"),
            ("\tplain", "'\tplain"),
            ("a = b - c + d @ e", "a = b - c + d @ e"),
            ("2026-03-18; a=b", "2026-03-18; a=b"),
        ];
        for (cell, expected) in table {
            assert_eq!(quoted(cell), expected);
        }
    }
}
