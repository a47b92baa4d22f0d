//! Who took part in the incident, and so judges nothing in it.
//!
//! People are told apart by their accounts. The timeline names people by what they are called, so an
//! account is held against every name it ever had, and against the links from principals to accounts:
//! whoever renames themselves, or a principal, has taken part all the same.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::canonical::hex;
use crate::casefile::{CaseItem, Dossier, Entry};
use crate::principal::Principal;
use crate::review::Review;
use crate::signature::Signature;
use crate::spelling::{alike, fold};
use crate::timeline::Event;
use crate::vocabulary::PrincipalKind;
use crate::{Id, Person, Refusal, Ruled};

/// Those who acted in the timeline: by account where it is known, and by every name.
pub struct Actors<'a> {
    accounts: BTreeSet<&'a Id>,
    names: BTreeSet<String>,
}

impl<'a> Actors<'a> {
    fn of(principals: impl Iterator<Item = &'a Principal>) -> Self {
        let mut actors = Self { accounts: BTreeSet::new(), names: BTreeSet::new() };
        for principal in principals.filter(|principal| principal.kind != PrincipalKind::System) {
            actors.accounts.extend(&principal.account);
            let names = std::iter::once(&principal.name).chain(&principal.former_names);
            actors.names.extend(names.flat_map(|name| [alike(name), fold(&veiled(name))]));
        }
        actors
    }

    /// Whether this account, under any of these names, is one of them.
    pub fn has<'n>(&self, account: &Id, mut names: impl Iterator<Item = &'n String>) -> bool {
        self.accounts.contains(account) || names.any(|name| self.names.contains(&alike(name)))
    }

    /// Their accounts, as far as they are known.
    pub fn accounts(&self) -> impl Iterator<Item = &Id> {
        self.accounts.iter().copied()
    }

    /// Their names, present and former ones, as names are compared.
    pub fn into_names(self) -> Vec<String> {
        self.names.into_iter().collect()
    }
}

/// The accounts that reviewed or signed, each with every name it is known by here, the first one first.
pub(crate) struct Readers<'a> {
    names: BTreeMap<&'a Id, Vec<&'a String>>,
    /// How many accounts go by a name, as names are compared.
    sharing: BTreeMap<String, usize>,
}

impl<'a> Readers<'a> {
    pub(crate) fn of(dossier: &'a Dossier) -> Self {
        let reviews = dossier.reviews.iter().map(|kept| (&kept.record.attested.by, &kept.record.names));
        let signatures = dossier.signatures.iter().map(|kept| (&kept.record.signed.by, &kept.record.names));
        let mut names: BTreeMap<&Id, Vec<&String>> = BTreeMap::new();
        for (person, others) in reviews.chain(signatures) {
            let known = names.entry(&person.id).or_default();
            for name in std::iter::once(&person.name).chain(others) {
                if !known.contains(&name) {
                    known.push(name);
                }
            }
        }
        let mut sharing = BTreeMap::new();
        for name in names.values().filter_map(|names| names.first()) {
            *sharing.entry(alike(name)).or_default() += 1;
        }
        Self { names, sharing }
    }

    /// What the account is called here: by its first name, whatever it is called since; with the account
    /// where two accounts share a name.
    pub(crate) fn name_of(&self, account: &Id) -> String {
        let name =
            self.names.get(account).and_then(|names| names.first()).map_or(account.as_str(), |name| name.as_str());
        let shared = self.sharing.get(&alike(name)).is_some_and(|accounts| *accounts > 1);
        if shared { format!("{name} ({account})") } else { name.to_string() }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a Id, &[&'a String])> {
        self.names.iter().map(|(id, names)| (*id, names.as_slice()))
    }
}

impl Dossier {
    /// Whether a person took part in the incident, under this name or any they are known by here.
    pub fn is_incident_actor(&self, person: &Person) -> bool {
        self.took_part(person, &[])
    }

    /// The same for somebody who had these names as well.
    pub fn took_part(&self, person: &Person, names: &[String]) -> bool {
        let readers = Readers::of(self);
        let known = readers.names.get(&person.id).into_iter().flatten().copied();
        let names: Vec<&String> = std::iter::once(&person.name).chain(names).chain(known).collect();
        self.actors().has(&person.id, names.iter().copied()) || self.took_own_part_out(&person.id, &names)
    }

