//! What the answer of an adapter means, and when it is asked again.

/// After so many attempts a stop is given up: some four minutes. People have to know early that it did not work.
pub const ATTEMPTS_MAX: i64 = 10;
/// The longest wait between two attempts.
const WAIT_SECONDS_MAX: i64 = 60;

/// What follows from an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The adapter says that it did it.
    Done,
    /// It may do it later.
    Again,
    /// It will not, however often it is asked.
    Never,
}

/// What a status means. A redirect is not followed: it would lead to another host than the one that is allowed.
pub const fn meaning(status: u16) -> Meaning {
    match status {
        200..=299 => Meaning::Done,
        408 | 425 | 429 | 500..=599 => Meaning::Again,
        _ => Meaning::Never,
    }
}

/// How long to wait after so many attempts, in seconds; as long as the adapter asks for, if that is not too long.
pub fn wait_seconds(attempts: i64, retry_after: Option<i64>) -> i64 {
    let own = 1_i64 << attempts.saturating_sub(1).clamp(0, 6);
    own.max(retry_after.unwrap_or_default()).clamp(1, WAIT_SECONDS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_waits() {
        for (status, expected) in [
            (200, Meaning::Done),
            (204, Meaning::Done),
            (301, Meaning::Never),
            (307, Meaning::Never),
            (401, Meaning::Never),
            (404, Meaning::Never),
            (408, Meaning::Again),
            (410, Meaning::Never),
            (429, Meaning::Again),
            (503, Meaning::Again),
        ] {
            assert_eq!(meaning(status), expected, "{status}");
        }
        let waits: Vec<i64> = (1..ATTEMPTS_MAX).map(|attempts| wait_seconds(attempts, None)).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!((wait_seconds(1, Some(7)), wait_seconds(1, Some(9_999)), wait_seconds(1, Some(-1))), (7, 60, 1));
    }
}
