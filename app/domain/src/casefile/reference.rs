//! Which records name which: what is named is not deleted under those that name it.

use serde_json::Value;

use super::{CaseDocument, Dossier, Entry, Naming, Noun};
use crate::counted::and;
use crate::{Id, Refusal, Ruled};

/// So many of the records that name another are told by name.
const TOLD_MAX: usize = 3;

/// Every text in a document that may be the id of another record: `event/<id>` names one as well.
pub(crate) fn ids<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text.rsplit('/').next().unwrap_or(text)),
        Value::Array(items) => items.iter().for_each(|item| ids(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| ids(field, found)),
        _ => {}
    }
}

impl Dossier {
    /// The standing records that name a record, but for itself.
    pub(crate) fn naming(&self, noun: Noun, id: &Id) -> Vec<(Noun, Id)> {
        if noun.definition().id_is_a_word() {
            return Vec::new();
        }
        let names = |body: &Value| {
            let mut found = Vec::new();
            ids(body, &mut found);
            found.contains(&id.as_str())
        };
        let others = self
            .documents()
            .into_iter()
            .filter(|(other, own, _, deleted, _)| deleted.is_none() && (*other, own) != (noun, id));
        others.filter(|(.., body)| names(body)).map(|(other, own, ..)| (other, own)).collect()
    }

    /// Whether a record of that id was there and is deleted, whatever its noun.
    fn is_deleted(&self, id: &Id) -> bool {
        let is_it = |noun: &Noun| self.standing(*noun, id).is_none() && self.json(*noun, id).is_some();
        Noun::ALL.iter().filter(|noun| !noun.definition().id_is_a_word()).any(is_it)
    }

    /// A record as a sentence names it: `the event “posts an answer”`.
    fn named(&self, noun: Noun, id: &Id) -> String {
        match noun.definition().name(self, id) {
            Some(name) => format!("the {} “{name}”", noun.label()),
            None => format!("the {}", noun.label()),
        }
    }
}

impl Entry {
    /// Deletes a record with what is part of it, if nothing speaks against it and no other record names it.
    pub fn remove<T: CaseDocument>(&mut self, id: &Id) -> Ruled<()> {
        self.get::<T>(id)?;
        T::NOUN.definition().may_delete(self, id)?;
        let naming = self.dossier().naming(T::NOUN, id);
        let of = |naming: &[(Noun, Id)], how: Naming| -> Vec<(Noun, Id)> {
            naming.iter().filter(|(noun, _)| noun.definition().naming() == how).cloned().collect()
        };
        self.refuse_if_held(T::NOUN, &of(&naming, Naming::Holds))?;
        for (noun, part) in of(&naming, Naming::GoesAlong) {
            self.delete_document(noun, &part)?;
        }
        self.delete::<T>(id)
    }

    /// Brings a deleted record back, with what was deleted along with it and still has everything it names.
    pub fn bring_back<T: CaseDocument>(&mut self, id: &Id) -> Ruled<()> {
        let with = T::table(self.dossier()).find(id).and_then(|kept| kept.deleted.clone());
        self.restore::<T>(id)?;
        for (noun, part, _, deleted, body) in self.dossier().documents() {
            let mut named = Vec::new();
            ids(&body, &mut named);
            let is_gone = |name: &&str| *name != part.as_str() && self.dossier().is_deleted(&Id::new(*name));
            let is_part = noun.definition().naming() == Naming::GoesAlong && named.contains(&id.as_str());
            if is_part && deleted.is_some() && deleted == with && !named.iter().any(is_gone) {
                noun.definition().put_back(self, &part, &body)?;
            }
        }
        Ok(())
    }

    fn refuse_if_held(&self, noun: Noun, holding: &[(Noun, Id)]) -> Ruled<()> {
        if holding.is_empty() {
            return Ok(());
        }
        let mut list: Vec<String> =
            holding.iter().take(TOLD_MAX).map(|(noun, id)| self.dossier().named(*noun, id)).collect();
        if holding.len() > TOLD_MAX {
            list.push(format!("{} more", holding.len() - TOLD_MAX));
        }
        let list = and(&list);
        let (verb, them) = if holding.len() == 1 { ("names", "that") } else { ("name", "those") };
        let noun = noun.label();
        Err(Refusal::state(format!("This {noun} is not deleted, because {list} {verb} it: change {them} first.")))
    }
}

#[cfg(test)]
mod tests;