    /// Whether somebody deleted an event in which they act themselves: it is held against them still.
    pub(crate) fn took_own_part_out(&self, account: &Id, names: &[&String]) -> bool {
        let by_them = |kept: &&CaseItem<Event>| kept.deleted.as_ref().is_some_and(|stamp| &stamp.by.id == account);
        let parts = self.events.all().filter(by_them).flat_map(|kept| kept.record.parts());
        let principals: Vec<&Principal> =
            parts.filter_map(|id| self.principals.find(id)).map(|kept| &kept.record).collect();
        Actors::of(principals.into_iter()).has(account, names.iter().copied())
    }

    /// Those who acted in the timeline.
    pub fn actors(&self) -> Actors<'_> {
        Actors::of(self.acting_principals())
    }

    /// The names of everybody who acted in the timeline.
    pub fn incident_actors(&self) -> Vec<String> {
        self.acting_principals().map(|principal| principal.name.clone()).collect()
    }

    /// Whether somebody who acted before, and may have an account, no longer does.
    pub(crate) fn lacks_an_actor_of(&self, before: &Self) -> bool {
        let (was, is) = (before.actors(), self.actors());
        let may_judge = |principal: &&Principal| {
            principal.account.is_some() || matches!(principal.kind, PrincipalKind::Human | PrincipalKind::Unknown)
        };
        was.accounts.iter().any(|account| !is.accounts.contains(account))
            || before.acting_principals().filter(may_judge).any(|principal| !is.names.contains(&alike(&principal.name)))
    }

    /// The principals who act, are acted for or call an agent in.
    pub fn acting_principals(&self) -> impl Iterator<Item = &Principal> {
        let acting: BTreeSet<&Id> = self.events.iter().flat_map(|kept| kept.record.parts()).collect();
        self.principals
            .iter()
            .map(|kept| &kept.record)
            .filter(move |principal| principal.kind != PrincipalKind::System && acting.contains(&principal.id))
    }
}

impl Entry {
    /// Refuses somebody who took part, under any name they ever had.
    pub fn refuse_actor(&self, what: &str) -> Ruled<()> {
        if self.dossier().took_part(self.by(), self.names()) {
            return Err(Refusal::forbidden(format!(
                "You are an actor in this incident, so you cannot {what}: ask somebody who took no part."
            )));
        }
        Ok(())
    }

    /// Nobody turns what they did into what somebody else did, nor themselves into somebody else.
    pub(crate) fn refuse_stepping_out(&self, before: &Dossier) -> Ruled<()> {
        let was = before.took_part(self.by(), self.names());
        if was && !self.dossier().took_part(self.by(), self.names()) {
            return Err(Refusal::forbidden(
                "You act in this incident’s timeline, and this would take you out of it: ask somebody else to change it.",
            ));
        }
        Ok(())
    }

    /// Remembers under which other names the account of a reviewer or signer is known.
    pub fn note_names(&mut self, account: &Id, names: &[String]) {
        let reviews: Vec<Review> = self.dossier().reviews.iter().map(|kept| kept.record.clone()).collect();
        for mut review in reviews.into_iter().filter(|review| &review.attested.by.id == account) {
            review.names = other_names(&review.attested.by, names);
            self.put(review);
        }
        let signatures: Vec<Signature> = self.dossier().signatures.iter().map(|kept| kept.record.clone()).collect();
        for mut signature in signatures.into_iter().filter(|signature| &signature.signed.by.id == account) {
            signature.names = other_names(&signature.signed.by, names);
            self.put(signature);
        }
    }

    /// The names of the one who writes, without the one in the stamp.
    pub(crate) fn other_names(&self) -> Vec<String> {
        other_names(self.by(), self.names())
    }
}

fn other_names(person: &Person, names: &[String]) -> Vec<String> {
    names.iter().filter(|name| **name != person.name).map(|name| veiled(name)).collect()
}

/// An address as case files keep it: enough to compare it, without telling everybody who reads them. A name
/// stays as it is.
fn veiled(name: &str) -> String {
    if !name.contains('@') {
        return name.to_string();
    }
    format!("sha256:{}", hex(&Sha256::digest(fold(name).as_bytes())))
}

#[cfg(test)]
mod tests;
