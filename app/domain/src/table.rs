//! Records of one noun, by id.

use std::collections::BTreeMap;

use crate::{Id, Stamp};

/// A record as it is kept: with the version of the incident that last touched
/// it, and the mark of its deletion. A deleted record keeps its content, so
/// that it can come back.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseItem<T> {
    /// The incident's version when this record was last written; its optimistic lock.
    pub version: u64,
    /// Who deleted it and when, if somebody did.
    pub deleted: Option<Stamp>,
    /// The record.
    pub record: T,
}

impl<T> std::ops::Deref for CaseItem<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.record
    }
}

/// All records of one noun. Ids of version 7 sort by creation, and so does the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<T>(BTreeMap<Id, CaseItem<T>>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Table<T> {
    /// The records that are not deleted, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &CaseItem<T>> {
        self.0.values().filter(|kept| kept.deleted.is_none())
    }

    /// Every record, the deleted ones too.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &CaseItem<T>> {
        self.0.values()
    }

    /// The record of that id unless it is deleted.
    pub fn get(&self, id: &Id) -> Option<&CaseItem<T>> {
        self.0.get(id).filter(|kept| kept.deleted.is_none())
    }

    /// The record of that id, deleted or not.
    pub fn find(&self, id: &Id) -> Option<&CaseItem<T>> {
        self.0.get(id)
    }

    /// How many records are not deleted.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether nothing is left to show.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    pub(crate) fn insert(&mut self, id: Id, kept: CaseItem<T>) -> Option<CaseItem<T>> {
        self.0.insert(id, kept)
    }
}
