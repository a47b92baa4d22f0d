//! What becomes, in public, of a text that holds a private name: a person decides, and the decision is remembered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::access::{Permit, refuse_agent};
use crate::canonical::hex;
use crate::casefile::{Definition, Dossier, Entry, Fields, Naming, Noun, Travel, labels};
use crate::draft::LINE_CHARS_MAX;
use crate::draft::bounded;
use crate::history::ChangeContext;
use crate::words::words;
use crate::{Id, Refusal, Ruled, Stamp};

words! {
    /// What becomes of the text.
    Choice is "a choice" { Keep "keep" "printed as it is written", Replace "replace" "printed with stand-ins for the names", Remove "remove" "left out" }
}

/// A decision about one text. It holds for this text with these names: whoever changes either is asked again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Wording {
    /// Made of noun, record and field.
    pub id: Id,
    /// Which noun the record is of.
    pub noun: Noun,
    /// The record that holds the text.
    pub record: Id,
    /// The field, as a path: `body`, `grants.0.task`.
    pub field: String,
    /// What the text and the names in it were.
    pub digest: String,
    /// What becomes of it.
    pub choice: Choice,
    /// Who decided and when.
    pub decided: Stamp,
}

/// A text of a public document that holds a private name.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PrivateText {
    /// Which noun the record is of.
    pub noun: Noun,
    /// The record that holds it.
    pub record: Id,
    /// The field, as a path.
    pub field: String,
    /// As it is written.
    pub text: String,
    /// The names in it.
    pub names: Vec<String>,
    /// With stand-ins in their places.
    pub replaced: String,
    /// What text and names are, to be sent back with the decision.
    pub digest: String,
    /// What was decided; absent means that the text is withheld until somebody does.
    pub choice: Option<Choice>,
}

/// A decision as sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct WordingDraft {
    noun: Noun,
    record: Id,
    #[serde(default)]
    field: String,
    #[serde(default)]
    digest: String,
    choice: Choice,
}

/// What a decision was made about.
pub(crate) fn digest(text: &str, names: &[String]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(text.as_bytes());
    names.iter().for_each(|name| hasher.update(format!("\0{name}")));
    hex(&hasher.finalize())
}

fn id(noun: Noun, record: &Id, field: &str) -> Id {
    Id::new(format!("{}.{record}.{field}", noun.word()))
}

impl Dossier {
    /// The texts of a public document that hold private names, with what was decided of each.
    pub fn private_texts(&self) -> Vec<PrivateText> {
        crate::casefile::redact::private_texts(self)
    }

    /// What was decided of a text, whatever it said then.
    pub(crate) fn wording(&self, noun: Noun, record: &Id, field: &str) -> Option<&Wording> {
        if self.wordings.is_empty() {
            return None;
        }
        self.wordings.get(&id(noun, record, field)).map(|kept| &kept.record)
    }
}

impl Entry {
    /// Decides what becomes of a text in public. Only a person makes a private name public.
    pub fn decide_wording(&mut self, draft: WordingDraft) -> Ruled<Id> {
        refuse_agent(self.by(), "decide which names become public")?;
        let field = bounded("field", draft.field, LINE_CHARS_MAX)?;
        let texts = self.dossier().private_texts();
        let known = texts
            .into_iter()
            .find(|text| (text.noun, &text.record, text.field.as_str()) == (draft.noun, &draft.record, field.as_str()));
        let Some(known) = known else {
            return Err(Refusal::field(
                "field",
                "No text with a private name stands there: look at the list of this incident’s texts again.",
            ));
        };
        if known.digest != draft.digest {
            return Err(Refusal::field(
                "digest",
                "This text or the names in it changed meanwhile: read it again, then decide.",
            ));
        }
        let id = id(draft.noun, &draft.record, &field);
        let decided = self.stamp();
        self.put(Wording {
            id: id.clone(),
            noun: draft.noun,
            record: draft.record,
            field,
            digest: known.digest,
            choice: draft.choice,
            decided,
        });
        Ok(id)
    }
}

impl Definition for Wording {
    const PAGE: &'static str = "wording";
    const PUT_BACK: Result<Permit, &'static str> =
        Err("A decision about a text is made anew on the page of the public export.");
    const FIELDS: Fields = Fields {
        words: labels! { "choice" => Choice, "noun" => Noun },
        texts: &["field"],
        references: &["record"],
        codes: &["digest"],
        ..Fields::NONE
    };
    const STAYS_INSIDE: bool = true;
    const NAMING: Naming = Naming::OfThePast;
    const TRAVEL: Travel = Travel::Stays;

    fn place(_id: &Id, _record: &Value) -> String {
        Self::PAGE.into()
    }

    fn added(told: &ChangeContext) -> Option<String> {
        let noun = Noun::parse(told.text("noun")).map_or("record", Noun::label);
        let field = told.text("field").rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
        Some(format!("decided that in public the {} of a {noun} is {}", field.replace('_', " "), told.word("choice")))
    }

    fn edited(told: &ChangeContext) -> Option<String> {
        Self::added(told)
    }
}
