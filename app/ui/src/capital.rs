//! Labels at the beginning of a line.

/// The same with a capital letter in front.
pub fn in_capital(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
