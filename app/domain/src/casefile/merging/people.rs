//! Principals of two incidents: who is the same.

use super::take::{Joined, Taking};
use crate::casefile::Entry;
use crate::principal::Principal;
use crate::spelling::same_name;
use crate::vocabulary::PrincipalKind;

impl Taking<'_> {
    /// Principals of the same name are one: what it did is in both.
    pub(super) fn principals(&mut self, entry: &mut Entry) {
        for theirs in self.from.principals.iter().map(|kept| &kept.record) {
            if entry.dossier().principals.get(&theirs.id).is_some() {
                continue;
            }
            let is_same = |ours: &&Principal| {
                let unknown = [ours.kind, theirs.kind].contains(&PrincipalKind::Unknown);
                same_name(&ours.name, &theirs.name) && (ours.kind == theirs.kind || unknown)
            };
            let ours = entry.dossier().principals.iter().map(|kept| &kept.record).find(is_same).cloned();
            match ours {
                None => entry.put(theirs.clone()),
                Some(ours) if matches!((&ours.account, &theirs.account), (Some(one), Some(other)) if one != other) => {
                    let (key, name) = (self.key, &theirs.name);
                    self.plan.open.push(format!(
                        "“{name}” stands for different people in the two: the one of {key} is “{name} ({key})” here."
                    ));
                    let mut theirs = theirs.clone();
                    theirs.former_names.push(std::mem::replace(&mut theirs.name, format!("{name} ({key})")));
                    entry.put(theirs);
                }
                Some(ours) => {
                    self.names.insert(theirs.id.clone(), ours.id.clone());
                    self.plan.joined.push(Joined { name: theirs.name.clone(), into: ours.name.clone() });
                    let joined = self.joined(ours, theirs);
                    entry.put(joined);
                }
            }
        }
    }

    fn joined(&mut self, ours: Principal, theirs: &Principal) -> Principal {
        let mut one = ours;
        if one.kind == PrincipalKind::Unknown {
            one.kind = theirs.kind;
        }
        let mut differs = Vec::new();
        let fields = [
            ("part", &mut one.part, &theirs.part),
            ("owner", &mut one.owner, &theirs.owner),
            ("model", &mut one.model, &theirs.model),
            ("version", &mut one.agent_version, &theirs.agent_version),
            ("framework", &mut one.framework, &theirs.framework),
        ];
        for (field, mine, other) in fields {
            if mine.is_empty() {
                mine.clone_from(other);
            } else if !other.is_empty() && mine != other {
                differs.push(format!("its {field} is “{mine}” here and “{other}” there"));
            }
        }
        if !differs.is_empty() {
            self.plan.open.push(format!("“{}” of {}: {}.", one.name, self.key, differs.join(", ")));
        }
        one.grants
            .extend(theirs.grants.iter().filter(|grant| !one.grants.contains(grant)).cloned().collect::<Vec<_>>());
        for name in std::iter::once(&theirs.name).chain(&theirs.former_names) {
            if !one.former_names.iter().chain([&one.name]).any(|known| same_name(known, name)) {
                one.former_names.push(name.clone());
            }
        }
        one.account = one.account.or_else(|| theirs.account.clone());
        one.private |= theirs.private;
        one
    }
}
