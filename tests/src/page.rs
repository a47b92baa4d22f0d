//! What came back: a page, or an answer before anybody follows it.

use reqwest::Response;
use serde_json::Value;

use crate::form::{Form, forms, unescape};

/// A page as it came.
pub struct Page {
    /// The status.
    pub status: u16,
    /// Where it was found in the end.
    pub path: String,
    /// The HTML.
    pub html: String,
}

/// An answer before anybody follows it.
pub struct Answer {
    /// The status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
}

impl Answer {
    /// Reads an answer to its end.
    pub async fn read(response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_string()))
            .collect();
        Self { status, headers, body: response.text().await.expect("text") }
    }

    /// A header, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// Every header of that name.
    pub fn headers_of(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

impl Page {
    /// Reads a page to its end.
    pub async fn read(response: Response) -> Self {
        let (status, path) = (response.status().as_u16(), response.url().path().to_string());
        Self { status, path, html: response.text().await.expect("text") }
    }

    /// Fails unless the page says this.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.text().contains(words), "“{words}” is not on {} ({}):\n{}", self.path, self.status, self.text());
        self
    }

    /// Fails if the page says this.
    #[track_caller]
    pub fn says_not(&self, words: &str) -> &Self {
        assert!(!self.text().contains(words), "“{words}” is on {}", self.path);
        self
    }

    /// Fails unless the page came with this status.
    #[track_caller]
    pub fn has_status(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}:\n{}", self.path, self.text());
        self
    }

    /// What a reader reads: the text without tags, blanks folded.
    pub fn text(&self) -> String {
        let body = self.html.split_once("<body").map_or(self.html.as_str(), |(_, body)| body);
        let mut text = String::new();
        let mut in_tag = false;
        for c in body.chars() {
            match c {
                '<' => in_tag = true,
                '>' => {
                    in_tag = false;
                    text.push(' ');
                }
                c if !in_tag => text.push(c),
                _ => {}
            }
        }
        unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ").replace(" .", ".").replace(" ,", ",")
    }

    /// The value of the first hidden field of that name after a marker.
    pub fn field_after(&self, marker: &str, name: &str) -> Option<String> {
        let (_, rest) = self.html.split_once(marker)?;
        let (_, rest) = rest.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split('"').next().map(str::to_string)
    }

    /// The form of that id.
    #[track_caller]
    pub fn form(&self, id: &str) -> Form {
        let found = forms(&self.html);
        let ids: Vec<String> = found.iter().map(|form| form.id.clone()).collect();
        let form = found.into_iter().find(|form| form.id == id);
        form.unwrap_or_else(|| {
            panic!("there is no form “{id}” on {} ({}), only {ids:?}:\n{}", self.path, self.status, self.text())
        })
    }

    /// The form of the button that says this.
    #[track_caller]
    pub fn button(&self, label: &str) -> Form {
        let found = forms(&self.html);
        let labels: Vec<String> = found.iter().map(|form| form.button.clone()).collect();
        let form = found.into_iter().find(|form| form.button == label);
        form.unwrap_or_else(|| {
            panic!("there is no button “{label}” on {} ({}), only {labels:?}", self.path, self.status)
        })
    }

    /// The form that posts to a path with this end.
    #[track_caller]
    pub fn form_to(&self, end: &str) -> Form {
        let found = forms(&self.html);
        let actions: Vec<String> = found.iter().map(|form| form.action.clone()).collect();
        let form = found.into_iter().find(|form| form.action.ends_with(end));
        form.unwrap_or_else(|| {
            panic!("no form on {} ({}) posts to …{end}, only to {actions:?}", self.path, self.status)
        })
    }

    /// The sentence beside a field of a form that came back.
    pub fn error_beside(&self, form: &str, field: &str) -> Option<String> {
        let (_, rest) = self.html.split_once(&format!("id=\"{form}-{}-error\"", field.replace('.', "-")))?;
        let (_, rest) = rest.split_once('>')?;
        Some(unescape(rest.split('<').next()?))
    }
}
