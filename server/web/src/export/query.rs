//! What the address of an export may say.

use std::borrow::Cow;

use domain::export::{Format, Profile};
use domain::time::Zone;
use domain::{Refusal, Ruled};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use store::EvidenceOf;

use crate::query::{Asked, Both, Query, asked};

/// A document of the case as it stands.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct DocumentQuery {
    /// What is written: Markdown unless it is said.
    pub format: Option<Format>,
    /// For whose eyes: unless it is said the internal one, and the public one in formats of others.
    pub profile: Option<Profile>,
    /// In which zone times are told: the one of the account unless it is said.
    pub zone: Option<Zone>,
}

/// A document of a published revision. It is frozen, with its times in UTC.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RevisionQuery {
    /// What is written: Markdown unless it is said.
    pub format: Option<Format>,
    /// For whose eyes: unless it is said the internal one, and the public one in formats of others.
    pub profile: Option<Profile>,
}

/// The case as one file.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct BundleQuery {
    /// The word of bundles.
    #[serde(rename = "format")]
    #[schemars(rename = "format")]
    _format: String,
    /// A bundle has everything in it: only the internal one is there.
    pub profile: Option<Profile>,
    /// Whether the bytes of evidence go with it: all unless it is said, or digests.
    #[serde(default, deserialize_with = "evidence")]
    #[schemars(with = "Option<EvidenceWord>")]
    pub evidence: Option<EvidenceOf>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used: `evidence` reads it")]
enum EvidenceWord {
    All,
    Digests,
}

fn evidence<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<EvidenceOf>, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "all" => Ok(Some(EvidenceOf::All)),
        "digests" => Ok(Some(EvidenceOf::DigestsOnly)),
        other => Err(D::Error::custom(format!(
            "“{other}” is not a choice: write all, for the bytes of evidence, or digests, for their SHA-256 only."
        ))),
    }
}

/// What is exported of a case as it stands.
#[derive(Debug)]
pub enum ExportQuery {
    /// A document.
    Document(DocumentQuery),
    /// The whole case.
    Bundle(BundleQuery),
}

impl Asked for ExportQuery {
    fn read(query: &Query) -> Ruled<Self> {
        match query.get("format").is_some_and(|word| word.trim() == crate::bundle::WORD) {
            true => asked(query).map(Self::Bundle),
            false => asked(query).map(Self::Document),
        }
    }
}

impl JsonSchema for ExportQuery {
    fn schema_name() -> Cow<'static, str> {
        "ExportQuery".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Both::<DocumentQuery, BundleQuery>::json_schema(generator);
        if let Some(all) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            let words = Format::ALL.iter().map(|format| format.word()).chain([crate::bundle::WORD]);
            all.insert(
                "format".into(),
                json!({ "type": "string", "enum": words.collect::<Vec<_>>(),
                    "description": "What is written: Markdown unless it is said." }),
            );
        }
        schema
    }
}

/// Reads the word of a format, as the command line sends it.
pub fn format(word: &str) -> store::Result<Format> {
    Ok(Format::parse(word).map_err(|sentence| Refusal::field("format", sentence))?)
}

/// Reads the word of a profile, as the command line sends it.
pub fn profile(word: &str) -> store::Result<Profile> {
    Ok(Profile::parse(word).map_err(|sentence| Refusal::field("profile", sentence))?)
}
