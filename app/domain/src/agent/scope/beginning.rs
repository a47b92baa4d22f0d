//! With what the names of resources begin: a grant is passed over by a glance at it.

use crate::agent::Pattern;

/// The first bytes of a name of a resource, or those with which every pattern of a grant begins: most grants are passed
/// over by these alone.
#[derive(Debug, Clone, Copy)]
pub(in crate::agent) struct Beginning {
    bytes: u64,
    /// Which of them are known.
    mask: u64,
}

impl Beginning {
    pub(super) fn of(text: &str) -> Self {
        let mut bytes = [0; 8];
        let known = text.len().min(bytes.len());
        bytes[..known].copy_from_slice(&text.as_bytes()[..known]);
        let mask = if known == 8 { u64::MAX } else { (1 << (8 * known)) - 1 };
        Self { bytes: u64::from_le_bytes(bytes), mask }
    }

    /// Of all of these: what they have in common.
    pub(super) fn common(patterns: &[Pattern]) -> Self {
        let all = patterns.iter().map(|pattern| Self::of(pattern.head()));
        all.reduce(Self::shared).unwrap_or(Self { bytes: 0, mask: 0 })
    }

    fn shared(self, other: Self) -> Self {
        let differs = (self.bytes ^ other.bytes) | !(self.mask & other.mask);
        // All bytes before the first that differs, or that one of them does not have.
        let same = (differs.trailing_zeros() / 8).min(8);
        let mask = if same == 8 { u64::MAX } else { (1 << (8 * same)) - 1 };
        Self { bytes: self.bytes & mask, mask }
    }

    /// Whether a name that begins so may be meant by patterns that begin like this. No pattern has a byte 0, which
    /// stands behind the end of a short name.
    pub(super) const fn may_begin(self, name: Self) -> bool {
        (self.bytes ^ name.bytes) & self.mask == 0
    }
}
