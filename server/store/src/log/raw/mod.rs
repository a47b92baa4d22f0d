//! The whole raw record, to be searched: every key and value of it, in columns, so that a million of them take a moment.
//!
//! A record of JSON is taken apart into its values, each in a column by the way to it; what is no JSON is one value.
//! A column has each different text once, folded as a search is, and a number per record that says which. Most columns
//! of a log have few texts. A search looks for its text in all texts and names of columns at once, and only where it is
//! found at the numbers. What a column does not hold, a text that reaches over quotes and commas, is not found.

mod hits;
mod leaves;
mod pack;
mod pieces;

pub(crate) use hits::{Found, Whole};
pub(crate) use pack::{RawPacked, RawPacking};
pub(crate) use pieces::Pieces;

#[cfg(test)]
mod tests;
