//! A row of CSV by the names of its columns.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Piece, Wrong};
use crate::reader::log::split::{Header, cells, is_torn};
use crate::reader::log::wire::Text;

/// The fields of one row.
pub struct Row<'a> {
    header: &'a Header,
    /// The fields, in the order of the columns.
    pub cells: Vec<Cow<'a, str>>,
}

impl<'a> Row<'a> {
    /// Reads a piece as a row; `None` where it is not one.
    pub fn of(piece: &Piece<'a>) -> Option<Result<Self, Wrong>> {
        let header = piece.header?;
        if is_torn(piece.bytes, header.delimiter) {
            let sentence =
                "A quote within a quoted field of this row is not doubled: where the field ends cannot be told.";
            return Some(Err(Wrong::Unreadable(sentence.into())));
        }
        let cells = cells(piece.bytes, header.delimiter);
        let (found, wanted) = (cells.len(), header.names.len());
        if found != wanted {
            let fields = if found == 1 { "field" } else { "fields" };
            let sentence = format!("This row has {found} {fields}, and the header has {wanted}.");
            return Some(Err(Wrong::Unreadable(sentence)));
        }
        Some(Ok(Self { header, cells }))
    }

    /// The row as an object: what is JSON in a field is read, and empty fields are left out.
    pub fn object(&self) -> Map<String, Value> {
        let value = |cell: &str| {
            let is_json = cell.starts_with(['{', '[']);
            let read = if is_json { serde_json::from_str(cell).ok() } else { None };
            read.unwrap_or_else(|| Value::from(cell))
        };
        let fields = self.header.names.iter().zip(&self.cells).filter(|(_, cell)| !cell.trim().is_empty());
        fields.map(|(name, cell)| (name.clone(), value(cell.trim()))).collect()
    }

    /// The first field that is not empty under one of these names, tried in order.
    pub fn get(&self, names: &[&str]) -> Text<'_> {
        let find = |name: &&str| {
            let place = self.header.names.iter().position(|known| known.eq_ignore_ascii_case(name))?;
            self.cells.get(place).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
        };
        names.iter().find_map(find).map(Text::of).unwrap_or_default()
    }
}
