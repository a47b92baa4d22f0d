//! What every page knows: who reads it, where they are, and what they typed.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::access::{Permit, Role};
use domain::mention::Known;
use domain::time::Zone;
use domain::{Id, Instant};
use leptos::prelude::use_context;

/// The reader of a page.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The account.
    pub id: Id,
    /// The name shown.
    pub name: String,
    /// What the account may do.
    pub role: Role,
}

/// Where the built files of the page are. Paths carry a digest, so that they can be kept forever.
#[derive(Debug, Clone, Copy, Default)]
pub struct Assets {
    /// The stylesheet.
    pub css: &'static str,
    /// The module that starts the browser's part; empty in a build without it.
    pub start: &'static str,
    /// The sprite of icons.
    pub icons: &'static str,
}

/// The frame of a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Who reads; `None` before signing in.
    pub reader: Option<Viewer>,
    /// The zone in which times are shown.
    pub zone: Zone,
    /// `light`, `dark`, or empty for the system's choice.
    pub theme: String,
    /// The path and query of this page, to come back to.
    pub at: String,
    /// The title in the browser's tab.
    pub title: String,
    /// Now, for words such as “overdue”.
    pub now: Instant,
    /// A form that came back, with what was typed.
    pub typed: Typed,
    /// What the reader typed into forms of this incident and did not save.
    pub unsaved: Vec<Unsaved>,
    /// Who looks at this incident now: open pages, by name.
    pub present: Vec<Present>,
    /// A quiet word about what was just done.
    pub notice: Option<String>,
    /// The live stream to follow, and the version this page shows.
    pub live: Option<(String, u64)>,
    /// Built files.
    pub assets: Assets,
    /// Who can be mentioned.
    pub people: Arc<Vec<Known>>,
    /// How much awaits the reader.
    pub awaiting: usize,
    /// How many alerts are open.
    pub alerts: u64,
    /// Whether search engines are told to leave it out.
    pub is_unlisted: bool,
}

/// A form that was refused: what was typed and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Which form; empty when none came back.
    pub form: String,
    /// What was typed, by field.
    pub values: BTreeMap<String, Vec<String>>,
    /// Sentences by field.
    pub errors: BTreeMap<String, String>,
    /// The sentence about the form as a whole.
    pub detail: Option<String>,
}

/// A form that the reader typed into and did not save.
#[derive(Debug, Clone)]
pub struct Unsaved {
    /// The id of the form.
    pub form: String,
    /// What it writes, below the incident.
    pub record: String,
    /// The open page it was typed on: a form that is typed into twice has two texts.
    pub page: String,
    /// The address of the page it is on.
    pub at: String,
    /// When it was last typed into.
    pub typed_at: Instant,
    /// How the text begins.
    pub excerpt: String,
}

/// An open page of somebody.
#[derive(Debug, Clone)]
pub struct Present {
    /// Who looks at it.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// What they edit there, below the incident; blank for somebody who reads.
    pub place: String,
    /// The page.
    pub at: String,
}

impl Frame {
    /// The frame of the page being rendered.
    pub fn current() -> Arc<Self> {
        use_context::<Arc<Self>>()
            .unwrap_or_else(|| Arc::new(Self::anonymous(Assets::default(), Instant::from_micros(0))))
    }

    /// A frame for somebody who has not signed in.
    pub fn anonymous(assets: Assets, now: Instant) -> Self {
        Self {
            reader: None,
            zone: Zone::utc(),
            theme: String::new(),
            at: "/".into(),
            title: "Inquest".into(),
            now,
            typed: Typed::default(),
            unsaved: Vec::new(),
            present: Vec::new(),
            notice: None,
            live: None,
            assets,
            people: Arc::default(),
            awaiting: 0,
            alerts: 0,
            is_unlisted: false,
        }
    }

    /// Whether the reader's role carries a permit; to hide a button, never to decide.
    pub fn may(&self, permit: Permit) -> bool {
        self.reader.as_ref().is_some_and(|reader| reader.role.allows(permit))
    }

    /// What was typed in this form's field, if this is the form that came back. A field that was not sent at all, as
    /// by a form that resolves a conflict, is as it is stored.
    pub fn typed_value(&self, form: &str, name: &str) -> Option<&str> {
        if form.is_empty() || self.typed.form != form {
            return None;
        }
        self.typed.values.get(name).and_then(|values| values.first()).map(String::as_str)
    }

    /// What was typed into a form of this page and waits to be used, the latest first, without what is in the form
    /// already.
    pub fn waiting(&self, form: &str, record: &str) -> Vec<&Unsaved> {
        let used = self.typed_value(form, "used");
        let is_refused = self.typed.form == form && (self.typed.detail.is_some() || !self.typed.errors.is_empty());
        let is_meant = |unsaved: &&Unsaved| {
            let is_in_form = is_refused || used == Some(unsaved.page.as_str());
            unsaved.form == form && unsaved.record == record && unsaved.at == self.at && !is_in_form
        };
        self.unsaved.iter().filter(is_meant).collect()
    }

    /// Whether something waits in any form of that id on this page.
    pub fn waits(&self, form: &str) -> bool {
        self.unsaved.iter().any(|unsaved| unsaved.form == form && unsaved.at == self.at)
    }

    /// Every value typed or chosen in a field, if this is the form that came back.
    pub fn typed_values(&self, form: &str, name: &str) -> Option<&[String]> {
        if form.is_empty() || self.typed.form != form {
            return None;
        }
        self.typed.values.get(name).map(Vec::as_slice)
    }

    /// The sentence beside a field. Field names of forms carry suffixes that paths of errors do not.
    pub fn error(&self, form: &str, name: &str) -> Option<&str> {
        if form.is_empty() || self.typed.form != form {
            return None;
        }
        let plain = plain_name(name);
        self.typed.errors.iter().find(|(field, _)| plain_name(field) == plain).map(|(_, sentence)| sentence.as_str())
    }
}

/// A form field's name without the suffixes that say how it is sent: `tags[]`, `count:n`, `private:b`.
pub fn plain_name(name: &str) -> &str {
    let name = name.strip_suffix("[]").unwrap_or(name);
    name.strip_suffix(":n").or_else(|| name.strip_suffix(":b")).or_else(|| name.strip_suffix(":l")).unwrap_or(name)
}
