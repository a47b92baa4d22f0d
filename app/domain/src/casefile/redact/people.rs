//! Who is not to be named, and what stands in their place. The same person keeps the same stand-in.

use std::collections::BTreeMap;

use serde_json::Value;

use super::find::Names;
use super::places::Places;
use crate::casefile::{Noun, at};
use crate::spelling::{alike, has_several_capitals, names_somebody};
use crate::vocabulary::PrincipalKind;

/// A part of a private person's name is looked for from this length on.
const PART_CHARS_MIN: usize = 4;

/// A part in the incident of so many words stands for a name: “asker”, “on-call engineer”.
const PART_WORDS_MAX: usize = 3;

/// Stand-ins by name, and the names to look for in texts.
#[derive(Debug, Default)]
pub struct People {
    of: BTreeMap<String, StandIn>,
    /// The names that stand in texts only if somebody says so.
    pub sought: Names,
    /// What stands for ids of people's making that hold a private name.
    pub places: Places,
    /// The accounts behind private principals, which go by names of their own.
    behind: BTreeMap<String, (String, PrincipalKind)>,
    /// Principals marked private.
    pub principals: usize,
    /// People whose names are replaced where they are referred to.
    pub people: usize,
    /// Principals that were private when they were deleted.
    gone: usize,
}

#[derive(Debug)]
struct StandIn {
    alias: String,
    private: bool,
}

