//! Everything an incident's readers see, as one value.

use std::marker::PhantomData;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::defined::{Defined, Of};
use super::definition::Definition;
use super::{CaseItem, Entry, Table};
use crate::words::words;
use crate::{Id, Refusal, Ruled, Stamp};

/// A noun of the domain that is kept as a record of an incident.
pub trait CaseDocument: Clone + PartialEq + Serialize + DeserializeOwned + 'static {
    /// Which noun this is.
    const NOUN: Noun;

    /// The record's name inside its incident.
    fn id(&self) -> &Id;

    /// Where a dossier keeps records of this noun.
    fn table(dossier: &Dossier) -> &Table<Self>;

    /// The same, to write.
    fn table_mut(dossier: &mut Dossier) -> &mut Table<Self>;
}

macro_rules! nouns {
    ($($field:ident : $type:ident ( $path:path ) $word:literal $label:literal id $id:ident;)*) => {
        words! {
            /// The nouns of the case file.
            Noun is "a noun" { $($type $word $label),* }
        }

        /// One incident as its readers see it: page, API and every export
        /// render this value, so they cannot disagree.
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct Dossier {
            /// How many changes the incident has seen.
            pub version: u64,
            /// The number in its key.
            pub number: i64,
            $(#[doc = concat!("Records of the noun “", $label, "”.")] pub $field: Table<$path>,)*
        }

        $(impl CaseDocument for $path {
            const NOUN: Noun = Noun::$type;
            fn id(&self) -> &Id { &self.$id }
            fn table(dossier: &Dossier) -> &Table<Self> { &dossier.$field }
            fn table_mut(dossier: &mut Dossier) -> &mut Table<Self> { &mut dossier.$field }
        })*

        impl Dossier {
            /// Puts a stored document in its table. The error names what could not be read.
            pub fn load(&mut self, noun: Noun, version: u64, deleted: Option<Stamp>, body: &str) -> Result<(), String> {
                match noun {
                    $(Noun::$type => {
                        let record: $path = serde_json::from_str(body).map_err(|error| format!("{}: {error}", noun.word()))?;
                        let id = record.id().clone();
                        self.$field.insert(id, CaseItem { version, deleted, record });
                    })*
                }
                Ok(())
            }

            /// The record of that noun and id as JSON, deleted or not, with its version.
            pub fn json(&self, noun: Noun, id: &Id) -> Option<(u64, Value)> {
                match noun {
                    $(Noun::$type => self.$field.find(id).map(|kept| (kept.version, to_json(&kept.record))),)*
                }
            }

            /// Every record, deleted ones too, as (noun, id, version, deletion, document).
            pub fn documents(&self) -> Vec<(Noun, Id, u64, Option<Stamp>, Value)> {
                let mut documents = Vec::new();
                $(for kept in self.$field.all() {
                    documents.push((Noun::$type, kept.id().clone(), kept.version, kept.deleted.clone(), to_json(&kept.record)));
                })*
                documents
            }

            /// The texts by which the incident is found. Tables with few documents come first, so that a long timeline
            /// pushes out nothing that is short and telling.
            pub fn searched(&self) -> Vec<&str> {
                let mut tables: Vec<Vec<&str>> = vec![$(self.$field.iter().flat_map(|kept| kept.record.searched()).collect(),)*];
                tables.sort_by_key(Vec::len);
                tables.concat()
            }

            /// The texts by which the incident is found, each with the record that it is of.
            pub fn searched_records(&self) -> Vec<(Noun, &Id, &str)> {
                let mut found = Vec::new();
                $(for kept in self.$field.iter() {
                    found.extend(kept.record.searched().into_iter().map(|text| (Noun::$type, kept.id(), text)));
                })*
                found
            }

            /// The version that last wrote a record, if it stands.
            pub fn standing(&self, noun: Noun, id: &Id) -> Option<u64> {
                match noun {
                    $(Noun::$type => self.$field.get(id).map(|kept| kept.version),)*
                }
            }
        }

        impl Noun {
            /// All that is said of this noun beside its draft and its rule.
            pub(crate) fn definition(self) -> &'static dyn Defined {
                match self { $(Noun::$type => &Of::<$path>(PhantomData),)* }
            }
        }

        #[cfg(test)]
        impl Noun {
            /// The JSON Schema of its documents.
            pub(crate) fn schema(self) -> Value {
                to_json(&match self { $(Noun::$type => schemars::schema_for!($path),)* })
            }
        }

        impl Entry {
            /// Writes a record that is known as JSON.
            pub(crate) fn put_document(&mut self, noun: Noun, body: &Value) -> Ruled<()> {
                match noun {
                    $(Noun::$type => self.put::<$path>(read(noun, body)?),)*
                }
                Ok(())
            }

            /// Marks a record of that noun as deleted.
            pub(crate) fn delete_document(&mut self, noun: Noun, id: &Id) -> Ruled<()> {
                match noun {
                    $(Noun::$type => self.delete::<$path>(id),)*
                }
            }
        }
    };
}

