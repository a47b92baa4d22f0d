//! A refusal: a rule said no, in a sentence for the person who asked.

/// Why a rule refused an act. The sentence says what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of no it is.
    pub kind: RefusalKind,
    /// The form field or JSON path it belongs to; `None` when it is about the whole act.
    pub field: Option<String>,
    /// One plain sentence.
    pub sentence: String,
}

/// The kinds of refusal; the web maps them to status codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// A rule of the domain is broken (422).
    Rule,
    /// The record is not there (404).
    Absent,
    /// The person may not do this (403).
    Forbidden,
    /// The state does not allow it now (409).
    State,
}

/// What a rule answers.
pub type Ruled<T> = Result<T, Refusal>;

impl Refusal {
    /// A broken rule, shown beside `field`.
    pub fn field(field: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { kind: RefusalKind::Rule, field: Some(field.into()), sentence: sentence.into() }
    }

    /// A broken rule about the act as a whole.
    pub fn rule(sentence: impl Into<String>) -> Self {
        Self { kind: RefusalKind::Rule, field: None, sentence: sentence.into() }
    }

    /// Something that is not there.
    pub fn absent(what: impl std::fmt::Display) -> Self {
        let sentence = format!("There is no {what} here. It may have been removed; reload the page.");
        Self { kind: RefusalKind::Absent, field: None, sentence }
    }

    /// An act the person may not do.
    pub fn forbidden(sentence: impl Into<String>) -> Self {
        Self { kind: RefusalKind::Forbidden, field: None, sentence: sentence.into() }
    }

    /// An act the present state does not allow.
    pub fn state(sentence: impl Into<String>) -> Self {
        Self { kind: RefusalKind::State, field: None, sentence: sentence.into() }
    }

    /// The same refusal, about the field as a form calls it.
    #[must_use]
    pub fn at(self, field: &str) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// The same refusal, about a field that lies below `path`.
    pub fn under(mut self, path: &str) -> Self {
        self.field = Some(self.field.map_or_else(|| path.to_string(), |field| format!("{path}.{field}")));
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Refusal {}