impl People {
    /// Everybody whom a case file refers to.
    pub fn of<'a>(documents: impl Iterator<Item = (Noun, &'a Value)> + Clone) -> Self {
        let mut people = Self::default();
        for (_, value) in documents.clone().filter(|(noun, _)| *noun == Noun::Principal) {
            people.principal(value);
        }
        for (noun, value) in documents {
            people.named_by(noun, value);
            people.accounts(value);
            people.withheld(noun, value);
        }
        people
    }

    /// What stands for a name where somebody is referred to by it; `private` if only private principals count.
    pub fn stand_in(&self, name: &str, private: bool) -> Option<&str> {
        let known = self.of.get(&alike(name)).filter(|known| known.private || !private)?;
        Some(&known.alias)
    }

    /// A text with the stand-ins in it, also for ids that it names.
    pub fn scrubbed(&self, text: &str) -> String {
        self.places.sought.replaced(text, |between| self.sought.replaced(between, str::to_string))
    }

    fn principal(&mut self, value: &Value) {
        let text = |field: &str| value[field].as_str().unwrap_or_default().trim().to_string();
        let kind = PrincipalKind::parse(&text("kind")).unwrap_or(PrincipalKind::Unknown);
        let name = text("name");
        if value["private"] == true {
            self.principals += 1;
            let word = if kind == PrincipalKind::Unknown { "principal" } else { kind.word() };
            let alias = format!("private {word} {}", self.principals);
            self.all_names(value, &alias, kind);
            if let Some(account) = value["account"].as_str().filter(|account| !account.is_empty()) {
                self.behind.insert(account.to_string(), (alias, kind));
            }
        } else if kind == PrincipalKind::Human && names_somebody(&name) {
            self.person(&name, &text("part"));
            self.seek(&name, value["account"].is_string());
        }
    }

    /// All names of a private principal: former ones, and what the registry calls it.
    fn all_names(&mut self, value: &Value, alias: &str, kind: PrincipalKind) {
        let former = value["former_names"].as_array().into_iter().flatten();
        let names = [&value["name"], &value["pin"]["name"]].into_iter().chain(former).filter_map(Value::as_str);
        for name in names.map(str::trim) {
            self.private(name, alias, kind);
            if let Some(bare) = without_title(name) {
                self.private(bare, alias, kind);
            }
        }
    }

    /// Somebody who was private when they were deleted: what people wrote of them stays, and so does the promise.
    pub fn gone(&mut self, value: &Value) {
        if value["private"] != true {
            return;
        }
        self.gone += 1;
        let kind = PrincipalKind::parse(value["kind"].as_str().unwrap_or_default()).unwrap_or(PrincipalKind::Unknown);
        let word = if kind == PrincipalKind::Unknown { "principal" } else { kind.word() };
        self.all_names(value, &format!("private {word} {}", self.principals + self.gone), kind);
    }

    /// Names that the profile withholds where they are told: those of sources who stay unnamed, and of who was exposed.
    fn withheld(&mut self, noun: Noun, value: &Value) {
        for one in noun.definition().withheld(value) {
            self.sought.add(one.name, one.stand_in, one.as_spelt);
        }
    }

    fn private(&mut self, name: &str, alias: &str, kind: PrincipalKind) {
        if alike(name).is_empty() {
            return;
        }
        self.of.insert(alike(name), StandIn { alias: alias.into(), private: true });
        self.sought.add(name, alias, false);
        let is_part =
            |part: &&str| part.chars().count() >= PART_CHARS_MIN && part.starts_with(|c: char| c.is_uppercase());
        if matches!(kind, PrincipalKind::Human | PrincipalKind::Unknown) && has_several_capitals(name) {
            name.split_whitespace().filter(is_part).for_each(|part| self.sought.add(part, alias, true));
        }
    }

    /// People who are named as owners, collectors and approvers.
    fn named_by(&mut self, noun: Noun, value: &Value) {
        let mut named = Vec::new();
        noun.definition().fields().people.iter().for_each(|path| at(value, path, &mut named));
        for name in named.into_iter().filter(|name| names_somebody(name)) {
            self.person(name, "");
            self.seek(name, false);
        }
    }

    /// Everybody who did something here: stamps and members. An account is somebody, whatever it is called.
    fn accounts(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.accounts(item)),
            Value::Object(fields) => {
                let stamp = fields.get("by").filter(|by| by.is_object());
                let members = fields.get("members").and_then(Value::as_array).into_iter().flatten();
                for person in stamp.into_iter().chain(members) {
                    let text = |field: &str| person[field].as_str().unwrap_or_default();
                    match self.behind.get(text("id")).cloned() {
                        Some((alias, kind)) => self.private(text("name"), &alias, kind),
                        None => {
                            self.person(text("name"), "");
                            self.seek(text("name"), true);
                        }
                    }
                }
                fields.values().for_each(|field| self.accounts(field));
            }
            _ => {}
        }
    }

    /// A person: by their part in the incident where that is known, else by a number.
    fn person(&mut self, name: &str, part: &str) {
        if alike(name).is_empty() || self.of.contains_key(&alike(name)) {
            return;
        }
        self.people += 1;
        let part = part.trim();
        // A part that is a sentence names nobody.
        let is_role = (1..=PART_WORDS_MAX).contains(&part.split_whitespace().count());
        let alias = if !is_role || self.of.values().any(|known| known.alias == part) {
            format!("person {}", self.people)
        } else {
            part.to_string()
        };
        self.of.insert(alike(name), StandIn { alias, private: false });
    }

    /// Looks for a name in texts, if it is a person's and not a word such as “asker”.
    fn seek(&mut self, name: &str, is_account: bool) {
        let several = has_several_capitals(name);
        if (is_account || several)
            && let Some(known) = self.of.get(&alike(name))
        {
            let alias = known.alias.clone();
            self.sought.add(name, &alias, !several);
        }
    }
}

/// A name without what stands around it: `Dr. Ann Roe`, `Ann Roe (ops)`.
fn without_title(name: &str) -> Option<&str> {
    const TITLES: [&str; 10] = ["dr", "prof", "mr", "mrs", "ms", "mx", "sir", "herr", "frau", "dipl.-ing"];
    let bare = name.split(" (").next().unwrap_or(name).trim();
    let is_title = |word: &str| TITLES.contains(&word.trim_end_matches('.').to_lowercase().as_str());
    let bare = bare.split_once(' ').filter(|(first, _)| is_title(first)).map_or(bare, |(_, rest)| rest.trim());
    (bare != name.trim() && !bare.is_empty()).then_some(bare)
}