nouns! {
    incidents: Incident (crate::incident::Incident) "incident" "incident" id id;
    principals: Principal (crate::principal::Principal) "principal" "principal" id id;
    events: Event (crate::timeline::Event) "event" "event" id id;
    edges: Edge (crate::timeline::Edge) "edge" "link between events" id id;
    marks: Mark (crate::timeline::Mark) "mark" "mark" id id;
    evidence: Evidence (crate::evidence::Evidence) "evidence" "evidence item" id id;
    coverage: Coverage (crate::evidence::Coverage) "coverage" "coverage statement" id id;
    exposures: Exposure (crate::exposure::Exposure) "exposure" "exposure" id id;
    reviews: Review (crate::review::Review) "review" "review" id id;
    classifications: Classification (crate::classification::Classification) "classification" "classification of records" id id;
    findings: Finding (crate::finding::Finding) "finding" "finding" id id;
    claims: Claim (crate::claim::Claim) "claim" "claim" id id;
    conflicts: Conflict (crate::claim::Conflict) "conflict" "conflict" id id;
    ratings: Rating (crate::rating::Rating) "rating" "rating" id id;
    overrides: Override (crate::rating::Override) "override" "override of severity" id id;
    signatures: Signature (crate::signature::Signature) "signature" "signature" id id;
    verdicts: VerdictEntry (crate::signature::VerdictEntry) "verdict" "verdict" id id;
    gaps: Gap (crate::gap::Gap) "gap" "control gap" id id;
    factors: Factor (crate::factor::Factor) "factor" "contributing factor" id id;
    decisions: Decision (crate::decision::Decision) "decision" "decision" id id;
    remediations: Remediation (crate::remediation::Remediation) "remediation" "remediation" id id;
    narratives: Narrative (crate::postmortem::Narrative) "narrative" "section" id id;
    postmortems: Postmortem (crate::postmortem::Postmortem) "postmortem" "postmortem" id id;
    shared_links: SharedLink (crate::sharing::SharedLink) "shared_link" "shared link" id id;
    comments: Comment (crate::comment::Comment) "comment" "comment" id id;
    explanations: Explanation (crate::explanation::Explanation) "explanation" "explanation of a change of logging" id id;
    wordings: Wording (crate::wording::Wording) "wording" "decision about a text" id id;
    merges: Merge (crate::merging::Merge) "merge" "merge of another incident" id id;
}

/// A record as JSON. Records are plain data, so this cannot fail; `null` would stand for a defect.
pub(super) fn to_json<T: Serialize>(record: &T) -> Value {
    serde_json::to_value(record).unwrap_or(Value::Null)
}

/// A record from JSON that this program wrote; what it cannot read was written by another version.
pub(super) fn read<T: DeserializeOwned>(noun: Noun, body: &Value) -> Ruled<T> {
    T::deserialize(body).map_err(|error| Refusal::state(format!("A {} cannot be read: {error}.", noun.label())))
}

/// Reads an older document. A field that is `null` is a field left out.
pub(crate) fn read_older<T: DeserializeOwned>(document: &Value) -> Ruled<T> {
    let mut document = document.clone();
    drop_nulls(&mut document);
    serde_json::from_value(document)
        .map_err(|_| Refusal::state("This version was written in an older form and cannot be put back by itself."))
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}
