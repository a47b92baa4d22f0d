//! A reader of HTML that is neither a browser nor ours, to judge what pages and exports are made of.

use std::cell::RefCell;
use std::collections::BTreeSet;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

/// What a page is made of.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Judged {
    /// Its headings with their levels, in order.
    pub headings: Vec<(u8, String)>,
    /// The names of its elements.
    pub elements: BTreeSet<String>,
    /// What is fetched or run: elements with an address to load from, and attributes that hold a script or a style.
    pub fetched: BTreeSet<String>,
    /// Where its links lead.
    pub links: BTreeSet<String>,
    /// Its text, that of form fields among it.
    pub text: String,
}

struct Sink(RefCell<(Judged, bool)>);

/// Reads a page.
pub fn judge(html: &str) -> Judged {
    let input = BufferQueue::default();
    input.push_back(html.into());
    let reader = Tokenizer::new(Sink(RefCell::default()), Default::default());
    let _ = reader.feed(&input);
    reader.end();
    reader.sink.0.into_inner().0
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        let (judged, in_heading) = &mut *state;
        match token {
            Token::TagToken(tag) => {
                let level = tag.name.strip_prefix('h').and_then(|level| level.parse().ok());
                if let (Some(level @ 1..=6), true) = (level, tag.kind == TagKind::StartTag) {
                    judged.headings.push((level, String::new()));
                }
                if level.is_some() {
                    *in_heading = tag.kind == TagKind::StartTag;
                }
                judged.text.push(' ');
                if tag.kind == TagKind::StartTag {
                    return note(judged, &tag);
                }
            }
            Token::CharacterTokens(text) => {
                judged.text.push_str(&text);
                if let (true, Some((_, said))) = (*in_heading, judged.headings.last_mut()) {
                    said.push_str(&text);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn note(judged: &mut Judged, tag: &Tag) -> TokenSinkResult<()> {
    let name = tag.name.to_string();
    for attribute in &tag.attrs {
        let (of, value) = (attribute.name.local.to_string(), attribute.value.to_string());
        match of.as_str() {
            "href" if name == "a" => drop(judged.links.insert(value)),
            "value" if name == "input" => judged.text.push_str(&format!(" {value} ")),
            "src" | "srcset" | "href" | "data" | "poster" | "background" | "formaction" | "style" => {
                judged.fetched.insert(format!("{name} {of}={value}"));
            }
            of if of.starts_with("on") && !of.starts_with("on-") => drop(judged.fetched.insert(format!("{name} {of}"))),
            _ => {}
        }
    }
    judged.elements.insert(name.clone());
    match name.as_str() {
        "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
        "style" => TokenSinkResult::RawData(RawKind::Rawtext),
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        _ => TokenSinkResult::Continue,
    }
}
